import { useEffect } from 'react';
import { useInbox } from '../inbox.ts';
import { loadAtLast } from '../ui/load-patiently.ts';
import { sayNotLoaded } from '../ui/say-not-loaded.ts';

/** Makes the pictures that are missing, once the page has nothing more urgent to do. */
export function useKeptPreviews(isCalm: boolean): void {
  const { client, posters, router } = useInbox();
  useEffect(() => {
    if (!isCalm) return undefined;
    let isOver = false;
    let end = (): void => undefined;
    void loadAtLast(() => import('../posters/preview-keeper.ts'), sayNotLoaded).then(({ keepPreviews }) => {
      if (isOver) return;
      end = keepPreviews({
        call: client.call.bind(client),
        subscribe: (listener) => client.subscribe(listener),
        queue: posters,
        locks: 'locks' in navigator ? navigator.locks : null,
        isBusy: () => router.get().taskKey !== null || router.get().screen?.name === 'compare',
      });
    });
    return () => {
      isOver = true;
      end();
    };
  }, [isCalm, client, posters, router]);
}
