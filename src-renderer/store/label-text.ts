/** What is written into the search to find a tag or a project. */
export function labelSearch(field: 'tag' | 'project', name: string): string {
  return /\s/.test(name) ? `${field}:"${name}"` : `${field}:${name}`;
}

/** Several at once with commas between them. */
export function tagsOf(text: string): string[] {
  return [...new Set(text.split(',').map((tag) => tag.trim().slice(0, 60)))].filter((tag) => tag !== '');
}
