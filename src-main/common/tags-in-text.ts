/** Longest tag, and longest name of a project. */
export const labelLimit = 60;

/** Tags as a person types them: several at once with commas between them. */
export function tagsInText(text: string): string[] {
  return [...new Set(text.split(',').map((tag) => tag.trim().slice(0, labelLimit)))].filter((tag) => tag !== '');
}
