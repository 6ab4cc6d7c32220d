import type { TaskView } from '../../src-main/common/task-view.ts';
import { texts } from '../texts/texts.ts';

/** What a task is called: the person's own name, else its prompt, else its id. */
export function taskTitle({ title, prompt, taskId }: Pick<TaskView, 'title' | 'prompt' | 'taskId'>): string {
  return title ?? prompt ?? texts.card.noPrompt(taskId);
}
