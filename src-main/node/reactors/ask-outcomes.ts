/** What comes of a question: the wait for a task goes on, more slowly or sooner, or it is over, and the log is told. */
import { isTerminal, noResult, type Result } from '../../common/model.ts';
import { without } from '../../common/without.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log/log.ts';
import type { ApiFault, ApiFaultCode } from '../provider-api/provider-api.ts';
import type { ProviderClient } from '../provider-api/provider-client.ts';
import type { RecordAnswer } from '../provider-api/ask-record.ts';
import {
  confirmPatienceMs,
  deadlineMs,
  faultGapMs,
  gapMs,
  lastDeadlineMs,
  leastGapMs,
  leastWatchMs,
  surelyTherePatienceMs,
  visibleAfterMs,
  type AskTimes,
} from './ask-schedule.ts';
import { isSurelyThere, type AskableTask, type Wait, type WatchList } from './watch-list.ts';

export interface AskOutcomePorts {
  readonly client: Pick<ProviderClient, 'api'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly times: AskTimes;
  /** The provider's record says how the task stands. */
  readonly answered: (task: AskableTask, answer: RecordAnswer) => Promise<unknown>;
  /** Asked, and no end yet. */
  readonly asked: (key: string, code: string, nextAt: string | null) => Promise<unknown>;
  readonly unwatched: (key: string, code: 'deadline' | 'gone') => Promise<unknown>;
  readonly log: Log;
}

export interface AskedNow {
  readonly code: ApiFaultCode | 'answered' | 'pending';
  readonly result: Result | null;
  /** The provider's own sentence, where it gave one. */
  readonly said: string | null;
}

export interface AskOutcomes {
  ofAnswer(wait: Wait, answer: RecordAnswer): Promise<AskedNow>;
  /** The question did not come through, or nothing was said of the task. */
  ofFault(wait: Wait, fault: ApiFault): Promise<AskedNow>;
}

/** The log is told of every change, and now and then that nothing has. */
const noteEveryMs = 600_000;
const confirmTries = 4;
const unknownPauseMs = 3000;
/** A callback may be sent before the record is written, or the record read from a copy. */
const behindMs = 3000;
/** So often a record that says "done" and names no film is looked at before that is taken for all there is. */
const emptyTries = 5;

export function createAskOutcomes(
  watched: Pick<WatchList, 'end' | 'endOnce' | 'get' | 'nextAskAt' | 'release'>,
  ports: AskOutcomePorts,
): AskOutcomes {
  const { client, clock, random, times } = ports;

  async function ofAnswer(wait: Wait, given: RecordAnswer): Promise<AskedNow> {
    // Whoever calls back for each of several films says so of one, and the record says the same.
    const answer = wait.reason === 'confirm' && given.result.isEarly === true ? ofThoseThere(given) : given;
    wait.asks += 1;
    wait.failures = 0;
    wait.notFound = 0;
    wait.unknownFrom = null;
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
    // A callback said that it ended, and the record says that it goes on: it may be some moments behind.
    if (wait.reason === 'confirm' && !wait.isAhead) {
      wait.isAhead = true;
      wait.nextAt = clock.date().getTime() + behindMs;
      return { code: 'pending', result, said: null };
    }
    // Else the record has the last word.
    if (wait.reason === 'confirm') {
      if (wait.task.trust !== 'conflicting') await ports.answered(wait.task, answer);
    }
    // The record of a task made elsewhere tells its prompt, and of several that were ordered at once some may be there.
    else if (
      (wait.task.prompt === null && result.prompt !== null) ||
      (result.isEarly === true && !result.videoUrls.every((url) => known.has(url)))
    )
      await ports.answered(wait.task, answer);
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

  async function ofFault(wait: Wait, fault: ApiFault): Promise<AskedNow> {
    const now = clock.date().getTime();
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
    if (fault.code === 'bad-key') watched.release(wait);
    const isNews = wait.reason === 'confirm' ? confirmOn(wait, fault, now) : await watchOn(wait, fault, now);
    if (isNews) await note(wait, fault.code);
    return outcome;
  }

  const isGivenUp = (wait: Wait, now: number): boolean =>
    now - wait.since >= lastDeadlineMs && clock.now() - wait.begunAt >= leastWatchMs;

  /** @returns false where it was given up, which is written down: the next change would begin it anew. */
  async function watchOn(wait: Wait, fault: ApiFault, now: number): Promise<boolean> {
    const { key } = wait.task;
    if (isUnknownThere(fault)) {
      wait.notFound += 1;
      wait.unknownFrom ??= clock.now();
      const isVisible = now - wait.since > visibleAfterMs;
      const patienceMs = wait.asks > 0 || isSurelyThere(wait.task) ? surelyTherePatienceMs : 0;
      // Just made: it may not be visible yet. Later: asked twice, so that one slip does not end it.
      if (isVisible && wait.notFound >= 2 && clock.now() - wait.unknownFrom >= patienceMs) {
        await watched.endOnce(wait, () => ports.unwatched(key, 'gone'));
        return false;
      }
      if (!isVisible || wait.notFound < 2) wait.nextAt = Math.min(wait.nextAt, now + (times.everyMs ?? 15_000));
    }
    if (isNowhere(fault)) {
      // Another question brings nothing, until a callback says where to ask.
      wait.nextAt = Infinity;
    } else if (isGivenUp(wait, now)) {
      // A film that a key opens is asked for again after the next start.
      if (wait.reason === 'watch') await watched.endOnce(wait, () => ports.unwatched(key, 'deadline'));
      else watched.end(key);
      return false;
    }
    return true;
  }

  /** @returns false where the record is no longer waited for since nobody ever answered. */
  function confirmOn(wait: Wait, fault: ApiFault, now: number): boolean {
    const { key } = wait.task;
    if (isNowhere(fault)) watched.end(key);
    else if (isGivenUp(wait, now)) {
      watched.end(key);
      return false;
    } else if (isUnknownThere(fault)) {
      wait.notFound += 1;
      wait.nextAt = now + unknownPauseMs;
      // A provider that does not know the task will not vouch for it in a minute either.
      if (wait.notFound >= 2) watched.end(key);
    } else {
      const pauseMs = (confirmPatienceMs / confirmTries) * (0.85 + random() * 0.3);
      wait.nextAt = now + Math.max(fault.retryAfterMs ?? 0, pauseMs);
      if (wait.failures >= confirmTries || now - wait.since >= confirmPatienceMs) watched.end(key);
    }
    return true;
  }

  async function note(wait: Wait, code: string): Promise<void> {
    const now = clock.date().getTime();
    if (wait.noted?.code === code && now - wait.noted.at < noteEveryMs) return;
    wait.noted = { code, at: now };
    const nextAt = watched.get(wait.task.key) === undefined ? null : watched.nextAskAt(wait.task.key);
    await ports.asked(wait.task.key, code, nextAt);
  }

  return { ofAnswer, ofFault };
}

function ofThoseThere(answer: RecordAnswer): RecordAnswer {
  return { ...answer, result: { ...without(answer.result, 'isEarly'), state: 'succeeded' } };
}

function withoutFilm(result: Result): Result {
  return { ...result, needsApiKey: false };
}

/** kie.ai answers 422 where there is no record. */
export function isUnknownThere({ code }: ApiFault): boolean {
  return code === 'not-found' || code === 'invalid';
}

/** Nobody is there to be asked. */
function isNowhere({ code }: ApiFault): boolean {
  return code === 'no-address' || code === 'no-api';
}

function failedResult(fault: ApiFault): Result {
  return { ...noResult, state: 'failed', stateWord: fault.providerCode, message: fault.said };
}
