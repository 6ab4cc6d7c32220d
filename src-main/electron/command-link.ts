/**
 * An AppImage installs nothing, so it puts its command into the person's own folder of programs by itself. The packages
 * of a system (deb, rpm) bring a link of their own.
 */
import { mkdir, readlink, symlink, unlink } from 'node:fs/promises';
import path from 'node:path';
import { isErrno } from '../node/storage/durable-files.ts';

/**
 * Makes `~/.local/bin/video-inbox` point to the AppImage, or to where it lies now. Whatever else has that name stays.
 * @param appImage absolute path of the AppImage
 * @returns the link, `null` where the name belongs to something else
 * @throws NodeJS.ErrnoException where the folder cannot be written
 */
export async function linkCommand(appImage: string, homeDir: string): Promise<string | null> {
  const link = path.join(homeDir, '.local/bin/video-inbox');
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
