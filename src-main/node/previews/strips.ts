/**
 * Filmstrips for hovering: one picture with 5 by 5 frames of a film, made by a page and kept under the film's hash. A
 * cache and nothing else: bounded, may be removed at any time, and is made again. So no event tells of it.
 */
import { InboxError } from '../../common/errors.ts';
import type { Video } from '../../common/model.ts';
import { libraryTexts } from '../../common/texts/en-library.ts';
import type { Log } from '../log/log.ts';
import type { PlacedFile } from '../video-store/file-places.ts';
import type { VideoStore } from '../video-store/video-store.ts';

export interface Strips {
  /** Its name in the store, where it is there. */
  nameOf(video: Video): string | null;
  /** Also one that another machine made since the start, on a shelf that they share. */
  find(video: Video): Promise<PlacedFile | null>;
  /** @throws InboxError `bad-request` for anything but a JPEG that is small enough. */
  save(video: Video, bytes: Buffer): Promise<void>;
  /** @returns how many there were. */
  clear(): Promise<number>;
  /** They are looked for no more. */
  close(): void;
}

/** Raised with the way they are made: others are not found any more, and are removed. */
const recipe = 1;
/** Below it everything may be removed. */
export const stripsFolder = 'posters/strips/';
const folder = `${stripsFolder}${String(recipe)}/`;
const againMs = 30_000;
const mostBytesEach = 1024 * 1024;
const mostBytes = 1024 * 1024 * 1024;

export function createStrips(store: VideoStore, log: Log, limitBytes = mostBytes): Strips {
  /** Sizes by hash, the oldest first as far as that is known. */
  const sizes = new Map<string, number>();
  let total = 0;

  const nameFor = (sha256: string): string => `${folder}${sha256}.jpg`;

  function note(sha256: string, size: number): void {
    total += size - (sizes.get(sha256) ?? 0);
    sizes.delete(sha256);
    sizes.set(sha256, size);
  }

  async function forget(sha256: string): Promise<void> {
    total -= sizes.get(sha256) ?? 0;
    sizes.delete(sha256);
    await store.remove(nameFor(sha256));
  }

  async function load(): Promise<void> {
    for await (const { name, sizeBytes } of store.list(stripsFolder.slice(0, -1))) {
      const sha256 = /^([0-9a-f]{64})\.jpg$/.exec(name.slice(folder.length))?.[1];
      if (name.startsWith(folder) && sha256 !== undefined) note(sha256, sizeBytes);
      else await store.remove(name);
    }
  }
  let loading: Promise<unknown> = Promise.resolve();
  let again: NodeJS.Timeout | undefined;
  /** A shelf that is away at the start has them all the same: each would be made again, of its whole film. */
  function begin(): void {
    loading = load().catch((error: unknown) => {
      log.warn({ error }, 'the filmstrips that are here could not be listed yet');
      again = setTimeout(begin, againMs).unref();
    });
  }
  begin();

  return {
    nameOf: ({ sha256 }) => (sha256 !== null && sizes.has(sha256) ? nameFor(sha256) : null),
    async find({ sha256 }) {
      await loading;
      if (sha256 === null) return null;
      const name = nameFor(sha256);
      const isKnown = sizes.has(sha256);
      if (!isKnown && store.localPath(name) !== null) return null;
      const facts = await store.stat(name);
      if (facts === null) {
        // Removed by hand: the next page makes it again.
        if (isKnown) await forget(sha256);
        return null;
      }
      if (!isKnown) note(sha256, facts.sizeBytes);
      return { name, facts, open: (range) => store.open(name, range) };
    },
    async save({ sha256 }, bytes) {
      await loading;
      const isJpeg = bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]));
      if (sha256 === null || !isJpeg || bytes.length > mostBytesEach) {
        throw new InboxError('bad-request', libraryTexts.noStrip);
      }
      await store.write(nameFor(sha256), bytes);
      note(sha256, bytes.length);
      for (const oldest of sizes.keys()) {
        if (total <= limitBytes || oldest === sha256) break;
        await forget(oldest);
      }
    },
    async clear() {
      await loading;
      const all = [...sizes.keys()];
      for (const sha256 of all) await forget(sha256);
      return all.length;
    },
    close: () => clearTimeout(again),
  };
}
