/** Files that a page without paths brings for an order: kept until they are uploaded, and some days after. */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { InboxError } from '../../common/errors.ts';
import { sourceTexts } from '../../common/texts/en-sources.ts';
import { isErrno } from '../storage/durable-files.ts';

export interface BroughtSourcesPorts {
  readonly folder: string;
  /** Of the disk that holds the folder's parent. */
  readonly freeBytes: () => Promise<number>;
  /** So much of the disk stays free. */
  readonly reserveBytes: () => number;
  readonly nowMs: () => number;
  /** All of them together; default 8 GiB. */
  readonly mostBytes?: number;
}

export interface BroughtSources {
  /** @returns where the file lies. @throws InboxError where there is no room for it. */
  bring(name: string, bytes: AsyncIterable<Uint8Array>): Promise<string>;
  /** Removes what is too old, also what a kill has left half. */
  sweep(): Promise<void>;
}

/** So long an order may be made again from the same file. */
const keptMs = 3 * 86_400_000;
/** A younger one is most likely still to be ordered with: it makes no room for others. */
const youngMs = 3_600_000;
/** No provider takes a larger one. */
const mostBytesOfOne = 2 * 1024 ** 3;
const usualMostBytes = 8 * 1024 ** 3;
const lookEveryBytes = 16 * 1024 ** 2;

export function createBroughtSources(ports: BroughtSourcesPorts): BroughtSources {
  const { folder, freeBytes, reserveBytes, nowMs, mostBytes = usualMostBytes } = ports;
  /** Bytes of what is being written now, by its folder. */
  const coming = new Map<string, number>();

  async function sweep(): Promise<void> {
    for (const { dir, modifiedMs } of await kept()) {
      if (nowMs() - modifiedMs > keptMs) await rm(dir, { recursive: true, force: true });
    }
  }

  /** Makes room for what is coming; the oldest goes first. @throws InboxError */
  async function makeRoom(): Promise<void> {
    const here = (await kept()).sort((a, b) => a.modifiedMs - b.modifiedMs);
    let total = here.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    for (const size of coming.values()) total += size;
    for (const { dir, sizeBytes, modifiedMs } of here) {
      if (total <= mostBytes || nowMs() - modifiedMs < youngMs) break;
      await rm(dir, { recursive: true, force: true });
      total -= sizeBytes;
    }
    if (total > mostBytes) throw new InboxError('too-large', sourceTexts.tooMuch);
    if ((await freeBytes()) < reserveBytes()) throw new InboxError('storage-failed', sourceTexts.diskFull);
  }

  async function kept() {
    const found: { dir: string; sizeBytes: number; modifiedMs: number }[] = [];
    for (const name of await readdir(folder).catch(() => [])) {
      const dir = path.join(folder, name);
      if (coming.has(dir)) continue;
      const facts = await stat(dir).catch(() => null);
      if (facts === null) continue;
      let sizeBytes = 0;
      for (const file of await readdir(dir).catch(() => [])) {
        sizeBytes += (await stat(path.join(dir, file)).catch(() => null))?.size ?? 0;
      }
      found.push({ dir, sizeBytes, modifiedMs: facts.mtimeMs });
    }
    return found;
  }

  async function* counted(dir: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    let size = 0;
    let looked = 0;
    for await (const chunk of bytes) {
      size += chunk.length;
      if (size > mostBytesOfOne) throw new InboxError('too-large', sourceTexts.tooLarge);
      coming.set(dir, size);
      if (size > looked) {
        looked = size + lookEveryBytes;
        await makeRoom();
      }
      yield chunk;
    }
    await makeRoom();
  }

  return {
    sweep,
    async bring(name, bytes) {
      await sweep();
      const dir = path.join(folder, randomUUID());
      coming.set(dir, 0);
      const file = path.join(dir, safeName(name));
      try {
        await mkdir(dir, { recursive: true, mode: 0o700 });
        await pipeline(Readable.from(counted(dir, bytes)), createWriteStream(file, { mode: 0o600 }));
        return file;
      } catch (error) {
        await rm(dir, { recursive: true, force: true });
        if (!isErrno(error, ['ENOSPC', 'EDQUOT'])) throw error;
        throw new InboxError('storage-failed', sourceTexts.diskFull, { cause: error });
      } finally {
        coming.delete(dir);
      }
    },
  };
}

/** Removes such a file once nobody needs it any more; any other file is not touched. @param folder where they are kept. */
export async function forgetBrought(folder: string, file: string): Promise<void> {
  const dir = path.dirname(path.resolve(file));
  if (path.dirname(dir) === path.resolve(folder)) await rm(dir, { recursive: true, force: true });
}

/** Its ending tells what it is; the rest is for the person's eyes. */
function safeName(name: string): string {
  const base = name.replaceAll(/[^\w.-]+/g, '_').replace(/^\.+/, '');
  return base === '' ? 'source' : base.slice(-80);
}
