/** The event log in pages, for those who read along on other machines. */
import { eventFormat, type StampedEvent } from '../../common/events.ts';
import { cursorOf, type Cursor, type EventLog } from '../event-log/event-log.ts';

/**
 * A place of a reader, as text: where the last event that it has begins, and which event that was. A log that was set
 * back to an older state has another one there, or none.
 */
export type FeedPlace = string;

export interface FeedPage {
  /** The events, each as JSON. */
  readonly events: readonly string[];
  /** The place behind the last of them. */
  readonly next: FeedPlace;
  /** True where the page ended before the log did. */
  readonly more: boolean;
  /** So many numbers of the log are behind this page: about so many events, some of which may be gone. */
  readonly behind: number;
  /** True where the log has not what the reader had last: it lost its end, or is an older copy. This is its first page. */
  readonly anew: boolean;
}

const pageEvents = 500;
const pageChars = 4 * 1024 * 1024;
/** Thrown by our own follower to end the reading of a log, which has no other end. */
const pageIsFull = new Error('the page is full');
const otherEvent = new Error('the log has something else at this place');

/** It lies elsewhere and is out of reach. */
export class LogAway extends Error {
  override readonly name = 'LogAway';
}

interface Known {
  /** Where to read from; `null` = the first event. */
  readonly from: Cursor | null;
  /** What stands there, and its number; `null` where that was not kept. */
  readonly last: { readonly seq: number; readonly mark: string } | null;
}

const fromFirst: Known = { from: null, last: null };
const markOf = ({ at, type }: StampedEvent): string => `${at}/${type}`;

function placeBehind(from: Cursor | null, event: StampedEvent): FeedPlace {
  return `${from ?? ''}~${String(event.seq)}~${markOf(event)}`;
}

/** Places of builds before 28 November 2026 are the cursor alone. */
function knownOf(place: FeedPlace): Known {
  const [, from, seq, mark] = /^([^~]*)~(\d+)~(.*)$/.exec(place) ?? [];
  if (from === undefined || mark === undefined) return { from: cursorOf(place), last: null };
  return { from: from === '' ? null : cursorOf(from), last: { seq: Number(seq), mark } };
}

/** @param after `null` = from the first event. A page holds one event at least, where there is one. */
async function readPage(log: EventLog, after: FeedPlace | null): Promise<FeedPage> {
  if (after === null) return readFrom(log, fromFirst, null);
  const known = knownOf(after);
  // Nor is any other event to have its number.
  if (known.last !== null) log.continueAbove(known.last.seq);
  try {
    return await readFrom(log, known, after);
  } catch (error) {
    if (error !== otherEvent) throw error;
    return { ...(await readFrom(log, fromFirst, null)), anew: true };
  }
}

/** @throws `otherEvent` where the log has not what is known. */
async function readFrom(log: EventLog, known: Known, after: FeedPlace | null): Promise<FeedPage> {
  const events: string[] = [];
  let chars = 0;
  let next = after;
  const last = log.lastSeq();
  const end = log.end();
  let { from } = known;
  let awaited = known.last;
  let seq = 0;
  let more = false as boolean;
  try {
    const { fromStart, isAway } = await log.read(from, (event, cursor) => {
      if (awaited !== null) {
        if (event.seq !== awaited.seq || markOf(event) !== awaited.mark) throw otherEvent;
        awaited = null;
        from = cursor;
        return;
      }
      // Read in today's shape, whatever version wrote it.
      const text = JSON.stringify({ ...event, v: eventFormat });
      more = events.length > 0 && (events.length === pageEvents || chars + text.length > pageChars);
      if (more) throw pageIsFull;
      events.push(text);
      seq = event.seq;
      chars += text.length;
      next = placeBehind(from, event);
      from = cursor;
    });
    // Nobody knows what it has, so it is not said either that it lacks something.
    if (isAway === true) throw new LogAway();
    if (awaited !== null || (fromStart && known.from !== null)) throw otherEvent;
  } catch (error) {
    if (error !== pageIsFull) throw error;
  }
  return { events, next: next ?? end, more, behind: more ? Math.max(0, last - seq) : 0, anew: false };
}

/**
 * The same; where there is nothing behind `after`, waits for it.
 * @param signal ends the waiting, and the page is empty then.
 */
export async function awaitPage(
  log: EventLog,
  after: FeedPlace | null,
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
    if (page.events.length > 0 || page.anew || waitMs <= 0) return page;
    await something;
    return signal.aborted ? page : await readPage(log, page.next);
  } finally {
    clearTimeout(limit);
    signal.removeEventListener('abort', wake);
    unfollow();
  }
}
