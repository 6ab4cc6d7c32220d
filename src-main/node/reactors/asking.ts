/**
 * Asks providers about tasks whose callback is overdue, so that a lost one costs nothing. Callbacks come first: a
 * question is asked when the model's usual time has passed, after an interruption (start, wake, network, tunnel), or to
 * confirm what a callback said. What comes of it is written to the log; the fold treats it like a callback.
 */
import { setMaxListeners } from 'node:events';
import type { WatchSummary } from '../../common/loop-calls.ts';
import { isTerminal, noResult, type Result } from '../../common/model.ts';
import type { Log } from '../log/log.ts';
import { ApiFault, type ApiFaultCode } from '../provider-api/provider-api.ts';
import type { ProviderClient, RecordAnswer } from '../provider-api/provider-client.ts';
import type { Clock } from '../clock.ts';
import {
  confirmPatienceMs,
  deadlineMs,
  faultGapMs,
  gapMs,
  lastDeadlineMs,
  leastGapMs,
  leastWatchMs,
  visibleAfterMs,
  type AskTimes,
} from './ask-schedule.ts';
import { grouped, soonBeside } from './ask-groups.ts';
import { createRefusedKeys } from './refused-keys.ts';
import type { UsualTimes } from './usual-times.ts';
import { createWatchList, questionOf, type AskableTask, type Wait, type Watched } from './watch-list.ts';

export interface AskingPorts {
  readonly client: Pick<ProviderClient, 'api' | 'ask' | 'asksAtOnce' | 'hasKey'>;
  readonly clock: Clock;
  readonly random: () => number;
  /** False while another machine asks; default: it never does. */
  readonly isOurTurn?: () => boolean;
  readonly times: AskTimes;
  readonly usual: Pick<UsualTimes, 'of'>;
  /** The provider's record says how the task stands. */
  readonly answered: (task: AskableTask, answer: RecordAnswer) => Promise<unknown>;
  /** Asked, and no end yet. */
  readonly asked: (key: string, code: string, nextAt: string | null) => Promise<unknown>;
  readonly unwatched: (key: string, code: 'deadline' | 'gone') => Promise<unknown>;
  /** The wait for the record is over: the callback's links may be fetched. */
  readonly released: (key: string) => void;
  /** A key that was refused before is accepted. */
  readonly keyTaken?: () => void;
  readonly log: Log;
}

export interface AskedNow {
  readonly code: ApiFaultCode | 'answered' | 'pending';
  readonly result: Result | null;
  /** The provider's own sentence, where it gave one. */
  readonly said: string | null;
}

export interface Asking {
  /** A task is new or has changed. `confirm`: a callback just said that it ended. */
  consider(task: AskableTask, options?: { readonly confirm?: boolean }): void;
  forget(key: string): void;
  /** Time has passed in which callbacks may have been lost: everything that waits is asked about now. */
  sweep(): void;
  /** A key was set or removed. */
  keysChanged(): void;
  /** It is this machine's turn now; another asked until so long ago. What that one has just asked about waits its gap. */
  turnTaken(idleMs: number): void;
  /** The person asks. @throws ApiFault where nothing can be asked. */
  now(task: AskableTask): Promise<AskedNow>;
  /** True while a callback's links wait for the record. */
  holds(key: string): boolean;
  /** The provider did not accept the key when it was last asked. */
  isKeyRefused(provider: string): boolean;
  summary(): WatchSummary;
  /** What is waited for, longest first. */
  list(): readonly Watched[];
  /** When the provider is asked next; `null` where it is not. */
  nextAskAt(key: string): string | null;
  /** Resolves when no question is on its way. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

const atOnce = 8;
/** The log is told of every change, and now and then that nothing has. */
const noteEveryMs = 600_000;
const confirmTries = 4;
const sweepSpreadMs = 1500;
const recentMs = 5000;
/** No pause that a provider asks for is taken to be longer. */
const longestRetryAfterMs = 3_600_000;
const unknownPauseMs = 3000;
/** So often a record that says "done" and names no film is looked at before that is taken for all there is. */
const emptyTries = 5;

export function createAsking(ports: AskingPorts): Asking {
  const { client, clock, random, times, usual } = ports;
  const refused = createRefusedKeys();
  const running = new Set<Promise<void>>();
  const stop = new AbortController();
  // Each question listens, and one call holds many of them.
  setMaxListeners(0, stop.signal);
  let cancelTimer: (() => void) | null = null;
  /** When it rings: where that is too early nothing is due, and all that waits is looked at again. */
  let armedFor = Infinity;
  /** When the turn of another machine ended. */
  let otherAskedAt = -Infinity;

  const accountOf = (provider: string): string => client.api(provider)?.account ?? provider;
  const askableFrom = (provider: string): number =>
    (ports.isOurTurn?.() ?? true) && client.hasKey(provider) ? refused.until(accountOf(provider)) : Infinity;
  const watched = createWatchList({ client, clock, times, usual, askableFrom, released: ports.released });

  function dueAt({ task, nextAt, reason, lastAskAt }: Wait): number {
    if (reason !== 'watch' || (lastAskAt ?? -Infinity) > otherAskedAt) return nextAt;
    return Math.max(nextAt, otherAskedAt + leastGapMs(times, client.api(task.provider)?.minGapMs ?? 0));
  }

  /** The pause that is kept even where callbacks may have been lost. */
  function soonestMs(provider: string): number {
    const minGapMs = client.api(provider)?.minGapMs ?? 0;
    return Math.min(Math.max(recentMs, minGapMs), leastGapMs(times, minGapMs));
  }

  /** `Infinity` where nobody may. */
  const mayAskAt = (wait: Wait): number => Math.max(dueAt(wait), askableFrom(wait.task.provider));

  function arm(): void {
    cancelTimer?.();
    cancelTimer = null;
    armedFor = Infinity;
    if (stop.signal.aborted) return;
    const isFull = running.size >= atOnce;
    let next = Infinity;
    for (const wait of watched.all()) {
      if (wait.reason === 'confirm' && !wait.isReleased) next = Math.min(next, wait.since + confirmPatienceMs);
      if (isFull) continue;
      if (!wait.isAsking && dueAt(wait) < next) next = Math.min(next, mayAskAt(wait));
    }
    if (next < Infinity) ringAt(next);
  }

  /** After a change of one task: to look at all that waits for each of ten thousand would take seconds. */
  function armFor(key: string): void {
    const wait = watched.get(key);
    if (wait === undefined || wait.isAsking || stop.signal.aborted) return;
    const releaseAt = wait.reason === 'confirm' && !wait.isReleased ? wait.since + confirmPatienceMs : Infinity;
    if (releaseAt < armedFor) ringAt(releaseAt);
    if (running.size >= atOnce) return;
    if (dueAt(wait) < armedFor && mayAskAt(wait) < armedFor) ringAt(mayAskAt(wait));
  }

  function ringAt(at: number): void {
    cancelTimer?.();
    armedFor = at;
    cancelTimer = clock.after(Math.max(0, at - clock.date().getTime()), () => {
      cancelTimer = null;
      armedFor = Infinity;
      askDue();
    });
  }

  /** However long the line before a question is: what a callback brought waits no longer than its time for it. */
  function releaseLate(now: number): void {
    for (const wait of watched.all()) {
      if (wait.reason !== 'confirm' || wait.isReleased || now < wait.since + confirmPatienceMs) continue;
      wait.isReleased = true;
      if (wait.task.trust !== 'conflicting') watched.release(wait);
    }
  }

  function askDue(): void {
    const now = clock.date().getTime();
    releaseLate(now);
    const due = [...watched.all()]
      .filter((wait) => !wait.isAsking && dueAt(wait) <= now && mayAskAt(wait) <= now)
      .sort((a, b) => rankOf(a) - rankOf(b) || a.nextAt - b.nextAt);
    const isFree = ([wait]: readonly Wait[]): boolean =>
      wait === undefined || refused.tries(accountOf(wait.task.provider), now);
    const groups = grouped(due, client).filter(isFree);
    for (const group of groups.slice(0, Math.max(0, atOnce - running.size))) {
      // All of them in one go: the client puts into one call what is asked within a moment.
      const question = Promise.all([...group, ...soonBeside(group, watched.all(), now, client)].map(askQuietly))
        .then(() => undefined)
        .finally(() => {
          running.delete(question);
          arm();
        });
      running.add(question);
    }
    arm();
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
      const answer = await client.ask(questionOf(task), stop.signal);
      if (refused.taken(accountOf(task.provider))) ports.keyTaken?.();
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
    const { key, videos } = wait.task;
    const known = new Set(videos.flatMap(({ url, formerUrls = [] }) => [url, ...formerUrls]));
    // The same callback again: its film is here, or on its way.
    if (answer.isOfCallback === true && result.videoUrls.every((url) => known.has(url))) {
      watched.end(key);
      return { code: 'answered', result, said: null };
    }
    const isOver = isTerminal(result.state);
    const isKeyedStill = isOver && result.needsApiKey && result.videoUrls.length === 0;
    if (isKeyedStill && videos.length === 0 && wait.empty + 1 < emptyTries) return await onEmpty(wait, answer);
    if (isOver) {
      // Whatever opens it, it is not the key: that was there.
      const said = isKeyedStill && videos.length === 0 ? { ...answer, result: withoutFilm(result) } : answer;
      await watched.endOnce(wait, () => ports.answered(wait.task, said));
      if (isKeyedStill) ports.log.warn({ key }, 'the record says that the video is ready, and names no link');
      return { code: 'answered', result: said.result, said: null };
    }
    // A callback said that it ended, and the record says that it goes on: the record has the last word.
    if (wait.reason === 'confirm') {
      if (wait.task.trust !== 'conflicting') await ports.answered(wait.task, answer);
    }
    // The record of a task made elsewhere tells its prompt.
    else if (wait.task.prompt === null && result.prompt !== null) await ports.answered(wait.task, answer);
    const now = clock.date().getTime();
    if (now - wait.since >= deadlineMs && clock.now() - wait.begunAt >= leastWatchMs) {
      await watched.endOnce(wait, () => ports.unwatched(key, 'deadline'));
      return { code: 'pending', result, said: null };
    }
    const minGap = client.api(wait.task.provider)?.minGapMs ?? 0;
    const endsAt = wait.since + deadlineMs;
    wait.nextAt = now + gapMs(times, minGap, wait.asks, random);
    if (endsAt > now) wait.nextAt = Math.min(wait.nextAt, Math.max(now + 1000, endsAt));
    await note(wait, 'pending');
    return { code: 'pending', result, said: null };
  }

  /** It is done, and the record names no film: that may come a little later, and is asked for a few times more. */
  async function onEmpty(wait: Wait, answer: RecordAnswer): Promise<AskedNow> {
    const { result } = answer;
    const { key, provider, state, needsApiKey } = wait.task;
    // Written while the wait goes on: a new one would ask at once, and again, as fast as the provider answers.
    if (state !== 'succeeded' || !needsApiKey) await ports.answered(wait.task, answer);
    wait.empty += 1;
    const pauseMs = Math.max(
      leastGapMs(times, client.api(provider)?.minGapMs ?? 0),
      faultGapMs(times, wait.empty, null, random),
    );
    wait.nextAt = clock.date().getTime() + pauseMs;
    await note(wait, 'pending');
    ports.log.info({ key, n: wait.empty }, 'the record says that the video is ready, and names no link yet');
    return { code: 'answered', result, said: null };
  }

  async function onFault(wait: Wait, fault: ApiFault): Promise<AskedNow> {
    const now = clock.date().getTime();
    const { key, provider } = wait.task;
    const outcome: AskedNow = { code: fault.code, result: null, said: fault.said };
    wait.failures += 1;
    wait.notBefore = now + (fault.retryAfterMs ?? 0);
    wait.nextAt = now + faultGapMs(times, wait.failures, fault.retryAfterMs, random);
    if (fault.code === 'ended' || fault.code === 'moderated') {
      const result = failedResult(fault);
      const body = { code: fault.providerCode, msg: fault.said };
      await watched.endOnce(wait, () => ports.answered(wait.task, { result, body }));
      return { ...outcome, code: 'answered', result };
    }
    if (fault.code === 'bad-key') {
      if (refused.refuse(accountOf(provider), now)) {
        ports.log.warn({ provider, said: fault.said }, 'the provider does not accept the key; it is asked again later');
      }
      watched.release(wait);
    } else if (isUnknownThere(fault) && wait.reason !== 'confirm') {
      wait.notFound += 1;
      // Just made: it may not be visible yet. Later: asked twice, so that one slip does not end it.
      if (now - wait.since > visibleAfterMs && wait.notFound >= 2) {
        await watched.endOnce(wait, () => ports.unwatched(key, 'gone'));
        return outcome;
      }
      wait.nextAt = Math.min(wait.nextAt, now + (times.everyMs ?? 15_000));
    }
    const isNowhere = fault.code === 'no-address' || fault.code === 'no-api';
    // Another question brings nothing, until a callback says where to ask.
    if (isNowhere && wait.reason !== 'confirm') wait.nextAt = Infinity;
    else if (isNowhere) watched.end(key);
    else if (now - wait.since >= lastDeadlineMs && clock.now() - wait.begunAt >= leastWatchMs) {
      // Written down, or the next change would begin it anew.
      if (wait.reason === 'watch') await watched.endOnce(wait, () => ports.unwatched(key, 'deadline'));
      else watched.end(key);
      return outcome;
    }
    if (wait.reason === 'confirm' && isUnknownThere(fault)) {
      wait.notFound += 1;
      wait.nextAt = now + unknownPauseMs;
      // A provider that does not know the task will not vouch for it in a minute either.
      if (wait.notFound >= 2) watched.end(key);
    } else if (wait.reason === 'confirm') {
      wait.nextAt =
        now + Math.max(fault.retryAfterMs ?? 0, (confirmPatienceMs / confirmTries) * (0.85 + random() * 0.3));
      if (wait.failures >= confirmTries || now - wait.since >= confirmPatienceMs) watched.end(key);
    }
    await note(wait, fault.code);
    return outcome;
  }

  async function note(wait: Wait, code: string): Promise<void> {
    const now = clock.date().getTime();
    if (wait.noted?.code === code && now - wait.noted.at < noteEveryMs) return;
    wait.noted = { code, at: now };
    const nextAt = watched.get(wait.task.key) === undefined ? null : watched.nextAskAt(wait.task.key);
    await ports.asked(wait.task.key, code, nextAt);
  }

  async function idle(): Promise<void> {
    while (running.size > 0) await Promise.allSettled(running);
  }

  return {
    consider(task, { confirm = false } = {}) {
      watched.consider(task, confirm);
      armFor(task.key);
    },
    forget: (key) => watched.forget(key),
    sweep() {
      const now = clock.date().getTime();
      otherAskedAt = Math.min(otherAskedAt, now);
      // An account may take a key at one address of ours and not at another.
      refused.tryAll(now);
      for (const wait of watched.all()) {
        // One that lies ahead was written before the clock was set back.
        const recently =
          wait.lastAskAt === null || wait.lastAskAt > now ? 0 : wait.lastAskAt + soonestMs(wait.task.provider);
        // A network that comes and goes is no reason to ask more often than the provider wants to be asked.
        const asked = wait.notBefore > now + longestRetryAfterMs ? 0 : wait.notBefore;
        wait.nextAt = Math.min(wait.nextAt, Math.max(recently, asked, now + random() * sweepSpreadMs));
      }
      arm();
    },
    keysChanged() {
      refused.forget();
      const now = clock.date().getTime();
      for (const wait of watched.all()) {
        if (wait.reason !== 'watch' || wait.failures > 0) wait.nextAt = Math.min(wait.nextAt, now);
      }
      arm();
    },
    turnTaken(idleMs) {
      otherAskedAt = clock.date().getTime() - idleMs;
      arm();
    },
    async now(task) {
      if (client.api(task.provider) === null) throw new ApiFault('no-api');
      if (!client.hasKey(task.provider)) throw new ApiFault('no-key');
      const outcome = await askAbout(watched.take(task));
      arm();
      return outcome;
    },
    holds: (key) => watched.holds(key),
    isKeyRefused: (provider) => refused.is(accountOf(provider)),
    summary: () => watched.summary(),
    list: () => watched.list(),
    nextAskAt: (key) => watched.nextAskAt(key),
    idle,
    async close() {
      cancelTimer?.();
      stop.abort(new Error('the inbox is closing'));
      await idle();
    },
  };
}

/** Anyone who knows a callback URL can say that thousands are being made: what is known to be paid for goes before them. */
function rankOf({ reason, task }: Wait): number {
  return reason !== 'watch' || task.watchedSince !== undefined ? 0 : 1;
}

function withoutFilm(result: Result): Result {
  return { ...result, needsApiKey: false };
}

/** kie.ai answers 422 where there is no record. */
function isUnknownThere({ code }: ApiFault): boolean {
  return code === 'not-found' || code === 'invalid';
}

function failedResult(fault: ApiFault): Result {
  return { ...noResult, state: 'failed', stateWord: fault.providerCode, message: fault.said };
}
