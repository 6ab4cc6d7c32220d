/**
 * Notices on a Linux desktop without Electron: through `notify-send`, which knows the session bus.
 * @see https://specifications.freedesktop.org/notification-spec/latest/protocol.html
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import type { Environment } from '../config-values.ts';
import type { Log } from '../log/log.ts';
import type { Notice, Notifier } from './notifier.ts';

export interface NotifySendPorts {
  readonly env: Environment;
  readonly log: Log;
  /** A person clicked on a notice. */
  readonly onOpen: (deepLink: string | null) => void;
  /** Where a notice goes that could not be shown so. */
  readonly otherwise: Notifier;
}

/** With an action it stays until the notice is closed, which may be never. */
const mostWaiting = 20;
const helpLimitMs = 2000;

/** @returns `null` where it is not there, or nobody's session is. */
export function createNotifySend({ env, log, onOpen, otherwise }: NotifySendPorts): Notifier | null {
  if ((env['DBUS_SESSION_BUS_ADDRESS'] ?? '') === '') return null;
  const options = { env: { ...env }, encoding: 'utf8', timeout: helpLimitMs } as const;
  const help = spawnSync('notify-send', ['--help'], options);
  if (help.status !== 0) return null;
  // libnotify before 0.8 knows no actions.
  const canBeClicked = help.stdout.includes('--action');
  const waiting: ChildProcess[] = [];

  function show(notice: Notice): void {
    let failed = false;
    const fail = (reason: object): void => {
      if (failed) return;
      failed = true;
      log.debug(reason, 'notify-send could not show a notice, so the open pages show it');
      otherwise.show(notice);
    };
    try {
      showHere(notice, fail);
    } catch (error) {
      // Without memory for another process Node throws, as for what no argument may hold.
      fail({ error });
    }
  }

  function showHere(notice: Notice, fail: (reason: object) => void): void {
    const child = spawn('notify-send', [...notifySendArguments(notice, canBeClicked)], {
      env: { ...env },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    waiting.push(child);
    if (waiting.length > mostWaiting) waiting.shift()?.kill();
    let chosen = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (chosen += text));
    child.once('error', (error) => fail({ error }));
    child.once('close', (code) => {
      const at = waiting.indexOf(child);
      if (at >= 0) waiting.splice(at, 1);
      if (code !== null && code !== 0) fail({ code });
      else if (chosen.trim() === 'default') onOpen(notice.deepLink);
    });
  }

  return {
    show,
    close() {
      for (const child of waiting.splice(0)) child.kill();
      otherwise.close();
    },
  };
}

function notifySendArguments(notice: Notice, canBeClicked: boolean): readonly string[] {
  return [
    '--app-name=Video Inbox',
    `--icon=${notice.imagePath ?? 'video-inbox'}`,
    `--category=${notice.kind === 'saved' ? 'transfer.complete' : 'transfer.error'}`,
    '--hint=string:desktop-entry:video-inbox',
    ...(canBeClicked ? ['--action=default=Open'] : []),
    '--',
    notice.title,
    // It reads \n and the like in the body; a prompt may hold a backslash.
    escapeMarkup(notice.body).replaceAll('\\', '\\\\'),
  ];
}

/** Notification servers may read the body as markup, and the body holds strangers' words. */
export function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
