/** Lines that are only ever added, bounded: when a file is full the next one begins, and the one before the last is removed. */
import { appendFile, open, readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { isErrno, makeFolderIn } from '../../storage/durable-files.ts';

export interface Place {
  readonly file: number;
  readonly offset: number;
}

export interface Generations {
  lines(): Promise<readonly string[]>;
  append(parts: readonly Buffer[]): Promise<readonly Place[]>;
  /** @returns `null` where that generation is gone. */
  read(file: number, offset: number, length: number): Promise<string | null>;
}

/** Files `<name>-<n>.ndjson`, of which the newest two are kept. */
export async function openGenerations(dir: string, name: string, limitBytes: number): Promise<Generations> {
  const fileAt = (n: number): string => path.join(dir, `${name}-${String(n)}.ndjson`);
  const found = (await readdir(dir).catch(() => [])).flatMap((file) => {
    const n = new RegExp(`^${name}-(\\d{1,9})\\.ndjson$`).exec(file)?.[1];
    return n === undefined ? [] : [Number(n)];
  });
  const kept = found.sort((a, b) => a - b);
  let current = kept.at(-1) ?? 1;
  let size: number | null = null;

  async function sizeNow(): Promise<number> {
    const handle = await open(fileAt(current), 'a', 0o600);
    try {
      return (await handle.stat()).size;
    } finally {
      await handle.close();
    }
  }

  return {
    async lines() {
      const texts = await Promise.all(
        kept.map((n) =>
          readFile(fileAt(n), 'utf8').catch((error: unknown) => {
            if (isErrno(error, ['ENOENT'])) return '';
            throw error;
          }),
        ),
      );
      return texts.flatMap((text) => text.split('\n')).filter((line) => line !== '');
    },
    async append(parts) {
      if (parts.length === 0) return [];
      await makeFolderIn(dir);
      let end = (size ??= await sizeNow());
      if (end >= limitBytes) {
        current += 1;
        await rm(fileAt(current - 2), { force: true });
        end = size = await sizeNow();
      }
      const places = parts.map((part) => {
        const place = { file: current, offset: end };
        end += part.length;
        return place;
      });
      size = null; // until it is known to be written
      await appendFile(fileAt(current), Buffer.concat(parts), { mode: 0o600 });
      size = end;
      return places;
    },
    async read(n, offset, length) {
      try {
        const handle = await open(fileAt(n), 'r');
        try {
          const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset);
          return bytesRead === length ? buffer.toString('utf8') : null;
        } finally {
          await handle.close();
        }
      } catch (error) {
        if (isErrno(error, ['ENOENT'])) return null;
        throw error;
      }
    },
  };
}
