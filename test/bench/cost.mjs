/**
 * What a callback costs in processor time, and whether it costs more beside many tasks. All receivers run beside each
 * other and get their callbacks in turns, so what disturbs one disturbs all: unlike answers a second, this can be told on
 * a busy machine. Linux tells the time of each thread.
 */
import { connect } from 'node:net';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { copyLibrary, emptyDiskQueue, removeDir } from './processes.mjs';
import { express } from './answers.mjs';
import { callbackRequests, isWhole } from './requests.mjs';

/**
 * @typedef {import('./processes.mjs').Running} Running
 * @typedef {{ receiver: string, tasks: number, mainUs: number, othersUs: number, fresh: Spent[], p50Ms: number, p99Ms: number, refused: number }} CostRow
 * @typedef {{ mainUs: number, othersUs: number }} Spent
 * @typedef {{ receiver: string, tasks: number, running: Running, load: ReturnType<typeof loadOf>, fresh: Spent[] }} Measured
 */

const here = import.meta.dirname;
const connections = 16;
const callbacksPerTurn = 320;
/** Until the engine has compiled most of what it will, and lists with a limit begin to fill; told in these parts. */
const warmUpTurns = [3, 3, 6, 12];
/** So many callbacks are in each of them. */
export const freshCallbacks = warmUpTurns.map((turns) => turns * callbacksPerTurn);
/** What is done behind the answers is a part of them: the index is saved within so long. */
const behindMs = 4000;

/**
 * @param {{ processes: ReturnType<typeof import('./processes.mjs').createProcesses>, workDir: string, libraryDir: string, libraryTasks: number, videoHost: string, turns: number, beside: string | undefined, say: (line: string) => void }} options
 * @returns {Promise<CostRow[] | null>} `null` where the system does not tell the time of a thread
 */
export async function measureCost({ processes, workDir, libraryDir, libraryTasks, videoHost, turns, beside, say }) {
  if (process.platform !== 'linux') return null;
  const allow = ['--allow-host', videoHost];
  const dirAt = (/** @type {string} */ name) => path.join(workDir, `cost-${name}`);
  const [emptyDir, fullDir, otherDir] = [dirAt('empty'), dirAt('full'), dirAt('other')];
  await copyLibrary(libraryDir, fullDir);
  /** @type {[string, number, Promise<Running>][]} */
  const starts = [
    [express, 0, processes.start([path.join(here, 'receivers/express.mjs')])],
    ['Video Inbox', 0, processes.startInbox(emptyDir, ...allow)],
    ['Video Inbox', libraryTasks, processes.startInbox(fullDir, ...allow)],
  ];
  if (beside !== undefined) {
    const other = processes.startBuild(path.resolve(beside, 'dist/main/cli.cjs'), otherDir, ...allow);
    starts.push([`the build in ${beside}`, 0, other]);
  }
  /** @type {Measured[]} */
  const all = [];
  for (const [receiver, tasks, start] of starts) {
    const running = await start;
    all.push({ receiver, tasks, running, load: loadOf(running.url, `${videoHost}/hang`, libraryTasks + 1), fresh: [] });
  }
  say('cost of a callback, turns to warm up');
  await emptyDiskQueue();
  for (const part of warmUpTurns) {
    const began = all.map(({ running }) => spentBy(running.pid));
    for (let turn = 0; turn < part; turn += 1) for (const { load } of all) await load.turn();
    for (const [index, { running, fresh }] of all.entries()) {
      fresh.push(forEach(began[index], spentBy(running.pid), part * callbacksPerTurn));
    }
  }
  await new Promise((resolve) => setTimeout(resolve, behindMs));
  const before = all.map(({ running, load }) => {
    load.forget();
    return spentBy(running.pid);
  });
  say(`cost of a callback, ${turns} turns of ${callbacksPerTurn} for each receiver`);
  for (let turn = 0; turn < turns; turn += 1) {
    for (const { load } of turn % 2 === 0 ? all : [...all].reverse()) await load.turn();
  }
  await new Promise((resolve) => setTimeout(resolve, behindMs));
  const rows = all.map(({ receiver, tasks, running, load, fresh }, index) => ({
    receiver,
    tasks,
    ...forEach(before[index], spentBy(running.pid), turns * callbacksPerTurn),
    fresh,
    p50Ms: load.percentile(0.5),
    p99Ms: load.percentile(0.99),
    refused: load.refused(),
  }));
  for (const { running } of all) await running.stop();
  for (const dir of [emptyDir, fullDir, otherDir]) await removeDir(dir);
  return rows;
}

/** @param {Spent | undefined} before @param {Spent} after @param {number} count @returns {Spent} for each of so many callbacks */
function forEach(before, after, count) {
  return {
    mainUs: (after.mainUs - (before?.mainUs ?? 0)) / count,
    othersUs: (after.othersUs - (before?.othersUs ?? 0)) / count,
  };
}

/** @param {number} pid @returns {Spent} processor time of a process so far; its first thread has its number */
function spentBy(pid) {
  const spent = { mainUs: 0, othersUs: 0 };
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const us = timeOf(`/proc/${pid}/task/${thread}/schedstat`);
    if (thread === String(pid)) spent.mainUs += us;
    else spent.othersUs += us;
  }
  return spent;
}

/** @param {string} file */
function timeOf(file) {
  try {
    return Number(readFileSync(file, 'utf8').split(' ')[0]) / 1000;
  } catch {
    return 0; // the thread has ended
  }
}

/** @param {string} url @param {string} videoHost @param {number} firstIndex */
function loadOf(url, videoHost, firstIndex) {
  const target = new URL(url);
  const requestOf = callbackRequests(target, videoHost);
  let next = firstIndex;
  let left = 0;
  let refused = 0;
  /** @type {number[]} */
  let latenciesMs = [];
  /** @returns {Promise<void>} one connection posts as long as there is something left of the turn */
  function post() {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: target.hostname, port: Number(target.port), noDelay: true });
      let sentAtMs = 0;
      let text = '';
      const send = () => {
        if (left === 0) {
          socket.end();
          return;
        }
        left -= 1;
        const bytes = requestOf(next);
        next += 1;
        sentAtMs = performance.now();
        socket.write(bytes);
      };
      socket.setEncoding('latin1').on('data', (/** @type {string} */ chunk) => {
        text += chunk;
        if (!isWhole(text)) return;
        if (!text.startsWith('HTTP/1.1 200')) refused += 1;
        latenciesMs.push(performance.now() - sentAtMs);
        text = '';
        send();
      });
      socket
        .once('connect', send)
        .once('error', reject)
        .once('close', () => resolve());
    });
  }

  return {
    async turn() {
      left = callbacksPerTurn;
      await Promise.all(Array.from({ length: connections }, () => post()));
    },
    forget() {
      latenciesMs = [];
    },
    /** @param {number} share */
    percentile(share) {
      const sorted = latenciesMs.toSorted((a, b) => a - b);
      return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
    },
    refused: () => refused,
  };
}
