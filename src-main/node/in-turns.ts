/** Long work in turns with everything else: whoever looks through a hundred thousand tasks holds up no callback. */
import { setImmediate as nextTurn } from 'node:timers';
import type { InTurns } from '../common/in-turns.ts';

export type { InTurns };

const usualTurnMs = 5;
/** Looking at the time, too, costs something. */
const itemsBetweenLooks = 128;
const itemsInRun = 512;

const waiting: (() => void)[] = [];

/**
 * Resolves in a later turn of the loop, each time for one of those that wait: a callback waits for some five turns of the
 * loop, and each of them would be as long as all the long work together that is under way.
 */
export function turnOfOthers(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) nextTurn(giveTurn);
  });
}

function giveTurn(): void {
  waiting.shift()?.();
  if (waiting.length > 0) nextTurn(giveTurn);
}

/** Does the work, a few milliseconds in each turn of the loop. @throws what it throws */
export async function inTurns<T>(work: InTurns<T>, turnMs = usualTurnMs): Promise<T> {
  if (waiting.length > 0) await turnOfOthers();
  for (;;) {
    const began = performance.now();
    do {
      const step = work.next();
      if (step.done === true) return step.value;
    } while (performance.now() - began < turnMs);
    await turnOfOthers();
  }
}

/** See `takingTurns`. */
export type TakingTurns = <T>(items: Iterable<T | null>) => AsyncGenerator<T, void, undefined>;

/**
 * The same items one by one, with a turn for others whenever that has taken some milliseconds. A `null` is none: whoever
 * looks for items where there are hardly any gives one now and then.
 * @param next Waits for a turn.
 */
export async function* takingTurns<T>(
  items: Iterable<T | null>,
  turnMs = usualTurnMs,
  next = turnOfOthers,
): AsyncGenerator<T, void, undefined> {
  if (waiting.length > 0) await next();
  let began = performance.now();
  for (const item of items) {
    if (item !== null) yield item;
    if (performance.now() - began < turnMs) continue;
    await next();
    began = performance.now();
  }
}

/** The items that pass, in their order; an item may cost up to some ten microseconds. */
export function* filtered<T>(items: readonly T[], passes: (item: T) => boolean): InTurns<T[]> {
  const passed: T[] = [];
  let looked = 0;
  for (const item of items) {
    if (passes(item)) passed.push(item);
    looked += 1;
    if (looked % itemsBetweenLooks === 0) yield;
  }
  return passed;
}

/** Sorted as `Array.prototype.sort` does it: equals keep their order. */
export function* sorted<T>(items: readonly T[], compare: (a: T, b: T) => number): InTurns<T[]> {
  let runs: T[][] = [];
  for (let from = 0; from < items.length; from += itemsInRun) {
    runs.push(items.slice(from, from + itemsInRun).sort(compare));
    yield;
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let at = 0; at < runs.length; at += 2) {
      const [left = [], right] = [runs[at], runs[at + 1]];
      merged.push(right === undefined ? left : yield* mergedRuns(left, right, compare));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

function* mergedRuns<T>(left: readonly T[], right: readonly T[], compare: (a: T, b: T) => number): InTurns<T[]> {
  const merged: T[] = [];
  let [atLeft, atRight] = [0, 0];
  while (atLeft < left.length && atRight < right.length) {
    const [a, b] = [left[atLeft] as T, right[atRight] as T];
    const isLeft = compare(a, b) <= 0;
    merged.push(isLeft ? a : b);
    if (isLeft) atLeft += 1;
    else atRight += 1;
    if (merged.length % itemsInRun === 0) yield;
  }
  for (; atLeft < left.length; atLeft += 1) merged.push(left[atLeft] as T);
  for (; atRight < right.length; atRight += 1) merged.push(right[atRight] as T);
  return merged;
}
