import { asKnown } from '../../src-main/common/known-label.ts';
import { folded } from '../../src-main/common/search/folded.ts';
import { tagsInText } from '../../src-main/common/tags-in-text.ts';

/** What is written into the search to find a tag or a project. */
export function labelSearch(field: 'tag' | 'project', name: string): string {
  return /\s/.test(name) ? `${field}:"${name}"` : `${field}:${name}`;
}

/** As a person types them, several at once. */
export const typedTags = (known: readonly { readonly name: string }[], text: string): readonly string[] => [
  ...new Set(tagsInText(text).map((tag) => asKnown(known, tag))),
];

/** A list under a field is made whenever the field is drawn. */
const mostOffered = 100;

/** The names that are offered while somebody types, of however many: those that have it in them. */
export function offeredNames(known: readonly { readonly name: string }[], typed: string): readonly string[] {
  const wanted = folded(typed.trim());
  const offered: string[] = [];
  for (const { name } of known) {
    if (offered.length === mostOffered) break;
    if (folded(name).includes(wanted)) offered.push(name);
  }
  return offered;
}
