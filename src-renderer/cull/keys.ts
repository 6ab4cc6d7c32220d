import { enCull } from '../texts/en-cull.ts';
import type { KeyRow } from '../ui/key-list.tsx';

const { keys: words } = enCull;

export const cullKeys: readonly KeyRow[] = [
  [['P'], () => enCull.pick],
  [['X'], () => enCull.reject],
  [['U'], () => words.neither],
  [['0 – 5'], () => words.rate],
  [['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'], () => words.move],
  [['Space'], () => words.play],
  [['C'], () => enCull.compare],
  [['Shift+X'], () => words.rest],
];
