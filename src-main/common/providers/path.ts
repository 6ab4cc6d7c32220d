import { bitForList } from './name-bits.ts';

/** Names from the body inwards. */
export type Path = readonly string[];

/** `data.taskId` as a path; for constants, since splitting a hundred of them for every body would cost most of a reading. */
export const pathOf = (dotted: string): Path => dotted.split('.');

export interface RankedPath {
  readonly rank: number;
  readonly path: Path;
}

/** The first in the order comes first. */
export type PathGroup = readonly RankedPath[];

/** Paths of which the first that holds something counts, filed under the name that they begin with. */
export interface PathList extends ReadonlyMap<string, PathGroup> {
  /** Of the names that they begin with. */
  readonly bit: number;
}

/** @param dotted Right behind each that is written `task_id` comes the same as `taskId`, unless that has a place of its own. */
export function pathList(dotted: readonly string[]): PathList {
  const list = new Map<string, { rank: number; path: Path }[]>();
  const listed = new Set(dotted);
  const both = dotted.flatMap((each) => {
    const twin = inCamelCase(each);
    return listed.has(twin) ? [each] : [each, twin];
  });
  for (const [rank, each] of both.entries()) {
    const path = pathOf(each);
    const [name = ''] = path;
    list.set(name, [...(list.get(name) ?? []), { rank, path }]);
  }
  return Object.assign(list, { bit: bitForList(list.keys()) });
}

function inCamelCase(dotted: string): string {
  // HeyGen's alone; RunningHub has the answer of another service under its twin.
  if (dotted.startsWith('event_data.')) return dotted;
  return dotted.replace(/([a-z\d])_([a-z\d])/g, (_, before: string, after: string) => before + after.toUpperCase());
}
