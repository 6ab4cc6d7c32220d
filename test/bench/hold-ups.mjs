/** Whether a callback waits for anything but its own way: slowest and 99th percentile while the inbox does something else. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { copyLibrary, emptyDiskQueue, parseJson, removeDir, run } from './processes.mjs';
import { median } from './report.mjs';
import { taskIdOf } from './synthetic.mjs';

/**
 * @typedef {import('./processes.mjs').Running} Running
 * @typedef {{ act: string, times: number, eachMs: number, perSecond: number, p99Ms: number, slowestMs: number, worstMs: number }} HoldUpRow medians of the rounds, but for `worstMs`: the slowest callback of all rounds
 * @typedef {import('./load.mjs').LoadResult & { times: number, actingMs: number }} HoldUpSample one act in one round
 * @typedef {{ processes: ReturnType<typeof import('./processes.mjs').createProcesses>, workDir: string, libraryDir: string, libraryTasks: number, videoHost: string, rounds: number, warmUpMs: number, runMs: number, bytes: number, say: (line: string) => void }} HoldUpOptions
 * @typedef {(name: string, ...args: unknown[]) => Promise<unknown>} Call
 * @typedef {(body: string) => Promise<void>} Post to the callback URL
 */

const here = import.meta.dirname;
/** Between two acts of a person who is in a hurry. */
const pauseMs = 100;
const query = {
  view: 'library',
  text: '',
  state: 'all',
  provider: null,
  order: 'newest',
  timeZone: 'UTC',
  offset: 0,
  limit: 100,
};

const manyKeys = Array.from({ length: 10_000 }, (_, index) => `kie-luma:${taskIdOf(index)}`);

/** No part of it is long, and it is read in one piece. */
const hostile = Array.from({ length: 260_000 }, (_, index) => `"name${index}":1`).join();

/** What is asked for while callbacks come in; `n` grows, so that no answer is a remembered one. @type {[string, (call: Call, n: number, post: Post) => Promise<unknown>][]} */
const acts = [
  ['nothing', () => Promise.resolve()],
  ['searching, from the first time on', (call, n) => call('tasks:query', { ...query, text: `lamplighter ${n}` })],
  ['sorting', (call, n) => call('tasks:query', { ...query, order: n % 2 === 0 ? 'largest' : 'oldest' })],
  ['filtering', (call, n) => call('tasks:query', { ...query, state: n % 2 === 0 ? 'ready' : 'failed' })],
  [
    'opening the settings',
    (call) => Promise.all([call('settings:get'), call('callback:list'), call('tunnel:details')]),
  ],
  ['marking 10,000 tasks', (call, n) => call('tasks:mark', manyKeys, { seen: n % 2 === 0 })],
  ['reading 4 MB that an enemy sent', (_call, n, post) => post(`{"task_id":"hostile-${n}","data":{${hostile}}}`)],
  ['checking and rebuilding the library', (call) => call('library:doctor', { rebuild: true })],
];

/**
 * Each round goes through all acts: the slowest of some two thousand callbacks differs by a third from itself.
 * @param {HoldUpOptions} options @returns {Promise<HoldUpRow[]>}
 */
export async function measureHoldUps(options) {
  const { workDir, libraryDir, libraryTasks, rounds, say } = options;
  const dataDir = path.join(workDir, 'hold-ups');
  await copyLibrary(libraryDir, dataDir);
  /** @type {Map<string, HoldUpSample[]>} */
  const samples = new Map(acts.map(([act]) => [act, []]));
  let firstIndex = libraryTasks + 1;
  for (let round = 0; round < rounds; round += 1) {
    for (const [act, begin] of acts) {
      say(`hold-ups, round ${round + 1} of ${rounds}: ${act}`);
      const sample = await holdUpOf(begin, dataDir, firstIndex, options);
      firstIndex = sample.nextIndex;
      samples.get(act)?.push(sample);
    }
  }
  await removeDir(dataDir);
  return [...samples].map(([act, of]) => ({
    act,
    times: median(of.map(({ times }) => times)),
    eachMs: median(of.map(({ times, actingMs }) => actingMs / times)),
    perSecond: median(of.map(({ perSecond }) => perSecond)),
    p99Ms: median(of.map(({ p99Ms }) => p99Ms)),
    slowestMs: median(of.map(({ slowestMs }) => slowestMs)),
    worstMs: Math.max(...of.map(({ slowestMs }) => slowestMs)),
  }));
}

/**
 * @param {(call: Call, n: number, post: Post) => Promise<unknown>} begin @param {string} dataDir @param {number} firstIndex
 * @param {HoldUpOptions} options @returns {Promise<HoldUpSample>}
 */
async function holdUpOf(begin, dataDir, firstIndex, { processes, videoHost, runMs }) {
  const inbox = await processes.startInbox(dataDir, '--allow-host', videoHost);
  const call = await caller(dataDir);
  const post = (/** @type {string} */ body) => postBody(inbox, body);
  await emptyDiskQueue();
  let isOver = /** @type {boolean} */ (false);
  const plan = { url: inbox.url, videoHost: `${videoHost}/hang`, connections: 4, warmUpMs: 500, runMs, firstIndex };
  const load = run(process.execPath, [path.join(here, 'load.mjs'), JSON.stringify(plan)]).finally(() => {
    isOver = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 600));
  let times = 0;
  let actingMs = 0;
  // What takes longer than the load is not waited for.
  const acting = (async () => {
    for (; !isOver; times += 1) {
      const startMs = performance.now();
      await begin(call, times, post);
      actingMs += performance.now() - startMs;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  })().catch((/** @type {unknown} */ error) => {
    if (!isOver) throw error;
  });
  const result = /** @type {import('./load.mjs').LoadResult} */ (parseJson(await load));
  await inbox.stop();
  await acting;
  return { ...result, times, actingMs };
}

/** @param {Omit<HoldUpOptions, 'libraryDir' | 'libraryTasks'>} options @returns {Promise<{ idleMs: number, busyMs: number, atOnce: number }>} */
export async function measureWhileDownloading({ processes, workDir, videoHost, rounds, runMs, bytes, say }) {
  const atOnce = 4;
  const sample = path.join(here, '../../src-main/node/samples/sample.mp4');
  /** @type {{ idle: number[], busy: number[] }} */
  const measured = { idle: [], busy: [] };
  for (let round = 0; round < rounds; round += 1) {
    say(`callbacks beside ${atOnce} downloads, round ${round + 1} of ${rounds}`);
    /** @type {('idle' | 'busy')[]} */
    const kinds = round % 2 === 0 ? ['idle', 'busy'] : ['busy', 'idle'];
    for (const kind of kinds) {
      const args = [path.join(here, 'video-server.mjs'), sample, String(bytes)];
      const servers = await Promise.all(Array.from({ length: atOnce }, () => processes.start(args)));
      const dataDir = path.join(workDir, `beside-${round}-${kind}`);
      const hosts = [videoHost, ...servers.map(({ url }) => new URL(url).host)].flatMap((host) => [
        '--allow-host',
        host,
      ]);
      const inbox = await processes.startInbox(dataDir, ...hosts);
      await emptyDiskQueue();
      if (kind === 'busy') await Promise.all(servers.map(({ url }, n) => postVideo(inbox, `${url}/${n}.mp4`, n)));
      const plan = {
        url: inbox.url,
        videoHost: `${videoHost}/hang`,
        connections: 16,
        warmUpMs: 500,
        runMs,
        firstIndex: 1,
      };
      const printed = await run(process.execPath, [path.join(here, 'load.mjs'), JSON.stringify(plan)]);
      measured[kind].push(/** @type {import('./load.mjs').LoadResult} */ (parseJson(printed)).p99Ms);
      await Promise.all([inbox, ...servers].map((running) => running.stop()));
      await removeDir(dataDir);
    }
  }
  return { idleMs: median(measured.idle), busyMs: median(measured.busy), atOnce };
}

/** @param {Running} inbox @param {string} url @param {number} n */
async function postVideo(inbox, url, n) {
  const data = { taskId: `beside-${n}`, promptJson: '{}', resultUrls: [url] };
  await postBody(inbox, JSON.stringify({ code: 200, msg: 'success', data }));
}

/** @param {Running} inbox @param {string} body */
async function postBody(inbox, body) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(inbox.url, { method: 'POST', headers, body });
  if (response.status !== 200) throw new Error(`the callback was answered ${response.status}`);
}

/** @param {string} dataDir @returns {Promise<Call>} */
async function caller(dataDir) {
  const { localPort, localKey } = /** @type {{ localPort: number, localKey: string }} */ (
    parseJson(await readFile(path.join(dataDir, 'instance.json'), 'utf8'))
  );
  return async (name, ...args) => {
    const response = await fetch(`http://127.0.0.1:${localPort}/call/${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${localKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(args),
    });
    return response.json();
  };
}
