import { expect, it } from 'vitest';
import { offeredNames } from '../../../src-renderer/store/label-text.ts';

it('of thousands of names those are offered that have what is typed in them', () => {
  const known = Array.from({ length: 5_000 }, (_, i) => ({ name: `Szene ${String(i)} für Anna` }));
  expect(offeredNames(known, '')).toHaveLength(100);
  expect(offeredNames(known, ' SZENE 4321 fur')).toEqual(['Szene 4321 für Anna']);
  expect(offeredNames(known, 'nobody')).toEqual([]);
});
