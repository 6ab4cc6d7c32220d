/**
 * Saved videos and inputs by the SHA-256 of their bytes: for twins that ask for some, for films that are here already, and
 * so that equal bytes lie on the disk once. Made from the library when it is first asked, and kept from then on.
 */
import type { Task } from '../../common/model.ts';
import { takingTurns } from '../in-turns.ts';
import type { FilePlaces, PlacedFile } from '../video-store/file-places.ts';
import type { Library } from './library.ts';

export interface FilesByHash {
  /** Those with these bytes that are there, the newest first. */
  find(sha256: string): AsyncIterable<PlacedFile>;
  /** Key of a task with a saved video of these bytes, of one in the trash only where no other has it; `null` where there is none. */
  holderOf(sha256: string): Promise<string | null>;
  /** A saved video of these bytes whose file is not there any more, `n` from 1; `null` where none is missing. */
  missing(sha256: string): Promise<{ readonly key: string; readonly n: number } | null>;
  close(): void;
}

export function createFilesByHash(
  library: Pick<Library, 'get' | 'newestFirst' | 'onChange'>,
  places: Pick<FilePlaces, 'find'>,
): FilesByHash {
  /** Of a hundred thousand films: the beginning of the hash, and the key, which the library has anyway. */
  const keys = new Map<number, string | readonly string[]>();
  const keysOf = (sha256: string): readonly string[] => [keys.get(shortened(sha256)) ?? []].flat();

  function add({ key, videos, sources = [] }: Task): void {
    for (const { sha256, path } of [...videos, ...sources]) {
      if (sha256 === null || path === null) continue;
      const known = keysOf(sha256);
      if (known.includes(key)) continue;
      keys.set(shortened(sha256), known.length === 0 ? key : [...known, key]);
    }
  }

  const stop = library.onChange((change) => {
    const { type } = change.event;
    if ((type === 'video-saved' || type === 'source-saved') && change.task !== null) add(change.task);
  });
  let reading: Promise<void> | null = null;

  async function readAll(): Promise<void> {
    for await (const task of takingTurns(library.newestFirst())) add(task);
  }

  /** One by one, for thousands may have the same film. Tasks leave, and files are saved anew: that is seen here. */
  async function* holdersOf(sha256: string): AsyncGenerator<Task, void> {
    reading ??= readAll();
    await reading;
    for await (const key of takingTurns(keysOf(sha256))) {
      const task = library.get(key);
      if (task !== undefined) yield task;
    }
  }

  return {
    async *find(sha256) {
      for await (const task of holdersOf(sha256)) {
        for (const { path, sha256: known } of [...task.videos, ...(task.sources ?? [])]) {
          if (known !== sha256 || path === null) continue;
          const file = await places.find(task, path);
          if (file !== null) yield file;
        }
      }
    },
    async holderOf(sha256) {
      let inTrash: string | null = null;
      for await (const { key, videos, trashedAt } of holdersOf(sha256)) {
        if (!videos.some((video) => video.state === 'saved' && video.sha256 === sha256)) continue;
        if (trashedAt === null) return key;
        inTrash ??= key;
      }
      return inTrash;
    },
    async missing(sha256) {
      for await (const task of holdersOf(sha256)) {
        for (const [at, { state, path, sha256: known }] of task.videos.entries()) {
          const isMeant = state === 'saved' && known === sha256 && path !== null && task.trashedAt === null;
          if (isMeant && (await places.find(task, path)) === null) return { key: task.key, n: at + 1 };
        }
      }
      return null;
    },
    close: stop,
  };
}

function shortened(sha256: string): number {
  return Number.parseInt(sha256.slice(0, 12), 16);
}
