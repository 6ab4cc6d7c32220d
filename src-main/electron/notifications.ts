/** Notices through Electron. A click opens the task, also when the notice is older than the running process. */
import { Notification, nativeImage } from 'electron';
import { pathToFileURL } from 'node:url';
import type { Log } from '../node/log/log.ts';
import type { Notice, Notifier } from '../node/notifications/notifier.ts';
import { escapeMarkup } from '../node/notifications/notify-send.ts';

export interface ElectronNotifierPorts {
  /** `null` = no particular place. */
  readonly open: (deepLink: string | null) => void;
  readonly platform: NodeJS.Platform;
  readonly log: Log;
}

/** A notice whose object is gone can no longer be clicked, so this many are held. */
const heldNotices = 50;

export function createElectronNotifier({ open, platform, log }: ElectronNotifierPorts): Notifier {
  const held: Electron.Notification[] = [];

  function hold(notification: Electron.Notification, deepLink: string | null): void {
    notification.on('click', () => open(deepLink));
    notification.on('failed', (_event, error) => {
      log.warn({ error }, 'A desktop notification could not be shown. The library is complete; nothing is lost.');
    });
    held.push(notification);
    if (held.length > heldNotices) held.shift();
  }

  // macOS keeps notices of an earlier run and hands them back; Windows goes by the link in the toast.
  if (platform === 'darwin' && Notification.isSupported()) {
    Notification.getHistory().then(
      (earlier) => {
        for (const notification of earlier) hold(notification, linkInId(notification.id));
      },
      (error: unknown) => log.warn({ error }, 'Earlier desktop notifications could not be taken up again.'),
    );
  }

  return {
    show(notice) {
      if (!Notification.isSupported()) return;
      const notification = new Notification(notificationOptions(notice, platform));
      hold(notification, notice.deepLink);
      notification.show();
    },
    close: () => {
      held.length = 0;
    },
  };
}

export function notificationOptions(
  notice: Notice,
  platform: NodeJS.Platform,
): Electron.NotificationConstructorOptions {
  const { title, body, imagePath } = notice;
  if (platform === 'win32') return { title, body, toastXml: toastXml(notice) };
  const icon = imagePath === null ? null : nativeImage.createFromPath(imagePath);
  return {
    title,
    // Servers there may read the body as markup, and Electron passes it on as it is.
    body: platform === 'linux' ? escapeMarkup(body) : body,
    ...(icon === null || icon.isEmpty() ? {} : { icon }),
    ...(platform === 'darwin' ? { id: idWithLink(notice) } : {}),
  };
}

/**
 * Windows starts the link itself (`activationType="protocol"`), whether we run or not.
 * @see https://learn.microsoft.com/en-us/windows/apps/develop/notifications/app-notifications/adaptive-interactive-toasts
 */
export function toastXml({ title, body, imagePath, deepLink }: Notice): string {
  const launch = deepLink === null ? '' : ` activationType="protocol" launch="${escapeXml(deepLink)}"`;
  const image =
    imagePath === null ? '' : `<image placement="appLogoOverride" src="${escapeXml(pathToFileURL(imagePath).href)}"/>`;
  return (
    `<toast${launch}><visual><binding template="ToastGeneric">` +
    `<text>${escapeXml(title)}</text><text>${escapeXml(body)}</text>${image}</binding></visual></toast>`
  );
}

function escapeXml(text: string): string {
  const names: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };
  // Other control characters would make Windows drop the whole toast: XML cannot hold them.
  return text.replace(/[^\P{Cc}\t\n\r]/gu, '').replace(/[&<>"']/g, (c) => `&${names[c] ?? ''};`);
}

/** The id survives a restart and the object does not, so the link travels in it. */
function idWithLink({ id, deepLink }: Notice): string {
  return `${deepLink ?? ''} ${id}`;
}

function linkInId(id: string): string | null {
  const [link = ''] = id.split(' ', 1);
  return link === '' ? null : link;
}
