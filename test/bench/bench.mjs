// Measures the built program and prints one table per question, with the goals beside.
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { readFlags } from '../../scripts/flags.mjs';
import { bareHttp, express, limit, measureAnswers } from './answers.mjs';
import { freshCallbacks, measureCost } from './cost.mjs';
import { measureDownloads } from './downloads.mjs';
import { farBehindTable, measureFarBehind } from './far-behind.mjs';
import { measureGallery, writePosters } from './gallery.mjs';
import { measureHoldUps, measureWhileDownloading } from './hold-ups.mjs';
import { createProcesses, indexSaved, makeWorkDir, memoryMb, removeDir } from './processes.mjs';
import { figure, goalTable, median, table } from './report.mjs';
import { measureShared, sharedTables } from './shared.mjs';
import { writeLibrary } from './synthetic.mjs';
import { measureTunnel, tunnelTable } from './tunnel.mjs';
import { measureWatching } from './watching.mjs';

const parts = ['answers', 'behind', 'cost', 'downloads', 'gallery', 'holdups', 'shared', 'start', 'tunnel', 'watching'];
const usage = `npm run bench [-- --quick] [--only PART] [--beside DIR]
--quick  fewer and shorter rounds, a smaller library
--only   one of ${parts.join(', ')}
--beside another checkout with its build, for what a callback costs in it`;
const values = readFlags(usage, {
  quick: { type: 'boolean', default: false },
  only: { type: 'string' },
  beside: { type: 'string' },
});
const scale = values.quick
  ? {
      libraryTasks: 10_000,
      rounds: 1,
      warmUpMs: 500,
      runMs: 1500,
      bytes: 2 ** 28,
      memoryBytes: 2 ** 27,
      starts: 3,
      watched: 200,
      quietMs: 10_000,
      films: 16,
      turns: 12,
      behind: 20_000,
    }
  : {
      libraryTasks: 100_000,
      rounds: 3,
      warmUpMs: 1500,
      runMs: 4000,
      bytes: 2 ** 30,
      memoryBytes: 2 ** 29,
      starts: 5,
      watched: 1000,
      quietMs: 120_000,
      films: 64,
      turns: 40,
      behind: 1_000_000,
    };
const connections = [1, 16];
const settleMs = 5000;
if (values.only !== undefined && !parts.includes(values.only)) {
  console.error(`--only must be one of ${parts.join(', ')}, not "${values.only}".`);
  process.exit(1);
}
const wanted = (/** @type {string} */ part) => values.only === undefined || values.only === part;

/** @param {string} line */
const say = (line) => console.error(line);
const processes = createProcesses();
const workDir = await makeWorkDir();
/** @type {import('./report.mjs').Goal[]} */
const goals = [];

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(signal, () => void cleanUp().then(() => process.exit(130)));
}

try {
  console.log(
    `Node ${process.version}, ${process.platform}, ${availableParallelism()} cores, ${new Date().toISOString()}`,
  );
  const libraryDir = path.join(workDir, 'library');
  if (wanted('answers') || wanted('cost') || wanted('start') || wanted('holdups') || wanted('gallery')) {
    say(`making a library of ${scale.libraryTasks} tasks`);
    await writePosters(libraryDir, await writeLibrary(libraryDir, scale.libraryTasks, scale.libraryTasks / 20));
    const firstStart = await processes.startInbox(libraryDir); // makes the index from the journal, once
    await indexSaved(libraryDir);
    await firstStart.stop();
    say(`its first start, which made the index, took ${figure(firstStart.readyMs)} ms`);
  }
  if (wanted('start')) await start(libraryDir);
  if (wanted('answers')) await answers(libraryDir);
  if (wanted('cost')) await cost(libraryDir);
  if (wanted('holdups')) await holdUps(libraryDir);
  if (wanted('downloads')) await downloads();
  if (wanted('downloads') || wanted('holdups')) await besideDownloads();
  if (wanted('gallery')) goals.push(...(await measureGallery({ processes, libraryDir, say, ...scale })));
  if (wanted('tunnel')) await tunnel();
  if (wanted('watching')) await watching();
  if (wanted('shared')) await shared();
  if (wanted('behind')) await farBehind();
  console.log(`\n${goalTable(goals)}`);
} finally {
  await cleanUp();
}

function startVideoServer() {
  return processes.start([
    path.join(import.meta.dirname, 'video-server.mjs'),
    path.join(import.meta.dirname, '../../src-main/node/samples/sample.mp4'),
    String(2 ** 20),
  ]);
}

async function cleanUp() {
  await processes.stopAll();
  await removeDir(workDir);
}

/** @param {string} libraryDir */
async function start(libraryDir) {
  /** @type {Map<string, number[]>} */
  const times = new Map([
    ['0', []],
    [String(scale.libraryTasks), []],
  ]);
  /** @type {number[]} */
  const memory = [];
  for (let round = 0; round < scale.starts; round += 1) {
    say(`start, round ${round + 1} of ${scale.starts}`);
    for (const [tasks, dir] of [
      ['0', path.join(workDir, 'start-empty')],
      [String(scale.libraryTasks), libraryDir],
    ]) {
      const inbox = await processes.startInbox(dir ?? '');
      times.get(tasks ?? '')?.push(inbox.readyMs);
      if (dir === libraryDir) {
        await new Promise((resolve) => setTimeout(resolve, settleMs)); // what was needed for the start only is given back
        memory.push(memoryMb(inbox.pid) ?? NaN);
      }
      await inbox.stop();
    }
  }
  const rows = [...times].map(([tasks, measured]) => [tasks, figure(median(measured)), figure(Math.max(...measured))]);
  console.log(`\nStart to "ready"\n${table(['tasks', 'median ms', 'worst ms'], rows)}`);
  const fullMs = median(times.get(String(scale.libraryTasks)) ?? []);
  goals.push({
    goal: `ready with ${figure(scale.libraryTasks)} tasks within 1.0 s`,
    measured: `${figure(fullMs / 1000)} s`,
    met: fullMs <= 1000,
  });
  const residentMb = median(memory);
  goals.push({
    goal: `resident memory after a start with ${figure(scale.libraryTasks)} tasks at most 200 MB`,
    measured: `${figure(residentMb)} MB`,
    met: Number.isNaN(residentMb) ? null : residentMb <= 200,
  });
}

/** @param {string} libraryDir */
async function answers(libraryDir) {
  const videoServer = await startVideoServer();
  const rows = await measureAnswers({
    processes,
    workDir,
    libraryDir,
    connections,
    say,
    ...scale,
    // Of a single short one nothing can be told: the same build differs by a third from itself.
    rounds: Math.max(scale.rounds, 3),
    videoHost: new URL(videoServer.url).host,
  });
  await videoServer.stop();
  const base = (/** @type {number} */ count) =>
    rows.find((row) => row.receiver === express && row.connections === count)?.perSecond ?? NaN;
  console.log(
    `\nAnswers to callbacks, each a new task\n${table(
      ['receiver', 'tasks before', 'connections', 'answers/s', 'of Express', 'p50 ms', 'p99 ms', 'refused'],
      rows.map((row) => [
        row.receiver,
        figure(row.tasks),
        String(row.connections),
        figure(row.perSecond),
        `${figure((row.perSecond / base(row.connections)) * 100)} %`,
        figure(row.p50Ms),
        figure(row.p99Ms),
        String(row.refused),
      ]),
    )}`,
  );
  const inbox = (/** @type {number} */ tasks, /** @type {number} */ count) =>
    rows.find((row) => row.receiver === 'Video Inbox' && row.tasks === tasks && row.connections === count);
  const of16 = (/** @type {string} */ name) =>
    rows.find((row) => row.receiver === name && row.connections === 16)?.perSecond ?? NaN;
  const [most, httpAlone] = [of16(limit), of16(bareHttp)];
  // One thread that takes a callback by HTTP and then appends it to the log can do so many a second.
  const both = 1 / (1 / most + 1 / httpAlone);
  for (const tasks of [0, scale.libraryTasks]) {
    const perSecond = inbox(tasks, 16)?.perSecond ?? NaN;
    goals.push(
      {
        goal: `at least 3,000 durable answers/s, 16 connections, ${figure(tasks)} tasks`,
        measured: figure(perSecond),
        met: perSecond >= 3000,
      },
      {
        goal: `as many as Express that stores nothing, 16 connections, ${figure(tasks)} tasks`,
        measured: `${figure(perSecond / base(16))} x`,
        met: perSecond >= base(16),
      },
      {
        goal: `at least half of the same log without HTTP, 16 connections, ${figure(tasks)} tasks`,
        measured: `${figure(perSecond / most)} x (Node's HTTP alone ${figure(httpAlone / most)} x, both in turn ${figure(both / most)} x)`,
        met: perSecond >= most / 2,
      },
    );
  }
  for (const count of connections) {
    const ratio = (inbox(scale.libraryTasks, count)?.p99Ms ?? NaN) / (inbox(0, count)?.p99Ms ?? NaN);
    goals.push({
      goal: `p99 with ${figure(scale.libraryTasks)} tasks at most 1.2 x p99 with none, ${count} connections`,
      measured: `${figure(ratio)} x`,
      met: ratio <= 1.2,
    });
  }
}

/** @param {string} libraryDir */
async function cost(libraryDir) {
  const videoServer = await startVideoServer();
  const videoHost = new URL(videoServer.url).host;
  const rows = await measureCost({ processes, workDir, libraryDir, say, ...scale, videoHost, beside: values.beside });
  await videoServer.stop();
  if (rows === null) {
    say('this system does not tell the processor time of a thread, so the cost of a callback is not measured');
    return;
  }
  console.log(
    `\nCost of a callback, each a new task, 16 connections, in turns\n${table(
      ['receiver', 'tasks before', 'main thread us', 'other threads us', 'p50 ms', 'p99 ms', 'refused'],
      rows.map((row) => [
        row.receiver,
        figure(row.tasks),
        figure(row.mainUs),
        figure(row.othersUs),
        figure(row.p50Ms),
        figure(row.p99Ms),
        String(row.refused),
      ]),
    )}`,
  );
  console.log(
    `\nThe same of programs that have just begun, main thread + others, us\n${table(
      [
        'receiver',
        'tasks before',
        ...freshCallbacks.map((count, n) => `${n === 0 ? 'first' : 'next'} ${figure(count)}`),
      ],
      rows.map(({ receiver, tasks, fresh }) => [
        receiver,
        figure(tasks),
        ...fresh.map(({ mainUs, othersUs }) => `${figure(mainUs)} + ${figure(othersUs)}`),
      ]),
    )}`,
  );
  const [, none, many] = rows;
  const ratio = (many?.mainUs ?? NaN) / (none?.mainUs ?? NaN);
  goals.push({
    goal: `a callback takes the main thread with ${figure(scale.libraryTasks)} tasks at most 1.1 x as long as with none`,
    measured: `${figure(ratio)} x`,
    met: ratio <= 1.1,
  });
}

/** @param {string} libraryDir */
async function holdUps(libraryDir) {
  const videoServer = await startVideoServer();
  const videoHost = new URL(videoServer.url).host;
  const options = { processes, workDir, libraryDir, say, ...scale, videoHost };
  const rows = await measureHoldUps(options);
  await videoServer.stop();
  console.log(
    `\nCallbacks while something else goes on, ${figure(scale.libraryTasks)} tasks, 4 connections\n${table(
      ['meanwhile', 'times', 'ms each', 'answers/s', 'p99 ms', 'slowest ms', 'of all rounds'],
      rows.map((row) => [
        row.act,
        String(row.times),
        figure(row.eachMs),
        figure(row.perSecond),
        figure(row.p99Ms),
        figure(row.slowestMs),
        figure(row.worstMs),
      ]),
    )}`,
  );
  const idle = rows[0]?.slowestMs ?? NaN;
  const worst = Math.max(...rows.slice(1).map(({ slowestMs }) => slowestMs));
  goals.push({
    goal: 'no callback held up by more than 50 ms, whatever else goes on',
    measured: `${figure(worst - idle)} ms more than at rest`,
    met: worst - idle <= 50,
  });
}

async function besideDownloads() {
  const videoServer = await startVideoServer();
  const videoHost = new URL(videoServer.url).host;
  const { idleMs, busyMs, atOnce } = await measureWhileDownloading({ processes, workDir, say, ...scale, videoHost });
  await videoServer.stop();
  goals.push({
    goal: `p99 while ${atOnce} downloads run at most 1.3 x p99 at rest, 16 connections`,
    measured: `${figure(busyMs / idleMs)} x (${figure(busyMs)} ms, ${figure(idleMs)} ms)`,
    met: busyMs <= idleMs * 1.3,
  });
}

async function tunnel() {
  const videoServer = await startVideoServer();
  const videoHost = new URL(videoServer.url).host;
  const rows = await measureTunnel({ processes, workDir, connections, say, ...scale, videoHost });
  await videoServer.stop();
  console.log(`\nAnswers through the tunnel, by a stand-in edge on loopback\n${tunnelTable(rows)}`);
}

async function watching() {
  const videoServer = await startVideoServer();
  const rows = await measureWatching({ processes, workDir, say, ...scale, videoHost: new URL(videoServer.url).host });
  await videoServer.stop();
  const shown = (/** @type {number | null} */ value) => (value === null ? 'not measured here' : figure(value));
  console.log(
    `\nTasks that are waited for and asked about, none of which ends, and callbacks beside it\n${table(
      ['tasks waited for', 'CPU %', 'memory MB', 'calls a minute', 'most in a second', 'answers/s', 'p99 ms'],
      rows.map((row) => [
        figure(row.watched),
        shown(row.cpuPercent),
        shown(row.memoryMb),
        figure(row.callsPerMinute),
        String(row.mostInOneSecond),
        figure(row.perSecond),
        figure(row.p99Ms),
      ]),
    )}`,
  );
  const [none, all] = rows;
  goals.push(
    {
      goal: `${figure(all?.watched ?? 0)} tasks waited for cost at most 5 % of one core`,
      measured: `${shown(all?.cpuPercent ?? null)} %`,
      met: typeof all?.cpuPercent === 'number' ? all.cpuPercent <= 5 : null,
    },
    {
      goal: 'no provider is asked more than 10 times in a second',
      measured: String(all?.mostInOneSecond),
      // A window that is not the gate's own may hold the end of one and the beginning of the next.
      met: (all?.mostInOneSecond ?? Infinity) <= 11,
    },
    {
      goal: 'p99 of callbacks beside it at most 1.3 x p99 with none',
      measured: `${figure((all?.p99Ms ?? NaN) / (none?.p99Ms ?? NaN))} x`,
      met: (all?.p99Ms ?? Infinity) <= (none?.p99Ms ?? 0) * 1.3,
    },
  );
}

async function shared() {
  const videoServer = await startVideoServer();
  const videoHost = new URL(videoServer.url).host;
  const plan = values.quick
    ? { warmUpMs: 500, runMs: 2500, rounds: 2, nodeCounts: [1, 2], films: 16 }
    : { ...scale, rounds: 4, nodeCounts: [1, 2, 3] };
  const result = await measureShared({ processes, workDir, connections, say, ...plan, videoHost });
  if (result === null) say('there is no PostgreSQL server here, so several machines are not measured');
  else console.log(`\n${sharedTables(result, goals)}`);
}

async function farBehind() {
  const rows = await measureFarBehind({ processes, workDir, say, ...scale });
  if (rows === null) say('there is no PostgreSQL server here, so none is measured that is far behind');
  else console.log(`\n${farBehindTable(rows, scale.behind, goals)}`);
}

async function downloads() {
  const result = await measureDownloads({ processes, workDir, say, ...scale, rounds: Math.max(scale.rounds, 2) });
  const ratio = result.curlMs === null ? NaN : result.inboxMs / result.curlMs;
  const syncRatio = result.curlSyncMs === null ? NaN : result.inboxMs / result.curlSyncMs;
  const hashRatio = result.curlHashMs === null ? NaN : result.inboxMs / result.curlHashMs;
  console.log(
    `\nDownload of ${figure(result.bytes / 2 ** 20)} MiB from loopback\n${table(
      ['fetched by', 'seconds'],
      [
        ['curl', figure((result.curlMs ?? NaN) / 1000)],
        ['curl, then a sync of the file', figure((result.curlSyncMs ?? NaN) / 1000)],
        ...(result.curlHashMs === null
          ? []
          : [['curl, then openssl dgst -sha256 and a sync', figure(result.curlHashMs / 1000)]]),
        ['Video Inbox: checked, hashed, synced', figure(result.inboxMs / 1000)],
      ],
    )}`,
  );
  goals.push({
    goal: "download within 10 % of curl's time",
    measured: `${figure(ratio)} x (${figure(syncRatio)} x of curl with a sync, ${figure(hashRatio)} x with the hash too)`,
    met: Number.isNaN(ratio) ? null : ratio <= 1.1,
  });
  goals.push({
    goal: `memory under 200 MB with ${result.atOnce} files at once`,
    measured: result.memoryMb === null ? 'not measured here' : `${figure(result.memoryMb)} MB`,
    met: result.memoryMb === null ? null : result.memoryMb < 200,
  });
}
