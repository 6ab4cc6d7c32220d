import { enCull } from '../texts/en-cull.ts';
import type { KeyRow } from '../ui/key-list.tsx';

const { keys: words } = enCull;

export const cullKeys: readonly KeyRow[] = [
  [['P'], () => enCull.pick],
  [['X'], () => enCull.reject],
  [['U'], () => words.neither],
  [['1', '5'], () => words.rate],
  [['←', '→', '↑', '↓'], () => words.move],
  [['␣'], () => words.play],
  [['C'], () => enCull.compare],
  [['⇧ X'], () => words.rest],
];
