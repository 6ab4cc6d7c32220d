/** Which tunnel is wanted: by flag, by environment, by the settings, in this order. */
import { readFileSync } from 'node:fs';
import { InboxError } from '../../common/errors.ts';
import { configTexts } from '../../common/texts/en-config.ts';
import { tunnelTextsEn } from '../../common/texts/en-tunnel.ts';
import { told } from '../../common/texts/sentence.ts';
import type { Config } from '../config.ts';
import type { Log } from '../log/log.ts';
import type { Secrets } from '../settings/secrets.ts';
import type { SettingsStore } from '../settings/settings.ts';
import type { UrlMemory } from './drift.ts';
import { createNgrokTunnel } from './ngrok-tunnel.ts';
import { createNoTunnel } from './no-tunnel.ts';
import type { Probe } from './reachability.ts';
import type { Tunnel } from './tunnel.ts';
import { createUrlTunnel } from './url-tunnel.ts';
import type { SpawnWorker } from './worker-handle.ts';

export interface TunnelChoice {
  readonly config: Config;
  readonly settings: SettingsStore;
  readonly secrets: Secrets;
  readonly probe: Probe;
  readonly urlMemory: UrlMemory;
  readonly spawn: SpawnWorker;
  readonly log: Log;
}

/** @throws InboxError `bad-request` where the CA file of a stand-in edge cannot be read. */
export function chooseTunnel({ config, settings, secrets, probe, urlMemory, spawn, log }: TunnelChoice): Tunnel {
  if (config.publicUrl !== null) return createUrlTunnel({ publicUrl: config.publicUrl, probe, urlMemory, log });
  const { kind, domain } = settings.get().tunnel;
  if ((config.tunnel ?? kind) === 'none') return createNoTunnel();
  const authtoken = secrets.get('NGROK_AUTHTOKEN');
  if (authtoken === null)
    return createNoTunnel({ kind: 'ngrok', state: 'blocked', ...told(tunnelTextsEn.tokenMissing) });
  return createNgrokTunnel({
    authtoken,
    domain,
    serverAddr: config.ngrok.serverAddr,
    caPem: config.ngrok.caFile === null ? null : readCa(config.ngrok.caFile),
    spawn,
    probe,
    urlMemory,
    log,
  });
}

function readCa(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new InboxError('bad-request', configTexts.caFile(file), { cause });
  }
}
