import { useEffect } from 'react';

/** Pictures that did not come while the inbox was away are asked for again: no browser does that by itself. */
export function usePicturesAgain(isAway: boolean): void {
  useEffect(() => {
    if (isAway) return;
    for (const picture of document.images) {
      const isBroken = picture.complete && picture.naturalWidth === 0 && picture.src !== '';
      if (isBroken) picture.src = picture.getAttribute('src') ?? '';
    }
  }, [isAway]);
}
