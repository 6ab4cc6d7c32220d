/** Each day, while the inbox runs: bytes of films that were removed for good leave a store elsewhere, a day behind that. */
import type { Log } from '../../log/log.ts';
import type { ShelfLibrary, VideoStore } from '../../video-store/video-store.ts';

export interface ShelfSweepPorts {
  readonly store: Pick<VideoStore, 'isOfOne' | 'sweepRemoved'>;
  /** The same on all machines that share it. */
  readonly library: () => Promise<ShelfLibrary>;
  readonly log: Log;
  /** In ms. Default 10 s: from then on others can see that it is there. */
  readonly noteMs?: number;
  /** In ms, behind that. Default 30 minutes: a start has other things to do. */
  readonly firstMs?: number;
  /** In ms. Default a day. */
  readonly everyMs?: number;
}

const dayMs = 24 * 3_600_000;

/** @returns the end of it. */
export function startShelfSweep({
  store,
  library,
  log,
  noteMs = 10_000,
  firstMs = 30 * 60_000,
  everyMs = dayMs,
}: ShelfSweepPorts): () => void {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;

  async function isOfOne(): Promise<boolean> {
    const isOnly = (await store.isOfOne?.(await library())) ?? true;
    if (!isOnly) log.warn({}, 'another library has its films in this folder of the shelf, so nothing is swept there');
    return isOnly;
  }

  async function note(): Promise<void> {
    await isOfOne().catch((error: unknown) => log.warn({ error }, 'the library could not be noted on the shelf'));
    if (!stop.signal.aborted) sweepIn(firstMs);
  }

  async function sweep(): Promise<void> {
    try {
      // What one removes for good another may still have, under the same name.
      const removed = (await isOfOne()) ? ((await store.sweepRemoved?.(dayMs, stop.signal)) ?? 0) : 0;
      if (removed > 0) log.info({ removed }, 'bytes of films that were removed for good have left the shelf');
    } catch (error) {
      if (!stop.signal.aborted)
        log.warn({ error }, 'bytes of films that were removed for good stay on the shelf for now');
    }
    if (!stop.signal.aborted) sweepIn(everyMs);
  }

  function sweepIn(ms: number): void {
    timer = setTimeout(() => void sweep(), ms).unref();
  }

  timer = setTimeout(() => void note(), noteMs).unref();
  return () => {
    stop.abort();
    clearTimeout(timer);
  };
}
