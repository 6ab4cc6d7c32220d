/** What happens around the inbox: the machine sleeps and wakes, the network is another one, the public address was away. */
import type { Downloads } from '../downloads/downloads.ts';
import type { Asking } from '../reactors/asking.ts';
import type { DigestKeeper } from '../reactors/digest.ts';
import type { SwitchableTunnel } from '../tunnel/switchable-tunnel.ts';
import { watchSystem } from '../tunnel/system-events.ts';
import type { TunnelSnapshot } from '../tunnel/tunnel.ts';
import type { Addresses } from './addresses.ts';
import type { InboxBase } from './inbox-base.ts';

export interface SurroundingsPorts {
  readonly tunnel: Pick<SwitchableTunnel, 'onChange' | 'snapshot' | 'revalidate'>;
  readonly addresses: Pick<Addresses, 'tunnelStatus'>;
  readonly downloads: Pick<Downloads, 'paused' | 'resume'>;
  readonly digest: Pick<DigestKeeper, 'begin'>;
  readonly asking: Pick<Asking, 'sweep'>;
}

export interface Surroundings {
  /** The machine slept: what broke off meanwhile is tried again now. */
  readonly wake: () => void;
  /** Looks for sleep and other networks by itself from now on. */
  readonly watch: () => void;
}

export function followSurroundings(
  { closers, publish }: InboxBase,
  { tunnel, addresses, downloads, digest, asking }: SurroundingsPorts,
): Surroundings {
  const outage = createOutageWatch(() => asking.sweep());
  const stopFollowing = tunnel.onChange(() => {
    publish({ name: 'tunnel:changed', data: addresses.tunnelStatus() });
    outage.onTunnel(tunnel.snapshot());
  });
  closers.add('tunnel events', stopFollowing);

  /** Another network, or the same one after a sleep: waits that were chosen for the old one are over. */
  function reconnect(reason: 'wake' | 'network', awakeUntil: number | null = null): void {
    tunnel.revalidate(reason);
    if (reason === 'wake') digest.begin(awakeUntil === null ? null : new Date(awakeUntil).toISOString());
    startAnew();
  }

  /** What was to be tried again at a time of day is tried now. */
  function startAnew(): void {
    if (!downloads.paused) downloads.resume();
    asking.sweep();
  }

  return {
    wake: () => reconnect('wake'),
    watch() {
      const stopWatching = watchSystem({
        onWake: (awakeUntil) => reconnect('wake', awakeUntil),
        onNetwork: () => reconnect('network'),
        onSetBack: startAnew,
      });
      closers.add('system events', stopWatching);
    },
  };
}

/** Tells when the public address was away or became another one: callbacks may have been lost meanwhile. */
function createOutageWatch(over: () => void) {
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
