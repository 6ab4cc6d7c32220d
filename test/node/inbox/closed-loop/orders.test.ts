/** What comes of an order: made, refused, in doubt, and never paid twice. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Order } from '../../../../src-main/common/submit-form.ts';
import { day, handlersOf, hour, minute, order, world } from '../../../support/closed-loop-world.ts';

test('an order that was made and could not be noted is told as made, so that nobody orders it again', async () => {
  const w = await world({ unwritable: 'submission-created' });
  expect(await w.loop.submissions.send(order)).toMatchObject({ outcome: 'made', taskId: w.only().id });
});

test('an order that the disk does not take is not sent, and says so', async () => {
  const w = await world();
  await w.loop.submissions.send(order);
  const file = path.join(w.root, 'urls.json');
  await rm(file);
  await mkdir(path.join(file, 'in the way'), { recursive: true });
  await expect(w.loop.submissions.send({ ...order, id: 'press-0002' })).rejects.toMatchObject({
    code: 'storage-failed',
    message: expect.stringMatching(/could not be noted on the disk.*not sent and is not paid.*order again/) as string,
  });
  expect(w.kie.tasks.size).toBe(1);
});

test('what came of an order while the disk took no file is in its file once the disk takes it', async () => {
  const w = await world();
  const release = w.kie.holdOrders();
  const sending = w.loop.submissions.send(order);
  await expect.poll(() => w.kie.calls.some(({ path: at }) => at.endsWith('/generate'))).toBe(true);
  const file = path.join(w.root, 'submissions.json');
  await rm(file);
  await mkdir(path.join(file, 'in the way'), { recursive: true });
  release();
  expect(await sending).toMatchObject({ outcome: 'made' });
  await rm(file, { recursive: true });
  await w.pass(minute);
  await expect.poll(() => readFile(file, 'utf8').catch(() => ''), { timeout: 30_000 }).toContain('"state":"made"');
});

describe('an order in doubt, at a provider that lists what was ordered,', () => {
  const flow: Order = { ...order, provider: 'replicate', model: 'owner/flow', params: { seed: 7 } };

  test('is found there before anybody is told of a doubt', async () => {
    const w = await world();
    w.replicate.script({ create: 'lost' });
    // The same film with another seed, the same with another model, and what was made long ago.
    w.replicate.add({
      id: 'old',
      model: 'owner/flow',
      input: { prompt: order.prompt, video: order.videos[0], seed: 7 },
    });
    await w.pass(hour);
    w.replicate.add({ id: 'a', model: 'owner/flow', input: { prompt: order.prompt, video: order.videos[0], seed: 8 } });
    w.replicate.add({ id: 'b', model: 'other/flow', input: { prompt: order.prompt, video: order.videos[0], seed: 7 } });
    expect(await w.loop.submissions.send(flow)).toMatchObject({ outcome: 'made', taskId: 'p4' });
    w.replicate.add({ id: 'c', model: 'owner/flow', input: { prompt: 'snow', video: order.videos[0], seed: 7 } });
    expect(w.orders()).toBe(1);
    expect(w.loop.book.open()).toEqual([]);
    expect(w.tasks()).toMatchObject([{ key: 'replicate:p4', state: 'processing' }]);
  });

  test('is looked for again where it shows up there late, and never sent again', async () => {
    const w = await world();
    w.replicate.script({ create: 'lost', listedAfterMs: 10 * minute });
    const sent = await w.loop.submissions.send(flow);
    if (sent.outcome !== 'unknown') throw new Error(sent.outcome);
    expect(sent.message).toContain('list of what was ordered');
    await w.pass(5 * minute);
    expect(w.loop.book.open()).toHaveLength(1);
    await w.pass(30 * minute);
    expect(w.loop.book.open()).toEqual([]);
    expect(w.tasks()).toMatchObject([{ key: 'replicate:p1' }]);
    expect(w.orders()).toBe(1);
  });

  test('is known by its own callback URL where the list names that, whatever else looks the same', async () => {
    const w = await world();
    w.replicate.script({ create: 'lost', listsWebhook: true, listedAfterMs: minute });
    await Promise.all([w.loop.submissions.send(flow), w.loop.submissions.send(flow)]);
    await w.pass(10 * minute);
    expect(w.orders()).toBe(2);
    const made = w.loop.book.snapshot();
    for (const { id, webhook } of w.replicate.predictions) {
      const token = webhook?.split('/').at(-1);
      const urlId = w.urls.list().find((each) => each.token === token)?.id;
      expect(made.find((each) => each.urlId === urlId)?.taskId).toBe(id);
    }
  });

  test('stays in doubt where two that look the same could be it, or nothing was made', async () => {
    const w = await world();
    w.replicate.script({ create: 'lost', listedAfterMs: minute });
    await Promise.all([w.loop.submissions.send(flow), w.loop.submissions.send(flow)]);
    await w.pass(2 * hour);
    expect(w.loop.book.open()).toHaveLength(2);
    const asked = w.replicate.calls.length;
    await w.pass(day);
    expect(w.replicate.calls).toHaveLength(asked);
    expect([w.orders(), w.tasks()]).toEqual([2, []]);
  });

  test('that a kill left behind is found at the next start', async () => {
    const w = await world();
    w.replicate.add({
      id: 'p9',
      model: 'owner/flow',
      input: { prompt: order.prompt, video: order.videos[0], seed: 7 },
    });
    const { provider, model, prompt } = flow;
    const nothing = { tags: [], estimate: null, urlId: (await w.urls.mint({ label: 'x', project: null })).id };
    await w.library.record({
      ...{ type: 'submission-intended', id: 's1', provider, model, prompt, sources: flow.videos, project: null },
      ...{ input: flow.params, ...nothing },
    });
    await w.loop.start();
    await w.pass(minute);
    expect(w.loop.book.get('s1')).toMatchObject({ state: 'made', taskId: 'p9' });
  });
});

describe('an order under an id of its own', () => {
  const mine = { ...order, id: 'press-0001' };

  test('is sent once, however many order it, together or later', async () => {
    const w = await world();
    const all = await Promise.all([1, 2, 3].map(() => w.loop.submissions.send(mine)));
    const later = await w.loop.submissions.send(mine);
    expect(w.kie.tasks.size).toBe(1);
    for (const each of [...all, later]) expect(each).toMatchObject({ outcome: 'made', taskId: w.only().id });
  });

  test('is not sent again where its answer is lost, and found made once its callback has come', async () => {
    const w = await world();
    w.kie.script({ create: 'lost', doneAfterMs: 0 });
    expect(await w.loop.submissions.send(mine)).toMatchObject({ outcome: 'unknown' });
    expect(await w.loop.submissions.send(mine)).toMatchObject({ outcome: 'unknown', id: mine.id });
    await w.callback(w.only());
    await w.settle();
    expect(await w.loop.submissions.send(mine)).toMatchObject({ outcome: 'made', taskId: w.only().id });
    expect(w.kie.tasks.size).toBe(1);
  });

  test('whose answer tells of a breakdown and names a task is asked about by that name', async () => {
    const w = await world();
    w.kie.script({ create: 'broken', doneAfterMs: minute });
    expect(await w.loop.submissions.send(mine)).toMatchObject({ outcome: 'made', taskId: w.only().id });
    await w.pass(20 * minute);
    expect(w.tasks()).toMatchObject([{ state: 'succeeded', videos: [{ state: 'saved' }] }]);
    expect(w.kie.tasks.size).toBe(1);
  });

  test('that another machine is just sending is answered as it is there, and not that the database is away', async () => {
    const w = await world({ hold: () => Promise.resolve(null) });
    const sent = w.loop.submissions.send(mine);
    const alone = w.loop.submissions.send(order).catch((error: unknown) => String(error));
    await w.pass(1000);
    const { provider, model, prompt, videos: sources } = mine;
    await w.library.record({
      ...{ type: 'submission-intended', id: mine.id, provider, model, prompt, sources, input: {}, project: null },
      ...{ urlId: null, tags: [], estimate: null },
    });
    await w.pass(2000);
    await w.library.record({ type: 'submission-created', id: mine.id, taskId: 'made-there' });
    await w.pass(1000);
    expect(await sent).toMatchObject({ outcome: 'made', taskId: 'made-there' });
    expect(await alone).toContain('so nothing was ordered');
    expect(w.kie.tasks.size).toBe(0);
  });

  test('that was refused is answered with the refusal', async () => {
    const w = await world();
    w.kie.script({ create: 402 });
    const first = await w.loop.submissions.send(mine);
    w.kie.script({});
    const again = await w.loop.submissions.send(mine);
    expect(again).toMatchObject({ outcome: 'refused', id: mine.id, code: 'no-credits' });
    // Under the same id it would be refused for ever, however often the account is topped up.
    expect(JSON.stringify(first)).not.toContain('id of its own');
    expect(JSON.stringify(again)).toMatch(/Top up your account.*a new order needs an id of its own\./);
    expect(w.kie.tasks.size).toBe(0);
  });

  test.each([
    ['ECONNREFUSED', 'network', /was not reached, so nothing was ordered or paid\..*connection.*Order again/],
    ['CERT_HAS_EXPIRED', 'certificate', /was not reached, so nothing was ordered or paid\..*certificate.*Order again/],
  ])('that did not reach the provider (%s) says so, and is sent under it once it does', async (errno, code, words) => {
    let isThere = false;
    const w = await world({
      answerCreate: () => {
        if (isThere) return new Response('{"code":200,"data":{"taskId":"here-1"}}');
        throw new TypeError('fetch failed', { cause: Object.assign(new Error(errno), { code: errno }) });
      },
    });
    const first = await w.loop.submissions.send(mine);
    expect(first).toMatchObject({ outcome: 'refused', code });
    expect(JSON.stringify(first)).toMatch(words);
    await expect(w.loop.submissions.send({ ...mine, prompt: 'snow' })).rejects.toThrow('under this id');
    isThere = true;
    const sent = await Promise.all([w.loop.submissions.send(mine), w.loop.submissions.send(mine)]);
    expect(sent).toMatchObject([
      { outcome: 'made', taskId: 'here-1' },
      { outcome: 'made', taskId: 'here-1' },
    ]);
    isThere = false;
    expect(await w.loop.submissions.send(mine)).toMatchObject({ outcome: 'made', taskId: 'here-1' });
  });

  test('is no answer to another order', async () => {
    const w = await world();
    await w.loop.submissions.send(mine);
    const others: readonly Partial<Order>[] = [
      { prompt: 'snow' },
      { videos: ['https://films.example/other.mp4'] },
      { images: ['https://films.example/still.jpg'] },
      { params: { seed: 2 } },
      { project: 'Autumn' },
      { again: 'kie-aleph:earlier' },
    ];
    for (const other of others) {
      await expect(w.loop.submissions.send({ ...mine, ...other }), JSON.stringify(other)).rejects.toThrow(
        'under this id',
      );
    }
    expect(w.kie.tasks.size).toBe(1);
  });

  test('is no answer to another order that comes while the first is on its way', async () => {
    const w = await world();
    const release = w.kie.holdOrders();
    const sending = w.loop.submissions.send(mine);
    await expect.poll(() => w.kie.calls.some(({ path: at }) => at.endsWith('/generate'))).toBe(true);
    await expect(w.loop.submissions.send({ ...mine, params: { seed: 2 } })).rejects.toThrow('under this id');
    release();
    expect(await sending).toMatchObject({ outcome: 'made' });
    expect(await w.loop.submissions.send({ ...mine, params: { ...mine.params } })).toMatchObject({ outcome: 'made' });
    expect(w.kie.tasks.size).toBe(1);
  });

  test('that was never sent may be sent', async () => {
    const w = await world({ unwritable: 'submission-intended' });
    await expect(w.loop.submissions.send(mine)).rejects.toThrow('disk');
    w.setUnwritable(null);
    expect(await w.loop.submissions.send(mine)).toMatchObject({ outcome: 'made' });
  });

  test('stands in a batch: one that was begun before sends only what is left', async () => {
    const w = await world();
    const orders = ['a', 'b', 'c'].map((row) => ({ ...order, prompt: row, id: `press-0001.${row}` }));
    await handlersOf(w)['submissions:sendMany'](orders.slice(0, 2), { budgetCredits: null });
    const report = await handlersOf(w)['submissions:sendMany'](orders, { budgetCredits: null });
    expect(report).toMatchObject({ made: 3, notSent: 0 });
    expect([...w.kie.tasks.values()].map((task) => task.order['prompt'])).toEqual(['a', 'b', 'c']);
  });
});

test('the orders of a batch are in the project as it is written already, which is looked for once', async () => {
  const w = await world();
  const asked: (string | null)[] = [];
  const handlers = handlersOf(w, (name) => {
    asked.push(name);
    return name?.toUpperCase() ?? null;
  });
  const orders = ['pitch', 'pitch', null, 'pitch'].map((project) => ({ ...order, project }));
  await handlers['submissions:sendMany'](orders, { budgetCredits: null });
  const projects = [...w.library.newestFirst()].map(({ project }) => project ?? null);
  expect(projects.toSorted()).toEqual(['PITCH', 'PITCH', 'PITCH', null].toSorted());
  expect(asked).toEqual(['pitch', null]);
});

test('a provider that asks to come back in an hour has nobody wait before they know that nothing was ordered', async () => {
  const w = await world({
    answerCreate: () => new Response('{"code":429}', { status: 429, headers: { 'retry-after': '3600' } }),
  });
  const sending = w.loop.submissions.send(order);
  await w.pass(1000);
  expect(await sending).toMatchObject({ outcome: 'refused', code: 'rate-limited' });
  expect(w.loop.book.open().map(({ state }) => state)).toEqual(['refused']);
});

describe('a limit for a batch', () => {
  const sendMany = (w: Awaited<ReturnType<typeof world>>, count: number, budgetCredits = 100) =>
    handlersOf(w)['submissions:sendMany'](
      Array.from({ length: count }, () => order),
      { budgetCredits },
    );

  test('is kept where neither the cost nor the balance is known: one is ordered, and no more', async () => {
    const w = await world({ isBalanceHidden: true });
    const report = await sendMany(w, 4);
    expect(report).toMatchObject({ made: 1, notSent: 3, creditsBefore: null });
    expect(report.results[1]).toMatchObject({
      outcome: 'not-sent',
      message: expect.stringContaining('nor your balance') as string,
    });
    expect(w.kie.tasks.size).toBe(1);
  });

  test('stops nothing where the balance tells what was charged', async () => {
    const w = await world();
    expect(await sendMany(w, 3)).toMatchObject({ made: 3, notSent: 0 });
  });

  test('is kept by what the first one was charged, also where it is large', async () => {
    const w = await world();
    w.kie.setBalance(5000);
    w.kie.script({ charges: 450 });
    const report = await sendMany(w, 6, 1000);
    expect(report).toMatchObject({ made: 2, notSent: 4, creditsBefore: 5000, creditsAfter: 4100 });
  });

  test('is kept where the balance tells nothing of what was ordered: it may be charged later', async () => {
    const w = await world();
    w.kie.script({ charges: 0 });
    expect(await sendMany(w, 6, 5000)).toMatchObject({ made: 1, notSent: 5 });
  });
});
