import { expect, it } from 'vitest';
import { createRecentMap } from '../../../src-main/node/storage/recent-map.ts';

it('holds what was used lately, and no more than its limit', () => {
  const map = createRecentMap<number, string>(100);
  for (let key = 0; key < 1000; key += 1) {
    map.set(key, `value ${String(key)}`);
    expect(map.get(0)).toBe('value 0');
  }
  for (let key = 999; key > 951; key -= 1) expect(map.get(key)).toBe(`value ${String(key)}`);
  for (let key = 1; key < 900; key += 1) expect(map.get(key)).toBeUndefined();
});

it('holds the last value', () => {
  const map = createRecentMap<string, number>(4);
  map.set('a', 1);
  map.set('b', 2);
  map.set('a', 3);
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([3, 2, undefined]);
});
