/** A PgBouncer of a test's own between it and a PostgreSQL server, behind a socket in a temporary folder. */
import { spawn } from 'node:child_process';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { findPgBouncer } from '../../scripts/postgres.mjs';
import { postgresPassword, unprivileged, type PostgresServer } from './postgres.ts';
import { waitUntil } from './wait-until.ts';

/** `null` where this machine has none. */
export const whyNoPgBouncer: string | null = findPgBouncer() === null ? 'there is no PgBouncer on this machine' : null;
if (whyNoPgBouncer !== null) process.stderr.write(`Skipped what a pooler does to the shared log: ${whyNoPgBouncer}.\n`);

export interface PgBouncer {
  /** The address of that database through it. */
  through(url: string): string;
  close(): Promise<void>;
}

export async function startPgBouncer({ tools }: PostgresServer, mode: 'session' | 'transaction'): Promise<PgBouncer> {
  const user = unprivileged();
  const dir = await mkdtemp(path.join(os.tmpdir(), 'video-inbox-pooler-'));
  const file = (name: string): string => path.join(dir, name);
  const lines = [
    '[databases]',
    `* = host=${tools.env['PGHOST'] ?? ''} port=5432`,
    '[pgbouncer]',
    'listen_addr =',
    'listen_port = 5432',
    `unix_socket_dir = ${dir}`,
    'auth_type = plain',
    `auth_file = ${file('users')}`,
    `pool_mode = ${mode}`,
    'default_pool_size = 50',
  ];
  await writeFile(file('users'), `"inbox" "${postgresPassword}"\n`);
  await writeFile(file('settings.ini'), `${lines.join('\n')}\n`);
  if ('uid' in user) for (const each of ['', 'users', 'settings.ini']) await chown(file(each), user.uid, user.gid);
  const own = spawn(findPgBouncer() ?? '', ['-q', file('settings.ini')], { ...user, cwd: dir, stdio: 'ignore' });
  const ended = new Promise((resolve) => own.once('close', resolve));
  const through = (url: string): string =>
    `${url}?host=${encodeURIComponent(dir)}`.replace(/@[^/]*/, '@localhost:5432');
  await waitUntil(async () => {
    if (own.exitCode !== null) throw new Error('pgbouncer ended');
    const client = new pg.Client({ connectionString: through(`postgresql://inbox:${postgresPassword}@h/postgres`) });
    client.on('error', () => undefined);
    return client.connect().then(
      () => client.end().then(() => true),
      () => null,
    );
  }, 'PgBouncer to answer');
  return {
    through,
    async close() {
      own.kill('SIGTERM');
      await ended;
      await rm(dir, { recursive: true, force: true });
    },
  };
}
