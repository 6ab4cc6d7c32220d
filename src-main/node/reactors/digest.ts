/** While you were away: what came, was rescued, failed, was lost, was spent and needs the person since the inbox was last awake. */
import type { Digest } from '../../common/loop-calls.ts';
import { isReady } from '../../common/task-traits.ts';
import type { LibraryChange } from '../projections/library.ts';

export interface DigestKeeper {
  /** The inbox starts or wakes. @param since when it was last awake; `null` where nobody knows. */
  begin(since: string | null): void;
  /** @param needsPerson Nothing goes on with it until somebody decides. */
  onChange(change: LibraryChange, needsPerson: boolean): void;
  /** `null` where nothing happened, or it was seen. */
  get(): Digest | null;
  dismiss(): void;
}

/** What was missed comes in within so long after the start; later it is just what happens. */
const gatherMs = 15 * 60_000;

export function createDigest(now: () => Date): DigestKeeper {
  let since: string | null = null;
  let begunAt: number | null = null;
  const came = new Set<string>();
  const rescued = new Set<string>();
  const failed = new Set<string>();
  const lost = new Set<string>();
  const needsYou = new Set<string>();
  const renewed = new Set<string>();
  const credits = new Map<string, number>();

  /** Also where the clock was set back, or it would gather until then. */
  const isOver = (begun: number): boolean => Math.abs(now().getTime() - begun) > gatherMs;

  function clear(): void {
    for (const each of [came, rescued, failed, lost, needsYou, renewed]) each.clear();
    credits.clear();
  }

  return {
    begin(lastAwake) {
      // Starts and wakes that follow each other closely are one absence.
      if (begunAt === null || isOver(begunAt)) {
        clear();
        since = lastAwake;
      } else {
        // The desktop tells that it woke before anybody knows since when it slept.
        since ??= lastAwake;
      }
      begunAt = now().getTime();
    },
    onChange({ event, key, task }, needsPerson) {
      // What was decided, or removed, needs nobody, however late that is.
      if (task === null || !needsPerson) needsYou.delete(key);
      if (begunAt === null || task === null || isOver(begunAt)) return;
      if (needsPerson && (event.type === 'result' || event.type === 'asked')) needsYou.add(key);
      if (event.type === 'link-renewed') renewed.add(key);
      if (event.type === 'video-saved' && isReady(task)) {
        (renewed.has(key) ? rescued : came).add(key);
        lost.delete(key);
      }
      if (event.type === 'video-failed') lost.add(key);
      if (event.type === 'result' && task.state === 'failed') failed.add(key);
      if (event.type === 'result' && event.read.result.credits !== null) credits.set(key, event.read.result.credits);
    },
    get() {
      if (begunAt === null || [came, rescued, failed, lost, needsYou].every(({ size }) => size === 0)) return null;
      const spentCredits = credits.size === 0 ? null : [...credits.values()].reduce((sum, each) => sum + each, 0);
      return {
        since,
        came: [...came],
        rescued: [...rescued],
        failed: [...failed],
        lost: [...lost],
        needsYou: [...needsYou],
        spentCredits,
      };
    },
    dismiss() {
      clear();
      begunAt = null;
    },
  };
}
