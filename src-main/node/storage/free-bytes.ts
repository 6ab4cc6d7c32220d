import { statfs } from 'node:fs/promises';

export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** Of the disk that holds `folder`; free is what an ordinary user has. */
export async function roomAt(folder: string): Promise<DiskSpace> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

/** Free bytes for an ordinary user of the disk that holds `folder`. */
export async function freeBytes(folder: string): Promise<number> {
  return (await roomAt(folder)).freeBytes;
}
