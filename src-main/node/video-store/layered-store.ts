/**
 * A store elsewhere over the disk of this machine: what is new goes to the one elsewhere, and what still lies here is
 * found all the same, until `bringUp` or `video-inbox store move` has brought it there.
 */
import { copyFile, link, rm } from 'node:fs/promises';
import { isErrno } from '../storage/durable-files.ts';
import { sha256Of } from '../storage/file-hash.ts';
import type { DiskBeneath, VideoStore } from './video-store.ts';

export function createLayeredStore(elsewhere: VideoStore, here: VideoStore): VideoStore & DiskBeneath {
  /** What has left this disk in this run: who looked elsewhere before, and here behind that, looks once more. */
  const broughtUp = new Set<string>();

  /** What lies here can be had while the one elsewhere does not answer. */
  async function first<T>(name: string, ask: (store: VideoStore) => Promise<T | null>): Promise<T | null> {
    try {
      const found = await ask(elsewhere);
      if (found !== null) return found;
    } catch (error) {
      const found = await ask(here);
      if (found === null) throw error;
      return found;
    }
    return (await ask(here)) ?? (broughtUp.has(name) ? ask(elsewhere) : null);
  }

  const hashOf = async (store: VideoStore, name: string): Promise<string | null> => {
    const stream = await store.open(name);
    return stream === null ? null : sha256Of(stream);
  };

  return {
    put: (file, name, isAnew) => elsewhere.put(file, name, isAnew),
    write: (name, content) => elsewhere.write(name, content),
    stat: (name) => first(name, (store) => store.stat(name)),
    open: (name, range) => first(name, (store) => store.open(name, range)),
    async move(pairs) {
      await elsewhere.move(pairs);
      await here.move(pairs);
    },
    async remove(name) {
      await elsewhere.remove(name);
      await here.remove(name);
    },
    async *list(folder) {
      const listed = new Set<string>();
      for await (const file of elsewhere.list(folder)) {
        listed.add(file.name);
        yield file;
      }
      for await (const file of here.list(folder)) if (!listed.has(file.name)) yield file;
    },
    localPath: () => null,
    placeOf: async (name) =>
      (await elsewhere.placeOf(name)) ?? ((await here.stat(name)) === null ? null : here.placeOf(name)),
    holds: async (name) =>
      (await elsewhere.stat(name)) === null
        ? (await here.stat(name)) !== null
        : (await elsewhere.holds?.(name)) !== false,
    bringBack: async (name) => (await elsewhere.bringBack?.(name)) ?? false,
    sweep: async (olderThanMs) => (await elsewhere.sweep?.(olderThanMs)) ?? 0,
    leave: async (library) => (await elsewhere.leave?.(library)) ?? true,
    isOfOne: async (library) => (await elsewhere.isOfOne?.(library)) ?? true,
    sweepRemoved: async (olderThanMs, signal) => (await elsewhere.sweepRemoved?.(olderThanMs, signal)) ?? 0,
    beneath: (folder) => here.list(folder),
    async bringUp(name, to, sha256) {
      const before = await here.stat(name);
      const file = here.localPath(name);
      if (before === null || file === null) return 'gone';
      const isNamed = (await elsewhere.stat(to)) !== null;
      // A picture or a sidecar that was made anew elsewhere.
      if (isNamed && sha256 === null) {
        await here.remove(name);
        return 'brought';
      }
      const own = await hashOf(here, name);
      if (own === null) return 'gone';
      if (sha256 !== null && own !== sha256) return 'differs';
      if (isNamed && (await elsewhere.holds?.(to)) !== false && (await hashOf(elsewhere, to)) !== own) return 'differs';
      // The bytes under a name of their own: whoever takes the file away meanwhile does not end it.
      const bytes = `${file}.tmp`;
      try {
        await rm(bytes, { force: true });
        await link(file, bytes).catch(() => copyFile(file, bytes));
        await elsewhere.put({ file: bytes, sizeBytes: before.sizeBytes, sha256: own }, to);
      } catch (error) {
        if (isErrno(error, ['ENOENT'])) return 'gone';
        throw error;
      } finally {
        await rm(bytes, { force: true });
      }
      broughtUp.add(name);
      await here.remove(name);
      return 'brought';
    },
  };
}
