/** Ctrl+C, the end of a terminal and a shutdown are no kills: what is half can be removed before the process ends. */

export interface SignalSource {
  readonly pid: number;
  once(signal: NodeJS.Signals, run: () => void): unknown;
  off(signal: NodeJS.Signals, run: () => void): unknown;
  kill(pid: number, signal: NodeJS.Signals): unknown;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** @param run at once, without waiting for anything; then the signal ends the process as it would have. @returns the undo. */
export function beforeInterrupted(run: () => void, source: SignalSource = process): () => void {
  const undos = signals.map((signal) => {
    const end = (): void => {
      undo();
      try {
        run();
      } finally {
        source.kill(source.pid, signal);
      }
    };
    source.once(signal, end);
    return () => source.off(signal, end);
  });
  const undo = (): void => undos.forEach((each) => void each());
  return undo;
}
