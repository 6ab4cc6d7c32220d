import type { TaskRow } from '../../src-main/common/task-row.ts';
import { texts } from '../texts/texts.ts';

/** What a task is called: the person's own name, else its prompt, else its id. */
export function taskTitle({ title, prompt, taskId }: Pick<TaskRow, 'title' | 'prompt' | 'taskId'>): string {
  return title ?? prompt ?? texts.card.noPrompt(taskId);
}
