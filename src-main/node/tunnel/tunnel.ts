/** The port behind which a public address is had: ngrok, a person's own proxy, or none. */
import type { TunnelKind, TunnelState } from '../../common/status.ts';
import type { MaybeTold } from '../../common/texts/sentence.ts';
import type { UrlDrift } from './drift.ts';
import type { ProbeUsage } from './reachability.ts';

/**
 * What a tunnel knows of itself, and a sentence for the person: what is wrong and the next step. The callback URL (with
 * its token) is put together by the core.
 */
export interface TunnelSnapshot extends MaybeTold {
  readonly kind: TunnelKind;
  readonly state: TunnelState;
  /** Origin without a trailing slash, e.g. `https://otter.ngrok-free.dev`. */
  readonly publicUrl: string | null;
  /** When a probe last came back through the public URL; ISO time. */
  readonly provenAt: string | null;
}

export interface Tunnel {
  snapshot(): TunnelSnapshot;
  /** @returns the undo. Called after each change, never inside `start`'s own stack. */
  onChange(listener: (snapshot: TunnelSnapshot) => void): () => void;
  /**
   * Begins to connect; never rejects because the tunnel is down (that is a state).
   * @param upstreamPort loopback port of the callback listener: the only port that may be exposed.
   */
  start(upstreamPort: number): Promise<void>;
  /** Asks for a proof of reachability now. */
  check(): Promise<void>;
  /** The machine woke up or its network changed: doubt everything. */
  revalidate(reason: 'wake' | 'network'): void;
  /** Unbinds and ends the child; resolves within 3 s in any case. */
  stop(): Promise<void>;
}

/** What the settings page shows beside the light. */
export interface TunnelFacts {
  /** When the state became what it is; ISO time. */
  readonly since: string;
  /** `107` of `ERR_NGROK_107`, where ngrok gave one. */
  readonly ngrokCode: string | null;
  /** The last change of the public address that was not dismissed. */
  readonly drift: UrlDrift | null;
  readonly probes: ProbeUsage;
  /** A sentence: how to do better although nothing is wrong. */
  readonly advice: string | null;
}

/** A tunnel that leads somewhere. */
export interface DetailedTunnel extends Tunnel {
  details(): TunnelFacts;
}
