import { expect, it } from 'vitest';
import { shownColumns, tracksOf } from '../../../src-renderer/table/columns.ts';

const namesIn = (width: number): readonly string[] => shownColumns([], width, 16).map(({ name }) => name);

it('on a phone the title is read, and in a wider window the cost stands beside it', () => {
  expect(namesIn(358)).toEqual(['title', 'state']);
  expect(namesIn(608).slice(0, 2)).toEqual(['title', 'state']);
  expect(namesIn(608)).toContain('cost');
});

it('grows with the type: what has no room for its words is left out, and no word is cut at its beginning', () => {
  const large = shownColumns([], 1216, 32);
  expect(large.map(({ name }) => name)).toEqual(namesIn(608));
  expect(tracksOf(large)).not.toContain('px');
});
