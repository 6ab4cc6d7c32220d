import { describe, expect, it } from 'vitest';
import { letterOf, lettersOf, type NamedFilm } from '../../../src-renderer/compare/letters.ts';

const film = (task: string, n = 1, first = 1): NamedFilm => ({ film: `${task}~${n}`, task, n, isFirst: n === first });
const named = (films: readonly NamedFilm[], stack: readonly string[], known: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries(lettersOf(films, stack, new Map(Object.entries(known))));

describe('the letters of films that are compared', () => {
  it('go on behind Z', () => {
    expect([0, 25, 26, 52].map(letterOf)).toEqual(['A', 'Z', 'AA', 'BA']);
  });

  it('tell the place in the stack, whichever are compared and in which order', () => {
    expect(named([film('e'), film('b')], ['a', 'b', 'c', 'd', 'e'])).toEqual({ 'e~1': 'E', 'b~1': 'B' });
  });

  it('have a number for the films that a take has besides the one that stands for it', () => {
    expect(named([film('a'), film('b', 1, 2), film('b', 2, 2), film('b', 3, 2)], ['a', 'b'])).toEqual({
      'a~1': 'A',
      'b~1': 'B1',
      'b~2': 'B',
      'b~3': 'B3',
    });
  });

  it('are counted where the films are of one task, or not of one stack', () => {
    expect(named([film('a'), film('a', 2), film('a', 3)], ['a'])).toEqual({ 'a~1': 'A', 'a~2': 'B', 'a~3': 'C' });
    expect(named([film('b'), film('x')], ['a', 'b'])).toEqual({ 'b~1': 'A', 'x~1': 'B' });
  });

  it('stay while a comparison is looked at, and nobody has that of another', () => {
    expect(named([film('b'), film('c'), film('d')], ['b', 'c', 'd'], { 'b~1': 'B', 'c~1': 'C' })).toEqual({
      'b~1': 'B',
      'c~1': 'C',
      'd~1': 'D',
    });
  });
});
