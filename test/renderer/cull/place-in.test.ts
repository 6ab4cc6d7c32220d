import { expect, it } from 'vitest';
import { placeIn } from '../../../src-renderer/cull/place-in.ts';

const takes = ['a', 'b', 'c', 'd'].map((key) => ({ key }));
const shown = (keys: string) => takes.filter(({ key }) => keys.includes(key));

it.each([
  ['abcd', 'c', 2],
  ['acd', 'b', 1],
  ['ab', 'd', 1],
  ['', 'a', 0],
  ['cd', 'gone', 0],
])('of %j, after %s', (keys, key, place) => {
  expect(placeIn(shown(keys), takes, key)).toBe(place);
});
