import type { PageNotice } from './actions.ts';

export interface NoticeBoard {
  /** @returns what takes it off the screen before its time. */
  post(notice: PageNotice): () => void;
  /** The one place that shows them; the listener answers with what takes the notice away. @returns the undo. */
  show(listener: (notice: PageNotice) => () => void): () => void;
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
