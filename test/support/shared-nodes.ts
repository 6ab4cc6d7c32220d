/** Several machines of one inbox: processes of their own on one PostgreSQL server, with one shelf on S3. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { createInboxes, type Inbox, type Inboxes, type InboxesOptions, type StartOptions } from './inbox-process.ts';
import type { PostgresServer } from './postgres.ts';
import { startS3Server, type S3Server } from './s3/s3-server.ts';
import { listenVideoServer, type VideoServer } from './video-server.ts';
import { waitUntil } from './wait-until.ts';

export interface SharedNodes {
  readonly database: PostgresServer;
  readonly media: VideoServer;
  readonly shelf: S3Server;
  readonly inboxes: Inboxes;
  /** Of a database of this test's own. */
  readonly url: string;
  start(name: string, options?: StartOptions): Promise<Inbox>;
  /** Environment of a node, for commands that are run without one. */
  readonly env: Readonly<Record<string, string>>;
  /** Events of the shared log, by type, as often as they are there. */
  countEvents(type: string): Promise<number>;
  /** Of the shared log, each once: the machine that orders may have its intent in its journal as well. */
  countOrders(): Promise<number>;
  close(): Promise<void>;
}

/**
 * @param database that of the test file, which closes it.
 * @param leaseSeconds short where a machine dies; else so long that a slow machine loses nothing.
 */
export async function createSharedNodes(
  database: PostgresServer,
  leaseSeconds = 60,
  how: InboxesOptions = { inTurn: true },
): Promise<SharedNodes> {
  const url = await database.createDatabase();
  const media = await listenVideoServer();
  const keys = { accessKeyId: 'AK', secretAccessKey: 'secret-of-the-shelf' };
  const shelf = await startS3Server({ bucket: 'shelf', region: 'us-east-1', ...keys });
  const inboxes = createInboxes(how);
  const env = {
    VIDEO_INBOX_DATABASE_URL: url,
    VIDEO_INBOX_LEASE_SECONDS: String(leaseSeconds),
    VIDEO_INBOX_STORE_URL: `s3://shelf/films?endpoint=${shelf.endpoint}&pathStyle=1`,
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  };
  return {
    database,
    media,
    shelf,
    inboxes,
    url,
    env,
    start: (name, options = {}) =>
      inboxes.start({
        ...options,
        args: ['--node', name, '--allow-host', media.host, ...(options.args ?? [])],
        env: { ...env, ...options.env },
      }),
    async countEvents(type) {
      const rows = await database.query(
        url,
        `SELECT count(*)::int AS n FROM video_inbox.events WHERE body::jsonb ->> 'type' = $1`,
        [type],
      );
      return Number(rows[0]?.['n']);
    },
    async countOrders() {
      const rows = await database.query(
        url,
        `SELECT count(DISTINCT body::jsonb ->> 'id')::int AS n FROM video_inbox.events
         WHERE body::jsonb ->> 'type' = 'submission-intended'`,
        [],
      );
      return Number(rows[0]?.['n']);
    },
    async close() {
      database.mend();
      await inboxes.close();
      await shelf.close();
      await media.close();
    },
  };
}

/** Environment of a program whose clock is wrong by so much. @param dir for the script that is loaded before it. */
export async function skewedClock(dir: string, skewMs: number): Promise<Readonly<Record<string, string>>> {
  const file = path.join(dir, 'skewed-clock.cjs');
  await writeFile(
    file,
    `const Right = Date;
     globalThis.Date = class extends Right {
       constructor(...args) {
         if (args.length === 0) super(Right.now() + ${String(skewMs)});
         else super(...args);
       }
       static now() {
         return Right.now() + ${String(skewMs)};
       }
     };`,
  );
  return { NODE_OPTIONS: `--require ${file}` };
}

/** What a machine knows of all its tasks, without what is of the moment. */
async function libraryOf(inbox: Inbox): Promise<readonly TaskView[]> {
  const tasks = await inbox.call('tasks:list', { state: null, limit: 10_000 });
  return [...tasks].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Resolves once all of them know so many tasks, and the same of each. */
export async function sameLibrary(nodes: readonly Inbox[], count: number): Promise<readonly TaskView[]> {
  return waitUntil(
    async () => {
      const [first, ...others] = await Promise.all(nodes.map(libraryOf));
      const text = JSON.stringify(first);
      const isSame = others.every((other) => JSON.stringify(other) === text);
      return isSame && first?.length === count ? first : null;
    },
    `${String(count)} tasks that are the same on ${String(nodes.length)} machines`,
  );
}
