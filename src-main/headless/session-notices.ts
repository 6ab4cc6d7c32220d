/**
 * Notices of the headless inbox: by `notify-send` where it runs inside someone's session on Linux, else by the pages that
 * are open, which may show them where the person has allowed it.
 */
import { spawn } from 'node:child_process';
import { spokenLanguage } from '../common/texts/language.ts';
import type { Environment } from '../node/config-values.ts';
import type { Inbox } from '../node/inbox/inbox.ts';
import type { OpenedInbox } from '../node/inbox/open-inbox.ts';
import { parseTaskLink } from '../node/notifications/deep-link.ts';
import { createNotificationService } from '../node/notifications/notification-service.ts';
import type { Notifier } from '../node/notifications/notifier.ts';
import { createNotifySend } from '../node/notifications/notify-send.ts';
import { speakInTerminal } from './terminal-language.ts';

/** @param followsChoice Whether they speak the language that was chosen in the page. @returns the undo. */
export function showSessionNotices(
  { inbox, log, settings }: OpenedInbox,
  env: Environment,
  followsChoice: boolean,
): () => void {
  const pages = createPageNotifier(inbox);
  const bySession = createNotifySend({
    env,
    log,
    otherwise: pages,
    onOpen(deepLink) {
      const key = deepLink === null ? null : parseTaskLink(deepLink);
      openInBrowser(`${inbox.ticketUrl()}${key === null ? '' : `#/task/${encodeURIComponent(key)}`}`);
    },
  });
  const service = createNotificationService({
    notifier: bySession ?? pages,
    settings: () => settings.get().notifications,
    posterFile: (key) => inbox.posterFile(key),
    budget: () => settings.get().costs.monthlyCredits,
    spent: () => inbox.creditsThisMonth(),
    atStart: () => inbox.status(),
    now: () => new Date(),
  });
  // Before a page chose a language, notices speak that of the terminal.
  const usual = spokenLanguage();
  const speak = (): void => void speakInTerminal(settings.get().desktop.language ?? usual);
  if (followsChoice) speak();
  const unfollow = followsChoice ? settings.onChange(speak) : (): void => undefined;
  const unsubscribe = inbox.subscribe((event) => service.hear(event));
  return () => {
    unsubscribe();
    unfollow();
    service.close();
  };
}

/** Hands notices to whatever page is open; with none they are seen in the library. */
function createPageNotifier(inbox: Pick<Inbox, 'announce'>): Notifier {
  return {
    show({ id, kind, title, body, imagePath, deepLink }) {
      const key = deepLink === null ? null : parseTaskLink(deepLink);
      const data = { id, kind, title, body, key, hasPoster: imagePath !== null };
      inbox.announce({ name: 'notice:show', data });
    },
    close: () => undefined,
  };
}

function openInBrowser(url: string): void {
  // Not there on a bare server; then there is nobody who could have clicked either.
  spawn('xdg-open', [url], { stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}
