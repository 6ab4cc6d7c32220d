/**
 * A store elsewhere over the disk of this machine: what is new goes to the one elsewhere, and what still lies here is
 * found all the same, until `video-inbox store move` has brought it there.
 */
import type { VideoStore } from './video-store.ts';

/** What lies here can be had while the one elsewhere does not answer. */
async function first<T>(elsewhere: Promise<T | null>, here: () => Promise<T | null>): Promise<T | null> {
  try {
    const found = await elsewhere;
    if (found !== null) return found;
  } catch (error) {
    const found = await here();
    if (found === null) throw error;
    return found;
  }
  return here();
}

export function createLayeredStore(elsewhere: VideoStore, here: VideoStore): VideoStore {
  return {
    put: (file, name, isAnew) => elsewhere.put(file, name, isAnew),
    write: (name, content) => elsewhere.write(name, content),
    stat: (name) => first(elsewhere.stat(name), () => here.stat(name)),
    open: (name, range) => first(elsewhere.open(name, range), () => here.open(name, range)),
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
  };
}
