/** Opens the same inbox as headless does, with the desktop's own places for secrets and for the tunnel's worker. */
import path from 'node:path';
import { redactText } from '../common/redact.ts';
import type { Config } from '../node/config.ts';
import { prepareDataDir } from '../node/data-dir.ts';
import type { DataDir } from '../node/data-dir.ts';
import { createInbox } from '../node/inbox/inbox.ts';
import type { Inbox } from '../node/inbox/inbox.ts';
import { lockInstance } from '../node/instance-lock.ts';
import { createFileLog } from '../node/log/file-log.ts';
import type { Log } from '../node/log/log.ts';
import { createFileVault, openSecrets } from '../node/settings/secrets.ts';
import type { SecretProtection } from '../node/settings/secrets.ts';
import { openSettings } from '../node/settings/settings.ts';
import type { SettingsStore } from '../node/settings/settings.ts';
import { createNoTunnel } from '../node/tunnel/no-tunnel.ts';
import type { Tunnel } from '../node/tunnel/tunnel.ts';
import { createSafeVault } from './secrets.ts';

export interface OpenInboxOptions {
  readonly config: Config;
  /** Where encrypted secrets are kept. */
  readonly secretsFile: string;
  /** Folder of the built main files. */
  readonly mainDir: string;
  readonly version: string;
  readonly platform: NodeJS.Platform;
}

export interface OpenedInbox {
  readonly inbox: Inbox;
  readonly dir: DataDir;
  readonly log: Log;
  readonly settings: SettingsStore;
  readonly secretProtection: SecretProtection;
  readonly tunnel: Tunnel;
  /** Flushes and lets go of the data dir. */
  close(): Promise<void>;
}

/** @throws InboxError with a sentence for the person: another process has the data dir, a port is taken … */
export async function openInbox(options: OpenInboxOptions): Promise<OpenedInbox> {
  const { config, mainDir, platform } = options;
  const dir = await prepareDataDir(config.dataDir);
  const lock = await lockInstance(dir.instanceFile, () => new Date());
  try {
    const known: { secrets: readonly string[] } = { secrets: Object.values(config.secrets) };
    const fileLog = createFileLog({
      dir: dir.logs,
      level: config.logLevel,
      terminal: process.stderr,
      redact: (text) => redactText(text, [...known.secrets, lock.localKey]),
    });
    const vault = (await createSafeVault(options.secretsFile, platform, fileLog)) ?? createFileVault(dir.secretsFile);
    const secrets = await openSecrets(vault, config.secrets);
    Object.defineProperty(known, 'secrets', { get: () => secrets.values() });
    const settings = await openSettings(dir.settingsFile, fileLog);
    const tunnel = createNoTunnel();
    const inbox = await createInbox({
      config,
      dir,
      lock,
      log: fileLog,
      settings,
      secrets,
      tunnel,
      claimProbe: () => false,
      info: { version: options.version, host: 'desktop', platform },
      uiDir: path.join(mainDir, '../renderer'),
    });
    return {
      inbox,
      dir,
      log: fileLog,
      settings,
      secretProtection: secrets.protection,
      tunnel,
      async close() {
        await inbox.close();
        await lock.release();
        fileLog.close();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
