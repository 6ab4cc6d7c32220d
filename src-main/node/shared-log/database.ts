/** Connections to the database that several machines share. Each is made anew where it broke, when someone asks next. */
import pg from 'pg';
import type { Log } from '../log/log.ts';
import { inTime } from '../time-limit.ts';

/** It cannot be reached, or broke off: what was asked may have been done or not. */
export class DatabaseAway extends Error {
  constructor(cause: unknown) {
    super('the shared database cannot be reached', { cause });
    this.name = 'DatabaseAway';
  }
}

/**
 * It is not the one any more that this run began with: restored from a backup, or an older standby took its place. What
 * was counted and sent here does not fit it, so nothing is read nor written until the next start looks at it anew.
 */
export class LogReplaced extends DatabaseAway {
  constructor(why: ReplacedWhy) {
    super(new Error(why));
    this.name = 'LogReplaced';
    this.message = 'the shared database was replaced by another one';
  }
}

/** `other-cluster`: another server's data. `other-log`: another log, or a restored one. `went-back`: it lacks what it had. */
export type ReplacedWhy = 'other-cluster' | 'other-log' | 'went-back';

/** What is set on a connection holds for the next transaction only by chance, and wake-ups go astray: a pooler is between. */
export class SharedConnection extends Error {
  constructor() {
    super('the connections of the shared database are given to others between transactions');
    this.name = 'SharedConnection';
  }
}

export type Row = Readonly<Record<string, unknown>>;

export interface Session {
  /**
   * @param name each connection reads and plans the text once, for one that is sent often and is always the same.
   * @throws DatabaseAway, or `pg.DatabaseError` where the database refuses.
   */
  query(text: string, values?: readonly unknown[], name?: string): Promise<readonly Row[]>;
  /** The same. @returns how many rows it changed. @throws as `query`. */
  change(text: string, values?: readonly unknown[], name?: string): Promise<number>;
  /** It was seen to be another database; from now on every session refuses. @returns what is to be thrown. */
  replaced(why: ReplacedWhy): LogReplaced;
  close(): Promise<void>;
}

export interface ListeningSession extends Session {
  /** @throws DatabaseAway */
  listen(channels: readonly string[], onWake: (channel: string, payload: string) => void): Promise<void>;
  /** Lets go of the connection, so that the next `listen` makes a new one. */
  drop(): void;
  /** Called when the connection that listens has ended. */
  onLost(listener: () => void): void;
}

export interface Database {
  /**
   * @param name what the connection is for, as the database's own lists show it.
   * @param settings of PostgreSQL, for this connection.
   */
  session(name: string, settings?: readonly string[]): ListeningSession;
  /** Each connection from now on must lead to this cluster. @param system its `system_identifier`. */
  expect(system: string): void;
  /** Why nothing is asked of it any more; `null` as long as it is the same. */
  whyReplaced(): ReplacedWhy | null;
}

const connectMs = 5000;
const queryMs = 15_000;
/** Held by name, so that it can share a database with something else. */
export const schema = 'video_inbox';
/**
 * What each connection is set to, whatever the address, the user or the database say. What would hold the feed of all
 * machines back, were it forgotten open, is ended; one that waits for a call is not. What is committed is on the disk (and on
 * a standby that is waited for): an answer, a lease and an order that is paid once stand on that.
 */
const usualSettings = [
  `search_path=${schema}`,
  'idle_in_transaction_session_timeout=20000',
  'idle_session_timeout=0',
  'statement_timeout=60000',
  'lock_timeout=0',
  'synchronous_commit=on',
  'default_transaction_isolation=read committed',
  // In another style the client reads no time.
  'DateStyle=ISO',
] as const;

/**
 * For a connection that sends the same few statements again and again: each is planned once, and not anew for the values
 * that it has. Such a plan knows neither these nor how large the table is by then, so it follows an index, however many
 * events there are: the planner might sort all of them for each page of a thousand. A plan that is not allowed counts as
 * dear, and what is dear is compiled by PostgreSQL each time: not that either.
 */
export const plannedOnce = [
  'plan_cache_mode=force_generic_plan',
  'enable_seqscan=off',
  'enable_bitmapscan=off',
  'enable_sort=off',
  'jit=off',
] as const;

/**
 * What `pg` makes of these modes, without its warning at each start: they are weaker elsewhere. The certificate is checked.
 * For `system`, by those that are known here anyway, `pg` would look for a file.
 */
function checked(url: string): string {
  const modes = /([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/;
  const known = url.replace(/([?&])sslrootcert=system(?=&|$)/, '$1sslmode=verify-full');
  return known.includes('uselibpqcompat=') ? known : known.replace(modes, '$1verify-full');
}

export function createDatabase(url: string, node: string, log: Log): Database {
  let system: string | null = null;
  let why: ReplacedWhy | null = null;

  function replaced(found: ReplacedWhy): LogReplaced {
    if (why === null) log.error({ why: found }, 'the shared database was replaced; nothing is read nor written there');
    return new LogReplaced((why ??= found));
  }

  const identity: ClusterIdentity = {
    refuse() {
      if (why !== null) throw replaced(why);
    },
    isKnown: () => system !== null,
    async check(client) {
      if (system === null) return;
      const { rows } = await client.query<Row>('SELECT system_identifier::text AS system FROM pg_control_system()');
      if (rows[0]?.['system'] !== system) throw replaced('other-cluster');
    },
    replaced,
  };

  return {
    session: (name, settings = []) =>
      createSession(checked(url), `video-inbox ${node} ${name}`.slice(0, 63), settings, identity),
    expect(found) {
      system = found;
    },
    whyReplaced: () => why,
  };
}

/**
 * Settings are statements and no options of the start, which poolers refuse or leave out.
 * @throws SharedConnection
 */
async function prepare(client: pg.Client, url: string, settings: readonly string[]): Promise<void> {
  const pid = await backendOf(client);
  // A server tells its own process at the start, a pooler a number of its own.
  const { processID } = client as unknown as { readonly processID: number | null };
  if (processID !== pid) await refuseShared(client, url, pid);
  const pairs = settings.map((setting) => setting.split('='));
  await client.query(
    `SELECT set_config(name, wanted.value, false)
     FROM unnest($1::text[], $2::text[]) AS wanted (name, value) JOIN pg_settings USING (name)`,
    [pairs.map(([name]) => name), pairs.map(([, value]) => value)],
  );
}

/** While two connections are open nobody gives both of them one process, and each keeps its own. @throws SharedConnection */
async function refuseShared(client: pg.Client, url: string, pid: number): Promise<void> {
  const other = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectMs, query_timeout: queryMs });
  other.on('error', () => undefined);
  await other.connect();
  try {
    for (let n = 0; n < 3; n += 1) {
      if ((await backendOf(other)) === pid || (await backendOf(client)) !== pid) throw new SharedConnection();
    }
  } finally {
    await other.end();
  }
}

async function backendOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<Row>('SELECT pg_backend_pid() AS pid');
  return Number(rows[0]?.['pid']);
}

interface ClusterIdentity {
  /** @throws LogReplaced */
  refuse(): void;
  /** True once the run knows what it is. */
  isKnown(): boolean;
  /** @throws LogReplaced */
  check(client: pg.Client): Promise<void>;
  replaced(why: ReplacedWhy): LogReplaced;
}

function createSession(
  url: string,
  name: string,
  settings: readonly string[],
  identity: ClusterIdentity,
): ListeningSession {
  let current: Promise<pg.Client> | null = null;
  let isClosed = false;
  let onWake: ((channel: string, payload: string) => void) | null = null;
  let lost: () => void = () => undefined;

  async function connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: url,
      application_name: name,
      connectionTimeoutMillis: connectMs,
      query_timeout: queryMs,
      keepAlive: true,
    });
    // Without a listener a broken connection would end the process.
    client.on('error', () => drop(client));
    client.on('end', () => drop(client));
    client.on('notification', ({ channel, payload }) => onWake?.(channel, payload ?? ''));
    await client.connect();
    try {
      await prepare(client, url, [...usualSettings, ...settings]);
      await identity.check(client);
    } catch (error) {
      client.end().catch(() => undefined);
      throw error;
    }
    return client;
  }

  const clients = new WeakMap<pg.Client, Promise<pg.Client>>();
  async function client(): Promise<pg.Client> {
    if (isClosed) throw new DatabaseAway(new Error('closed'));
    const own = (current ??= connect());
    try {
      const connected = await own;
      clients.set(connected, own);
      return connected;
    } catch (error) {
      if (current === own) current = null;
      throw error;
    }
  }

  function drop(client: pg.Client): void {
    if (clients.get(client) === undefined || clients.get(client) !== current) return;
    current = null;
    client.end().catch(() => undefined);
    lost();
  }

  /** One after the other: the client wants no question while it waits for an answer. */
  let turn: Promise<unknown> = Promise.resolve();
  function run(...query: Parameters<typeof runNow>): Promise<pg.QueryResult<Row>> {
    const next = turn.then(() => runNow(...query));
    turn = next.catch(() => undefined);
    return next;
  }

  async function runNow(text: string, values: readonly unknown[] = [], named?: string): Promise<pg.QueryResult<Row>> {
    identity.refuse();
    let connected: pg.Client;
    try {
      connected = await client();
    } catch (error) {
      // Who was let in before may be again: it was removed, or its password is changed just now.
      const isFinal = refusedAtTheDoor(error) && !identity.isKnown();
      throw isFinal || error instanceof LogReplaced ? error : new DatabaseAway(error);
    }
    try {
      return await connected.query<Row>({ text, values: [...values], ...(named === undefined ? {} : { name: named }) });
    } catch (error) {
      // The database was made anew under the same name, without our tables.
      if (identity.isKnown() && withoutTables.has(codeOf(error))) throw identity.replaced('other-log');
      if (!isAway(error)) throw error;
      drop(connected);
      throw new DatabaseAway(error);
    }
  }

  return {
    query: async (text, values, named) => (await run(text, values, named)).rows,
    change: async (text, values, named) => (await run(text, values, named)).rowCount ?? 0,
    replaced: (why) => identity.replaced(why),
    async listen(channels, onNotice) {
      onWake = onNotice;
      for (const channel of channels) await run(`LISTEN ${channel}`);
    },
    drop() {
      const own = current;
      current = null;
      own?.then((connected) => connected.end()).catch(() => undefined);
    },
    onLost(listener) {
      lost = listener;
    },
    async close() {
      isClosed = true;
      const own = current;
      current = null;
      // One that hangs is not waited for.
      const ended = own?.then((connected) => connected.end()).catch(() => undefined);
      if (ended !== undefined) await inTime(ended, 1000);
    },
  };
}

/** No such table, no such schema. */
const withoutTables: ReadonlySet<string> = new Set(['42P01', '3F000']);

/** A wrong password or a database that does not exist will not come right by asking again. */
function refusedAtTheDoor(error: unknown): boolean {
  const code = codeOf(error);
  return code.startsWith('28') || code === '3D000' || code === '42501';
}

/** Everything that is no answer of the database; and its answers that say that it is going, coming up or full. */
function isAway(error: unknown): boolean {
  const code = codeOf(error);
  if (!isAnswer(code)) return true;
  return isGoing(code) || code.startsWith('53') || code === '25006';
}

/** The connection broke, or the server goes or comes up. */
const isGoing = (code: string): boolean => code.startsWith('08') || code.startsWith('57P');

/** The database answered, and what it was asked it will refuse again: read-only, full, a password that was changed. */
export function isDatabaseRefusal(error: unknown): boolean {
  if (error instanceof LogReplaced) return false;
  const code = codeBehind(error);
  // Two that waited for each other, or changed the same at once, are tried again.
  return isAnswer(code) && !isGoing(code) && !code.startsWith('40');
}

const isAnswer = (code: string): boolean => /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('E');

/** Of what lies behind a database that is away, too. */
export function codeBehind(error: unknown): string {
  return codeOf(error instanceof DatabaseAway ? error.cause : error);
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
