import { useEffect, useState } from 'react';
import { type Completion, openTermOf } from '../../src-main/common/search/complete-search.ts';
import { useInbox } from '../inbox.ts';

const pauseMs = 120;
const none: readonly Completion[] = [];

/** What a search may go on with, once typing rests; the last offers stay until the next ones are here. */
export function useCompletions(text: string, isWanted: boolean): readonly Completion[] {
  const { client, router, format } = useInbox();
  const [offers, setOffers] = useState(none);
  const isOpen = isWanted && openTermOf(text) !== null;

  useEffect(() => {
    if (!isOpen) return undefined;
    let isCurrent = true;
    const show = (found: readonly Completion[]) => isCurrent && setOffers(found);
    const timer = setTimeout(() => {
      // Who searches goes on without offers where there are none.
      client
        .call('tasks:complete', { ...router.get().list, text, timeZone: format.timeZone })
        .then(show, () => show(none));
    }, pauseMs);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [text, isOpen, router, client, format]);

  if (!isOpen && offers !== none) setOffers(none);
  return isOpen ? offers : none;
}
