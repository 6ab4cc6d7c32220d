/** Keeps calls within a provider's limit: so many in any stretch of so many milliseconds; the rest wait their turn. */
import type { Clock } from '../clock.ts';

export interface CallGate {
  /** Resolves when the call may be made. @throws the reason of `signal` */
  pass(signal?: AbortSignal): Promise<void>;
}

export interface GateOptions {
  readonly calls: number;
  readonly perMs: number;
  readonly clock: Clock;
  /** The provider counts when calls arrive, and the network holds one up longer than another. Default 5 %. */
  readonly marginMs?: number;
}

export function createCallGate({ calls, perMs, clock, marginMs = perMs * 0.05 }: GateOptions): CallGate {
  const starts: number[] = [];
  const waiting: (() => void)[] = [];
  let timer: (() => void) | null = null;
  const windowMs = perMs + marginMs;

  function admit(): void {
    const now = clock.now();
    while (starts[0] !== undefined && now - starts[0] >= windowMs) starts.shift();
    while (starts.length < calls) {
      const next = waiting.shift();
      if (next === undefined) return;
      starts.push(now);
      next();
    }
    const first = starts[0];
    if (waiting.length > 0 && timer === null && first !== undefined) {
      timer = clock.after(Math.max(1, first + windowMs - now), () => {
        timer = null;
        admit();
      });
    }
  }

  return {
    pass(signal) {
      return new Promise((resolve, reject) => {
        const enter = (): void => {
          signal?.removeEventListener('abort', leave);
          resolve();
        };
        const leave = (): void => {
          const at = waiting.indexOf(enter);
          if (at >= 0) waiting.splice(at, 1);
          reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
        };
        if (signal?.aborted === true) {
          leave();
          return;
        }
        signal?.addEventListener('abort', leave, { once: true });
        waiting.push(enter);
        admit();
      });
    },
  };
}
