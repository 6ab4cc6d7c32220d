/**
 * Reads the shared log in pages, below the horizon: only what no running transaction can still come before.
 *
 * Numbers of a sequence are taken before they are committed, so `seq > last` would skip for ever what commits late. The
 * order here is that of transactions, and a page ends before the oldest that still runs.
 */
import { eventFormat } from '../../common/events.ts';
import { parseEvent } from '../../common/parse-event.ts';
import type { StoredEvent } from '../event-log/append-queue.ts';
import type { DamagedLine } from '../event-log/event-log.ts';
import type { Row, Session } from './database.ts';
import type { HeldEvents } from './held-events.ts';
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
   * @param held is given up as it is read; of these events the text is not asked for.
   * @throws LogReplaced, DatabaseAway
   */
  page(after: Place, until?: Place | null, held?: HeldEvents): Promise<Page>;
  /** The last event below the horizon. */
  end(): Promise<Place>;
  /** True where an event stands there that is behind none we know of. */
  isThere(place: Place): Promise<boolean>;
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

/**
 * For the connection that reads pages: each follows the index from its place on, however many events are behind it. Else
 * the planner, which knows nothing of the parameters, may sort all of them for each page of a thousand. A plan that is
 * not allowed counts as dear, and what is dear is compiled by PostgreSQL, for each page anew: not that either.
 */
export const pageSettings = ['enable_seqscan=off', 'enable_bitmapscan=off', 'enable_sort=off', 'jit=off'] as const;

const nothingHeld: ReturnType<HeldEvents['known']> = { writers: [], from: [] };

const belowHorizon = '(epoch, xid) < ($1::int, pg_snapshot_xmin(pg_current_snapshot()))';

const stillTheSame = (at: number): string => `${isSameLog(at + 3)} AS same, ${isStillThere(at)} AS there`;

/**
 * One text, so that each connection plans it once. The order names the table: a bare `xid` would be the text that is
 * selected, of which 999 is behind 1000.
 */
const pageText = `
  SELECT epoch, xid::text AS xid, k, node, gap, upto, ${stillTheSame(2)},
    CASE WHEN EXISTS (SELECT FROM unnest($9::text[], $10::bigint[]) AS held (node, first)
                      WHERE held.node = summed.node AND summed.k >= held.first) THEN NULL ELSE body END AS body
  FROM (
    SELECT *, sum(bytes) OVER (ORDER BY epoch, xid, k) AS upto FROM (
      SELECT * FROM events
      WHERE ${belowHorizon} AND (epoch, xid, k) > ($2::int, $3::xid8, $4::bigint)
        AND (epoch, xid, k) <= ($6::int, $7::xid8, $8::bigint)
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
      const ask = (known: ReturnType<HeldEvents['known']>): Promise<readonly Row[]> =>
        session.query(
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
            known.writers,
            known.from,
          ],
          'page',
        );
      const rows = await ask(held?.known() ?? nothingHeld);
      if (rows.length > 0) refuseAnother(rows[0]);
      // Nothing may be let go of between this look and the entries: no turn lies between them.
      const whole = areKnown(rows, held) ? rows : withTexts(rows, await ask(nothingHeld));
      let { number } = after;
      const entries = whole.map((row) => {
        number += 1 + Number(row['gap']);
        return entryOf(row, number, log.id, held);
      });
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

function areKnown(rows: readonly Row[], held: HeldEvents | undefined): boolean {
  return rows.every((row) => row['body'] !== null || held?.has(String(row['node']), Number(row['k'])) === true);
}

/** What was let go of while the database answered was asked for again, with its text. */
function withTexts(rows: readonly Row[], again: readonly Row[]): readonly Row[] {
  const idOf = (row: Row): string => `${String(row['k'])} ${String(row['node'])}`;
  const texts = new Map(again.map((row) => [idOf(row), row]));
  return rows.map((row) => texts.get(idOf(row)) ?? row);
}

function entryOf(row: Row, number: number, logId: string, held: HeldEvents | undefined): PageEntry {
  const place = placeOfRow(row, number);
  const node = String(row['node']);
  const own = held?.take(node, place.k, number) ?? null;
  const read: PageEntry['read'] =
    own === null
      ? readBody(String(row['body']), place, node, logId)
      : { kind: 'event', stored: { event: own, behind: cursorAt(logId, place) } };
  return { node, k: place.k, place, read };
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
