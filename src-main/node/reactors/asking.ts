/**
 * Asks providers about tasks whose callback is overdue, so that a lost one costs nothing. Callbacks come first: a
 * question is asked when the model's usual time has passed, after an interruption (start, wake, network, tunnel), or to
 * confirm what a callback said. What comes of it is written to the log; the fold treats it like a callback.
 */
import { setMaxListeners } from 'node:events';
import type { WatchSummary } from '../../common/loop-calls.ts';
import type { Result, Task as AnyTask } from '../../common/model.ts';
import type { Log } from '../log/log.ts';
import { ApiFault, type ApiFaultCode } from '../provider-api/provider-api.ts';
import type { ProviderClient, RecordAnswer } from '../provider-api/provider-client.ts';
import type { Clock } from '../tunnel/clock.ts';
import {
  confirmPatienceMs,
  deadlineMs,
  faultGapMs,
  gapMs,
  lastDeadlineMs,
  visibleAfterMs,
  type AskTimes,
} from './ask-schedule.ts';
import type { UsualTimes } from './usual-times.ts';

/** What asking needs to know of a task. */
export type AskableTask = Pick<
  AnyTask,
  'key' | 'provider' | 'taskId' | 'state' | 'model' | 'prompt' | 'needsApiKey' | 'videos' | 'trashedAt' | 'dispute'
> & {
  readonly history: readonly { readonly kind: string }[];
  readonly receivedAt: string;
  readonly trust: string;
  /** Since when its end is awaited; ISO time. */
  readonly watchedSince?: string;
  readonly askedAt?: string;
  /** Where the provider said that it is asked for. */
  readonly askAt?: string;
};
type Task = AskableTask;

/** Why a task is asked about: its end is awaited, its video needs the key, or a callback is to be confirmed. */
export type AskReason = 'watch' | 'keyed' | 'confirm';

export interface AskingPorts {
  readonly client: Pick<ProviderClient, 'api' | 'ask' | 'asksAtOnce' | 'hasKey'>;
  readonly clock: Clock;
  readonly random: () => number;
  /** False while another machine asks; default: it never does. */
  readonly isOurTurn?: () => boolean;
  readonly times: AskTimes;
  readonly usual: UsualTimes;
  /** The provider's record says how the task stands. */
  readonly answered: (task: Task, answer: RecordAnswer) => Promise<unknown>;
  /** Asked, and no end yet. */
  readonly asked: (key: string, code: string, nextAt: string | null) => Promise<unknown>;
  readonly unwatched: (key: string, code: 'deadline' | 'gone') => Promise<unknown>;
  /** The wait for the record is over: the callback's links may be fetched. */
  readonly released: (key: string) => void;
  readonly log: Log;
}

export interface AskedNow {
  readonly code: ApiFaultCode | 'answered' | 'pending';
  readonly result: Result | null;
  /** The provider's own sentence, where it gave one. */
  readonly said: string | null;
}

export interface Watched {
  readonly task: AskableTask;
  readonly since: string;
  readonly usualMs: number;
  readonly isOverdue: boolean;
  readonly askedAt: string | null;
  readonly nextAskAt: string | null;
}

export interface Asking {
  /** A task is new or has changed. `confirm`: a callback just said that it ended. */
  consider(task: Task, options?: { readonly confirm?: boolean }): void;
  forget(key: string): void;
  /** Time has passed in which callbacks may have been lost: everything that waits is asked about now. */
  sweep(): void;
  /** A key was set or removed. */
  keysChanged(): void;
  /** The person asks. @throws ApiFault where nothing can be asked. */
  now(task: Task): Promise<AskedNow>;
  /** True while a callback's links wait for the record. */
  holds(key: string): boolean;
  summary(): WatchSummary;
  /** What is waited for, longest first. */
  list(): readonly Watched[];
  /** When the provider is asked next; `null` where it is not. */
  nextAskAt(key: string): string | null;
  /** Resolves when no question is on its way. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

interface Wait {
  task: Task;
  reason: AskReason;
  since: number;
  nextAt: number;
  asks: number;
  failures: number;
  notFound: number;
  /** The last code that was written down, and when. */
  noted: { readonly code: string; readonly at: number } | null;
  lastAskAt: number | null;
  isAsking: boolean;
}

const atOnce = 8;
/** The log is told of every change, and now and then that nothing has. */
const noteEveryMs = 600_000;
const confirmTries = 4;
const sweepSpreadMs = 1500;
const recentMs = 5000;
const unknownPauseMs = 3000;

export function createAsking(ports: AskingPorts): Asking {
  const { client, clock, random, times, usual } = ports;
  const waits = new Map<string, Wait>();
  /** Accounts whose key was refused, until another one is set. */
  const refused = new Set<string>();
  /** What the record said of them is being written. */
  const settling = new Set<string>();
  const running = new Set<Promise<void>>();
  const stop = new AbortController();
  // Each question listens, and one call holds many of them.
  setMaxListeners(0, stop.signal);
  let cancelTimer: (() => void) | null = null;

  const accountOf = (provider: string): string => client.api(provider)?.account ?? provider;
  const canAsk = (provider: string): boolean =>
    (ports.isOurTurn?.() ?? true) && client.hasKey(provider) && !refused.has(accountOf(provider));
  const usualOf = (task: Task): number =>
    usual.of(task.provider, task.model, client.api(task.provider)?.usualMs ?? 180_000);

  function firstAskAt(task: Task, since: number): number {
    return since + (times.afterMs ?? usualOf(task));
  }

  function arm(): void {
    cancelTimer?.();
    cancelTimer = null;
    if (stop.signal.aborted || running.size >= atOnce) return;
    let next = Infinity;
    for (const wait of waits.values()) {
      if (!wait.isAsking && wait.nextAt < next && canAsk(wait.task.provider)) next = wait.nextAt;
    }
    if (next === Infinity) return;
    cancelTimer = clock.after(Math.max(0, next - clock.date().getTime()), () => {
      cancelTimer = null;
      askDue();
    });
  }

  function askDue(): void {
    const now = clock.date().getTime();
    const due = [...waits.values()]
      .filter((wait) => !wait.isAsking && wait.nextAt <= now && canAsk(wait.task.provider))
      .sort((a, b) => a.nextAt - b.nextAt);
    for (const group of grouped(due).slice(0, Math.max(0, atOnce - running.size))) {
      // All of them in one go: the client puts into one call what is asked within a moment.
      const question = Promise.all([...group, ...soonBeside(group, now)].map(askQuietly))
        .then(() => undefined)
        .finally(() => {
          running.delete(question);
          arm();
        });
      running.add(question);
    }
    arm();
  }

  /** What one call can ask about is one question. */
  function grouped(due: readonly Wait[]): readonly (readonly Wait[])[] {
    const groups: Wait[][] = [];
    const last = new Map<string, Wait[]>();
    for (const wait of due) {
      const { provider } = wait.task;
      const group = last.get(provider);
      if (group !== undefined && group.length < client.asksAtOnce(provider)) group.push(wait);
      else {
        const next = [wait];
        groups.push(next);
        last.set(provider, next);
      }
    }
    return groups;
  }

  /** Those that are due soon come along in a call that has room, and are not asked about by one of their own. */
  function soonBeside(group: readonly Wait[], now: number): readonly Wait[] {
    const provider = group[0]?.task.provider ?? '';
    const room = client.asksAtOnce(provider) - group.length;
    if (room <= 0) return [];
    const gap = client.api(provider)?.minGapMs ?? 0;
    return [...waits.values()]
      .filter(
        ({ task, isAsking, nextAt, lastAskAt, failures }) =>
          task.provider === provider &&
          !isAsking &&
          failures === 0 &&
          nextAt > now &&
          nextAt <= now + gap &&
          (lastAskAt === null || lastAskAt + gap <= now),
      )
      .sort((a, b) => a.nextAt - b.nextAt)
      .slice(0, room);
  }

  async function askQuietly(wait: Wait): Promise<void> {
    try {
      await askAbout(wait);
    } catch (error) {
      ports.log.error({ error, key: wait.task.key }, 'a question failed in a way that was not foreseen');
    }
  }

  async function askAbout(wait: Wait): Promise<AskedNow> {
    const { task } = wait;
    wait.isAsking = true;
    try {
      const { provider, taskId, model } = task;
      const answer = await client.ask({ provider, taskId, model, askAt: task.askAt ?? null }, stop.signal);
      wait.lastAskAt = clock.date().getTime();
      wait.asks += 1;
      wait.failures = 0;
      wait.notFound = 0;
      return await onAnswer(wait, answer);
    } catch (error) {
      if (stop.signal.aborted) return { code: 'network', result: null, said: null };
      if (!(error instanceof ApiFault)) {
        wait.failures += 1;
        wait.nextAt = clock.date().getTime() + faultGapMs(times, wait.failures, null, random);
        throw error;
      }
      wait.lastAskAt = clock.date().getTime();
      return await onFault(wait, error);
    } finally {
      wait.isAsking = false;
    }
  }

  async function onAnswer(wait: Wait, answer: RecordAnswer): Promise<AskedNow> {
    const { result } = answer;
    const { key } = wait.task;
    const isOver = result.state === 'succeeded' || result.state === 'failed';
    const isKeyedStill = isOver && result.needsApiKey && result.videoUrls.length === 0;
    if (isOver) {
      await endOnce(wait, () => ports.answered(wait.task, answer));
      if (isKeyedStill) ports.log.warn({ key }, 'the record says that the video is ready, and names no link');
      return { code: 'answered', result, said: null };
    }
    // A callback said that it ended, and the record says that it goes on: the record has the last word.
    if (wait.reason === 'confirm') {
      if (wait.task.trust !== 'conflicting') await ports.answered(wait.task, answer);
    }
    // The record of a task made elsewhere tells its prompt.
    else if (wait.task.prompt === null && result.prompt !== null) await ports.answered(wait.task, answer);
    const now = clock.date().getTime();
    if (now - wait.since >= deadlineMs) {
      await endOnce(wait, () => ports.unwatched(key, 'deadline'));
      return { code: 'pending', result, said: null };
    }
    const minGap = client.api(wait.task.provider)?.minGapMs ?? 0;
    wait.nextAt = Math.min(
      now + gapMs(times, minGap, wait.asks, random),
      Math.max(now + 1000, wait.since + deadlineMs),
    );
    await note(wait, 'pending');
    return { code: 'pending', result, said: null };
  }

  async function onFault(wait: Wait, fault: ApiFault): Promise<AskedNow> {
    const now = clock.date().getTime();
    const { key, provider } = wait.task;
    const outcome: AskedNow = { code: fault.code, result: null, said: fault.said };
    wait.failures += 1;
    wait.nextAt = now + faultGapMs(times, wait.failures, fault.retryAfterMs, random);
    if (fault.code === 'ended' || fault.code === 'moderated') {
      const result = failedResult(fault);
      const body = { code: fault.providerCode, msg: fault.said };
      await endOnce(wait, () => ports.answered(wait.task, { result, body }));
      return { ...outcome, code: 'answered', result };
    }
    if (fault.code === 'bad-key') {
      refused.add(accountOf(provider));
      release(wait);
    } else if (isUnknownThere(fault) && wait.reason !== 'confirm') {
      wait.notFound += 1;
      // Just made: it may not be visible yet. Later: asked twice, so that one slip does not end it.
      if (now - wait.since > visibleAfterMs && wait.notFound >= 2) {
        await endOnce(wait, () => ports.unwatched(key, 'gone'));
        return outcome;
      }
      wait.nextAt = Math.min(wait.nextAt, now + (times.everyMs ?? 15_000));
    }
    if (fault.code === 'no-address' || fault.code === 'no-api' || now - wait.since >= lastDeadlineMs) end(key);
    if (wait.reason === 'confirm' && isUnknownThere(fault)) {
      wait.notFound += 1;
      wait.nextAt = now + unknownPauseMs;
      // A provider that does not know the task will not vouch for it in a minute either.
      if (wait.notFound >= 2) end(key);
    } else if (wait.reason === 'confirm') {
      wait.nextAt =
        now + Math.max(fault.retryAfterMs ?? 0, (confirmPatienceMs / confirmTries) * (0.85 + random() * 0.3));
      if (wait.failures >= confirmTries || now - wait.since >= confirmPatienceMs) end(key);
    }
    await note(wait, fault.code);
    return outcome;
  }

  async function note(wait: Wait, code: string): Promise<void> {
    const now = clock.date().getTime();
    if (wait.noted?.code === code && now - wait.noted.at < noteEveryMs) return;
    wait.noted = { code, at: now };
    const isWaiting = waits.has(wait.task.key) && canAsk(wait.task.provider);
    await ports.asked(wait.task.key, code, isWaiting ? new Date(wait.nextAt).toISOString() : null);
  }

  function end(key: string): void {
    const wait = waits.get(key);
    waits.delete(key);
    if (wait !== undefined) release(wait);
  }

  /**
   * Ended first, since what is written may begin another wait for the same task. What could not be written is not
   * known: then the wait goes on, and the provider is asked again.
   */
  async function endOnce(wait: Wait, written: () => Promise<unknown>): Promise<void> {
    const { key } = wait.task;
    waits.delete(key);
    // The links of the callback go on waiting: whether they are to be fetched is what is being written.
    if (wait.reason === 'confirm') settling.add(key);
    try {
      await written();
    } catch (error) {
      if (!waits.has(key)) waits.set(key, wait);
      throw error;
    } finally {
      settling.delete(key);
    }
    release(wait);
  }

  function release(wait: Wait): void {
    if (wait.reason === 'confirm') queueMicrotask(() => ports.released(wait.task.key));
  }

  /** Why this task is asked about, `null` where it is not. */
  function reasonFor(task: Task, confirm: boolean): AskReason | null {
    if (task.trashedAt !== null || client.api(task.provider) === null) return null;
    const hasEnded = task.state === 'succeeded' || task.state === 'failed';
    if (!hasEnded) return isAwaited(task) ? 'watch' : null;
    if (task.state === 'succeeded' && task.needsApiKey && task.videos.length === 0) return 'keyed';
    if (confirm && client.hasKey(task.provider) && task.trust !== 'confirmed') return 'confirm';
    // Once the record has said otherwise, asking again settles nothing.
    return task.trust === 'conflicting' && task.dispute?.trust !== 'confirmed' ? 'confirm' : null;
  }

  function begin(task: Task, reason: AskReason): Wait {
    const now = clock.date().getTime();
    const written = Date.parse(task.watchedSince ?? task.receivedAt);
    const since = reason === 'watch' && written <= now ? written : now;
    const asked = task.askedAt === undefined ? null : Date.parse(task.askedAt);
    const first = reason === 'watch' ? Math.max(firstAskAt(task, since), asked === null ? 0 : asked + 1000) : now;
    const wait: Wait = {
      task,
      reason,
      since,
      nextAt: first,
      asks: 0,
      failures: 0,
      notFound: 0,
      noted: null,
      lastAskAt: asked,
      isAsking: false,
    };
    waits.set(task.key, wait);
    return wait;
  }

  return {
    consider(task, { confirm = false } = {}) {
      const known = waits.get(task.key);
      const reason = reasonFor(task, confirm || known?.reason === 'confirm');
      if (reason === null) {
        if (known !== undefined && !known.isAsking) end(task.key);
        else if (known !== undefined) waits.delete(task.key);
      } else if (known === undefined) begin(task, reason);
      else {
        known.task = task;
        if (known.reason !== reason) {
          const now = clock.date().getTime();
          // Another question, with a patience of its own.
          Object.assign(known, { reason, since: now, failures: 0, notFound: 0, nextAt: Math.min(known.nextAt, now) });
        }
      }
      arm();
    },
    forget(key) {
      waits.delete(key);
      arm();
    },
    sweep() {
      const now = clock.date().getTime();
      for (const wait of waits.values()) {
        const recently = wait.lastAskAt === null ? 0 : wait.lastAskAt + recentMs;
        wait.nextAt = Math.min(wait.nextAt, Math.max(recently, now + random() * sweepSpreadMs));
      }
      arm();
    },
    keysChanged() {
      refused.clear();
      const now = clock.date().getTime();
      for (const wait of waits.values()) {
        if (wait.reason !== 'watch' || wait.failures > 0) wait.nextAt = Math.min(wait.nextAt, now);
      }
      arm();
    },
    async now(task) {
      if (client.api(task.provider) === null) throw new ApiFault('no-api');
      if (!client.hasKey(task.provider)) throw new ApiFault('no-key');
      refused.delete(accountOf(task.provider));
      const wait = waits.get(task.key) ?? begin(task, reasonFor(task, false) ?? 'confirm');
      const outcome = await askAbout(wait);
      arm();
      return outcome;
    },
    holds(key) {
      if (settling.has(key)) return true;
      const wait = waits.get(key);
      if (wait?.reason !== 'confirm' || wait.task.trust === 'confirmed' || !canAsk(wait.task.provider)) return false;
      return wait.task.trust === 'conflicting' || clock.date().getTime() - wait.since < confirmPatienceMs;
    },
    summary() {
      const now = clock.date().getTime();
      let pending = 0;
      let overdue = 0;
      let next = Infinity;
      for (const wait of waits.values()) {
        if (wait.reason === 'confirm') continue;
        pending += 1;
        if (wait.reason === 'keyed' || now > wait.since + (times.afterMs ?? usualOf(wait.task))) overdue += 1;
        if (canAsk(wait.task.provider)) next = Math.min(next, wait.nextAt);
      }
      return { pending, overdue, nextAskAt: next === Infinity ? null : new Date(next).toISOString() };
    },
    list() {
      const now = clock.date().getTime();
      const iso = (at: number): string => new Date(at).toISOString();
      return [...waits.values()]
        .filter(({ reason }) => reason !== 'confirm')
        .sort((a, b) => a.since - b.since)
        .map(({ task, since, lastAskAt, nextAt }) => {
          const usualMs = usualOf(task);
          const askedAt = lastAskAt === null ? null : iso(lastAskAt);
          const nextAskAt = canAsk(task.provider) ? iso(nextAt) : null;
          return { task, since: iso(since), usualMs, isOverdue: now > since + usualMs, askedAt, nextAskAt };
        });
    },
    nextAskAt(key) {
      const wait = waits.get(key);
      return wait === undefined || !canAsk(wait.task.provider) ? null : new Date(wait.nextAt).toISOString();
    },
    async idle() {
      while (running.size > 0) await Promise.allSettled(running);
    },
    async close() {
      cancelTimer?.();
      stop.abort(new Error('the inbox is closing'));
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

/** kie.ai answers 422 where there is no record. */
function isUnknownThere({ code }: ApiFault): boolean {
  return code === 'not-found' || code === 'invalid';
}

/** Someone waits for it, or its own callback said that it is being made; and nobody has given it up since. */
function isAwaited(task: Task): boolean {
  if (task.watchedSince !== undefined) return true;
  const isGivenUp = task.history.some(({ kind }) => kind === 'unwatched');
  return task.state === 'processing' && !isGivenUp;
}

function failedResult(fault: ApiFault): Result {
  return {
    state: 'failed',
    stateWord: fault.providerCode,
    message: fault.said,
    prompt: null,
    sourceUrl: null,
    thumbnailUrl: null,
    videoUrls: [],
    needsApiKey: false,
    model: null,
    credits: null,
    expiresAfterSeconds: null,
  };
}
