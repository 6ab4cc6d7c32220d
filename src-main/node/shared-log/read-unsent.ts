/** What this machine has stored and the shared log does not have: for commands while no inbox runs on it. */
import type { StampedEvent } from '../../common/events.ts';
import type { DataDir } from '../data-dir.ts';
import type { EventLog } from '../event-log/event-log.ts';
import { readNdjsonLog } from '../event-log/ndjson-reader.ts';
import { isErrno } from '../storage/durable-files.ts';
import { knownNode } from '../sync/sync-identity.ts';
import type { Session } from './database.ts';
import { findFork } from './forked-journal.ts';
import type { LogIdentity } from './migrations.ts';
import { readKept } from './shared-file.ts';

/** The files of a machine that tell what it has sent. */
export type OutboxFiles = Pick<DataDir, 'journal' | 'sharedFile' | 'syncFile'>;

/**
 * In the order in which they will be sent.
 * @param identity `null` where there is no log yet: nothing was sent.
 * @throws DatabaseAway, NodeJS.ErrnoException where the journal cannot be read.
 */
export async function readUnsent(
  dir: OutboxFiles,
  session: Session,
  identity: LogIdentity | null,
  onEvent: (event: StampedEvent) => void,
): Promise<void> {
  const local: Pick<EventLog, 'read'> = { read: (from, onRead) => readNdjsonLog(dir.journal, from, onRead) };
  const node = await knownNode(dir.syncFile);
  try {
    if (identity === null || node === null) {
      await local.read(null, onEvent);
      return;
    }
    const [last] = await session.query('SELECT coalesce(max(k), 0) AS k FROM events WHERE node = $1', [node]);
    const taken = Number(last?.['k']);
    const kept = await readKept(dir.sharedFile);
    const known = kept?.identity.id === identity.id ? kept.sent : null;
    const { forked, behind } = await findFork(local, session, node, taken, known);
    for (const event of forked) onEvent(event);
    await local.read(behind, (event) => {
      if (event.seq > taken) onEvent(event);
    });
  } catch (error) {
    // A machine that never took anything.
    if (!isErrno(error, ['ENOENT'])) throw error;
  }
}
