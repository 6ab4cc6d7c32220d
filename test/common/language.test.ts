import { afterEach, expect, it } from 'vitest';
import { catalog, speak } from '../../src-main/common/texts/language.ts';

afterEach(() => speak(null));

it('a pack is written over catalogs that are there and over those that come later; what it lacks stays English', () => {
  const early = catalog('early', {
    greeting: 'Hello',
    nested: { bye: 'Bye', count: (n: number) => `${String(n)} of them` },
  });
  const { nested } = early;
  speak({
    early: { greeting: 'Hola', nested: { count: (n: number) => `${String(n)} de ellos` } },
    late: { word: 'Palabra' },
  });
  const late = catalog('late', { word: 'Word', other: 'Other' });
  expect(early.greeting).toBe('Hola');
  // A part that was taken out before is the same part.
  expect(nested.count(2)).toBe('2 de ellos');
  expect(nested.bye).toBe('Bye');
  expect(late).toEqual({ word: 'Palabra', other: 'Other' });
});
