/** Notices a server that stops sending, or nearly. Time spent on our own disk does not count. */
export interface StallWatch {
  /** True while the next bytes are being waited for. */
  waiting(isWaiting: boolean): void;
  received(bytes: number): void;
  stop(): void;
}

export interface StallLimits {
  /** Longest wait for the next bytes. */
  readonly stallMs: number;
  /**
   * In the first span of this length at least `leastBytes` must come, in each further one twice as many, up to ten times
   * as many: a trickle would hold a place in the queue for hours.
   */
  readonly trickleMs: number;
  readonly leastBytes: number;
}

/** Calls `onStall` when a limit is broken while bytes are waited for. */
export function watchStall(limits: StallLimits, onStall: () => void): StallWatch {
  let isWaiting = false;
  let bytesInSpan = 0;
  let { leastBytes } = limits;
  const silence = setTimeout(() => {
    if (isWaiting) onStall();
    else silence.refresh();
  }, limits.stallMs);
  const trickle = setInterval(() => {
    if (isWaiting && bytesInSpan < leastBytes) onStall();
    bytesInSpan = 0;
    leastBytes = Math.min(leastBytes * 2, limits.leastBytes * 10);
  }, limits.trickleMs);
  return {
    waiting(now) {
      isWaiting = now;
      if (now) silence.refresh();
    },
    received(bytes) {
      bytesInSpan += bytes;
    },
    stop() {
      clearTimeout(silence);
      clearInterval(trickle);
    },
  };
}
