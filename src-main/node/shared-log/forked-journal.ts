/**
 * Events that the shared log lacks although it has others under their numbers: a data folder that was restored from an
 * older copy, and took something while the database could not be asked, gives out numbers that were used before.
 *
 * An event is told by its number and its time, so that another version of this program does not take all of them for new.
 */
import { hash } from 'node:crypto';
import type { StampedEvent } from '../../common/events.ts';
import { without } from '../../common/without.ts';
import type { Cursor, EventLog } from '../event-log/event-log.ts';
import type { Session } from './database.ts';
import { bodyOf } from './pages.ts';

export interface JournalFork {
  /** In their order; as a rule none. */
  readonly forked: readonly StampedEvent[];
  /** Behind the last event of the journal that is numbered `upTo` or lower; `null` where there is none. */
  readonly behind: Cursor | null;
}

const chunk = 5000;
const readEnough = new Error('read as far as was wanted');

/**
 * @param known a place in the journal that is not behind the last event that was sent, so that a start need not read all
 * of a long one; `null` = none.
 * @throws DatabaseAway, NodeJS.ErrnoException
 */
export async function findFork(
  local: Pick<EventLog, 'read'>,
  session: Session,
  node: string,
  upTo: number,
  known: Cursor | null,
): Promise<JournalFork> {
  let last: { readonly k: number; readonly at: string } | null = null;
  let behind: Cursor | null = null;
  /** Where the last one is the same, all before it are: whoever appends has read what is there. */
  async function isSameFrom(from: Cursor | null): Promise<boolean> {
    await readUpTo(local, from, upTo, ({ seq, at }, cursor) => {
      last = { k: seq, at };
      behind = cursor;
    });
    return last?.k === upTo && (await timesOf(session, node, [last])).get(last.k) === last.at;
  }
  if ((known !== null && (await isSameFrom(known))) || (await isSameFrom(null))) return { forked: [], behind };

  const own: { readonly k: number; readonly at: string }[] = [];
  await readUpTo(local, null, upTo, ({ seq, at }) => own.push({ k: seq, at }));
  const suspects = new Set<number>();
  for (let from = 0; from < own.length; from += chunk) {
    const some = own.slice(from, from + chunk);
    const there = await timesOf(session, node, some);
    for (const { k, at } of some) if (there.get(k) !== at) suspects.add(k);
  }
  if (suspects.size === 0) return { forked: [], behind };
  const events: StampedEvent[] = [];
  /** Of what was numbered anew before, and may not be sent yet. */
  const later = new Set<string>();
  await local.read(null, (event) => {
    if (suspects.has(event.seq)) events.push(event);
    if (event.seq > upTo) later.add(sumOf(event));
  });
  const left = events.filter((event) => !later.has(sumOf(event)));
  return { forked: await notSentAgain(session, node, left), behind };
}

function sumOf(event: StampedEvent): string {
  return hash('sha256', bodyOf(without(event, 'v', 'seq', 'at'), event.at));
}

async function readUpTo(
  local: Pick<EventLog, 'read'>,
  from: Cursor | null,
  upTo: number,
  onEvent: (event: StampedEvent, cursor: Cursor) => void,
): Promise<void> {
  try {
    await local.read(from, (event, cursor) => {
      if (event.seq > upTo) throw readEnough;
      onEvent(event, cursor);
    });
  } catch (error) {
    if (error !== readEnough) throw error;
  }
}

/** Their times, as the shared log has them under these numbers. */
async function timesOf(
  session: Session,
  node: string,
  own: readonly { readonly k: number }[],
): Promise<ReadonlyMap<number, string>> {
  // The time is the second member of a body, see `bodyOf`.
  const rows = await session.query(
    `SELECT k, substring(left(body, 80) FROM '"at":"([^"]*)"') AS at FROM events WHERE node = $1 AND k = ANY ($2::bigint[])`,
    [node, own.map(({ k }) => k)],
  );
  return new Map(rows.map((row) => [Number(row['k']), String(row['at'])]));
}

/** Without those that were sent under another number after an earlier fork. */
async function notSentAgain(
  session: Session,
  node: string,
  events: readonly StampedEvent[],
): Promise<readonly StampedEvent[]> {
  const sums = events.map(sumOf);
  const rows = await session.query(
    `SELECT sum FROM (SELECT encode(sha256(convert_to(body, 'UTF8')), 'hex') AS sum FROM events WHERE node = $1) AS sums
     WHERE sum = ANY ($2::text[])`,
    [node, sums],
  );
  const there = new Set(rows.map(({ sum }) => sum));
  return events.filter((_, index) => !there.has(sums[index]));
}
