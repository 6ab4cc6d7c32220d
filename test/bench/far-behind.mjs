/** A machine that is far behind a log in PostgreSQL: how long it takes until it knows all, and how much memory meanwhile. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runnerImport } from 'vite';
import { cliFile, repoDir } from '../../scripts/built.mjs';
import { memoryMb, parseJson, peakMemoryMb } from './processes.mjs';
import { figure, table } from './report.mjs';

/**
 * @typedef {{ what: string, seconds: number, beforeMb: number | null, peakMb: number | null }} BehindRow
 * @typedef {typeof import('../support/postgres.ts')} PostgresModule
 */

const tasks = 1000;
const eventsOfOneCommit = 500;
const lookMs = 250;
const limitMs = 1_800_000;
/** What a machine may take more than before while it catches up, however much there is. */
const mostMoreMb = 150;

/**
 * @param {{ processes: ReturnType<typeof import('./processes.mjs').createProcesses>, workDir: string, behind: number, say: (line: string) => void }} options
 * @returns {Promise<BehindRow[] | null>} `null` where there is no PostgreSQL
 */
export async function measureFarBehind({ processes, workDir, behind, say }) {
  /** @type {{ module: PostgresModule }} */
  const { module } = await runnerImport(path.join(import.meta.dirname, '../support/postgres.ts'), {
    configFile: false,
    root: repoDir,
    logLevel: 'error',
  });
  if (module.whyNoPostgres !== null) return null;
  const server = await module.startPostgres({ isOnDisk: true });
  try {
    const url = await server.createDatabase();
    const one = await startNode('one', url);
    await write(
      url,
      'tasks',
      `'{"v":2,"at":"2026-11-27T00:00:00.000Z","type":"watched","provider":"kie-luma","taskId":"t' || n || '"}'`,
      tasks,
    );
    await until(one, `kie-luma:t${tasks}`, (task) => task !== null);
    const beforeMb = memoryMb(one.pid);
    server.cut();
    say(`far behind: ${behind} events are written`);
    await write(
      url,
      'notes',
      `'{"v":2,"at":"2026-11-27T00:00:00.000Z","type":"noted","key":"kie-luma:t' || (1 + n % ${tasks}) || '","note":"note ' || n || '"}'`,
      behind,
    );
    const knowsAll = (/** @type {Task} */ task) => task?.note === `note ${behind}`;
    const lastKey = `kie-luma:t${1 + (behind % tasks)}`;
    say('far behind: one that was cut off');
    const startMs = performance.now();
    server.mend();
    await until(one, lastKey, knowsAll);
    const cut = {
      what: 'was cut off',
      seconds: (performance.now() - startMs) / 1000,
      beforeMb,
      peakMb: peakMemoryMb(one.pid),
    };
    await one.stop();
    say('far behind: one that is new');
    const two = await startNode('two', url);
    await until(two, lastKey, knowsAll);
    const fresh = { what: 'is new', seconds: two.readyMs / 1000, beforeMb, peakMb: peakMemoryMb(two.pid) };
    await two.stop();
    return [cut, fresh];
  } finally {
    await processes.stopAll();
    await server.close();
  }

  /** @param {string} url @param {string} writer @param {string} body SQL that makes event `n` of it @param {number} count */
  async function write(url, writer, body, count) {
    for (let from = 1; from <= count; from += eventsOfOneCommit) {
      await server.query(
        url,
        `INSERT INTO video_inbox.events (epoch, node, k, bytes, body)
         SELECT (SELECT epoch FROM video_inbox.log), $1, n, octet_length(${body}), ${body}
         FROM generate_series($2::int, $3::int) AS n`,
        [writer, from, Math.min(count, from + eventsOfOneCommit - 1)],
      );
    }
  }

  /** @typedef {{ note?: string | null } | null} Task */

  /** @param {string} name @param {string} url */
  async function startNode(name, url) {
    const dataDir = path.join(workDir, `behind-${name}`);
    const flags = ['--callback-port', '0', '--local-port', '0', '--tunnel', 'none', '--log-level', 'error'];
    const node = await processes.start(
      [cliFile, 'serve', '--data-dir', dataDir, ...flags, '--node', name, '--role', 'gallery'],
      { VIDEO_INBOX_DATABASE_URL: url },
    );
    const { localPort, localKey } = /** @type {{ localPort: number, localKey: string }} */ (
      parseJson(await readFile(path.join(dataDir, 'instance.json'), 'utf8'))
    );
    return { ...node, localPort, localKey };
  }

  /** @param {{ localPort: number, localKey: string }} node @param {string} key @param {(task: Task) => boolean} isThere */
  async function until({ localPort, localKey }, key, isThere) {
    const endMs = performance.now() + limitMs;
    for (;;) {
      const response = await fetch(`http://127.0.0.1:${localPort}/call/tasks:get`, {
        method: 'POST',
        headers: { authorization: `Bearer ${localKey}`, 'content-type': 'application/json' },
        body: JSON.stringify([key]),
      });
      const { value } = /** @type {{ value?: Task }} */ (await response.json());
      if (isThere(value ?? null)) return;
      if (performance.now() > endMs) throw new Error('it did not catch up in time');
      await sleep(lookMs);
    }
  }
}

/** @param {BehindRow[]} rows @param {number} behind @param {import('./report.mjs').Goal[]} goals @returns {string} and adds to the goals */
export function farBehindTable(rows, behind, goals) {
  const more = Math.max(...rows.map(({ beforeMb, peakMb }) => (peakMb ?? NaN) - (beforeMb ?? NaN)));
  goals.push({
    goal: `a machine ${figure(behind)} events behind takes at most ${mostMoreMb} MB more while it catches up`,
    measured: `${figure(more)} MB`,
    met: Number.isNaN(more) ? null : more <= mostMoreMb,
  });
  return `${figure(behind)} events behind a log in PostgreSQL\n${table(
    ['a machine that', 'seconds until it knows all', 'events/s', 'MB with the tasks alone', 'MB at most'],
    rows.map(({ what, seconds, beforeMb, peakMb }) => [
      what,
      figure(seconds),
      figure(behind / seconds),
      figure(beforeMb ?? NaN),
      figure(peakMb ?? NaN),
    ]),
  )}`;
}
