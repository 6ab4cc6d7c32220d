/** Each day, while the inbox runs: bytes of films that were removed for good leave a store elsewhere, a day behind that. */
import type { Log } from '../log/log.ts';
import type { VideoStore } from '../video-store/video-store.ts';

export interface ShelfSweepPorts {
  readonly store: Pick<VideoStore, 'isOfOne' | 'sweepRemoved'>;
  /** The same on all machines that share it. */
  readonly library: () => Promise<string>;
  readonly log: Log;
  /** In ms. Default 30 minutes: a start has other things to do. */
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
  firstMs = 30 * 60_000,
  everyMs = dayMs,
}: ShelfSweepPorts): () => void {
  const stop = new AbortController();
  let timer: NodeJS.Timeout | undefined;

  async function sweep(): Promise<void> {
    try {
      // What one removes for good another may still have, under the same name.
      const isOfOne = (await store.isOfOne?.(await library())) ?? true;
      if (!isOfOne)
        log.info({}, 'another library has its films in this folder of the shelf, so nothing is swept there');
      const removed = isOfOne ? ((await store.sweepRemoved?.(dayMs, stop.signal)) ?? 0) : 0;
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

  sweepIn(firstMs);
  return () => {
    stop.abort();
    clearTimeout(timer);
  };
}
