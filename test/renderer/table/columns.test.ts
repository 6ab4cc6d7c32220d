import { expect, it } from 'vitest';
import { shownColumns } from '../../../src-renderer/table/columns.ts';

const namesIn = (width: number): readonly string[] => shownColumns([], width).map(({ name }) => name);

it('on a phone the title is read, and in a wider window the cost stands beside it', () => {
  expect(namesIn(358)).toEqual(['title', 'state']);
  expect(namesIn(608).slice(0, 2)).toEqual(['title', 'state']);
  expect(namesIn(608)).toContain('cost');
});
