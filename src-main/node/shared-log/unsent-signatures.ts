/**
 * Which body a signature came with, of callbacks that this machine has stored and the shared log may not have: a start
 * while the database is away knows nothing else of them, and a signature that was used must not pass for new.
 */
import type { Cursor, EventLog } from '../event-log/event-log.ts';
import { createRecentMap } from '../storage/recent-map.ts';

/** SHA-256 of the body; `undefined` where the signature is new. */
export type SignedBody = (taskId: string, replayKey: string) => string | undefined;

/** As many as the intake remembers of its own run. */
const limit = 16 * 1024;

/** @param from a place up to which the shared log has everything; `null` = from the first. */
export async function readUnsentSignatures(local: EventLog, from: Cursor | null): Promise<SignedBody> {
  const bodies = createRecentMap<string, string>(limit);
  await local.read(from, (event) => {
    if (event.type !== 'result' || event.evidence === null || event.evidence.replayKey === null) return;
    const { replayKey, bodySha256 } = event.evidence;
    bodies.set(`${event.read.taskId} ${replayKey}`, bodySha256);
  });
  return (taskId, replayKey) => bodies.get(`${taskId} ${replayKey}`);
}
