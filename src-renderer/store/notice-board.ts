import type { Store } from './store.ts';

/** A short notice at the edge of the window, with the way back where there is one. */
export interface PageNotice {
  readonly text: string;
  readonly kind?: 'plain' | 'bad';
  readonly undo?: () => void;
  /** Stays until it is withdrawn or closed, with a way to stop what it tells of, and how far that is, in few letters. */
  readonly running?: { readonly stop: () => void; readonly done: Pick<Store<string>, 'get' | 'subscribe'> };
  /** It is off the screen. */
  readonly onClose?: () => void;
}

export interface NoticeBoard {
  /** @returns what takes it off the screen before its time. */
  post(notice: PageNotice): () => void;
  /** The one place that shows them; the listener answers with what takes the notice away. @returns the undo. */
  show(listener: (notice: PageNotice) => () => void): () => void;
}

const plainMs = 4_000;
const readingMs = 8_000;
/** A sign of Chinese says as much as three letters, and takes as many bytes. */
const msPerByte = 60;

/** How long it stays by itself; 0 = until it is withdrawn. What is longer is read for longer. */
export function shownMs({ text, kind, undo, running }: PageNotice): number {
  if (running !== undefined) return 0;
  const least = kind === 'bad' || undo !== undefined ? readingMs : plainMs;
  return Math.max(least, new TextEncoder().encode(text).length * msPerByte);
}

/** Notices that are posted before there is a place to show them wait for it. */
export function createNoticeBoard(): NoticeBoard {
  const waiting = new Map<PageNotice, (withdraw: () => void) => void>();
  let place: ((notice: PageNotice) => () => void) | null = null;
  return {
    post(notice) {
      if (place !== null) return place(notice);
      let withdraw: (() => void) | null = null;
      waiting.set(notice, (shown) => (withdraw = shown));
      return () => {
        waiting.delete(notice);
        withdraw?.();
      };
    },
    show(listener) {
      place = listener;
      for (const [notice, shown] of waiting) shown(listener(notice));
      waiting.clear();
      return () => {
        if (place === listener) place = null;
      };
    },
  };
}
