/** All tasks of a library on which no inbox runs: of its journal, and of the log that it shares with other machines. */
import type { Task } from '../common/model.ts';
import { nonEmpty, type Environment } from '../node/config-values.ts';
import { requireDatabaseUrl } from '../node/machines-config.ts';
import { readLibrary } from '../node/projections/read-library.ts';
import type { OutboxFiles } from '../node/shared-log/read-unsent.ts';

export interface AllTasks {
  /** Newest first. */
  readonly tasks: readonly Task[];
  /** Machines that share it and run. */
  readonly machines: readonly string[];
}

/** @throws InboxError `unavailable` where the database that the environment names cannot be used. */
export async function readAllTasks(dir: OutboxFiles, env: Environment): Promise<AllTasks> {
  const url = nonEmpty(env['VIDEO_INBOX_DATABASE_URL']);
  if (url === null) return { tasks: await readLibrary(dir.journal), machines: [] };
  requireDatabaseUrl(url);
  const { readSharedTasks } = await import('../node/shared-log/read-tasks.ts');
  return readSharedTasks(url, dir);
}
