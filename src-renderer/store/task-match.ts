import type { TaskFilter } from '../../src-main/common/task-query.ts';
import type { TaskRow } from '../../src-main/common/task-row.ts';
import { compileSearch, searchedOf } from '../../src-main/common/search/match-search.ts';
import { wholeOf } from './patched.ts';
import { isByTime } from '../../src-main/common/search/task-order.ts';
import { isInView, matchesState } from '../../src-main/common/task-traits.ts';

/** What the list is about: the query without its window. */
export type ListQuery = TaskFilter;

/** The core's own test. Of what was searched for a row may leave out where it stands: see `isSearch`. */
export function matches(task: TaskRow, query: ListQuery): boolean {
  return isListed(task, query) && compileSearch(query.text, query.timeZone)?.(searchedOf(wholeOf(task))) !== false;
}

/** Then a row that seems to match, or not to, is asked about: the end of its prompt, notes, sources are not in it. */
export const isSearch = ({ text }: Pick<ListQuery, 'text'>): boolean => text.trim() !== '';

/** Whether it belongs there, whatever is searched for. */
export const isListed = (task: TaskRow, { view, state, until, provider }: ListQuery): boolean =>
  isInView(task, view) &&
  matchesState(task, state) &&
  (until === undefined || task.receivedAt <= until) &&
  (provider === null || task.provider === provider);

/** Whether newcomers belong at the top. */
export const isNewestOnTop = ({ order, reverse }: Pick<ListQuery, 'order' | 'reverse'>): boolean =>
  isByTime(order) && (order === 'newest') !== (reverse === true);
