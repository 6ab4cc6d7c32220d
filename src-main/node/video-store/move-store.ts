/** Brings all files of one store to another. Nothing is removed before every file was compared; it may be broken off and begun again. */
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { makeFolder } from '../storage/durable-files.ts';
import { sha256Of } from '../storage/file-hash.ts';
import { OtherBytes, orDamage, storeFolders, type FinishedFile, type VideoStore } from './video-store.ts';

export interface MoveStorePorts {
  readonly from: VideoStore;
  /** Must read what it keeps, not a copy of it on this machine: else nothing would be compared. */
  readonly to: VideoStore;
  /** A folder of this machine for a file on its way, and for nothing else; on the disk of `to`, where that is a disk. */
  readonly transitDir: string;
  /** Which files are this library's: a shelf may hold those of others, which stay there. */
  readonly isOurs?: (name: string) => boolean;
  /** What the library says of a file, in hex; `null` = nothing. With other bytes it is not moved. */
  readonly sha256Of?: (name: string) => string | null;
  /** Called for each file that is there, brought now or before. */
  readonly onFile: (name: string, sizeBytes: number) => void;
}

export interface MoveStoreReport {
  readonly files: number;
  /** Those that were there already, with the same bytes. */
  readonly wereThere: number;
  readonly bytes: number;
  /** Those that stay because they are not ours. */
  readonly left: number;
}

/** What changes while it is moved is moved again, so often. */
const mostPasses = 3;

/**
 * @throws what either store says, or OtherBytes where bytes differ; the source has every file then that
 * is not whole at its new place.
 */
export async function moveStore(ports: MoveStorePorts): Promise<MoveStoreReport> {
  // What a kill left on its way.
  await rm(ports.transitDir, { recursive: true, force: true });
  await makeFolder(ports.transitDir);
  let report: MoveStoreReport = { files: 0, wereThere: 0, bytes: 0, left: 0 };
  for (let pass = 1; ; pass += 1) {
    const { brought, wereThere, bytes, left, damaged } = await bringAll(ports);
    const changed: string[] = [];
    for (const { name, version } of brought) {
      if ((await ports.from.stat(name))?.version === version) await ports.from.remove(name);
      else changed.push(name);
    }
    report = {
      files: report.files + brought.length - changed.length,
      wereThere: report.wereThere + wereThere,
      bytes: report.bytes + bytes,
      left,
    };
    const [name] = changed;
    if (name === undefined) {
      const [first, ...others] = damaged;
      if (first === undefined) break;
      throw new OtherBytes(others.length === 0 ? first : `${first} (+${String(others.length)})`);
    }
    if (pass === mostPasses) throw new OtherBytes(name);
  }
  await rm(ports.transitDir, { recursive: true, force: true });
  return report;
}

interface Brought {
  readonly name: string;
  /** As it was before it was read. */
  readonly version: string;
}

async function bringAll(ports: MoveStorePorts): Promise<{
  readonly brought: readonly Brought[];
  readonly wereThere: number;
  readonly bytes: number;
  readonly left: number;
  /** Have not the bytes that the library knows; left where they are, and no other has to wait for them. */
  readonly damaged: readonly string[];
}> {
  const { from, to, transitDir, isOurs, sha256Of, onFile } = ports;
  const brought: Brought[] = [];
  const damaged: string[] = [];
  let wereThere = 0;
  let bytes = 0;
  let left = 0;
  for (const folder of storeFolders) {
    for await (const { name, sizeBytes } of from.list(folder)) {
      if (/\.(part|part\.json|tmp)$/.test(name)) continue; // the download queue's own
      if (isOurs?.(name) === false) {
        left += 1;
        continue;
      }
      const facts = await orDamage(from.stat(name));
      const fetched = facts === null || facts instanceof OtherBytes ? facts : await fetchFile(from, name, transitDir);
      if (facts === null || fetched === null) continue; // removed meanwhile
      if (facts instanceof OtherBytes || fetched instanceof OtherBytes) {
        damaged.push(name);
        continue;
      }
      const known = sha256Of?.(name) ?? fetched.sha256;
      if (known !== fetched.sha256) {
        damaged.push(name);
        await rm(fetched.file, { force: true });
        continue;
      }
      if ((await hashOf(to, name)) === fetched.sha256) {
        wereThere += 1;
        await rm(fetched.file, { force: true });
      } else {
        // What is there has other bytes, maybe under the hash of these.
        await to.put(fetched, name, true);
        if ((await hashOf(to, name)) !== fetched.sha256) throw new OtherBytes(name);
      }
      brought.push({ name, version: facts.version });
      bytes += sizeBytes;
      onFile(name, sizeBytes);
    }
  }
  return { brought, wereThere, bytes, left, damaged };
}

async function fetchFile(
  from: VideoStore,
  name: string,
  transitDir: string,
): Promise<FinishedFile | null | OtherBytes> {
  const stream = await orDamage(from.open(name));
  if (stream === null || stream instanceof OtherBytes) return stream;
  const file = path.join(transitDir, `${randomUUID()}.tmp`);
  const hash = createHash('sha256');
  let sizeBytes = 0;
  stream.on('data', (chunk: Buffer) => {
    hash.update(chunk);
    sizeBytes += chunk.length;
  });
  await pipeline(stream, createWriteStream(file, { mode: 0o600 }));
  const handle = await open(file, 'r+');
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
  return { file, sizeBytes, sha256: hash.digest('hex') };
}

async function hashOf(store: VideoStore, name: string): Promise<string | null> {
  const stream = await orDamage(store.open(name));
  return stream === null || stream instanceof OtherBytes ? null : sha256Of(stream);
}
