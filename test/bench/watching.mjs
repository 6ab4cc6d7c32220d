// A thousand tasks that are waited for, none of which ends: what they cost in CPU, memory and calls, and what callbacks
// feel of it. The provider is a stand-in here that answers at once.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { cliFile } from '../../scripts/built.mjs';
import { memoryMb, parseJson, run } from './processes.mjs';

const here = import.meta.dirname;
/** Clock ticks of Linux' process times. */
const ticksPerSecond = 100;
const key = 'a key of the bench';

/**
 * @typedef {{ watched: number, cpuPercent: number | null, memoryMb: number | null, callsPerMinute: number, mostInOneSecond: number, perSecond: number, p99Ms: number }} WatchRow
 */

/**
 * @param {{ processes: ReturnType<typeof import('./processes.mjs').createProcesses>, workDir: string, watched: number, quietMs: number, runMs: number, warmUpMs: number, videoHost: string, say: (line: string) => void }} options
 * @returns {Promise<WatchRow[]>}
 */
export async function measureWatching({ processes, workDir, watched, quietMs, runMs, warmUpMs, videoHost, say }) {
  /** @type {number[]} */
  const calls = [];
  const provider = createServer((request, response) => {
    calls.push(performance.now());
    const taskId = new URL(request.url ?? '/', 'http://x').searchParams.get('taskId');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ code: 200, msg: 'success', data: { taskId, successFlag: 0, response: null } }));
  });
  await new Promise((resolve) => provider.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = provider.address();
  const base = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
  /** @type {WatchRow[]} */
  const rows = [];
  try {
    for (const count of [0, watched]) {
      say(`watching ${count} tasks`);
      const dataDir = path.join(workDir, `watching-${count}`);
      const inbox = await processes.start(
        [
          ...[cliFile, 'serve', '--data-dir', dataDir, '--callback-port', '0', '--local-port', '0', '--tunnel', 'none'],
          ...['--log-level', 'warn', '--api-base', `kie=${base}`, '--ask-after', '1'],
        ],
        { VIDEO_INBOX_SECRET_KIE_API_KEY: key },
      );
      const instance = /** @type {{ localPort: number, localKey: string }} */ (
        parseJson(readFileSync(path.join(dataDir, 'instance.json'), 'utf8'))
      );
      for (let n = 0; n < count; n += 1) {
        const reply = await fetch(`http://127.0.0.1:${instance.localPort}/call/watch:add`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${instance.localKey}` },
          body: JSON.stringify(['kie-aleph', `watched-${n}`, { model: null, project: null }]),
        });
        if (!reply.ok) throw new Error(`a task could not be watched: ${reply.status} ${await reply.text()}`);
      }
      const first = calls.length;
      const startMs = performance.now();
      const cpuBefore = cpuSeconds(inbox.pid);
      await new Promise((resolve) => setTimeout(resolve, quietMs));
      const tookMs = performance.now() - startMs;
      const cpu = cpuBefore === null ? null : (cpuSeconds(inbox.pid) ?? 0) - cpuBefore;
      const memory = memoryMb(inbox.pid);
      const made = calls.slice(first);
      const plan = { url: inbox.url, videoHost: `${videoHost}/hang`, connections: 4, warmUpMs, runMs, firstIndex: 1 };
      const load = /** @type {import('./load.mjs').LoadResult} */ (
        parseJson(await run(process.execPath, [path.join(here, 'load.mjs'), JSON.stringify(plan)]))
      );
      rows.push({
        watched: count,
        cpuPercent: cpu === null ? null : (cpu / tookMs) * 1000 * 100,
        memoryMb: memory,
        callsPerMinute: (made.length / tookMs) * 60_000,
        mostInOneSecond: Math.max(0, ...made.map((at) => made.filter((each) => each >= at && each < at + 1000).length)),
        perSecond: load.perSecond,
        p99Ms: load.p99Ms,
      });
      await inbox.stop();
    }
  } finally {
    provider.closeAllConnections();
    await new Promise((resolve) => provider.close(() => resolve(undefined)));
  }
  return rows;
}

/** Of a process so far; Linux tells it. @param {number} pid @returns {number | null} */
function cpuSeconds(pid) {
  if (process.platform !== 'linux') return null;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
