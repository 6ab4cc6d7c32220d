/** The library of machines that share a log, from that log alone: for commands while no inbox runs on this one. */
import type { Task } from '../../common/model.ts';
import { silentLog } from '../log/log.ts';
import { createTaskTable } from '../projections/task-table.ts';
import { createDatabase } from './database.ts';
import { findLog } from './migrations.ts';
import { awayMs } from './node-name.ts';
import { createPageReader } from './pages.ts';
import { readShared } from './read-shared.ts';
import { unusable } from './unusable.ts';

export interface SharedTasks {
  /** Newest first; nothing where there is no log yet. */
  readonly tasks: readonly Task[];
  /** Machines that have told of themselves lately. */
  readonly machines: readonly string[];
}

/** Nothing is written there. @throws InboxError `unavailable` where the database cannot be used. */
export async function readSharedTasks(url: string): Promise<SharedTasks> {
  const session = createDatabase(url, 'command', silentLog).session('reader');
  try {
    const identity = await findLog(session);
    if (identity === null) return { tasks: [], machines: [] };
    const pages = createPageReader(session, identity);
    const table = createTaskTable();
    await readShared({ pages, from: null, until: await pages.end(), onEvent: (event) => void table.apply(event) });
    const rows = await session.query(
      `SELECT name FROM nodes WHERE seen_at > clock_timestamp() - $1 * interval '1 millisecond' ORDER BY name`,
      [awayMs],
    );
    return {
      tasks: table.ordered.map(({ task }) => task).reverse(),
      machines: rows.map(({ name }) => String(name)),
    };
  } catch (error) {
    throw unusable(error);
  } finally {
    await session.close();
  }
}
