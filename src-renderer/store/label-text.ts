import { folded } from '../../src-main/common/search/folded.ts';

/** What is written into the search to find a tag or a project. */
export function labelSearch(field: 'tag' | 'project', name: string): string {
  return /\s/.test(name) ? `${field}:"${name}"` : `${field}:${name}`;
}

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
