import { useEffect, useEffectEvent } from 'react';
import { useInbox } from '../inbox.ts';

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

/** The keys that mean the same on every screen: `?`, `/` and Ctrl+Z. */
export function useGlobalKeys(openKeys: () => void): void {
  const { actions, router } = useInbox();
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || isTyping(event.target) || isCovered()) return;
    const command = event.ctrlKey || event.metaKey;
    if (command && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'z') {
      event.preventDefault();
      actions.undo();
    } else if (command || event.altKey) {
      return;
    } else if (event.key === '?') {
      event.preventDefault();
      openKeys();
    } else if (event.key === '/' && router.get().taskKey === null) {
      event.preventDefault();
      const field = document.getElementById(searchFieldId);
      if (field instanceof HTMLInputElement) {
        field.focus();
        field.select();
      }
    }
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event);
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}
