/**
 * The closed loop on a real log, against a stand-in of kie.ai, in made-up time: days pass in a moment. Downloads are
 * one request each; what they meet is written to the log as the real ones write it.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { InboxError } from '../../../src-main/common/errors.ts';
import { asTold } from '../../../src-main/common/texts/sentence.ts';
import type { EventDraft } from '../../../src-main/common/events.ts';
import type { Result, Task, Video } from '../../../src-main/common/model.ts';
import { parseBody } from '../../../src-main/common/providers/parse-body.ts';
import { providerFamily } from '../../../src-main/common/providers/catalog.ts';
import { readBody } from '../../../src-main/common/providers/reader.ts';
import { openCallbackUrls } from '../../../src-main/node/callbacks/callback-urls.ts';
import { createClosedLoop, type LoopTurns } from '../../../src-main/node/inbox/closed-loop.ts';
import { createProviderSide } from '../../../src-main/node/inbox/provider-side.ts';
import { recordedAnswer } from '../../../src-main/node/reactors/recorded-answer.ts';
import { openSubmissionBook } from '../../../src-main/node/submissions/kept-book.ts';
import { createLoopHandlers } from '../../../src-main/node/inbox/calls/loop-handlers.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import type { Order } from '../../../src-main/common/submit-form.ts';
import { createCountedFetch, createFakeClock } from '../../support/fake-clock.ts';
import { openReplicateStandIn } from '../../support/providers/replicate-stand-in.ts';
import { openKieStandIn, type StandInTask, type TaskScript } from '../../support/providers/kie-stand-in.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { openLibraryIn } from '../../support/test-library.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const film = Buffer.from('the bytes of a film');

const tell = (line: string): boolean => process.stdout.write(`${line}\n`);

const order: Order = {
  provider: 'kie-aleph',
  model: null,
  prompt: 'rain at dusk',
  videos: ['https://files.example.com/source.mp4'],
  images: [],
  params: {},
  project: null,
};

const strangeResult: Result = {
  state: 'succeeded',
  stateWord: null,
  message: null,
  prompt: null,
  sourceUrl: null,
  thumbnailUrl: null,
  videoUrls: [],
  needsApiKey: false,
  model: null,
  credits: null,
  expiresAfterSeconds: null,
};

async function world(
  options: {
    readonly key?: string | null;
    readonly timeoutMs?: number;
    /** The disk takes no event of this type. */
    readonly unwritable?: string;
    /** Where several machines share a log. */
    readonly hold?: LoopTurns['hold'];
    readonly isOurTurn?: () => boolean;
    /** The balance cannot be had. */
    readonly isBalanceHidden?: boolean;
    readonly answerCreate?: () => Response | Promise<Response>;
  } = {},
) {
  const clock = createFakeClock();
  const counted = createCountedFetch();
  const root = await tempDir();
  const kie = await openKieStandIn({ film, now: () => clock.now() });
  const replicate = await openReplicateStandIn(() => clock.now());
  let key: string | null = options.key === undefined ? kie.key : options.key;
  const urls = await openCallbackUrls(path.join(root, 'urls.json'), silentLog, () => clock.date());
  const urlIds = (): ReadonlyMap<string, string> => new Map(urls.list().map(({ token, id }) => [token, id]));
  const fetching = new Set<Promise<unknown>>();
  const busy = new Set<string>();
  let writes = 0;
  let writing = 0;
  /** Made-up time waits for the real disk. */
  async function noted<T>(write: Promise<T>): Promise<T> {
    writing += 1;
    try {
      return await write;
    } finally {
      writing -= 1;
    }
  }

  let isOurTurn = true;
  let unwritable = options.unwritable ?? null;
  const written = (drafts: readonly EventDraft[], write: () => Promise<void>): Promise<void> =>
    drafts.some(({ type }) => type === unwritable)
      ? Promise.reject(new InboxError('storage-failed', asTold('the disk is full')))
      : noted(write());

  const kept = await openSubmissionBook(path.join(root, 'submissions.json'), silentLog, () =>
    Promise.resolve({ fromStart: true }),
  );
  const library = await openLibraryIn(root, { now: () => clock.date(), beside: [kept.book] });
  const loop = createClosedLoop({
    config: { askAfterMs: null, askEveryMs: null },
    library: {
      ...library,
      record: (draft) => written([draft], () => library.record(draft)),
      recordAll: (drafts) => written(drafts, () => library.recordAll(drafts)),
    },
    kept,
    providers: createProviderSide({
      config: {
        apiBases: new Map([
          ['kie', kie.origin],
          ['replicate', replicate.origin],
        ]),
      },
      secret: (name) => (name === 'KIE_API_KEY' ? key : name === 'REPLICATE_API_KEY' ? replicate.key : null),
      durationOf: () => Promise.resolve(5),
      uploading: () => undefined,
      clock,
      fetch: (url, init) =>
        options.answerCreate !== undefined && url.pathname.endsWith('/generate')
          ? Promise.resolve(options.answerCreate())
          : options.isBalanceHidden === true && url.pathname === '/api/v1/chat/credit'
            ? Promise.resolve(Response.json({ code: 404, msg: 'no such page' }, { status: 404 }))
            : counted.fetch(url, init),
      timeoutMs: options.timeoutMs ?? 2000,
    }),
    urls,
    addresses: { of: (token) => `https://inbox.example.com/c/${token}`, isOwnLink: () => false },
    secrets: () => [],
    changed: () => undefined,
    fetch: (task) => download(task),
    turns: {
      isOurTurn: options.isOurTurn ?? (() => isOurTurn),
      tellsHooks: () => false,
      settleEveryMs: 3_600_000,
      hold:
        options.hold ??
        (() =>
          Promise.resolve({
            record: (drafts) => written(drafts, () => library.recordAll(drafts)),
            release: () => Promise.resolve(),
          })),
    },
    clock,
    random: () => 0.5,
    log: silentLog,
  });
  library.onChange((change) => {
    writes += 1;
    loop.onChange(change);
    if (change.task !== null && !loop.holds(change.key)) download(change.task);
  });
  await loop.start();
  onTestFinished(async () => {
    await loop.close();
    await Promise.allSettled(fetching);
    await library.close();
    await urls.close();
    await kie.close();
    await replicate.close();
  });

  function download(task: Task): void {
    for (const video of task.videos) {
      const id = `${task.key} ${video.url}`;
      if (video.state !== 'queued' || busy.has(id)) continue;
      busy.add(id);
      const work = fetchOne(task.key, video)
        .catch(() => undefined)
        .finally(() => {
          busy.delete(id);
          fetching.delete(work);
        });
      fetching.add(work);
    }
  }

  async function fetchOne(taskKey: string, { url }: Video): Promise<void> {
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const response = await counted.fetch(new URL(url), {}).catch(() => null);
      if (response === null) continue; // broke off half-way: the same link again
      if (response.ok) {
        const bytes = Buffer.from(await response.arrayBuffer());
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        const facts = {
          container: 'mp4',
          durationSeconds: 5,
          width: 1,
          height: 1,
          videoCodec: null,
          audioCodec: null,
          frameRate: null,
        };
        const file = { path: `videos/${sha256}.mp4`, sizeBytes: bytes.length, sha256, ...facts };
        await library.record({ type: 'video-saved', key: taskKey, url, file });
        return;
      }
      const code = response.status === 403 ? 'forbidden' : 'gone';
      await library.record({ type: 'video-failed', key: taskKey, url, code, reason: code, params: {}, gone: true });
      return;
    }
  }

  /** Nothing on its way to the provider, to the disk or between. */
  async function settle(): Promise<void> {
    for (let quiet = 0; quiet < 3;) {
      const before = writes;
      await counted.settle();
      await new Promise((resolve) => setTimeout(resolve, 2));
      quiet = before === writes && writing === 0 && fetching.size === 0 ? quiet + 1 : 0;
    }
  }

  async function callback(task: StandInTask): Promise<void> {
    const text = JSON.stringify(kie.callbackBody(task.id));
    const reading = readBody({ body: parseBody(text), headers: {}, providerHint: `kie-${task.kind}` });
    if (reading.kind !== 'result') throw new Error('unreadable');
    const token = task.callbackUrl?.split('/').at(-1) ?? '';
    await library.record({
      type: 'result',
      source: 'callback',
      read: {
        provider: `kie-${task.kind}`,
        certain: true,
        family: providerFamily(`kie-${task.kind}`),
        taskId: task.id,
        result: reading.result,
      },
      trust: 'unsigned',
      evidence: {
        urlId: urlIds().get(token) ?? null,
        headers: {},
        body: text,
        bodyEncoding: 'utf8',
        bodySha256: createHash('sha256').update(text).digest('hex'),
        replayKey: null,
        remote: null,
      },
      tags: [],
    });
  }

  const tasks = (): readonly Task[] => [...library.newestFirst()];
  const saved = (): number =>
    tasks().filter(({ videos }) => videos.length > 0 && videos.every(({ state }) => state === 'saved')).length;
  const needless = (): number => [...kie.tasks.values()].reduce((sum, { askedAfterEnd }) => sum + askedAfterEnd, 0);
  return {
    kie,
    replicate,
    orders: () => replicate.calls.filter(({ method }) => method === 'POST').length,
    clock,
    loop,
    library,
    urls,
    root,
    tasks,
    saved,
    needless,
    callback,
    settle,
    pass: (ms: number) => clock.pass(ms, settle),
    only: (): StandInTask => {
      const [task] = kie.tasks.values();
      if (task === undefined || kie.tasks.size > 1) throw new Error('not one task');
      return task;
    },
    setTurn: (isOurs: boolean, idleMs = Infinity) => {
      isOurTurn = isOurs;
      loop.turnChanged(idleMs);
    },
    setUnwritable: (type: string | null) => {
      unwritable = type;
    },
    setKey: (value: string | null) => {
      key = value;
      loop.keysChanged();
    },
  };
}

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

function handlersOf(
  w: Awaited<ReturnType<typeof world>>,
  projectAs: (name: string | null) => string | null = (name) => name,
) {
  const unused = (): never => {
    throw new Error('not asked for');
  };
  return createLoopHandlers({
    loop: w.loop,
    library: w.library,
    hooks: { test: unused, forgetLost: unused },
    onBug: unused,
    digest: { get: unused, dismiss: unused },
    find: (key) => w.library.get(key),
    projectAs,
  });
}

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

describe('the hold on an order', () => {
  const intended = (id: string, urlId: string): EventDraft => ({
    type: 'submission-intended',
    id,
    provider: 'kie-aleph',
    model: null,
    prompt: 'rain at dusk',
    sources: [],
    input: {},
    urlId,
    project: null,
    tags: [],
    estimate: null,
  });

  test('is given back where its intent could not be noted, and its URL is nobody’s', async () => {
    const held = new Set<string>();
    const w = await world({
      hold: (id) => {
        held.add(id);
        return Promise.resolve({
          record: () => Promise.reject(new InboxError('storage-failed', asTold('the database is away'))),
          release: () => Promise.resolve(void held.delete(id)),
        });
      },
    });
    await expect(w.loop.submissions.send(order)).rejects.toMatchObject({ code: 'storage-failed' });
    expect([...held]).toEqual([]);
    expect(
      w.urls.list().map(({ submission, revokedAt }) => submission !== undefined && revokedAt === null),
    ).not.toContain(true);
    expect(w.kie.tasks.size).toBe(0);
  });

  test('is no one’s while its callback comes: whoever has the turn next settles it, also after a restart', async () => {
    const turn = { isOurs: false };
    const w = await world({
      isOurTurn: () => turn.isOurs,
      hold: () =>
        Promise.resolve({
          record: (drafts) => w.library.recordAll(drafts),
          release: () => Promise.resolve(),
        }),
    });
    w.kie.script({ create: 'lost', doneAfterMs: 0 });
    expect(await w.loop.submissions.send(order)).toMatchObject({ outcome: 'unknown' });
    await w.callback(w.only());
    expect(w.loop.book.open()).toMatchObject([{ state: 'unknown' }]);
    const kept = path.join(w.root, 'submissions.json');
    await expect.poll(() => readFile(kept, 'utf8'), { timeout: 30_000 }).toContain(`"heardTaskId":"${w.only().id}"`);
    turn.isOurs = true;
    w.loop.turnChanged(Infinity);
    await expect.poll(() => w.loop.book.open(), { timeout: 30_000 }).toEqual([]);
    expect(w.tasks()[0]?.submission).toBeDefined();
  });

  test('that a past run left behind with its callback is settled as made at the start', async () => {
    const turn = { isOurs: false };
    const w = await world({
      isOurTurn: () => turn.isOurs,
      hold: () =>
        Promise.resolve({
          record: (drafts) => w.library.recordAll(drafts),
          release: () => Promise.resolve(),
        }),
    });
    w.kie.script({ create: 'lost', doneAfterMs: 0 });
    await w.loop.submissions.send(order);
    await w.callback(w.only());
    turn.isOurs = true;
    await w.loop.start();
    expect(w.loop.book.open()).toEqual([]);
  });

  test('that a machine left behind is settled while others run, and one that somebody holds is not', async () => {
    let isHeld = true;
    const w = await world({
      hold: () =>
        Promise.resolve(
          isHeld ? null : { record: (drafts) => w.library.recordAll(drafts), release: () => Promise.resolve() },
        ),
    });
    w.setTurn(true);
    await w.library.record(intended('left', 'u-left'));
    await w.pass(7_200_000);
    expect(w.loop.book.open()).toMatchObject([{ state: 'intended' }]);
    isHeld = false;
    await w.pass(3_600_000);
    await expect.poll(() => w.loop.book.open(), { timeout: 30_000 }).toMatchObject([{ state: 'unknown' }]);
    expect(w.kie.tasks.size).toBe(0);
  });

  test('of one that cannot be settled is given back, and the others are settled', async () => {
    const held = new Set<string>();
    const w = await world({
      hold: (id) => {
        held.add(id);
        return Promise.resolve({
          record: (drafts) =>
            id === 'bad'
              ? Promise.reject(new InboxError('storage-failed', asTold('the database is away')))
              : w.library.recordAll(drafts),
          release: () => Promise.resolve(void held.delete(id)),
        });
      },
    });
    // The newest is settled first.
    await w.library.recordAll([intended('good', 'u1'), intended('bad', 'u2')]);
    await w.loop.submissions.settleInterrupted();
    expect([...held]).toEqual([]);
    expect(w.loop.book.get('good')).toMatchObject({ state: 'unknown', code: 'interrupted' });
    expect(w.loop.book.get('bad')).toMatchObject({ state: 'intended' });
  });
});

describe('a dead link', () => {
  test('is renewed after hours in which the provider could not be asked', async () => {
    const w = await world();
    w.kie.script({ doneAfterMs: minute, onlyFreshLink: true, asks: Array<500>(8).fill(500) });
    await w.loop.submissions.send(order);
    w.kie.refuse(500);
    await w.pass(2 * minute);
    await w.callback(w.only());
    await w.pass(3 * hour);
    expect(w.saved()).toBe(0);
    w.kie.refuse(null);
    await w.pass(hour + minute);
    expect(w.saved()).toBe(1);
  });

  test('that was being renewed when the program was killed is renewed after the next start', async () => {
    let isTurn = true;
    const w = await world({ isOurTurn: () => isTurn });
    w.kie.script({ doneAfterMs: minute, onlyFreshLink: true });
    await w.loop.submissions.send(order);
    await w.pass(2 * minute);
    // Nobody renews it, as where nobody runs any more.
    isTurn = false;
    await w.callback(w.only());
    await w.pass(hour);
    expect(w.tasks().flatMap(({ videos }) => videos.map(({ state }) => state))).toEqual(['expired']);
    isTurn = true;
    await w.loop.start();
    await w.pass(minute);
    expect(w.saved()).toBe(1);
  });
});

test('what can be rescued is rescued, nothing is asked in vain, nothing is paid twice', async () => {
  const w = await world({ timeoutMs: 300 });
  const scripts: readonly { readonly script: Partial<TaskScript>; readonly isLost?: true }[] = [
    { script: {} },
    { script: { doneAfterMs: 10 * minute } },
    { script: { ends: 'flag4' } },
    { script: { asks: [429, 'drop', 'nonsense', 500, 455] } },
    { script: { deadFirstLink: true } },
    { script: { onlyFreshLink: true } },
    { script: { onlyFreshLink: true, cutOnce: 5 } },
    { script: { linkLifeMs: 0, doneAfterMs: 2 * minute } },
    { script: { asks: ['hang'] } },
    { script: { create: 'lost' } },
    { script: { ends: 'fail' }, isLost: true },
    { script: { ends: 'moderated' }, isLost: true },
  ];
  let rescuable = 0;
  let ordered = 0;
  for (const [n, { script, isLost }] of scripts.entries()) {
    w.kie.script(script);
    const sending = w.loop.submissions.send({
      ...order,
      provider: n % 2 === 0 ? 'kie-aleph' : 'kie-veo',
      ...(n % 2 === 0 ? {} : { videos: [] }),
    });
    await w.pass(1000);
    await sending;
    ordered += 1;
    if (isLost !== true) rescuable += 1;
  }
  await w.pass(2 * day);
  // The one whose answer was lost is found by its callback.
  for (const task of w.kie.tasks.values()) if (task.script.create === 'lost') await w.callback(task);
  await w.pass(day);
  const paidTwice = w.kie.tasks.size - ordered;
  tell(`clips rescued of rescuable: ${String(w.saved())} of ${String(rescuable)}`);
  tell(`needless calls after a terminal state: ${String(w.needless())}`);
  tell(`tasks paid twice: ${String(paidTwice)}`);
  expect(w.saved()).toBe(rescuable);
  expect(paidTwice).toBe(0);
});

test('two hundred orders at once stay within 20 in 10 s, and all of them come', async () => {
  const w = await world();
  const sending = Promise.all(Array.from({ length: 200 }, () => w.loop.submissions.send(order)));
  const order200 = { isSent: false };
  void sending.then(() => (order200.isSent = true));
  // Callback URLs are written to a real disk meanwhile.
  for (let turn = 0; turn < 5000 && !order200.isSent; turn += 1) await w.pass(500);
  const results = await sending;
  expect(results.filter(({ outcome }) => outcome === 'made')).toHaveLength(200);
  await w.pass(30 * minute);
  const { mostIn10s, turnedAway } = w.kie.createRate();
  tell(`creations in any 10 s: at most ${String(mostIn10s)}, turned away ${String(turnedAway)}`);
  tell(
    `200 at once: ${String(w.saved())} saved, ${String(w.kie.tasks.size - 200)} paid twice, ${String(w.needless())} needless calls`,
  );
  expect(mostIn10s).toBeLessThanOrEqual(20);
  expect([w.saved(), w.kie.tasks.size, w.needless(), turnedAway]).toEqual([200, 200, 0, 0]);
}, 120_000);

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

describe('the end of the inbox', () => {
  test('waits for the answer to an order that was sent', async () => {
    const open: ((response: Response) => void)[] = [];
    const w = await world({ answerCreate: () => new Promise((resolve) => open.push(resolve)) });
    const sending = w.loop.submissions.send(order);
    await vi.waitUntil(() => open.length > 0, { timeout: 60_000 });
    let isClosed = false;
    const closing = w.loop.close().then(() => (isClosed = true));
    await w.settle();
    expect(isClosed).toBe(false);
    open[0]?.(Response.json({ code: 200, data: { taskId: 't-late' } }));
    expect(await sending).toMatchObject({ outcome: 'made', taskId: 't-late' });
    await closing;
    expect(w.loop.book.get((await sending).id)).toMatchObject({ state: 'made', taskId: 't-late' });
  });

  test('finds those that still wait for their turn not sent, and says so', async () => {
    const w = await world();
    const sending = Array.from({ length: 25 }, () => w.loop.submissions.send(order));
    await Promise.all(sending.slice(0, 20));
    await w.loop.close();
    const results = await Promise.all(sending);
    expect(results.slice(20)).toMatchObject(Array(5).fill({ outcome: 'refused', code: 'stopped' }));
    expect(JSON.stringify(results[24])).toContain('nothing was ordered or paid');
    expect(w.kie.tasks.size).toBe(20);
    expect(w.loop.book.open().map(({ state }) => state)).toEqual(Array(5).fill('refused'));
    await expect(w.loop.submissions.send(order)).rejects.toThrow('is closing');
  });
});
