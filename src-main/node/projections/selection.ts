/** The tasks that someone means. */
import type { TaskFilter, TaskSelection } from '../../common/task-query.ts';
import { filtered, inTurns, type InTurns } from '../in-turns.ts';

export interface ListedKeys {
  /** See `tasks:keys`. */
  keys(query: TaskFilter, from: string | number, to: string | number): Promise<readonly string[]>;
}

/** The keys of the selection, each once and in its order, whether there are such tasks or not. */
export async function selectedKeys(library: ListedKeys, which: TaskSelection): Promise<readonly string[]> {
  if (!('query' in which)) return namedKeys(which);
  const keys = await library.keys(which.query, 0, Infinity);
  const except = new Set(which.except);
  return except.size === 0 ? keys : inTurns(filtered(keys, (key) => !except.has(key)));
}

export function namedKeys(which: Exclude<TaskSelection, { readonly query: unknown }>): Promise<readonly string[]> {
  return inTurns(distinct(isList(which) ? which : which.keys));
}

const keysBetweenLooks = 512;

function* distinct(keys: readonly string[]): InTurns<readonly string[]> {
  const seen = new Set<string>();
  for (const [at, key] of keys.entries()) {
    seen.add(key);
    if (at % keysBetweenLooks === keysBetweenLooks - 1) yield;
  }
  return [...seen];
}

function isList(which: TaskSelection): which is readonly string[] {
  return Array.isArray(which);
}
