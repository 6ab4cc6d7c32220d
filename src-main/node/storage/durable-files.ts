/** Files and names that survive a power cut: bytes are synced before a name points at them, and the folder after. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * Replaces `file` with `content`; resolves once the bytes and the new name are on disk.
 *
 * Calls for one file must not overlap in an order that matters: the last rename wins.
 * @param content A string is stored as UTF-8.
 * @param temporary In the same folder; written over where it is there.
 * @throws NodeJS.ErrnoException from the file system; `file` then holds the old or the new content, never a mix.
 * @see https://man7.org/linux/man-pages/man2/fsync.2.html for why the folder is synced too
 */
export async function replaceFile(
  file: string,
  content: string | Uint8Array,
  temporary = `${file}.${randomUUID().slice(0, 8)}.tmp`,
): Promise<void> {
  try {
    const handle = await open(temporary, 'w', 0o600);
    try {
      await handle.writeFile(content);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await renameFile(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(path.dirname(file));
}

/** In all a second and more; a scan takes some ten milliseconds. */
const pausesMs = [10, 20, 40, 80, 160, 320, 640];

/**
 * Gives a file another name; what had that name is replaced. On Windows that is refused while somebody has either of them
 * open, as virus scanners and search indexes do for a moment with whatever was just written: there it is tried again.
 * @throws NodeJS.ErrnoException
 */
export async function renameFile(from: string, to: string): Promise<void> {
  if (process.platform === 'win32') {
    for (const pauseMs of pausesMs) {
      try {
        await rename(from, to);
        return;
      } catch (error) {
        if (!isErrno(error, ['EPERM', 'EACCES', 'EBUSY'])) throw error;
        await pause(pauseMs);
      }
    }
  }
  await rename(from, to);
}

/** @returns the file that `replaceFile` was to replace with the one of this name; `null` for all other names. */
export function unsavedOf(name: string): string | null {
  return /^(.+)\.[0-9a-f]{8}\.tmp$/.exec(name)?.[1] ?? null;
}

/**
 * Removes what kills in the middle of `replaceFile` have left in `folder`. Only while nothing there is being saved.
 * @param isOurs Whether a file of that name is one that is saved there.
 * @throws NodeJS.ErrnoException
 */
export async function removeUnsaved(folder: string, isOurs: (name: string) => boolean): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isErrno(error, ['ENOENT'])) return [];
    throw error;
  });
  for (const name of names) {
    const saved = unsavedOf(name);
    if (saved !== null && isOurs(saved)) await rm(path.join(folder, name), { force: true });
  }
}

/** Makes names in `folder` (new, renamed, removed) survive a power cut. Does nothing where a folder cannot be synced. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder for syncing; NTFS keeps names in a journal of its own.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (!isErrno(error, ['EINVAL', 'ENOTSUP', 'EBADF'])) throw error; // some network file systems
  } finally {
    await handle.close();
  }
}

/** Makes `folder` and what is missing above it, and syncs every folder that gained a name. */
export async function makeFolder(folder: string, mode = 0o700): Promise<void> {
  const whole = path.resolve(folder);
  for (const made of await makeFolders(whole, mode)) await syncFolder(path.dirname(made));
}

/**
 * Not by `recursive`: Node then says ENOENT for whatever hinders it (a read-only disk), and where the system itself says
 * that (`/proc/x`) Node 20 tries for ever.
 * @returns those that were made, the innermost first. @throws NodeJS.ErrnoException with the code that the system gave.
 */
async function makeFolders(folder: string, mode: number): Promise<readonly string[]> {
  try {
    return await makeInnermost(folder, mode);
  } catch (error) {
    const above = path.dirname(folder);
    // Above a drive that is not connected there is only itself.
    if (above === folder || !isErrno(error, ['ENOENT'])) throw error;
    // Either another one has made it meanwhile, or the system says the same again.
    const outer = (await isFolder(above)) ? [above] : await makeFolders(above, mode);
    return [...(await makeInnermost(folder, mode)), ...outer];
  }
}

async function makeInnermost(folder: string, mode: number): Promise<readonly string[]> {
  try {
    await mkdir(folder, { mode });
    return [folder];
  } catch (error) {
    if (await isFolder(folder)) return [];
    throw error;
  }
}

const isFolder = (name: string): Promise<boolean> =>
  stat(name).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** The same within a folder that must be there: what a person moved away must not come back as a new one. @throws ENOENT */
export async function makeFolderWithin(root: string, folder: string): Promise<void> {
  await stat(root);
  await makeFolder(folder);
}

/** True for what the operating system or Node's own modules report, by its code. */
export function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^E[A-Z0-9]+$/.test(error.code);
}

/**
 * Makes `folder` (mode 0700) where it is not there, and nothing above it: a data folder that someone moved away while we
 * run must not come back as a new one with next to nothing in it.
 * @throws NodeJS.ErrnoException `ENOENT` where the folder above it is gone.
 */
export async function makeFolderIn(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
    if (!isErrno(error, ['EEXIST'])) throw error;
  });
}

/** True where the disk, or this user's share of it, has no room left. */
export function isDiskFull(error: unknown): boolean {
  return isErrno(error, ['ENOSPC', 'EDQUOT']);
}

/** True where `error` comes from the system with one of these codes, e.g. `ENOENT`. */
export function isErrno(error: unknown, codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
