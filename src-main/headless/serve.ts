/** `video-inbox serve`: the inbox without a window, until a signal ends it. */
import { readConfig } from '../node/config.ts';
import { withChosenTwin } from '../node/inbox/connect-elsewhere.ts';
import { openInbox } from '../node/inbox/open-inbox.ts';
import { endOfLinesMs, untilWritten } from '../node/log/unhurried-lines.ts';
import { createFileVault } from '../node/settings/secrets.ts';
import { hostTexts } from '../common/texts/en-host.ts';
import { say } from '../common/texts/language.ts';
import type { Command } from './command.ts';
import { formatLabel } from './format.ts';
import { showSessionNotices } from './session-notices.ts';
import { terminalTexts } from './texts/en.ts';
import { createTunnelNews } from './tunnel-news.ts';
import { version } from './version.ts';

const words = terminalTexts.serve;

/** Closing must not hang: after this the journal is safe anyway, and the rest is made again at the next start. */
const closeLimitMs = 4500;

export const runServe: Command = async (args, terminal, { crashes, host }) => {
  const config = readConfig(args, terminal.env, terminal.platform);
  const stopped = nextSignal();
  const opened = await openInbox({
    config,
    info: { version, host: 'browser', platform: terminal.platform },
    mainDir: import.meta.dirname,
    openVault: ({ secretsFile }) => createFileVault(secretsFile),
    spawnNgrok: host.spawnNgrok,
  });
  const { inbox, dir, log } = opened;
  crashes.guard({ log, logFile: log.file, close: () => opened.close() });
  const galleryUrl = inbox.galleryUrl();
  const syncUrl = inbox.syncUrl();
  if (config.json) {
    // Always the loopback one: a public one comes and goes, and `video-inbox url` tells it.
    const callbackUrl = inbox.loopbackCallbackUrl();
    const ready = { event: 'ready', pid: process.pid, dataDir: dir.root, callbackUrl, galleryUrl };
    terminal.out(JSON.stringify(syncUrl === null ? ready : { ...ready, syncUrl }));
    inbox.onTask((task) => terminal.out(JSON.stringify({ event: 'task', task })));
  } else {
    const line = (name: string, value: string): void => terminal.out(`  ${formatLabel(name, 14)}${value}`);
    terminal.out(words.open);
    line(words.gallery, galleryUrl);
    const callbackUrl = inbox.callbackUrl();
    if (callbackUrl !== '') line(words.callbackUrl, callbackUrl);
    if (syncUrl !== null) line(words.twins, syncUrl);
    line(words.library, dir.root);
    terminal.out(words.stop);
    const isOwn = (): boolean => withChosenTwin(config, opened.settings).twin === null;
    const news = createTunnelNews((told) => terminal.err(told), isOwn);
    news((await inbox.status()).tunnel);
    const deaf = inbox.subscribe(({ name, data }) => {
      if (name === 'tunnel:changed') news(data);
    });
    // That it is taken down in the end is no news.
    void stopped.then(deaf);
  }
  const stopNotices = showSessionNotices(opened, terminal.env, !config.json);
  await stopped;
  stopNotices();
  const code = await Promise.race([opened.close(), timeout(closeLimitMs)]).then(
    () => 0,
    (error: unknown) => {
      terminal.err(`${say(hostTexts.closeFailed)} (${error instanceof Error ? error.message : String(error)})`);
      return 1;
    },
  );
  await untilWritten([process.stdout, process.stderr], endOfLinesMs);
  // Whatever still holds the loop (a connection that does not end) must not keep the process.
  host.exit(code);
  return code;
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
