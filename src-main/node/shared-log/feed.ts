/** Follows the shared log from a place on, and tells what is there to whoever follows it here, in its order. */
import type { StoredEvent } from '../event-log/followers.ts';
import type { Teller } from '../event-log/followers.ts';
import type { Log } from '../log/log.ts';
import { DatabaseAway } from './database.ts';
import type { HeldEvents } from './held-events.ts';
import type { PageEntry, PageReader } from './pages.ts';
import type { Place } from './place.ts';

export interface FeedPorts {
  readonly pages: PageReader;
  readonly start: Place;
  readonly teller: Teller;
  readonly held: HeldEvents;
  /** Each entry, before it is told. */
  readonly onEntry: (entry: PageEntry) => void;
  /** It was reached: `null`; or could not be: why. */
  readonly onReach: (why: unknown) => void;
  readonly log: Log;
}

export interface Feed {
  /** Something may be there. Resolves once what was there when this was called is handed to the teller, or it failed. */
  look(): Promise<void>;
  /** Behind the last that was handed to the teller. */
  place(): Place;
  close(): Promise<void>;
}

export function createFeed({ pages, start, teller, held, onEntry, onReach, log }: FeedPorts): Feed {
  let place = start;
  let running: Promise<void> | null = null;
  let isWanted = false;
  let isClosed = false;
  const mayGoOn = (): boolean => !isClosed;

  async function takePages(): Promise<void> {
    for (;;) {
      const { entries, more } = await pages.page(place, null, held);
      const stored: StoredEvent[] = [];
      for (const entry of entries) {
        onEntry(entry);
        if (entry.read.kind === 'event') stored.push(entry.read.stored);
        else log.warn({ node: entry.node, k: entry.k, read: entry.read }, 'an event of the shared log was skipped');
      }
      place = entries.at(-1)?.place ?? place;
      teller.tell(stored, null);
      if (!more || !mayGoOn()) return;
      await teller.idle();
    }
  }

  async function run(): Promise<void> {
    try {
      while (isWanted && mayGoOn()) {
        isWanted = false;
        await takePages();
        onReach(null);
      }
    } catch (error) {
      if (!(error instanceof DatabaseAway)) log.error({ error }, 'the shared log could not be read');
      onReach(error);
    } finally {
      running = null;
    }
  }

  return {
    async look() {
      isWanted = true;
      running ??= run();
      await running;
    },
    place: () => place,
    async close() {
      isClosed = true;
      await running;
    },
  };
}
