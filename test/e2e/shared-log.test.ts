/** Several machines that share a log: the built program as processes, on a real PostgreSQL server that goes away. */
import { cp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { foldVersion } from '../../src-main/common/fold.ts';
import { bytesOf, createLinePool } from '../../src-main/node/projections/line-pool.ts';
import { decodePage, encodePage } from '../../src-main/node/projections/page-format.ts';
import { isErrno } from '../../src-main/node/storage/durable-files.ts';
import type { Status } from '../../src-main/common/status.ts';
import { repoDir, type Inbox } from '../support/inbox-process.ts';
import { kieSignature, lumaFailure, lumaSuccess } from '../support/kie-callbacks.ts';
import { readOpenMetrics } from '../support/open-metrics.ts';
import { postgresPassword, startPostgres, whyNoPostgres, type PostgresServer } from '../support/postgres.ts';
import { createSharedNodes, sameLibrary, skewedClock, type SharedNodes } from '../support/shared-nodes.ts';
import { waitUntil } from '../support/wait-until.ts';

/** Many processes, and machines that are slow. */
const patienceMs = 80_000;

let database: PostgresServer;
let nodes: SharedNodes;
let mp4: Buffer;

const film = (id: string): string => nodes.media.file(`/l/${id}.mp4`, mp4);
const shared = async (inbox: Inbox): Promise<NonNullable<Status['shared']>> => {
  const status = await inbox.call('app:status');
  if (status.shared === undefined) throw new Error('this machine shares no log');
  return status.shared;
};
const untilState = (inbox: Inbox, state: string): Promise<NonNullable<Status['shared']>> =>
  waitUntil(async () => {
    const now = await shared(inbox);
    return now.state === state && now;
  }, `the shared log to be ${state}`);

describe.skipIf(whyNoPostgres !== null)('a log that several machines share', { timeout: 180_000 }, () => {
  beforeAll(async () => {
    mp4 = await readFile(path.join(repoDir, 'src-main/node/samples/sample.mp4'));
    database = await startPostgres();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    nodes = await createSharedNodes(database);
  });
  afterEach(() => nodes.close());

  it('two take callbacks, also the same one: one library on both, each video fetched once, and both are told of', async () => {
    const [a, b] = [await nodes.start('a'), await nodes.start('b')];
    const same = lumaSuccess('same', [film('same')]);
    const replies = await Promise.all([
      a.postCallback(same),
      b.postCallback(same),
      a.postCallback(lumaSuccess('of-a', [film('of-a')])),
      b.postCallback(lumaSuccess('of-b', [film('of-b')])),
    ]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    for (const id of ['same', 'of-a', 'of-b'])
      await a.waitForTask(id, ({ videos }) => videos[0]?.state === 'saved', patienceMs);
    const tasks = await sameLibrary([a, b], 3);
    expect(tasks.find(({ taskId }) => taskId === 'same')?.deliveries).toBe(2);
    expect(nodes.media.exchanges.map(({ path: file }) => file).sort()).toEqual([
      '/l/of-a.mp4',
      '/l/of-b.mp4',
      '/l/same.mp4',
    ]);
    expect(await nodes.countEvents('video-saved')).toBe(3);

    // A callback URL that one gives out is known to the other: a balancer may stand before both.
    const url = await a.call('callback:mint', { label: 'through a balancer', project: null });
    await waitUntil(async () => {
      const reply = await fetch(url.url.replace(/:\d+\//, `:${String(b.callbackPort)}/`));
      return reply.status === 200;
    }, 'the other machine to know the new callback URL');

    const { nodes: known } = await waitUntil(async () => {
      const now = await shared(a);
      return now.nodes.length === 2 && now;
    }, 'both machines on the list');
    expect(known.map(({ name, isThere, roles }) => ({ name, isThere, roles: roles.length }))).toEqual([
      { name: 'a', isThere: true, roles: 4 },
      { name: 'b', isThere: true, roles: 4 },
    ]);
    const numbers = await fetch(`${a.localUrl}/metrics`, { headers: { authorization: `Bearer ${a.key}` } });
    expect(numbers.headers.get('content-type')).toContain('openmetrics-text');
    const families = new Map(readOpenMetrics(await numbers.text()).map(({ name, samples }) => [name, samples]));
    expect(families.get('video_inbox_videos')).toContainEqual({ labels: { state: 'saved' }, value: 3 });
    const there = known.map(({ node, name }) => ({ labels: { node, name }, value: 1 }));
    expect(families.get('video_inbox_node_there')).toEqual(there);
    expect((await fetch(`${a.localUrl}/metrics`)).status).toBe(401);
    const told = await a.runCli(['status']);
    expect(told.stdout).toMatch(/Machines {2}a \(this one\).*\n.*b/);
  });

  it('a machine that takes no callbacks gives out URLs of one that does, and none where none is public', async () => {
    const b = await nodes.start('b', { args: ['--role', 'gallery'] });
    const mint = () => b.call('callback:mint', { label: 'for an order', project: null });
    await expect(mint()).rejects.toThrow('takes no callbacks');
    expect(await b.call('callback:list')).toEqual([]);
    await nodes.start('a', { args: ['--public-url', 'https://inbox.example.test'] });
    await waitUntil(async () => (await b.call('callback:list')).length > 0, 'the address of the other');
    expect((await mint()).url).toMatch(/^https:\/\/inbox\.example\.test\/c\//);
  });

  it('the database goes away: callbacks are answered, what waits is sent once and in order when it is back', async () => {
    const hmac = 'an-hmac-key-made-up-for-tests';
    const a = await nodes.start('a', {
      args: ['--role', 'intake,gallery'],
      env: { VIDEO_INBOX_SECRET_KIE_HMAC: hmac },
    });
    const b = await nodes.start('b', { args: ['--role', 'intake,gallery'] });
    const post = async (inbox: Inbox, prefix: string, count: number): Promise<void> => {
      for (let n = 0; n < count; n += 1) {
        const { status } = await inbox.postCallback(
          lumaSuccess(`${prefix}${String(n)}`, ['https://media.example.test/x.mp4']),
        );
        expect(status).toBe(200);
      }
    };
    await post(a, 'before-', 3);
    await sameLibrary([a, b], 3);
    await waitUntil(async () => {
      const index = path.join(a.dataDir, 'index-shared');
      const [log = ''] = await readdir(index);
      const text = await readFile(path.join(index, log, 'checkpoint.json'), 'utf8').catch(() => '{}');
      const { cursor = '' } = JSON.parse(text) as { readonly cursor?: string };
      return Number(cursor.split(':').at(-1)) === 3;
    }, 'the index to be saved');
    database.cut();
    await Promise.all([post(a, 'a-', 20), post(b, 'b-', 20)]);
    const signature = kieSignature('signed', hmac, Math.floor(Date.now() / 1000));
    expect((await a.postCallback(lumaFailure('signed'), signature)).status).toBe(200);
    const away = await untilState(a, 'away');
    expect(away.outbox.waiting).toBe(21);
    expect(away.message).toContain('21 waiting');
    expect((await a.call('tasks:list', { state: null, limit: 100 })).length).toBe(3);

    // A machine that is killed and started meanwhile answers as well, and shows what it knew.
    const again = await a.restart('SIGKILL');
    expect((await again.call('tasks:list', { state: null, limit: 100 })).length).toBe(3);
    // It remembers which signatures were used.
    expect((await again.postCallback(lumaFailure('signed', 'Another body.'), signature)).status).toBe(401);
    await post(again, 'c-', 5);
    database.mend();
    const tasks = await sameLibrary([again, b], 49);
    expect(new Set(tasks.map(({ deliveries }) => deliveries))).toEqual(new Set([1]));
    expect((await untilState(again, 'ok')).outbox.waiting).toBe(0);

    const rows = await database.query(
      nodes.url,
      `SELECT node, k::int, body::jsonb -> 'read' ->> 'taskId' AS id FROM video_inbox.events
       WHERE body::jsonb ->> 'type' = 'result' ORDER BY epoch, xid, k`,
    );
    expect(rows).toHaveLength(49);
    const ofOne = (prefix: string): unknown[] => rows.map(({ id }) => id).filter((id) => String(id).startsWith(prefix));
    for (const [prefix, count] of [
      ['a-', 20],
      ['b-', 20],
      ['c-', 5],
    ] as const) {
      expect(ofOne(prefix)).toEqual(Array.from({ length: count }, (_, n) => `${prefix}${String(n)}`));
    }
  });

  it('the database is read and takes nothing new, as a standby: callbacks are answered, and each machine says why and what is to be done', async () => {
    const a = await nodes.start('a');
    const b = await nodes.start('b', { args: ['--role', 'gallery'] });
    const name = new URL(nodes.url).pathname.slice(1);
    const beside = nodes.url.replace(name, 'postgres');
    const again =
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';
    await database.query(beside, `ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    await database.query(nodes.url, again);
    for (const inbox of [a, b]) {
      await untilState(inbox, 'away');
      await waitUntil(
        async () => (await shared(inbox)).message?.includes('as a standby that was not promoted'),
        'the reason to be told',
      );
    }
    expect((await a.postCallback(lumaFailure('while-read-only'))).status).toBe(200);
    expect((await shared(a)).message).toContain('stored here (1 waiting) and sent as soon as it can be');
    // One that shares the log already starts all the same, and takes callbacks; a new one has nothing to go on with.
    const restarted = await a.restart();
    expect((await restarted.postCallback(lumaFailure('behind-a-start'))).status).toBe(200);
    const fresh = await nodes.inboxes.runCli(
      ['serve', '--data-dir', await nodes.inboxes.tempDir(), '--tunnel', 'none', '--node', 'c'],
      nodes.env,
    );
    expect(fresh).toMatchObject({ code: 1 });
    expect(fresh.stderr).toContain('as a standby that was not promoted');
    await database.query(beside, `ALTER DATABASE ${name} RESET ALL`);
    await database.query(nodes.url, again);
    for (const inbox of [restarted, b]) await untilState(inbox, 'ok');
    await sameLibrary([restarted, b], 2);
    expect(await nodes.countEvents('result')).toBe(2);
  });

  it.each([
    ['password', (url: string) => url.replace(postgresPassword, 'yesterday'), 'it refuses this user or this password'],
    ['database', (url: string) => `${url}_of_yesterday`, 'it has no database of this name'],
  ])(
    'a machine starts that is part of it, and the database does not let it in (%s): it takes callbacks and says why',
    async (_, changed, sentence) => {
      const first = await nodes.start('a');
      await first.stop();
      const env = { VIDEO_INBOX_DATABASE_URL: changed(nodes.url) };
      const a = await nodes.start('a', { dataDir: first.dataDir, env });
      expect((await shared(a)).message).toContain(sentence);
      expect((await a.postCallback(lumaFailure('kept'))).status).toBe(200);
      await a.stop();
      const again = await nodes.start('a', { dataDir: first.dataDir });
      await sameLibrary([again], 1);
      expect(await nodes.countEvents('result')).toBe(1);
    },
  );

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'what waits from before a start (%s) is told while the database is away, so that nobody takes the folder for empty',
    async (signal) => {
      const first = await nodes.start('a');
      await first.postCallback(lumaFailure('sent'));
      await waitUntil(async () => (await nodes.countEvents('result')) === 1, 'one to be sent');
      await first.stop();
      const second = await nodes.start('a', { dataDir: first.dataDir });
      database.cut();
      await untilState(second, 'away');
      for (const id of ['1', '2', '3']) await second.postCallback(lumaFailure(id));
      const a = await second.restart(signal);
      expect((await shared(a)).outbox.waiting).toBe(3);
      expect((await shared(a)).message).toContain('stored here (3 waiting)');
      database.mend();
      await untilState(a, 'ok');
      await waitUntil(async () => (await shared(a)).outbox.waiting === 0, 'all to be sent');
    },
  );

  it('an index of an earlier version is made anew once the database is back, where it was away at the start', async () => {
    const first = await nodes.start('a');
    await first.postCallback(lumaFailure('x', 'as it is told today'));
    await sameLibrary([first], 1);
    await first.stop();
    const parent = path.join(first.dataDir, 'index-shared');
    const [id = ''] = await readdir(parent);
    const index = path.join(parent, id);
    const page = path.join(index, 'page-000000.json');
    const entries = decodePage(await readFile(page), createLinePool()).map(({ line, facts }) => ({
      facts,
      line: Buffer.from(bytesOf(line).toString().replaceAll('told today', 'told once')),
    }));
    await writeFile(page, encodePage(entries));
    const checkpoint = path.join(index, 'checkpoint.json');
    const kept = JSON.parse(await readFile(checkpoint, 'utf8')) as object;
    await writeFile(checkpoint, JSON.stringify({ ...kept, fold: foldVersion - 1 }));
    database.cut();
    const again = await first.restart();
    const message = async (): Promise<string | null> => (await again.call('tasks:get', 'x'))?.message ?? null;
    const logFile = path.join(again.dataDir, 'logs/video-inbox.log');
    await waitUntil(async () => (await readFile(logFile, 'utf8')).includes('it is compared'), 'the first comparison');
    await untilState(again, 'away');
    expect(await message()).toBe('as it is told once');
    database.mend();
    await waitUntil(async () => (await message()) === 'as it is told today', 'the task to be told anew', patienceMs);
  });

  it('a machine that was part of it and is started without its address says so, and sends later what it took', async () => {
    const first = await nodes.start('a');
    await first.stop();
    const apart = await nodes.inboxes.start({ dataDir: first.dataDir });
    expect((await apart.postCallback(lumaFailure('alone'))).status).toBe(200);
    expect((await apart.runCli(['status'])).stdout).toContain('was started without VIDEO_INBOX_DATABASE_URL');
    await apart.stop();
    const again = await nodes.start('a', { dataDir: first.dataDir });
    await sameLibrary([again, await nodes.start('b')], 1);
    expect(await again.call('app:status')).not.toHaveProperty('apart');
  });

  it('what waits has no connection, though the log is read: that is told, and how much waits', async () => {
    const a = await nodes.start('a');
    database.swallow(' outbox');
    expect((await a.postCallback(lumaFailure('waits'))).status).toBe(200);
    await untilState(a, 'away');
    expect((await shared(a)).message).toContain('stored here (1 waiting)');
    database.mend();
    await untilState(a, 'ok');
    expect(await nodes.countEvents('result')).toBe(1);
  });

  it('the database takes questions and says nothing: whoever sends is told so before it gives up', async () => {
    const a = await nodes.start('a', { args: ['--answer', 'shared'] });
    database.swallow('video-inbox');
    // Providers wait for 10 to 30 s; of two that come together the second waits behind the first.
    const sent = ['1', '2'].map(async (id) => (await a.postCallback(lumaFailure(id))).status);
    const limit = new Promise((resolve) => setTimeout(resolve, 10_000, 'nothing'));
    expect(await Promise.race([Promise.all(sent), limit])).toEqual([503, 503]);
  });

  it('a transaction of somebody else holds back what is seen: that is told, with whose it is and how it ends', async () => {
    const a = await nodes.start('a');
    const other = new pg.Client({ connectionString: nodes.url, application_name: 'nightly report' });
    other.on('error', () => undefined);
    await other.connect();
    try {
      await other.query('BEGIN; SELECT pg_current_xact_id()');
      expect((await a.postCallback(lumaFailure('held-back'))).status).toBe(200);
      await untilState(a, 'late');
      await waitUntil(async () => (await shared(a)).message?.includes('nightly report'), 'whose it is');
      const pid = /pg_terminate_backend\((\d+)\)/.exec((await shared(a)).message ?? '')?.[1];
      await database.query(nodes.url, `SELECT pg_terminate_backend(${pid ?? ''})`);
      await untilState(a, 'ok');
      await sameLibrary([a], 1);
    } finally {
      await other.end();
    }
  });

  it('the log takes nothing from a machine that is heard all the same: what waits is told with the reason, until it is sent', async () => {
    const a = await nodes.start('a');
    await database.query(
      nodes.url,
      `CREATE FUNCTION video_inbox.no() RETURNS trigger LANGUAGE plpgsql AS
         $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '42501'; END $$;
       CREATE TRIGGER no BEFORE INSERT ON video_inbox.events EXECUTE FUNCTION video_inbox.no()`,
    );
    expect((await a.postCallback(lumaFailure('refused'))).status).toBe(200);
    await untilState(a, 'away');
    expect((await shared(a)).message).toContain('own all in the schema video_inbox');
    expect((await shared(a)).message).toContain('stored here (1 waiting) and sent as soon as it can be');
    await database.query(nodes.url, 'DROP TRIGGER no ON video_inbox.events');
    await untilState(a, 'ok');
    expect(await nodes.countEvents('result')).toBe(1);
  });

  it('the policies differ in what must have happened before the answer', async () => {
    const start = (name: string, answer: string): Promise<Inbox> =>
      nodes.start(name, { args: ['--answer', answer, '--role', 'intake,gallery'] });
    const [direct, both] = [await start('direct', 'shared'), await start('both', 'both')];
    const post = async (inbox: Inbox, id: string): Promise<number> =>
      (await inbox.postCallback(lumaSuccess(id, ['https://media.example.test/x.mp4']))).status;
    expect([await post(direct, 'd1'), await post(both, 'b1')]).toEqual([200, 200]);
    // Answered means committed: nothing has to be waited for.
    expect(await nodes.countEvents('result')).toBe(2);
    const untilStorage = (inbox: Inbox, code: string | null): Promise<unknown> =>
      waitUntil(
        async () => (await inbox.call('app:status')).storage.code === code,
        `the storage to be told as ${String(code)}`,
      );
    database.cut();
    await untilStorage(direct, 'database-away');
    await untilStorage(both, 'database-behind');
    expect(await Promise.all([post(direct, 'd2'), post(both, 'b2')])).toEqual([503, 503]);
    database.mend();
    await untilStorage(direct, null);
    await untilStorage(both, null);
    await waitUntil(async () => (await post(direct, 'd2')) === 200, 'the callback to be taken again');
    await waitUntil(async () => (await post(both, 'b2')) === 200, 'the callback to be taken again');
    const tasks = await sameLibrary([direct, both], 4);
    expect(tasks.map(({ taskId }) => taskId)).toEqual(['b1', 'b2', 'd1', 'd2']);
  });

  it('the server is killed under load: all that was answered after a commit is there when it is up again', async () => {
    const a = await nodes.start('a', { args: ['--answer', 'shared', '--role', 'intake,gallery'] });
    const answered: string[] = [];
    let isOver = false as boolean;
    const load = Array.from({ length: 8 }, async (_, worker) => {
      for (let n = 0; !isOver; n += 1) {
        const id = `w${String(worker)}-${String(n)}`;
        const { status } = await a.postCallback(lumaSuccess(id, ['https://media.example.test/x.mp4']));
        if (status === 200) answered.push(id);
      }
    });
    await waitUntil(() => answered.length > 100, 'some callbacks');
    await database.stop('SIGQUIT');
    await database.start();
    const before = answered.length;
    await waitUntil(() => answered.length > before + 50, 'callbacks to be answered again');
    isOver = true;
    await Promise.all(load);
    const rows = await database.query(
      nodes.url,
      `SELECT body::jsonb -> 'read' ->> 'taskId' AS id FROM video_inbox.events`,
    );
    const there = new Set(rows.map(({ id }) => id));
    expect(answered.filter((id) => !there.has(id))).toEqual([]);
  });

  it('a second machine of one name is refused with what to do; the first starts again at once, also after a kill', async () => {
    const a = await nodes.start('office', { args: ['--role', 'intake,gallery'] });
    const args = ['serve', '--data-dir', await nodes.inboxes.tempDir(), '--tunnel', 'none', '--node', 'office'];
    const second = await nodes.inboxes.runCli(args, nodes.env);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain('A machine named "office" shares this database already');
    const again = await a.restart('SIGKILL');
    expect((await again.postCallback(lumaFailure('behind-the-kill'))).status).toBe(200);
    await sameLibrary([again], 1);
  });

  it('a second machine on a copy of its folder fences it off, which says so; what it takes then is in the log after a start', async () => {
    const args = ['--role', 'intake,ask,gallery'];
    const first = await nodes.start('office', { args });
    await first.postCallback(lumaFailure('before'));
    await sameLibrary([first], 1);
    await expect.poll(async () => (await shared(first)).leases).toEqual(['ask']);
    const [held] = await database.query(nodes.url, `SELECT holder FROM video_inbox.leases WHERE name = 'ask'`);
    const copied = path.join(await nodes.inboxes.tempDir(), 'data');
    // As another machine sees it: the lock and the address there are nobody's here.
    const filter = (file: string) => !/[\\/](?:lock|instance\.json)/.test(file);
    await waitUntil(async () => {
      await rm(copied, { recursive: true, force: true });
      // A file that takes the place of another one may be gone between its being listed and being copied.
      return cp(first.dataDir, copied, { recursive: true, filter }).then(
        () => true,
        (error: unknown) => (isErrno(error, ['ENOENT']) ? false : Promise.reject(error as Error)),
      );
    }, 'a copy of the folder');
    const second = await nodes.start('office', { args, dataDir: copied });
    expect((await second.postCallback(lumaFailure('to-the-copy'))).status).toBe(200);
    await second.waitForTask('to-the-copy', () => true);
    // It learns of the other without sending anything. What it takes stays on its disk: nobody would have it otherwise.
    expect((await untilState(first, 'fenced')).outbox.waiting).toBe(0);
    // The other need not wait until its turn runs out.
    const ofFirst = `SELECT FROM video_inbox.leases WHERE holder = $1 AND lease_until > clock_timestamp()`;
    await expect.poll(async () => (await database.query(nodes.url, ofFirst, [held?.['holder']])).length).toBe(0);
    expect((await shared(first)).leases).toEqual([]);
    expect((await first.postCallback(lumaFailure('to-the-fenced'))).status).toBe(200);
    const waiting = async () => {
      const { outbox, nodes: all } = await shared(first);
      return [outbox.waiting, all.find(({ isThis }) => isThis)?.outbox];
    };
    await expect.poll(waiting).toEqual([1, 1]);
    expect((await first.runCli(['status'])).stdout).toContain('(1 waiting)');
    await expect.poll(() => shared(second)).toMatchObject({ state: 'ok', outbox: { waiting: 0 } });
    await second.stop();
    const again = await first.restart();
    await again.waitForTask('to-the-fenced', () => true);
    await untilState(again, 'ok');
    expect((await sameLibrary([again], 3)).map(({ taskId }) => taskId).toSorted()).toEqual([
      'before',
      'to-the-copy',
      'to-the-fenced',
    ]);
    expect(await nodes.countEvents('result')).toBe(3);
  });

  it('a clock that is an hour wrong changes nothing in what the machines make of it', async () => {
    const skew = await skewedClock(await nodes.inboxes.tempDir(), 3_600_000);
    const a = await nodes.start('a');
    // A shelf on S3 refuses whoever has such a clock, so the other one downloads.
    const b = await nodes.start('b', { env: skew, args: ['--role', 'intake,ask,gallery'] });
    await b.postCallback(lumaSuccess('from-the-future', [film('one')]));
    await a.postCallback(lumaSuccess('from-now', [film('two')]));
    await a.waitForTask('from-now', () => true);
    await a.call('tasks:mark', ['kie-luma:from-now'], { starred: true });
    for (const id of ['from-the-future', 'from-now']) {
      await a.waitForTask(id, ({ videos }) => videos[0]?.state === 'saved', patienceMs);
    }
    const tasks = await sameLibrary([a, b], 2);
    const [late, now] = ['from-the-future', 'from-now'].map((id) => tasks.find(({ taskId }) => taskId === id));
    expect(Date.parse(late?.receivedAt ?? '') - Date.parse(now?.receivedAt ?? '')).toBeGreaterThan(3_000_000);
    expect(await nodes.countEvents('video-saved')).toBe(2);
  });

  it('a library that was alone before becomes part of it, and a newer schema or a wrong password is told, without secrets', async () => {
    await nodes.close();
    nodes = await createSharedNodes(database, 60, { inTurn: false }); // what a process is started with is looked at
    const { VIDEO_INBOX_STORE_URL: store, AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = nodes.env;
    const env = {
      VIDEO_INBOX_STORE_URL: store ?? '',
      AWS_ACCESS_KEY_ID: id ?? '',
      AWS_SECRET_ACCESS_KEY: secret ?? '',
    };
    const alone = await nodes.inboxes.start({ args: ['--allow-host', nodes.media.host], env });
    await alone.postCallback(lumaSuccess('old', [film('old')]));
    await alone.waitForTask('old', ({ videos }) => videos[0]?.state === 'saved', patienceMs);
    await alone.stop();
    const a = await nodes.start('a', { dataDir: alone.dataDir });
    const b = await nodes.start('b');
    const [task] = await sameLibrary([a, b], 1);
    expect(task?.videos[0]?.state).toBe('saved');

    const status = JSON.stringify(await a.call('app:status')) + (await a.runCli(['status', '--json'])).stdout;
    const commandLine = await readFile(`/proc/${String(a.pid)}/cmdline`, 'utf8').catch(() => '');
    database.cut();
    await untilState(a, 'away');
    await a.stop();
    database.mend();
    const logs = await logsOf(a.dataDir);
    for (const text of [status, commandLine, a.log(), logs]) expect(text).not.toContain(postgresPassword);

    await database.query(nodes.url, 'INSERT INTO video_inbox.schema_steps VALUES (999, now())');
    const newer = await nodes.inboxes.runCli(['serve', '--data-dir', a.dataDir, '--tunnel', 'none'], nodes.env);
    expect(newer).toMatchObject({ code: 1 });
    expect(newer.stderr).toContain('set up by a newer Video Inbox');
    const wrong = { ...nodes.env, VIDEO_INBOX_DATABASE_URL: nodes.url.replace(postgresPassword, 'wrong-password') };
    const fresh = await nodes.inboxes.tempDir();
    const refused = await nodes.inboxes.runCli(['serve', '--data-dir', fresh, '--tunnel', 'none'], wrong);
    expect(refused.stderr).toContain('it refuses this user');
    expect(refused.stderr).not.toContain('wrong-password');
    for (const [url, sentence] of [
      [nodes.url.replace(/[^/]*$/, 'nowhere'), 'it has no database of this name'],
      [`${nodes.url}?sslmode=require`, 'it speaks no TLS'],
      [nodes.url.replace('127.0.0.1', 'database.invalid'), 'nobody knows a host of this name'],
    ] as const) {
      const env = { ...nodes.env, VIDEO_INBOX_DATABASE_URL: url };
      const told = await nodes.inboxes.runCli(
        ['serve', '--data-dir', a.dataDir, '--tunnel', 'none', '--answer', 'shared'],
        env,
      );
      expect(told.stderr).toContain(sentence);
      expect(told.stderr).not.toContain('WARNING');
    }
  });
});

async function logsOf(dataDir: string): Promise<string> {
  const dir = path.join(dataDir, 'logs');
  const texts = await Promise.all((await readdir(dir)).map((name) => readFile(path.join(dir, name), 'utf8')));
  return texts.join('\n');
}
