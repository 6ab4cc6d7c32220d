/**
 * Writes the events of one writer to the shared log. Its numbers ascend, and each is there once, so that writing again
 * after a lost answer changes nothing. Whoever claims the writer later fences off who had it before.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { binaryNumbers, binaryTexts } from './binary-array.ts';
import { codeOf, DatabaseAway, LogReplaced, type Session } from './database.ts';
import { isSameLog, type LogIdentity } from './migrations.ts';

export interface Entry {
  readonly k: number;
  readonly gap: number;
  readonly body: string;
}

/** The hold on some work, without which nothing that came of it may be told. */
export interface LeaseHold {
  readonly name: string;
  readonly holder: string;
  readonly fence: number;
}

/** `fenced`: another has claimed the writer. `lease-lost`: the lease is another's by now. Nothing was written. */
export type WriteOutcome = 'written' | 'fenced' | 'lease-lost';

export interface Written {
  readonly outcome: WriteOutcome;
  /** The transaction that holds all of it; `null` where there is none, or some of it was written before. */
  readonly xid: string | null;
}

export interface Writer {
  /** Of its events that are in the log; 0 = none. */
  lastK(): number;
  /**
   * Another has claimed it since.
   * @param asking a connection that does not wait behind what is being written.
   * @throws LogReplaced, DatabaseAway
   */
  isFenced(asking: Session): Promise<boolean>;
  /** Whether an event would be written: nothing is. @throws DatabaseAway, `pg.DatabaseError` as the event would meet it */
  canWrite(): Promise<boolean>;
  /**
   * All or nothing, in one transaction.
   * @param limitMs tries again so long while the database is away.
   * @throws LogReplaced (nothing was written), DatabaseAway (it may be written or not), `pg.DatabaseError`
   */
  write(entries: readonly Entry[], limitMs: number, lease?: LeaseHold): Promise<Written>;
}

const againMs = 250;
/** An event under this number. */
const alreadyThere = '23505';
const dividedByZero = '22012';

/** Claims the writer. @throws DatabaseAway */
export async function claimWriter(session: Session, log: LogIdentity, node: string): Promise<Writer> {
  // Waits for what the one before is writing just now, which holds the row.
  const [claim] = await session.query(
    `INSERT INTO writers VALUES ($1, nextval('fences'))
     ON CONFLICT (node) DO UPDATE SET fence = excluded.fence RETURNING fence`,
    [node],
  );
  const fence = Number(claim?.['fence']);
  const [last] = await session.query('SELECT coalesce(max(k), 0) AS k FROM events WHERE node = $1', [node]);
  let lastK = Number(last?.['k']);

  /** Nothing is written behind a hole: where the last that was written is gone, so may be more. */
  const isWhole = (at: number): string =>
    `($${String(at)}::bigint = 0 OR EXISTS (SELECT FROM events WHERE node = $1 AND k = $${String(at)}::bigint))`;

  /** @param isRepeated some of it may be there: that costs each of them a look and one more record of the database's journal. */
  async function insert(
    entries: readonly Entry[],
    lease: LeaseHold | undefined,
    isRepeated: boolean,
  ): Promise<{ readonly added: number; readonly xid: string }> {
    const isHeld =
      lease === undefined
        ? ''
        : `AND EXISTS (SELECT FROM leases WHERE name = $9 AND holder = $10 AND fence = $11 FOR SHARE)`;
    const name = lease === undefined ? 'append' : 'append-held';
    const [row] = await session.query(
      `WITH held AS (
         SELECT FROM writers WHERE node = $1 AND fence = $2 AND ${isSameLog(7)} AND ${isWhole(8)} ${isHeld} FOR SHARE
       ), added AS (
         INSERT INTO events (epoch, node, k, gap, bytes, body)
         SELECT $3::int, $1, e.k, e.gap, octet_length(e.body), e.body
         FROM held, unnest($4::bigint[], $5::bigint[], $6::text[]) AS e (k, gap, body)
         ${isRepeated ? 'ON CONFLICT (node, k) DO NOTHING' : ''} RETURNING 1
       )
       SELECT count(*) AS added, pg_current_xact_id()::text AS xid FROM added`,
      [
        node,
        fence,
        log.epoch,
        binaryNumbers(entries.map(({ k }) => k)),
        binaryNumbers(entries.map(({ gap }) => gap)),
        binaryTexts(entries.map(({ body }) => body)),
        log.id,
        lastK,
        ...(lease === undefined ? [] : [lease.name, lease.holder, lease.fence]),
      ],
      isRepeated ? `${name}-again` : name,
    );
    return { added: Number(row?.['added']), xid: String(row?.['xid']) };
  }

  async function areThere(entries: readonly Entry[]): Promise<boolean> {
    const [row] = await session.query('SELECT count(*) AS n FROM events WHERE node = $1 AND k BETWEEN $2 AND $3', [
      node,
      entries[0]?.k ?? 0,
      entries.at(-1)?.k ?? 0,
    ]);
    return Number(row?.['n']) === entries.length;
  }

  /** @throws LogReplaced */
  async function isFenced(asking: Session): Promise<boolean> {
    const [row] = await asking.query(
      `SELECT (SELECT fence FROM writers WHERE node = $1) AS fence, ${isSameLog(2)} AS same, ${isWhole(3)} AS whole`,
      [node, log.id, lastK],
    );
    if (row?.['same'] !== true) throw asking.replaced('other-log');
    if (row['whole'] !== true) throw asking.replaced('went-back');
    return Number(row['fence']) !== fence;
  }

  async function writeOnce(entries: readonly Entry[], lease: LeaseHold | undefined): Promise<Written> {
    const { added, xid } = await insert(entries, lease, false).catch((error: unknown) => {
      if (codeOf(error) !== alreadyThere) throw error;
      return insert(entries, lease, true);
    });
    if (added === entries.length) return { outcome: 'written', xid };
    // Some or none: the rest was written before an answer got lost, or it is not ours to write.
    if (await isFenced(session)) return { outcome: 'fenced', xid: null };
    if (await areThere(entries)) return { outcome: 'written', xid: null };
    return { outcome: lease === undefined ? 'fenced' : 'lease-lost', xid: null };
  }

  return {
    lastK: () => lastK,
    isFenced,
    async canWrite() {
      try {
        // In one statement, which fails by intent once the row is in its place: a transaction might lose its connection half-way.
        await session.query(
          `WITH added AS (
             INSERT INTO events (epoch, node, k, gap, bytes, body)
             SELECT $3::int, $1, 0, 0, octet_length($4), $4::text FROM writers WHERE node = $1 AND fence = $2 RETURNING 1
           )
           SELECT 1 / (count(*) - 1) FROM added`,
          [node, fence, log.epoch, randomBytes(4096).toString('hex')],
        );
        return false;
      } catch (error) {
        if (codeOf(error) === dividedByZero) return true;
        throw error;
      }
    },
    async write(entries, limitMs, lease) {
      const until = performance.now() + limitMs;
      for (;;) {
        try {
          const written = await writeOnce(entries, lease);
          if (written.outcome === 'written') lastK = Math.max(lastK, entries.at(-1)?.k ?? 0);
          return written;
        } catch (error) {
          if (!(error instanceof DatabaseAway) || error instanceof LogReplaced || performance.now() >= until)
            throw error;
          await pause(againMs);
        }
      }
    },
  };
}
