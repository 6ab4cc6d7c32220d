/** What the inbox learns of its tasks by callbacks and by asking, and what keeps it from asking. */
import { describe, expect, test, vi } from 'vitest';
import { readBody } from '../../../../src-main/common/providers/reader.ts';
import { recordedAnswer } from '../../../../src-main/node/reactors/recorded-answer.ts';
import { day, handlersOf, hour, minute, order, strangeResult, world } from '../../../support/closed-loop-world.ts';

describe('a callback', () => {
  test('that is lost is asked for', async () => {
    const w = await world();
    await w.loop.submissions.send(order);
    await w.pass(20 * minute);
    expect(w.tasks()).toMatchObject([{ state: 'succeeded', trust: 'confirmed', videos: [{ state: 'saved' }] }]);
    expect(w.needless()).toBe(0);
  });

  test('that is late comes to the same task, and one download', async () => {
    const w = await world();
    await w.loop.submissions.send(order);
    await w.pass(20 * minute);
    await w.callback(w.only());
    await w.pass(hour);
    expect(w.tasks()).toMatchObject([{ deliveries: 1, trust: 'confirmed', videos: [{ state: 'saved' }] }]);
    expect(w.kie.calls.filter(({ path: asked }) => asked.startsWith('/files/'))).toHaveLength(1);
    expect(w.needless()).toBe(0);
  });

  test('that comes twice, and together with an answer, is one task and one download', async () => {
    const w = await world();
    w.kie.script({ doneAfterMs: 5 * minute });
    await w.loop.submissions.send(order);
    await w.pass(5 * minute);
    const task = w.tasks()[0];
    if (task === undefined) throw new Error('no task');
    await Promise.all([w.loop.asking.now(task), w.callback(w.only()), w.callback(w.only())]);
    await w.pass(hour);
    expect(w.tasks()).toMatchObject([{ deliveries: 2, trust: 'confirmed', videos: [{ state: 'saved' }] }]);
    expect(w.kie.calls.filter(({ path: asked }) => asked.startsWith('/files/'))).toHaveLength(1);
  });

  test('that lies about the links is not fetched until the record agrees', async () => {
    const w = await world();
    w.kie.script({ doneAfterMs: 5 * minute });
    await w.loop.submissions.send(order);
    await w.pass(minute);
    const task = w.only();
    await w.callback(task);
    await w.pass(2 * minute);
    expect(w.tasks()).toMatchObject([{ trust: 'conflicting' }]);
    expect(w.kie.calls.filter(({ path: asked }) => asked.startsWith('/files/'))).toEqual([]);
    await w.pass(20 * minute);
    expect(w.tasks()).toMatchObject([{ state: 'succeeded', trust: 'confirmed', videos: [{ state: 'saved' }] }]);
  });
});

test('a callback whose record names another film stays in conflict until the person decides, and is asked about once', async () => {
  const w = await world();
  w.kie.script({ doneAfterMs: 0, deadFirstLink: true });
  await w.loop.submissions.send(order);
  const task = w.only();
  const strange = `${w.kie.origin}/files/nobody/9.mp4`;
  // Its second answer names another link than its callback did.
  task.asked = 5;
  await w.library.record({
    type: 'result',
    source: 'callback',
    read: {
      provider: 'kie-aleph',
      certain: true,
      family: 'kie',
      taskId: task.id,
      result: { ...strangeResult, videoUrls: [strange] },
    },
    trust: 'unsigned',
    evidence: null,
    tags: [],
  });
  await w.pass(hour);
  const [held] = w.tasks();
  expect(held).toMatchObject({
    trust: 'conflicting',
    dispute: { urls: [strange] },
    videos: [{ state: 'saved' }],
  });
  expect(task.asked).toBe(6);
  expect(w.kie.calls.some(({ path: at }) => at === '/files/nobody/9.mp4')).toBe(false);
  await w.library.record({ type: 'conflict-settled', key: held?.key ?? '', take: false });
  await w.pass(hour);
  expect(w.tasks()).toMatchObject([{ trust: 'confirmed', videos: [{ state: 'saved' }] }]);
  expect(task.asked).toBe(6);
  expect(w.needless()).toBe(0);
});

describe('trouble', () => {
  test('three days of sleep lose nothing', async () => {
    const w = await world();
    await w.loop.submissions.send(order);
    await w.pass(1000);
    w.clock.sleep(3 * day);
    w.loop.asking.sweep();
    await w.pass(minute);
    expect(w.saved()).toBe(1);
  });

  test('no credits: refused, nothing made, nothing watched', async () => {
    const w = await world();
    w.kie.setBalance(0);
    expect(await w.loop.submissions.send(order)).toMatchObject({ outcome: 'refused', code: 'no-credits' });
    await w.pass(hour);
    expect(w.tasks()).toEqual([]);
    expect(w.kie.tasks.size).toBe(0);
  });

  test('a revoked key: the task waits, and goes on with a new one', async () => {
    const w = await world();
    await w.loop.submissions.send(order);
    w.kie.revokeKey();
    await w.pass(2 * hour);
    expect(w.tasks()).toMatchObject([{ state: 'processing', askedCode: 'bad-key' }]);
    w.kie.revokeKey(false);
    w.setKey(w.kie.key);
    await w.pass(minute);
    expect(w.saved()).toBe(1);
  });

  test('a record that is gone, and a deadline, end the wait', async () => {
    const w = await world();
    w.kie.script({ ends: 'never' });
    await w.loop.submissions.send(order);
    w.kie.script({ ends: 'gone' });
    await w.loop.submissions.send(order);
    await w.pass(2 * day);
    const ends = w
      .tasks()
      .map(({ history }) => history.at(-1))
      .map((entry) => [entry?.kind, entry?.code]);
    expect(ends.toSorted()).toEqual([
      ['unwatched', 'deadline'],
      ['unwatched', 'gone'],
    ]);
    const asked = w.kie.calls.length;
    await w.pass(2 * day);
    expect(w.kie.calls).toHaveLength(asked);
  });

  test('a provider that asks for a long pause: refused, and the sentence names the pause', async () => {
    const w = await world();
    w.kie.refuse(429, 1500);
    const refused = await w.loop.submissions.send(order);
    expect(refused).toMatchObject({ outcome: 'refused', code: 'rate-limited' });
    expect(JSON.stringify(refused)).toContain('a pause of 25 minutes');
    expect(JSON.stringify(refused)).not.toContain('in a minute');
  });

  test('an order whose answer is lost is sent once, and found by its callback', async () => {
    const w = await world();
    w.kie.script({ create: 'lost', doneAfterMs: 0 });
    expect(await w.loop.submissions.send(order)).toMatchObject({ outcome: 'unknown' });
    await w.pass(day);
    expect(w.kie.tasks.size).toBe(1);
    await w.callback(w.only());
    await w.pass(hour);
    expect(w.saved()).toBe(1);
    expect(w.loop.book.open()).toEqual([]);
    expect(w.tasks()[0]?.submission).toBeDefined();
  });

  test('a callback that comes before its order is answered settles it, though the answer then never comes', async () => {
    const w = await world();
    w.kie.script({ create: 'hang', doneAfterMs: 0 });
    const sending = w.loop.submissions.send(order);
    await expect.poll(() => w.kie.tasks.size).toBe(1);
    await w.callback(w.only());
    expect(await sending).toMatchObject({ outcome: 'made', taskId: w.only().id });
    expect(w.loop.book.open()).toEqual([]);
    expect(w.tasks()[0]?.submission).toBeDefined();
  });
});

describe('a task that is given to be watched', () => {
  const watch = async (provider: string, withKey?: { readonly model: string | null }): Promise<string> => {
    const w = await world();
    const options = { model: withKey?.model ?? null, project: null };
    if (withKey !== undefined) vi.spyOn(w.loop.client, 'hasKey').mockReturnValue(true);
    try {
      const { key, notice } = await handlersOf(w)['watch:add'](provider, 'x1', options);
      return `${key} ${notice ?? ''}`;
    } catch (error) {
      return String(error);
    }
  };

  test('under a name that no callback is read under is refused, with the one that is meant', async () => {
    expect(await watch('kie-lum')).toContain('Did you mean kie-luma?');
    expect(await watch('kie')).toContain('Did you mean kie-aleph?');
    expect(await watch('nobody-knows')).toMatch(/Known are: kie-aleph, .*, unknown; "unknown" stands/);
  });

  test('is watched where its provider is known, also if it cannot be asked', async () => {
    expect(await watch('kie-luma')).toBe('kie-luma:x1 ');
    expect(await watch('heygen')).toMatch(/^heygen:x1 .*cannot ask "heygen"/);
    expect(await watch('unknown')).toMatch(/^unknown:x1 /);
    // Where such a task is asked for stands in the answer to its order alone, or is told by its model.
    expect(await watch('fal', { model: null })).toMatch(/^fal:x1 .*ordered elsewhere/);
    expect(await watch('magnific', { model: null })).toMatch(/^magnific:x1 .*ordered elsewhere/);
    expect(await watch('magnific', { model: 'image-to-video/kling-v2' })).toBe('magnific:x1 ');
  });
});

test('a record that repeats our callback URL among its links brings no token into the log', () => {
  const token = 'tokentokentokentokentokentoken12';
  const film = 'https://media.example.com/a.mp4';
  const body = { id: 't1', status: 'succeeded', output: [film, `https://inbox.example.com/c/${token}`] };
  const reading = readBody({ body: { ...body, output: film }, headers: {}, providerHint: null });
  if (reading.kind !== 'result') throw new Error(reading.kind);
  const result = { ...reading.result, videoUrls: body.output, sourceUrl: `https://inbox.example.com/c/${token}` };
  const draft = recordedAnswer({ key: 'kie-aleph:t1', provider: 'kie-aleph', taskId: 't1', result, body }, [token]);
  expect(JSON.stringify(draft)).not.toContain(token);
  expect(draft).toMatchObject({ read: { result: { videoUrls: [film], sourceUrl: null } } });
});

test('what another machine has just asked about waits its gap when the turn is taken over', async () => {
  const w = await world();
  w.setTurn(false);
  w.kie.add('luma', 'made-elsewhere', { ends: 'never' });
  await w.library.record({
    type: 'watched',
    provider: 'kie-luma',
    taskId: 'made-elsewhere',
    prompt: null,
    model: null,
    project: null,
    sourceUrl: null,
  });
  await w.pass(30 * 60_000);
  expect(w.only().asked).toBe(0);
  w.setTurn(true, 5000);
  await w.pass(24_000);
  expect(w.only().asked).toBe(0);
  await w.pass(5000);
  expect(w.only().asked).toBe(1);
});
