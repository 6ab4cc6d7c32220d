import { type FocusEvent, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { ListState } from '../store/task-list.ts';

interface GridFocus {
  /** Index of the task that Tab enters the grid at. */
  readonly index: number;
  readonly go: (index: number) => void;
  /** To this task, as soon as it is in the list again. */
  readonly goBackTo: (key: string) => void;
  readonly reset: () => void;
  readonly onFocus: (event: FocusEvent) => void;
  readonly onBlur: (event: FocusEvent) => void;
}

const focusOn = (index: number) => {
  const target = document.querySelector(`[data-task="${index}"] [data-open]`);
  if (target instanceof HTMLElement) target.focus({ preventScroll: true });
};

/**
 * The roving focus of the grid. It follows its task by key when the list moves, and stays in the grid when the focused
 * card leaves the list: the next one takes its place.
 */
export function useGridFocus(
  state: ListState,
  openKey: string | null,
  reveal: RefObject<(index: number) => void>,
): GridFocus {
  const [wish, setWish] = useState<{ readonly index: number; readonly key: string | undefined }>({
    index: 0,
    key: undefined,
  });
  const inside = useRef(false);
  const index = locate(state, wish);

  const awaited = useRef<string | null>(null);
  const go = (next: number) => {
    inside.current = true;
    // Who moves on is not called back.
    awaited.current = null;
    // The row must exist before its card can be focused.
    flushSync(() => setWish({ index: next, key: state.rows[next]?.key }));
    focusOn(next);
  };

  const goBackTo = (key: string) => {
    awaited.current = key;
  };
  useEffect(() => {
    const at = awaited.current === null ? -1 : state.rows.findIndex((row) => row?.key === awaited.current);
    if (at < 0) return;
    awaited.current = null;
    // Who went elsewhere meanwhile stays there.
    if (!inside.current || openKey !== null) return;
    setWish({ index: at, key: state.rows[at]?.key });
    reveal.current(at);
    requestAnimationFrame(() => focusOn(at));
  }, [state.rows, openKey, reveal]);

  // A card that had the focus is gone or was replaced by its loaded self.
  useLayoutEffect(() => {
    if (inside.current && openKey === null && document.activeElement === document.body) focusOn(index);
  });

  // Back from the player: to the card of the task that was seen last.
  const lastOpen = useRef(openKey);
  /** Where it was seen last: just then the list may be on its way again. */
  const lastPlace = useRef<number | null>(null);
  /** Opened from the grid; a page that began with a task, by a link or a reload, has shown none yet. */
  const firstOpen = useRef<string | null>(null);
  useEffect(() => {
    const closed = lastOpen.current;
    lastOpen.current = openKey;
    if (closed === null) [firstOpen.current, lastPlace.current] = [openKey, null];
    const shown = openKey ?? closed;
    const at = shown === null ? -1 : state.rows.findIndex((row) => row?.key === shown);
    if (at >= 0) lastPlace.current = at;
    if (closed === null || openKey !== null) return;
    const to = Math.min(lastPlace.current ?? index, Math.max(0, state.total - 1));
    inside.current = true;
    // Who went on in the player, or began there, finds the grid there; who did not finds it where it was.
    if (closed !== firstOpen.current) reveal.current(to);
    // The row must exist before its card can be focused, and nobody else is to give the focus away before that.
    queueMicrotask(() => {
      flushSync(() => setWish({ index: to, key: state.rows[to]?.key ?? closed }));
      focusOn(to);
    });
  }, [openKey, state.rows, state.total, index, reveal]);

  return {
    index,
    go,
    goBackTo,
    reset() {
      awaited.current = null;
      setWish({ index: 0, key: undefined });
    },
    onFocus(event) {
      inside.current = true;
      const cell = event.target instanceof Element ? event.target.closest('[data-task]') : null;
      const at = cell instanceof HTMLElement ? Number(cell.dataset['task']) : Number.NaN;
      // Of one that is on its way, what it is going to be may be known.
      const key = state.rows[at]?.key ?? (at === wish.index ? wish.key : undefined);
      // Also where only the key is another one: else the keys of the person act on what comes to this place later.
      if (Number.isInteger(at) && (at !== wish.index || key !== wish.key)) setWish({ index: at, key });
    },
    onBlur(event) {
      if (event.relatedTarget instanceof Node && !event.currentTarget.contains(event.relatedTarget)) {
        inside.current = false;
      }
    },
  };
}

function locate(state: ListState, wish: { readonly index: number; readonly key: string | undefined }): number {
  const last = Math.max(0, state.total - 1);
  if (wish.key === undefined || state.rows[wish.index]?.key === wish.key) return Math.min(wish.index, last);
  const found = state.rows.findIndex((row) => row?.key === wish.key);
  return found >= 0 ? found : Math.min(wish.index, last);
}
