/** `video-inbox serve`: the inbox without a window, until a signal ends it. */
import { readConfig } from '../node/config.ts';
import { withChosenTwin } from '../node/inbox/machines/connect-elsewhere.ts';
import { openInbox, type OpenedInbox } from '../node/inbox/open-inbox.ts';
import { endOfLinesMs, untilWritten } from '../node/log/unhurried-lines.ts';
import { createFileVault } from '../node/settings/secrets.ts';
import { hostTexts } from '../common/texts/en-host.ts';
import { say } from '../common/texts/language.ts';
import type { Command } from './command.ts';
import { formatLabel } from './format.ts';
import { showSessionNotices } from './session-notices.ts';
import { terminalTexts } from './texts/en.ts';
import { createTunnelNews } from './tunnel-news.ts';
import { untilStopped } from './until-stopped.ts';
import { version } from './version.ts';

const words = terminalTexts.serve;

/** Of opening and closing, once a signal has come. */
const endLimitMs = 4500;

export const runServe: Command = async (args, terminal, { crashes, host }) => {
  const config = readConfig(args, terminal.env, terminal.platform);
  const signals = hearSignals();

  async function show(opened: OpenedInbox): Promise<() => void> {
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
      void signals.stopped.then(deaf);
    }
    return showSessionNotices(opened, terminal.env, !config.json);
  }

  const notClosed = await untilStopped({
    open: () =>
      openInbox({
        config,
        info: { version, host: 'browser', platform: terminal.platform },
        mainDir: import.meta.dirname,
        openVault: ({ secretsFile }) => createFileVault(secretsFile),
        spawnNgrok: host.spawnNgrok,
      }),
    show,
    close: (opened) => opened.close(),
    stopped: signals.stopped,
    limitMs: endLimitMs,
  }).catch((error: unknown) => {
    // Should anything still hold the process, a signal ends it.
    signals.ignore();
    throw error;
  });
  const code = notClosed === null ? 0 : 1;
  if (notClosed !== null) {
    const { error } = notClosed;
    terminal.err(`${say(hostTexts.closeFailed)} (${error instanceof Error ? error.message : String(error)})`);
  }
  await untilWritten([process.stdout, process.stderr], endOfLinesMs);
  // Whatever still holds the loop (a connection that does not end) must not keep the process.
  host.exit(code);
  return code;
};

function hearSignals(): { readonly stopped: Promise<void>; ignore(): void } {
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let stop: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  for (const name of names) process.on(name, stop);
  return {
    stopped,
    ignore() {
      for (const name of names) process.off(name, stop);
    },
  };
}
