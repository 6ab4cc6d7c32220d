/**
 * A PostgreSQL server of a test's own: Debian's, started in a temporary folder behind a socket there, and reached over a
 * loopback port that the test can cut, so that a database goes away and comes back without waiting for its restart.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { findPostgres } from '../../scripts/postgres.mjs';
import { waitUntil } from './wait-until.ts';

export const postgresPassword = 'pg-never-in-a-log-0123456789';

export interface PostgresServer {
  /** A new, empty database, by the address through the port that can be cut. */
  createDatabase(): Promise<string>;
  /** The same database past the port, which is a program of its own between the two: for what is measured. */
  direct(url: string): string;
  /** What the database holds, past the port: also while that is cut. */
  query(url: string, text: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  /** Cuts what is connected, and refuses what connects, until `mend`. */
  cut(): void;
  /** Connections stay open, and nothing comes through any more, for those whose first packet has this text. */
  swallow(text: string): void;
  mend(): void;
  /** Ends the server process: `SIGQUIT` as a crash does. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  start(): Promise<void>;
  /** A copy of this server as it is now (`pg_basebackup`), not started; as a standby it follows under this name. */
  copy(standbyName?: string): Promise<PostgresCopy>;
  /** From now on the port leads to that server; the rest is about this one yet. */
  leadTo(other: PostgresServer): void;
  /** For `pg_dump` and the like: the folder of the programs, and what they need to connect past the port. */
  readonly tools: { readonly bin: string; readonly env: Readonly<Record<string, string>> };
  close(): Promise<void>;
}

export interface PostgresCopy {
  start(): Promise<void>;
  /** Makes the standby a server that takes writes. */
  promote(): Promise<void>;
  /** From now on the port leads here, and `query` and `stop` are about this one. */
  takeOver(): void;
}

/** One server process with a folder for its data and its socket. */
interface Instance {
  readonly dir: string;
  readonly data: string;
  process: ChildProcess | null;
}

const cacheDir = path.join(import.meta.dirname, '../../node_modules/.cache/video-inbox');

/** `null` where this machine has none: the test is to be skipped, with this as the reason. */
export const whyNoPostgres: string | null =
  findPostgres() === null ? 'there is no PostgreSQL server on this machine' : null;
// Off a terminal vitest names no reason.
if (whyNoPostgres !== null) process.stderr.write(`Skipped the tests of the shared log: ${whyNoPostgres}.\n`);

/** PostgreSQL refuses to run as root. */
export function unprivileged(): { uid: number; gid: number } | Record<string, never> {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

export interface PostgresOptions {
  /** A commit is on the disk when it is answered, as on a server of others: for what is measured. */
  readonly isOnDisk?: boolean;
  /** It calls itself by an identifier of its own (`system_identifier`), and is no copy of what all other tests have. */
  readonly isUnrelated?: boolean;
}

const initFlags = ['-U', 'inbox', '--auth=scram-sha-256', '-E', 'UTF8', '--locale=C', '-N'];

/** Makes the files of an empty cluster in `data`, below a folder of the user's. */
function initialise(bin: string, data: string): void {
  const passwordFile = `${data}.password`;
  writeFileSync(passwordFile, postgresPassword, { mode: 0o644 });
  execFileSync(path.join(bin, 'initdb'), ['-D', data, `--pwfile=${passwordFile}`, ...initFlags], {
    ...unprivileged(),
    cwd: path.dirname(data),
    stdio: 'pipe',
  });
}

/** Copies an empty cluster into `data`: making one takes four times as long. This machine makes one of each release. */
async function copyEmpty(bin: string, data: string): Promise<void> {
  const release = execFileSync(path.join(bin, 'postgres'), ['--version'], { encoding: 'utf8' });
  const of = [release, process.getuid?.(), ...initFlags, postgresPassword].join('\n');
  const kept = path.join(cacheDir, `postgres-${createHash('sha256').update(of).digest('hex').slice(0, 16)}`);
  if (!existsSync(kept)) {
    await mkdir(cacheDir, { recursive: true });
    initialise(bin, data);
    const made = await mkdtemp(`${kept}-`);
    execFileSync('cp', ['-a', data, path.join(made, 'data')]);
    // Another test may have been as fast.
    await rename(path.join(made, 'data'), kept).catch(() => undefined);
    await rm(made, { recursive: true, force: true });
    return;
  }
  execFileSync('cp', ['-a', kept, data]);
}

export async function startPostgres({
  isOnDisk = false,
  isUnrelated = false,
}: PostgresOptions = {}): Promise<PostgresServer> {
  const bin = findPostgres();
  if (bin === null) throw new Error('no PostgreSQL server was found');
  const user = unprivileged();
  const dir = await mkdtemp(path.join(os.tmpdir(), 'video-inbox-pg-'));
  await chmod(dir, 0o700);
  if ('uid' in user) await chown(dir, user.uid, user.gid);
  const data = path.join(dir, 'data');
  if (isUnrelated) initialise(bin, data);
  else await copyEmpty(bin, data);
  let databases = 0;
  const primary: Instance = { dir, data, process: null };
  const instances = [primary];
  let lead = primary;

  const socketUrl = (instance: Instance, name: string): pg.ClientConfig => ({
    host: instance.dir,
    port: 5432,
    user: 'inbox',
    password: postgresPassword,
    database: name,
  });

  async function ask(
    instance: Instance,
    name: string,
    text: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Record<string, unknown>[]> {
    const client = new pg.Client(socketUrl(instance, name));
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  async function start(instance: Instance): Promise<void> {
    // What a killed server wrote is still with the system: waiting for the disk guards against a loss of power alone.
    const unsynced = isOnDisk ? [] : ['fsync=off', 'full_page_writes=off'];
    const settings = ['listen_addresses=', 'max_connections=200', ...unsynced];
    const args = ['-D', instance.data, '-k', instance.dir, ...settings.flatMap((setting) => ['-c', setting])];
    const own = spawn(path.join(bin ?? '', 'postgres'), args, {
      ...user,
      cwd: instance.dir,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    instance.process = own;
    let said = '';
    own.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      said = (said + chunk).slice(-4000);
    });
    await waitUntil(async () => {
      if (own.exitCode !== null) throw new Error(`postgres ended:\n${said}`);
      return ask(instance, 'postgres', 'SELECT 1').catch(() => null);
    }, 'PostgreSQL to answer');
  }

  async function stop(instance: Instance, signal: NodeJS.Signals = 'SIGINT'): Promise<void> {
    const own = instance.process;
    instance.process = null;
    if (own === null || own.exitCode !== null || own.signalCode !== null) return;
    const ended = new Promise((resolve) => own.once('close', resolve));
    own.kill(signal);
    await ended;
  }

  async function copy(standbyName?: string): Promise<PostgresCopy> {
    const home = path.join(dir, `copy-${String(instances.length)}`);
    await mkdir(home, { mode: 0o700 });
    if ('uid' in user) await chown(home, user.uid, user.gid);
    const instance: Instance = { dir: home, data: path.join(home, 'data'), process: null };
    instances.push(instance);
    const from = `host=${lead.dir} port=5432 user=inbox password=${postgresPassword} application_name=${standbyName ?? 'copy'}`;
    execFileSync(
      path.join(bin ?? '', 'pg_basebackup'),
      [
        '-d',
        from,
        '-D',
        instance.data,
        '-X',
        'stream',
        '-c',
        'fast',
        '-N',
        ...(standbyName === undefined ? [] : ['-R']),
      ],
      { ...user, cwd: home, stdio: 'pipe' },
    );
    return {
      start: () => start(instance),
      async promote() {
        await ask(instance, 'postgres', 'SELECT pg_promote()');
      },
      takeOver() {
        lead = instance;
        wire.leadTo(path.join(instance.dir, '.s.PGSQL.5432'));
      },
    };
  }

  const wire = await openWire(path.join(dir, '.s.PGSQL.5432'));
  await start(primary);
  return {
    async createDatabase() {
      databases += 1;
      const name = `inbox_${String(databases)}`;
      await ask(lead, 'postgres', `CREATE DATABASE ${name}`);
      return `postgresql://inbox:${postgresPassword}@127.0.0.1:${String(wire.port)}/${name}`;
    },
    direct: (url) => `${url}?host=${encodeURIComponent(lead.dir)}`.replace(/@[^/]*/, '@localhost:5432'),
    query: (url, text, values) => ask(lead, new URL(url).pathname.slice(1), text, values),
    cut: () => wire.cut(),
    swallow: (text) => wire.swallow(text),
    mend: () => wire.mend(),
    stop: (signal) => stop(lead, signal),
    start: () => start(lead),
    copy,
    leadTo: ({ tools }) => wire.leadTo(path.join(tools.env['PGHOST'] ?? '', '.s.PGSQL.5432')),
    tools: { bin, env: { PGHOST: dir, PGPORT: '5432', PGUSER: 'inbox', PGPASSWORD: postgresPassword } },
    async close() {
      await wire.close();
      for (const instance of instances) await stop(instance, 'SIGQUIT');
      await rm(dir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

interface Wire {
  readonly port: number;
  cut(): void;
  swallow(text: string): void;
  mend(): void;
  /** Cuts what is connected; what connects from now on comes to this socket. */
  leadTo(socketFile: string): void;
  close(): Promise<void>;
}

/** A loopback port in front of the server's socket. */
async function openWire(firstSocketFile: string): Promise<Wire> {
  let socketFile = firstSocketFile;
  const pairs = new Set<{ readonly ends: readonly [Socket, Socket]; hello: string }>();
  let isCut = false;
  let swallowed: string | null = null;
  const server: Server = createServer((near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    const far = connect(socketFile);
    const pair = { ends: [near, far] as const, hello: '' };
    pairs.add(pair);
    const isSwallowed = (): boolean => swallowed !== null && pair.hello.includes(swallowed);
    near.on('data', (chunk: Buffer) => {
      if (pair.hello === '') pair.hello = chunk.toString('latin1');
      if (!isSwallowed()) far.write(chunk);
    });
    far.on('data', (chunk: Buffer) => {
      if (!isSwallowed()) near.write(chunk);
    });
    for (const end of pair.ends) {
      end.on('error', () => undefined);
      end.on('close', () => {
        pairs.delete(pair);
        for (const each of pair.ends) each.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const destroyAll = (): void => {
    for (const { ends } of pairs) for (const end of ends) end.destroy();
  };
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cut() {
      isCut = true;
      destroyAll();
    },
    swallow(text) {
      swallowed = text;
    },
    mend() {
      isCut = false;
      swallowed = null;
    },
    leadTo(file) {
      socketFile = file;
      destroyAll();
    },
    async close() {
      destroyAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
