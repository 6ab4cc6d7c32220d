import { expect, it } from 'vitest';
import { asKnown } from '../../../src-main/common/known-label.ts';
import { offeredNames, typedTags } from '../../../src-renderer/store/label-text.ts';

it('of thousands of names those are offered that have what is typed in them', () => {
  const known = Array.from({ length: 5_000 }, (_, i) => ({ name: `Szene ${String(i)} für Anna` }));
  expect(offeredNames(known, '')).toHaveLength(100);
  expect(offeredNames(known, ' SZENE 4321 fur')).toEqual(['Szene 4321 für Anna']);
  expect(offeredNames(known, 'nobody')).toEqual([]);
});

it('a name that differs from a known one in capitals only is that one', () => {
  const known = ['Harbour', 'Rain', 'rain', 'año'].map((name) => ({ name }));
  const typed = ['harbour', 'rain', 'RAIN', 'ano', 'Heron'];
  expect(typedTags(known, 'harbour, Heron, Harbour')).toEqual(['Harbour', 'Heron']);
  expect(typed.map((name) => asKnown(known, name))).toEqual(['Harbour', 'rain', 'Rain', 'ano', 'Heron']);
});
