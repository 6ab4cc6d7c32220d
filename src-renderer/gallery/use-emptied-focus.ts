import { useEffect, useRef } from 'react';
import { focusCard, isNowhere } from '../shell/use-global-keys.ts';

/**
 * The focus of whoever takes the last card of a list away, or takes that back: what had it goes with the whole list. Who had
 * it nowhere has it nowhere.
 * @param isEmpty whether something else stands in the place of the cards
 * @param openKey the task that lies over the list at the moment
 */
export function useEmptiedFocus(isEmpty: boolean, openKey: string | null): void {
  const held = useRef<Element | null>(null);
  useEffect(() => {
    const onFocus = ({ target }: FocusEvent) => (held.current = target instanceof Element ? target : null);
    const onBlur = ({ target, relatedTarget }: FocusEvent) => {
      // Some browsers tell this of what is taken away, too.
      queueMicrotask(() => {
        if (relatedTarget === null && target instanceof Element && target.isConnected) held.current = null;
      });
    };
    document.addEventListener('focusin', onFocus);
    document.addEventListener('focusout', onBlur);
    return () => {
      document.removeEventListener('focusin', onFocus);
      document.removeEventListener('focusout', onBlur);
    };
  }, []);

  useEffect(() => {
    if (openKey !== null) return;
    // Those who know better where it belongs go first: a dialog, the player, the grid.
    const frame = requestAnimationFrame(() => {
      if (!isNowhere() || held.current?.isConnected !== false) return;
      if (isEmpty) document.querySelector<HTMLElement>('[data-instead]')?.focus({ preventScroll: true });
      else focusCard({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [isEmpty, openKey]);
}
