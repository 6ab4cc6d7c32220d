/** What an AppImage and a portable program run of lies in a folder that goes when they end: they are started by another file. */
import os from 'node:os';
import path from 'node:path';

interface Started {
  readonly env: NodeJS.ProcessEnv;
  readonly execPath: string;
}

/**
 * Both tell their file by a variable, which all inherit that are started from them: of a terminal or an editor that is an
 * AppImage, it names that one. Whoever believed it would start that at the login, or replace it by a new version of ours.
 * Must be called before anything reads them.
 */
export function forgetStartFileOfOthers({ env, execPath }: Started): void {
  if (!isIn(env['APPDIR'], execPath)) delete env['APPIMAGE'];
  if (!isIn(os.tmpdir(), execPath)) delete env['PORTABLE_EXECUTABLE_FILE'];
}

/** Absolute. */
export function startFile({ env, execPath }: Started): string {
  return env['APPIMAGE'] ?? env['PORTABLE_EXECUTABLE_FILE'] ?? execPath;
}

function isIn(folder: string | undefined, file: string): boolean {
  if (folder === undefined || folder === '') return false;
  const within = path.relative(folder, file);
  return !within.startsWith('..') && !path.isAbsolute(within);
}
