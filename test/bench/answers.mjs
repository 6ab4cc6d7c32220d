/** How fast callbacks are answered, beside receivers that store nothing or store the obvious way. */
import path from 'node:path';
import { build } from 'vite';
import { copyLibrary, emptyDiskQueue, parseJson, removeDir, run } from './processes.mjs';
import { median } from './report.mjs';

/**
 * @typedef {{ dir: string, connections: number, warmUpMs: number, runMs: number }} CommitPlan
 * @typedef {{ name: string, tasks: number, start: (round: number) => Promise<import('./processes.mjs').Running> }} Receiver
 * @typedef {{ receiver: string, tasks: number, connections: number, perSecond: number, p50Ms: number, p99Ms: number, refused: number }} AnswerRow
 */

const here = import.meta.dirname;
/** What no receiver with our promises can pass. */
export const limit = 'The same log, without HTTP';
/** What no receiver that Node's HTTP answers can pass, with promises or without. */
export const bareHttp = "Node's HTTP, stores nothing";
/** What a user would write first. */
export const express = 'Express, stores nothing';

/**
 * Each round goes through all receivers, every other round backwards; the numbers are medians of the rounds.
 * @param {{ processes: ReturnType<typeof import('./processes.mjs').createProcesses>, workDir: string, libraryDir: string, libraryTasks: number, videoHost: string, rounds: number, warmUpMs: number, runMs: number, connections: number[], say: (line: string) => void }} options
 * @returns {Promise<AnswerRow[]>}
 */
export async function measureAnswers(options) {
  const { processes, workDir, libraryDir, libraryTasks, videoHost, rounds, warmUpMs, runMs, connections, say } =
    options;
  const allow = ['--allow-host', videoHost];
  /** Each start gets a fresh copy, so that one round's callbacks do not weigh on the next. @type {Receiver[]} */
  const receivers = [
    {
      name: bareHttp,
      tasks: 0,
      start: () => processes.start([path.join(here, 'receivers/node-http.mjs')]),
    },
    {
      name: express,
      tasks: 0,
      start: () => processes.start([path.join(here, 'receivers/express.mjs')]),
    },
    lowdb(0),
    lowdb(10_000),
    {
      name: 'Video Inbox',
      tasks: 0,
      start: (round) => processes.startInbox(path.join(workDir, `empty-${round}`), ...allow),
    },
    {
      name: 'Video Inbox',
      tasks: libraryTasks,
      start: async (round) => {
        const dataDir = path.join(workDir, `full-${round}`);
        await copyLibrary(libraryDir, dataDir);
        return processes.startInbox(dataDir, ...allow);
      },
    },
  ];
  /** @type {Map<string, AnswerRow[]>} */
  const samples = new Map();
  const program = await commitProgram(workDir);
  let runs = 0;

  for (let round = 0; round < rounds; round += 1) {
    for (const count of connections) {
      say(`answers, round ${round + 1} of ${rounds}: ${limit}`);
      const dir = path.join(workDir, `commit-${round}-${count}`);
      await emptyDiskQueue();
      const printed = await run(process.execPath, [
        program,
        JSON.stringify({ dir, connections: count, warmUpMs, runMs }),
      ]);
      const result = /** @type {import('./load.mjs').LoadResult} */ (parseJson(printed));
      samples.set(`${limit} 0 ${count}`, [
        ...(samples.get(`${limit} 0 ${count}`) ?? []),
        { ...result, receiver: limit, tasks: 0, connections: count },
      ]);
      await removeDir(dir);
    }
    for (const receiver of round % 2 === 0 ? receivers : [...receivers].reverse()) {
      say(`answers, round ${round + 1} of ${rounds}: ${receiver.name}, ${receiver.tasks} tasks`);
      for (const count of round % 2 === 0 ? connections : [...connections].reverse()) {
        runs += 1;
        const running = await receiver.start(runs);
        await emptyDiskQueue();
        const plan = {
          url: running.url,
          videoHost: `${videoHost}/hang`,
          connections: count,
          warmUpMs,
          runMs,
          firstIndex: libraryTasks + 1,
        };
        const printed = await run(process.execPath, [path.join(here, 'load.mjs'), JSON.stringify(plan)]);
        const result = /** @type {import('./load.mjs').LoadResult} */ (parseJson(printed));
        await running.stop();
        const name = `${receiver.name} ${receiver.tasks} ${count}`;
        samples.set(name, [
          ...(samples.get(name) ?? []),
          { ...result, receiver: receiver.name, tasks: receiver.tasks, connections: count },
        ]);
        for (const dir of ['empty', 'full']) await removeDir(path.join(workDir, `${dir}-${runs}`));
      }
    }
  }
  return [...receivers, { name: limit, tasks: 0 }].flatMap((receiver) =>
    connections.map((count) => summary(samples.get(`${receiver.name} ${receiver.tasks} ${count}`) ?? [])),
  );

  /** @param {number} tasks @returns {Receiver} */
  function lowdb(tasks) {
    return {
      name: 'Express, lowdb write()',
      tasks,
      start: async (round) => {
        const file = path.join(workDir, `lowdb-${round}.json`);
        await removeDir(file);
        return processes.start([path.join(here, 'receivers/lowdb.mjs'), file, String(tasks)]);
      },
    };
  }
}

/** @param {string} workDir @returns {Promise<string>} the file of a program that appends to the event log and does nothing else */
async function commitProgram(workDir) {
  await build({
    configFile: false,
    logLevel: 'silent',
    root: here,
    ssr: { noExternal: true },
    build: {
      ssr: path.join(here, 'commit.ts'),
      outDir: workDir,
      emptyOutDir: false,
      minify: false,
      rolldownOptions: { output: { entryFileNames: 'commit.mjs' } },
    },
  });
  return path.join(workDir, 'commit.mjs');
}

/** @param {AnswerRow[]} rows of one receiver, one per round @returns {AnswerRow} */
function summary(rows) {
  const [first] = rows;
  if (first === undefined) throw new Error('nothing was measured');
  return {
    ...first,
    perSecond: median(rows.map((row) => row.perSecond)),
    p50Ms: median(rows.map((row) => row.p50Ms)),
    p99Ms: median(rows.map((row) => row.p99Ms)),
    refused: Math.max(...rows.map((row) => row.refused)),
  };
}
