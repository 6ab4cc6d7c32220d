/** Gathers changed tasks for a moment, so that a burst of callbacks is one event for the windows and not a thousand. */
import type { InboxEvents } from '../../../common/contract.ts';
import type { Counts } from '../../../common/task-query.ts';
import { turnOfOthers } from '../../in-turns.ts';

export interface ChangeFeed {
  /** @param isOfMany the act that changed it changed others with it. */
  changed(key: string, isOfMany?: boolean): void;
  /** Hands out what waits; for the end. */
  flush(): void;
}

export interface ChangeFeedPorts {
  /** False where it left the library. */
  readonly isHere: (key: string) => boolean;
  readonly counts: () => Counts;
  readonly publishChanged: (keys: readonly string[]) => void;
  /** So much is different that asking again costs less than being told. */
  readonly publishResync: (data: InboxEvents['resync']) => void;
  readonly publishRemoved: (data: InboxEvents['tasks:removed']) => void;
  /** A clock that only goes on. */
  readonly nowMs?: () => number;
}

const gatherMs = 40;
/**
 * So many tasks are told, and read where somebody listens, in one turn of the loop: whoever marks ten thousand holds up no
 * callback. A task of an index page is some 50 us, and notices read it too.
 */
const tasksPerTurn = 64;
/** More at once are told by one word: a hundred thousand tagged tasks would be a hundred megabytes for each page. */
const tasksAtOnce = 2000;
/**
 * What such an act changes further is told together, since each time every page asks for its list again; one that changes
 * nothing for so long is over.
 */
const restMs = 1000;

export function createChangeFeed(ports: ChangeFeedPorts): ChangeFeed {
  const { isHere, counts, publishChanged, publishRemoved, publishResync, nowMs = () => performance.now() } = ports;
  const keys = new Set<string>();
  let timer: NodeJS.Timeout | null = null;
  let waitMs = gatherMs;
  /** An act on thousands comes in pieces, each of them few: so they are counted until they pause. */
  let ofMany = 0;
  let lastOfManyMs = 0;

  const hasPaused = (): boolean => nowMs() - lastOfManyMs >= restMs;

  function flush(): void {
    while (keys.size > 0) tellSome();
  }

  function tellInTurns(): void {
    timer = null;
    if (hasPaused()) ofMany = 0;
    if (Math.max(keys.size, ofMany) > tasksAtOnce) {
      keys.clear();
      waitMs = restMs;
      publishResync({ counts: counts() });
      return;
    }
    waitMs = gatherMs;
    tellSome();
    // In turn with other long work: a callback waits for one piece of all of it, and not for one of each.
    if (keys.size > 0) void turnOfOthers().then(tellInTurns);
  }

  function tellSome(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const changed: string[] = [];
    const removed: string[] = [];
    for (const key of keys) {
      if (changed.length + removed.length === tasksPerTurn) break;
      keys.delete(key);
      if (isHere(key)) changed.push(key);
      else removed.push(key);
    }
    if (changed.length > 0) publishChanged(changed);
    if (removed.length > 0) publishRemoved({ keys: removed, counts: counts() });
  }

  return {
    changed(key, isOfMany = false) {
      keys.add(key);
      const isNew = hasPaused();
      if (isNew) waitMs = gatherMs;
      if (isOfMany) {
        ofMany = isNew ? 1 : ofMany + 1;
        lastOfManyMs = nowMs();
      }
      timer ??= setTimeout(tellInTurns, waitMs).unref();
    },
    flush,
  };
}
