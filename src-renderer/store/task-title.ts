import type { TaskRow } from '../../src-main/common/task-row.ts';
import { texts } from '../texts/texts.ts';

/** A link without a sign that is seen can be neither read nor pressed. */
const isSeen = (text: string | null | undefined): text is string =>
  /[^\p{Default_Ignorable_Code_Point}\p{White_Space}\p{Cc}]/u.test(text ?? '');

/**
 * What turns the order of the signs around it, up to the end of its line: in a title of the tab, a toast or a sentence that
 * would be ours as well. The marks that languages are written with (LRM, RLM, ALM, ZWJ) turn nothing beyond themselves.
 */
const turning = /[\u202a-\u202e\u2066-\u2069]/g;

/** What a task is called: the person's own name, else its prompt, else its id. */
export function taskTitle({ title, prompt, taskId }: Pick<TaskRow, 'title' | 'prompt' | 'taskId'>): string {
  return [title, prompt].find(isSeen)?.replace(turning, '') ?? texts.card.noPrompt(taskId);
}

/** For where there is little room: never half of a sign, of which a browser makes a box. @param limit in code units */
export function shortened(title: string, limit: number): string {
  if (title.length <= limit) return title;
  const signs = Array.from(new Intl.Segmenter().segment(title.slice(0, limit + 1)), ({ index }) => index);
  // One sign with hundreds of marks on it is cut all the same.
  return `${title.slice(0, signs.at(-1) || limit).trimEnd()}…`;
}
