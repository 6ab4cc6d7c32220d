import { expect, it } from 'vitest';
import { isHeld } from '../../../src-renderer/ui/is-held.ts';

it('a key that is held moves on, and deletes, judges and orders once', () => {
  const held = (keys: readonly string[]) => keys.filter((key) => isHeld({ key, repeat: true }));
  expect(held(['ArrowLeft', 'PageDown', 'Tab', ',', '.', '<', ']', '{', 'j', 'L'])).toEqual([]);
  const once = ['Backspace', 'Delete', 'Enter', ' ', 'p', 'X', 's', '5', 'Escape'];
  expect(held(once)).toEqual(once);
  expect(once.some((key) => isHeld({ key, repeat: false }))).toBe(false);
});
