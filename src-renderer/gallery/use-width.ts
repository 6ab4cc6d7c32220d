import { useCallback, useState } from 'react';

/** The width of an element in CSS pixels, followed; 0 until it is known. And the size of 1rem. */
export function useWidth(): {
  readonly ref: (element: HTMLElement | null) => (() => void) | undefined;
  readonly width: number;
  readonly rootFontSize: number;
} {
  const [size, setSize] = useState({ width: 0, rootFontSize: 16 });
  const ref = useCallback((element: HTMLElement | null) => {
    if (element === null) return undefined;
    const measure = () => {
      const next = {
        width: element.clientWidth,
        rootFontSize: Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16,
      };
      setSize((now) => (now.width === next.width && now.rootFontSize === next.rootFontSize ? now : next));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, ...size };
}
