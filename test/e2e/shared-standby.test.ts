/** Machines whose database fails over to a standby, is replaced by an older copy, or is restored from a backup. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Order } from '../../src-main/common/submit-form.ts';
import type { Inbox } from '../support/inbox-process.ts';
import { lumaSuccess } from '../support/kie-callbacks.ts';
import { startPostgres, whyNoPostgres, type PostgresServer } from '../support/postgres.ts';
import { createSharedNodes, sameLibrary, type SharedNodes } from '../support/shared-nodes.ts';
import { waitUntil } from '../support/wait-until.ts';

let database: PostgresServer;
let nodes: SharedNodes;

async function post(inbox: Inbox, id: string): Promise<number> {
  return (await inbox.postCallback(lumaSuccess(id, ['https://media.example.test/x.mp4']))).status;
}

async function postAll(inbox: Inbox, prefix: string, count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) expect(await post(inbox, `${prefix}${String(n)}`)).toBe(200);
}

async function taskIds(url: string): Promise<ReadonlySet<unknown>> {
  const rows = await database.query(url, `SELECT body::jsonb -> 'read' ->> 'taskId' AS id FROM video_inbox.events`);
  return new Set(rows.map(({ id }) => id));
}

const untilState = (inbox: Inbox, state: string): Promise<string> =>
  waitUntil(
    async () => {
      const { shared } = await inbox.call('app:status');
      return shared?.state === state && (shared.message ?? 'nothing is wrong');
    },
    `the shared log to be ${state}`,
    60_000,
  );

const start = (name: string, answer: string): Promise<Inbox> =>
  nodes.start(name, {
    args: ['--answer', answer, '--role', 'intake,gallery', '--kie-api-base', nodes.media.origin],
    env: { VIDEO_INBOX_SECRET_KIE_API_KEY: 'key-of-the-person' },
  });

/** @returns how often something was ordered. */
function takeOrders(): () => number {
  let orders = 0;
  nodes.media.handle('/api/v1/aleph/generate', (_request, response) => {
    orders += 1;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ code: 200, msg: 'success', data: { taskId: `made-${String(orders)}` } }));
  });
  return () => orders;
}

const order: Order = {
  ...{ provider: 'kie-aleph', model: null, prompt: 'x', videos: ['https://a.example/a.mp4'], images: [] },
  ...{ params: {}, project: null, id: 'order-of-a-script' },
};

describe.skipIf(whyNoPostgres !== null)('a database that others take the place of', { timeout: 180_000 }, () => {
  beforeEach(async () => {
    database = await startPostgres();
    nodes = await createSharedNodes(database);
  });
  afterEach(async () => {
    await nodes.close();
    await database.close();
  });

  it('the primary is killed under load: all that was answered is on the standby that takes over', async () => {
    const standby = await database.copy('standby');
    await database.query(nodes.url, `ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (standby)'`);
    await standby.start();
    await database.query(nodes.url, 'SELECT pg_reload_conf()');
    await waitUntil(async () => {
      const [row] = await database.query(nodes.url, 'SELECT sync_state FROM pg_stat_replication');
      return row?.['sync_state'] === 'quorum';
    }, 'the standby to be waited for');
    const a = await start('a', 'shared');
    const answered: string[] = [];
    let isOver = false as boolean;
    const load = Array.from({ length: 8 }, async (_, worker) => {
      for (let n = 0; !isOver; n += 1) {
        const id = `w${String(worker)}-${String(n)}`;
        if ((await post(a, id)) === 200) answered.push(id);
      }
    });
    try {
      await waitUntil(() => answered.length > 100, 'some callbacks');
      await database.stop('SIGKILL');
      await standby.promote();
      standby.takeOver();
      // Nobody follows the new primary.
      await database.query(nodes.url, `ALTER SYSTEM SET synchronous_standby_names = ''`);
      await database.query(nodes.url, 'SELECT pg_reload_conf()');
      const before = answered.length;
      await waitUntil(() => answered.length > before + 50, 'callbacks to be answered again', 60_000);
    } finally {
      isOver = true;
    }
    await Promise.all(load);
    const there = await taskIds(nodes.url);
    expect(answered.filter((id) => !there.has(id))).toEqual([]);
    expect((await a.call('app:status')).shared?.state).not.toBe('replaced');
  });

  it('an older copy takes its place: all machines stop there and say so, and lose nothing over a new start', async () => {
    const [a, b] = [await start('a', 'local'), await start('b', 'local')];
    await postAll(a, 'a-', 3);
    await sameLibrary([a, b], 3);
    const older = await database.copy();
    await postAll(a, 'lost-', 5);
    await postAll(b, 'lost-of-b-', 5);
    const orders = takeOrders();
    const made = { outcome: 'made', taskId: 'made-1' };
    expect(await a.call('submissions:send', order)).toMatchObject(made);
    await sameLibrary([a, b], 14);
    await database.stop('SIGKILL');
    await older.start();
    older.takeOver();
    await postAll(a, 'after-', 2);
    expect(await untilState(a, 'replaced')).toContain('is not the one that this run began with');
    await untilState(b, 'replaced');
    await postAll(b, 'after-of-b-', 2);
    expect((await taskIds(nodes.url)).size).toBe(3);
    const again = await Promise.all([a.restart(), b.restart('SIGKILL')]);
    const tasks = await sameLibrary(again, 18);
    const called = tasks.filter(({ taskId }) => taskId !== 'made-1');
    expect(new Set(called.map(({ deliveries }) => deliveries))).toEqual(new Set([1]));
    const ids = await taskIds(nodes.url);
    expect(called.filter(({ taskId }) => !ids.has(taskId))).toEqual([]);
    // Nothing is paid twice: not on the machine either that did not order it.
    expect(await again[1].call('submissions:send', order)).toMatchObject(made);
    expect(orders()).toBe(1);
  });

  it('an older copy takes its place, and what was answered by it alone is in no journal: that is told before it is forgotten', async () => {
    const a = await start('a', 'shared');
    await postAll(a, 'a-', 2);
    const older = await database.copy();
    await postAll(a, 'only-there-', 1);
    await sameLibrary([a], 3);
    await database.stop('SIGKILL');
    await older.start();
    older.takeOver();
    await waitUntil(async () => (await post(a, 'after')) === 503, 'a callback to be refused');
    const told = await untilState(a, 'replaced');
    expect(told).toContain('answered 503');
    expect(told).toContain('list --json > tasks.json');
    const { stdout } = await a.runCli(['list', '--json']);
    expect(stdout).toContain('only-there-0');
  });

  it('a backup is restored into another server: who runs yet stops, and behind a new start all is there once', async () => {
    const other = await startPostgres({ isUnrelated: true });
    try {
      const [a, b] = [await start('a', 'local'), await start('b', 'local')];
      await postAll(a, 'a-', 3);
      await postAll(b, 'b-', 3);
      await sameLibrary([a, b], 6);
      const folder = path.join(await nodes.inboxes.tempDir(), 'backup');
      const name = new URL(nodes.url).pathname.slice(1);
      const run = ({ tools }: PostgresServer, program: string, args: readonly string[]): string =>
        execFileSync(path.join(tools.bin, program), args, {
          env: { ...process.env, ...tools.env },
          encoding: 'utf8',
          stdio: 'pipe',
        });
      run(database, 'pg_dump', [
        '--format=custom',
        '--schema=video_inbox',
        `--file=${folder}`,
        database.direct(nodes.url),
      ]);
      await postAll(a, 'behind-the-backup-', 3);
      await sameLibrary([a, b], 9);
      await other.createDatabase();
      run(other, 'pg_restore', ['--exit-on-error', '--no-owner', `--dbname=${name}`, folder]);
      await database.stop('SIGKILL');
      database.leadTo(other);
      await untilState(a, 'replaced');
      await untilState(b, 'replaced');
      await postAll(b, 'meanwhile-', 2);
      const again = await Promise.all([a.restart(), b.restart()]);
      const tasks = await sameLibrary(again, 11);
      expect(new Set(tasks.map(({ deliveries }) => deliveries))).toEqual(new Set([1]));
      // One that was never part of it, on an empty data folder.
      await sameLibrary([...again, await start('new', 'local')], 11);
      await expect(other.query(nodes.url, 'DELETE FROM video_inbox.events')).rejects.toThrow('never changed');
    } finally {
      await other.close();
    }
  });
});
