/**
 * The library of machines that share a log, from that log and from what this machine has not sent there yet: for commands
 * while no inbox runs on it.
 */
import type { Task } from '../../common/model.ts';
import { silentLog } from '../log/log.ts';
import { createTaskTable } from '../projections/task-table.ts';
import { createDatabase, plannedOnce } from './database.ts';
import { findLog } from './migrations.ts';
import { awayMs } from './node-name.ts';
import { createPageReader } from './pages.ts';
import { readShared } from './read-shared.ts';
import { readUnsent, type OutboxFiles } from './read-unsent.ts';
import { unusable } from './unusable.ts';

export interface SharedTasks {
  /** Newest first. */
  readonly tasks: readonly Task[];
  /** Machines that have told of themselves lately. */
  readonly machines: readonly string[];
}

/** Nothing is written there. @throws InboxError `unavailable` where the database cannot be used. */
export async function readSharedTasks(url: string, dir: OutboxFiles): Promise<SharedTasks> {
  const session = createDatabase(url, 'command', silentLog).session('reader', plannedOnce);
  try {
    const identity = await findLog(session);
    const table = createTaskTable();
    let number = 0;
    if (identity !== null) {
      const pages = createPageReader(session, identity);
      const until = await pages.end();
      await readShared({ pages, from: null, until, onEvent: (event) => void table.apply(event) });
      ({ number } = until);
    }
    await readUnsent(dir, session, identity, (event) => {
      number += 1;
      table.apply({ ...event, seq: number });
    });
    const rows =
      identity === null
        ? []
        : await session.query(
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
