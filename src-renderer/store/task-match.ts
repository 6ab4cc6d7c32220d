import type { TaskFilter } from '../../src-main/common/task-query.ts';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { compileSearch, searchedOf } from '../../src-main/common/search/match-search.ts';
import { isInView, matchesState } from '../../src-main/common/task-traits.ts';

/** What the list is about: the query without its window. */
export type ListQuery = TaskFilter;

/** The core's own test, so that the two cannot disagree about a task that both know whole. */
export function matches(task: TaskView, query: ListQuery): boolean {
  return (
    isInView(task, query.view) &&
    matchesState(task, query.state) &&
    (query.until === undefined || task.receivedAt <= query.until) &&
    (query.provider === null || task.provider === query.provider) &&
    compileSearch(query.text, query.timeZone)?.(searchedOf(task)) !== false
  );
}
