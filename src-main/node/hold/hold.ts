/**
 * Which process holds a folder. The system decides: each process that wants it shows a mark, a socket that listens and
 * dies with it, and holds the folder once it sees no other mark that lives. A mark is seen before its process looks
 * around, so of two that look at once at least one sees the other; and names are never used twice, so a dead mark can be
 * removed without hitting the one that comes after it. A plain lock file has neither: between "it is stale" and its
 * removal it may have become someone else's.
 *
 * The sockets lie in the folder itself, so this holds across containers that share it. Another machine that shares the
 * disk cannot be asked; there a mark counts as long as its time moves.
 */
import { mkdir, utimes } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isErrno } from '../storage/durable-files.ts';
import { beatMs } from './marks.ts';
import { showMark, type OwnMark } from './own-mark.ts';
import { findRival, livingMarks, type Rival } from './rivals.ts';

export interface Holder {
  readonly pid: number;
  readonly where: Rival['where'];
  /** Works on the folder and ends, and is no inbox. */
  readonly isCommand: boolean;
}

export interface Hold {
  /** Lets go of the folder. */
  release(): Promise<void>;
}

export type Claim = { readonly hold: Hold; readonly holder: null } | { readonly hold: null; readonly holder: Holder };

const claimLimitMs = 15_000;
const lookAgainMs = 20;

/**
 * Takes `folder` or tells who has it.
 * @param folder made where it is missing; the folder above must be there.
 * @param isCommand whoever is refused for it is told that it is no inbox.
 * @throws NodeJS.ErrnoException where no mark can be made in it.
 */
export async function claimHold(folder: string, isCommand = false): Promise<Claim> {
  await makeFolder(folder);
  const deadline = performance.now() + claimLimitMs;
  for (;;) {
    const [first, ...others] = await livingMarks(folder, null);
    if (first !== undefined) {
      const holder = [first, ...others].find(({ holding }) => holding);
      if (holder !== undefined) return { hold: null, holder: toHolder(holder) };
      if (performance.now() > deadline) return { hold: null, holder: toHolder(first) };
      await sleep(lookAgainMs);
      continue;
    }
    const own = await showMark(folder, isCommand);
    const outcome = await settle(folder, own, deadline);
    if (outcome === 'held') return { hold: keep(folder, own, isCommand), holder: null };
    await own.remove();
    if (outcome !== 'yield') return { hold: null, holder: toHolder(outcome) };
  }
}

/** Who holds `folder` now, `null` where nobody does. Makes and removes nothing. */
export async function findHolder(folder: string): Promise<Holder | null> {
  const rival = await findRival(folder);
  return rival === null ? null : toHolder(rival);
}

/** Our mark is shown; looks until nobody else's lives, or until someone else comes first. */
async function settle(folder: string, own: OwnMark, deadline: number): Promise<'held' | 'yield' | Rival> {
  for (;;) {
    const rivals = await livingMarks(folder, own.name());
    const [first] = rivals;
    if (first === undefined) {
      await own.hold();
      return 'held';
    }
    const holder = rivals.find(({ holding }) => holding);
    if (holder !== undefined) return holder;
    // All of us are looking around: the first by name stays, the others make room for it.
    if (rivals.some(({ mark }) => mark.name < own.name())) return 'yield';
    if (performance.now() > deadline) return first;
    await sleep(lookAgainMs);
  }
}

/** Keeps the mark's time moving, and shows it again where someone removed it. */
function keep(folder: string, first: OwnMark, isCommand: boolean): Hold {
  let own = first;
  let released = false;
  let beating: Promise<void> = Promise.resolve();
  async function beat(): Promise<void> {
    const now = new Date();
    try {
      await utimes(path.join(folder, own.name()), now, now);
    } catch (error) {
      if (!isErrno(error, ['ENOENT', 'ENOTDIR']) || released) return;
      await makeFolder(folder);
      const gone = own;
      own = await showMark(folder, isCommand);
      await own.hold();
      await gone.remove();
    }
  }
  const timer = setInterval(() => {
    // The whole folder may be gone for a while; the next beat tries again.
    beating = beating.then(beat).catch(() => undefined);
  }, beatMs);
  timer.unref();
  return {
    async release() {
      released = true;
      clearInterval(timer);
      await beating;
      await own.remove();
    },
  };
}

function toHolder({ mark, where, isCommand }: Rival): Holder {
  return { pid: mark.pid, where, isCommand };
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
    if (!isErrno(error, ['EEXIST'])) throw error;
  });
}
