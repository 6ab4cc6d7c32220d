/**
 * The closed loop: what the inbox does so that nothing paid for disappears. Orders, waits, asks, renews; wired to the
 * library here, and nowhere else.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { Low } from 'lowdb';
import type { EventDraft, StampedEvent } from '../../common/events.ts';
import type { Result, Task } from '../../common/model.ts';
import { providerFamily } from '../../common/providers/catalog.ts';
import { createRedactor } from '../../common/redact.ts';
import { hasFailed, hasWaitingVideo } from '../../common/task-traits.ts';
import type { CallbackUrls } from '../callbacks/callback-urls.ts';
import { withoutSecrets } from '../callbacks/kept-body.ts';
import type { Config } from '../config.ts';
import type { Library, LibraryChange } from '../projections/library.ts';
import type { Log } from '../log/log.ts';
import type { Fetch } from '../provider-api/call-api.ts';
import { createKieAccount, type KieAccount } from '../provider-api/kie-account.ts';
import { kieAccount } from '../provider-api/kie-apis.ts';
import { createProviderClient, type ProviderClient } from '../provider-api/provider-client.ts';
import { createAsking, type Asking } from '../reactors/asking.ts';
import { createRescue, type Rescue } from '../reactors/rescue.ts';
import { createUpgrades, type Upgrades } from '../reactors/upgrades.ts';
import { createUsualCosts, type UsualCosts } from '../reactors/usual-costs.ts';
import { createUsualTimes, type UsualTimes } from '../reactors/usual-times.ts';
import { createSyncedJsonAdapter } from '../storage/synced-json-adapter.ts';
import { createSources } from '../submissions/sources.ts';
import { createSubmissionBook, type Submission, type SubmissionBook } from '../submissions/submission-book.ts';
import { createSubmissions, type SubmissionPorts, type Submissions } from '../submissions/submissions.ts';
import type { Clock } from '../tunnel/clock.ts';

export interface ClosedLoopPorts {
  readonly config: Pick<Config, 'apiBases' | 'askAfterMs' | 'askEveryMs'>;
  /** Of the data dir. */
  readonly root: string;
  readonly library: () => Pick<Library, 'get' | 'newestFirst' | 'record' | 'recordAll'>;
  readonly urls: CallbackUrls;
  readonly addressOf: (token: string) => string;
  readonly secret: (name: string) => string | null;
  /** What must not be kept: keys and tokens. */
  readonly secrets: () => readonly string[];
  readonly durationOf: (file: string) => Promise<number | null>;
  /** What is shown of a task is other than before, without an event. */
  readonly changed: (key: string) => void;
  /** The links of a task may be fetched now. */
  readonly fetch: (task: Task) => void;
  /** A file of an order is on its way to the provider. */
  readonly uploading: (source: string, sentBytes: number, totalBytes: number) => void;
  /** A link of our own, for test callbacks: no provider knows of these. */
  readonly isOwnLink: (url: string) => boolean;
  /** Where several machines share a log: whose turn it is to ask, and the hold on an order. */
  readonly turns?: LoopTurns;
  readonly clock: Clock;
  readonly random?: () => number;
  /** For calls of providers' APIs; default: the global one. */
  readonly fetchApi?: Fetch;
  readonly timeoutMs?: number;
  readonly log: Log;
}

export interface LoopTurns {
  /** False while another machine asks. */
  readonly isOurTurn: () => boolean;
  readonly hold: SubmissionPorts['hold'];
  /** So often whoever has the turn looks for orders that a machine has left behind. */
  readonly settleEveryMs: number;
}

export interface ClosedLoop {
  readonly client: ProviderClient;
  readonly kie: KieAccount;
  readonly asking: Asking;
  readonly rescue: Rescue;
  readonly upgrades: Upgrades;
  readonly submissions: Submissions;
  readonly book: SubmissionBook;
  readonly usual: UsualTimes;
  readonly costs: UsualCosts;
  /** Every event of the log, past the last start and from then on. */
  onEvent(event: StampedEvent): void;
  /** Every change of a task; before downloads hear of it. */
  onChange(change: LibraryChange): void;
  /** The person's file that was uploaded to this address; `null` where nobody knows of one. */
  uploadedFile(url: string): Promise<string | null>;
  /** True while a task's links wait for the provider's record. */
  holds(key: string): boolean;
  /** What waits from before is taken up, and asked about at once. */
  start(): Promise<void>;
  keysChanged(): void;
  /** It is this machine's turn to ask, or another's. @param idleMs so long ago another's ended. */
  turnChanged(idleMs: number): void;
  close(): Promise<void>;
}

const learnedFrom = 300;
/** No provider keeps a film longer. */
const upgradableMs = 31 * 86_400_000;
const keptBodyChars = 32 * 1024;

export async function openClosedLoop(ports: ClosedLoopPorts): Promise<ClosedLoop> {
  const { clock, log, urls } = ports;
  const random = ports.random ?? Math.random;
  const book = createSubmissionBook();
  const kept = new Low<{ readonly submissions: readonly Submission[] }>(
    createSyncedJsonAdapter(path.join(ports.root, 'submissions.json'), bookFormat),
    { submissions: [] },
  );
  await kept.read().catch((error: unknown) => log.warn({ error }, 'what is known of past orders could not be read'));
  book.restore(kept.data.submissions);
  let saving: Promise<unknown> = Promise.resolve();
  let nextSave: Promise<unknown> | null = null;
  /** Whoever comes while a save waits for the one before shares it. */
  function saveBook(): Promise<unknown> {
    nextSave ??= saving
      .catch(() => undefined)
      .then(() => {
        nextSave = null;
        kept.data = { submissions: book.snapshot() };
        saving = kept.write();
        return saving;
      });
    return nextSave;
  }

  const client = createProviderClient({
    key: ports.secret,
    bases: ports.config.apiBases,
    clock,
    ...(ports.fetchApi === undefined ? {} : { fetch: ports.fetchApi }),
    ...(ports.timeoutMs === undefined ? {} : { timeoutMs: ports.timeoutMs }),
  });
  const kie = createKieAccount(client, clock);
  const usual = createUsualTimes();
  const costs = createUsualCosts();
  const isOurTurn = ports.turns?.isOurTurn ?? (() => true);
  async function recordOrder(
    drafts: readonly EventDraft[],
    record: (drafts: readonly EventDraft[]) => Promise<unknown>,
  ): Promise<void> {
    await record(drafts);
    // An intent is found at the next start even where the index is made anew from other places of the log.
    if (drafts.some(({ type }) => type.startsWith('submission-'))) await saveBook();
  }
  const recordHere = (drafts: readonly EventDraft[]): Promise<void> =>
    recordOrder(drafts, (each) => ports.library().recordAll(each));
  let isLive = false;

  const asking = createAsking({
    client,
    clock,
    random,
    isOurTurn,
    times: { afterMs: ports.config.askAfterMs, everyMs: ports.config.askEveryMs },
    usual,
    async answered({ key, provider, taskId }, { result, body }) {
      const isOver = result.state === 'succeeded' || result.state === 'failed';
      await ports
        .library()
        .recordAll([
          recordedAnswer({ key, provider, taskId, result, body }, ports.secrets()),
          { type: 'asked', key, code: isOver ? 'answered' : 'pending', params: {}, nextAt: null },
        ]);
    },
    asked: (key, code, nextAt) => ports.library().record({ type: 'asked', key, code, params: {}, nextAt }),
    unwatched: (key, code) => ports.library().record({ type: 'unwatched', key, code }),
    released(key) {
      const task = ports.library().get(key);
      if (task !== undefined) ports.fetch(task);
    },
    log,
  });

  const rescue = createRescue({
    client,
    freshLink: (url) => kie.freshLink(url),
    get: (key) => ports.library().get(key),
    brokenTasks: () =>
      ports.library().newestFirst(({ head }) => (hasFailed(head) || hasWaitingVideo(head)) && head.trashedAt === null),
    changed: ports.changed,
    requeue: (videos) => ports.library().record({ type: 'video-queued', videos }),
    renew: (key, url, link, by) => ports.library().record({ type: 'link-renewed', key, url, link, by }),
    clock,
    log,
  });

  const upgrades = createUpgrades({
    client,
    record: (draft) => ports.library().record(draft),
    get: (key) => ports.library().get(key),
    isOurTurn,
    clock,
    log,
  });

  const sources = createSources({
    upload: (provider) =>
      client.api(provider)?.account === kieAccount
        ? (file, sizeBytes, progress) => kie.upload(file, sizeBytes, progress)
        : null,
    uploading: ports.uploading,
    durationOf: ports.durationOf,
    now: () => clock.date().getTime(),
  });

  const submissions = createSubmissions({
    record: recordHere,
    hold:
      ports.turns === undefined
        ? () => Promise.resolve({ record: recordHere, release: () => Promise.resolve() })
        : async (id) => {
            const hold = (await ports.turns?.hold(id)) ?? null;
            return hold === null ? null : { ...hold, record: (drafts) => recordOrder(drafts, hold.record) };
          },
    book,
    client,
    form: (provider, model) => kie.form(provider, model),
    sources,
    async mintUrl(submission, project) {
      const entry = await urls.mint({ label: `Order ${submission.slice(0, 8)}`, project, submission });
      return { id: entry.id, url: ports.addressOf(entry.token) };
    },
    revokeUrl: (id) => urls.revoke(id),
    estimate: (provider, model) => costs.of(provider, model),
    redact: (text) => createRedactor(ports.secrets()).text(text),
    clock,
    log,
  });

  function learnCost({ key, provider, model, state, credits }: Task): void {
    if (state === 'succeeded' && credits !== null) costs.learn(provider, model, key, credits);
  }

  function learn(task: Task, at: string): void {
    if (task.submittedAt === undefined || task.state !== 'succeeded') return;
    usual.learn(task.provider, task.model, Date.parse(at) - Date.parse(task.submittedAt));
  }

  /** Those of tasks whose films may still be with a provider that makes larger ones. */
  function resumeUpgrades(): void {
    if (!isOurTurn()) return;
    const since = clock.date().getTime() - upgradableMs;
    for (const task of ports
      .library()
      .newestFirst(({ head, receivedMs }) => receivedMs > since && client.api(head.provider)?.upgrades !== undefined)) {
      upgrades.resume(task);
    }
  }

  /** Of a machine that died while it ordered: whoever lives holds its orders. */
  function settleLeft(): void {
    submissions
      .settleHeard()
      .then(() => submissions.settleInterrupted())
      .catch((error: unknown) => log.error({ error }, 'orders that a machine left behind could not be settled'));
  }

  let stopSettling: () => void = () => undefined;
  function settleNext(): void {
    if (ports.turns === undefined) return;
    stopSettling = clock.after(ports.turns.settleEveryMs, () => {
      settleLeft();
      settleNext();
    });
  }

  return {
    client,
    kie,
    asking,
    rescue,
    upgrades,
    submissions,
    book,
    usual,
    costs,
    onEvent(event) {
      book.apply(event);
      if (!isLive) return;
      const isTurn = isOurTurn();
      if (isTurn) rescue.onEvent(event);
      if (event.type !== 'result' || event.source !== 'callback' || event.evidence === null) return;
      const { urlId } = event.evidence;
      const submission = urlId === null ? null : book.byUrl(urlId);
      if (urlId === null || submission === null || submission.state === 'made') return;
      // Whoever has the turn next, or starts after us, finds it there.
      saveBook().catch((error: unknown) => log.error({ error, urlId }, 'what an order’s callback told is not kept'));
      if (!isTurn) return;
      submissions
        .heardAt(urlId, event.read.taskId)
        .catch((error: unknown) => log.error({ error, urlId }, 'an order that was in doubt could not be settled'));
    },
    onChange({ event, key, task }) {
      if (task === null) {
        asking.forget(key);
        return;
      }
      const isCallback = event.type === 'result' && event.source === 'callback';
      const hasEnded = task.state === 'succeeded' || task.state === 'failed';
      if (event.type === 'result' || event.type === 'cost') learnCost(task);
      if (isCallback && hasEnded) learn(task, event.at);
      const isOurs = task.videos.length > 0 && task.videos.every(({ url }) => ports.isOwnLink(url));
      asking.consider(task, { confirm: isCallback && hasEnded && !isOurs });
      upgrades.resume(task);
    },
    uploadedFile: (url) => sources.uploadedFile(url),
    holds: (key) => asking.holds(key),
    async start() {
      isLive = true;
      const tasks = ports.library();
      let count = 0;
      for (const task of tasks.newestFirst(({ head }) => head.state === 'succeeded' && head.trashedAt === null)) {
        if (count >= learnedFrom) break;
        count += 1;
        learnCost(task);
        const told = task.history.find(({ kind, state }) => kind === 'callback' && state === 'succeeded');
        if (told !== undefined) learn(task, told.at);
        // Ready, and only to be had with the key.
        if (task.needsApiKey && task.videos.length === 0) asking.consider(task);
      }
      for (const task of tasks.newestFirst(
        ({ head }) => (head.state === 'processing' || head.watchedSince !== undefined) && head.trashedAt === null,
      )) {
        asking.consider(task);
      }
      asking.sweep();
      resumeUpgrades();
      if (isOurTurn()) await submissions.settleHeard();
      await submissions.settleInterrupted();
    },
    keysChanged() {
      asking.keysChanged();
      rescue.keysChanged();
    },
    turnChanged(idleMs) {
      if (isOurTurn()) asking.turnTaken(idleMs);
      asking.keysChanged();
      stopSettling();
      if (!isOurTurn()) return;
      settleNext();
      rescue.keysChanged();
      resumeUpgrades();
      settleLeft();
    },
    async close() {
      stopSettling();
      await asking.close();
      await rescue.close();
      await upgrades.close();
      await (nextSave ?? saving).catch(() => undefined);
    },
  };
}

/** The provider's record as an event: what a callback would have said, vouched for by who was asked. */
export function recordedAnswer(
  answer: {
    readonly key: string;
    readonly provider: string;
    readonly taskId: string;
    readonly result: Result;
    readonly body: unknown;
  },
  secrets: readonly string[],
): EventDraft {
  const { key, provider, taskId, result } = answer;
  const text = JSON.stringify(answer.body ?? null);
  const redact = createRedactor(secrets);
  return {
    type: 'result',
    source: 'asked',
    key,
    read: {
      provider,
      certain: true,
      family: providerFamily(provider),
      taskId,
      result: withoutSecrets(result, redact),
    },
    trust: 'confirmed',
    evidence: {
      urlId: null,
      headers: {},
      body: redact.text(text).slice(0, keptBodyChars),
      bodyEncoding: 'utf8',
      bodySha256: createHash('sha256').update(text).digest('hex'),
      replayKey: null,
      remote: null,
    },
    tags: [],
  };
}

/** Made and refused ones are needed no longer than their callbacks may still come. */
const bookFormat = {
  parse(value: unknown): { readonly submissions: readonly Submission[] } {
    if (typeof value !== 'object' || value === null || !('submissions' in value) || !Array.isArray(value.submissions)) {
      throw new TypeError('not a list of submissions');
    }
    return { submissions: value.submissions as readonly Submission[] };
  },
  serialize: (data: { readonly submissions: readonly Submission[] }) => ({ version: 1, ...data }),
};
