import { expect, it } from 'vitest';
import type { FilmPrint } from '../../../src-renderer/cull/near-duplicates.ts';
import { printsOf } from '../../../src-renderer/cull/prints-of.ts';

const print = (name: string): FilmPrint => ({ name }) as unknown as FilmPrint;

/** Can be read after so many tries in vain. */
function film(name: string, inVain: number) {
  let tries = 0;
  return {
    sha256: name,
    read: () => {
      tries += 1;
      return tries > inVain ? Promise.resolve(print(name)) : Promise.reject(new Error('not there just now'));
    },
    tries: () => tries,
  };
}

it('tries again what cannot be read just now, behind all others, for as long as somebody looks', async () => {
  const films = [film('never', Infinity), film('late', 7), film('later', 2), film('at once', 0)];
  const pauses: number[] = [];
  const read: string[] = [];
  const ending = new AbortController();
  const wait = (ms: number) => {
    pauses.push(ms);
    if (pauses.length === 9) ending.abort();
    return Promise.resolve();
  };
  for await (const [sha256, found] of printsOf(films, ending.signal, wait)) {
    expect(found).toEqual(print(sha256));
    read.push(sha256);
  }
  expect(read).toEqual(['at once', 'later', 'late']);
  expect(films.map(({ tries }) => tries())).toEqual([9, 8, 3, 1]);
  expect(pauses).toEqual([500, 2000, 5000, 15_000, 60_000, 60_000, 60_000, 60_000, 60_000]);
});

it('reads nothing more once nobody looks', async () => {
  const films = [film('first', 0), film('never', Infinity), film('last', 0)];
  const ending = new AbortController();
  const read: string[] = [];
  for await (const [sha256] of printsOf(films, ending.signal, () => Promise.resolve())) {
    read.push(sha256);
    ending.abort();
  }
  expect(read).toEqual(['first']);
  expect(films.map(({ tries }) => tries())).toEqual([1, 0, 0]);
});
