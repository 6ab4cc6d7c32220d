import { useEffect, useEffectEvent } from 'react';

/**
 * What a field does when it is left without a `blur`, which no browser sends then: its screen goes (Back, another task
 * that is opened from elsewhere), or the page does (a reload, a tab that is closed).
 */
export function useOnLeave(keep: () => void): void {
  const leave = useEffectEvent(keep);
  useEffect(() => {
    const listen = () => leave();
    window.addEventListener('pagehide', listen);
    return () => {
      window.removeEventListener('pagehide', listen);
      leave();
    };
  }, []);
}
