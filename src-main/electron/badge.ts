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
  const transfers = new Map<string, Transfer>();
  let shownUnseen = -1;
  let shownBar = noBar;

  function setUnseen(count: number): void {
    if (count === shownUnseen) return;
    shownUnseen = count;
    if (platform === 'win32') {
      const dot = count === 0 ? null : nativeImage.createFromDataURL(badgeUrl);
      window()?.setOverlayIcon(dot, count === 0 ? '' : desktopTexts.badge(count));
    } else {
      app.setBadgeCount(count);
    }
  }

  function showProgress(): void {
    const bar = barFor([...transfers.values()]);
    if (bar === shownBar) return;
    shownBar = bar;
    window()?.setProgressBar(bar);
  }

  return {
    setUnseen,
    hear(event) {
      if (event.name === 'video:progress') {
        const { key, n, receivedBytes, totalBytes } = event.data;
        transfers.set(`${key} ${n}`, { receivedBytes, totalBytes });
        showProgress();
      } else if (event.name === 'tasks:changed') {
        setUnseen(event.data.counts.inbox);
        for (const task of event.data.tasks) {
          task.videos.forEach(({ state }, index) => {
            if (state !== 'downloading') transfers.delete(`${task.key} ${index + 1}`);
          });
        }
        showProgress();
      } else if (event.name === 'tasks:removed') {
        setUnseen(event.data.counts.inbox);
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
