/** What a task is called wherever a person reads of it: on its card, in the tray, in a notice. */

/** A name without a sign that is seen can be neither read nor pressed. */
const isSeen = (text: string | null | undefined): text is string =>
  /[^\p{Default_Ignorable_Code_Point}\p{White_Space}\p{Cc}]/u.test(text ?? '');

/**
 * What turns the order of the signs around it, up to the end of its line: in a title of the tab, a toast or a sentence that
 * would be ours as well. The marks that languages are written with (LRM, RLM, ALM, ZWJ) turn nothing beyond themselves.
 */
const turning = /[\u202a-\u202e\u2066-\u2069]/g;

/** @returns the person's own name, else the prompt; `null` where neither can be read. */
export function taskName({
  title,
  prompt,
}: {
  readonly title?: string | null | undefined;
  readonly prompt: string | null;
}): string | null {
  return [title, prompt].find(isSeen)?.replace(turning, '') ?? null;
}
