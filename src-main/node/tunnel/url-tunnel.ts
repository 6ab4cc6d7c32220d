/** A public URL that the person's own proxy serves (`--public-url`): nothing to connect, only to prove. */
import { tunnelTextsEn } from '../../common/texts/en-tunnel.ts';
import { told } from '../../common/texts/sentence.ts';
import type { Log } from '../log/log.ts';
import { createClock } from '../clock.ts';
import type { UrlMemory } from './drift.ts';
import { createProofLoop } from './proof-loop.ts';
import type { Probe } from './reachability.ts';
import { createSnapshots } from './snapshots.ts';
import type { DetailedTunnel } from './tunnel.ts';

export interface UrlTunnelOptions {
  /** Without a trailing slash; a path before `/c/` is kept for proxies that serve several things. */
  readonly publicUrl: string;
  /** The same one whose `claim` the callback listener calls. */
  readonly probe: Probe;
  readonly urlMemory?: UrlMemory;
  readonly log: Log;
  /** For tests: 0.1 makes all times ten times shorter. Default 1. */
  readonly timeScale?: number;
}

export function createUrlTunnel(options: UrlTunnelOptions): DetailedTunnel {
  const { publicUrl, probe, urlMemory, log, timeScale = 1 } = options;
  const clock = createClock(timeScale);
  const kind = 'url';
  const snapshots = createSnapshots(
    { kind, state: 'offline', publicUrl, provenAt: null, ...told(tunnelTextsEn.stopped) },
    { clock, log },
  );
  const proofs = createProofLoop({
    probe,
    clock,
    onOutcome({ result, failures }) {
      const { provenAt } = snapshots.current();
      if (result.ok) {
        snapshots.set({ kind, state: 'online', publicUrl, provenAt: clock.date().toISOString(), message: null });
        return;
      }
      log.warn({ reason: result.reason, detail: result.detail, failures }, 'a probe of the public URL failed');
      const why = result.reason === 'certificate' ? tunnelTextsEn.probe.certificate : tunnelTextsEn.probeOwnProxy;
      snapshots.set({ kind, state: 'degraded', publicUrl, provenAt, ...told(why) });
    },
  });

  return {
    snapshot: snapshots.current,
    onChange: snapshots.onChange,
    start() {
      snapshots.set({ kind, state: 'connecting', publicUrl, provenAt: snapshots.current().provenAt, message: null });
      proofs.follow(publicUrl);
      urlMemory
        ?.note(publicUrl)
        .catch((error: unknown) => log.error({ error }, 'the public address could not be written down'));
      return Promise.resolve();
    },
    check: () => proofs.prove({ asked: true, fresh: true }),
    revalidate: () => void proofs.prove({ asked: false, fresh: true }),
    stop() {
      proofs.rest();
      snapshots.set({ ...snapshots.current(), state: 'offline', ...told(tunnelTextsEn.stopped) });
      return Promise.resolve();
    },
    details: () => ({
      since: snapshots.since(),
      ngrokCode: null,
      drift: urlMemory?.drift() ?? null,
      probes: probe.usage(),
      advice: null,
    }),
  };
}
