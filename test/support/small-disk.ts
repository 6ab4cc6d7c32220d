/** A file system of its own, small enough to be filled. */
import { execFileSync } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';

export interface SmallDisk {
  readonly dir: string;
  readonly unmount: () => void;
}

/** Why a test is skipped where `mountSmallDisk` gave `null`. */
export const noMount = 'a small file system of its own can be mounted as root on Linux only';

/**
 * @param parent an existing folder, which gets the mount point.
 * @returns `null` where this machine or user cannot mount.
 */
export async function mountSmallDisk(parent: string, megabytes: number): Promise<SmallDisk | null> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return null;
  const dir = path.join(parent, 'disk');
  await mkdir(dir);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${String(megabytes)}m`, 'tmpfs', dir], { stdio: 'ignore' });
  } catch {
    return null; // a container that may not mount
  }
  return { dir, unmount: () => execFileSync('umount', ['-l', dir]) };
}

/** Takes all the room there is, to the last block. */
export async function fillDisk(file: string): Promise<void> {
  const handle = await open(file, 'w');
  try {
    for (let chunk = 1024 * 1024; chunk >= 512; chunk /= 2) {
      for (;;) {
        const { bytesWritten } = await handle.write(Buffer.alloc(chunk)).catch(() => ({ bytesWritten: 0 }));
        if (bytesWritten < chunk) break;
      }
    }
  } finally {
    await handle.close();
  }
}
