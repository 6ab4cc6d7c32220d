import { enCompare } from '../texts/en-compare.ts';
import { texts } from '../texts/texts.ts';
import type { KeyRow } from '../ui/key-list.tsx';

const { keys: words } = enCompare;

/** Of the panel: what no button beside the picture tells. The others stand in the list of all keys. */
export const mainCompareKeys: readonly KeyRow[] = [
  [['Tab'], () => words.take],
  [['W', 'H', 'B', 'D', 'O'], () => words.mode],
  [['J', 'K', 'L'], () => words.play],
  [['<', '>'], () => texts.keys.speed],
  [['R'], () => texts.keys.loopRange],
  [['[', ']'], () => words.offsetRight],
  [['{', '}'], () => words.offsetLeft],
  [['?'], () => texts.keys.help],
];

export const compareKeys: readonly KeyRow[] = [
  [['Tab'], () => words.take],
  [['W', 'H', 'B', 'D', 'O'], () => words.mode],
  [[',', '.'], () => words.frame],
  [['J', 'K', 'L'], () => words.play],
  [['<', '>'], () => texts.keys.speed],
  [['R'], () => texts.keys.loopRange],
  [['[', ']'], () => words.offsetRight],
  [['{', '}'], () => words.offsetLeft],
  [['ArrowLeft', 'ArrowRight'], () => words.wipe],
  [['Q'], () => enCompare.swap],
  [['M'], () => words.sound],
  [['Z'], () => words.zoom],
  [['ArrowLeft', 'ArrowUp'], () => words.pan],
  [['N'], () => words.note],
  [['E'], () => enCompare.save],
];
