import { type Dispatch, type SetStateAction, useEffect, useState } from 'react';

const keyOf = (place: string): string => `video-inbox.draft ${place}`;

function read(place: string): string | null {
  try {
    return sessionStorage.getItem(keyOf(place));
  } catch {
    return null;
  }
}

/**
 * What is being written and not kept yet: it outlives its screen and a reload, though not the tab. `null` while nothing is.
 * @param place where it is written, the same as long as the component is there
 */
export function useDraft(place: string): readonly [string | null, Dispatch<SetStateAction<string | null>>] {
  const [text, setText] = useState(() => read(place));
  useEffect(() => {
    try {
      if (text === null) sessionStorage.removeItem(keyOf(place));
      else sessionStorage.setItem(keyOf(place), text);
    } catch {
      // Full or forbidden; then it lasts as long as the screen.
    }
  }, [place, text]);
  return [text, setText];
}

/** It was kept, whether or not its screen is still there; what was written since is not forgotten. */
export function forgetDraft(place: string, text: string): void {
  if (read(place) === text) sessionStorage.removeItem(keyOf(place));
}
