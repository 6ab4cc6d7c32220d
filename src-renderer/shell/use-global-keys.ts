import { useEffect, useEffectEvent } from 'react';
import { useInbox } from '../inbox.ts';
import type { Route } from '../router/route.ts';
import type { Router } from '../router/router.ts';
import { isHeld } from '../ui/is-held.ts';
import { keyOf } from '../ui/key-of.ts';

/** The field of the search in the bar, found by the `/` key. */
export const searchFieldId = 'search';

/** Whether the person is writing, so that letters are letters. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return target.type !== 'range';
  if (target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLTextAreaElement || target.isContentEditable;
}

/** Whether a dialog lies over the page (each marks itself): keys belong to it then. Notices are dialogs to ARIA as well, but cover nothing. */
export function isCovered(): boolean {
  return document.querySelector('[data-covers]:not([data-ending-style])') !== null;
}

/** The card where Tab would enter the list. @returns whether there is one. */
export function focusCard(options?: FocusOptions): boolean {
  const card = document.querySelector<HTMLElement>('[data-task] [data-open][tabindex="0"]');
  card?.focus(options);
  return card !== null;
}

const moveKeys = new Set(['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown']);

/** The keys that mean the same wherever they can: `?`, `/`, `N`, Ctrl+Z, Ctrl+A and Ctrl+, (on a Mac with Command). */
export function useGlobalKeys(openKeys: () => void): void {
  const { actions, router, selection } = useInbox();
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || isCovered()) return;
    const command = event.ctrlKey || event.metaKey;
    const key = keyOf(event);
    if (command && !event.shiftKey && !event.altKey && key === ',') {
      event.preventDefault();
      openSettings(router);
      return;
    }
    // The browser's own search would find only the rows that happen to be drawn.
    if (command && !event.shiftKey && !event.altKey && key.toLowerCase() === 'f' && isGrid(router.get())) {
      event.preventDefault();
      focusSearch();
      return;
    }
    if (isTyping(event.target)) return;
    if (command && !event.shiftKey && !event.altKey && key.toLowerCase() === 'z') {
      event.preventDefault();
      // Held, it would take back all there was, and nothing does that again.
      if (!isHeld(event)) actions.undo();
    } else if (command && !event.shiftKey && !event.altKey && key.toLowerCase() === 'a' && isGrid(router.get())) {
      // The browser would select the words of the whole page.
      event.preventDefault();
      selection.selectAll();
      // What the keys do next is done to the selection; without a focus they would do nothing.
      if (isNowhere()) focusCard();
    } else if (command || event.altKey) {
      return;
    } else if (key === '?') {
      event.preventDefault();
      openKeys();
    } else if (key.toLowerCase() === 'n' && isGrid(router.get())) {
      event.preventDefault();
      router.push({ list: router.get().list, screen: { name: 'new', from: null, how: 'edit' }, taskKey: null });
    } else if (key === '/' && isGrid(router.get())) {
      event.preventDefault();
      focusSearch();
    } else if (moveKeys.has(key) && isNowhere() && isGrid(router.get()) && focusCard()) {
      // Whoever presses an arrow means the cards. The first press shows where the focus is.
      event.preventDefault();
    }
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}

/** Whether nothing has the focus: what had it is gone, or nobody has pressed anything yet. */
export const isNowhere = (): boolean => document.activeElement === null || document.activeElement === document.body;

export function focusSearch(): void {
  const field = document.getElementById(searchFieldId);
  if (!(field instanceof HTMLInputElement)) return;
  field.focus();
  field.select();
}

/** From wherever the person is, the opened task included; the list behind stays. */
export function openSettings(router: Router): void {
  if (router.get().screen?.name === 'settings') return;
  router.push({ list: router.get().list, screen: { name: 'settings', section: null }, taskKey: null });
}

/** Whether the list is what is shown: behind a task or a screen it is still there. */
export function isGrid({ taskKey, screen }: Route): boolean {
  return taskKey === null && screen === undefined;
}
