/** One app for each profile. */
import { app } from 'electron';
import { readlinkSync } from 'node:fs';
import path from 'node:path';

/**
 * `other` has our arguments and comes to the front. `refused`: there is no other, and the place for telling the next ones
 * of us cannot be written. Electron says no to both.
 */
export function takeInstance(): 'ours' | 'other' | 'refused' {
  if (app.requestSingleInstanceLock()) return 'ours';
  if (isHeld()) return 'other';
  // It may have ended while it was asked.
  return app.requestSingleInstanceLock() ? 'ours' : 'refused';
}

/** Chromium's own link, which names the process that has the profile. On Windows, nobody but that one can be in the way. */
function isHeld(): boolean {
  if (process.platform === 'win32') return true;
  try {
    readlinkSync(path.join(app.getPath('userData'), 'SingletonLock'));
    return true;
  } catch {
    return false;
  }
}
