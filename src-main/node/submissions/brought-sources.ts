/** Files that a page without paths brings for an order: kept until they are uploaded, and some days after. */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { InboxError } from '../../common/errors.ts';

/** So long an order may be made again from the same file. */
const keptMs = 3 * 86_400_000;
/** No provider takes a larger one. */
const mostBytes = 2 * 1024 ** 3;

/** @returns where the file lies. @throws InboxError where it is too large. */
export async function bringSource(folder: string, name: string, bytes: AsyncIterable<Uint8Array>): Promise<string> {
  await removeOld(folder);
  const dir = path.join(folder, randomUUID());
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const file = path.join(dir, safeName(name));
  let size = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      size += chunk.length;
      if (size > mostBytes) throw new InboxError('too-large', 'This file has more than 2 GiB; no provider takes it.');
      yield chunk;
    }
  }
  try {
    await pipeline(Readable.from(counted()), createWriteStream(file, { mode: 0o600 }));
    return file;
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}

/** Its ending tells what it is; the rest is for the person's eyes. */
function safeName(name: string): string {
  const base = name.replaceAll(/[^\w.-]+/g, '_').replace(/^\.+/, '');
  return base === '' ? 'source' : base.slice(-80);
}

async function removeOld(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const dir = path.join(folder, name);
    const found = await stat(dir).catch(() => null);
    if (found !== null && Date.now() - found.mtimeMs > keptMs) await rm(dir, { recursive: true, force: true });
  }
}
