/** Tells when the public address was away or became another one: callbacks may have been lost meanwhile. */
import type { TunnelSnapshot } from '../tunnel/tunnel.ts';

export function createOutageWatch(over: () => void) {
  let last: string | null = null;
  let isDown = false;
  return {
    onTunnel({ state, publicUrl }: Pick<TunnelSnapshot, 'state' | 'publicUrl'>): void {
      if (state !== 'online') {
        isDown = last !== null;
        return;
      }
      const wasAway = isDown || (last !== null && publicUrl !== last);
      isDown = false;
      last = publicUrl;
      if (wasAway) over();
    },
  };
}
