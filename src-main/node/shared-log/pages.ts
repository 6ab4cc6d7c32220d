/**
 * Reads the shared log in pages, below the horizon: only what no running transaction can still come before.
 *
 * Numbers of a sequence are taken before they are committed, so `seq > last` would skip for ever what commits late. The
 * order here is that of transactions, and a page ends before the oldest that still runs.
 */
import { eventFormat } from '../../common/events.ts';
import { parseEvent } from '../../common/parse-event.ts';
import type { StoredEvent } from '../event-log/followers.ts';
import type { DamagedLine } from '../event-log/event-log.ts';
import type { Row, Session } from './database.ts';
import { endOf, type HeldBatch, type HeldEvents } from './held-events.ts';
import { isSameLog, type LogIdentity } from './migrations.ts';
import { cursorAt, firstPlace, type Place } from './place.ts';

export interface PageEntry {
  readonly node: string;
  readonly k: number;
  readonly place: Place;
  readonly read:
    | { readonly kind: 'event'; readonly stored: StoredEvent }
    | { readonly kind: 'unknown'; readonly type: string; readonly v: number }
    | { readonly kind: 'damaged'; readonly line: DamagedLine };
}

export interface Page {
  readonly entries: readonly PageEntry[];
  /** More is there already. */
  readonly more: boolean;
}

export interface PageReader {
  /**
   * @param until reads no further than this; default: the horizon.
   * @param held of what one of its transactions wrote, one row is asked for, and no text.
   * @throws LogReplaced, DatabaseAway
   */
  page(after: Place, until?: Place | null, held?: HeldEvents): Promise<Page>;
  /** The last event below the horizon. */
  end(): Promise<Place>;
  /** True where an event stands there that is behind none we know of. */
  isThere(place: Place): Promise<boolean>;
  /** Whether an event is committed behind it, seen or not, whose text has all of these. @throws DatabaseAway */
  hasBehind(place: Place, texts: readonly string[]): Promise<boolean>;
  /** Looks whether the log is still the one that was read up to this place. @throws LogReplaced, DatabaseAway */
  check(place: Place): Promise<void>;
}

const pageEvents = 1000;
const pageBytes = 8 * 1024 * 1024;
/** So many events are counted at a start before their number is noted for the next one. */
const placeEvery = 10_000;

/**
 * Condition of SQL. A place that a standby has not come to yet is none that is gone.
 * @param at place of epoch, transaction and number among the values.
 */
const isStillThere = (at: number): string =>
  `(pg_is_in_recovery() OR $${String(at)}::int = 0 OR EXISTS (SELECT FROM events WHERE epoch = $${String(at)}::int
     AND xid = $${String(at + 1)}::xid8 AND k = $${String(at + 2)}::bigint))`;

const belowHorizon = '(epoch, xid) < ($1::int, pg_snapshot_xmin(pg_current_snapshot()))';

const stillTheSame = (at: number): string => `${isSameLog(at + 3)} AS same, ${isStillThere(at)} AS there`;

/**
 * One text, so that each connection plans it once. The order names the table: a bare `xid` would be the text that is
 * selected, of which 999 is behind 1000. Of a transaction that is held its last event is read: by $9 the transactions are
 * known, by $10 their last numbers. Another of theirs that has one of these numbers is read as well.
 */
const pageText = `
  SELECT epoch, xid::text AS xid, k, node, gap, upto, ${stillTheSame(2)},
    CASE WHEN epoch = $1::int AND summed.xid = ANY ($9::xid8[]) THEN NULL ELSE body END AS body
  FROM (
    SELECT *, sum(bytes) OVER (ORDER BY epoch, xid, k) AS upto FROM (
      SELECT * FROM events
      WHERE ${belowHorizon} AND (epoch, xid, k) > ($2::int, $3::xid8, $4::bigint)
        AND (epoch, xid, k) <= ($6::int, $7::xid8, $8::bigint)
        AND (epoch <> $1::int OR xid <> ALL ($9::xid8[]) OR k = ANY ($10::bigint[]))
      ORDER BY epoch, xid, k LIMIT ${String(pageEvents)}
    ) AS page
  ) AS summed WHERE upto - bytes < ${String(pageBytes)} ORDER BY summed.epoch, summed.xid, summed.k`;

export function createPageReader(session: Session, log: LogIdentity): PageReader {
  /** Where the tables' own epoch ends, everything is there. */
  const horizon = log.epoch;

  function refuseAnother(row: Row | undefined): void {
    if (row?.['same'] !== true) throw session.replaced('other-log');
    if (row['there'] !== true) throw session.replaced('went-back');
  }

  return {
    async page(after, until = null, held) {
      const bound = until ?? { epoch: 2 ** 31 - 1, xid: '0', k: 0 };
      const batches = held?.behind(after) ?? [];
      const rows = await session.query(
        pageText,
        [
          horizon,
          after.epoch,
          after.xid,
          after.k,
          log.id,
          bound.epoch,
          bound.xid,
          bound.k,
          batches.map(({ xid }) => xid),
          batches.map((batch) => endOf(batch).k),
        ],
        'page',
      );
      if (rows.length > 0) refuseAnother(rows[0]);
      const entries = entriesOf(rows, after, batches, log.id);
      const isFull = rows.length === pageEvents || Number(rows.at(-1)?.['upto'] ?? 0) >= pageBytes;
      return { entries, more: isFull };
    },
    async end() {
      const [kept] = await session.query(
        `SELECT number, epoch, xid::text AS xid, k FROM places WHERE ${belowHorizon} ORDER BY number DESC LIMIT 1`,
        [horizon],
      );
      const from = kept === undefined ? firstPlace : placeOfRow(kept, Number(kept['number']));
      const [row] = await session.query(
        `WITH behind AS (
           SELECT epoch, xid, k, gap FROM events
           WHERE ${belowHorizon} AND (epoch, xid, k) > ($2::int, $3::xid8, $4::bigint)
         )
         SELECT epoch, xid::text AS xid, k, (SELECT count(*) + coalesce(sum(gap), 0) FROM behind) AS counted
         FROM behind ORDER BY behind.epoch DESC, behind.xid DESC, behind.k DESC LIMIT 1`,
        [horizon, from.epoch, from.xid, from.k],
      );
      if (row === undefined) return from;
      const counted = Number(row['counted']);
      const end = placeOfRow(row, from.number + counted);
      if (counted >= placeEvery) {
        await session.query('INSERT INTO places VALUES ($1, $2, $3::xid8, $4) ON CONFLICT DO NOTHING', [
          end.number,
          end.epoch,
          end.xid,
          end.k,
        ]);
      }
      return end;
    },
    async hasBehind({ epoch, xid, k }, texts) {
      const rows = await session.query(
        `SELECT FROM events WHERE (epoch, xid, k) > ($1::int, $2::xid8, $3::bigint) AND epoch <= $4
         AND NOT EXISTS (SELECT FROM unnest($5::text[]) AS part WHERE strpos(body, part) = 0) LIMIT 1`,
        [epoch, xid, k, horizon, texts],
      );
      return rows.length > 0;
    },
    async check({ epoch, xid, k }) {
      const [row] = await session.query(`SELECT ${stillTheSame(1)}`, [epoch, xid, k, log.id]);
      refuseAnother(row);
    },
    async isThere({ epoch, xid, k, number }) {
      if (number === 0) return true;
      const rows = await session.query('SELECT FROM events WHERE epoch = $1 AND xid = $2::xid8 AND k = $3', [
        epoch,
        xid,
        k,
      ]);
      return rows.length > 0;
    },
  };
}

function placeOfRow(row: Row, number: number): Place {
  return { epoch: Number(row['epoch']), xid: String(row['xid']), k: Number(row['k']), number };
}

function entriesOf(
  rows: readonly Row[],
  after: Place,
  batches: readonly HeldBatch[],
  logId: string,
): readonly PageEntry[] {
  const byXid = new Map(batches.map((batch) => [batch.xid, batch]));
  const entries: PageEntry[] = [];
  let { number } = after;
  for (const row of rows) {
    const gap = Number(row['gap']);
    const place = placeOfRow(row, number + 1 + gap);
    const batch = byXid.get(place.xid);
    if (batch?.epoch !== place.epoch) {
      ({ number } = place);
      const node = String(row['node']);
      entries.push({ node, k: place.k, place, read: readBody(String(row['body']), place, node, logId) });
    } else if (place.k === endOf(batch).k) {
      number = addHeld(entries, batch, { ...after, number }, logId);
    }
  }
  return entries;
}

/** @param after where the page began: up to there it was read. @returns the number of its last event in the log. */
function addHeld(
  entries: PageEntry[],
  { node, epoch, xid, gap, events }: HeldBatch,
  after: Place,
  logId: string,
): number {
  let { number } = after;
  let isFirst = true;
  for (const event of events) {
    const skipped = isFirst ? gap : 0;
    isFirst = false;
    const k = event.seq;
    if (epoch === after.epoch && xid === after.xid && k <= after.k) continue;
    number += 1 + skipped;
    const place = { epoch, xid, k, number };
    const stored = { event: k === number ? event : { ...event, seq: number }, behind: cursorAt(logId, place) };
    entries.push({ node, k, place, read: { kind: 'event', stored } });
  }
  return number;
}

function readBody(body: string, place: Place, node: string, logId: string): PageEntry['read'] {
  const damaged = (why: string): PageEntry['read'] => ({
    kind: 'damaged',
    line: { file: `events of ${node}`, offset: place.k, bytes: body.length, why },
  });
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return damaged('it is not JSON');
  }
  if (typeof value !== 'object' || value === null) return damaged('it is no object');
  const parsed = parseEvent({ ...value, seq: place.number });
  if (parsed.kind === 'damaged') return damaged(parsed.why);
  if (parsed.kind === 'unknown') return { kind: 'unknown', type: parsed.type, v: parsed.v };
  return { kind: 'event', stored: { event: parsed.event, behind: cursorAt(logId, place) } };
}

/** What is stored of an event: all of it but its number, which is its place in the feed. */
export function bodyOf(event: object, at: string): string {
  return JSON.stringify({ v: eventFormat, at, ...event });
}

/** The same of the JSON of an event of today's version, whose number is its second member. */
export function bodyOfText(text: string, seq: number): string {
  return `{"v":${String(eventFormat)},${text.slice(`{"v":${String(eventFormat)},"seq":${String(seq)},`.length)}`;
}
