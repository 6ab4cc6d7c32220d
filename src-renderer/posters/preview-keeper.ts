/**
 * Sees to it that all films have a poster and a filmstrip, also those that nobody looks at. One page of this browser does
 * it for all of them (a lock), and it rests while a film plays.
 */
import type { WantedPreviews } from '../../src-main/common/contract.ts';
import type { PageEvent } from '../../src-main/common/page-events.ts';
import { movingPictures } from '../../src-main/common/model.ts';
import type { TaskRow } from '../../src-main/common/task-row.ts';
import type { Call } from '../client/renderer-client.ts';
import type { PosterQueue, PosterWish } from './poster-queue.ts';

export interface KeeperPorts {
  readonly call: Call;
  readonly subscribe: (listener: (event: PageEvent) => void) => () => void;
  readonly queue: Pick<PosterQueue, 'fillFrom' | 'nudge' | 'forget' | 'status'>;
  /** `null` where the browser has none: then each page works by itself. */
  readonly locks: Pick<LockManager, 'request'> | null;
  /** Whether a film is being watched. */
  readonly isBusy: () => boolean;
}

/** How long new films are gathered before it is asked again. */
const settleMs = 1_000;
const restMs = 5_000;
/** So many that came or changed are known well enough from what was told; of more it is asked which are among the newest. */
const mostTold = 24;

/** @returns the end of it. */
export function keepPreviews({ call, subscribe, queue, locks, isBusy }: KeeperPorts): () => void {
  const ended = new AbortController();
  let known: PosterWish[] = [];
  /** Where to go on; `undefined` = nothing more until something arrives. */
  let next: number | null | undefined = null;
  /** How often it began anew. */
  let turn = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function later(ms: number, what: () => void) {
    clearTimeout(timer);
    timer = setTimeout(what, ms);
  }

  async function take(): Promise<PosterWish | null> {
    if (isBusy()) {
      later(restMs, queue.nudge);
      return null;
    }
    while (known.length === 0 && next !== undefined && !ended.signal.aborted) {
      const asked = turn;
      const page: WantedPreviews = await call('previews:wanted', next);
      // What came meanwhile is newer, and may have begun it anew.
      known.push(...page.wishes.filter(({ key, path }) => queue.status(key, path) === 'unknown'));
      if (asked === turn) next = page.next ?? undefined;
    }
    return ended.signal.aborted ? null : (known.shift() ?? null);
  }

  /** What lacks one of them, and was not tried yet. */
  function wishOf({ key, poster, receivedAt, trashedAt, videos }: TaskRow): readonly PosterWish[] {
    const at = videos.findIndex(({ state }) => state === 'saved');
    const video = videos[at];
    if (video === undefined || trashedAt !== null || queue.status(key, video.path) !== 'unknown') return [];
    const isWhole = poster !== null && (video.preview !== undefined || movingPictures.has(video.container ?? ''));
    return isWhole ? [] : [{ key, n: at + 1, path: video.path, receivedAt }];
  }

  function work() {
    if (ended.signal.aborted) return;
    const stop = subscribe((event) => {
      if (event.name === 'resync' && event.data.counts === undefined) queue.forget();
      const isAll = event.name === 'resync';
      const news = event.name === 'tasks:changed' ? event.data.tasks.flatMap(wishOf) : [];
      if (!isAll && news.length === 0) return;
      if (isAll || news.length > mostTold) {
        // From the newest again; what is known to be missing further down comes after it.
        known = [];
        next = null;
        turn += 1;
      } else {
        // To ask is to have the newest five thousand read, which is too much for each film that comes.
        const keys = new Set(news.map(({ key }) => key));
        known = [...news, ...known.filter(({ key }) => !keys.has(key))];
      }
      later(settleMs, queue.nudge);
    });
    ended.signal.addEventListener('abort', stop);
    queue.fillFrom(take);
  }

  if (locks === null) work();
  else {
    void locks
      .request('video-inbox.previews', { signal: ended.signal }, () => {
        work();
        // Held until the page goes.
        return new Promise<void>((resolve) => ended.signal.addEventListener('abort', () => resolve()));
      })
      .catch(() => undefined);
  }
  return () => {
    clearTimeout(timer);
    ended.abort();
  };
}
