import { enCull } from '../texts/en-cull.ts';
import { texts } from '../texts/texts.ts';
import type { KeyRow } from '../ui/key-list.tsx';

const { keys: words } = enCull;

export const cullKeys: readonly KeyRow[] = [
  [['P'], () => enCull.pick],
  [['X'], () => enCull.reject],
  [['U'], () => words.neither],
  [['1 – 5'], () => words.rate],
  [['←', '→', '↑', '↓'], () => words.move],
  [[texts.keys.space], () => words.play],
  [['C'], () => enCull.compare],
  [[`${texts.keys.shift} X`], () => words.rest],
];
