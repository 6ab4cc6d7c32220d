/**
 * The files of tasks that a person removed for good. They are noted before the log has it and forgotten once they are gone:
 * what a stop, a kill, or a shelf elsewhere that is away leaves behind goes later, and no task names it any more.
 */
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import type { Task } from '../../../common/model.ts';
import type { Log } from '../../log/log.ts';
import type { Library } from '../../projections/library.ts';
import { isErrno, replaceFile } from '../../storage/durable-files.ts';
import { filesOf, isAway, type FilePlaces } from '../../video-store/file-places.ts';

export interface RemovalPorts {
  readonly file: string;
  readonly library: Pick<Library, 'head'>;
  readonly places: Pick<FilePlaces, 'remove'>;
  /** Whether the library knows all that the log has: else a task that it does not know may have come again. */
  readonly isCurrent?: () => Promise<boolean>;
  readonly log: Log;
  /** In ms. Default 5 minutes. */
  readonly againMs?: number;
}

export interface Removals {
  /** They are about to be removed. */
  note(tasks: readonly Task[]): Promise<void>;
  /**
   * Behind the record: removes the files of those that left, and later of those of whom the log has not told it yet.
   * @returns how many stay
   */
  remove(tasks: readonly Pick<Task, 'key'>[]): Promise<number>;
  /** The log has told that this task left the library: removes its files where they waited for that. */
  left(key: string): Promise<void>;
  /** What is left from before, as after a start, or now that a shelf elsewhere answers again. */
  takeUp(): Promise<void>;
  close(): Promise<void>;
}

const kept = v.object({ tasks: v.array(v.object({ key: v.string(), files: v.array(v.string()) })) });

export function openRemovals(ports: RemovalPorts): Removals {
  const { file, library, places, isCurrent = () => Promise.resolve(true), log, againMs = 5 * 60_000 } = ports;
  const noted = new Map<string, readonly string[]>(read(file, log).map(({ key, files }) => [key, files]));
  /** Whose removal is stored and not told by the log yet: another machine may have brought them back before. */
  const leaving = new Set<string>();
  let saving: Promise<void> | null = null;
  let again: NodeJS.Timeout | undefined;
  let isClosed = false as boolean;

  /** What was noted when this was called is on disk then. Without it a stop leaves files, and `doctor` names them. */
  async function save(): Promise<void> {
    // One that has begun may lack the last ones; all that come meanwhile share the next.
    await saving;
    saving ??= Promise.resolve()
      .then(() => {
        const tasks = Array.from(noted, ([key, files]) => ({ key, files }));
        return replaceFile(file, `${JSON.stringify({ version: 1, tasks })}\n`);
      })
      .catch((error: unknown) => log.warn({ error }, 'files that are to be removed could not be noted'))
      .finally(() => (saving = null));
    await saving;
  }

  function later(): void {
    if (!isClosed) again ??= setTimeout(() => void takeUp(), againMs).unref();
  }

  /** What the disk refuses, as of a film that a player on Windows has open, is tried again: no other file waits for it. */
  async function removeOf(key: string, files: readonly string[]): Promise<'gone' | 'stays' | 'away'> {
    try {
      await places.remove(files);
      noted.delete(key);
      return 'gone';
    } catch (error) {
      later();
      if (isAway(error)) return 'away';
      log.warn({ error, key }, 'files of what was removed for good could not be removed yet');
      return 'stays';
    }
  }

  async function takeUp(): Promise<void> {
    clearTimeout(again);
    again = undefined;
    if (noted.size === 0) return;
    try {
      if (!(await isCurrent())) {
        later();
        return;
      }
      for (const [key, files] of [...noted]) {
        if (isClosed) break;
        const head = library.head(key);
        if (head === undefined) {
          if ((await removeOf(key, files)) === 'away') break;
        } else if (head.trashedAt === null) {
          // It was brought back, or came again, and its film has the same name then.
          noted.delete(key);
          leaving.delete(key);
        } else leaving.add(key);
      }
    } catch (error) {
      log.warn({ error }, 'files of what was removed for good could not be removed yet');
    }
    await save();
  }

  return {
    async note(tasks) {
      for (const task of tasks) noted.set(task.key, filesOf(task));
      await save();
    },
    async remove(tasks) {
      let stayed = 0;
      let isShelfAway = false;
      for (const { key } of tasks) {
        const head = library.head(key);
        // Each that a shelf does not answer for takes seconds, and a person waits.
        if (head === undefined) isShelfAway ||= (await removeOf(key, noted.get(key) ?? [])) === 'away';
        else if (head.trashedAt !== null) leaving.add(key);
        else {
          noted.delete(key);
          stayed += 1;
        }
      }
      await save();
      return stayed;
    },
    async left(key) {
      const files = noted.get(key);
      if (!leaving.delete(key) || files === undefined) return;
      await removeOf(key, files);
      await save();
    },
    takeUp,
    async close() {
      isClosed = true;
      clearTimeout(again);
      await saving;
    },
  };
}

function read(file: string, log: Log): v.InferOutput<typeof kept>['tasks'] {
  try {
    return v.parse(kept, JSON.parse(readFileSync(file, 'utf8'))).tasks;
  } catch (error) {
    if (!isErrno(error, ['ENOENT'])) log.warn({ error }, 'which files are still to be removed could not be read');
    return [];
  }
}
