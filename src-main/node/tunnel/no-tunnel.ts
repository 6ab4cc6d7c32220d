import type { Tunnel, TunnelSnapshot } from './tunnel.ts';
import { tunnelTextsEn } from '../../common/texts/en-tunnel.ts';
import { told } from '../../common/texts/sentence.ts';

type Reason = Pick<TunnelSnapshot, 'kind' | 'state' | 'message' | 'text'>;

const loopbackOnly: Reason = { kind: 'none', state: 'offline', ...told(tunnelTextsEn.none) };

/**
 * Loopback only: the inbox works, but nothing outside this machine can call back.
 * @param reason says why where a tunnel is wanted but cannot be made.
 */
export function createNoTunnel(reason: Reason = loopbackOnly): Tunnel {
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
