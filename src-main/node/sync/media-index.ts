/** Saved videos and inputs by the SHA-256 of their bytes. */
import type { Task } from '../../common/model.ts';
import type { Library } from '../projections/library.ts';
import type { FilePlaces, PlacedFile } from '../video-store/file-places.ts';

export interface MediaIndex {
  /** `null` where no task of the library has such a file, or it is not there. */
  find(sha256: string): Promise<PlacedFile | null>;
  close(): void;
}

/** So long the library is read in one turn of the loop. */
const turnMs = 5;

interface Place {
  readonly key: string;
  readonly path: string;
}

export function createMediaIndex(
  library: Pick<Library, 'get' | 'newestFirst' | 'onChange'>,
  places: Pick<FilePlaces, 'find'>,
): MediaIndex {
  const byHash = new Map<string, Place[]>();
  function add({ key, videos, sources = [] }: Task): void {
    for (const { sha256, path } of [...videos, ...sources]) {
      if (sha256 === null || path === null) continue;
      const known = byHash.get(sha256) ?? [];
      if (known.some((place) => place.key === key && place.path === path)) continue;
      byHash.set(sha256, [...known, { key, path }]);
    }
  }
  const stop = library.onChange(({ event, task }) => {
    if ((event.type === 'video-saved' || event.type === 'source-saved') && task !== null) add(task);
  });
  let reading: Promise<void> | null = null;

  async function readAll(): Promise<void> {
    let turnBegan = performance.now();
    for (const task of library.newestFirst(({ head }) => head.videos.some(({ state }) => state === 'saved'))) {
      add(task);
      if (performance.now() - turnBegan < turnMs) continue;
      await new Promise((resolve) => setImmediate(resolve));
      turnBegan = performance.now();
    }
  }

  /** What is not what it was any more is seen here: tasks leave, and files are saved anew. */
  async function fileAt({ key, path }: Place, sha256: string): Promise<PlacedFile | null> {
    const task = library.get(key);
    const files = [...(task?.videos ?? []), ...(task?.sources ?? [])];
    if (task === undefined || !files.some((file) => file.path === path && file.sha256 === sha256)) return null;
    return places.find(task, path);
  }

  return {
    async find(sha256) {
      reading ??= readAll();
      await reading;
      for (const place of byHash.get(sha256) ?? []) {
        const file = await fileAt(place, sha256);
        if (file !== null) return file;
      }
      return null;
    },
    close: stop,
  };
}
