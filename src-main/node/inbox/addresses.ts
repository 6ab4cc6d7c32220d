/** Under which addresses the inbox is reached: its own, those of a tunnel, or those of the inbox that it is a copy of. */
import type { TunnelStatus } from '../../common/status.ts';
import type { CallbackUrls } from '../callbacks/callback-urls.ts';
import type { SwitchableTunnel } from '../tunnel/switchable-tunnel.ts';

export interface AddressesPorts {
  readonly tunnel: Pick<SwitchableTunnel, 'snapshot'>;
  readonly urls: Pick<CallbackUrls, 'main'>;
  /** `null` where this is no copy. */
  readonly twin: { status(): TunnelStatus } | null;
  readonly galleryOrigin: () => string;
}

export interface Addresses {
  /** The address of a callback URL with that token, public where there is a tunnel. */
  readonly of: (token: string) => string;
  /** Without a slash at its end; `null` where the inbox is not public. */
  readonly publicUrl: () => string | null;
  readonly callbackUrl: () => string;
  readonly loopbackCallbackUrl: () => string;
  readonly tunnelStatus: () => TunnelStatus;
  /** What the links of test callbacks begin with. */
  readonly samples: () => string;
  /** A link of our own, as test callbacks have. */
  readonly isOwnLink: (url: string) => boolean;
  /** Callbacks are taken on this port from now on. */
  readonly listening: (callbackPort: number) => void;
}

export function createAddresses({ tunnel, urls, twin, galleryOrigin }: AddressesPorts): Addresses {
  let callbackPort = 0;
  const loopbackOf = (token: string): string => `http://127.0.0.1:${String(callbackPort)}/c/${token}`;
  const publicUrl = (): string | null => tunnel.snapshot().publicUrl;
  const samples = (): string => `${galleryOrigin()}/sample/`;

  function of(token: string): string {
    const origin = publicUrl();
    return origin === null ? loopbackOf(token) : `${origin}/c/${token}`;
  }

  const callbackUrl = (): string => twin?.status().callbackUrl ?? of(urls.main().token);
  return {
    of,
    publicUrl,
    callbackUrl,
    loopbackCallbackUrl: () => twin?.status().callbackUrl ?? loopbackOf(urls.main().token),
    tunnelStatus: () => twin?.status() ?? { ...tunnel.snapshot(), callbackUrl: callbackUrl() },
    samples,
    isOwnLink: (url) => url.startsWith(samples()),
    listening(port) {
      callbackPort = port;
    },
  };
}
