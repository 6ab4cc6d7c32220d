/** Sends marks of this machine to the inbox elsewhere, as many at once as it takes. */
import type { EventDraft } from '../../common/events.ts';
import { InboxError } from '../../common/errors.ts';
import type { TwinClient } from './twin-client.ts';

export interface OutgoingMark {
  readonly draft: EventDraft;
}

export interface SendMarksPorts<T extends OutgoingMark> {
  readonly client: Pick<TwinClient, 'send'>;
  readonly signal: AbortSignal;
  /** All up to this one are taken, or refused for good. */
  readonly done: (last: T) => Promise<void>;
  readonly refused: (mark: T, error: InboxError) => Promise<void>;
}

const sendAtOnce = 200;
/** The other takes a mebibyte, and a character may be three bytes of it. */
const sendChars = 300_000;

/** Oldest first. @throws InboxError where the other cannot be reached. */
export async function sendInBatches<T extends OutgoingMark>(
  all: readonly T[],
  ports: SendMarksPorts<T>,
): Promise<void> {
  for (const batch of batchesOf(all)) await send(batch, ports);
}

/** All or none are taken: in halves, until only what is refused stays behind. */
async function send<T extends OutgoingMark>(batch: readonly T[], ports: SendMarksPorts<T>): Promise<void> {
  const last = batch.at(-1);
  if (last === undefined) return;
  const drafts = batch.map(({ draft }) => draft);
  try {
    await ports.client.send(drafts, ports.signal);
  } catch (error) {
    if (!(error instanceof InboxError) || error.code !== 'bad-request') throw error;
    if (batch.length > 1) {
      const half = batch.length >> 1;
      await send(batch.slice(0, half), ports);
      return send(batch.slice(half), ports);
    }
    await ports.refused(last, error);
  }
  await ports.done(last);
}

function* batchesOf<T extends OutgoingMark>(all: readonly T[]): Generator<readonly T[]> {
  let batch: T[] = [];
  let chars = 0;
  for (const each of all) {
    const more = JSON.stringify(each.draft).length;
    if (batch.length === sendAtOnce || (batch.length > 0 && chars + more > sendChars)) {
      yield batch;
      batch = [];
      chars = 0;
    }
    batch.push(each);
    chars += more;
  }
  if (batch.length > 0) yield batch;
}
