/** A copy that does not run just now. */
import { existsSync } from 'node:fs';
import type { DataDir } from '../data-dir.ts';
import { takingTurns } from '../in-turns.ts';
import type { Library } from '../projections/library.ts';
import type { VideoStore } from '../video-store/video-store.ts';
import { openTwinState, type TwinState } from './twin-state.ts';

/** What it knows of the inbox that it is a copy of; `null` where it is an inbox of its own. */
export async function stoppedCopy({ twinFile }: DataDir): Promise<TwinState | null> {
  const { data } = existsSync(twinFile) ? await openTwinState(twinFile) : { data: null };
  return data?.isCopy === true ? data : null;
}

/** Its disk, and what comes from elsewhere once it runs. */
export async function storeOfCopy(
  { onlyHere, own }: TwinState,
  disk: VideoStore,
  library: Pick<Library, 'newestFirst'>,
): Promise<VideoStore> {
  const here = new Set([...onlyHere, ...own]);
  const there = new Map<string, number>();
  for await (const { key, videos } of takingTurns(library.newestFirst())) {
    if (here.has(key)) continue;
    for (const { path, sizeBytes } of videos) if (path !== null && sizeBytes !== null) there.set(path, sizeBytes);
  }
  return {
    ...disk,
    async stat(name) {
      const sizeBytes = there.get(name);
      const onDisk = await disk.stat(name);
      return onDisk !== null || sizeBytes === undefined ? onDisk : { sizeBytes, version: '-', modifiedAt: new Date(0) };
    },
    isElsewhere: async (name) => there.has(name) && (await disk.stat(name)) === null,
  };
}
