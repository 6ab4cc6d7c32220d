/** Looks for new versions at the start and daily, fetches them, and uses them from the next start on. */
import { app, powerMonitor } from 'electron';
import { autoUpdater } from 'electron-updater';
import type { Log } from '../node/log/log.ts';

export interface UpdaterPorts {
  /** Read before each look. */
  readonly enabled: () => boolean;
  readonly onReady: (version: string) => void;
  readonly log: Log;
}

const dayMs = 24 * 60 * 60 * 1000;
/** The first minute belongs to the person. */
const firstLookMs = 60_000;

/**
 * Never restarts the app by itself. Does nothing in a checkout, nor for a portable program: its update would be an
 * installation beside it. @returns the undo.
 */
export function startUpdater({ enabled, onReady, log }: UpdaterPorts): () => void {
  if (!app.isPackaged || process.env['PORTABLE_EXECUTABLE_FILE'] !== undefined) return () => undefined;
  autoUpdater.autoDownload = true;
  autoUpdater.autoInstallOnAppQuit = true;
  autoUpdater.logger = null;
  let told: string | null = null;
  autoUpdater.on('update-downloaded', ({ version }) => {
    // What was fetched already is found again by each later look.
    if (version === told) return;
    told = version;
    onReady(version);
  });
  autoUpdater.on('error', (error) => {
    log.warn({ error }, 'Looking for a new version failed. The inbox works on as it is.');
  });

  // A package that is put in while the system ends is half of one.
  const keepOld = (): void => {
    autoUpdater.autoInstallOnAppQuit = false;
  };
  powerMonitor.on('shutdown', keepOld);

  function look(): void {
    if (!enabled()) return;
    // Failures of the look and of the download arrive as `error` events too, which is where they are told.
    autoUpdater
      .checkForUpdates()
      .then((found) => found?.downloadPromise)
      .catch(() => undefined);
  }
  const first = setTimeout(look, firstLookMs);
  const daily = setInterval(look, dayMs);
  return () => {
    clearTimeout(first);
    clearInterval(daily);
  };
}
