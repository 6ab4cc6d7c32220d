import { taskName } from '../../src-main/common/task-name.ts';
import type { TaskRow } from '../../src-main/common/task-row.ts';
import { texts } from '../texts/texts.ts';

/** What a task is called: the person's own name, else its prompt, else its id. */
export function taskTitle({ title, prompt, taskId }: Pick<TaskRow, 'title' | 'prompt' | 'taskId'>): string {
  return taskName({ title, prompt }) ?? texts.card.noPrompt(taskId);
}

/** For where there is little room: never half of a sign, of which a browser makes a box. @param limit in code units */
export function shortened(title: string, limit: number): string {
  if (title.length <= limit) return title;
  const signs = Array.from(new Intl.Segmenter().segment(title.slice(0, limit + 1)), ({ index }) => index);
  // One sign with hundreds of marks on it is cut all the same.
  return `${title.slice(0, signs.at(-1) || limit).trimEnd()}…`;
}
