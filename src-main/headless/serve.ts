/** `video-inbox serve`: the inbox without a window, until a signal ends it. */
import path from 'node:path';
import { redactText } from '../common/redact.ts';
import { readConfig } from '../node/config.ts';
import { prepareDataDir } from '../node/data-dir.ts';
import { createInbox } from '../node/inbox/inbox.ts';
import { lockInstance } from '../node/instance-lock.ts';
import { createFileLog } from '../node/log/file-log.ts';
import { createFileVault, openSecrets } from '../node/settings/secrets.ts';
import { openSettings } from '../node/settings/settings.ts';
import { createNoTunnel } from '../node/tunnel/no-tunnel.ts';
import type { Command } from './command.ts';
import { version } from './texts.ts';

/** Closing must not hang: after this the journal is safe anyway, and the rest is made again at the next start. */
const closeLimitMs = 4500;

export const runServe: Command = async (args, terminal) => {
  const config = readConfig(args, terminal.env, terminal.platform);
  const now = (): Date => new Date();
  const dir = await prepareDataDir(config.dataDir);
  const lock = await lockInstance(dir.instanceFile, now);
  const stopped = nextSignal();
  try {
    const secrets = await openSecrets(createFileVault(dir.secretsFile), config.secrets);
    const log = createFileLog({
      dir: dir.logs,
      level: config.logLevel,
      terminal: process.stderr,
      redact: (text) => redactText(text, [...secrets.values(), lock.localKey]),
    });
    const settings = await openSettings(dir.settingsFile, log);
    const inbox = await createInbox({
      config,
      dir,
      lock,
      log,
      settings,
      secrets,
      tunnel: createNoTunnel(),
      claimProbe: () => false,
      info: { version, host: 'browser', platform: terminal.platform },
      uiDir: path.join(import.meta.dirname, '../renderer'),
    });
    if (config.json) {
      const callbackUrl = inbox.callbackUrl();
      const galleryUrl = inbox.galleryUrl();
      terminal.out(JSON.stringify({ event: 'ready', pid: process.pid, dataDir: dir.root, callbackUrl, galleryUrl }));
      inbox.onTask((task) => terminal.out(JSON.stringify({ event: 'task', task })));
    } else {
      terminal.out(
        `Video Inbox is open.\n  Gallery       ${inbox.galleryUrl()}\n  Callback URL  ${inbox.callbackUrl()}`,
      );
      terminal.out(`  Library       ${dir.root}\nStop it with Ctrl+C.`);
    }
    await stopped;
    await Promise.race([inbox.close(), timeout(closeLimitMs)]);
    log.close();
  } finally {
    await lock.release();
  }
  // Whatever still holds the loop (a connection that does not end) must not keep the process.
  process.exit(0);
};

function nextSignal(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => resolve();
    process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop);
  });
}

function timeout(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
