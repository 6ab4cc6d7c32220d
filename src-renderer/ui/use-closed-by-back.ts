import { useEffect, useEffectEvent } from 'react';

/** What lies over a page goes with it: after Back or Forward it would ask about what is not there any more. */
export function useClosedByBack(open: boolean, onClose: () => void): void {
  const close = useEffectEvent(onClose);
  useEffect(() => {
    if (!open) return undefined;
    const listen = () => close();
    window.addEventListener('popstate', listen);
    return () => window.removeEventListener('popstate', listen);
  }, [open]);
}
