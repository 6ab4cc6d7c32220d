import { expect, it } from 'vitest';
import { ariaKeys, keyNames } from '../../../src-renderer/ui/key-names.ts';

const machines = {
  mac: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
  windows:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
};

it.each([
  ['Control+Z', '⌘ Z', 'Ctrl Z', 'Meta+Z'],
  ['Control+,', '⌘ ,', 'Ctrl ,', 'Meta+,'],
  ['Shift+ArrowLeft', 'Shift ←', 'Shift ←', 'Shift+ArrowLeft'],
  ['Escape', 'Esc', 'Esc', 'Escape'],
  ['Backspace', '⌫', '⌫', 'Backspace'],
  ['1 – 5', '1 – 5', '1 – 5', '1 – 5'],
  ['?', '?', '?', '?'],
])('%s is %s on a Mac and %s elsewhere', (shortcut, onMac, elsewhere, ariaOnMac) => {
  expect(keyNames(shortcut, machines.mac)).toBe(onMac);
  expect(keyNames(shortcut, machines.windows)).toBe(elsewhere);
  expect(ariaKeys(shortcut, machines.mac)).toBe(ariaOnMac);
  expect(ariaKeys(shortcut, machines.windows)).toBe(shortcut);
});
