/**
 * "Connect to an inbox elsewhere": tried, and then chosen in the settings. Whoever opened this inbox opens it anew as a copy of
 * that one (`open-inbox.ts`); one that is a copy already goes to the new address, where the same inbox answers there.
 */
import { existsSync } from 'node:fs';
import { InboxError } from '../../../common/errors.ts';
import { twinTexts } from '../../../common/texts/en-sync.ts';
import type { Config } from '../../config.ts';
import { twinAddress, type TwinConfig } from '../../machines-config.ts';
import type { Fetch } from '../../outgoing/outgoing.ts';
import type { Secrets } from '../../settings/secrets.ts';
import type { Settings, SettingsStore } from '../../settings/settings.ts';
import { createTwinClient } from '../../sync/twin-client.ts';
import { isTheSame, openTwinState } from '../../sync/twin-state.ts';

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
  /** Who this inbox is to its copies; `null` where it was never asked. */
  readonly ownNode: () => Promise<string | null>;
  /** Of a copy: what it is one of from now on. */
  readonly choose: (twin: TwinConfig) => void;
  readonly changed: () => void;
  readonly fetch: Fetch;
}

export interface Connected {
  readonly callbackUrl: string;
}

export interface Elsewhere {
  /**
   * @returns the callback URL of the inbox there.
   * @throws InboxError where it does not answer or does not take the token; nothing is changed then.
   */
  connect(url: string, token: string): Promise<Connected>;
  /** From now on this is an inbox of its own, with what it has. */
  disconnect(): Promise<null>;
}

/** What the settings say where neither flags nor the environment say anything. */
export function withChosenTwin(config: Config, settings: SettingsStore): Config {
  const twin = chosenTwin(settings.get());
  if (twin === null || config.twin !== null || config.shared !== null) return config;
  return { ...config, twin };
}

function chosenTwin({ twin: { url, media, maxMiB } }: Settings): TwinConfig | null {
  return url === null ? null : { url, media, maxMib: maxMiB, isChosen: true };
}

/** Tells a copy which videos the settings choose from now on. @returns the undo. */
export function followChoice(settings: SettingsStore, choose: (twin: TwinConfig) => void): () => void {
  const videosOf = ({ twin: { media, maxMiB } }: Settings): string => JSON.stringify({ media, maxMiB });
  let last = videosOf(settings.get());
  return settings.onChange((now) => {
    const twin = chosenTwin(now);
    if (videosOf(now) === last) return;
    last = videosOf(now);
    // Let go of, it stays a copy until it is closed.
    if (twin !== null) choose(twin);
  });
}

export function createElsewhere(ports: ElsewherePorts): Elsewhere {
  const { config, settings, secrets, changed } = ports;
  const isByFlag = config.twin?.isChosen === false;
  const isCopy = config.twin?.isChosen === true;
  const isFixed = (): boolean => isByFlag || config.shared !== null || secrets.isFromEnvironment(tokenName);

  /** The address last: with it this inbox is opened anew, and whoever asked has the answer by then. */
  async function keep(token: string, url: string): Promise<Settings> {
    const before = secrets.get(tokenName);
    await secrets.set(tokenName, token);
    try {
      return await settings.update({ twin: { url } });
    } catch (error) {
      // Without its address a token is nobody's, and without its token an address leads nowhere.
      await secrets.set(tokenName, before);
      throw error;
    }
  }

  return {
    async connect(written, token) {
      if (isFixed()) throw new InboxError('conflict', twinTexts.byFlag);
      const url = twinAddress(written);
      if (url === null) throw new InboxError('bad-request', twinTexts.noAddress);
      if (token.trim() === '') throw new InboxError('bad-request', twinTexts.noToken);
      if (ports.taskCount() > 0 && !existsSync(ports.twinFile)) throw new InboxError('conflict', twinTexts.ownVideos);
      const there = createTwinClient(
        () => url,
        () => token.trim(),
        { fetch: ports.fetch },
      );
      const told = await there.status(AbortSignal.timeout(answerMs)).catch((error: unknown) => {
        // The page takes `unauthorized` for its own key.
        const isRefused = error instanceof InboxError && error.code === 'unauthorized';
        throw isRefused ? new InboxError('bad-request', twinTexts.refused, { cause: error }) : error;
      });
      const { node, copyOf = [], tunnel } = told;
      const own = await ports.ownNode();
      if (own !== null && [node, ...copyOf].includes(own)) throw new InboxError('conflict', twinTexts.itself);
      const known = (await openTwinState(ports.twinFile)).data;
      if (!isTheSame(known, told)) throw new InboxError('conflict', twinTexts.otherTwin);
      const twin = chosenTwin(await keep(token.trim(), url));
      if (isCopy && twin !== null) ports.choose(twin);
      changed();
      return { callbackUrl: tunnel.callbackUrl };
    },
    async disconnect() {
      if (isFixed()) throw new InboxError('conflict', twinTexts.byFlag);
      // The address first: a kill between the two leaves a token that nobody uses, not a copy that nobody lets in.
      await settings.update({ twin: { url: null } });
      await secrets.set(tokenName, null);
      changed();
      return null;
    },
  };
}
