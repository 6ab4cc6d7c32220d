/**
 * Asks providers about tasks whose callback is overdue, so that a lost one costs nothing. Callbacks come first: a
 * question is asked when the model's usual time has passed, after an interruption (start, wake, network, tunnel), or to
 * confirm what a callback said. What comes of it is written to the log; the fold treats it like a callback.
 */
import { setMaxListeners } from 'node:events';
import type { WatchSummary } from '../../common/loop-calls.ts';
import { isTerminal } from '../../common/model.ts';
import { ApiFault } from '../provider-api/provider-api.ts';
import type { AskRecord } from '../provider-api/ask-record.ts';
import type { ProviderClient } from '../provider-api/provider-client.ts';
import { confirmPatienceMs, faultGapMs, leastGapMs } from './ask-schedule.ts';
import { grouped, soonBeside } from './ask-groups.ts';
import { createAskOutcomes, type AskedNow, type AskOutcomePorts } from './ask-outcomes.ts';
import { createRefusedKeys } from './refused-keys.ts';
import type { UsualTimes } from './usual-times.ts';
import { createWatchList, questionOf, type AskableTask, type Wait, type Watched } from './watch-list.ts';

export interface AskingPorts extends AskOutcomePorts {
  readonly client: Pick<ProviderClient, 'api' | 'ask' | 'asksAtOnce' | 'hasKey' | 'restMs'>;
  /** False while another machine asks; default: it never does. */
  readonly isOurTurn?: () => boolean;
  readonly usual: Pick<UsualTimes, 'of'>;
  /** The wait for the record is over: the callback's links may be fetched. */
  readonly released: (key: string) => void;
  /** A key that was refused before is accepted. */
  readonly keyTaken?: () => void;
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
  /** For whoever else asks: where a key was refused, one question at a time tries it. @throws ApiFault `bad-key` and not `wasAsked` for the others */
  readonly ask: AskRecord;
  summary(): WatchSummary;
  /** What is waited for, longest first. */
  list(): readonly Watched[];
  /** When the provider is asked next; `null` where it is not. */
  nextAskAt(key: string): string | null;
  /** Resolves when no question is on its way. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** Of each account: one that takes every question and answers none holds up no other. */
const atOnce = 8;
const sweepSpreadMs = 1500;
const recentMs = 5000;
/** No pause that a provider asks for is taken to be longer. */
const longestRetryAfterMs = 3_600_000;

export function createAsking(ports: AskingPorts): Asking {
  const { client, clock, random, times, usual } = ports;
  const refused = createRefusedKeys();
  const running = new Set<Promise<void>>();
  const runningAt = new Map<string, number>();
  const stop = new AbortController();
  // Each question listens, and one call holds many of them.
  setMaxListeners(0, stop.signal);
  let cancelTimer: (() => void) | null = null;
  /** When it rings: where that is too early nothing is due, and all that waits is looked at again. */
  let armedFor = Infinity;
  /** How often keys were set or removed: what is said of a key says nothing of the next one. */
  let keySets = 0;
  /** When the turn of another machine ended. */
  let otherAskedAt = -Infinity;

  const accountOf = (provider: string): string => client.api(provider)?.account ?? provider;
  const isFull = (provider: string): boolean => (runningAt.get(accountOf(provider)) ?? 0) >= atOnce;
  const askableFrom = (provider: string): number =>
    (ports.isOurTurn?.() ?? true) && client.hasKey(provider) ? refused.until(accountOf(provider)) : Infinity;
  function restsUntil(provider: string): number {
    const restMs = client.restMs(provider);
    return restMs === 0 ? 0 : clock.date().getTime() + restMs;
  }

  const watched = createWatchList({ client, clock, times, usual, askableFrom, restsUntil, released: ports.released });
  const outcomes = createAskOutcomes(watched, ports);

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
  const mayAskAt = (wait: Wait): number =>
    Math.max(dueAt(wait), askableFrom(wait.task.provider), restsUntil(wait.task.provider));

  function arm(): void {
    cancelTimer?.();
    cancelTimer = null;
    armedFor = Infinity;
    if (stop.signal.aborted) return;
    let next = Infinity;
    for (const wait of watched.all()) {
      if (wait.reason === 'confirm' && !wait.isReleased) next = Math.min(next, wait.since + confirmPatienceMs);
      if (!wait.isAsking && dueAt(wait) < next && !isFull(wait.task.provider)) next = Math.min(next, mayAskAt(wait));
    }
    if (next < Infinity) ringAt(next);
  }

  /** After a change of one task: to look at all that waits for each of ten thousand would take seconds. */
  function armFor(key: string): void {
    const wait = watched.get(key);
    if (wait === undefined || wait.isAsking || stop.signal.aborted) return;
    const releaseAt = wait.reason === 'confirm' && !wait.isReleased ? wait.since + confirmPatienceMs : Infinity;
    if (releaseAt < armedFor) ringAt(releaseAt);
    if (isFull(wait.task.provider)) return;
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
    for (const group of grouped(due, client)) {
      const account = accountOf(group[0]?.task.provider ?? '');
      const others = runningAt.get(account) ?? 0;
      if (others >= atOnce || !refused.tries(account, now)) continue;
      runningAt.set(account, others + 1);
      // All of them in one go: the client puts into one call what is asked within a moment.
      const question = Promise.all([...group, ...soonBeside(group, watched.all(), now, client)].map(askQuietly))
        .then(() => undefined)
        .finally(() => {
          running.delete(question);
          runningAt.set(account, (runningAt.get(account) ?? 1) - 1);
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
    const { task, reason } = wait;
    wait.isAsking = true;
    try {
      const answer = await askWithKey(questionOf(task), stop.signal);
      wait.lastAskAt = clock.date().getTime();
      // Said before the callback was there that the record is to confirm: the next answer knows of it.
      const isOlder = wait.reason === 'confirm' && reason !== 'confirm' && !isTerminal(answer.result.state);
      if (isOlder) return { code: 'pending', result: answer.result, said: null };
      return await outcomes.ofAnswer(wait, answer);
    } catch (error) {
      if (stop.signal.aborted) return { code: 'network', result: null, said: null };
      if (!(error instanceof ApiFault)) {
        wait.failures += 1;
        wait.nextAt = clock.date().getTime() + faultGapMs(times, wait.failures, null, random);
        throw error;
      }
      // It has its turn once the provider may be asked again.
      if (!error.wasAsked) return { code: error.code, result: null, said: null };
      wait.lastAskAt = clock.date().getTime();
      return await outcomes.ofFault(wait, error);
    } finally {
      wait.isAsking = false;
    }
  }

  const askWithKey: AskRecord = async (question, signal) => {
    const { provider } = question;
    const account = accountOf(provider);
    const keysThen = keySets;
    const refusedBefore = refused.times(account);
    try {
      const answer = await client.ask(question, signal);
      if (refused.taken(account)) ports.keyTaken?.();
      return answer;
    } catch (error) {
      if (!(error instanceof ApiFault) || error.code !== 'bad-key') throw error;
      const { said } = error;
      // It was said of another key than is set now.
      if (keysThen !== keySets) throw new ApiFault('bad-key', { said, wasAsked: false, cause: error });
      if (refused.refuse(account, refusedBefore, clock.date().getTime()))
        ports.log.warn({ provider, said }, 'the provider does not accept the key; it is asked again later');
      throw error;
    }
  };

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
      keySets += 1;
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
    async ask(question, signal) {
      const account = accountOf(question.provider);
      const now = clock.date().getTime();
      if (!refused.tries(account, now)) {
        const retryAfterMs = Math.max(1000, refused.until(account) - now);
        throw new ApiFault('bad-key', { retryAfterMs, wasAsked: false });
      }
      return askWithKey(question, signal);
    },
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
