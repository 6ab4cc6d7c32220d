import type { Tunnel, TunnelSnapshot } from './tunnel.ts';
import { enTunnel } from '../../common/texts/en-tunnel.ts';

const loopbackOnly: Pick<TunnelSnapshot, 'kind' | 'state' | 'message'> = {
  kind: 'none',
  state: 'offline',
  message: enTunnel.none,
};

/**
 * Loopback only: the inbox works, but nothing outside this machine can call back.
 * @param reason says why where a tunnel is wanted but cannot be made.
 */
export function createNoTunnel(reason: Pick<TunnelSnapshot, 'kind' | 'state' | 'message'> = loopbackOnly): Tunnel {
  const snapshot: TunnelSnapshot = { ...reason, publicUrl: null, provenAt: null };
  return {
    snapshot: () => snapshot,
    onChange: () => () => undefined,
    start: () => Promise.resolve(),
    check: () => Promise.resolve(),
    revalidate: () => undefined,
    stop: () => Promise.resolve(),
  };
}
