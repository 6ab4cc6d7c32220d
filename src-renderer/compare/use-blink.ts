import { type Dispatch, type SetStateAction, useEffect, useState } from 'react';
import type { CompareMode } from '../router/route.ts';

const blinkMs = 500;

/** Whether the right one is shown of two that take turns; by hand for who asked for less motion: the key shows the other. */
export function useBlink(mode: CompareMode): [isRight: boolean, set: Dispatch<SetStateAction<boolean>>] {
  const [isRight, setIsRight] = useState(false);
  useEffect(() => {
    if (mode !== 'blink' || matchMedia('(prefers-reduced-motion: reduce)').matches) return undefined;
    const timer = setInterval(() => setIsRight((now) => !now), blinkMs);
    return () => clearInterval(timer);
  }, [mode]);
  return [isRight, setIsRight];
}
