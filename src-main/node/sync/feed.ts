/** The event log in pages, for those who read along on other machines. */
import { eventFormat } from '../../common/events.ts';
import type { Cursor, EventLog } from '../event-log/event-log.ts';

export interface FeedPage {
  /** The events, each as JSON. */
  readonly events: readonly string[];
  /** The place behind the last of them. */
  readonly next: Cursor;
  /** True where the page ended before the log did. */
  readonly more: boolean;
  /** So many numbers of the log are behind this page: about so many events, some of which may be gone. */
  readonly behind: number;
}

const pageEvents = 500;
const pageChars = 4 * 1024 * 1024;
/** Thrown by our own follower to end the reading of a log, which has no other end. */
const pageIsFull = new Error('the page is full');

/** @param after `null` = from the first event. A page holds one event at least, where there is one. */
async function readPage(log: EventLog, after: Cursor | null): Promise<FeedPage> {
  const events: string[] = [];
  let chars = 0;
  const behind: Cursor[] = [];
  const end = log.end();
  const last = log.lastSeq();
  let seq = 0;
  try {
    const { fromStart } = await log.read(after, (event, cursor) => {
      // Read in today's shape, whatever version wrote it.
      const text = JSON.stringify({ ...event, v: eventFormat });
      const isFull = events.length === pageEvents || chars + text.length > pageChars;
      if (isFull && events.length > 0) throw pageIsFull;
      events.push(text);
      seq = event.seq;
      chars += text.length;
      behind.push(cursor);
    });
    return { events, next: behind.at(-1) ?? (fromStart || after === null ? end : after), more: false, behind: 0 };
  } catch (error) {
    if (error !== pageIsFull) throw error;
    return { events, next: behind.at(-1) ?? end, more: true, behind: Math.max(0, last - seq) };
  }
}

/**
 * The same; where there is nothing behind `after`, waits for it.
 * @param signal ends the waiting, and the page is empty then.
 */
export async function awaitPage(
  log: EventLog,
  after: Cursor | null,
  waitMs: number,
  signal: AbortSignal,
): Promise<FeedPage> {
  let wake: () => void = () => undefined;
  const something = new Promise<void>((resolve) => {
    wake = resolve;
  });
  // Before the log is read: what comes meanwhile is not missed.
  const unfollow = log.follow('feed', () => wake());
  signal.addEventListener('abort', wake, { once: true });
  const limit = setTimeout(wake, waitMs);
  try {
    const page = await readPage(log, after);
    if (page.events.length > 0 || waitMs <= 0) return page;
    await something;
    return signal.aborted ? page : await readPage(log, page.next);
  } finally {
    clearTimeout(limit);
    signal.removeEventListener('abort', wake);
    unfollow();
  }
}
