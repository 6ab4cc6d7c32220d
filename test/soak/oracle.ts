/**
 * What must be in the library after all that was sent, whatever happened to the program meanwhile. It is told what was
 * answered, and compares that with what the inbox tells and with what lies on the disk.
 */
import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { TaskView } from '../../src-main/common/task-view.ts';

/** `dead`: a film that never comes, so the task may say what it likes but must be there. */
export type Ending = 'film' | 'failure' | 'dead';

interface Expected {
  readonly ending: Ending;
  /** Of the film, hex. */
  readonly sha256: string | null;
  /** Answered 2xx: must be there. */
  answered: number;
  /** The connection was cut before an answer: may be there. */
  unanswered: number;
}

export interface Oracle {
  /** Before the first send. */
  expect(taskId: string, ending: Ending, sha256: string | null): void;
  /** @param status `null` where no answer came. */
  answered(taskId: string, status: number | null): void;
  readonly promised: number;
  /** The tasks whose promised film is not on the disk. */
  unfinished(tasks: readonly TaskView[]): readonly TaskView[];
  /** @returns one sentence per fault. */
  faults(tasks: readonly TaskView[], dataDir: string): Promise<readonly string[]>;
}

export function createOracle(): Oracle {
  const all = new Map<string, Expected>();

  function unfinished(tasks: readonly TaskView[]): readonly TaskView[] {
    return tasks.filter(({ taskId, videos }) => {
      const expected = all.get(taskId);
      if (expected?.ending !== 'film') return false;
      // What was stored and not answered, since the program was killed in between, is fetched as well.
      return (expected.answered > 0 || videos.length > 0) && videos[0]?.state !== 'saved';
    });
  }

  async function faultsOf(taskId: string, expected: Expected, task: TaskView | undefined, dataDir: string) {
    if (task === undefined) return expected.answered > 0 ? [`${taskId} was answered and is not there`] : [];
    const found: string[] = [];
    // A repeat is counted behind its answer, so a kill may take it; the first may not be lost.
    if (task.deliveries < Math.min(1, expected.answered)) found.push(`${taskId} has no delivery`);
    if (task.deliveries > expected.answered + expected.unanswered) found.push(`${taskId} was counted too often`);
    if (expected.ending === 'failure' && task.state !== 'failed') found.push(`${taskId} is ${task.state}, not failed`);
    if (expected.ending !== 'film') return found;
    if (task.videos.length !== 1) found.push(`${taskId} has ${String(task.videos.length)} videos`);
    const [video] = task.videos;
    if (video?.state !== 'saved') {
      if (expected.answered > 0) found.push(`${taskId}: its video is ${String(video?.state)}: ${String(video?.error)}`);
      return found;
    }
    const bytes = await readFile(path.join(dataDir, video.path ?? '')).catch(() => null);
    if (bytes === null) found.push(`${taskId}: there is no file ${String(video.path)}`);
    else if (hash('sha256', bytes) !== expected.sha256) found.push(`${taskId}: other bytes than were sent`);
    return found;
  }

  return {
    expect: (taskId, ending, sha256) => void all.set(taskId, { ending, sha256, answered: 0, unanswered: 0 }),
    answered(taskId, status) {
      const expected = all.get(taskId);
      if (expected === undefined) throw new Error(`nothing was expected of ${taskId}`);
      if (status === null) expected.unanswered += 1;
      else if (status >= 200 && status < 300) expected.answered += 1;
    },
    get promised() {
      return [...all.values()].filter(({ answered }) => answered > 0).length;
    },
    unfinished,
    async faults(tasks, dataDir) {
      const byId = new Map(tasks.map((task) => [task.taskId, task]));
      const found = byId.size === tasks.length ? [] : ['one id has several cards'];
      for (const id of byId.keys()) if (!all.has(id)) found.push(`${id} was never sent, or was refused`);
      for (const [id, expected] of all) found.push(...(await faultsOf(id, expected, byId.get(id), dataDir)));
      return found;
    },
  };
}
