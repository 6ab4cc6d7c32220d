/** Under which addresses the inbox is reached: its own, those of a tunnel, or those of the inbox that it is a copy of. */
import type { TunnelStatus } from '../../common/status.ts';
import { sharedTexts } from '../../common/texts/en-shared.ts';
import { told } from '../../common/texts/sentence.ts';
import type { CallbackUrls } from '../callbacks/callback-urls.ts';
import type { SwitchableTunnel } from '../tunnel/switchable-tunnel.ts';

export interface AddressesPorts {
  readonly tunnel: Pick<SwitchableTunnel, 'snapshot'>;
  readonly urls: Pick<CallbackUrls, 'main'>;
  /** `null` where this is no copy. */
  readonly twin: { status(): TunnelStatus } | null;
  /** Where several machines share a log, another one may do that. */
  readonly takesCallbacks: boolean;
  /** Under which address one that does is public, as it told the others. Default: none has. */
  readonly othersUrl?: () => string | null;
  readonly galleryOrigin: () => string;
}

export interface Addresses {
  /** The address of a callback URL with that token, public where this machine is, or another one whose callbacks are ours. */
  readonly of: (token: string) => string;
  /** True where `of` is no address at all: callbacks are taken elsewhere, and it is not known where. */
  readonly isNowhere: () => boolean;
  /** Without a slash at its end; `null` where the inbox is not public. */
  readonly publicUrl: () => string | null;
  /** Empty where callbacks arrive elsewhere, and it is not known where. */
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

export function createAddresses(ports: AddressesPorts): Addresses {
  const { tunnel, urls, twin, takesCallbacks, galleryOrigin } = ports;
  let callbackPort = 0;
  const loopbackOf = (token: string): string => `http://127.0.0.1:${String(callbackPort)}/c/${token}`;
  const publicUrl = (): string | null => tunnel.snapshot().publicUrl;
  const samples = (): string => `${galleryOrigin()}/sample/`;

  const othersUrl = (): string | null => ports.othersUrl?.() ?? null;

  function under(origin: string | null, token: string): string {
    return origin === null ? loopbackOf(token) : `${origin}/c/${token}`;
  }

  const isDeaf = (): boolean => !takesCallbacks && publicUrl() === null;

  function tunnelStatus(): TunnelStatus {
    if (twin !== null) return twin.status();
    if (isDeaf()) return { ...tunnel.snapshot(), callbackUrl: '', ...told(sharedTexts.noIntake) };
    return { ...tunnel.snapshot(), callbackUrl: under(publicUrl(), urls.main().token) };
  }

  const callbackUrl = (): string => tunnelStatus().callbackUrl;
  return {
    of: (token) => under(publicUrl() ?? othersUrl(), token),
    isNowhere: () => twin !== null || (isDeaf() && othersUrl() === null),
    publicUrl,
    callbackUrl,
    loopbackCallbackUrl: () => (twin !== null || isDeaf() ? callbackUrl() : loopbackOf(urls.main().token)),
    tunnelStatus,
    samples,
    isOwnLink: (url) => url.startsWith(samples()),
    listening(port) {
      callbackPort = port;
    },
  };
}
