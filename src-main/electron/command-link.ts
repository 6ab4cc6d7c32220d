/**
 * An AppImage and an app that was dragged out of its dmg install nothing, so they put their command into the person's own
 * folder of programs by themselves. The packages of a system (deb, rpm) bring a link of their own, the installer of
 * Windows writes a file (`build/installer.nsh`).
 */
import { chmod, lstat, mkdir, readFile, readlink, symlink, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isErrno } from '../node/storage/durable-files.ts';

/** What of the process says how it was installed. */
export interface Installed {
  readonly isPackaged: boolean;
  readonly platform: NodeJS.Platform;
  readonly execPath: string;
  /** The variable `APPIMAGE`. */
  readonly appImage: string | undefined;
}

/**
 * Puts the command into `~/.local/bin`, or brings it up to date, where nothing else did.
 * @returns its file; `null` where none is wanted or the name belongs to something else
 * @throws NodeJS.ErrnoException where the folder cannot be written
 */
export async function offerCommand(
  { isPackaged, platform, execPath, appImage }: Installed,
  homeDir: string,
): Promise<string | null> {
  if (!isPackaged) return null;
  if (appImage !== undefined) return await linkCommand(appImage, homeDir);
  // From the dmg itself, or from a copy that the system makes for an app that was not moved, it would soon be gone.
  const isMoved = !/^\/Volumes\/|\/AppTranslocation\//.test(execPath);
  return platform === 'darwin' && isMoved ? await writeCommand(execPath, homeDir) : null;
}

const commandFile = (homeDir: string): string => path.join(homeDir, '.local/bin/video-inbox');

/**
 * Makes `~/.local/bin/video-inbox` point to the AppImage, or to where it lies now. Whatever else has that name stays.
 * @param appImage absolute path of the AppImage
 * @returns the link, `null` where the name belongs to something else
 * @throws NodeJS.ErrnoException where the folder cannot be written
 */
export async function linkCommand(appImage: string, homeDir: string): Promise<string | null> {
  const link = commandFile(homeDir);
  const target = await readlink(link).catch((error: unknown) => {
    if (isErrno(error, ['ENOENT'])) return null;
    if (isErrno(error, ['EINVAL'])) return ''; // a file of its own
    throw error;
  });
  if (target === appImage) return link;
  if (target !== null) {
    // An earlier AppImage of ours, by its name: it was moved, or this is another version.
    if (!/\/video-inbox[^/]*\.AppImage$/i.test(target)) return null;
    await unlink(link);
  }
  await mkdir(path.dirname(link), { recursive: true });
  await symlink(appImage, link);
  return link;
}

const ours = '#!/bin/sh\n# Written by the Video Inbox app at its start.\n';

/**
 * Writes `~/.local/bin/video-inbox`, which starts the program of an app for macOS: a link would not do, since the program
 * finds its app by the path that it is started with.
 * @param program absolute path of the program inside the app
 * @returns the file, `null` where the name belongs to something else
 * @throws NodeJS.ErrnoException where the folder cannot be written
 */
async function writeCommand(program: string, homeDir: string): Promise<string | null> {
  const file = commandFile(homeDir);
  const text = `${ours}exec '${program.replaceAll("'", "'\\''")}' "$@"\n`;
  const info = await lstat(file).catch((error: unknown) => {
    if (isErrno(error, ['ENOENT'])) return null;
    throw error;
  });
  if (info !== null) {
    const there = info.isFile() ? await readFile(file, 'utf8') : '';
    if (there === text) return file;
    if (!there.startsWith(ours)) return null;
  }
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  await chmod(file, 0o755);
  return file;
}
