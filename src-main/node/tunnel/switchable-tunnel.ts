/** A tunnel that can be exchanged while the inbox runs: another token, another domain, or none. */
import type { DetailedTunnel, Tunnel, TunnelFacts, TunnelSnapshot } from './tunnel.ts';

export interface SwitchableTunnel extends Tunnel {
  /** Stops the present tunnel and starts the one that `make` gives now. */
  renew(): Promise<void>;
  /** Of the present tunnel; `null` where it leads nowhere. */
  details(): TunnelFacts | null;
}

export function createSwitchableTunnel(make: () => Tunnel | DetailedTunnel): SwitchableTunnel {
  const listeners = new Set<(snapshot: TunnelSnapshot) => void>();
  let current = make();
  let unfollow = follow(current);
  let upstreamPort: number | null = null;
  let changing: Promise<void> = Promise.resolve();

  function follow(tunnel: Tunnel): () => void {
    return tunnel.onChange((snapshot) => {
      for (const listener of listeners) listener(snapshot);
    });
  }

  async function exchange(): Promise<void> {
    const next = make();
    unfollow();
    await current.stop();
    current = next;
    unfollow = follow(current);
    if (upstreamPort !== null) await current.start(upstreamPort);
    for (const listener of listeners) listener(current.snapshot());
  }

  return {
    snapshot: () => current.snapshot(),
    details: () => ('details' in current ? current.details() : null),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async start(port) {
      upstreamPort = port;
      await current.start(port);
    },
    check: () => current.check(),
    revalidate: (reason) => current.revalidate(reason),
    async stop() {
      upstreamPort = null;
      await changing;
      await current.stop();
    },
    renew() {
      const exchanged = changing.then(exchange);
      // What went wrong is told to whoever asked; the next change and the stop must not inherit it.
      changing = exchanged.catch(() => undefined);
      return exchanged;
    },
  };
}
