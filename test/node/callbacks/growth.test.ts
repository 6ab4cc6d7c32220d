/** What a stranger who knows a callback URL can make grow: the journal by repeats, the library by tasks, the disk by bodies. */
import { createHook } from 'node:async_hooks';
import { once } from 'node:events';
import { rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { EventDraft } from '../../../src-main/common/events.ts';
import { InboxError } from '../../../src-main/common/errors.ts';
import { asTold } from '../../../src-main/common/texts/sentence.ts';
import { createDayLimits } from '../../../src-main/node/callbacks/day-limits.ts';
import { createDiskFloor } from '../../../src-main/node/callbacks/disk-floor.ts';
import { createRepeats } from '../../../src-main/node/callbacks/repeats.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { loadSamples } from '../../../src-main/node/samples/samples.ts';
import { delivery } from '../../support/deliveries.ts';
import { aleph, journalText, setUpIntake, signed } from '../../support/intake-rig.ts';

const { mp4 } = loadSamples();
const large = (taskId: string): unknown => ({
  code: 200,
  msg: 'success',
  data: { result_video_url: 'https://media.example.test/a.mp4', padding: 'x'.repeat(250 * 1024) },
  taskId,
});

const journalSize = async (dir: string): Promise<number> => (await stat(path.join(dir, 'journal/000001.ndjson'))).size;

describe('the same body again and again', () => {
  it('is kept whole a few times and counted from then on', async () => {
    const { post, intake, library, dir } = await setUpIntake();
    const repeats = 500;
    for (let sent = 0; sent < repeats; sent += 50) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => post(large('t1'))));
      expect(answers.every(({ status }) => status === 200)).toBe(true);
    }
    await intake.close();
    expect(library.findByTaskId('t1')[0]).toMatchObject({ deliveries: repeats, state: 'succeeded' });
    // Three bodies of 250 KiB, and a few counts.
    expect(await journalSize(dir)).toBeLessThan(800 * 1024);
  });

  it('is refused as every other where the journal is not where it was, and kept whole once it is there again', async () => {
    const { post, dir, library } = await setUpIntake();
    const body = { id: 't1', status: 'succeeded', output: 'https://media.example.test/a.mp4' };
    for (let sent = 0; sent < 5; sent += 1) expect((await post(body)).status).toBe(200);
    await rename(path.join(dir, 'journal'), path.join(dir, 'journal-elsewhere'));
    expect((await post({ id: 't2', status: 'succeeded' })).status).toBe(503);
    expect((await post(body)).status).toBe(503);
    await rename(path.join(dir, 'journal-elsewhere'), path.join(dir, 'journal'));
    const before = (await journalText(dir)).length;
    await expect.poll(async () => (await post(body)).status, { timeout: 10_000 }).toBe(200);
    expect((await journalText(dir)).slice(before)).toContain('"body":"{');
    await library.close();
  });

  it('takes no more of the journal in an hour than counts are worth, however many tasks it tells of', async () => {
    let written = 0;
    let told = 0;
    let at = new Date('2026-11-26T12:00:00Z');
    const repeats = createRepeats({
      record: (drafts) => {
        for (const draft of drafts) told += draft.repeats ?? 1;
        written += JSON.stringify(drafts).length;
        return Promise.resolve();
      },
      now: () => at,
      log: silentLog,
    });
    const ids = Array.from({ length: 2000 }, (_, n) => `t${String(n)}`);
    const drafts = ids.map((taskId) => delivery(taskId, { prompt: 'x'.repeat(600) }));
    const tasks = ids.map((id) => ({ key: `unknown:${id}`, isHere: () => true }));
    const once = JSON.stringify(drafts).length;
    for (let sent = 0; sent < 3; sent += 1) await repeats.take('same', drafts, tasks);
    for (let sent = 0; sent < 40; sent += 1) {
      await repeats.take('same', drafts, tasks);
      await repeats.close();
    }
    expect(written - 3 * once).toBeLessThan(17 * 1024 * 1024);
    // None is forgotten.
    at = new Date('2026-11-26T13:00:01Z');
    await repeats.take('same', drafts, tasks);
    await repeats.close();
    expect(told).toBe(44 * ids.length);
  });

  it('counts what is being measured when the inbox closes', async () => {
    let told = 0;
    const repeats = createRepeats({
      record: (drafts) => {
        for (const draft of drafts) told += draft.repeats ?? 1;
        return Promise.resolve();
      },
      now: () => new Date(),
      log: silentLog,
    });
    let began = (): void => undefined;
    const measuring = new Promise<void>((resolve) => (began = resolve));
    // Longer than one turn.
    const slow = (): string => {
      const until = performance.now() + 6;
      while (performance.now() < until);
      began();
      return '';
    };
    const drafts = ['t1', 't2'].map((id) => delivery(id, { prompt: { toJSON: slow } as unknown as string }));
    const tasks = ['t1', 't2'].map((id) => ({ key: `unknown:${id}`, isHere: () => true }));
    for (let sent = 0; sent < 5; sent += 1) await repeats.take('same', drafts, tasks);
    await measuring;
    await repeats.close();
    expect(told).toBe(5 * drafts.length);
  });

  it('counts by itself too, without the inbox being closed', async () => {
    const { post, library } = await setUpIntake();
    for (let sent = 0; sent < 10; sent += 1) await post({ id: 't1', status: 'succeeded' });
    await expect.poll(() => library.findByTaskId('t1')[0]?.deliveries).toBe(10);
  });

  it('is kept whole before it is answered where its task was deleted for good meanwhile', async () => {
    const { post, library } = await setUpIntake();
    const body = { id: 't1', status: 'succeeded', output: 'https://media.example.test/a.mp4' };
    for (let sent = 0; sent < 5; sent += 1) await post(body);
    const key = library.findByTaskId('t1')[0]?.key ?? '';
    await library.record({ type: 'trashed', keys: [key] });
    await library.record({ type: 'purged', keys: [key] });
    expect(library.get(key)).toBeUndefined();
    expect((await post(body)).status).toBe(200);
    expect(library.get(key)).toMatchObject({ state: 'succeeded', deliveries: 1 });
  });

  it('is another one where it is vouched for in another way', async () => {
    const { post, intake, library } = await setUpIntake();
    const body = {
      code: 200,
      msg: 'success',
      data: { result_video_url: 'https://media.example.test/a.mp4' },
      taskId: 't1',
    };
    for (let sent = 0; sent < 6; sent += 1) await post(body);
    await post(body, signed('t1'));
    await intake.close();
    expect(library.findByTaskId('t1')[0]).toMatchObject({ trust: 'signed', deliveries: 7 });
  });

  it('is no reason to answer 200 for what was never stored', async () => {
    let isFull = true;
    const { post, library, intake } = await setUpIntake({
      record: (draft) =>
        isFull ? Promise.reject(new InboxError('storage-failed', asTold('The disk is full.'))) : library.record(draft),
    });
    const answers = await Promise.all(Array.from({ length: 8 }, () => post({ id: 't1', status: 'succeeded' })));
    expect(answers.map(({ status }) => status)).toEqual(Array<number>(8).fill(503));
    isFull = false;
    expect((await post({ id: 't1', status: 'succeeded' })).status).toBe(200);
    await intake.close();
    expect(library.findByTaskId('t1')[0]).toMatchObject({ deliveries: 1 });
  });
});

describe('large bodies', () => {
  it.each([
    ['as they are', {}, (text: string) => Buffer.from(text)],
    ['packed', { 'content-encoding': 'gzip' }, (text: string) => gzipSync(text)],
  ])('are read and stored one after the other (%s), and hold up no small one', async (_, headers, packed) => {
    let underWay = 0;
    let most = 0;
    const hold = new AbortController();
    const { post, library } = await setUpIntake({
      record: async (draft) => {
        const isLarge = draft.type === 'result' && draft.read.taskId.startsWith('large');
        if (isLarge) underWay += 1;
        most = Math.max(most, underWay);
        if (isLarge && !hold.signal.aborted) await once(hold.signal, 'abort');
        await library.record(draft);
        if (isLarge) underWay -= 1;
      },
    });
    const padding = Array.from({ length: 30_000 }, (__, n) => ({ [`k${n}`]: n }));
    const body = (taskId: string): Buffer => packed(JSON.stringify({ taskId, status: 'processing', padding }));
    const answers = ['large-1', 'large-2', 'large-3'].map((id) => post(body(id), headers));
    await expect.poll(() => underWay).toBeGreaterThan(0);
    for (const id of ['small-1', 'small-2', 'small-3']) {
      expect((await post({ taskId: id, status: 'processing' })).status).toBe(200);
    }
    hold.abort();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(most).toBe(1);
  });
});

describe('a day of one callback URL', () => {
  const body = (id: string): unknown => ({ id, status: 'processing' });

  it('has a limit of new tasks for strangers; known tasks and signed callbacks go on', async () => {
    const { post, library, clock } = await setUpIntake({ isStranger: true, dayLimits: { tasks: 3, bytes: 1e9 } });
    for (const id of ['t1', 't2', 't3']) expect((await post(body(id))).status).toBe(200);
    const refused = await post(body('t4'));
    expect(refused).toMatchObject({ status: 429, note: { code: 'tasks-per-day', facts: { limit: 3 } } });
    expect(refused.retryAfterSeconds).toBeGreaterThan(0);
    expect((await post({ id: 't1', status: 'failed' })).status).toBe(200);
    const aleph = { code: 400, msg: 'no luck', data: null, taskId: 't5' };
    expect((await post(aleph, signed('t5'))).status).toBe(200);
    expect(library.findByTaskId('t4')).toEqual([]);
    clock.now = new Date(clock.now.getTime() + 86_400_000);
    expect((await post(body('t4'))).status).toBe(200);
  });

  it('has a limit of bytes that are kept; repeats do not count', async () => {
    const { post, dir, library } = await setUpIntake({
      isStranger: true,
      dayLimits: { tasks: 1e6, bytes: 4 * 260_000 },
    });
    for (let sent = 0; sent < 20; sent += 1) expect((await post(large('t1'))).status).toBe(200);
    expect((await post(large('t2'))).status).toBe(200);
    expect(await post(large('t3'))).toMatchObject({ status: 429, note: { code: 'bytes-per-day' } });
    await library.close();
    expect((await journalText(dir)).length).toBeLessThan(6 * 260_000);
  });

  it('uses nothing up for what could not be stored, however often it comes again', async () => {
    const disk = { isAway: true };
    const { post, library } = await setUpIntake({
      isStranger: true,
      dayLimits: { tasks: 3, bytes: 4 * 260_000 },
      record(draft) {
        if (disk.isAway) throw new InboxError('storage-failed', asTold('away'));
        return library.record(draft);
      },
    });
    for (let sent = 0; sent < 20; sent += 1) expect((await post(large('t1'))).status).toBe(503);
    disk.isAway = false;
    for (const id of ['t1', 't2', 't3']) expect((await post(large(id))).status).toBe(200);
    expect((await post(large('t4'))).status).toBe(429);
  });

  it('counts films that lie on the disk although what tells of them could not be stored, each once', async () => {
    const { post, films } = await setUpIntake({
      isStranger: true,
      dayLimits: { tasks: 100, bytes: 2_000_000 },
      record: () => Promise.reject(new InboxError('storage-failed', asTold('away'))),
    });
    const statusOf = async (n: number): Promise<number> => {
      const film = Buffer.concat([mp4.bytes, Buffer.alloc(300_000, n)]).toString('base64');
      return (await post({ id: 't1', status: 'done', video: `data:video/mp4;base64,${film}` })).status;
    };
    for (let sent = 0; sent < 20; sent += 1) expect(await statusOf(0)).toBe(503);
    for (let sent = 0; sent < 20; sent += 1) await statusOf(sent);
    expect(await statusOf(20)).toBe(429);
    expect(films.size).toBeLessThan(7);
  });

  it('counts a packed body as large as it is kept', async () => {
    const { post } = await setUpIntake({ isStranger: true, dayLimits: { tasks: 1e6, bytes: 300_000 } });
    const packed = (taskId: string): Buffer => gzipSync(JSON.stringify(large(taskId)));
    expect(packed('t1').length).toBeLessThan(100_000);
    expect((await post(packed('t1'), { 'content-encoding': 'gzip' })).status).toBe(200);
    expect((await post(packed('t2'), { 'content-encoding': 'gzip' })).status).toBe(429);
  });

  it('counts what is kept of each task, where a short body names many', async () => {
    const { post } = await setUpIntake({ isStranger: true, dayLimits: { tasks: 1e6, bytes: 60_000 } });
    const many = (name: string): unknown =>
      Array.from({ length: 100 }, (_, n) => ({ task_id: `${name}${n}`, status: 'failed' }));
    expect(JSON.stringify(many('t')).length).toBeLessThan(5000);
    expect((await post(many('t'))).status).toBe(429);
    expect((await post((many('t') as unknown[]).slice(0, 50))).status).toBe(200);
  });

  it('is not for programs on this machine', async () => {
    const { post } = await setUpIntake({ isStranger: false, dayLimits: { tasks: 1, bytes: 1 } });
    for (const id of ['t1', 't2', 't3']) expect((await post(body(id))).status).toBe(200);
  });

  it('is each URL’s own, and begins anew where the clock was set back', () => {
    let now = new Date('2026-11-26T12:00:00Z');
    const limits = createDayLimits(
      () => ({ tasks: 1, bytes: 100 }),
      () => now,
    );
    const task = { newTasks: 1, bytes: 1 };
    expect(limits.take('u1', task)).toBeNull();
    expect(limits.take('u1', task)).toMatchObject({ code: 'tasks-per-day', retryAfterSeconds: 3600 });
    expect(limits.take('u2', task)).toBeNull();
    now = new Date('2026-11-20T12:00:00Z');
    expect(limits.take('u1', task)).toBeNull();
  });
});

describe('the floor of the disk', () => {
  const gibibyte = 1024 ** 3;

  it('is 64 MiB, and less on a small disk, unless it is set', async () => {
    const at = (freeBytes: number, totalBytes: number, floorBytes: number | null = null) =>
      createDiskFloor({
        room: () => Promise.resolve({ freeBytes, totalBytes }),
        floorBytes: () => floorBytes,
        nowMs: () => 0,
      }).check(1000);
    expect(await at(65 * 1024 * 1024, 500 * gibibyte)).toBeNull();
    expect(await at(60 * 1024 * 1024, 500 * gibibyte)).toMatchObject({ limitBytes: 64 * 1024 * 1024 });
    expect(await at(30 * 1024 * 1024, 40 * 1024 * 1024)).toBeNull();
    expect(await at(1024 * 1024, 40 * 1024 * 1024)).not.toBeNull();
    expect(await at(10 * gibibyte, 500 * gibibyte, 20 * gibibyte)).toMatchObject({ limitBytes: 20 * gibibyte });
  });

  it('tells of less room than it keeps free, also where only this body is too much', async () => {
    const room = () => Promise.resolve({ freeBytes: 1100, totalBytes: gibibyte });
    const low = await createDiskFloor({ room, floorBytes: () => 1000, nowMs: () => 0 }).check(1000);
    expect(low?.bytes).toBeLessThan(1000);
  });

  it('counts what was let in since the disk was asked, and lets in where it cannot be asked', async () => {
    let asked = 0;
    const room = () => {
      asked += 1;
      return Promise.resolve({ freeBytes: 10_000, totalBytes: gibibyte });
    };
    const floor = createDiskFloor({ room, floorBytes: () => 1000, nowMs: () => 0 });
    const answers = [];
    for (let sent = 0; sent < 4; sent += 1) answers.push((await floor.check(1000)) === null);
    expect(answers).toEqual([true, true, true, false]);
    expect(asked).toBe(1);
    const blind = createDiskFloor({ room: () => Promise.reject(new Error('no')), floorBytes: () => 1, nowMs: () => 0 });
    expect(await blind.check(1e9)).toBeNull();
  });
});

it('many packed bodies at once are unpacked a few at a time, and each asks for room before the next', async () => {
  let begun = 0;
  const hook = createHook({
    // The library packs its pages at the same time, by another method.
    init(_id, type, _trigger, handle) {
      if (type === 'ZLIB' && handle.constructor.name === 'Zlib') begun += 1;
    },
  });
  const ahead: number[] = [];
  const { post, library } = await setUpIntake({
    grow: () => ahead.push(begun - ahead.length) > 0,
  });
  const packed = Array.from({ length: 40 }, (_, n) => gzipSync(JSON.stringify(large(`t${n}`))));
  hook.enable();
  const answers = await Promise.all(packed.map((body) => post(body)));
  hook.disable();
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect([ahead.length, begun]).toEqual([40, 40]);
  expect(Math.max(...ahead)).toBeLessThanOrEqual(6);
  await library.close();
});

describe('where the library follows a shared log that is away', () => {
  /** What is stored here and not told to the library. */
  const setUpAway = async (dayLimits = { tasks: 1e6, bytes: 1e9 }) => {
    const drafts: EventDraft[] = [];
    const record = (draft: EventDraft): Promise<unknown> => Promise.resolve(drafts.push(draft));
    return { drafts, ...(await setUpIntake({ isStranger: true, require: 'none', record, dayLimits })) };
  };

  it('the same body again is counted all the same, and is no new task each time', async () => {
    const { post, drafts, intake, library } = await setUpAway({ tasks: 1, bytes: 4 * 260_000 });
    for (let sent = 0; sent < 20; sent += 1) expect((await post(large('t1'))).status).toBe(200);
    await intake.close();
    const whole = drafts.filter((draft) => draft.type === 'result' && draft.evidence?.body !== null);
    expect(whole).toHaveLength(3);
    expect(await post(large('t2'))).toMatchObject({ status: 429, note: { code: 'tasks-per-day' } });
    await library.close();
  });

  it('nor is a body of all the tasks that a day may have', async () => {
    const tasks = 10_000;
    const { post, intake, library } = await setUpAway({ tasks, bytes: 1e9 });
    const body = Array.from({ length: tasks }, (_, n) => ({ id: `t${String(n)}`, status: 'failed' }));
    for (let sent = 0; sent < 2; sent += 1) expect((await post(body)).status).toBe(200);
    await intake.close();
    await library.close();
  });

  it('a signature that was used vouches for no other body', async () => {
    const { post, drafts, library } = await setUpAway();
    expect((await post(aleph('t1'), signed('t1'))).status).toBe(200);
    const other = aleph('t1', 'https://evil.example.test/x.mp4');
    expect(await post(other, signed('t1'))).toMatchObject({ status: 401, note: { code: 'signature-used' } });
    expect((await post(aleph('t1'), signed('t1'))).status).toBe(200);
    expect(drafts.filter(({ type }) => type === 'result')).toHaveLength(2);
    await library.close();
  });
});

it('a signature whose body could not be stored may come with another', async () => {
  let isFull = true;
  const { post, library } = await setUpIntake({
    record: (draft) =>
      isFull ? Promise.reject(new InboxError('storage-failed', asTold('The disk is full.'))) : library.record(draft),
  });
  expect((await post(aleph('t1'), signed('t1'))).status).toBe(503);
  isFull = false;
  expect((await post(aleph('t1', 'https://media.example.test/b.mp4'), signed('t1'))).status).toBe(200);
  await library.close();
});
