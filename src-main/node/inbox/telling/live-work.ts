/**
 * What is being done about tasks right now. Those who show tasks read it; those who work say here how they get on, once
 * they are there: so that both can be made in the order in which they are closed.
 */
import type { Attempt, Progress, Task } from '../../../common/model.ts';
import type { QueueWait } from '../../downloads/downloads.ts';

export interface LiveWork {
  /** Progress of a running download, `null` where it waits or is not known. */
  progressOf(key: string, url: string): Progress | null;
  /** Why the nth video does not run, `null` where it runs or is not known. */
  waitOf(key: string, n: number): QueueWait | null;
  /** The last attempt at a wanted video, where it failed and another follows. */
  lastAttempt(key: string, url: string): Attempt | null;
  /** When the provider is asked next, ISO time; `null` where it is not. */
  nextAskAt(key: string): string | null;
  /** True while a link that has died is renewed. */
  isRenewing(key: string): boolean;
  /** When its links are gone, as best is known; ISO time. */
  endOf(task: Task): string | null;
}

export interface LiveWorkBoard extends LiveWork {
  add(part: Partial<LiveWork>): void;
}

export const noWork: LiveWork = {
  progressOf: () => null,
  waitOf: () => null,
  lastAttempt: () => null,
  nextAskAt: () => null,
  isRenewing: () => false,
  endOf: ({ expiresAt }) => expiresAt,
};

export function createLiveWork(): LiveWorkBoard {
  let work = noWork;
  return {
    add(part) {
      work = { ...work, ...part };
    },
    progressOf: (key, url) => work.progressOf(key, url),
    waitOf: (key, n) => work.waitOf(key, n),
    lastAttempt: (key, url) => work.lastAttempt(key, url),
    nextAskAt: (key) => work.nextAskAt(key),
    isRenewing: (key) => work.isRenewing(key),
    endOf: (task) => work.endOf(task),
  };
}
