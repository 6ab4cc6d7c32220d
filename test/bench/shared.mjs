/** Several machines that share a log in one PostgreSQL: how fast they answer, how late the others know, who downloads. */
import path from 'node:path';
import { build, runnerImport } from 'vite';
import { cliFile, repoDir } from '../../scripts/built.mjs';
import { emptyDiskQueue, galleryAddressIn, parseJson, removeDir, run } from './processes.mjs';
import { figure, median, table } from './report.mjs';
import { syntheticCallback } from './synthetic.mjs';

/**
 * @typedef {import('./processes.mjs').Running} Running
 * @typedef {{ kind: 'bare' | 'bare-http' | 'follow', database: string, connections: number, warmUpMs: number, runMs: number }} SharedPlan
 * @typedef {{ what: string, nodes: number, connections: number, perSecond: number, p99Ms: number, refused: number }} SharedRow
 * @typedef {{ what: string, nodes: number, perSecond: number, p99Ms: number, skipped: number }} FollowRow
 * @typedef {{ connections: number, local: number, shared: number, bareHttp: number, single: number }} Shares of one machine's
 * answers, and of the bare insert's
 * @typedef {{ rows: SharedRow[], shares: Shares[], follows: FollowRow[], oneWorkerMs: number, twoWorkersMs: number }} SharedResult
 * @typedef {typeof import('../support/postgres.ts')} PostgresModule
 */

const here = import.meta.dirname;
const single = 'one machine, no database';
const bareInsert = 'bare insert, group commit, in one process';
const bareHttp = 'the same insert behind a bare HTTP server';
const limitMs = 300_000;
const filmBytes = 4 * 2 ** 20;
/** Of one connection, so that the link is the limit and not this machine. */
const linkBytesPerSecond = 2 * 2 ** 20;

/**
 * @param {{ processes: ReturnType<typeof import('./processes.mjs').createProcesses>, workDir: string, videoHost: string, warmUpMs: number, runMs: number, rounds: number, nodeCounts: number[], films: number, connections: number[], say: (line: string) => void }} options
 * @returns {Promise<SharedResult | null>} `null` where there is no PostgreSQL
 */
export async function measureShared(options) {
  const { processes, workDir, videoHost, warmUpMs, runMs, rounds, nodeCounts, films, connections, say } = options;
  /** @type {{ module: PostgresModule }} */
  const { module } = await runnerImport(path.join(here, '../support/postgres.ts'), {
    configFile: false,
    root: repoDir,
    logLevel: 'error',
  });
  if (module.whyNoPostgres !== null) return null;
  const server = await module.startPostgres({ isOnDisk: true });
  const program = await compareProgram(workDir);
  let folders = 0;
  let firstIndex = 1;
  try {
    const oneWorkerMs = await downloadsOf(1);
    const twoWorkersMs = await downloadsOf(2);
    /** @type {SharedRow[]} */
    const rows = [];
    /** @type {FollowRow[]} */
    const follows = [];
    /** @type {Shares[]} */
    const shares = [];
    for (const count of connections) shares.push(await comparedWith(count, rows));
    for (const policy of ['local', 'shared', 'both']) {
      for (const nodes of nodeCounts) {
        for (const count of connections) rows.push(await answersOf(policy, nodes, count, follows));
      }
    }
    return { rows, shares, follows, oneWorkerMs, twoWorkersMs };
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
      args.some((arg) => arg.startsWith('download,')) ? galleryAddressIn : undefined,
    );
  }

  /** @param {Running} receiver @param {number} count @returns {Promise<import('./load.mjs').LoadResult>} */
  async function load({ url }, count) {
    const plan = { url, videoHost: `${videoHost}/hang`, connections: count, warmUpMs, runMs, firstIndex };
    firstIndex += 10_000_000;
    const printed = await run(process.execPath, [path.join(here, 'load.mjs'), JSON.stringify(plan)]);
    return /** @type {import('./load.mjs').LoadResult} */ (parseJson(printed));
  }

  /** @param {SharedPlan['kind']} kind @param {string} database @param {number} count @returns {string[]} */
  function comparison(kind, database, count) {
    return [program, JSON.stringify({ kind, database, connections: count, warmUpMs, runMs })];
  }

  /**
   * One machine alone, one with each policy, and what they are compared with, in turns: each round compares what ran in
   * the same minute on the same machine. The first round is for warming up.
   * @param {number} count @param {SharedRow[]} rows @returns {Promise<Shares>}
   */
  async function comparedWith(count, rows) {
    const newDatabase = async () => server.direct(await server.createDatabase());
    const hosts = ['--allow-host', videoHost];
    const roles = ['--role', 'intake,gallery', ...hosts];
    const receivers = new Map([
      [single, await startNode(null, ...hosts)],
      ['--answer local', await startNode(await newDatabase(), '--node', 'n', '--answer', 'local', ...roles)],
      ['--answer shared', await startNode(await newDatabase(), '--node', 'n', '--answer', 'shared', ...roles)],
      [bareHttp, await processes.start(comparison('bare-http', await newDatabase(), count))],
    ]);
    const names = [bareInsert, ...receivers.keys()];
    /** @type {Map<string, { perSecond: number, p99Ms: number, refused: number }>[]} */
    const told = [];
    for (let round = 0; round <= rounds; round += 1) {
      say(`shared: ${count} connections, round ${round} of ${rounds}`);
      /** @type {Map<string, { perSecond: number, p99Ms: number, refused: number }>} */
      const results = new Map();
      for (const name of round % 2 === 0 ? names : names.toReversed()) {
        await emptyDiskQueue();
        const receiver = receivers.get(name);
        const result =
          receiver === undefined
            ? parseJson(await run(process.execPath, comparison('bare', await newDatabase(), count)))
            : await load(receiver, count);
        results.set(name, /** @type {SharedRow} */ (result));
      }
      if (round > 0) told.push(results);
    }
    await Promise.all([...receivers.values()].map((receiver) => receiver.stop()));
    const each = (/** @type {string} */ name) => told.flatMap((results) => results.get(name) ?? []);
    for (const what of names) {
      rows.push({
        what,
        nodes: 1,
        connections: count,
        perSecond: median(each(what).map(({ perSecond }) => perSecond)),
        p99Ms: median(each(what).map(({ p99Ms }) => p99Ms)),
        refused: each(what).reduce((sum, { refused }) => sum + refused, 0),
      });
    }
    const share = (/** @type {string} */ name, /** @type {string} */ of) =>
      median(told.map((results) => (results.get(name)?.perSecond ?? NaN) / (results.get(of)?.perSecond ?? NaN)));
    return {
      connections: count,
      local: share('--answer local', single),
      shared: share('--answer shared', bareInsert),
      bareHttp: share(bareHttp, bareInsert),
      single: share(single, bareInsert),
    };
  }

  /** @param {string} policy @param {number} nodes @param {number} count @param {FollowRow[]} follows @returns {Promise<SharedRow>} */
  async function answersOf(policy, nodes, count, follows) {
    const what = `--answer ${policy}, and one that follows`;
    say(`shared: ${what}, ${nodes} nodes, ${count} connections each`);
    const database = server.direct(await server.createDatabase());
    const running = [];
    for (let node = 0; node < nodes; node += 1) {
      const flags = ['--node', `n${node}`, '--answer', policy, '--role', 'intake,gallery', '--allow-host', videoHost];
      running.push(await startNode(database, ...flags));
    }
    const follower = await processes.start(comparison('follow', database, 0));
    /** @type {Promise<string>} */
    const followed = new Promise((resolve) => follower.lines((line) => line.startsWith('{') && resolve(line)));
    await emptyDiskQueue();
    const results = await Promise.all(running.map((node) => load(node, count)));
    // What waits in the outboxes is sent when they end.
    await Promise.all(running.map((node) => node.stop()));
    const [row] = await server.query(
      database,
      `SELECT count(*)::int AS n FROM video_inbox.events WHERE body LIKE '%"type":"result"%'`,
    );
    await follower.stop();
    const told = /** @type {{ results: number, perSecond: number, p99Ms: number }} */ (parseJson(await followed));
    if (count === Math.max(...connections)) {
      const skipped = Number(row?.['n']) - told.results;
      follows.push({ what: `--answer ${policy}`, nodes, perSecond: told.perSecond, p99Ms: told.p99Ms, skipped });
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
export function sharedTables({ rows, shares, follows, oneWorkerMs, twoWorkersMs }, goals) {
  for (const { connections, local, shared, bareHttp: http, single: alone } of shares) {
    goals.push({
      goal: `answered here, sent on behind: within 10 % of a single machine, ${connections} connections`,
      measured: `${figure(local)} x`,
      met: local >= 0.9,
    });
    goals.push({
      goal: `committed first: at least 80 % of a bare insert, ${connections} connections`,
      measured: `${figure(shared)} x (behind a bare HTTP server ${figure(http)} x, a machine without a database ${figure(alone)} x)`,
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
    follows.map(({ what, nodes, perSecond, p99Ms, skipped: lost }) => [
      what,
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
