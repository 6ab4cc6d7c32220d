/** The library as a list, newest first: for the terminal and for programs. */
import { compileSearch, hereZone, searchedOf } from '../../../common/search/match-search.ts';
import type { ListOptions } from '../../../common/task-query.ts';
import type { TaskTraits } from '../../../common/task-traits.ts';
import type { TaskView } from '../../../common/task-view.ts';
import { takingTurns } from '../../in-turns.ts';
import type { Library } from '../../projections/library.ts';
import type { ToTaskView } from '../telling/task-view.ts';

/** Without the trash. */
export async function listedTasks(
  library: Pick<Library, 'newestInTurns'>,
  toTaskView: ToTaskView,
  { state, limit, query = '' }: ListOptions,
): Promise<readonly TaskView[]> {
  const tasks: TaskView[] = [];
  const search = compileSearch(query, hereZone());
  const isListed = ({ head }: { readonly head: TaskTraits }): boolean =>
    head.trashedAt === null && (state === null || head.state === state);
  for await (const task of takingTurns(library.newestInTurns(isListed))) {
    if (tasks.length >= limit) break;
    if (search?.(searchedOf(task)) !== false) tasks.push(toTaskView(task));
  }
  return tasks;
}
