/** What waits to be stored: callbacks before everything else, as many at once as one sync can take. */
import { InboxError } from '../../common/errors.ts';
import type { EventDraft } from '../../common/events.ts';
import { storageAnswers } from '../../common/texts/en-storage.ts';
import type { Log } from '../log/log.ts';
import type { AppendPriority, StampedEvent } from './event-log.ts';
import type { StoredEvent, Teller } from './followers.ts';

export interface AppendQueuePorts {
  /**
   * Stores everything or nothing; resolves once it is synced. Never called again before that.
   * @returns the events in the order of the drafts; `later` where their places are known only when they come back.
   * @throws InboxError where nothing was stored.
   */
  readonly store: (
    appends: readonly (readonly EventDraft[])[],
  ) => Promise<readonly StoredEvent[] | { readonly later: Promise<readonly StoredEvent[]> }>;
  readonly teller: Teller;
  readonly log: Log;
}

export interface AppendQueue {
  /** @param drafts None at all goes through `store` as well, in its turn. */
  append(drafts: readonly EventDraft[], priority: AppendPriority): Promise<readonly StampedEvent[]>;
  /** Refuses what comes from now on; resolves once all that waited is stored and told. */
  close(): Promise<void>;
}

interface Append {
  readonly drafts: readonly EventDraft[];
  readonly priority: AppendPriority;
  readonly resolve: (events: readonly StampedEvent[]) => void;
  readonly reject: (error: unknown) => void;
}

/** More events are not stored in one go, so that no callback waits for a long write; one append is never divided. */
const batchEvents = 1024;
const waitingCallbacks = 8192;

export function createAppendQueue({ store, teller, log }: AppendQueuePorts): AppendQueue {
  const callbacks: Append[] = [];
  const bulk: Append[] = [];
  let draining: Promise<void> | null = null;
  let closed = false;
  const coming = new Set<Promise<void>>();

  /** Under a flood of callbacks the others get a turn as well: what fits beside them, and a large one after each batch. */
  let largeIsNext = false;

  function takeBatch(): readonly Append[] {
    const large = (bulk[0]?.drafts.length ?? 0) > batchEvents;
    if (large && (largeIsNext || callbacks.length === 0)) {
      largeIsNext = false;
      return bulk.splice(0, 1);
    }
    largeIsNext = large;
    const batch: Append[] = [];
    let events = 0;
    for (const queue of [callbacks, bulk]) {
      let taken = 0;
      for (const { drafts } of queue) {
        if (events > 0 && events + drafts.length > batchEvents) break;
        events += drafts.length;
        taken += 1;
      }
      batch.push(...queue.splice(0, taken));
    }
    return batch;
  }

  async function storeBatch(batch: readonly Append[]): Promise<void> {
    try {
      const stored = await store(batch.map(({ drafts }) => drafts));
      if (!('later' in stored)) {
        tell(batch, stored);
        return;
      }
      const telling: Promise<void> = stored.later
        .then((events) => tell(batch, events))
        .finally(() => coming.delete(telling));
      coming.add(telling);
    } catch (error) {
      if (!(error instanceof InboxError)) log.error({ error }, 'the event log broke while it stored something');
      for (const { reject } of batch) reject(error);
    }
  }

  function tell(batch: readonly Append[], stored: readonly StoredEvent[]): void {
    let from = 0;
    for (const { drafts, priority, resolve } of batch) {
      const own = stored.slice(from, from + drafts.length);
      from += drafts.length;
      const settle = (): void => resolve(own.map(({ event }) => event));
      const isTold = teller.tell(own, priority === 'bulk' ? settle : null);
      if (priority === 'callback' || isTold) settle();
    }
  }

  async function drain(): Promise<void> {
    try {
      while (callbacks.length + bulk.length > 0) await storeBatch(takeBatch());
    } finally {
      // In the same turn as the last look at what waits: an append that comes next must start a drain of its own.
      draining = null;
    }
  }

  return {
    append(drafts, priority) {
      return new Promise((resolve, reject) => {
        if (closed) {
          reject(new InboxError('storage-failed', storageAnswers.closing));
          return;
        }
        if (priority === 'callback' && callbacks.length >= waitingCallbacks) {
          reject(new InboxError('too-many', storageAnswers['too-many']));
          return;
        }
        (priority === 'callback' ? callbacks : bulk).push({ drafts, priority, resolve, reject });
        draining ??= drain();
      });
    },
    async close() {
      closed = true;
      while (draining !== null) await draining;
      await Promise.all(coming);
      await teller.idle();
    },
  };
}
