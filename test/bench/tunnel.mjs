/** What the tunnel adds to an answer: the same inbox in one run, directly and by the stand-in edge with the real SDK. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runnerImport } from 'vite';
import { cliFile, repoDir } from '../../scripts/built.mjs';
import { parseJson, removeDir, run } from './processes.mjs';
import { figure, median, table } from './report.mjs';

/**
 * @typedef {import('./load.mjs').LoadResult} LoadResult
 * @typedef {{ connections: number, direct: LoadResult[], tunnel: LoadResult[] }} TunnelRow
 * @typedef {typeof import('../support/ngrok-edge/ngrok-edge.ts')} EdgeModule
 */

const here = import.meta.dirname;
const onlineLimitMs = 60_000;
/** Well-formed, and known to the stand-in only. */
const authtoken = '2benchBENCHbenchBENCHbench1_4benchBENCHbenchBENCH2';

/**
 * Each round measures both ways, every other round in the other order.
 * @param {{ processes: ReturnType<typeof import('./processes.mjs').createProcesses>, workDir: string, videoHost: string, rounds: number, warmUpMs: number, runMs: number, connections: number[], say: (line: string) => void }} options
 * @returns {Promise<TunnelRow[]>}
 */
export async function measureTunnel(options) {
  const { processes, workDir, videoHost, rounds, warmUpMs, runMs, connections, say } = options;
  const edge = await openEdge();
  const dataDir = path.join(workDir, 'tunnel');
  const caFile = path.join(workDir, 'edge-ca.pem');
  await writeFile(caFile, edge.caPem);
  const flags = ['--tunnel', 'ngrok', '--callback-port', '0', '--local-port', '0', '--log-level', 'error', '--json'];
  const inbox = await processes.start([cliFile, 'serve', '--data-dir', dataDir, '--allow-host', videoHost, ...flags], {
    NGROK_AUTHTOKEN: authtoken,
    VIDEO_INBOX_NGROK_SERVER_ADDR: edge.serverAddress,
    VIDEO_INBOX_NGROK_CA_FILE: caFile,
  });
  const urls = { direct: inbox.url, tunnel: await publicUrl(edge, new URL(inbox.url).pathname) };
  /** @type {TunnelRow[]} */
  const rows = connections.map((count) => ({ connections: count, direct: [], tunnel: [] }));
  let firstIndex = 1;
  for (let round = 0; round < rounds; round += 1) {
    for (const row of rows) {
      say(`tunnel, round ${round + 1} of ${rounds}: ${row.connections} connections`);
      /** @type {('direct' | 'tunnel')[]} */
      const ways = round % 2 === 0 ? ['direct', 'tunnel'] : ['tunnel', 'direct'];
      for (const way of ways) {
        const plan = {
          url: urls[way],
          videoHost: `${videoHost}/hang`,
          connections: row.connections,
          warmUpMs,
          runMs,
          firstIndex,
        };
        const printed = await run(process.execPath, [path.join(here, 'load.mjs'), JSON.stringify(plan)]);
        const result = /** @type {LoadResult} */ (parseJson(printed));
        firstIndex = result.nextIndex;
        row[way].push(result);
      }
    }
  }
  await inbox.stop();
  await edge.close();
  await removeDir(dataDir);
  return rows;
}

/** @param {TunnelRow[]} rows @returns {string} */
export function tunnelTable(rows) {
  const header = ['connections', 'way', 'answers/s', 'p50 ms', 'p99 ms', 'added p50 ms', 'p50 ratio', 'p99 ratio'];
  return table(
    [...header, 'refused'],
    rows.flatMap(({ connections, direct, tunnel }) => {
      const [plain, through] = [summary(direct), summary(tunnel)];
      const own = (/** @type {typeof plain} */ of) => [figure(of.perSecond), figure(of.p50Ms), figure(of.p99Ms)];
      const added = figure(through.p50Ms - plain.p50Ms);
      const ratios = [through.p50Ms / plain.p50Ms, through.p99Ms / plain.p99Ms].map((ratio) => `${figure(ratio)} x`);
      return [
        [String(connections), 'direct', ...own(plain), '', '', '', String(plain.refused)],
        [String(connections), 'tunnel', ...own(through), added, ...ratios, String(through.refused)],
      ];
    }),
  );
}

/** @param {LoadResult[]} results one per round */
function summary(results) {
  const of = (/** @type {'perSecond' | 'p50Ms' | 'p99Ms'} */ name) => median(results.map((result) => result[name]));
  const refused = Math.max(...results.map((result) => result.refused));
  return { perSecond: of('perSecond'), p50Ms: of('p50Ms'), p99Ms: of('p99Ms'), refused };
}

/** The stand-in is TypeScript, which Node 20 does not run by itself. */
async function openEdge() {
  const file = path.join(here, '../support/ngrok-edge/ngrok-edge.ts');
  /** @type {{ module: EdgeModule }} */
  const { module } = await runnerImport(file, { configFile: false, root: repoDir, logLevel: 'error' });
  return module.openNgrokEdge({ authtokens: [authtoken] });
}

/**
 * The callback URL at the edge, once it answers.
 * @param {Awaited<ReturnType<EdgeModule['openNgrokEdge']>>} edge @param {string} callbackPath
 */
async function publicUrl(edge, callbackPath) {
  const endMs = performance.now() + onlineLimitMs;
  while (performance.now() < endMs) {
    const origin = edge.publicUrl();
    if (origin !== null && (await fetch(`${origin}${callbackPath}`)).status === 200) return `${origin}${callbackPath}`;
    await new Promise((later) => setTimeout(later, 100));
  }
  throw new Error('the tunnel did not come online in time');
}
