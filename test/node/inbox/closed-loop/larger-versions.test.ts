/** Larger versions of finished videos: asked for once, and looked for until they are there. */
import { describe, expect, test } from 'vitest';
import type { TaskScript } from '../../../support/providers/kie-stand-in.ts';
import { hour, minute, order, world } from '../../../support/closed-loop-world.ts';

test('a larger version is asked for once and looked for until it is there, beside what was made first', async () => {
  const w = await world();
  w.kie.script({ doneAfterMs: minute, upgradeAfterMs: 5 * minute });
  await w.loop.submissions.send({ ...order, provider: 'kie-veo', videos: [], params: { model: 'veo3_fast' } });
  await w.pass(20 * minute);
  const [task] = w.tasks();
  if (task === undefined) throw new Error('no task');
  await w.loop.upgrades.want(task, 0, '4k');
  await w.loop.upgrades.want(w.tasks()[0] ?? task, 0, '4k');
  expect(w.library.get(task.key)?.upgrades).toMatchObject([{ quality: '4k', index: 0, code: 'asked' }]);
  await w.pass(20 * minute);
  const asks = w.kie.calls.filter(({ path: at }) => at === '/api/v1/veo/get-4k-video');
  expect(asks.length).toBeLessThan(10);
  expect(asks[0]?.body).toEqual({ taskId: task.taskId, index: 0 });
  const made = w.library.get(task.key);
  expect(made?.upgrades).toMatchObject([{ quality: '4k', code: 'made' }]);
  expect(made?.videos).toMatchObject([{ state: 'saved' }, { state: 'saved', quality: '4k', vouched: true }]);
  expect(made?.trust).toBe('confirmed');
  await w.pass(hour);
  expect(w.kie.calls.filter(({ path: at }) => at === '/api/v1/veo/get-4k-video')).toHaveLength(asks.length);
});

test('a larger version that cannot be had says why, and may be asked for again', async () => {
  const w = await world();
  w.kie.script({ doneAfterMs: minute });
  await w.loop.submissions.send({ ...order, provider: 'kie-veo', videos: [], params: { model: 'veo3_fast' } });
  await w.pass(20 * minute);
  const [task] = w.tasks();
  if (task === undefined) throw new Error('no task');
  w.kie.revokeKey();
  await w.loop.upgrades.want(task, 0, '1080p');
  await w.pass(minute);
  expect(w.library.get(task.key)?.upgrades).toMatchObject([{ quality: '1080p', code: 'bad-key' }]);
  w.kie.revokeKey(false);
  await w.loop.upgrades.want(w.library.get(task.key) ?? task, 0, '1080p');
  await w.pass(minute);
  expect(w.library.get(task.key)?.videos).toMatchObject([{ state: 'saved' }, { state: 'saved', quality: '1080p' }]);
  await expect(w.loop.upgrades.want({ ...task, provider: 'kie-aleph' }, 0, '4k')).rejects.toMatchObject({
    code: 'no-api',
  });
});

/** A finished video of Veo, of which larger versions can be had. */
async function veo(script: Partial<TaskScript>) {
  const w = await world();
  w.kie.script({ doneAfterMs: minute, ...script });
  await w.loop.submissions.send({ ...order, provider: 'kie-veo', videos: [], params: { model: 'veo3_fast' } });
  await w.pass(20 * minute);
  const [task] = w.tasks();
  if (task === undefined) throw new Error('no task');
  const codes = () => w.library.get(task.key)?.upgrades?.map(({ code }) => code);
  return { ...w, task, codes };
}

describe('a larger version', () => {
  test('that was paid for is not given up because the provider is out of reach, however long the machine slept', async () => {
    const w = await veo({ upgradeAfterMs: 5 * minute, upgradeAsks: [422, 'drop', 'drop', 'nonsense', 429, 503] });
    await w.loop.upgrades.want(w.task, 0, '4k');
    await w.settle();
    w.clock.sleep(3 * hour);
    await w.pass(3 * minute);
    expect(w.codes()).toEqual(['asked']);
    await w.pass(20 * minute);
    expect(w.codes()).toEqual(['made']);
  });

  test('that the provider hears of only after hours has its full time from then on', async () => {
    const w = await veo({
      upgradeAfterMs: 10 * minute,
      upgradeAsks: Array.from({ length: 300 }, () => 'drop' as const),
    });
    await w.loop.upgrades.want(w.task, 0, '4k');
    await w.pass(2 * hour);
    w.only().upgradesAsked = 300;
    await w.pass(20 * minute);
    expect(w.codes()).toEqual(['made']);
  });

  test.each([401, 403, 404])('outlives a gateway that says %i for everybody', async (gateway) => {
    const w = await veo({ upgradeAsks: [{ gateway }, { gateway }, { gateway }] });
    await w.loop.upgrades.want(w.task, 0, '1080p');
    await w.pass(minute / 2);
    expect(w.codes()).toEqual(['asked']);
    await w.pass(10 * minute);
    expect(w.codes()).toEqual(['made']);
  });

  test('is not asked for without end where nothing comes through, and says why', async () => {
    const w = await veo({ upgradeAsks: Array.from({ length: 3000 }, () => ({ gateway: 403 })) });
    await w.loop.upgrades.want(w.task, 0, '1080p');
    await w.pass(26 * hour);
    expect(w.codes()).toEqual(['server']);
    expect(w.only().upgradesAsked).toBeLessThan(600);
  });

  test('that the disk cannot note is asked for again, until it can', async () => {
    const w = await veo({});
    await w.loop.upgrades.want(w.task, 0, '4k');
    w.setUnwritable('upgrade');
    await w.pass(5 * minute);
    expect(w.codes()).toEqual(['asked']);
    w.setUnwritable(null);
    await w.pass(minute);
    expect(w.codes()).toEqual(['made']);
  });

  test('that nobody waits for any more is waited for once the person asks again', async () => {
    const w = await veo({});
    await w.loop.upgrades.want(w.task, 0, '4k');
    await w.library.record({ type: 'trashed', keys: [w.task.key] });
    await w.pass(5 * minute);
    await w.library.record({ type: 'restored', keys: [w.task.key] });
    await w.loop.upgrades.want(w.library.get(w.task.key) ?? w.task, 0, '4k');
    await w.pass(minute);
    expect(w.codes()).toEqual(['made']);
  });

  test('is asked for by the machine whose turn it is, and by no other', async () => {
    const w = await veo({ upgradeAfterMs: 10 * minute });
    const asks = () => w.kie.calls.filter(({ path: at }) => at === '/api/v1/veo/get-4k-video').length;
    w.setTurn(false);
    await w.loop.upgrades.want(w.task, 0, '4k');
    await w.pass(5 * minute);
    expect(asks()).toBe(0);
    w.setTurn(true);
    await w.pass(minute);
    const asked = asks();
    expect(asked).toBeGreaterThan(0);
    w.setTurn(false);
    await w.pass(hour);
    expect([asks(), w.codes()]).toEqual([asked, ['asked']]);
    w.setTurn(true);
    await w.pass(minute);
    expect(w.codes()).toEqual(['made']);
  });

  test('that another machine was asked for is looked for here, where it is the turn of this one', async () => {
    const w = await veo({});
    const { key } = w.task;
    await w.library.record({ type: 'upgrade', key, quality: '4k', index: 0, code: 'asked', link: null, message: null });
    await w.pass(minute);
    expect(w.codes()).toEqual(['made']);
  });

  test('that the provider says for hours is not there yet is given up', async () => {
    const w = await veo({ upgradeAfterMs: Infinity });
    await w.loop.upgrades.want(w.task, 0, '1080p');
    await w.pass(50 * minute);
    expect(w.codes()).toEqual(['asked']);
    await w.pass(hour);
    expect(w.codes()).toEqual(['timeout']);
  });
});
