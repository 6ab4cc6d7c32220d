import { enCompare } from '../texts/en-compare.ts';
import type { KeyRow } from '../ui/key-list.tsx';

const { keys: words } = enCompare;

export const compareKeys: readonly KeyRow[] = [
  [['Tab'], () => words.take],
  [['W', 'H', 'B', 'D', 'O'], () => words.mode],
  [[',', '.'], () => words.frame],
  [['J', 'K', 'L'], () => words.play],
  [['[', ']'], () => words.offsetRight],
  [['{', '}'], () => words.offsetLeft],
  [['←', '→'], () => words.wipe],
  [['Q'], () => enCompare.swap],
  [['M'], () => words.sound],
  [['Z'], () => words.zoom],
  [['E'], () => enCompare.save],
];
