/** Whom nobody watches must tell that nothing new can be kept: once, and anew after all was well again. */
import type { StorageStatus } from '../../common/status.ts';
import { noticeTexts } from '../../common/texts/en-notices.ts';
import type { Notice } from './notifier.ts';

export interface StorageNews {
  hear(storage: StorageStatus): void;
  /** What was so before; of no account once anything was heard. */
  begin(storage: StorageStatus): void;
  close(): void;
}

/** What is over by itself within this time is nobody's trouble. */
const graceMs = 10_000;
const tryAgainMs = 60_000;

/** @param tell `false` where it may not be told now: it is offered again, as long as it is so. */
export function createStorageNews(tell: (notice: Notice) => boolean): StorageNews {
  let now: StorageStatus | null = null;
  let toldWeight = 0;
  let timer: NodeJS.Timeout | null = null;

  function stop(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  }

  function tellNow(): void {
    timer = null;
    if (now === null) return;
    const weight = weightOf(now);
    if (weight <= toldWeight) return;
    const title = weight === 1 ? noticeTexts.roomTitle : noticeTexts.storageTitle;
    const body = now.message ?? '';
    if (tell({ id: 'storage', kind: 'storage', title, body, imagePath: null, deepLink: null })) toldWeight = weight;
    else tellIn(tryAgainMs);
  }

  function tellIn(waitMs: number): void {
    timer = setTimeout(tellNow, waitMs);
    timer.unref();
  }

  function hear(storage: StorageStatus): void {
    now = storage;
    const weight = weightOf(storage);
    if (weight === 0) {
      toldWeight = 0;
      stop();
    } else if (weight > toldWeight && timer === null) tellIn(graceMs);
  }

  return {
    hear,
    begin(storage) {
      if (now === null) hear(storage);
    },
    close: stop,
  };
}

/** 2: nothing new is kept; 1: films wait while their links die; 0: the rest is in the page for whoever looks. */
function weightOf({ state, code }: StorageStatus): number {
  if (state === 'full' || state === 'gone') return 2;
  return code === 'downloads-wait' ? 1 : 0;
}
