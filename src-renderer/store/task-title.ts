import type { TaskRow } from '../../src-main/common/task-row.ts';
import { texts } from '../texts/texts.ts';

/** A link without a sign that is seen can be neither read nor pressed. */
const isSeen = (text: string | null | undefined): text is string =>
  /[^\p{Default_Ignorable_Code_Point}\p{White_Space}\p{Cc}]/u.test(text ?? '');

/** What a task is called: the person's own name, else its prompt, else its id. */
export function taskTitle({ title, prompt, taskId }: Pick<TaskRow, 'title' | 'prompt' | 'taskId'>): string {
  return [title, prompt].find(isSeen) ?? texts.card.noPrompt(taskId);
}
