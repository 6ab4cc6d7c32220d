import type { TaskQuery } from '../../src-main/common/contract.ts';
import type { Task } from '../../src-main/common/model.ts';
import { isInView, matchesState } from '../../src-main/common/task-traits.ts';

/** What the list is about: the query without its window. */
export type ListQuery = Omit<TaskQuery, 'offset' | 'limit'>;

function hasWords(task: Task, text: string): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const hay = [task.prompt, task.taskId, task.provider, task.message].join('\n').toLowerCase();
  return words.every((word) => hay.includes(word));
}

/**
 * Whether a task belongs to the list, as far as the page can tell. The core has the last word: this only decides what
 * is worth asking it again for, so a wrong guess costs a request or a moment, never a wrong list.
 */
export function matches(task: Task, query: ListQuery): boolean {
  return (
    isInView(task, query.view) &&
    matchesState(task, query.state) &&
    (query.provider === null || task.provider === query.provider) &&
    hasWords(task, query.text)
  );
}
