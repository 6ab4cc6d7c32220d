import { describe, expect, it } from 'vitest';
import { isHeld } from '../../../src-renderer/ui/is-held.ts';
import { isComposing, keyOf } from '../../../src-renderer/ui/key-of.ts';

it.each([
  [true, 27, true],
  // As WebKit tells of the key that ends it.
  [false, 229, true],
  [false, 13, false],
])('a key (composing: %j, code %i) is an input method’s: %j', (isOn, code, is) => {
  // oxlint-disable-next-line typescript/no-deprecated -- see there
  expect(isComposing({ isComposing: isOn, keyCode: code })).toBe(is);
});

describe('a key', () => {
  it.each([
    ['s', 'KeyS', false, 's'],
    ['س', 'KeyS', false, 's'],
    ['لا', 'KeyB', false, 'b'],
    ['ْ', 'KeyX', true, 'X'],
    ['ы', 'KeyS', false, 's'],
    ['Ч', 'KeyX', true, 'X'],
    ['σ', 'KeyS', false, 's'],
    ['ש', 'KeyA', false, 'a'],
    ['と', 'KeyS', false, 's'],
    ['ㄴ', 'KeyS', false, 's'],
    ['٣', 'Digit3', false, '3'],
    ['و', 'Comma', false, ','],
    ['؟', 'Slash', true, '?'],
    ['ج', 'BracketLeft', false, '['],
    ['ی', 'KeyD', false, 'd'],
  ])('that writes %j is meant as the one at %s (Shift: %j): %j', (key, code, shiftKey, meant) => {
    expect(keyOf({ key, code, shiftKey })).toBe(meant);
  });

  it.each([
    // A Latin keyboard means what it writes, wherever that lies on it.
    ['z', 'KeyY'],
    ['é', 'Digit2'],
    ['ö', 'Semicolon'],
    ['§', 'Digit3'],
    ['ArrowLeft', 'ArrowLeft'],
    ['Process', 'KeyS'],
    ['Dead', 'BracketLeft'],
    ['.', 'Slash'],
  ])('that writes %j at %s is that', (key, code) => {
    expect(keyOf({ key, code })).toBe(key);
  });

  it('of a second level is none of the first', () => {
    expect(keyOf({ key: 'µ', code: 'KeyM', getModifierState: (name) => name === 'AltGraph' })).toBe('µ');
  });

  it('that is held moves on where it lies, whatever it writes', () => {
    expect(['ن', 'ح'].map((key, i) => isHeld({ key, code: ['KeyJ', 'KeyP'][i] ?? '', repeat: true }))).toEqual([
      false,
      true,
    ]);
  });
});
