/**
 * Renews links that have died: first the provider's record, which may name another one by now, then a fresh link made
 * by the provider (kie.ai), then it is the person's turn, who may paste one. The download goes on with the bytes that
 * are here.
 */
import { setMaxListeners } from 'node:events';
import type { StampedEvent } from '../../common/events.ts';
import { fileOfLink } from '../../common/links.ts';
import type { Task, Video } from '../../common/model.ts';
import type { Log } from '../log/log.ts';
import { ApiFault, type ApiFaultCode } from '../provider-api/provider-api.ts';
import type { ProviderClient } from '../provider-api/provider-client.ts';
import type { Clock } from '../clock.ts';
import { createSlots, type Slots } from '../slots.ts';
import { isUnknownThere } from './ask-outcomes.ts';
import { isSurelyThere, questionOf } from './watch-list.ts';

export interface RescuePorts {
  readonly client: Pick<ProviderClient, 'api' | 'ask' | 'hasKey'>;
  readonly freshLink: (url: string) => Promise<string>;
  readonly get: (key: string) => Task | undefined;
  /** Tasks with videos that have failed or are tried again, and whose provider can be asked. */
  readonly brokenTasks: () => Iterable<Task>;
  /** What is shown of the task is other than before. */
  readonly changed: (key: string) => void;
  readonly requeue: (videos: readonly { readonly key: string; readonly url: string }[]) => Promise<unknown>;
  readonly renew: (key: string, url: string, link: string, by: 'record' | 'provider') => Promise<unknown>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Rescue {
  onEvent(event: StampedEvent): void;
  /** True while another link for a dead one is being looked for. */
  isTrying(key: string): boolean;
  /** A key was set, or is good again: what failed without one is tried. */
  keysChanged(): void;
  /**
   * What failed lately, and may have been on its way to another link when the last run ended.
   * @param broken as `brokenTasks`, in turns with everything else.
   */
  resume(broken: AsyncIterable<Task>): Promise<void>;
  close(): Promise<void>;
}

/** What a link of ours can die of: some hosts give a page, a message or a picture in its place, or send on without end. */
const deadly = new Set(['gone', 'forbidden', 'not-a-video', 'too-many-redirects']);
/** What may be of the link where it is given up: the record may name another one, which lies elsewhere. */
const lasting = new Set(['blocked-address', 'bad-url', 'damaged', 'timeout', 'network', 'server']);
/** The host does not answer, or not well: in some minutes it does, or another one has the file. */
const away = new Set(['timeout', 'network', 'server']);
const awayTries = 8;
/** A fresh link lives 20 minutes, so a slow film may need several. */
const roundLimit = 6;
/** While the download itself tries the old link again. */
const pauseWhileTriedMs = 60_000;
const retryMs = [2_000, 30_000, 300_000, 900_000];
const hourMs = 3_600_000;
/** Hours of a provider's outage are waited out, and so is a kill in the midst of it. */
const patienceHours = 24;
/** What one question is told of the key, or of the whole provider, the others need not be told as well. */
const atOnce = 8;
/** Keys are rarely set, and a library may be large. */
const sweepLimit = 2000;

interface Found {
  readonly link: string | null;
  readonly by: 'record' | 'provider' | null;
  /** Another question would bring nothing. */
  readonly isOver: boolean;
  /** Why the record could not be had; `null` where it was. */
  readonly fault: ApiFault | null;
}

interface Rounds {
  readonly since: number;
  triedAt: number;
  renewed: number;
  failures: number;
  /** The link that was given up for another one while its host was away: it may be good still. */
  left: string | null;
}

export function createRescue(ports: RescuePorts): Rescue {
  const { client, clock, log } = ports;
  const rounds = new Map<string, Rounds>();
  const running = new Set<Promise<void>>();
  /** By account: one that hangs holds up no other. */
  const slots = new Map<string, Slots>();
  const stop = new AbortController();
  // Each question listens, and hundreds may be looked for at once.
  setMaxListeners(0, stop.signal);
  const cancels = new Set<() => void>();

  /** Links that are being renewed, or will be tried again in a while, by task. */
  const trying = new Map<string, Set<string>>();

  function start(key: string, url: string): void {
    const task = ports.get(key);
    if (stop.signal.aborted || task === undefined || !client.hasKey(task.provider)) return;
    trying.set(key, (trying.get(key) ?? new Set()).add(url));
    // Behind the event that brought us here: the library is to know of it first.
    const work = new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => rescue(key, url))
      .then((isOver) => {
        if (isOver) end(key, url);
      })
      .catch((error: unknown) => {
        end(key, url);
        if (!stop.signal.aborted) log.error({ error, key }, 'a rescue failed in a way that was not foreseen');
      })
      .finally(() => running.delete(work));
    running.add(work);
  }

  function end(key: string, url: string): void {
    const urls = trying.get(key);
    urls?.delete(url);
    if (urls?.size === 0) trying.delete(key);
    ports.changed(key);
  }

  /** @returns false where it is tried again in a while. */
  async function rescue(key: string, url: string): Promise<boolean> {
    const task = ports.get(key);
    const video = task === undefined ? undefined : videoOf(task, url);
    if (task === undefined || video === undefined || task.trashedAt !== null || !isCurable(video)) return true;
    const id = `${key} ${String(task.videos.indexOf(video))}`;
    const now = clock.date().getTime();
    const seen = rounds.get(id) ?? { since: now, triedAt: -Infinity, renewed: 0, failures: 0, left: null };
    rounds.set(id, seen);
    if (seen.renewed >= roundLimit || (video.state === 'queued' && Math.abs(now - seen.triedAt) < pauseWhileTriedMs))
      return true;
    seen.triedAt = now;
    const { isOver, fault, ...found } = await findLink(task, video);
    const goesBack = found.link === null && seen.left !== null && isDead(video);
    const { link, by } = goesBack ? { link: seen.left, by: 'record' as const } : found;
    if (link !== null && by !== null) {
      seen.left = isAway(video) ? video.url : goesBack ? null : seen.left;
      seen.renewed += 1;
      seen.failures = 0;
      seen.triedAt = -Infinity;
      log.info({ key, by }, 'a dead link was renewed');
      await ports.renew(key, video.url, link, by);
      return true;
    }
    // What was not asked has its turn later, and was no try.
    const hadTurn = fault?.wasAsked !== false || now - seen.since >= patienceHours * hourMs;
    const hours = fault !== null && isUnknownThere(fault) ? 1 : patienceHours;
    const ownMs = retryMs[seen.failures] ?? (seen.failures < retryMs.length + hours ? hourMs : Infinity);
    const restMs = fault?.retryAfterMs ?? 0;
    // A provider that says "in a second" again and again is asked ever more rarely all the same.
    const pauseMs = Math.max(restMs, hadTurn ? ownMs : 0);
    if (restMs > 0) seen.triedAt = -Infinity;
    if (hadTurn) seen.failures += 1;
    // A provider that cannot be reached just now may be in a while; one that has nothing has nothing.
    if (isOver || pauseMs === Infinity) return true;
    const cancel = clock.after(pauseMs, () => {
      cancels.delete(cancel);
      start(key, url);
    });
    cancels.add(cancel);
    return false;
  }

  function inTurn<T>(provider: string, ask: () => Promise<T>): Promise<T> {
    const account = client.api(provider)?.account ?? provider;
    const known = slots.get(account) ?? createSlots(atOnce);
    slots.set(account, known);
    return known(ask);
  }

  async function again(key: string, videos: readonly Video[]): Promise<void> {
    if (videos.length === 0) return;
    await ports.requeue(videos.map(({ url }) => ({ key, url }))).catch((error: unknown) => {
      log.error({ error, key }, 'videos could not be queued again');
    });
  }

  async function findLink(task: Task, video: Video): Promise<Found> {
    const known = new Set(task.videos.flatMap(({ url, formerUrls = [] }) => [url, ...formerUrls]));
    let isOver = true;
    let fault: ApiFault | null = null;
    try {
      const { result } = await inTurn(task.provider, () => client.ask(questionOf(task), stop.signal));
      const link = linkFor(result.videoUrls, task.videos, video);
      const isOther = link !== null && !known.has(link) && !(isAway(video) && leadsTo(video, link));
      if (result.state === 'succeeded' && isOther) return { link, by: 'record', isOver, fault };
    } catch (error) {
      // The download goes on, and its attempts bring us here again.
      fault = faultOf(error);
      isOver = isAway(video) || (isFinal(fault) && !(isUnknownThere(fault) && isSurelyThere(task)));
      if (!fault.wasAsked || fault.code === 'bad-key') return { link: null, by: null, isOver, fault };
    }
    if (client.api(task.provider)?.account !== 'kie' || !isDead(video)) return { link: null, by: null, isOver, fault };
    // The oldest is the provider's own; a fresh link cannot be made of a fresh link.
    for (const url of new Set([...(video.formerUrls ?? []), video.url])) {
      try {
        return { link: await ports.freshLink(url), by: 'provider', isOver, fault };
      } catch (error) {
        isOver = isOver && isFinal(faultOf(error));
      }
    }
    return { link: null, by: null, isOver, fault };
  }

  return {
    onEvent(event) {
      if (event.type === 'video-failed' && (event.gone || deadly.has(event.code) || lasting.has(event.code)))
        start(event.key, event.url);
      if (event.type === 'attempted' && isWorthAsking(event)) start(event.key, event.url);
      if (event.type === 'video-saved') {
        for (const id of rounds.keys()) if (id.startsWith(`${event.key} `)) rounds.delete(id);
      }
      // The person tries again: so do we.
      if (event.type === 'video-queued') {
        const keys = new Set(event.videos.map(({ key }) => key));
        for (const id of rounds.keys()) if (keys.has(id.slice(0, id.lastIndexOf(' ')))) rounds.delete(id);
      }
    },
    isTrying: (key) => trying.has(key),
    keysChanged() {
      rounds.clear();
      let count = 0;
      for (const task of ports.brokenTasks()) {
        if (count >= sweepLimit) return;
        const lost = task.videos.filter(isDead);
        count += lost.length;
        // The link was good; it was the key that was missing.
        if (client.api(task.provider)?.keyOnFile === true) void again(task.key, lost);
        else for (const video of lost) start(task.key, video.url);
      }
    },
    async resume(broken) {
      const since = clock.date().getTime() - patienceHours * hourMs;
      let count = 0;
      for await (const task of broken) {
        if (count >= sweepLimit || stop.signal.aborted) return;
        const lost = task.videos.filter((video) => isCurable(video) && failedAt(task, video) >= since);
        count += lost.length;
        for (const { url } of lost) if (trying.get(task.key)?.has(url) !== true) start(task.key, url);
      }
    },
    async close() {
      stop.abort(new Error('the inbox is closing'));
      for (const cancel of cancels) cancel();
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

function videoOf(task: Task, url: string): Video | undefined {
  return task.videos.find((video) => video.url === url || video.formerUrls?.includes(url) === true);
}

/** When it was given up last, in ms; `-Infinity` where it was not. */
function failedAt({ history, videos }: Task, video: Video): number {
  const n = videos.indexOf(video) + 1;
  const entry = history.findLast((each) => each.kind === 'failed' && each.video === n);
  return entry === undefined ? -Infinity : Date.parse(entry.at);
}

function isDead(video: Video): boolean {
  if (video.state === 'queued') return deadly.has(video.attempts?.at(-1)?.code ?? '');
  return video.state === 'expired' || (video.state === 'failed' && deadly.has(video.errorCode ?? ''));
}

function isCurable(video: Video): boolean {
  return isDead(video) || isAway(video) || (video.state === 'failed' && lasting.has(video.errorCode ?? ''));
}

/** It is tried again and again, and its host is the reason. */
function isAway({ state, attempts = [] }: Video): boolean {
  const last = attempts.at(-1);
  return state === 'queued' && last !== undefined && away.has(last.code) && last.n >= awayTries;
}

/** The first time the file may only not be there yet. */
function isWorthAsking({ code, n }: { readonly code: string; readonly n: number }): boolean {
  return (n > 1 && deadly.has(code)) || (n >= awayTries && away.has(code));
}

/** To the same file at the same host, however it is signed. */
function leadsTo({ url, formerUrls = [] }: Video, link: string): boolean {
  return [url, ...formerUrls].map(fileOfLink).includes(fileOfLink(link));
}

/**
 * The link of a record that is the video's: the one to the same file, else the one in its place where there are as many
 * as the task has videos. `null` where it could be that of another video: saved under the wrong name it would be lost.
 */
export function linkFor(
  links: readonly string[],
  videos: readonly Pick<Video, 'url' | 'formerUrls'>[],
  video: Pick<Video, 'url' | 'formerUrls'>,
): string | null {
  const files = new Set([video.url, ...(video.formerUrls ?? [])].map(fileOfLink));
  const same = links.find((link) => files.has(fileOfLink(link)));
  if (same !== undefined) return same;
  const others = new Set(
    videos.filter((each) => each !== video).flatMap(({ url, formerUrls = [] }) => [url, ...formerUrls].map(fileOfLink)),
  );
  const at = videos.length === links.length ? videos.indexOf(video) : videos.length === 1 ? 0 : -1;
  const link = links[at];
  return link === undefined || others.has(fileOfLink(link)) ? null : link;
}

function faultOf(error: unknown): ApiFault {
  if (error instanceof ApiFault) return error;
  throw error;
}

/** Whatever else was said is not about the task: of the key, the account, the way there, it may be otherwise in a while. */
function isFinal(fault: ApiFault): boolean {
  return isUnknownThere(fault) || ofTask.has(fault.code);
}

const ofTask: ReadonlySet<ApiFaultCode> = new Set(['moderated', 'ended', 'no-api', 'no-address', 'no-key']);
