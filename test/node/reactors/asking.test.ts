import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Result } from '../../../src-main/common/model.ts';
import { without } from '../../../src-main/common/without.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { createProviderClient } from '../../../src-main/node/provider-api/provider-client.ts';
import { createAsking } from '../../../src-main/node/reactors/asking.ts';
import type { AskableTask } from '../../../src-main/node/reactors/watch-list.ts';
import { createUsualTimes } from '../../../src-main/node/reactors/usual-times.ts';
import { askableTask } from '../../support/askable-task.ts';
import { createCountedFetch, createFakeClock } from '../../support/fake-clock.ts';
import { openKieStandIn, type KieKind, type TaskScript } from '../../support/providers/kie-stand-in.ts';
import { waitUntil } from '../../support/wait-until.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

async function world(
  options: {
    afterMs?: number;
    everyMs?: number;
    isHeard?: boolean;
    whileWritten?: () => void;
    /** What happens while an answer is on its way. */
    onTheWay?: () => void;
  } = {},
) {
  const clock = createFakeClock();
  const { fetch, settle } = createCountedFetch();
  const standIn = await openKieStandIn({ film: Buffer.from('film'), now: () => clock.now() });
  let key: string | null = standIn.key;
  const client = createProviderClient({
    key: (name) => (name === 'KIE_API_KEY' ? key : name === 'FAL_API_KEY' ? 'a-key-of-fal' : null),
    bases: new Map([
      ['kie', standIn.origin],
      ['fal', standIn.origin],
    ]),
    clock,
    async fetch(url, init) {
      const answer = await fetch(url, init);
      options.onTheWay?.();
      return answer;
    },
  });
  const results: { key: string; result: Result }[] = [];
  const unwatched: [string, string][] = [];
  const codes: string[] = [];
  const released: string[] = [];
  let isDiskFull = false;
  /** What the library tells again at each change. */
  let heard: AskableTask | null = null;
  let heardAfter: AskableTask | null = null;
  const written = (): Promise<void> =>
    isDiskFull ? Promise.reject(Object.assign(new Error('no space left'), { code: 'ENOSPC' })) : Promise.resolve();
  const usual = createUsualTimes();
  const asking = createAsking({
    client,
    clock,
    random: () => 0.5,
    times: { afterMs: options.afterMs ?? null, everyMs: options.everyMs ?? null },
    usual,
    answered: async (task, { result }) => {
      options.whileWritten?.();
      await written();
      results.push({ key: task.key, result });
      // As the library does: what was written is a change of the task.
      if (options.isHeard === true) {
        const { state, needsApiKey } = result;
        asking.consider({ ...without(task, 'watchedSince'), state, needsApiKey, trust: 'confirmed' });
      }
    },
    asked: (_key, code) => {
      codes.push(code);
      if (heard !== null) asking.consider(heard);
      return Promise.resolve();
    },
    unwatched: async (watched, code) => {
      await written();
      unwatched.push([watched, code]);
      heard = heardAfter;
      if (heard !== null) asking.consider(heard);
    },
    released: (free) => released.push(free),
    log: silentLog,
  });
  onTestFinished(async () => {
    await asking.close();
    await standIn.close();
  });

  function task(kind: KieKind, changes: Partial<AskableTask> = {}): AskableTask {
    return askableTask(`kie-${kind}`, `t-${kind}`, new Date(clock.now()).toISOString(), changes);
  }
  const watch = (kind: KieKind, script: Partial<TaskScript> = {}) => {
    standIn.add(kind, `t-${kind}`, script);
    asking.consider(task(kind));
  };
  const asked = (): number => standIn.calls.length;
  const pass = (ms: number): Promise<void> => clock.pass(ms, settle);
  const needless = (): number => [...standIn.tasks.values()].reduce((sum, { askedAfterEnd }) => sum + askedAfterEnd, 0);
  return {
    clock,
    standIn,
    asking,
    usual,
    results,
    unwatched,
    codes,
    released,
    task,
    watch,
    asked,
    pass,
    needless,
    /** @param afterwards once it was given up */
    hear: (value: AskableTask, afterwards: AskableTask | null = null) => {
      heard = value;
      heardAfter = afterwards;
    },
    setKey: (value: string | null) => (key = value),
    setDiskFull: (value: boolean) => (isDiskFull = value),
  };
}

test('what its provider said is still asked for until it is written, so that nobody takes it for ended', async () => {
  const seen: (string | null)[] = [];
  const { asking, standIn, task, pass } = await world({
    whileWritten: () => seen.push(asking.nextAskAt('kie-luma:t-luma')),
  });
  standIn.add('luma', 't-luma', { doneAfterMs: 0 });
  asking.consider(task('luma', { state: 'succeeded' }), { confirm: true });
  expect(asking.nextAskAt('kie-luma:t-luma')).toEqual(expect.any(String));
  await pass(minute);
  expect(seen).toEqual([expect.any(String)]);
  expect(asking.nextAskAt('kie-luma:t-luma')).toBeNull();
});

test('what nobody can be asked about is listed as long as a person waits for it, and nobody is asked', async () => {
  const { asking, task, pass, asked } = await world();
  const unasked = task('market', { key: 'heygen:h', provider: 'heygen', taskId: 'h' });
  asking.consider(unasked);
  const { watchedSince, ...told } = task('market', { key: 'heygen:i', provider: 'heygen', taskId: 'i' });
  expect(watchedSince).toBeDefined();
  asking.consider(told);
  await pass(3 * minute + 1);
  expect(asking.summary()).toEqual({ pending: 1, overdue: 1, nextAskAt: null });
  await pass(2 * day);
  expect([asked(), asking.list().length]).toEqual([0, 1]);
  asking.consider({ ...unasked, state: 'succeeded' });
  expect(asking.summary().pending).toBe(0);
});

describe('a silent task', () => {
  test('is asked about when its model is overdue, then every 30 s and more slowly, until it ends', async () => {
    const { watch, asked, pass, results, needless, asking } = await world();
    watch('market', { doneAfterMs: 10 * minute });
    await pass(3 * minute - 1);
    expect(asked()).toBe(0);
    expect(asking.summary()).toMatchObject({ pending: 1, overdue: 0 });
    await pass(30_000);
    expect(asked()).toBe(1);
    expect(asking.summary()).toMatchObject({ pending: 1, overdue: 1 });
    await pass(10 * minute);
    expect(results.map(({ result }) => result.state)).toEqual(['succeeded']);
    expect(asked()).toBeLessThan(14);
    await pass(day);
    expect(needless()).toBe(0);
    expect(asking.summary()).toEqual({ pending: 0, overdue: 0, nextAskAt: null });
  });

  test('is asked about sooner once its model is known to be quick', async () => {
    const { watch, asked, pass, usual } = await world();
    for (const seen of [19_000, 20_000, 21_000]) usual.learn('kie-market', null, seen);
    watch('market', { doneAfterMs: 10 * minute });
    await pass(31_000);
    expect(asked()).toBe(1);
  });

  test('is asked about within half an hour, though callbacks came hours late to a machine that slept', async () => {
    const { watch, pass, results, usual } = await world();
    for (const seen of [7 * hour, 8 * hour, 9 * hour]) usual.learn('kie-market', null, seen);
    watch('market', { doneAfterMs: minute });
    await pass(31 * minute);
    expect(results).toHaveLength(1);
  });

  test.each<[TaskScript['ends'], string]>([
    ['fail', 'failed'],
    ['moderated', 'failed'],
    ['flag4', 'succeeded'],
  ])('that ends as %s ends the questions', async (ends, state) => {
    const { watch, pass, results, needless } = await world();
    watch('luma', { ends });
    await pass(day);
    expect(results.map(({ result }) => result.state)).toEqual([state]);
    expect(needless()).toBe(0);
  });

  test.each<[KieKind, number]>([
    ['market', 3 * minute],
    ['aleph', 4 * minute],
    ['runway', 3 * minute],
  ])(
    'of %s that is done and names no film is looked at a few times more, and then that is all there is',
    async (kind, usualMs) => {
      const { watch, pass, asked, results, asking } = await world({ isHeard: true });
      watch(kind, { ends: 'empty' });
      await pass(usualMs + 10_000);
      expect(asked()).toBe(1);
      expect(results.map(({ result }) => result.needsApiKey)).toEqual([true]);
      await pass(day);
      expect(asked()).toBe(5);
      expect(results.map(({ result }) => result.needsApiKey)).toEqual([true, false]);
      expect(asking.list()).toEqual([]);
    },
  );

  test.each<TaskScript['ends']>(['success', 'moderated'])(
    'whose end (%s) could not be written down is asked about again',
    async (ends) => {
      const { watch, pass, results, asking, setDiskFull } = await world();
      setDiskFull(true);
      watch('luma', { ends });
      await pass(hour);
      expect(results).toEqual([]);
      expect(asking.summary()).toMatchObject({ pending: 1 });
      setDiskFull(false);
      await pass(hour);
      expect(results.map(({ key }) => key)).toEqual(['kie-luma:t-luma']);
      expect(asking.summary()).toMatchObject({ pending: 0 });
    },
  );

  test('whose giving up could not be written down is not given up', async () => {
    const { pass, unwatched, asking, task, setDiskFull } = await world();
    setDiskFull(true);
    asking.consider(task('luma'));
    await pass(hour);
    expect(asking.summary()).toMatchObject({ pending: 1 });
    setDiskFull(false);
    await pass(hour);
    expect(unwatched).toEqual([['kie-luma:t-luma', 'gone']]);
  });

  test('whose record is gone is given up, but not because of one slip', async () => {
    const { watch, pass, unwatched, asking, task } = await world();
    watch('aleph', { ends: 'gone' });
    await pass(20 * minute);
    expect(unwatched).toEqual([['kie-aleph:t-aleph', 'gone']]);
    const second = await world();
    second.watch('aleph', { doneAfterMs: 10 * minute, asks: [422, 404] });
    second.asking.sweep();
    await second.pass(hour);
    expect(second.unwatched).toEqual([]);
    expect(second.results).toHaveLength(1);
    expect(task('aleph').key).toBe('kie-aleph:t-aleph');
    expect(asking.summary().pending).toBe(0);
  });

  test.each([404, 400, 405])(
    'that its provider knew is not given up because all is answered %i for a while',
    async (code) => {
      const { watch, pass, standIn, results, unwatched, asked } = await world();
      watch('market', { doneAfterMs: 20 * minute });
      await pass(5 * minute);
      expect(asked()).toBeGreaterThan(1);
      standIn.refuse(code);
      await pass(30 * minute);
      expect(asked()).toBeLessThan(15);
      standIn.refuse(null);
      await pass(15 * minute);
      expect(unwatched).toEqual([]);
      expect(results).toHaveLength(1);
    },
  );

  test.each<[string, Partial<AskableTask>]>([
    ['was ordered here', { submission: 'o-1' }],
    ['is vouched for', { trust: 'signed' }],
    ['was known before a restart', { askedCode: 'pending' }],
  ])('that %s and is not known to its provider is given up after an hour, and not before', async (_how, changes) => {
    const { asking, task, pass, unwatched, asked } = await world();
    asking.consider(task('market', changes));
    await pass(50 * minute);
    expect(unwatched).toEqual([]);
    await pass(hour);
    expect(unwatched).toEqual([['kie-market:t-market', 'gone']]);
    expect(asked()).toBeLessThan(15);
  });

  test('that nobody finishes is given up after a day', async () => {
    const { watch, pass, unwatched, asked } = await world();
    watch('aleph', { ends: 'never' });
    await pass(23 * hour);
    expect(unwatched).toEqual([]);
    await pass(2 * hour);
    expect(unwatched).toEqual([['kie-aleph:t-aleph', 'deadline']]);
    const before = asked();
    expect(before).toBeLessThan(24 * 60);
    await pass(day);
    expect(asked()).toBe(before);
  });

  test('is asked about once more after three days of sleep before it is given up', async () => {
    const { watch, pass, clock, results, unwatched, asking } = await world();
    watch('aleph', { doneAfterMs: 2 * minute });
    await pass(1000);
    clock.sleep(3 * day);
    asking.sweep();
    await pass(3 * minute);
    expect(asking.summary().pending).toBe(0);
    expect(results).toHaveLength(1);
    expect(unwatched).toEqual([]);
  });
});

describe('a task that is asked for nowhere', () => {
  test.each<[string, Partial<AskableTask>]>([
    ['is waited for', {}],
    ['is ready at a key', { state: 'succeeded', needsApiKey: true }],
  ])('and %s is looked at once, and again where a callback says where', async (_how, changes) => {
    const { pass, asking, codes, hear, clock, standIn } = await world({ isHeard: true });
    const task = askableTask('fal', 'f-1', clock.date().toISOString(), changes);
    hear(task);
    asking.consider(task);
    await pass(day);
    expect(codes).toEqual(['no-address']);
    expect(asking.list()).toMatchObject([{ isNowhere: true, nextAskAt: null }]);
    asking.consider({ ...task, askAt: `${standIn.origin}/fal-ai/x/requests/f-1/status` });
    await pass(minute);
    expect(codes.length).toBeGreaterThan(1);
    expect(asking.list()).toMatchObject([{ isNowhere: false }]);
  });

  test('is given up for good after two weeks in which its provider could not be asked', async () => {
    const { standIn, pass, asking, task, asked, unwatched, hear, clock } = await world({ isHeard: true });
    standIn.refuse(500);
    const old = task('market', { watchedSince: new Date(clock.now() - 15 * day).toISOString() });
    hear(old);
    asking.consider(old);
    await pass(2 * day);
    expect(unwatched).toEqual([['kie-market:t-market', 'deadline']]);
    expect(asked()).toBeLessThan(20);
  });
});

test('a film that only the key opens and that is gone there is asked about no more, until a callback tells of it', async () => {
  const { pass, asking, task, asked, unwatched, hear } = await world();
  const ready = task('market', { state: 'succeeded', needsApiKey: true, history: [{ kind: 'callback' }] });
  const gone = { ...ready, history: [{ kind: 'callback' }, { kind: 'unwatched' }] };
  hear(ready, gone);
  asking.consider(ready);
  await pass(day);
  expect(unwatched).toEqual([['kie-market:t-market', 'gone']]);
  const before = asked();
  expect(before).toBeLessThan(8);
  asking.consider({ ...gone, history: [...gone.history, { kind: 'late' }] });
  await pass(minute);
  expect(asked()).toBeGreaterThan(before);
});

describe('a clock that is set', () => {
  test('back by a day holds up no question, also not after a start', async () => {
    const { watch, pass, clock, results, asking, task, asked, standIn } = await world();
    watch('market', { doneAfterMs: 10 * minute });
    standIn.add('luma', 't-luma', { doneAfterMs: minute });
    await pass(5 * minute);
    const before = asked();
    const askedAt = clock.date().toISOString();
    clock.set(-day);
    asking.consider(task('luma', { askedAt }));
    asking.sweep();
    await pass(minute);
    expect(asked()).toBeGreaterThan(before + 1);
    await pass(9 * minute);
    expect(results.map(({ key }) => key)).toEqual(['kie-luma:t-luma', 'kie-market:t-market']);
  });

  test('ahead by a day, or two, ends no wait', async () => {
    const { watch, pass, clock, results, unwatched, asking, asked } = await world();
    watch('market', { doneAfterMs: 20 * minute });
    await pass(5 * minute);
    const before = asked();
    clock.set(2 * day);
    asking.sweep();
    await pass(5 * minute);
    expect(unwatched).toEqual([]);
    expect(asked() - before).toBeLessThan(12);
    clock.set(-2 * day);
    asking.sweep();
    await pass(15 * minute);
    expect(results).toHaveLength(1);
  });
});

describe('thousands that a stranger says are being made', () => {
  test('are asked about behind what a person waits for and what is to be confirmed', async () => {
    const { standIn, pass, asking, task, results, clock } = await world({ afterMs: 1000 });
    const at = clock.date().toISOString();
    const forge = (n: number): void =>
      asking.consider(without(askableTask('kie-market', `forged-${String(n)}`, at), 'watchedSince'));
    for (let n = 0; n < 2000; n += 1) forge(n);
    await pass(10_000);
    standIn.add('luma', 't-luma', { doneAfterMs: 0 });
    standIn.add('aleph', 't-aleph', { doneAfterMs: 0 });
    asking.consider(task('luma', { watchedSince: at }));
    const film = { url: 'https://files.example.com/a.mp4' } as AskableTask['videos'][number];
    asking.consider(without(task('aleph', { state: 'succeeded', videos: [film] }), 'watchedSince'), { confirm: true });
    await pass(5000);
    expect(results.map(({ key }) => key).sort()).toEqual(['kie-aleph:t-aleph', 'kie-luma:t-luma']);
  });

  test('hold no film back for longer than its minute, however many of them are to be confirmed', async () => {
    const { pass, asking, released, clock } = await world();
    const at = clock.date().toISOString();
    const film = { url: 'https://files.example.com/a.mp4' } as AskableTask['videos'][number];
    for (let n = 0; n < 2000; n += 1) {
      const done = askableTask('kie-market', `t-${String(n)}`, at, { state: 'succeeded', videos: [film] });
      asking.consider(without(done, 'watchedSince'), { confirm: true });
    }
    await pass(61_000);
    expect(new Set(released).size).toBe(2000);
    expect(asking.holds('kie-market:t-1999')).toBe(false);
  });
});

describe('a network that comes and goes', () => {
  test.each<[KieKind, number]>([
    ['aleph', 30_000],
    ['veo', 20_000],
    ['market', 5000],
  ])('has %s asked no more often than once in %i ms', async (kind, gapMs) => {
    const { watch, pass, asking, asked } = await world({ afterMs: 1000 });
    watch(kind, { ends: 'never' });
    await pass(2000);
    for (let second = 0; second < 120; second += 2) {
      asking.sweep();
      await pass(2000);
    }
    expect(asked()).toBeLessThanOrEqual(2 + 120_000 / gapMs);
    expect(asked()).toBeGreaterThan(3);
  });

  test('ends no pause that the provider asked for', async () => {
    const { watch, pass, asking, asked, standIn } = await world({ afterMs: 1000 });
    standIn.refuse(429, 600);
    watch('market', { doneAfterMs: minute });
    await pass(2000);
    for (let turn = 0; turn < 9; turn += 1) {
      asking.sweep();
      await pass(minute);
    }
    expect(asked()).toBe(1);
    standIn.refuse(null);
    await pass(2 * minute);
    expect(asked()).toBe(2);
  });
});

describe('trouble', () => {
  test('429, maintenance, lost answers, nonsense and a hung call are waited out', async () => {
    const { watch, pass, results, needless, codes, asked } = await world({ afterMs: 1000 });
    // A call's time is over once it hangs, and not because the machine is slow with the others.
    const calls: AbortController[] = [];
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
      const call = new AbortController();
      calls.push(call);
      return call.signal;
    });
    onTestFinished(() => timeout.mockRestore());
    watch('veo', { asks: [429, 'drop', 'nonsense', 'hang', 455, 500] });
    const hung = waitUntil(() => asked() === 4, 'the call that hangs').then(() => calls.at(-1)?.abort());
    await pass(2 * hour);
    await hung;
    expect(results.map(({ result }) => result.state)).toEqual(['succeeded']);
    expect(codes).toEqual(['rate-limited', 'network', 'server', 'timeout', 'maintenance', 'server']);
    expect(needless()).toBe(0);
  });

  test('a refused key stops the questions, not the task; a new key goes on at once', async () => {
    const { watch, pass, standIn, asked, asking, results, setKey } = await world({ afterMs: 1000 });
    standIn.revokeKey();
    watch('market', { doneAfterMs: minute });
    await pass(10 * minute);
    expect(asked()).toBe(1);
    expect(asking.isKeyRefused('kie-market')).toBe(true);
    expect(asking.summary()).toMatchObject({ pending: 1, nextAskAt: '2026-11-26T08:15:01.000Z' });
    standIn.revokeKey(false);
    setKey(standIn.key);
    asking.keysChanged();
    await pass(1000);
    expect(results).toHaveLength(1);
  });

  test('a key that is refused when another one is set already says nothing of that one', async () => {
    const { watch, pass, standIn, asking, results, setKey } = await world({
      afterMs: 1000,
      onTheWay() {
        setKey(standIn.key);
        asking.keysChanged();
      },
    });
    setKey('a-mistyped-key');
    watch('market', { doneAfterMs: 0 });
    await pass(minute);
    expect(results).toHaveLength(1);
    expect(asking.isKeyRefused('kie-market')).toBe(false);
  });

  test('a refused key is tried again by itself, one question for all and ever more rarely', async () => {
    const { watch, pass, standIn, asked, asking, results } = await world({ afterMs: 1000 });
    standIn.revokeKey();
    for (const kind of ['market', 'aleph', 'veo', 'luma', 'runway'] as const) watch(kind, { doneAfterMs: minute });
    await pass(minute);
    // They were due together, and nobody had said no yet.
    expect(asked()).toBe(5);
    expect(asking.summary().nextAskAt).toBe('2026-11-26T08:15:01.000Z');
    await pass(day);
    expect(asked()).toBeLessThan(5 + 11);
    const before = asked();
    asking.sweep();
    await pass(2 * minute);
    expect(asked()).toBe(before + 1);
    standIn.revokeKey(false);
    await pass(5 * hour);
    expect(results).toHaveLength(5);
    expect(asking.isKeyRefused('kie-market')).toBe(false);
  });

  test('without a key nothing is asked', async () => {
    const { watch, pass, asked, setKey, asking } = await world({ afterMs: 1000 });
    setKey(null);
    watch('market');
    await pass(hour);
    expect(asked()).toBe(0);
    expect(asking.summary()).toEqual({ pending: 1, overdue: 1, nextAskAt: null });
  });
});

describe('a callback that says "done"', () => {
  const done = { state: 'succeeded' } as const;

  test('is confirmed by the record at once, and its links wait that long', async () => {
    const { standIn, asking, task, pass, asked, results, released } = await world();
    standIn.add('aleph', 't-aleph', { doneAfterMs: 0 });
    asking.consider(task('aleph', done), { confirm: true });
    expect(asking.holds('kie-aleph:t-aleph')).toBe(true);
    await pass(1);
    expect(results.map(({ result }) => result.state)).toEqual(['succeeded']);
    expect(asking.holds('kie-aleph:t-aleph')).toBe(false);
    expect(released).toEqual(['kie-aleph:t-aleph']);
    await pass(day);
    expect(asked()).toBe(1);
  });

  test.each([
    ['some moments', 2000, ['succeeded']],
    ['longer', 20_000, ['processing', 'succeeded']],
  ])('is contradicted by a record that is behind it for %s only where that is long', async (_how, behindMs, said) => {
    const { standIn, asking, task, pass, results, released } = await world();
    standIn.add('market', 't-market', { doneAfterMs: behindMs });
    asking.consider(task('market', done), { confirm: true });
    await pass(5000);
    expect(released).toHaveLength(said.length === 1 ? 1 : 0);
    await pass(minute);
    expect(results.map(({ result }) => result.state)).toEqual(said);
  });

  test('is not contradicted by an answer that was on its way already', async () => {
    let isCalledBack = false;
    const { standIn, watch, asking, task, pass, results, released } = await world({
      afterMs: 1000,
      onTheWay() {
        if (isCalledBack) return;
        isCalledBack = true;
        standIn.add('market', 't-market', { doneAfterMs: 0 });
        asking.consider(task('market', done), { confirm: true });
      },
    });
    watch('market');
    await pass(5000);
    expect(results.map(({ result }) => result.state)).toEqual(['succeeded']);
    expect(released).toEqual(['kie-market:t-market']);
  });

  test('is taken as it is soon where the provider does not know the task', async () => {
    const { asking, task, pass, released, asked } = await world();
    asking.consider(task('aleph', done), { confirm: true });
    await pass(10_000);
    expect(released).toEqual(['kie-aleph:t-aleph']);
    expect(asked()).toBe(2);
  });

  test('is taken as it is after a minute where the record cannot be had', async () => {
    const { standIn, asking, task, pass, released } = await world();
    standIn.add('aleph', 't-aleph', { doneAfterMs: 0, asks: [500, 500, 500, 500, 500, 500] });
    asking.consider(task('aleph', done), { confirm: true });
    await pass(30_000);
    expect(released).toEqual([]);
    await pass(40_000);
    expect(released).toEqual(['kie-aleph:t-aleph']);
    expect(asking.holds('kie-aleph:t-aleph')).toBe(false);
  });
});

test('three hundred watched tasks are asked about a few at a time, and all of them', async () => {
  const { standIn, asking, task, pass, results, needless } = await world({ afterMs: 1000 });
  for (let n = 0; n < 300; n += 1) {
    standIn.add('market', `t-${String(n)}`, { doneAfterMs: (n % 10) * minute });
    asking.consider({ ...task('market'), key: `kie-market:t-${String(n)}`, taskId: `t-${String(n)}` });
  }
  await pass(2 * hour);
  expect(results).toHaveLength(300);
  expect(needless()).toBe(0);
});

test('of a thousand watched tasks no second sees more than ten questions, and none is asked about twice in a gap', async () => {
  const { standIn, asking, task, pass } = await world({ afterMs: 1000 });
  for (let n = 0; n < 1000; n += 1) {
    standIn.add('market', `t-${String(n)}`, { ends: 'never' });
    asking.consider({ ...task('market'), key: `kie-market:t-${String(n)}`, taskId: `t-${String(n)}` });
  }
  await pass(3 * minute);
  const times = standIn.calls.map(({ at }) => at).sort((a, b) => a - b);
  const most = Math.max(
    ...times.map((at, index) => times.slice(index, index + 50).filter((other) => other - at < 1000).length),
  );
  expect(most).toBeLessThanOrEqual(10);
  const last = new Map<string, number>();
  let least = Infinity;
  for (const { query, at } of standIn.calls) {
    const id = query.get('taskId') ?? '';
    least = Math.min(least, at - (last.get(id) ?? -Infinity));
    last.set(id, at);
  }
  expect(last.size).toBe(1000);
  expect(least).toBeGreaterThanOrEqual(30_000 * 0.85);
  process.stdout.write(
    `1,000 watched: ${String(Math.round(times.length / 3))} questions a minute, at most ${String(most)} in a second\n`,
  );
});

test('each of many tasks that wait is looked at by itself, and the first of them is asked about first', async () => {
  const clock = createFakeClock();
  const standIn = await openKieStandIn({ film: Buffer.from('film'), now: () => clock.now() });
  const { fetch } = createCountedFetch();
  const bases = new Map([['kie', standIn.origin]]);
  const client = createProviderClient({ key: () => standIn.key, bases, clock, fetch, timeoutMs: 2000 });
  let looks = 0;
  const asking = createAsking({
    client: {
      ...client,
      hasKey(provider) {
        looks += 1;
        return client.hasKey(provider);
      },
    },
    clock,
    random: () => 0.5,
    times: { afterMs: hour, everyMs: null },
    usual: createUsualTimes(),
    answered: () => Promise.resolve(),
    asked: () => Promise.resolve(),
    unwatched: () => Promise.resolve(),
    released: () => undefined,
    log: silentLog,
  });
  onTestFinished(async () => {
    await asking.close();
    await standIn.close();
  });
  const count = 2000;
  for (let n = 0; n < count; n += 1) {
    const at = new Date(clock.now() - n * 1000).toISOString();
    asking.consider(askableTask('kie-luma', `t${n}`, at));
  }
  expect(looks).toBeLessThan(4 * count);
  expect(asking.summary().nextAskAt).toBe(new Date(clock.now() - (count - 1) * 1000 + hour).toISOString());
});
