/** Notices a server that stops sending. Time spent on our own disk does not count. */
export interface StallWatch {
  /** True while the next bytes are being waited for. */
  waiting(isWaiting: boolean): void;
  stop(): void;
}

/** Calls `onStall` once, when nothing came for `limitMs` while it was waited for. */
export function watchStall(limitMs: number, onStall: () => void): StallWatch {
  let isWaiting = false;
  const timer = setTimeout(() => {
    if (isWaiting) onStall();
    else timer.refresh();
  }, limitMs);
  return {
    waiting(now) {
      isWaiting = now;
      if (now) timer.refresh();
    },
    stop: () => clearTimeout(timer),
  };
}
