import {
  type CSSProperties,
  type PointerEvent,
  type RefObject,
  useEffect,
  useEffectEvent,
  useRef,
  useState,
} from 'react';
import type { ZoomPlace } from '../router/route.ts';

const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] } as const;
type Arrow = keyof typeof arrows;
export const isArrow = (key: string): key is Arrow => Object.hasOwn(arrows, key);
/** A press of an arrow moves the picture by this part of the stage. */
const panStep = 0.1;

/** Where a film lies on the screen, and its own size in pixels. */
export interface ShownFilm {
  readonly box: DOMRect;
  readonly width: number;
  readonly height: number;
}

interface View {
  /** 1 is as the stage has room. */
  readonly factor: number;
  /** By how much the middle of the picture is beside the middle of the stage, in CSS pixels. */
  readonly x: number;
  readonly y: number;
  /** 1 is a pixel of the film on a pixel of the screen; `null` as the stage has room. */
  readonly scale: number | null;
}

export interface Zoom {
  /** What is seen now; `null` as the stage has room. */
  readonly place: () => ZoomPlace | null;
  readonly isZoomed: boolean;
  readonly scale: number | null;
  /** For the element around the film. */
  readonly style: CSSProperties;
  /** As it has room, its own size, twice that: under the pointer. */
  readonly cycle: () => void;
  readonly reset: () => void;
  /** An arrow key shows more of the picture on its side. */
  readonly panTowards: (arrow: Arrow) => void;
  readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void;
  readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void;
}

const fitted: View = { factor: 1, x: 0, y: 0, scale: null };
const largest = 16;
/** Sizes this near to another are the same to the eye. */
const near = (a: number, b: number): boolean => Math.abs(a / b - 1) < 0.02;
const dragFrom = 4;
/** The page itself scrolls in narrower windows; there only a pinch, which comes as a wheel with Ctrl, means the picture. */
const isWide = (): boolean => matchMedia('(width >= 62.5rem)').matches;

/**
 * Closer to a film and back, and moving about in it: by key, wheel, pinch and drag.
 * @param film what is looked at now; `null` while nothing is there.
 * @param name of what is looked at: another one is seen whole again, also where it is no film.
 * @param start what is seen at first, as soon as the film is there.
 */
export function useZoom(
  stage: RefObject<HTMLElement | null>,
  film: () => ShownFilm | null,
  name = '',
  start: ZoomPlace | null = null,
): Zoom {
  const [seen, setSeen] = useState({ name, view: fitted });
  const viewIn = (now: typeof seen): View => (now.name === name ? now.view : fitted);
  const view = viewIn(seen);
  const setView = (next: (now: View) => View) => setSeen((now) => ({ name, view: next(viewIn(now)) }));
  const pointer = useRef<{ readonly x: number; readonly y: number } | null>(null);
  const drag = useRef<{ readonly x: number; readonly y: number; readonly view: View } | null>(null);

  /** How many pixels of the screen a pixel of the film covers when it is fitted. */
  const fitOf = ({ box, width, height }: ShownFilm) =>
    Math.min(box.width / width, box.height / height) * devicePixelRatio;

  /** Of the picture, in CSS pixels. */
  const sizeAt = (shown: ShownFilm, factor: number) => {
    const by = (fitOf(shown) * factor) / devicePixelRatio;
    return { width: shown.width * by, height: shown.height * by };
  };

  function held(next: Omit<View, 'scale'>, shown: ShownFilm): View {
    const fit = fitOf(shown);
    if (near(next.factor, 1)) return fitted;
    const { width, height } = sizeAt(shown, next.factor);
    const within = (at: number, content: number, room: number) => {
      const most = Math.max(0, (content - room) / 2);
      return Math.max(-most, Math.min(most, at));
    };
    return {
      factor: next.factor,
      x: within(next.x, width, shown.box.width),
      y: within(next.y, height, shown.box.height),
      scale: fit * next.factor,
    };
  }

  function zoomTo(factor: number) {
    const shown = film();
    if (shown === null || shown.width === 0) return;
    const at = pointer.current ?? { x: 0, y: 0 };
    setView((now) => {
      const by = factor / now.factor;
      return held({ factor, x: at.x - (at.x - now.x) * by, y: at.y - (at.y - now.y) * by }, shown);
    });
  }

  const awaited = useRef(start);
  const goToStart = useEffectEvent(() => {
    const [place, shown] = [awaited.current, film()];
    if (place === null || shown === null || shown.width * shown.box.width === 0) return;
    awaited.current = null;
    const { width, height } = sizeAt(shown, place.factor);
    setView(() => held({ factor: place.factor, x: place.x * width, y: place.y * height }, shown));
  });
  useEffect(() => {
    if (awaited.current === null) return undefined;
    // Once it is laid out; a film may be known only later.
    const frame = requestAnimationFrame(() => goToStart());
    return () => cancelAnimationFrame(frame);
  });

  const onWheel = useEffectEvent((event: WheelEvent) => {
    if (!event.ctrlKey && !isWide()) return;
    const shown = film();
    if (shown === null || shown.width === 0) return;
    event.preventDefault();
    const least = Math.min(1, 1 / fitOf(shown));
    zoomTo(Math.max(least, Math.min(largest, view.factor * Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.002)))));
  });
  useEffect(() => {
    const element = stage.current;
    if (element === null) return undefined;
    const listen = (event: WheelEvent) => onWheel(event);
    // Not passive: the page must not scroll, nor the browser zoom it.
    element.addEventListener('wheel', listen, { passive: false });
    return () => element.removeEventListener('wheel', listen);
  }, [stage]);

  // The window became another one, or full screen began or ended: the same part of the picture is seen.
  const refit = useEffectEvent(() => {
    const shown = film();
    const { scale, factor, x, y } = view;
    if (shown === null || shown.width * shown.box.width === 0 || scale === null) return;
    const by = (fitOf(shown) * factor) / scale;
    setView(() => held({ factor, x: x * by, y: y * by }, shown));
  });
  useEffect(() => {
    const element = stage.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => refit());
    observer.observe(element);
    return () => observer.disconnect();
  }, [stage]);

  return {
    place() {
      const shown = film();
      if (shown === null || view.scale === null || shown.width === 0) return null;
      const { width, height } = sizeAt(shown, view.factor);
      return { factor: view.factor, x: view.x / width, y: view.y / height };
    },
    isZoomed: view.scale !== null,
    scale: view.scale,
    style: { '--zoom': view.factor, '--pan-x': `${view.x}px`, '--pan-y': `${view.y}px` },
    cycle() {
      const shown = film();
      if (shown === null || shown.width === 0) return;
      const own = 1 / fitOf(shown);
      const steps = [1, own, 2 * own].filter((step, i) => i === 0 || !near(step, 1));
      const at = steps.findIndex((step) => near(step, view.factor));
      zoomTo(steps[(at + 1) % steps.length] ?? 1);
    },
    reset: () => setView(() => fitted),
    panTowards(arrow) {
      const shown = film();
      if (shown === null) return;
      const [x, y] = arrows[arrow];
      const { width, height } = shown.box;
      setView((now) =>
        now.scale === null
          ? now
          : held({ ...now, x: now.x - x * panStep * width, y: now.y - y * panStep * height }, shown),
      );
    },
    onPointerDown(event) {
      if (view.scale === null || event.button !== 0) return;
      drag.current = { x: event.clientX, y: event.clientY, view };
    },
    onPointerMove(event) {
      const shown = film();
      if (shown === null) return;
      const { box } = shown;
      // Of films side by side each is a stage of its own.
      const inside = (at: number, from: number, size: number) => ((at - from) % size) - size / 2;
      pointer.current = { x: inside(event.clientX, box.x, box.width), y: inside(event.clientY, box.y, box.height) };
      if ((event.buttons & 1) === 0) drag.current = null;
      const begun = drag.current;
      if (begun === null) return;
      const [dx, dy] = [event.clientX - begun.x, event.clientY - begun.y];
      const { currentTarget, pointerId } = event;
      if (!currentTarget.hasPointerCapture(pointerId)) {
        if (Math.hypot(dx, dy) < dragFrom) return;
        // From here on it is no click.
        currentTarget.setPointerCapture(pointerId);
      }
      setView(() => held({ ...begun.view, x: begun.view.x + dx, y: begun.view.y + dy }, shown));
    },
  };
}
