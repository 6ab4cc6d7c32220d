import type { TaskQuery } from '../../src-main/common/task-query.ts';
import type { TaskView } from '../../src-main/common/task-view.ts';
import type { Inbox } from './inbox-process.ts';

/** The whole library, oldest first. */
export async function everyTask(inbox: Pick<Inbox, 'call'>): Promise<readonly TaskView[]> {
  const query: TaskQuery = {
    view: 'library',
    text: '',
    state: 'all',
    provider: null,
    order: 'oldest',
    timeZone: 'UTC',
    offset: 0,
    limit: 500,
  };
  const tasks: TaskView[] = [];
  for (;;) {
    const { rows, total } = await inbox.call('tasks:query', { ...query, offset: tasks.length });
    tasks.push(...rows);
    if (tasks.length >= total || rows.length === 0) return tasks;
  }
}
