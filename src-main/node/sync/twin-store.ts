/** The store of a copy: what is not here yet is brought from the inbox elsewhere when someone opens it, and kept. */
import { createHash, randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Log } from '../log/log.ts';
import { makeFolder } from '../storage/durable-files.ts';
import type { VideoStore } from '../video-store/video-store.ts';
import type { TwinClient } from './twin-client.ts';

export interface KnownFile {
  readonly sha256: string;
  readonly sizeBytes: number;
}

export interface TwinStore {
  readonly store: VideoStore;
  /** A file that the other has, by its name here. */
  know(key: string, name: string, file: KnownFile): void;
  /** The task left the library, and its files leave the disk. */
  forget(key: string): Promise<void>;
  /** Brings it where it is not here. @returns false where that did not work this time. */
  bring(name: string): Promise<boolean>;
  close(): void;
}

const tries = 5;

export function createTwinStore(root: string, disk: VideoStore, client: TwinClient, log: Log): TwinStore {
  const known = new Map<string, KnownFile>();
  const names = new Map<string, Set<string>>();
  const bringing = new Map<string, Promise<boolean>>();
  const closing = new AbortController();
  const fileOf = (name: string): KnownFile | undefined => known.get(name.replace(/^trash\//, ''));

  async function fetchTo(file: string, { sha256, sizeBytes }: KnownFile): Promise<void> {
    const hash = createHash('sha256');
    let size = 0;
    const handle = await open(file, 'wx', 0o600);
    try {
      for (let n = 1; size < sizeBytes; n += 1) {
        try {
          for await (const chunk of await client.media(sha256, size, closing.signal)) {
            size += chunk.length;
            if (size > sizeBytes) throw new RangeError(`more than ${String(sizeBytes)} bytes came`);
            await handle.writeFile(chunk);
            hash.update(chunk);
          }
          if (size < sizeBytes) throw new Error('it broke off');
        } catch (error) {
          if (n >= tries || closing.signal.aborted || error instanceof RangeError) throw error;
        }
      }
      await handle.datasync();
    } finally {
      await handle.close();
    }
    if (hash.digest('hex') !== sha256) throw new Error('it came with other bytes than its hash says');
  }

  async function bringNow(name: string, file: KnownFile): Promise<boolean> {
    if ((await disk.stat(name)) !== null) return true;
    const temporary = path.join(root, 'videos', `${randomUUID()}.tmp`);
    try {
      await makeFolder(path.dirname(temporary));
      await fetchTo(temporary, file);
      await disk.put({ file: temporary, ...file }, name);
      return true;
    } catch (error) {
      if (!closing.signal.aborted) log.warn({ error, name }, 'a video could not be brought from the inbox elsewhere');
      await rm(temporary, { force: true });
      return false;
    }
  }

  function bring(name: string): Promise<boolean> {
    const file = fileOf(name);
    if (file === undefined) return Promise.resolve(false);
    const running = bringing.get(name) ?? bringNow(name, file).finally(() => bringing.delete(name));
    bringing.set(name, running);
    return running;
  }

  return {
    know(key, name, file) {
      known.set(name, file);
      names.set(key, (names.get(key) ?? new Set()).add(name));
    },
    async forget(key) {
      for (const name of names.get(key) ?? []) {
        known.delete(name);
        await disk.remove(name);
        await disk.remove(`trash/${name}`);
      }
      names.delete(key);
    },
    bring,
    close: () => closing.abort(),
    store: {
      ...disk,
      async stat(name) {
        const here = await disk.stat(name);
        // One place is enough: whoever asks for the other one as well finds nothing there.
        const file = here === null && !name.startsWith('trash/') ? fileOf(name) : undefined;
        if (file === undefined) return here;
        return { sizeBytes: file.sizeBytes, version: file.sha256.slice(0, 16), modifiedAt: new Date(0) };
      },
      placeOf: async (name) => ((await disk.stat(name)) === null ? null : disk.placeOf(name)),
      async open(name, range) {
        const here = await disk.open(name, range);
        return here === null && (await bring(name)) ? disk.open(name, range) : here;
      },
    },
  };
}
