import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { placeTooltip } from './place-tooltip.ts';
import styles from './tooltips.module.css';

const delayMs = 500;
/** Who has just read one wants the next without waiting. */
const readingOnMs = 400;

interface Tip {
  readonly anchor: HTMLElement;
  readonly label: string;
  readonly shortcut: string | undefined;
}

/**
 * The names of the buttons that show only a picture, for the whole page: one popover that goes where the pointer or the
 * focus is. It says nothing that the button does not say itself, so screen readers do not hear of it.
 */
export function Tooltips() {
  const [tip, setTip] = useState<Tip | null>(null);
  const place = useRef<HTMLDivElement>(null);

  useEffect(() => {
    let wanted: HTMLElement | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let hiddenAt = -Infinity;
    let isShown = false;

    const hide = () => {
      clearTimeout(timer);
      wanted = null;
      if (!isShown) return;
      isShown = false;
      hiddenAt = performance.now();
      setTip(null);
    };
    const show = (anchor: HTMLElement, afterMs: number) => {
      if (anchor === wanted) return;
      hide();
      wanted = anchor;
      timer = setTimeout(() => {
        if (!anchor.isConnected) return;
        isShown = true;
        setTip({ anchor, label: anchor.dataset['tip'] ?? '', shortcut: anchor.dataset['tipKey'] });
      }, afterMs);
    };
    const onPointerOver = (event: PointerEvent) => {
      if (event.pointerType === 'touch' || !(event.target instanceof Element)) return;
      if (place.current?.contains(event.target)) return;
      const anchor = anchorOf(event.target);
      if (anchor === null) hide();
      else show(anchor, performance.now() - hiddenAt < readingOnMs ? 0 : delayMs);
    };
    const onFocus = (event: FocusEvent) => {
      const anchor = anchorOf(event.target);
      if (anchor?.matches(':focus-visible') === true) show(anchor, 0);
    };
    const onKey = (event: KeyboardEvent) => {
      // Not taken from the dialog or the player under it, which Escape closes as well.
      if (event.key === 'Escape') hide();
    };

    document.addEventListener('pointerover', onPointerOver);
    document.addEventListener('focusin', onFocus);
    document.addEventListener('keydown', onKey, true);
    const ends = ['focusout', 'pointerdown', 'scroll'] as const;
    for (const end of ends) document.addEventListener(end, hide, true);
    document.documentElement.addEventListener('pointerleave', hide);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('pointerover', onPointerOver);
      document.removeEventListener('focusin', onFocus);
      document.removeEventListener('keydown', onKey, true);
      for (const end of ends) document.removeEventListener(end, hide, true);
      document.documentElement.removeEventListener('pointerleave', hide);
    };
  }, []);

  useLayoutEffect(() => {
    const element = place.current;
    if (element === null || tip === null) return undefined;
    element.showPopover();
    const { left, top } = placeTooltip(tip.anchor.getBoundingClientRect(), element.getBoundingClientRect(), {
      width: document.documentElement.clientWidth,
      height: document.documentElement.clientHeight,
    });
    element.style.left = `${left}px`;
    element.style.top = `${top}px`;
    return () => element.hidePopover();
  }, [tip]);

  return (
    <div ref={place} popover="manual" aria-hidden className={styles['place']}>
      {tip === null ? null : (
        <span className={styles['popup']}>
          {tip.label}
          {tip.shortcut === undefined ? null : (
            <kbd className={styles['key']} dir="ltr">
              {tip.shortcut}
            </kbd>
          )}
        </span>
      )}
    </div>
  );
}

function anchorOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>('[data-tip]') : null;
}
