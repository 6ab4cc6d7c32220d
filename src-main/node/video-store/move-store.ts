/** Brings all files of one store to another. Nothing is removed before every file was compared; it may be broken off and begun again. */
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { makeFolder } from '../storage/durable-files.ts';
import { sha256Of } from '../storage/file-hash.ts';
import { storeFolders, type FinishedFile, type VideoStore } from './video-store.ts';

export interface MoveStorePorts {
  readonly from: VideoStore;
  readonly to: VideoStore;
  /** A folder of this machine for a file on its way; on the disk of `to`, where that is a disk. */
  readonly transitDir: string;
  /** Called for each file that is there, brought now or before. */
  /** Which files are this library's: a shelf may hold those of others, which stay there. */
  readonly isOurs?: (name: string) => boolean;
  readonly onFile: (name: string, sizeBytes: number) => void;
}

export interface MoveStoreReport {
  readonly files: number;
  /** Those that were there already, with the same bytes. */
  readonly wereThere: number;
  readonly bytes: number;
}

/** @throws what either store says; the source still has every file then. */
export async function moveStore({ from, to, transitDir, isOurs, onFile }: MoveStorePorts): Promise<MoveStoreReport> {
  await makeFolder(transitDir);
  const moved: string[] = [];
  let wereThere = 0;
  let bytes = 0;
  for (const folder of storeFolders) {
    for await (const { name, sizeBytes } of from.list(folder)) {
      if (/\.(part|part\.json|tmp)$/.test(name)) continue; // the download queue's own
      if (isOurs?.(name) === false) continue;
      const fetched = await fetchFile(from, name, transitDir);
      if (fetched === null) continue; // removed meanwhile
      if ((await to.stat(name))?.sizeBytes === fetched.sizeBytes && (await hashOf(to, name)) === fetched.sha256) {
        wereThere += 1;
        await rm(fetched.file, { force: true });
      } else {
        await to.put(fetched, name);
        if ((await hashOf(to, name)) !== fetched.sha256) throw new Error(`${name} came back with other bytes`);
      }
      moved.push(name);
      bytes += sizeBytes;
      onFile(name, sizeBytes);
    }
  }
  for (const name of moved) await from.remove(name);
  return { files: moved.length, wereThere, bytes };
}

async function fetchFile(from: VideoStore, name: string, transitDir: string): Promise<FinishedFile | null> {
  const stream = await from.open(name);
  if (stream === null) return null;
  const file = path.join(transitDir, `${randomUUID()}.tmp`);
  const hash = createHash('sha256');
  let sizeBytes = 0;
  stream.on('data', (chunk: Buffer) => {
    hash.update(chunk);
    sizeBytes += chunk.length;
  });
  await pipeline(stream, createWriteStream(file, { mode: 0o600 }));
  const handle = await open(file, 'r+');
  await handle.datasync();
  await handle.close();
  return { file, sizeBytes, sha256: hash.digest('hex') };
}

async function hashOf(store: VideoStore, name: string): Promise<string | null> {
  const stream = await store.open(name);
  return stream === null ? null : sha256Of(stream);
}
