import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { TakingTurns } from '../../src-main/node/in-turns.ts';
import { createOpenCalls, patientTurns } from '../../src-main/node/patient-turns.ts';

const someTurns = 20;
const longMs = 60_000;

/** Goes through the items, each in a turn of its own. */
async function work(turns: TakingTurns, items: readonly string[], done: string[]): Promise<void> {
  for await (const item of turns(items)) done.push(item);
}

/** A promise that the test settles. */
function openEnd<T>(): { readonly promise: Promise<T>; resolve(value: T): void; reject(error: Error): void } {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((onValue, onError) => {
    [resolve, reject] = [onValue, onError];
  });
  return { promise, resolve: (value) => resolve(value), reject: (error) => reject(error) };
}

async function letOthers(turns = someTurns): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await nextTurn();
}

it('does nothing while somebody waits for an answer, and all of it after that', async () => {
  const calls = createOpenCalls();
  const done: string[] = [];
  const [first, second] = [openEnd<string>(), openEnd<string>()];
  const answers = [calls.during(() => first.promise), calls.during(() => second.promise)];
  const working = work(patientTurns(calls, longMs, 0), ['a', 'b', 'c'], done);
  await letOthers();
  first.resolve('found');
  await letOthers();
  expect(done).toEqual([]);
  second.resolve('found, too');
  await working;
  expect(done).toEqual(['a', 'b', 'c']);
  expect(await Promise.all(answers)).toEqual(['found', 'found, too']);
});

it('stops between two items where a call comes, also one that fails', async () => {
  const calls = createOpenCalls();
  const done: string[] = [];
  const answer = openEnd<never>();
  let asked: Promise<unknown> = Promise.resolve();
  function* items(): Generator<string> {
    yield 'a';
    asked = expect(calls.during(() => answer.promise)).rejects.toThrow('no such task');
    yield 'b';
    yield 'c';
  }
  const working = (async () => {
    for await (const item of patientTurns(calls, longMs, 0)(items())) done.push(item);
  })();
  await letOthers();
  expect(done).not.toContain('c');
  answer.reject(new Error('no such task'));
  await asked;
  await working;
  expect(done).toEqual(['a', 'b', 'c']);
});

it('waits for a moment behind an answer as well, since who has one asks again', async () => {
  const calls = createOpenCalls(longMs);
  const done: string[] = [];
  await calls.during(() => Promise.resolve());
  void work(patientTurns(calls, longMs, 0), ['a'], done);
  await letOthers();
  expect(done).toEqual([]);
});

it('goes on where a call has lasted for longer than it waits in all', async () => {
  const calls = createOpenCalls();
  const done: string[] = [];
  void calls.during(() => new Promise(() => undefined));
  await work(patientTurns(calls, 1, 0), ['a', 'b'], done);
  expect(done).toEqual(['a', 'b']);
});

it('lets those who share it go on one after the other, and others between them', async () => {
  const turns = patientTurns(createOpenCalls(), longMs, 0);
  const done: string[] = [];
  const stop = new AbortController();
  const others = (async () => {
    while (!stop.signal.aborted) {
      await nextTurn();
      done.push('others');
    }
  })();
  await Promise.all([work(turns, ['a1', 'a2', 'a3'], done), work(turns, ['b1', 'b2', 'b3'], done)]);
  stop.abort();
  await others;
  expect(done.filter((item) => item.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
  expect(done.filter((item) => item.startsWith('b'))).toEqual(['b1', 'b2', 'b3']);
  const places = done.flatMap((item, at) => (item === 'others' ? [] : [at]));
  for (const [at, place] of places.entries()) if (at > 0) expect(place - (places[at - 1] ?? 0)).toBeGreaterThan(1);
});
