/** Desktop notices for the headless inbox, where it runs inside someone's session on Linux. */
import { spawn } from 'node:child_process';
import type { OpenedInbox } from '../node/inbox/open-inbox.ts';
import { createDbusNotifier } from '../node/notifications/dbus-notifier.ts';
import { parseTaskLink } from '../node/notifications/deep-link.ts';
import { createNotificationService } from '../node/notifications/notification-service.ts';
import type { Environment } from '../node/config.ts';

/** @returns the undo. */
export function showSessionNotices({ inbox, dir, log, settings }: OpenedInbox, env: Environment): () => void {
  const address = env['DBUS_SESSION_BUS_ADDRESS'] ?? '';
  const userId = process.getuid?.() ?? null;
  if (process.platform !== 'linux' || address === '' || userId === null) return () => undefined;
  const notifier = createDbusNotifier({
    address,
    userId,
    log,
    onOpen(deepLink) {
      const key = parseTaskLink(deepLink);
      if (key !== null) openInBrowser(`${inbox.ticketUrl()}#/task/${encodeURIComponent(key)}`);
    },
  });
  const service = createNotificationService({
    notifier,
    settings: () => settings.get().notifications,
    dataDir: dir.root,
    now: () => new Date(),
  });
  const unsubscribe = inbox.subscribe((event) => service.hear(event));
  return () => {
    unsubscribe();
    service.close();
  };
}

function openInBrowser(url: string): void {
  // Not there on a bare server; then there is nobody who could have clicked either.
  spawn('xdg-open', [url], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}
