/** Where the files of a task lie: under their names, or below `trash/` under the same names. */
import type { Readable } from 'node:stream';
import { InboxError } from '../../common/errors.ts';
import type { Task } from '../../common/model.ts';
import type { ByteRange, StoredFacts, VideoStore } from './video-store.ts';

/** A file of a task that is there. */
export interface PlacedFile {
  /** Its name in the store now. */
  readonly name: string;
  readonly facts: StoredFacts;
  /** `null` where it has gone meanwhile. */
  open(range?: ByteRange): Promise<Readable | null>;
}

export interface FilePlaces {
  /** `null` where it is not there. */
  find(task: Task, relative: string): Promise<PlacedFile | null>;
  /** Absolute path on this machine, whether it is there or not; `null` where the store is elsewhere. */
  localPath(task: Task, relative: string): string | null;
  /** Where a person finds it, see `VideoStore.placeOf`. */
  placeOf(task: Task, relative: string): Promise<string | null>;
  /** For each video of the task, in order; `null` also for what is not saved, and where the store does not answer. */
  placesOfVideos(task: Task): Promise<readonly (string | null)[]>;
  /** Relative path for display: below `trash/` while the task is there. */
  shown(task: Task, relative: string): string;
  /** Only looks. False also where its name is there, and the store has lost what that stands for. */
  isThere(task: Task, relative: string): Promise<boolean>;
  /** Gives the store what it lost and this machine still has, see `VideoStore.bringBack`: a film takes its time. */
  bringBack(task: Task, relative: string): Promise<boolean>;
  /** Whether a saved video is not on this disk any more. False where the store is elsewhere: each name would be a request. */
  isMissing(task: Task): Promise<boolean>;
  /** Each folder is synced once, at the end. Where a shelf elsewhere is away they stay, and are found there all the same. */
  moveToTrash(tasks: readonly Task[]): Promise<void>;
  moveBack(tasks: readonly Task[]): Promise<void>;
  /** Removes files of a task, see `filesOf`, in both places. @throws what one of them refused, once the others are gone */
  remove(files: readonly string[]): Promise<void>;
}

const inTrash = (relative: string): string => `trash/${relative}`;

export function createFilePlaces(store: VideoStore): FilePlaces {
  const shown = (task: Task, relative: string): string => (task.trashedAt === null ? relative : inTrash(relative));

  /**
   * The two names that it may have, the likely one first: a crash may have come between the event and the move, or the
   * other way round. And the likely one once more: a file that is moved just now goes from the second name, before that is
   * looked at, to the first, which was looked at.
   */
  const namesOf = (task: Task, relative: string): readonly string[] => {
    const likely = shown(task, relative);
    return [likely, likely === relative ? inTrash(relative) : relative, likely];
  };

  async function placeOf(task: Task, relative: string): Promise<string | null> {
    for (const name of namesOf(task, relative)) {
      const place = await store.placeOf(name);
      if (place !== null) return place;
    }
    return null;
  }

  async function find(task: Task, relative: string): Promise<PlacedFile | null> {
    for (const name of namesOf(task, relative)) {
      const facts = await store.stat(name);
      if (facts !== null) return { name, facts, open: (range) => open(task, relative, range) };
    }
    return null;
  }

  async function open(task: Task, relative: string, range?: ByteRange): Promise<Readable | null> {
    for (const name of namesOf(task, relative)) {
      const stream = await store.open(name, range);
      if (stream !== null) return stream;
    }
    return null;
  }

  const pairs = (tasks: readonly Task[]) => tasks.flatMap(filesOf).map((name) => ({ name, trash: inTrash(name) }));
  const move = (moves: Parameters<VideoStore['move']>[0]): Promise<void> => store.move(moves).catch(unlessAway);

  return {
    find,
    localPath: (task, relative) => store.localPath(shown(task, relative)),
    placeOf,
    placesOfVideos: (task) =>
      Promise.all(
        task.videos.map(({ state, path: file }) =>
          state !== 'saved' || file === null ? Promise.resolve(null) : placeOf(task, file).catch(() => null),
        ),
      ),
    shown,
    async isThere(task, relative) {
      for (const name of namesOf(task, relative)) {
        if (store.holds === undefined ? (await store.stat(name)) !== null : await store.holds(name)) return true;
      }
      return false;
    },
    async bringBack(task, relative) {
      const found = await find(task, relative);
      return found !== null && (await store.bringBack?.(found.name)) === true;
    },
    async isMissing(task) {
      for (const { state, path: file } of task.videos) {
        if (state !== 'saved' || file === null || store.localPath(file) === null) continue;
        if ((await find(task, file)) === null) return true;
      }
      return false;
    },
    moveToTrash: (tasks) => move(pairs(tasks).map(({ name, trash }) => ({ from: name, to: trash }))),
    moveBack: (tasks) => move(pairs(tasks).map(({ name, trash }) => ({ from: trash, to: name }))),
    async remove(files) {
      const refused: unknown[] = [];
      for (const name of files.flatMap((file) => [inTrash(file), file])) {
        await store.remove(name).catch((error: unknown) => {
          if (isAway(error)) throw error;
          refused.push(error);
        });
      }
      if (refused.length > 0) throw refused[0];
    },
  };
}

/** What is in the log is done, whether or not a shelf elsewhere answers just now. @throws the error unless it says that */
function unlessAway(error: unknown): void {
  if (!isAway(error)) throw error;
}

/** A shelf elsewhere does not answer just now. */
export function isAway(error: unknown): boolean {
  return error instanceof InboxError && error.code === 'unavailable';
}

/** Relative paths of the videos, their sidecars, the poster and the inputs. */
export function filesOf(task: Task): readonly string[] {
  const videos = task.videos.flatMap(({ path: file }) => (file === null ? [] : [file, sidecarOf(file)]));
  const sources = (task.sources ?? []).map(({ path: file }) => file);
  return [...videos, ...(task.poster === null ? [] : [task.poster]), ...sources];
}

export function sidecarOf(video: string): string {
  return video.replace(/\.[^./]+$/, '.json');
}
