/**
 * What a provider is to be asked about, and why: tasks whose end is awaited, whose video needs the key, or whose callback
 * is to be confirmed. Made of the tasks alone, so that it is the same after every start; when to ask is kept beside each.
 */
import type { WatchSummary } from '../../common/loop-calls.ts';
import { isTerminal, type Task as AnyTask } from '../../common/model.ts';
import type { ProviderClient } from '../provider-api/provider-client.ts';
import type { Question } from '../provider-api/ask-record.ts';
import type { Clock } from '../clock.ts';
import { confirmPatienceMs, type AskTimes } from './ask-schedule.ts';
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
  readonly askedCode?: string;
  readonly submission?: string;
  /** Where the provider said that it is asked for. */
  readonly askAt?: string;
  readonly keyedFile?: string;
  readonly moreKeyedFiles?: readonly string[];
};

export function questionOf(task: AskedTask): Question {
  const { provider, taskId, model, askAt } = task;
  return { provider, taskId, model, askAt: askAt ?? null, keyedFiles: keyedFilesOf(task) };
}

type AskedTask = Pick<AnyTask, 'provider' | 'taskId' | 'model' | 'askAt' | 'keyedFile' | 'moreKeyedFiles'>;

function keyedFilesOf({ keyedFile, moreKeyedFiles = [] }: Pick<AskedTask, 'keyedFile' | 'moreKeyedFiles'>) {
  return keyedFile === undefined ? moreKeyedFiles : [keyedFile, ...moreKeyedFiles];
}

/** A callback named it, and no video is it: another of the same task came before. */
function lacksKeyedFile(task: AskableTask): boolean {
  const links = task.videos.flatMap(({ url, formerUrls = [] }) => [url, ...formerUrls]);
  return keyedFilesOf(task).some(
    (file) => !links.some((link) => link.includes(`/${file}:`) || link.endsWith(`/${file}`)),
  );
}

/** The provider made it: it was ordered here, or the provider has told of it. */
export function isSurelyThere(task: Pick<AskableTask, 'submission' | 'askedCode' | 'trust'>): boolean {
  const { submission, askedCode, trust } = task;
  return submission !== undefined || askedCode === 'pending' || trust === 'signed' || trust === 'confirmed';
}

/** Why a task is asked about: its end is awaited, its video needs the key, or a callback is to be confirmed. */
export type AskReason = 'watch' | 'keyed' | 'confirm';

/** Times in ms since 1970. */
export interface Wait {
  task: AskableTask;
  reason: AskReason;
  since: number;
  /** By a clock that nobody sets, in this run. */
  readonly begunAt: number;
  nextAt: number;
  /** The provider asked for a pause until then; 0 = it did not. */
  notBefore: number;
  asks: number;
  failures: number;
  notFound: number;
  /** Since when it is not known there, by a clock that nobody sets; `null` = it is, or was not asked about. */
  unknownFrom: number | null;
  /** Records that said "done" and named no film. */
  empty: number;
  /** The last code that was written down, and when. */
  noted: { readonly code: string; readonly at: number } | null;
  lastAskAt: number | null;
  isAsking: boolean;
  /** Its callback said that it ended, and the record not yet. */
  isAhead: boolean;
  /** Its links wait no longer. */
  isReleased: boolean;
}

export interface Watched {
  readonly task: AskableTask;
  readonly since: string;
  readonly usualMs: number;
  readonly isOverdue: boolean;
  readonly isReady: boolean;
  /** Nobody knows where it can be asked for. */
  readonly isNowhere: boolean;
  readonly askedAt: string | null;
  readonly nextAskAt: string | null;
}

export interface WatchListPorts {
  readonly client: Pick<ProviderClient, 'api' | 'hasKey'>;
  readonly clock: Clock;
  readonly times: AskTimes;
  readonly usual: Pick<UsualTimes, 'of'>;
  /** From when on this provider may be asked, in ms; `Infinity` while nobody here may. */
  readonly askableFrom: (provider: string) => number;
  /** Until when it wants to be left alone, in ms. */
  readonly restsUntil: (provider: string) => number;
  /** The wait for the record is over: the callback's links may be fetched. */
  readonly released: (key: string) => void;
}

export interface WatchList {
  get(key: string): Wait | undefined;
  all(): Iterable<Wait>;
  /** A task is new or has changed. `confirm`: a callback just said that it ended. */
  consider(task: AskableTask, confirm: boolean): void;
  /** The wait for a task that a person asks about, whatever the reason. */
  take(task: AskableTask): Wait;
  /** Gone without anything to release. */
  forget(key: string): void;
  end(key: string): void;
  /** Its links wait no longer, while the provider is still asked. */
  release(wait: Wait): void;
  /**
   * Ended first, since what is written may begin another wait for the same task. What could not be written is not
   * known: then the wait goes on, and the provider is asked again.
   */
  endOnce(wait: Wait, written: () => Promise<unknown>): Promise<void>;
  /** True while a callback's links wait for the record. */
  holds(key: string): boolean;
  summary(): WatchSummary;
  /** What is waited for, longest first. */
  list(): readonly Watched[];
  /** ISO time; `null` where nobody asks. */
  nextAskAt(key: string): string | null;
}

/**
 * What is learned of a model is when its callbacks come, which a machine that sleeps gets hours late. Some links live an
 * hour: that long a silent task is not left alone.
 */
const longestFirstMs = 30 * 60_000;

const iso = (at: number): string => new Date(at).toISOString();

export function createWatchList(ports: WatchListPorts): WatchList {
  const { client, clock, times, usual, askableFrom, restsUntil } = ports;
  const waits = new Map<string, Wait>();
  /** What the record said of them is being written. */
  const settling = new Set<string>();
  /** The same of all that is being written: until it is, nobody may take them for ended. */
  const ending = new Set<string>();

  const nowMs = (): number => clock.date().getTime();
  const canAsk = (provider: string): boolean => askableFrom(provider) <= nowMs();
  const nextAskOf = ({ task, nextAt }: Wait): number =>
    Math.max(nextAt, askableFrom(task.provider), restsUntil(task.provider));
  const toldAt = (at: number): string | null => (at === Infinity ? null : iso(at));
  const usualOf = (task: AskableTask): number =>
    usual.of(task.provider, task.model, client.api(task.provider)?.usualMs ?? 180_000);

  /** Why this task is asked about, `null` where it is not. */
  function reasonFor(task: AskableTask, confirm: boolean): AskReason | null {
    if (task.trashedAt !== null) return null;
    const hasEnded = isTerminal(task.state);
    // Nobody can be asked: what a person waits for is listed all the same, until its callback comes.
    if (client.api(task.provider) === null) return !hasEnded && task.watchedSince !== undefined ? 'watch' : null;
    if (!hasEnded) return isAwaited(task) ? 'watch' : null;
    const isReady = task.state === 'succeeded' && !isGoneSince(task);
    if (isReady && task.needsApiKey && task.videos.length === 0) return 'keyed';
    if (isReady && task.moreKeyedFiles !== undefined && lacksKeyedFile(task)) return 'keyed';
    if (confirm && client.hasKey(task.provider) && task.trust !== 'confirmed') return 'confirm';
    // Once the record has said otherwise, asking again settles nothing.
    return task.trust === 'conflicting' && task.dispute?.trust !== 'confirmed' ? 'confirm' : null;
  }

  function begin(task: AskableTask, reason: AskReason): Wait {
    const now = nowMs();
    const written = Date.parse(task.watchedSince ?? task.receivedAt);
    const since = reason === 'watch' && written <= now ? written : now;
    const noted = task.askedAt === undefined ? null : Date.parse(task.askedAt);
    // One that lies ahead was written before the clock was set back.
    const asked = noted !== null && noted <= now ? noted : null;
    const first =
      reason === 'watch'
        ? Math.max(
            since + (times.afterMs ?? Math.min(usualOf(task), longestFirstMs)),
            asked === null ? 0 : asked + 1000,
          )
        : now;
    const wait: Wait = {
      task,
      reason,
      since,
      begunAt: clock.now(),
      nextAt: first,
      notBefore: 0,
      asks: 0,
      failures: 0,
      notFound: 0,
      unknownFrom: null,
      empty: 0,
      noted: null,
      lastAskAt: asked,
      isAsking: false,
      isAhead: false,
      isReleased: false,
    };
    waits.set(task.key, wait);
    return wait;
  }

  function release(wait: Wait): void {
    if (wait.reason === 'confirm') queueMicrotask(() => ports.released(wait.task.key));
  }

  function end(key: string): void {
    const wait = waits.get(key);
    waits.delete(key);
    if (wait !== undefined) release(wait);
  }

  return {
    get: (key) => waits.get(key),
    all: () => waits.values(),
    consider(task, confirm) {
      const known = waits.get(task.key);
      const reason = reasonFor(task, confirm || known?.reason === 'confirm');
      if (reason === null) {
        if (known !== undefined && !known.isAsking) end(task.key);
        else if (known !== undefined) waits.delete(task.key);
      } else if (known === undefined) begin(task, reason);
      else {
        const isAskableNow = task.askAt !== known.task.askAt || task.model !== known.task.model;
        if (known.nextAt === Infinity && isAskableNow) known.nextAt = nowMs();
        known.task = task;
        if (known.reason !== reason) {
          const now = nowMs();
          // Another question, with a patience of its own.
          Object.assign(known, {
            ...{ reason, since: now, failures: 0, notFound: 0, unknownFrom: null, isAhead: false, isReleased: false },
            nextAt: Math.min(known.nextAt, now),
          });
        }
      }
    },
    take: (task) => waits.get(task.key) ?? begin(task, reasonFor(task, false) ?? 'confirm'),
    forget: (key) => void waits.delete(key),
    end,
    release,
    async endOnce(wait, written) {
      const { key } = wait.task;
      waits.delete(key);
      // The links of the callback go on waiting: whether they are to be fetched is what is being written.
      if (wait.reason === 'confirm') settling.add(key);
      ending.add(key);
      try {
        await written();
      } catch (error) {
        if (!waits.has(key)) waits.set(key, wait);
        throw error;
      } finally {
        settling.delete(key);
        ending.delete(key);
      }
      release(wait);
    },
    holds(key) {
      if (settling.has(key)) return true;
      const wait = waits.get(key);
      if (wait?.reason !== 'confirm' || wait.task.trust === 'confirmed' || !canAsk(wait.task.provider)) return false;
      return wait.task.trust === 'conflicting' || nowMs() - wait.since < confirmPatienceMs;
    },
    summary() {
      const now = nowMs();
      let pending = 0;
      let overdue = 0;
      let next = Infinity;
      for (const wait of waits.values()) {
        if (wait.reason === 'confirm') continue;
        pending += 1;
        if (wait.reason === 'keyed' || now > wait.since + (times.afterMs ?? usualOf(wait.task))) overdue += 1;
        next = Math.min(next, nextAskOf(wait));
      }
      return { pending, overdue, nextAskAt: toldAt(next) };
    },
    list() {
      const now = nowMs();
      return [...waits.values()]
        .filter(({ reason }) => reason !== 'confirm')
        .sort((a, b) => a.since - b.since)
        .map((wait) => {
          const { task, reason, since, lastAskAt } = wait;
          const usualMs = usualOf(task);
          const askedAt = lastAskAt === null ? null : iso(lastAskAt);
          const nextAskAt = toldAt(nextAskOf(wait));
          const isReady = reason === 'keyed';
          const isOverdue = !isReady && now > since + usualMs;
          const isNowhere = wait.nextAt === Infinity;
          return { task, since: iso(since), usualMs, isOverdue, isReady, isNowhere, askedAt, nextAskAt };
        });
    },
    nextAskAt(key) {
      const wait = waits.get(key);
      if (wait === undefined) return ending.has(key) ? iso(nowMs()) : null;
      return toldAt(nextAskOf(wait));
    },
  };
}

const tells: ReadonlySet<string> = new Set(['callback', 'repeat', 'late', 'conflict', 'watched', 'asked']);

/** The provider did not know it any more, and nobody has told of it since. */
function isGoneSince({ history }: AskableTask): boolean {
  return history.findLast(({ kind }) => kind === 'unwatched' || tells.has(kind))?.kind === 'unwatched';
}

/** Someone waits for it, or its own callback said that it is being made; and nobody has given it up since. */
function isAwaited(task: AskableTask): boolean {
  if (task.watchedSince !== undefined) return true;
  const isGivenUp = task.history.some(({ kind }) => kind === 'unwatched');
  return task.state === 'processing' && !isGivenUp;
}
