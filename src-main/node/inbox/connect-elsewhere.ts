/** "Connect to an inbox elsewhere": tried at once, and from the next start on this inbox is a copy of that one. */
import { existsSync } from 'node:fs';
import { InboxError } from '../../common/errors.ts';
import { twinTexts } from '../../common/texts/en-sync.ts';
import type { Config } from '../config.ts';
import type { Secrets } from '../settings/secrets.ts';
import type { SettingsStore } from '../settings/settings.ts';
import { createTwinClient } from '../sync/twin-client.ts';

const tokenName = 'TWIN_TOKEN';
const answerMs = 15_000;

export interface ElsewherePorts {
  /** Of flags and environment, which win over what is chosen here. */
  readonly config: Pick<Config, 'twin' | 'shared'>;
  readonly settings: SettingsStore;
  readonly secrets: Secrets;
  /** There where this library is a copy already. */
  readonly twinFile: string;
  readonly taskCount: () => number;
  readonly changed: () => void;
}

export interface Elsewhere {
  /**
   * @returns the callback URL of the inbox there.
   * @throws InboxError where it does not answer or does not take the token; nothing is changed then.
   */
  connect(url: string, token: string): Promise<{ readonly callbackUrl: string }>;
  /** From the next start on this is an inbox of its own, with what it has. */
  disconnect(): Promise<null>;
}

/** What the settings say where neither flags nor the environment say anything. */
export function withChosenTwin(config: Config, settings: SettingsStore): Config {
  const { url } = settings.get().twin;
  if (url === null || config.twin !== null || config.shared !== null) return config;
  return { ...config, twin: { url, media: 'all', maxMib: null } };
}

export function createElsewhere(ports: ElsewherePorts): Elsewhere {
  const { config, settings, secrets, changed } = ports;
  const isByFlag = config.twin !== null && config.twin.url !== settings.get().twin.url;
  const isFixed = (): boolean => isByFlag || config.shared !== null || secrets.isFromEnvironment(tokenName);

  return {
    async connect(written, token) {
      if (isFixed()) throw new InboxError('conflict', twinTexts.byFlag);
      const url = URL.canParse(written) ? new URL(written) : null;
      if (url === null || !/^https?:$/.test(url.protocol)) throw new InboxError('bad-request', twinTexts.noAddress);
      if (token.trim() === '') throw new InboxError('bad-request', twinTexts.noToken);
      if (ports.taskCount() > 0 && !existsSync(ports.twinFile)) throw new InboxError('conflict', twinTexts.ownVideos);
      const there = createTwinClient(url.origin, () => token.trim());
      const { callbackUrl } = await there.status(AbortSignal.timeout(answerMs)).catch((error: unknown) => {
        // The page takes `unauthorized` for its own key.
        const isRefused = error instanceof InboxError && error.code === 'unauthorized';
        throw isRefused ? new InboxError('bad-request', twinTexts.refused, { cause: error }) : error;
      });
      await secrets.set(tokenName, token.trim());
      await settings.update({ twin: { url: url.origin } });
      changed();
      return { callbackUrl };
    },
    async disconnect() {
      if (isFixed()) throw new InboxError('conflict', twinTexts.byFlag);
      await settings.update({ twin: { url: null } });
      await secrets.set(tokenName, null);
      changed();
      return null;
    },
  };
}
