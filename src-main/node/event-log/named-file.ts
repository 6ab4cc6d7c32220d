/**
 * What has a name in the log's folder: asked twice beside each sync, so what it costs is a part of every answer.
 *
 * A question to Node's thread pool costs several times what the system needs for it. On a disk of this machine it is
 * answered from memory, since the file is held open and its folders with it; so there it is asked at once. On file
 * systems behind a network, or of another program, it may take as long as they like, and everything would wait for it.
 */
import { statSync, type BigIntStats } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import { isErrno } from '../storage/durable-files.ts';

/** @returns `null` where nothing has that name. Throws or rejects with other `NodeJS.ErrnoException`s. */
export type StatNamed = (file: string) => BigIntStats | null | Promise<BigIntStats | null>;

/** ext4, XFS, Btrfs, F2FS, bcachefs, ZFS, tmpfs and overlayfs, as Linux numbers them. */
const ownDisks: ReadonlySet<number> = new Set([
  0xef53, 0x58465342, 0x9123683e, 0xf2f52010, 0xca451a4e, 0x2fc12fc1, 0x01021994, 0x794c7630,
]);

/** @param dir whose file system tells how to ask. */
export async function namedFiles(dir: string): Promise<StatNamed> {
  if (process.platform !== 'linux') return whenever;
  const { type } = await statfs(dir);
  return ownDisks.has(type) ? atOnce : whenever;
}

/** For disks of this machine. */
export function atOnce(file: string): BigIntStats | null {
  try {
    return statSync(file, { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch (error) {
    return nothing(error);
  }
}

/** For all others. */
export async function whenever(file: string): Promise<BigIntStats | null> {
  try {
    return await stat(file, { bigint: true });
  } catch (error) {
    return nothing(error);
  }
}

/** @throws what does not say that nothing is there */
function nothing(error: unknown): null {
  if (isErrno(error, ['ENOENT', 'ENOTDIR'])) return null;
  throw error;
}
