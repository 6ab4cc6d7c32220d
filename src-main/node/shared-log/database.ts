/** Connections to the database that several machines share. Each is made anew where it broke, when someone asks next. */
import pg from 'pg';

/** It cannot be reached, or broke off: what was asked may have been done or not. */
export class DatabaseAway extends Error {
  constructor(cause: unknown) {
    super('the shared database cannot be reached', { cause });
    this.name = 'DatabaseAway';
  }
}

export type Row = Readonly<Record<string, unknown>>;

export interface Session {
  /** @throws DatabaseAway, or `pg.DatabaseError` where the database refuses. */
  query(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** The same, and how many rows it changed. @throws as `query`. */
  change(text: string, values?: readonly unknown[]): Promise<number>;
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
  /** @param name what the connection is for, as the database's own lists show it. */
  session(name: string): ListeningSession;
}

const connectMs = 5000;
const queryMs = 15_000;
/** Held by name, so that it can share a database with something else. */
export const schema = 'video_inbox';
/** What would hold the feed of all machines back, were it forgotten open. */
const serverOptions = [`search_path=${schema}`, 'idle_in_transaction_session_timeout=20000', 'statement_timeout=60000']
  .map((setting) => `-c ${setting}`)
  .join(' ');

export function createDatabase(url: string, node: string): Database {
  return {
    session: (name) => createSession(url, `video-inbox ${node} ${name}`.slice(0, 63)),
  };
}

function createSession(url: string, name: string): ListeningSession {
  let current: Promise<pg.Client> | null = null;
  let isClosed = false;
  let onWake: ((channel: string, payload: string) => void) | null = null;
  let lost: () => void = () => undefined;

  async function connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: url,
      application_name: name,
      options: serverOptions,
      connectionTimeoutMillis: connectMs,
      query_timeout: queryMs,
      keepAlive: true,
    });
    // Without a listener a broken connection would end the process.
    client.on('error', () => drop(client));
    client.on('end', () => drop(client));
    client.on('notification', ({ channel, payload }) => onWake?.(channel, payload ?? ''));
    await client.connect();
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

  async function run(text: string, values: readonly unknown[] = []): Promise<pg.QueryResult<Row>> {
    let connected: pg.Client;
    try {
      connected = await client();
    } catch (error) {
      throw refusedAtTheDoor(error) ? error : new DatabaseAway(error);
    }
    try {
      return await connected.query<Row>(text, [...values]);
    } catch (error) {
      if (!isAway(error)) throw error;
      drop(connected);
      throw new DatabaseAway(error);
    }
  }

  return {
    query: async (text, values) => (await run(text, values)).rows,
    change: async (text, values) => (await run(text, values)).rowCount ?? 0,
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
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 1000).unref())]);
    },
  };
}

/** A wrong password or a database that does not exist will not come right by asking again. */
function refusedAtTheDoor(error: unknown): boolean {
  const code = codeOf(error);
  return code.startsWith('28') || code === '3D000' || code === '42501';
}

/** Everything that is no answer of the database; and its answers that say that it is going, coming up or full. */
function isAway(error: unknown): boolean {
  const code = codeOf(error);
  if (!/^[0-9A-Z]{5}$/.test(code)) return true;
  return code.startsWith('08') || code.startsWith('57P') || code === '53300' || code === '25006';
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
