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
 * The names of the buttons that show only a picture, and words that are cut, for the whole page: one popover that goes
 * where the pointer or the focus is. It says nothing that is not there, so screen readers do not hear of it.
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
        setTip({ anchor, label: anchor.dataset['tip'] ?? wholeText(anchor), shortcut: anchor.dataset['tipKey'] });
      }, afterMs);
    };
    const onPointerOver = (event: PointerEvent) => {
      if (event.pointerType === 'touch' || !(event.target instanceof Element)) return;
      if (place.current?.contains(event.target)) return;
      const anchor = anchorOf(event.target) ?? cutAt(event.target);
      if (anchor === null) hide();
      else show(anchor, performance.now() - hiddenAt < readingOnMs ? 0 : delayMs);
    };
    const onFocus = (event: FocusEvent) => {
      if (!(event.target instanceof HTMLElement) || !event.target.matches(':focus-visible')) return;
      const anchor = anchorOf(event.target) ?? cutIn(event.target);
      if (anchor !== null) show(anchor, 0);
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
          <span dir="auto">{tip.label}</span>
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

/** Whether one line of it is cut: an ellipsis stands for words that nothing else tells. */
function isCutLine(element: HTMLElement): boolean {
  if (getComputedStyle(element).textOverflow !== 'ellipsis' || element.closest('[title]') !== null) return false;
  return element.scrollWidth > element.clientWidth;
}

/** What the pointer is over, or a mark within it; there also what has more lines than there is room for. */
function cutAt(target: Element): HTMLElement | null {
  for (const each of [target, target.parentElement]) {
    if (!(each instanceof HTMLElement) || each.closest('[title], [data-folded]') !== null) continue;
    const isClamped = getComputedStyle(each).webkitLineClamp !== 'none' && each.scrollHeight > each.clientHeight;
    if (isClamped || isCutLine(each)) return each;
  }
  return null;
}

/** What has the focus tells the first of its lines that are cut. */
function cutIn(target: HTMLElement): HTMLElement | null {
  if (!target.matches('a, button')) return null;
  return [target, ...target.querySelectorAll<HTMLElement>('*')].find(isCutLine) ?? null;
}

/** A prompt may be pages long. */
const longest = 400;

function wholeText({ textContent }: HTMLElement): string {
  const text = textContent.trim();
  return text.length > longest ? `${text.slice(0, longest).trimEnd()}…` : text;
}
