/**
 * Tasks that left the library behind the checkpoint of its index, in a file that is added to: whoever empties a large trash
 * leaves a hundred thousand behind, and they come while pages are saved one after the other.
 *
 * A line is a list of them. Whatever stands there is true of the log for ever, so what is there twice, or is in front of the
 * checkpoint by now, changes nothing.
 */
import { readFileSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import type { NamedTask } from '../../common/identity.ts';
import { isRecord } from '../../common/providers/json.ts';
import { isErrno, replaceFile, syncFolder } from '../storage/durable-files.ts';

export interface GoneTask extends NamedTask {
  readonly taskId: string;
  readonly goneSeq: number;
}

export const goneFileName = 'gone.ndjson';

export interface GoneFile {
  /** What was being written when the machine stopped is left out: no page lacks those yet. */
  read(): readonly GoneTask[];
  /** Resolves once they are on disk. @throws NodeJS.ErrnoException */
  add(tasks: readonly GoneTask[]): Promise<void>;
  /** These are all from here on. @throws NodeJS.ErrnoException */
  replace(tasks: readonly GoneTask[]): Promise<void>;
}

export function createGoneFile(dir: string): GoneFile {
  const file = path.join(dir, goneFileName);
  return {
    read() {
      try {
        return readFileSync(file, 'utf8').split('\n').flatMap(tasksIn);
      } catch (error) {
        if (isErrno(error, ['ENOENT'])) return [];
        throw error;
      }
    },
    async add(tasks) {
      const handle = await open(file, 'a', 0o600);
      try {
        for await (const line of linesOf(tasks)) await handle.appendFile(line);
        await handle.datasync();
      } finally {
        await handle.close();
      }
      await syncFolder(dir);
    },
    async replace(tasks) {
      if (tasks.length === 0) return rm(file, { force: true });
      const lines: string[] = [];
      for await (const line of linesOf(tasks)) lines.push(line);
      await replaceFile(file, lines.join(''));
    },
  };
}

/** A few milliseconds of them in each turn of the loop. */
async function* linesOf(tasks: readonly GoneTask[]): AsyncGenerator<string, void> {
  for (let from = 0; from < tasks.length; from += tasksInLine) {
    if (from > 0) await new Promise((resolve) => setImmediate(resolve));
    // Begun anew, whatever half of a line a kill has left before it.
    yield `\n${JSON.stringify(tasks.slice(from, from + tasksInLine))}\n`;
  }
}

const tasksInLine = 2048;

function tasksIn(line: string): readonly GoneTask[] {
  if (line === '') return [];
  try {
    return goneOf(JSON.parse(line));
  } catch {
    return [];
  }
}

export function goneOf(value: unknown): readonly GoneTask[] {
  const tasks: readonly unknown[] = Array.isArray(value) ? value : [];
  return tasks.flatMap((task) => {
    if (!isRecord(task)) return [];
    const { key, taskId, provider, firstSeq, goneSeq } = task;
    return typeof key === 'string' && typeof taskId === 'string' && typeof provider === 'string'
      ? isCount(firstSeq) && isCount(goneSeq)
        ? [{ key, taskId, provider, firstSeq, goneSeq }]
        : []
      : [];
  });
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
