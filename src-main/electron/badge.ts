/** The number on the dock or taskbar icon, and the progress of downloads on it. */
import { app, nativeImage } from 'electron';
import type { BrowserWindow } from 'electron';
import type { InboxEvent } from '../common/contract.ts';
import badgeUrl from './icons/badge.png?inline';
import { desktopTexts } from './texts/en.ts';

export interface BadgePorts {
  readonly window: () => BrowserWindow | null;
  readonly platform: NodeJS.Platform;
}

export interface Badge {
  hear(event: InboxEvent): void;
  setUnseen(count: number): void;
}

export interface Transfer {
  readonly receivedBytes: number;
  readonly totalBytes: number | null;
}

/** Electron's own words for the progress bar: below 0 none, above 1 busy without an end in sight. */
const noBar = -1;
const busyBar = 2;

export function createBadge({ window, platform }: BadgePorts): Badge {
  /** By task and number. */
  const transfers = new Map<string, Map<number, Transfer>>();
  let shownUnseen = -1;
  let shownBar = noBar;

  function setUnseen(count: number): void {
    if (count === shownUnseen) return;
    shownUnseen = count;
    if (platform === 'win32') showDot();
    else app.setBadgeCount(count);
  }

  function showDot(): void {
    const dot = shownUnseen > 0 ? nativeImage.createFromDataURL(badgeUrl) : null;
    window()?.setOverlayIcon(dot, dot === null ? '' : desktopTexts.badge(shownUnseen));
  }

  // On Windows they belong to the button in the taskbar, which is made anew whenever a hidden window comes back.
  app.on('browser-window-created', (_event, made) => {
    made.on('show', () => {
      if (platform === 'win32') showDot();
      if (shownBar !== noBar) window()?.setProgressBar(shownBar);
    });
  });

  function showProgress(): void {
    const bar = barFor([...transfers.values()].flatMap((each) => [...each.values()]));
    if (bar === shownBar) return;
    shownBar = bar;
    window()?.setProgressBar(bar);
  }

  return {
    setUnseen,
    hear(event) {
      if (event.name === 'video:progress') {
        const { key, n, receivedBytes, totalBytes } = event.data;
        const ofTask = transfers.get(key) ?? new Map<number, Transfer>();
        transfers.set(key, ofTask.set(n, { receivedBytes, totalBytes }));
        showProgress();
      } else if (event.name === 'tasks:changed') {
        setUnseen(event.data.counts.inbox);
        for (const task of event.data.tasks) {
          const ofTask = transfers.get(task.key);
          task.videos.forEach(({ state }, index) => {
            if (state !== 'downloading') ofTask?.delete(index + 1);
          });
          if (ofTask?.size === 0) transfers.delete(task.key);
        }
        showProgress();
      } else if (event.name === 'tasks:removed') {
        setUnseen(event.data.counts.inbox);
        for (const key of event.data.keys) transfers.delete(key);
        showProgress();
      }
    },
  };
}

/** All transfers as one bar, in hundredths, so that it moves in steps that can be seen. */
export function barFor(transfers: readonly Transfer[]): number {
  if (transfers.length === 0) return noBar;
  let received = 0;
  let total = 0;
  for (const { receivedBytes, totalBytes } of transfers) {
    if (totalBytes === null) return busyBar;
    received += receivedBytes;
    total += totalBytes;
  }
  return total === 0 ? busyBar : Math.min(1, Math.round((received / total) * 100) / 100);
}
