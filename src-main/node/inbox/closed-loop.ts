/**
 * The closed loop: what the inbox does so that nothing paid for disappears. Orders, waits, asks, renews; wired to the
 * library here, and nowhere else.
 */
import type { StampedEvent } from '../../common/events.ts';
import { isTerminal, type Task } from '../../common/model.ts';
import { createRedactor } from '../../common/redact.ts';
import { hasFailed, hasWaitingVideo } from '../../common/task-traits.ts';
import type { CallbackUrls } from '../callbacks/callback-urls.ts';
import type { Config } from '../config.ts';
import { takingTurns, type TakingTurns } from '../in-turns.ts';
import type { Library, LibraryChange } from '../projections/library.ts';
import type { TaskGlance } from '../projections/task-facts.ts';
import type { Log } from '../log/log.ts';
import type { KieAccount } from '../provider-api/kie-account.ts';
import type { ProviderClient } from '../provider-api/provider-client.ts';
import { createAsking, type Asking } from '../reactors/asking.ts';
import { linkOfCallback, recordedAnswer } from '../reactors/recorded-answer.ts';
import { createLearning, type Learning } from '../reactors/learning.ts';
import { createRescue, type Rescue } from '../reactors/rescue.ts';
import { createUpgrades, type Upgrades } from '../reactors/upgrades.ts';
import type { Addresses } from './addresses.ts';
import type { ProviderSide } from './provider-side.ts';
import type { KeptBook } from '../submissions/kept-book.ts';
import type { SubmissionBook } from '../submissions/submission-book.ts';
import type { Sources } from '../submissions/sources.ts';
import { createLostOrders } from '../submissions/lost-orders.ts';
import { createOrderRecords } from '../submissions/order-records.ts';
import { createSubmissions, type SubmissionPorts, type Submissions } from '../submissions/submissions.ts';
import type { Clock } from '../clock.ts';

export interface ClosedLoopPorts {
  readonly config: Pick<Config, 'askAfterMs' | 'askEveryMs'>;
  readonly library: Pick<Library, 'get' | 'newestFirst' | 'newestInTurns' | 'record' | 'recordAll' | 'onStored'>;
  readonly kept: KeptBook;
  readonly providers: ProviderSide;
  readonly urls: CallbackUrls;
  readonly addresses: Pick<Addresses, 'of' | 'isOwnLink'>;
  /** What must not be kept: keys and tokens. */
  readonly secrets: () => readonly string[];
  /** What is shown of a task is other than before, without an event. */
  readonly changed: (key: string) => void;
  /** The links of a task may be fetched now. */
  readonly fetch: (task: Task) => void;
  /** `null` where nobody shares the work; else whose turn it is to ask, and the hold on an order. */
  readonly turns: LoopTurns | null;
  readonly clock: Clock;
  readonly random?: () => number;
  readonly log: Log;
}

export interface LoopTurns {
  /** False while another machine asks. */
  readonly isOurTurn: () => boolean;
  /** False while another machine tells hooks, or nobody has one. */
  readonly tellsHooks: () => boolean;
  readonly hold: SubmissionPorts['hold'];
  /** So often whoever has the turn looks for orders that a machine has left behind. */
  readonly settleEveryMs: number;
}

export interface ClosedLoop extends Pick<Learning, 'usual' | 'costs' | 'lives'> {
  readonly client: ProviderClient;
  readonly kie: KieAccount;
  readonly sources: Sources;
  readonly asking: Asking;
  readonly rescue: Rescue;
  readonly upgrades: Upgrades;
  readonly submissions: Submissions;
  readonly book: SubmissionBook;
  /** Every change of a task; before downloads hear of it. */
  onChange(change: LibraryChange): void;
  /** The task is another one than was known; `null` where there is none. */
  corrected(key: string, task: Task | null): void;
  /** True while a task's links wait for the provider's record. */
  holds(key: string): boolean;
  /** What waits from before is taken up, and asked about at once. @param turns in which the library is gone through */
  start(turns?: TakingTurns): Promise<void>;
  keysChanged(): void;
  /** It is this machine's turn to ask, or another's. @param idleMs so long ago another's ended. */
  turnChanged(idleMs: number): void;
  close(): Promise<void>;
}

const learnedFrom = 300;
/** No provider keeps a film longer. */
const upgradableMs = 31 * 86_400_000;

export function createClosedLoop(ports: ClosedLoopPorts): ClosedLoop {
  const { clock, kept, library, log, urls } = ports;
  const { client, kie, sources } = ports.providers;
  const { book } = kept;
  const random = ports.random ?? Math.random;
  const learning = createLearning();
  const { usual, costs, lives } = learning;
  const isOurTurn = ports.turns?.isOurTurn ?? (() => true);
  const orders = createOrderRecords(kept, clock, log);
  const recordHere: SubmissionPorts['record'] = (drafts) => orders.record(drafts, (each) => library.recordAll(each));
  let isLive = false;

  const asking = createAsking({
    client,
    clock,
    random,
    isOurTurn,
    times: { afterMs: ports.config.askAfterMs, everyMs: ports.config.askEveryMs },
    usual,
    async answered({ key, provider, taskId }, { result, body, isOfCallback }) {
      if (isOfCallback === true) {
        const task = library.get(key);
        if (task !== undefined) await library.record(linkOfCallback(task, result));
        return;
      }
      await library.recordAll([
        recordedAnswer({ key, provider, taskId, result, body }, ports.secrets()),
        { type: 'asked', key, code: isTerminal(result.state) ? 'answered' : 'pending', params: {}, nextAt: null },
      ]);
    },
    asked: (key, code, nextAt) => library.record({ type: 'asked', key, code, params: {}, nextAt }),
    unwatched: (key, code) => library.record({ type: 'unwatched', key, code }),
    keyTaken: () => rescue.keysChanged(),
    released(key) {
      const task = library.get(key);
      if (task !== undefined) ports.fetch(task);
    },
    log,
  });

  const isBroken = ({ head }: TaskGlance): boolean =>
    (hasFailed(head) || hasWaitingVideo(head)) && head.trashedAt === null && client.hasKey(head.provider);
  const rescue = createRescue({
    client: { ...client, ask: asking.ask },
    freshLink: (url) => kie.freshLink(url),
    get: (key) => library.get(key),
    brokenTasks: () => library.newestFirst(isBroken),
    changed: ports.changed,
    requeue: (videos) => library.record({ type: 'video-queued', videos }),
    renew: (key, url, link, by) => library.record({ type: 'link-renewed', key, url, link, by }),
    clock,
    log,
  });

  const upgrades = createUpgrades({
    client,
    record: (draft) => library.record(draft),
    get: (key) => library.get(key),
    isOurTurn,
    clock,
    log,
  });

  const lost = createLostOrders({
    client,
    book,
    tokenOf: (urlId) => urls.list().find(({ id }) => id === urlId)?.token ?? null,
    isKnown: (provider, taskId) =>
      library.get(`${provider}:${taskId}`) !== undefined || book.byTask(provider, taskId) !== null,
    found: ({ urlId }, taskId) => (urlId === null ? Promise.resolve() : submissions.heardAt(urlId, taskId)),
    isOurTurn,
    clock,
    log,
  });

  const submissions = createSubmissions({
    find: (submission) => lost.find(submission),
    record: recordHere,
    hold:
      ports.turns === null
        ? () => Promise.resolve({ record: recordHere, release: () => Promise.resolve() })
        : async (id) => {
            const hold = (await ports.turns?.hold(id)) ?? null;
            if (hold === null) return null;
            // Somebody may have ordered it before this machine could be told of it.
            if (await kept.complete().catch(() => false))
              return { ...hold, record: (drafts) => orders.record(drafts, hold.record) };
            await hold.release();
            return null;
          },
    book,
    client,
    form: (provider, model) => kie.form(provider, model),
    sources,
    async mintUrl(submission, project) {
      const entry = await urls.mint({ label: `Order ${submission.slice(0, 8)}`, project, submission });
      return { id: entry.id, url: ports.addresses.of(entry.token) };
    },
    revokeUrl: (id) => urls.revoke(id),
    estimate: (provider, model) => costs.of(provider, model),
    redact: (text) => createRedactor(ports.secrets()).text(text),
    clock,
    log,
  });

  /** Those of tasks whose films may still be with a provider that makes larger ones. */
  async function resumeUpgrades(turns: TakingTurns = takingTurns): Promise<void> {
    const since = clock.date().getTime() - upgradableMs;
    const tasks = library.newestInTurns(
      ({ head, receivedMs }) => receivedMs > since && client.api(head.provider)?.upgrades !== undefined,
    );
    for await (const task of turns(tasks)) {
      if (!isOurTurn()) return;
      upgrades.resume(task);
    }
  }

  /** Of a machine that died while it ordered: whoever lives holds its orders. */
  function settleLeft(): void {
    submissions
      .settleHeard()
      .then(() => submissions.settleInterrupted())
      .then(() => lost.start())
      .catch((error: unknown) => log.error({ error }, 'orders that a machine left behind could not be settled'));
  }

  let stopSettling: () => void = () => undefined;
  function settleNext(): void {
    if (ports.turns === null) return;
    stopSettling = clock.after(ports.turns.settleEveryMs, () => {
      settleLeft();
      settleNext();
    });
  }

  function onStored(event: StampedEvent): void {
    if (!isLive) return;
    const isTurn = isOurTurn();
    if (isTurn) rescue.onEvent(event);
    if (isTurn && event.type === 'submission-unknown') lost.watch(event.id);
    if (event.type !== 'result' || event.source !== 'callback' || event.evidence === null) return;
    const { urlId } = event.evidence;
    const submission = urlId === null ? null : book.byUrl(urlId);
    if (urlId === null || submission === null || submission.state === 'made') return;
    // Whoever has the turn next, or starts after us, finds it there.
    orders.save().catch((error: unknown) => log.error({ error, urlId }, 'what an order’s callback told is not kept'));
    if (!isTurn) return;
    submissions
      .heardAt(urlId, event.read.taskId)
      .catch((error: unknown) => log.error({ error, urlId }, 'an order that was in doubt could not be settled'));
  }

  const stopFollowing = library.onStored(onStored);

  return {
    client,
    kie,
    sources,
    asking,
    rescue,
    upgrades,
    submissions,
    book,
    usual,
    costs,
    lives,
    onChange({ event, key, task }) {
      if (task === null) {
        asking.forget(key);
        return;
      }
      const isCallback = event.type === 'result' && event.source === 'callback';
      const hasEnded = isTerminal(task.state);
      learning.hear(event, task);
      const isOurs = task.videos.length > 0 && task.videos.every(({ url }) => ports.addresses.isOwnLink(url));
      asking.consider(task, { confirm: isCallback && hasEnded && !isOurs });
      upgrades.resume(task);
    },
    corrected(key, task) {
      if (task === null) asking.forget(key);
      else {
        asking.consider(task);
        upgrades.resume(task);
      }
    },
    holds: (key) => asking.holds(key),
    async start(turns = takingTurns) {
      isLive = true;
      let count = 0;
      for (const task of library.newestFirst(({ head }) => head.state === 'succeeded' && head.trashedAt === null)) {
        if (count >= learnedFrom) break;
        count += 1;
        learning.fromPast(task);
        if (task.moreKeyedFiles !== undefined) asking.consider(task);
      }
      // Ready, and only to be had with the key: however many came since.
      const keyed = library.newestInTurns(
        ({ head }) => head.state === 'succeeded' && head.videos.length === 0 && head.trashedAt === null,
      );
      for await (const task of turns(keyed)) if (task.needsApiKey) asking.consider(task);
      const waiting = library.newestInTurns(
        ({ head }) => (head.state === 'processing' || head.watchedSince !== undefined) && head.trashedAt === null,
      );
      for await (const task of turns(waiting)) asking.consider(task);
      asking.sweep();
      await resumeUpgrades(turns);
      if (isOurTurn()) await rescue.resume(turns(library.newestInTurns(isBroken)));
      if (isOurTurn()) await submissions.settleHeard();
      await submissions.settleInterrupted();
      lost.start();
    },
    keysChanged() {
      asking.keysChanged();
      rescue.keysChanged();
      lost.start();
    },
    turnChanged(idleMs) {
      if (isOurTurn()) asking.turnTaken(idleMs);
      asking.keysChanged();
      stopSettling();
      if (!isOurTurn()) return;
      settleNext();
      rescue.keysChanged();
      resumeUpgrades().catch((error: unknown) => log.error({ error }, 'larger versions could not be looked for again'));
      settleLeft();
    },
    async close() {
      // First: what was sent may be paid, and its answer is noted as long as there is a log.
      await submissions.close();
      stopFollowing();
      stopSettling();
      await asking.close();
      await rescue.close();
      await upgrades.close();
      await lost.close();
      await orders.close();
      await kept.close();
    },
  };
}
