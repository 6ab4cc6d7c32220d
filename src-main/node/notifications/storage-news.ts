/** Whom nobody watches must tell that nothing new can be kept: once, and anew after all was well again. */
import type { StorageStatus } from '../../common/status.ts';
import { noticeTexts } from '../../common/texts/en-notices.ts';
import type { Notice } from './notifier.ts';

export interface StorageNews {
  hear(storage: StorageStatus): void;
  close(): void;
}

/** What is over by itself within this time is nobody's trouble. */
const graceMs = 10_000;

export function createStorageNews(tell: (notice: Notice) => void): StorageNews {
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
    toldWeight = weight;
    const title = weight === 1 ? noticeTexts.roomTitle : noticeTexts.storageTitle;
    tell({ id: 'storage', kind: 'storage', title, body: now.message ?? '', imagePath: null, deepLink: null });
  }

  return {
    hear(storage) {
      now = storage;
      const weight = weightOf(storage);
      if (weight === 0) {
        toldWeight = 0;
        stop();
      } else if (weight > toldWeight && timer === null) {
        timer = setTimeout(tellNow, graceMs);
        timer.unref();
      }
    },
    close: stop,
  };
}

/** 2: nothing new is kept; 1: films wait while their links die; 0: the rest is in the page for whoever looks. */
function weightOf({ state, code }: StorageStatus): number {
  if (state === 'full' || state === 'gone') return 2;
  return code === 'downloads-wait' ? 1 : 0;
}
