import type { TaskRow } from '../../src-main/common/task-row.ts';
import { cardState } from '../gallery/card-state.ts';
import { enCompare as words } from '../texts/en-compare.ts';

/** One that was chosen for a comparison. */
export interface Chosen {
  /** `null` where it is not in the library. */
  readonly task: TaskRow | null;
  readonly isShown: boolean;
}

/** How many of those that were chosen are not among the takes, and why: a sentence for each reason. */
export function leftOut(chosen: readonly Chosen[]): readonly string[] {
  const counts = { yet: 0, never: 0, gone: 0 };
  for (const { task, isShown } of chosen) if (!isShown) counts[reasonOf(task)] += 1;
  return (['yet', 'never', 'gone'] as const)
    .filter((reason) => counts[reason] > 0)
    .map((reason) => words.leftOut[reason](String(counts[reason])));
}

function reasonOf(task: TaskRow | null): 'yet' | 'never' | 'gone' {
  if (task === null) return 'gone';
  return ['downloading', 'queued', 'waiting'].includes(cardState(task)) ? 'yet' : 'never';
}
