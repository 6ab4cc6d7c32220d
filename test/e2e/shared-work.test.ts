/** Who does what among machines that share a log, when one of them dies, freezes or is cut off: processes that do. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Order } from '../../src-main/common/submit-form.ts';
import { repoDir, type Inbox } from '../support/inbox-process.ts';
import { lumaSuccess } from '../support/kie-callbacks.ts';
import { startPostgres, whyNoPostgres, type PostgresServer } from '../support/postgres.ts';
import { createSharedNodes, sameLibrary, type SharedNodes } from '../support/shared-nodes.ts';
import { waitUntil } from '../support/wait-until.ts';

const patienceMs = 80_000;

let database: PostgresServer;
let nodes: SharedNodes;
let mp4: Buffer;

/** The first request gets half of the film and then nothing; the others get all of it. */
function stuckOnce(id: string): string {
  const stuck = { bytes: mp4, etag: '"film"', stallAfter: Math.floor(mp4.length / 2) };
  return nodes.media.sequence(`/l/${id}.mp4`, [stuck, { bytes: mp4, etag: '"film"' }]);
}

const isSaved = ({ videos }: { readonly videos: readonly { readonly state: string }[] }): boolean =>
  videos[0]?.state === 'saved';

/** The worker that has begun the stuck download, by who holds the lease. */
async function holderOf(id: string, workers: ReadonlyMap<string, Inbox>): Promise<Inbox> {
  return waitUntil(
    async () => {
      if (!nodes.media.exchanges.some(({ path: file, bytesSent }) => file === `/l/${id}.mp4` && bytesSent > 0))
        return null;
      const [row] = await database.query(
        nodes.url,
        `SELECT n.name FROM video_inbox.leases AS l JOIN video_inbox.nodes AS n ON split_part(l.holder, '.', 1) = n.node
         WHERE l.name LIKE 'download video %'`,
      );
      return workers.get(String(row?.['name']));
    },
    'a worker to hold the download',
    patienceMs,
  );
}

describe.skipIf(whyNoPostgres !== null)('work that machines share', { timeout: 180_000 }, () => {
  beforeAll(async () => {
    mp4 = await readFile(path.join(repoDir, 'src-main/node/samples/sample.mp4'));
    database = await startPostgres();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    nodes = await createSharedNodes(database, 5);
  });
  afterEach(() => nodes.close());

  async function workers(): Promise<{ intake: Inbox; byName: ReadonlyMap<string, Inbox> }> {
    const intake = await nodes.start('intake', { args: ['--role', 'intake,gallery'] });
    const one = await nodes.start('one', { args: ['--role', 'download'] });
    const two = await nodes.start('two', { args: ['--role', 'download'] });
    return {
      intake,
      byName: new Map([
        ['one', one],
        ['two', two],
      ]),
    };
  }

  it('a film that came inside a callback is brought to the shelf by the machine that took it, whatever the others fetch', async () => {
    const { intake } = await workers();
    const video = `data:video/mp4;base64,${mp4.toString('base64')}`;
    await intake.postCallback({ id: 'inside', status: 'COMPLETED', output: { video } });
    // Long enough for the others to have given it up.
    await intake.waitForTask('inside', isSaved, patienceMs);
    expect(await nodes.countEvents('video-failed')).toBe(0);
    await waitUntil(() => [...nodes.shelf.objects.values()].some((object) => object.equals(mp4)), 'the shelf');
  });

  it('a worker is killed in the middle of a download: the other takes over, and it is saved once', async () => {
    const { intake, byName } = await workers();
    await intake.postCallback(lumaSuccess('killed', [stuckOnce('killed')]));
    const holder = await holderOf('killed', byName);
    await holder.stop('SIGKILL');
    await intake.waitForTask('killed', isSaved, patienceMs);
    const again = await holder.restart();
    const others = [...byName.values()].filter((inbox) => inbox !== holder);
    await sameLibrary([intake, again, ...others], 1);
    expect(await nodes.countEvents('video-saved')).toBe(1);
  });

  it('a worker freezes and thaws when another has its work: it tells nothing of it, and both agree', async () => {
    const { intake, byName } = await workers();
    await intake.postCallback(lumaSuccess('frozen', [stuckOnce('frozen')]));
    const holder = await holderOf('frozen', byName);
    process.kill(holder.pid, 'SIGSTOP');
    try {
      await intake.waitForTask('frozen', isSaved, patienceMs);
    } finally {
      process.kill(holder.pid, 'SIGCONT');
    }
    await sameLibrary([intake, ...byName.values()], 1);
    await waitUntil(
      () => holder.log().includes('a lease was lost'),
      'the frozen one to see that its lease is lost',
      patienceMs,
    );
    await intake.postCallback(lumaSuccess('after', [nodes.media.file('/l/after.mp4', mp4)]));
    await intake.waitForTask('after', isSaved, patienceMs);
    await sameLibrary([intake, ...byName.values()], 2);
    expect(await nodes.countEvents('video-saved')).toBe(2);
    expect(await nodes.countEvents('video-failed')).toBe(0);
  });

  it('of two who ask, one is killed in the middle of an order: the other goes on, and nothing is ordered again', async () => {
    const provider = nodes.media;
    const asks: { readonly by: string; readonly id: string }[] = [];
    let isDone = false as boolean;
    let orders = 0;
    provider.handle('/api/v1/aleph/record-info', (request, response) => {
      const id = new URL(request.url ?? '/', provider.origin).searchParams.get('taskId') ?? '';
      asks.push({ by: String(request.headers.authorization).replace('Bearer key-of-', ''), id });
      const done = { successFlag: 1, response: { resultVideoUrl: nodes.media.file(`/l/${id}.mp4`, mp4) } };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ code: 200, msg: 'success', data: { taskId: id, ...(isDone ? done : { successFlag: 0 }) } }),
      );
    });
    // Made perhaps; the answer never comes.
    provider.handle('/api/v1/aleph/generate', () => void (orders += 1));
    const asker = (name: string): Promise<Inbox> =>
      nodes.start(name, {
        args: ['--role', 'ask,gallery', '--kie-api-base', provider.origin, '--ask-after', '0', '--ask-every', '0.5'],
        // Longer than in the other tests, so that a slow machine does not lose its turn before it is killed.
        env: { VIDEO_INBOX_SECRET_KIE_API_KEY: `key-of-${name}`, VIDEO_INBOX_LEASE_SECONDS: '10' },
      });
    const askers = new Map([
      ['one', await asker('one')],
      ['two', await asker('two')],
    ]);
    const worker = await nodes.start('worker', { args: ['--role', 'download,gallery'] });
    const ids = ['first', 'second'];
    for (const id of ids) {
      await worker.call('watch:add', 'kie-aleph', id, { model: null, project: null });
    }
    const askedOften = (by: (name: string) => boolean): boolean =>
      ids.every((id) => asks.filter((ask) => ask.id === id && by(ask.by)).length >= 3);
    await waitUntil(() => askedOften(() => true), 'both tasks to be asked about', patienceMs);
    const dies = asks[0]?.by ?? '';
    const dying = askers.get(dies);
    if (dying === undefined) throw new Error(`nobody is called ${dies}`);
    const lives = [...askers.values()].find((inbox) => inbox !== dying);
    const order = dying.runCli(['submit', 'kie-aleph', '--prompt', 'x', '--video', 'https://a.example/a.mp4']);
    await waitUntil(() => orders === 1, 'the order to be on its way', patienceMs);
    await dying.stop('SIGKILL');
    await order;
    await waitUntil(() => askedOften((by) => by !== dies), 'the other to ask', patienceMs);
    await waitUntil(
      async () => (await nodes.countEvents('submission-unknown')) === 1,
      'the order to be settled',
      patienceMs,
    );
    isDone = true;
    for (const id of ids) await worker.waitForTask(id, isSaved, patienceMs);
    const again = await dying.restart();
    await sameLibrary([again, worker, ...(lives === undefined ? [] : [lives])], ids.length);
    // Never both by turns.
    const turns = asks.map(({ by }) => by).filter((by, n, all) => by !== all[n - 1]);
    expect(turns).toEqual([dies, dies === 'one' ? 'two' : 'one']);
    expect([orders, await nodes.countOrders(), await nodes.countEvents('submission-unknown')]).toEqual([1, 1, 1]);
  });

  it('one order that is sent to two machines, together and again, is paid once, and both know what came of it', async () => {
    const provider = nodes.media;
    let orders = 0;
    let answer: (() => void) | null = null;
    provider.handle('/api/v1/aleph/generate', (_request, response) => {
      orders += 1;
      answer = () => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ code: 200, msg: 'success', data: { taskId: 'made-once' } }));
      };
    });
    const asker = (name: string): Promise<Inbox> =>
      nodes.start(name, {
        args: ['--kie-api-base', provider.origin, '--ask-after', '3600'],
        env: { VIDEO_INBOX_SECRET_KIE_API_KEY: 'key-of-the-person' },
      });
    const one = await asker('one');
    const two = await asker('two');
    const order: Order = {
      ...{ provider: 'kie-aleph', model: null, prompt: 'x', videos: ['https://a.example/a.mp4'], images: [] },
      ...{ params: { seed: 1 }, project: null, id: 'press-of-a-proxy' },
    };
    const first = one.call('submissions:send', order);
    await waitUntil(() => answer !== null, 'the order to be on its way', patienceMs);
    // A proxy that gives up tries the next machine.
    const again = two.call('submissions:send', order);
    await waitUntil(
      async () => (await two.call('submissions:get', 'press-of-a-proxy'))?.state === 'intended',
      'the intent to be known there',
      patienceMs,
    );
    (answer as (() => void) | null)?.();
    expect(await first).toMatchObject({ outcome: 'made', taskId: 'made-once' });
    expect(await again).toMatchObject({ outcome: 'made', taskId: 'made-once' });
    await expect(two.call('submissions:send', { ...order, params: { seed: 2 } })).rejects.toThrow('under this id');
    // Also where the other has been started anew, behind the place from which it reads the log.
    const later = await two.restart();
    await database.query(nodes.url, `DELETE FROM video_inbox.leases WHERE name LIKE 'order %'`);
    expect(await later.call('submissions:send', order)).toMatchObject({ outcome: 'made', taskId: 'made-once' });
    expect([orders, await nodes.countOrders()]).toEqual([1, 1]);
  });

  it('a machine whose disk is full leaves downloads to those that have room, and a person knows which it is', async () => {
    const intake = await nodes.start('intake', { args: ['--role', 'intake,ask,gallery'] });
    const full = await nodes.start('one', { args: ['--role', 'download'] });
    const roomy = await nodes.start('two', { args: ['--role', 'download'] });
    await full.call('settings:update', { downloads: { minFreeMiB: 10_000_000 } });
    const toldBy = (inbox: Inbox, text: string): Promise<true> =>
      waitUntil(async () => {
        const { shared } = await inbox.call('app:status');
        return (shared?.message ?? '').includes(text) ? true : null;
      }, `"${text}" to be told`);
    await toldBy(intake, 'No room is left for videos on the disk of one: the other machines fetch them.');
    const own = (await full.call('app:status')).storage;
    expect([own.state, own.code]).toEqual(['ok', 'downloads-elsewhere']);
    expect((await intake.runCli(['status'])).stdout).toMatch(/one: download; 0 .* no room for videos/);
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (const id of ids) await intake.postCallback(lumaSuccess(id, [nodes.media.file(`/l/${id}.mp4`, mp4)]));
    for (const id of ids) await intake.waitForTask(id, isSaved, patienceMs);
    // What was saved stays its own for a while.
    const holders = await database.query(
      nodes.url,
      `SELECT DISTINCT n.name FROM video_inbox.leases AS l JOIN video_inbox.nodes AS n
       ON split_part(l.holder, '.', 1) = n.node WHERE l.name LIKE 'download video %'`,
    );
    expect(holders.map(({ name }) => name)).toEqual(['two']);
    expect([await nodes.countEvents('attempted'), await nodes.countEvents('video-saved')]).toEqual([0, ids.length]);
    await roomy.stop();
    await toldBy(intake, 'No machine that fetches videos has room on its disk (one)');
    await waitUntil(
      async () => (await full.call('app:status')).storage.code === 'downloads-wait',
      'the full one to hear that nobody else fetches',
    );
  });

  it('only who has the role takes callbacks', async () => {
    const worker = await nodes.start('worker', { args: ['--role', 'download'] });
    expect((await worker.call('app:status')).shared?.roles).toEqual(['download']);
    expect(worker.callbackPort).toBe(0);
  });

  it('what no machine does is told, the worst first, until one does it', async () => {
    const toldBy = (inbox: Inbox, text: string): Promise<true> =>
      waitUntil(async () => {
        const { shared } = await inbox.call('app:status');
        return shared?.state === 'ok' && (shared.message ?? 'all is done').includes(text) ? true : null;
      }, `"${text}" to be told`);
    const show = await nodes.start('show', { args: ['--role', 'gallery,ask'] });
    await toldBy(show, '"download" runs just now, so no video is fetched');
    expect((await show.runCli(['status'])).stdout).toContain('no video is fetched');
    const worker = await nodes.start('worker', { args: ['--role', 'download'] });
    await toldBy(show, '"intake" runs just now, so no callback is taken');
    await nodes.start('gate', { args: ['--role', 'intake'] });
    await toldBy(show, 'all is done');
    await show.stop();
    await toldBy(worker, '"ask" runs just now, so no provider is asked');
  });

  it('nothing is ordered while the database is away, since another machine might order the same', async () => {
    const provider = nodes.media;
    let orders = 0;
    provider.handle('/api/v1/aleph/generate', (_request, response) => {
      orders += 1;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ code: 200, msg: 'success', data: { taskId: 'made' } }));
    });
    const a = await nodes.start('a', {
      args: ['--kie-api-base', provider.origin],
      env: { VIDEO_INBOX_SECRET_KIE_API_KEY: 'key-of-the-person' },
    });
    const submit = ['submit', 'kie-aleph', '--prompt', 'x', '--video', 'https://a.example/a.mp4'];
    database.cut();
    await waitUntil(
      async () => (await a.call('app:status')).shared?.state === 'away',
      'the database to be away',
      patienceMs,
    );
    const refused = await a.runCli(submit);
    expect(refused.stderr).toContain('nothing was ordered');
    expect([refused.code, orders]).toEqual([1, 0]);
    database.mend();
    await waitUntil(
      async () => (await a.call('app:status')).shared?.state === 'ok',
      'the database to be back',
      patienceMs,
    );
    const made = await a.runCli(submit);
    expect([made.code, made.stdout.trim(), orders]).toEqual([0, 'made', 1]);
    expect([await nodes.countOrders(), await nodes.countEvents('submission-created')]).toEqual([1, 1]);
  });
});
