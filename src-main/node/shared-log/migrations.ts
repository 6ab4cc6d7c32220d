/** The tables of the shared log, in numbered steps. Steps are only ever added; what was released is never changed. */
import { InboxError } from '../../common/errors.ts';
import { sharedTexts } from '../../common/texts/en-shared.ts';
import { schema, type Row, type Session } from './database.ts';

/** Any number that nobody else uses for an advisory lock in this database. */
const lockNumber = 7_031_904_226;

const steps: readonly string[] = [
  `
  CREATE TABLE log (id text NOT NULL, epoch integer NOT NULL, system text NOT NULL);

  -- The order of the feed is (epoch, xid, k): all of one append have the same xid, and a node's k only ascend.
  CREATE TABLE events (
    epoch integer NOT NULL,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    node text NOT NULL,
    k bigint NOT NULL,
    gap bigint NOT NULL DEFAULT 0,
    bytes integer NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (epoch, xid, k) INCLUDE (gap),
    UNIQUE (node, k)
  );
  CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'events of Video Inbox are never changed nor removed'; END $$;
  CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON events EXECUTE FUNCTION refuse_change();

  -- The number of an event is how many came before it; counted once here and there, so that no start counts them all.
  CREATE TABLE places (number bigint PRIMARY KEY, epoch integer NOT NULL, xid xid8 NOT NULL, k bigint NOT NULL);

  CREATE SEQUENCE fences;
  CREATE TABLE writers (node text PRIMARY KEY, fence bigint NOT NULL);
  CREATE TABLE leases (
    name text PRIMARY KEY,
    holder text NOT NULL DEFAULT '',
    fence bigint NOT NULL DEFAULT 0,
    lease_until timestamptz NOT NULL DEFAULT '-infinity'
  );
  CREATE TABLE nodes (
    node text PRIMARY KEY,
    name text NOT NULL,
    seen_at timestamptz NOT NULL,
    facts jsonb NOT NULL
  );
  CREATE TABLE callback_urls (
    id text PRIMARY KEY,
    entry jsonb NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
  );
  CREATE INDEX ON callback_urls (changed_at);
  `,
  `
  -- Limits of callback URLs hold for all machines together.
  CREATE TABLE url_use (
    url_id text NOT NULL,
    node text NOT NULL,
    since timestamptz NOT NULL,
    tasks bigint NOT NULL,
    bytes bigint NOT NULL,
    hits bigint NOT NULL,
    told_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (url_id, node)
  );
  `,
];

const newestSchema = steps.length;

export interface LogIdentity {
  /** Names the log and the cluster that holds it: after a restore elsewhere the numbers may be others. */
  readonly id: string;
  readonly epoch: number;
  /** The cluster that holds it, by its own name. */
  readonly system: string;
}

/** Condition of SQL: this is the log that was found at the start. @param at place of `LogIdentity.id` among the values. */
export const isSameLog = (at: number): string =>
  `EXISTS (SELECT FROM log WHERE left(id, ${String(idChars)}) || '.' || epoch = $${String(at)})`;

const idChars = 12;

/**
 * Brings the tables up to this version, one machine at a time.
 * @throws InboxError `unavailable` where a newer version has been there, or the server is too old.
 */
export async function migrate(session: Session): Promise<LogIdentity> {
  const [server] = await session.query('SHOW server_version_num');
  if (Number(server?.['server_version_num']) < 140_000) throw new InboxError('unavailable', sharedTexts.tooOld);
  await session.query('SELECT pg_advisory_lock($1)', [lockNumber]);
  try {
    const found = await versionOf(session);
    if (found > newestSchema) throw new InboxError('unavailable', sharedTexts.newerSchema(found, newestSchema));
    if (found === 0) await requireUtf8(session);
    const schemaToMake = (await hasSchema(session)) ? [] : [`CREATE SCHEMA ${schema}`];
    for (const [index, step] of steps.entries()) {
      if (index < found) continue;
      await inOneGo(session, [
        ...(index === 0 ? schemaToMake : []),
        'CREATE TABLE IF NOT EXISTS schema_steps (version integer PRIMARY KEY, done_at timestamptz NOT NULL)',
        step,
        `INSERT INTO schema_steps VALUES (${String(index + 1)}, now())`,
      ]);
    }
    return await identify(session);
  } finally {
    await session.query('SELECT pg_advisory_unlock($1)', [lockNumber]).catch(() => undefined);
  }
}

/** Of a callback that another encoding cannot hold nothing could be sent, nor of all behind it. @throws InboxError */
async function requireUtf8(session: Session): Promise<void> {
  const [row] = await session.query('SHOW server_encoding');
  const encoding = String(row?.['server_encoding']);
  if (encoding === 'UTF8') return;
  throw new InboxError('unavailable', sharedTexts.cannotOpen(sharedTexts.encoding(encoding)));
}

/** Who owns one that an administrator made need not be allowed to make any, not even if it is there. */
async function hasSchema(session: Session): Promise<boolean> {
  const [row] = await session.query('SELECT to_regnamespace($1) IS NOT NULL AS there', [schema]);
  return row?.['there'] === true;
}

/** For whoever only reads. @returns `null` where there is no log yet. @throws InboxError `unavailable` as `migrate` */
export async function findLog(session: Session): Promise<LogIdentity | null> {
  const found = await versionOf(session);
  if (found > newestSchema) throw new InboxError('unavailable', sharedTexts.newerSchema(found, newestSchema));
  const [row] = found === 0 ? [] : await session.query('SELECT id, epoch, system FROM log');
  return row === undefined ? null : identityOf(row);
}

async function versionOf(session: Session): Promise<number> {
  const [table] = await session.query('SELECT to_regclass($1) IS NOT NULL AS there', [`${schema}.schema_steps`]);
  if (table?.['there'] !== true) return 0;
  const [row] = await session.query('SELECT coalesce(max(version), 0) AS version FROM schema_steps');
  return Number(row?.['version']);
}

async function inOneGo(session: Session, statements: readonly string[]): Promise<void> {
  // Several statements in one message without values are one transaction.
  await session.query(statements.join(';\n'));
}

/**
 * Transaction numbers are those of one cluster. Where the log lies in another one now (restored from a dump), the next
 * events begin an epoch of their own, so that old ones with high numbers neither hide nor stand behind new ones.
 */
async function identify(session: Session): Promise<LogIdentity> {
  const [control] = await session.query('SELECT system_identifier::text AS system FROM pg_control_system()');
  const system = String(control?.['system']);
  await session.query(
    `INSERT INTO log SELECT replace(gen_random_uuid()::text, '-', ''), 1, $1 WHERE NOT EXISTS (SELECT FROM log)`,
    [system],
  );
  await session.query('UPDATE log SET epoch = epoch + 1, system = $1 WHERE system <> $1', [system]);
  // A dump that was restored into the same cluster at an earlier point of it (or a clone): what lies ahead of us.
  await session.query(
    `UPDATE log SET epoch = epoch + 1 WHERE EXISTS
       (SELECT FROM events WHERE epoch = log.epoch AND xid >= pg_snapshot_xmax(pg_current_snapshot()))`,
  );
  const [row] = await session.query('SELECT id, epoch, system FROM log');
  return identityOf(row ?? {});
}

function identityOf(row: Row): LogIdentity {
  return {
    id: `${String(row['id']).slice(0, idChars)}.${String(row['epoch'])}`,
    epoch: Number(row['epoch']),
    system: String(row['system']),
  };
}
