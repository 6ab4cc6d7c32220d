/**
 * The closed loop on a real log, against a stand-in of kie.ai, in made-up time: days pass in a moment. Downloads are
 * one request each; what they meet is written to the log as the real ones write it.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { InboxError } from '../../src-main/common/errors.ts';
import { asTold } from '../../src-main/common/texts/sentence.ts';
import type { EventDraft } from '../../src-main/common/events.ts';
import type { Result, Task, Video } from '../../src-main/common/model.ts';
import { parseBody } from '../../src-main/common/providers/parse-body.ts';
import { providerFamily } from '../../src-main/common/providers/catalog.ts';
import { readBody } from '../../src-main/common/providers/reader.ts';
import { openCallbackUrls } from '../../src-main/node/callbacks/callback-urls.ts';
import { createClosedLoop, type LoopTurns } from '../../src-main/node/inbox/closed-loop.ts';
import { createProviderSide } from '../../src-main/node/inbox/provider-side.ts';
import { openSubmissionBook } from '../../src-main/node/submissions/kept-book.ts';
import { createLoopHandlers } from '../../src-main/node/inbox/calls/loop-handlers.ts';
import { silentLog } from '../../src-main/node/log/log.ts';
import type { Order } from '../../src-main/common/submit-form.ts';
import { createCountedFetch, createFakeClock } from './fake-clock.ts';
import { openReplicateStandIn } from './providers/replicate-stand-in.ts';
import { openKieStandIn, type StandInTask } from './providers/kie-stand-in.ts';
import { tempDir } from './temp-dir.ts';
import { openLibraryIn } from './test-library.ts';

export const minute = 60_000;

export const hour = 60 * minute;

export const day = 24 * hour;

const film = Buffer.from('the bytes of a film');

export const tell = (line: string): boolean => process.stdout.write(`${line}\n`);

export const order: Order = {
  provider: 'kie-aleph',
  model: null,
  prompt: 'rain at dusk',
  videos: ['https://files.example.com/source.mp4'],
  images: [],
  params: {},
  project: null,
};

export const strangeResult: Result = {
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

export async function world(
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

export function handlersOf(
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
