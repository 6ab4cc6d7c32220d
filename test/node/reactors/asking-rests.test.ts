/** A provider that says "later" to one question wants to be left alone by all that waits for the account. */
import { describe, expect, onTestFinished, test } from 'vitest';
import type { StampedEvent } from '../../../src-main/common/events.ts';
import type { Task } from '../../../src-main/common/model.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { createProviderClient } from '../../../src-main/node/provider-api/provider-client.ts';
import { createAsking } from '../../../src-main/node/reactors/asking.ts';
import { createRescue } from '../../../src-main/node/reactors/rescue.ts';
import { createUsualTimes } from '../../../src-main/node/reactors/usual-times.ts';
import { askableTask } from '../../support/askable-task.ts';
import { createCountedFetch, createFakeClock } from '../../support/fake-clock.ts';
import { openJsonServer } from '../../support/providers/json-server.ts';

const minute = 60_000;
const letThrough = 5;
const tasks = 30;

/** Lets some questions through, and then none for a while. */
async function busyProvider({ letThrough: most = letThrough, pauseSeconds = 60, saysWhen = true } = {}) {
  const clock = createFakeClock();
  const { fetch, settle } = createCountedFetch();
  let room = most;
  let restsUntil = 0;
  let early = 0;
  let asked = 0;
  const server = await openJsonServer(
    ({ path, at }) => {
      asked += 1;
      if (at < restsUntil) early += 1;
      else if (restsUntil > 0) [room, restsUntil] = [most, 0];
      if (room === 0 && restsUntil === 0) restsUntil = at + pauseSeconds * 1000;
      if (room === 0) {
        const headers = saysWhen ? { 'retry-after': String(Math.ceil((restsUntil - at) / 1000)) } : {};
        return { status: 429, json: { detail: 'Request was throttled.', status: 429 }, headers };
      }
      room -= 1;
      const id = path.split('/').at(-1) ?? '';
      return { json: { id, status: 'succeeded', output: `https://replicate.delivery/new/${id}.mp4` } };
    },
    () => clock.now(),
  );
  onTestFinished(() => server.close());
  const client = createProviderClient({
    key: () => 'a-key',
    bases: new Map([['replicate', server.origin]]),
    clock,
    fetch,
  });
  /** What was asked although it was told to come later: those that were on their way. */
  return { clock, client, pass: (ms: number) => clock.pass(ms, settle), early: () => early, asked: () => asked };
}

/** Rests in which so many tasks get their turn, and as many questions that may be on their way at each. */
const rests = Math.ceil(tasks / letThrough);
const onTheirWay = 10;

/** Of a rest whose end is not told: one question now and then tries whether it is over. */
const tries = 5;

test.each([
  ['while a provider wants to be left alone', true, onTheirWay],
  ['and while one that says "too many" does not say for how long', false, onTheirWay + tries],
])('%s no other silent task is asked about, and each has its turn', async (_, saysWhen, inEachRest) => {
  const { clock, client, pass, early } = await busyProvider({ saysWhen });
  const ended = new Set<string>();
  const asking = createAsking({
    client,
    clock,
    random: () => 0.5,
    times: { afterMs: null, everyMs: null },
    usual: createUsualTimes(),
    answered: (task) => Promise.resolve(ended.add(task.key)),
    asked: () => Promise.resolve(),
    unwatched: () => Promise.resolve(),
    released: () => undefined,
    log: silentLog,
  });
  onTestFinished(() => asking.close());
  for (let n = 0; n < tasks; n += 1) {
    asking.consider(askableTask('replicate', `p${String(n)}`, new Date(clock.now()).toISOString()));
  }
  await pass(3.5 * minute);
  expect(early()).toBeLessThanOrEqual(inEachRest);
  expect(Date.parse(asking.summary().nextAskAt ?? '')).toBeGreaterThan(clock.now());
  await pass(20 * minute);
  expect(ended.size).toBe(tasks);
  expect(early()).toBeLessThanOrEqual(rests * inEachRest);
});

test.each([
  ['in no second', '0'],
  ['at a moment that is past', 'Mon, 01 Jan 2001 00:00:00 GMT'],
  ['in a second', '1'],
])('a provider that is busy for minutes and says "%s" is tried ever more rarely', async (_, when) => {
  const clock = createFakeClock();
  const { fetch, settle } = createCountedFetch();
  const server = await openJsonServer(() => ({ status: 429, json: {}, headers: { 'retry-after': when } }));
  const bases = new Map([['replicate', server.origin]]);
  const client = createProviderClient({ key: () => 'a-key', bases, clock, fetch });
  const asking = createAsking({
    client,
    clock,
    random: () => 0.5,
    times: { afterMs: 1000, everyMs: null },
    usual: createUsualTimes(),
    answered: () => Promise.resolve(),
    asked: () => Promise.resolve(),
    unwatched: () => Promise.resolve(),
    released: () => undefined,
    log: silentLog,
  });
  onTestFinished(async () => {
    await asking.close();
    await server.close();
  });
  for (let n = 0; n < 10 * tasks; n += 1) {
    asking.consider(askableTask('replicate', `p${String(n)}`, new Date(clock.now()).toISOString()));
  }
  await clock.pass(2 * minute, settle);
  expect(server.calls.length).toBeLessThanOrEqual(onTheirWay + 2 * tries);
});

test('an answer that the task is not known is one all the same: what lies at another address is found after a rest', async () => {
  const clock = createFakeClock();
  let isBusy = true;
  const server = await openJsonServer(({ path }) => {
    if (isBusy) return { status: 429, json: {} };
    if (path.startsWith('/v1/')) return { status: 404, json: { message: 'task not found' } };
    return { json: { task: { id: 't-1', status: 'succeeded', content: { url: 'https://minimax.example/t.mp4' } } } };
  });
  onTestFinished(() => server.close());
  const client = createProviderClient({
    key: () => 'a-key',
    bases: new Map([['minimax', server.origin]]),
    clock,
  });
  const ask = () => client.ask({ provider: 'minimax', taskId: 't-1', model: null, askAt: null });
  await expect(ask()).rejects.toMatchObject({ code: 'rate-limited' });
  isBusy = false;
  clock.sleep(minute);
  expect((await ask()).result.state).toBe('succeeded');
});

/** Looks for another link for dead ones of that provider. @param count how many. */
async function rescueFrom(
  { clock, client }: Pick<Awaited<ReturnType<typeof busyProvider>>, 'clock' | 'client'>,
  count: number,
  changes: Partial<Task> = {},
) {
  const renewed = new Set<string>();
  const lost = Array.from({ length: count }, (_, n): Task => {
    const url = `https://replicate.delivery/old/p${String(n)}.mp4`;
    const video = { url, state: 'expired', errorCode: 'gone' };
    const task = askableTask('replicate', `p${String(n)}`, new Date(clock.now()).toISOString(), { state: 'succeeded' });
    return { ...task, ...changes, videos: [video] } as unknown as Task;
  });
  const rescue = createRescue({
    client,
    freshLink: () => Promise.reject(new Error('only kie.ai makes them')),
    get: (key) => lost.find((task) => task.key === key),
    brokenTasks: () => lost,
    changed: () => undefined,
    requeue: () => Promise.resolve(),
    renew: (key) => Promise.resolve(renewed.add(key)),
    clock,
    log: silentLog,
  });
  onTestFinished(() => rescue.close());
  for (const { key, videos } of lost) {
    const event = { type: 'video-failed', key, url: videos[0]?.url, code: 'gone', gone: true };
    rescue.onEvent(event as unknown as StampedEvent);
  }
  await new Promise((resolve) => setImmediate(resolve));
  return renewed;
}

test('nor for another link, which is found for each film all the same', async () => {
  const { clock, client, pass, early } = await busyProvider();
  const renewed = await rescueFrom({ clock, client }, tasks);
  await pass(20 * minute);
  expect(renewed.size).toBe(tasks);
  expect(early()).toBeLessThanOrEqual(rests * onTheirWay);
});

test('one that says "in a second" again and again is asked for another link ever more rarely, and not each second', async () => {
  const { clock, client, pass, asked } = await busyProvider({ letThrough: 0, pauseSeconds: 1 });
  const films = 3;
  await rescueFrom({ clock, client }, films);
  await pass(5 * minute);
  expect(asked()).toBeGreaterThan(films);
  expect(asked()).toBeLessThanOrEqual(4 * films);
});

test('a provider that takes every question and answers none holds up no question for another', async () => {
  const clock = createFakeClock();
  const { fetch, settle } = createCountedFetch();
  const server = await openJsonServer(() => ({
    json: { id: 'g1', state: 'completed', assets: { video: 'https://l.example/1.mp4' } },
  }));
  const client = createProviderClient({
    key: () => 'a-key',
    bases: new Map([
      ['replicate', 'http://silent.example'],
      ['luma', server.origin],
    ]),
    clock,
    fetch: (url, init) =>
      url.host === 'silent.example'
        ? new Promise((_, reject) => init.signal.addEventListener('abort', () => reject(new Error('given up'))))
        : fetch(url, init),
  });
  const ended: string[] = [];
  const asking = createAsking({
    client,
    clock,
    random: () => 0.5,
    times: { afterMs: 1000, everyMs: null },
    usual: createUsualTimes(),
    answered: (task) => Promise.resolve(ended.push(task.key)),
    asked: () => Promise.resolve(),
    unwatched: () => Promise.resolve(),
    released: () => undefined,
    log: silentLog,
  });
  onTestFinished(async () => {
    await asking.close();
    await server.close();
  });
  const at = new Date(clock.now()).toISOString();
  for (let n = 0; n < tasks; n += 1) asking.consider(askableTask('replicate', `p${String(n)}`, at));
  await clock.pass(2000, settle);
  asking.consider(askableTask('luma', 'g1', at));
  await clock.pass(2000, settle);
  expect(ended).toEqual(['luma:g1']);
});

describe('a provider that for ten minutes answers', () => {
  /** @param status while it is out of order. */
  async function outage(status: number, changes: Partial<Task>) {
    const clock = createFakeClock();
    const { fetch, settle } = createCountedFetch();
    let isOut = true;
    const server = await openJsonServer(({ path }) => {
      if (isOut) return { status, json: { detail: 'no' } };
      const id = path.split('/').at(-1) ?? '';
      return { json: { id, status: 'succeeded', output: `https://replicate.delivery/new/${id}.mp4` } };
    });
    const bases = new Map([['replicate', server.origin]]);
    const client = createProviderClient({ key: () => 'a-key', bases, clock, fetch });
    const asking = createAsking({
      client,
      clock,
      random: () => 0.5,
      times: { afterMs: null, everyMs: null },
      usual: createUsualTimes(),
      answered: () => Promise.resolve(),
      asked: () => Promise.resolve(),
      unwatched: () => Promise.resolve(),
      released: () => undefined,
      log: silentLog,
    });
    onTestFinished(async () => {
      await asking.close();
      await server.close();
    });
    const renewed = await rescueFrom({ clock, client: { ...client, ask: asking.ask } }, tasks, changes);
    await clock.pass(10 * minute, settle);
    const asked = server.calls.length;
    isOut = false;
    await clock.pass(2 * 60 * minute, settle);
    return { asked, renewed: renewed.size };
  }

  test.each([401, 403])('%i is asked for other links by a few questions, and has them all the same', async (status) => {
    const { asked, renewed } = await outage(status, {});
    expect(asked).toBeLessThanOrEqual(onTheirWay);
    expect(renewed).toBe(tasks);
  });

  test.each([404, 400, 405])('%i has the other links of what it surely made all the same', async (status) => {
    expect((await outage(status, { trust: 'confirmed' })).renewed).toBe(tasks);
  });

  test('404 is asked once for what anyone may have made up', async () => {
    expect(await outage(404, { trust: 'unsigned' })).toEqual({ asked: tasks, renewed: 0 });
  });
});

test('what was not asked since another was told to come later is not told of as asked', async () => {
  const { clock, client, pass, asked } = await busyProvider({ letThrough: 0 });
  const noted: string[] = [];
  const asking = createAsking({
    client,
    clock,
    random: () => 0.5,
    times: { afterMs: null, everyMs: null },
    usual: createUsualTimes(),
    answered: () => Promise.resolve(),
    asked: (key) => Promise.resolve(noted.push(key)),
    unwatched: () => Promise.resolve(),
    released: () => undefined,
    log: silentLog,
  });
  onTestFinished(() => asking.close());
  const [first, second] = ['p1', 'p2'].map((id) => askableTask('replicate', id, new Date(clock.now()).toISOString()));
  if (first === undefined || second === undefined) throw new Error('no tasks');
  asking.consider(first);
  asking.consider(second);
  expect(await asking.now(first)).toMatchObject({ code: 'rate-limited' });
  expect(await asking.now(second)).toMatchObject({ code: 'rate-limited' });
  expect(asked()).toBe(1);
  expect(noted).toEqual([first.key]);
  expect(asking.list().map(({ askedAt }) => askedAt === null)).toEqual([false, true]);
  await pass(0);
});
