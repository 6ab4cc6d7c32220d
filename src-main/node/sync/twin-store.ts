/** The store of a copy: what is not here yet is brought from the inbox elsewhere when someone opens it, and kept. */
import { createHash } from 'node:crypto';
import { open, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { InboxError } from '../../common/errors.ts';
import type { Log } from '../log/log.ts';
import { freeBytes } from '../storage/free-bytes.ts';
import { makeFolder } from '../storage/durable-files.ts';
import type { VideoStore } from '../video-store/video-store.ts';
import type { TwinClient } from './twin-client.ts';

export interface KnownFile {
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** `not there`: the other has it not, or other bytes. `away`: it did not work this time. */
export type Brought = 'here' | 'not there' | 'away';

export interface TwinStore {
  readonly store: VideoStore;
  /** A file that the other has, by its name here. */
  know(key: string, name: string, file: KnownFile): void;
  isKnown(name: string): boolean;
  /**
   * The task left the library, and its files leave the disk. What is known of it from now on is another one's of its name.
   * @param behind is waited for before that.
   */
  forget(key: string, behind?: Promise<unknown> | null): Promise<void>;
  /** Brings it where it is not here. @param reserveBytes so much of the disk stays free */
  bring(name: string, reserveBytes: number): Promise<Brought>;
  /** Removes what was half brought of files that are not known any more. */
  sweep(): Promise<void>;
  close(): void;
}

const tries = 5;
const againMs = 500;
/** What is done here must be stored still. */
const spareBytes = 1024 * 1024;
/** Of this build, and of those before 28 November 2026. */
const temporaryPattern = /^(?:[\da-f]{40}|[\da-f]{8}-[\da-f-]{27})\.tmp$/;

class OtherBytes extends Error {}

function isNotThere(error: unknown): boolean {
  return error instanceof OtherBytes || (error instanceof InboxError && error.code === 'not-found');
}

function isOfDisk(error: unknown): boolean {
  return error instanceof Error && 'errno' in error && 'syscall' in error && error.syscall === 'write';
}

/** The same after a start, so that it goes on; never that of another file. */
function temporaryName(name: string, { sha256 }: KnownFile): string {
  return `${createHash('sha256').update(`${name}\n${sha256}`).digest('hex').slice(0, 40)}.tmp`;
}

export function createTwinStore(root: string, disk: VideoStore, client: TwinClient, log: Log): TwinStore {
  const known = new Map<string, KnownFile>();
  const names = new Map<string, Set<string>>();
  const bringing = new Map<string, Promise<Brought>>();
  /** Names whose files leave the disk just now, out of the trash as well. */
  const leaving = new Map<string, Promise<void>>();
  const folder = path.join(root, 'videos');
  const closing = new AbortController();
  const nameOf = (place: string): string => place.replace(/^trash\//, '');
  const fileOf = (place: string): KnownFile | undefined => known.get(nameOf(place));

  /** What came before the program ended is gone on with. */
  async function fetchTo(file: string, { sha256, sizeBytes }: KnownFile, isWanted: () => boolean): Promise<void> {
    const hash = createHash('sha256');
    let size = 0;
    const handle = await open(file, 'a+', 0o600);
    try {
      if ((await handle.stat()).size > sizeBytes) await handle.truncate(0);
      for await (const chunk of handle.createReadStream({ start: 0, autoClose: false }) as AsyncIterable<Buffer>) {
        size += chunk.length;
        hash.update(chunk);
      }
      for (let failed = 0; size < sizeBytes;) {
        const before = size;
        try {
          for await (const chunk of await client.media(sha256, size, closing.signal)) {
            if (!isWanted()) throw new OtherBytes('its task has left meanwhile');
            size += chunk.length;
            if (size > sizeBytes) throw new OtherBytes(`more than ${String(sizeBytes)} bytes came`);
            await handle.appendFile(chunk);
            hash.update(chunk);
          }
          if (size < sizeBytes) throw new Error('it broke off');
        } catch (error) {
          failed = size > before ? 1 : failed + 1;
          const isOver = closing.signal.aborted || isNotThere(error) || isOfDisk(error) || size === 0;
          if (failed >= tries || isOver) throw error;
          await pause(againMs * failed, undefined, { signal: closing.signal });
        }
      }
      await handle.datasync();
    } finally {
      await handle.close();
    }
    if (hash.digest('hex') !== sha256) throw new OtherBytes('it came with other bytes than its hash says');
  }

  /** Else each try would bring as much of it as there is room, for nothing. */
  async function requireRoom(temporary: string, { sizeBytes }: KnownFile, reserveBytes: number): Promise<void> {
    const before = await stat(temporary).catch(() => null);
    const free = await freeBytes(folder);
    if (sizeBytes - (before?.size ?? 0) + reserveBytes > free) throw new Error('the disk has no room for it');
  }

  async function bringNow(name: string, file: KnownFile, reserveBytes: number): Promise<Brought> {
    const temporary = path.join(folder, temporaryName(name, file));
    try {
      await leaving.get(nameOf(name));
      if ((await disk.stat(name)) !== null) return 'here';
      await makeFolder(folder);
      await requireRoom(temporary, file, reserveBytes);
      await fetchTo(temporary, file, () => fileOf(name) !== undefined);
      await disk.put({ file: temporary, ...file }, name);
      return 'here';
    } catch (error) {
      if (closing.signal.aborted) return 'away';
      log.warn({ error, name }, 'a video could not be brought from the inbox elsewhere');
      // Of a disk that is full it would take the rest.
      if (error instanceof OtherBytes || isOfDisk(error)) await rm(temporary, { force: true });
      return isNotThere(error) ? 'not there' : 'away';
    }
  }

  function bring(name: string, reserveBytes: number): Promise<Brought> {
    const file = fileOf(name);
    if (file === undefined) return Promise.resolve('not there');
    const running = bringing.get(name) ?? bringNow(name, file, reserveBytes).finally(() => bringing.delete(name));
    bringing.set(name, running);
    return running;
  }

  async function removeFile(name: string, file: KnownFile | undefined): Promise<void> {
    if (file !== undefined) await rm(path.join(folder, temporaryName(name, file)), { force: true });
    await disk.remove(name);
    await disk.remove(`trash/${name}`);
  }

  return {
    know(key, name, file) {
      known.set(name, file);
      names.set(key, (names.get(key) ?? new Set()).add(name));
    },
    isKnown: (name) => fileOf(name) !== undefined,
    async forget(key, behind = null) {
      const gone = [...(names.get(key) ?? [])].map((name) => ({ name, file: known.get(name) }));
      // At once: the task may be told anew before its files have left.
      names.delete(key);
      for (const { name } of gone) known.delete(name);
      const all = gone.map(({ name, file }) => {
        // What is on its way would have its name behind all this.
        const before = [behind, leaving.get(name), bringing.get(name), bringing.get(`trash/${name}`)];
        const removal = Promise.all(before.map((each) => Promise.resolve(each)))
          .then(() => removeFile(name, file))
          .finally(() => {
            if (leaving.get(name) === removal) leaving.delete(name);
          });
        leaving.set(name, removal);
        return removal;
      });
      await Promise.all(all);
    },
    bring,
    async sweep() {
      const wanted = new Set([...known].map(([name, file]) => temporaryName(name, file)));
      const found = await readdir(folder).catch(() => []);
      const left = found.filter((name) => temporaryPattern.test(name) && !wanted.has(name));
      for (const name of left) await rm(path.join(folder, name), { force: true });
    },
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
      isElsewhere: async (name) => fileOf(name) !== undefined && (await disk.stat(name)) === null,
      placeOf: async (name) => ((await disk.stat(name)) === null ? null : disk.placeOf(name)),
      async open(name, range) {
        // What could not leave is told to whoever had it removed.
        await leaving.get(nameOf(name))?.catch(() => undefined);
        const here = await disk.open(name, range);
        return here === null && (await bring(name, spareBytes)) === 'here' ? disk.open(name, range) : here;
      },
    },
  };
}
