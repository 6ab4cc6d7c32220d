/** Whose transaction is the oldest that may still write: before it ends, nothing behind it is seen by any machine. */
import type { Session } from './database.ts';

export type HorizonHolder =
  /** A connection, of any database of the server. `who`: its program, user and database, as far as they are told. */
  | { readonly kind: 'session'; readonly pid: number; readonly who: string }
  /** One that was prepared (two-phase commit) and that nobody ended: it belongs to no connection. */
  | { readonly kind: 'prepared'; readonly gid: string; readonly database: string };

/** @returns `null` where the server does not tell it. @throws DatabaseAway, `pg.DatabaseError` */
export async function findHorizonHolder(session: Session): Promise<HorizonHolder | null> {
  const [row] = await session.query(
    `WITH oldest AS (SELECT pg_snapshot_xmin(pg_current_snapshot())::xid AS xid)
     SELECT pid, usename AS user, datname AS database, application_name AS program, NULL AS gid
     FROM pg_stat_activity, oldest WHERE backend_xid = oldest.xid
     UNION ALL
     SELECT NULL, owner, database, NULL, gid FROM pg_prepared_xacts, oldest WHERE transaction = oldest.xid
     LIMIT 1`,
  );
  if (row === undefined) return null;
  const database = textOf(row['database']);
  if (row['gid'] !== null) return { kind: 'prepared', gid: textOf(row['gid']), database };
  const place = `${textOf(row['user'])}@${database}`;
  const program = textOf(row['program']);
  return { kind: 'session', pid: Number(row['pid']), who: program === '' ? place : `${program} (${place})` };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
