import { useEffect, useState } from 'react';
import type { ProgressStore } from './progress.ts';

/** Shorter silences are the net's breath. */
const silenceMs = 10_000;

/** Whether nothing has come of these videos for a while, of which at least one is being downloaded. */
export function useStalled(progress: ProgressStore, key: string, ns: readonly number[]): boolean {
  const [stalled, setStalled] = useState(false);
  const names = ns.join();
  useEffect(() => {
    const bytesNow = () =>
      names.split(',').reduce((sum, n) => sum + (progress.get(key, Number(n))?.receivedBytes ?? 0), 0);
    let bytes = bytesNow();
    let timer = setTimeout(() => setStalled(true), silenceMs);
    const undo = progress.subscribe(() => {
      const now = bytesNow();
      if (now === bytes) return;
      bytes = now;
      setStalled(false);
      clearTimeout(timer);
      timer = setTimeout(() => setStalled(true), silenceMs);
    });
    return () => {
      undo();
      clearTimeout(timer);
      setStalled(false);
    };
  }, [progress, key, names]);
  return stalled;
}
