import { expect, it } from 'vitest';
import { keptTexts } from '../../../src-renderer/store/kept-texts.ts';
import { createPlaces } from '../../../src-renderer/store/places.ts';

function memory() {
  const map = new Map<string, string>();
  const storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> = {
    getItem: (name) => map.get(name) ?? null,
    setItem: (name, text) => void map.set(name, text),
    removeItem: (name) => void map.delete(name),
  };
  return keptTexts(() => storage as Storage);
}

it('a list is scrolled to where it was, and what is told above it meanwhile, or no longer, changes nothing', () => {
  const storage = memory();
  const places = createPlaces(storage);
  places.keep(1, { list: 'library', top: 900, edge: 270 });
  places.keep(2, { list: 'library', top: 0, edge: 270 });
  places.keep(3, { list: 'library', top: 60, edge: 270 });
  places.save();
  const again = createPlaces(storage);
  expect(again.find(1, 'library', 270)).toBe(900);
  // The bar comes a moment later, and the list is scrolled with it.
  expect(again.find(1, 'library', 86)).toBe(716);
  expect(again.find(1, 'library', 300)).toBe(930);
  expect(again.find(2, 'library', 86)).toBe(0);
  expect(again.find(2, 'library', 300)).toBe(0);
  expect(again.find(3, 'library', 86)).toBe(0);
  expect(again.find(1, 'failed', 270)).toBe(0);
  expect(again.find(4, 'library', 270)).toBe(0);
});
