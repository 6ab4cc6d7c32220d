/** Several machines that share a log in one PostgreSQL: how fast they answer, how late the others know, who downloads. */
import path from 'node:path';
import { build, runnerImport } from 'vite';
import { cliFile, repoDir } from '../../scripts/built.mjs';
import { emptyDiskQueue, parseJson, removeDir, run } from './processes.mjs';
import { figure, table } from './report.mjs';
import { syntheticCallback } from './synthetic.mjs';

/**
 * @typedef {import('./processes.mjs').Running} Running
 * @typedef {{ kind: 'bare' | 'follow', database: string, connections: number, warmUpMs: number, runMs: number }} SharedPlan
 * @typedef {{ what: string, nodes: number, connections: number, perSecond: number, p99Ms: number, refused: number }} SharedRow
 * @typedef {{ nodes: number, perSecond: number, p99Ms: number, skipped: number }} FollowRow
 * @typedef {{ rows: SharedRow[], follows: FollowRow[], oneWorkerMs: number, twoWorkersMs: number }} SharedResult
 * @typedef {typeof import('../support/postgres.ts')} PostgresModule
 */

const here = import.meta.dirname;
const single = 'one machine, no database';
const bareInsert = 'bare insert, group commit';
const limitMs = 300_000;
const filmBytes = 4 * 2 ** 20;
/** Of one connection, so that the link is the limit and not this machine. */
const linkBytesPerSecond = 2 * 2 ** 20;

/**
 * @param {{ processes: ReturnType<typeof import('./processes.mjs').createProcesses>, workDir: string, videoHost: string, warmUpMs: number, runMs: number, films: number, connections: number[], say: (line: string) => void }} options
 * @returns {Promise<SharedResult | null>} `null` where there is no PostgreSQL
 */
export async function measureShared(options) {
  const { processes, workDir, videoHost, warmUpMs, runMs, films, connections, say } = options;
  /** @type {{ module: PostgresModule }} */
  const { module } = await runnerImport(path.join(here, '../support/postgres.ts'), {
    configFile: false,
    root: repoDir,
    logLevel: 'error',
  });
  if (module.whyNoPostgres !== null) return null;
  const server = await module.startPostgres();
  const program = await compareProgram(workDir);
  let folders = 0;
  let firstIndex = 1;
  try {
    /** @type {SharedRow[]} */
    const rows = [];
    /** @type {FollowRow[]} */
    const follows = [];
    for (const count of connections) {
      say(`shared: ${bareInsert}, ${count} connections`);
      const database = server.direct(await server.createDatabase());
      const plan = { kind: 'bare', database, connections: count, warmUpMs, runMs };
      await emptyDiskQueue();
      const printed = await run(process.execPath, [program, JSON.stringify(plan)]);
      rows.push({
        .../** @type {SharedRow} */ (parseJson(printed)),
        what: bareInsert,
        nodes: 1,
        connections: count,
      });
    }
    for (const policy of [null, 'local', 'shared', 'both']) {
      for (const nodes of policy === null ? [1] : [1, 2, 3]) {
        for (const count of connections) rows.push(await answersOf(policy, nodes, count, follows));
      }
    }
    return {
      rows,
      follows,
      oneWorkerMs: await downloadsOf(1),
      twoWorkersMs: await downloadsOf(2),
    };
  } finally {
    await processes.stopAll();
    await server.close();
  }

  /** @param {string | null} database @param {string[]} args @returns {Promise<Running>} */
  function startNode(database, ...args) {
    folders += 1;
    const flags = ['--callback-port', '0', '--local-port', '0', '--tunnel', 'none', '--log-level', 'warn'];
    return processes.start(
      [cliFile, 'serve', '--data-dir', path.join(workDir, `node-${folders}`), ...flags, ...args],
      database === null ? {} : { VIDEO_INBOX_DATABASE_URL: database },
    );
  }

  /** @param {string | null} policy @param {number} nodes @param {number} count @param {FollowRow[]} follows @returns {Promise<SharedRow>} */
  async function answersOf(policy, nodes, count, follows) {
    const what = policy === null ? single : `--answer ${policy}`;
    say(`shared: ${what}, ${nodes} nodes, ${count} connections each`);
    const database = policy === null ? null : server.direct(await server.createDatabase());
    const args =
      policy === null
        ? () => []
        : (/** @type {number} */ n) => ['--node', `n${n}`, '--answer', policy, '--role', 'intake,gallery'];
    const running = [];
    for (let node = 0; node < nodes; node += 1) {
      running.push(await startNode(database, '--allow-host', videoHost, ...args(node)));
    }
    const plan = { kind: 'follow', database, connections: 0, warmUpMs: 0, runMs: 0 };
    const follower = database === null ? null : await processes.start([program, JSON.stringify(plan)]);
    /** @type {Promise<string>} */
    const followed = new Promise((resolve) => follower?.lines((line) => line.startsWith('{') && resolve(line)));
    await emptyDiskQueue();
    const printed = await Promise.all(
      running.map(({ url }, node) =>
        run(process.execPath, [
          path.join(here, 'load.mjs'),
          JSON.stringify({
            url,
            videoHost: `${videoHost}/hang`,
            connections: count,
            warmUpMs,
            runMs,
            firstIndex: firstIndex + node * 10_000_000,
          }),
        ]),
      ),
    );
    const results = printed.map((text) => /** @type {import('./load.mjs').LoadResult} */ (parseJson(text)));
    firstIndex += nodes * 10_000_000;
    // What waits in the outboxes is sent when they end.
    await Promise.all(running.map((node) => node.stop()));
    if (database !== null && follower !== null) {
      const [row] = await server.query(
        database,
        `SELECT count(*)::int AS n FROM video_inbox.events WHERE body LIKE '%"type":"result"%'`,
      );
      await follower.stop();
      const told = /** @type {{ results: number, perSecond: number, p99Ms: number }} */ (parseJson(await followed));
      if (count === Math.max(...connections)) {
        follows.push({
          nodes,
          perSecond: told.perSecond,
          p99Ms: told.p99Ms,
          skipped: Number(row?.['n']) - told.results,
        });
      }
    }
    return {
      what,
      nodes,
      connections: count,
      perSecond: results.reduce((sum, { perSecond }) => sum + perSecond, 0),
      p99Ms: Math.max(...results.map(({ p99Ms }) => p99Ms)),
      refused: results.reduce((sum, { refused }) => sum + refused, 0),
    };
  }

  /** @param {number} workers @returns {Promise<number>} ms from the first callback to the last saved video */
  async function downloadsOf(workers) {
    say(`shared: ${films} films, ${workers} that download`);
    const sample = path.join(here, '../../src-main/node/samples/sample.mp4');
    const source = await processes.start([
      path.join(here, 'video-server.mjs'),
      sample,
      String(filmBytes),
      String(linkBytesPerSecond),
    ]);
    const database = await server.createDatabase();
    const hosts = ['--allow-host', new URL(source.url).host];
    const intake = await startNode(database, '--node', 'intake', '--role', 'intake,gallery', ...hosts);
    const running = [intake];
    for (let n = 0; n < workers; n += 1) {
      running.push(await startNode(database, '--node', `w${n}`, '--role', 'download,gallery', ...hosts));
    }
    const startMs = performance.now();
    for (let n = 0; n < films; n += 1) {
      const body = JSON.stringify(syntheticCallback(firstIndex + n, new URL(source.url).host));
      await fetch(intake.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    }
    firstIndex += films;
    for (;;) {
      const [row] = await server.query(
        database,
        `SELECT count(*)::int AS n FROM video_inbox.events WHERE body LIKE '%"type":"video-saved"%'`,
      );
      if (Number(row?.['n']) >= films) break;
      if (performance.now() - startMs > limitMs) throw new Error('the films were not saved in time');
      await new Promise((later) => setTimeout(later, 50));
    }
    const tookMs = performance.now() - startMs;
    await Promise.all([...running, source].map((each) => each.stop()));
    for (let n = 1; n <= folders; n += 1) await removeDir(path.join(workDir, `node-${n}`));
    return tookMs;
  }
}

/** @param {string} workDir @returns {Promise<string>} */
async function compareProgram(workDir) {
  await build({
    configFile: false,
    logLevel: 'silent',
    root: here,
    ssr: { noExternal: true },
    build: {
      ssr: path.join(here, 'shared-log.ts'),
      outDir: workDir,
      emptyOutDir: false,
      minify: false,
      rolldownOptions: { output: { entryFileNames: 'shared-log.mjs' } },
    },
  });
  return path.join(workDir, 'shared-log.mjs');
}

/** @param {SharedResult} result @param {import('./report.mjs').Goal[]} goals @returns {string} and adds to the goals */
export function sharedTables({ rows, follows, oneWorkerMs, twoWorkersMs }, goals) {
  const of = (/** @type {string} */ what, /** @type {number} */ connections) =>
    rows.find((row) => row.what === what && row.nodes === 1 && row.connections === connections)?.perSecond ?? NaN;
  for (const connections of new Set(rows.map((row) => row.connections))) {
    const local = of('--answer local', connections) / of(single, connections);
    goals.push({
      goal: `answered here, sent on behind: within 10 % of a single machine, ${connections} connections`,
      measured: `${figure(local)} x`,
      met: local >= 0.9,
    });
    const shared = of('--answer shared', connections) / of(bareInsert, connections);
    goals.push({
      goal: `committed first: at least 80 % of a bare insert, ${connections} connections`,
      measured: `${figure(shared)} x`,
      met: shared >= 0.8,
    });
  }
  const skipped = follows.reduce((sum, row) => sum + row.skipped, 0);
  goals.push({ goal: 'a follower skips nothing', measured: String(skipped), met: skipped === 0 });
  const speed = oneWorkerMs / twoWorkersMs;
  goals.push({
    goal: 'two that download at least 1.7 x as fast as one, where the link is the limit',
    measured: `${figure(speed)} x`,
    met: speed >= 1.7,
  });
  const answers = table(
    ['answered when', 'nodes', 'connections each', 'answers/s', 'p99 ms', 'refused'],
    rows.map(({ what, nodes, connections, perSecond, p99Ms, refused }) => [
      what,
      String(nodes),
      String(connections),
      figure(perSecond),
      figure(p99Ms),
      String(refused),
    ]),
  );
  const followers = table(
    ['followed', 'nodes that write', 'events/s', 'delay p99 ms', 'skipped'],
    follows.map(({ nodes, perSecond, p99Ms, skipped: lost }, n) => [
      ['local', 'shared', 'both'][Math.floor(n / 3)] ?? '',
      String(nodes),
      figure(perSecond),
      figure(p99Ms),
      String(lost),
    ]),
  );
  const downloads = table(
    ['that download', 'seconds'],
    [
      ['1', figure(oneWorkerMs / 1000)],
      ['2', figure(twoWorkersMs / 1000)],
    ],
  );
  return `Several machines, one PostgreSQL\n${answers}\n\nA follower\n${followers}\n\nFilms of 4 MiB at 2 MiB/s each\n${downloads}`;
}
