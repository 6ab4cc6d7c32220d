import { type Dispatch, type SetStateAction, useEffect, useState } from 'react';
import { useInbox } from '../inbox.ts';
import type { KeptTexts } from '../store/kept-texts.ts';

const keyOf = (place: string): string => `video-inbox.draft ${place}`;

/**
 * What is being written and not kept yet: it outlives its screen and a reload, though not the tab. `null` while nothing is.
 * @param place where it is written, the same as long as the component is there
 */
export function useDraft(place: string): readonly [string | null, Dispatch<SetStateAction<string | null>>] {
  const { keptInTab } = useInbox();
  const [text, setText] = useState(() => keptInTab.getItem(keyOf(place)));
  useEffect(() => {
    if (text === null) keptInTab.removeItem(keyOf(place));
    else keptInTab.setItem(keyOf(place), text);
  }, [keptInTab, place, text]);
  return [text, setText];
}

/** It was kept, whether or not its screen is still there; what was written since is not forgotten. */
export function forgetDraft(keptInTab: KeptTexts, place: string, text: string): void {
  if (keptInTab.getItem(keyOf(place)) === text) keptInTab.removeItem(keyOf(place));
}
