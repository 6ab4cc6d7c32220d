import type { TaskView } from '../../src-main/common/task-view.ts';
import { enCull as words } from '../texts/en-cull.ts';

/** What tells a take from others of its prompt: the person's own name for it, what it was drawn with, else its id. */
export function takeName({ title, seed, taskId }: Pick<TaskView, 'title' | 'seed' | 'taskId'>): string {
  return title ?? (seed === undefined ? taskId.slice(0, 12) : words.seed(seed));
}
