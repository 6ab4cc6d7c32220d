import type { Tunnel, TunnelSnapshot } from './tunnel.ts';

/** Loopback only: the inbox works, but nothing outside this machine can call back. */
export function createNoTunnel(): Tunnel {
  const snapshot: TunnelSnapshot = {
    kind: 'none',
    state: 'offline',
    publicUrl: null,
    provenAt: null,
    message: 'No tunnel is set up, so only programs on this machine can reach the callback URL.',
  };
  return {
    snapshot: () => snapshot,
    onChange: () => () => undefined,
    start: () => Promise.resolve(),
    check: () => Promise.resolve(),
    nudge: () => undefined,
    stop: () => Promise.resolve(),
  };
}
