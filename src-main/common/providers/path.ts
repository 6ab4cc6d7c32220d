/** Names from the body inwards. */
export type Path = readonly string[];

/** `data.taskId` as a path; for constants, since splitting a hundred of them for every body would cost most of a reading. */
export const pathOf = (dotted: string): Path => dotted.split('.');

export type PathGroup = readonly { readonly rank: number; readonly path: Path }[];

/** Paths of which the first that holds something counts, filed under the name that they begin with. */
export type PathList = ReadonlyMap<string, PathGroup>;

export function pathList(dotted: readonly string[]): PathList {
  const list = new Map<string, { rank: number; path: Path }[]>();
  for (const [rank, each] of dotted.entries()) {
    const path = pathOf(each);
    const [name = ''] = path;
    list.set(name, [...(list.get(name) ?? []), { rank, path }]);
  }
  return list;
}
