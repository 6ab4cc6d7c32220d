/** What is written into the search to find a tag or a project. */
export function labelSearch(field: 'tag' | 'project', name: string): string {
  return /\s/.test(name) ? `${field}:"${name}"` : `${field}:${name}`;
}
