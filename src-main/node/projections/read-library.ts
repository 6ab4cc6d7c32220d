/** The library from its journal alone, without locking or changing anything: for commands while no inbox runs. */
import type { Task } from '../../common/model.ts';
import { readNdjsonLog } from '../event-log/ndjson-reader.ts';
import { isErrno } from '../storage/durable-files.ts';
import { createTaskTable } from './task-table.ts';

/** @returns newest first; nothing where there is no library yet. */
export async function readLibrary(journalDir: string): Promise<readonly Task[]> {
  const table = createTaskTable();
  try {
    await readNdjsonLog(journalDir, null, (event) => {
      table.apply(event);
    });
  } catch (error) {
    if (!isErrno(error, ['ENOENT'])) throw error;
  }
  return table.ordered.map((slot) => slot.task).reverse();
}
