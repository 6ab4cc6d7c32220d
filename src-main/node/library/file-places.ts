/** Where the files of a task lie: in `videos/` and `posters/`, or below `trash/` under the same relative path. */
import { existsSync } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Task } from '../../common/model.ts';
import { isErrno, makeFolder, syncFolder } from '../storage/durable-files.ts';

export interface FilePlaces {
  /** Absolute path of a file of the task, wherever it lies now. */
  resolve(task: Task, relative: string): string;
  /** Relative path for display: below `trash/` while the task is there. */
  shown(task: Task, relative: string): string;
  isThere(task: Task, relative: string): Promise<boolean>;
  /** Each folder is synced once, at the end. */
  moveToTrash(tasks: readonly Task[]): Promise<void>;
  moveBack(tasks: readonly Task[]): Promise<void>;
  /** Removes all files of the task, in both places. */
  remove(task: Task): Promise<void>;
}

const trashFolder = 'trash';

export function createFilePlaces(root: string): FilePlaces {
  const inLibrary = (relative: string): string => path.join(root, relative);
  const inTrash = (relative: string): string => path.join(root, trashFolder, relative);

  async function moveAll(
    tasks: readonly Task[],
    from: (file: string) => string,
    to: (file: string) => string,
  ): Promise<void> {
    const folders = new Set<string>();
    for (const relative of tasks.flatMap(filesOf)) {
      const folder = path.dirname(to(relative));
      if (!folders.has(folder)) await makeFolder(folder);
      folders.add(folder);
      try {
        await rename(from(relative), to(relative));
      } catch (error) {
        // Not there: it was moved before a crash, or the person took it; `resolve` looks in both places.
        if (!isErrno(error, ['ENOENT'])) throw error;
      }
    }
    for (const folder of folders) await syncFolder(folder);
  }

  function resolve(task: Task, relative: string): string {
    const [likely, other] =
      task.trashedAt === null ? [inLibrary(relative), inTrash(relative)] : [inTrash(relative), inLibrary(relative)];
    return !existsSync(likely) && existsSync(other) ? other : likely;
  }

  return {
    resolve,
    isThere: (task, relative) =>
      stat(resolve(task, relative)).then(
        (stats) => stats.isFile(),
        () => false,
      ),
    shown: (task, relative) => (task.trashedAt === null ? relative : `${trashFolder}/${relative}`),
    moveToTrash: (tasks) => moveAll(tasks, inLibrary, inTrash),
    moveBack: (tasks) => moveAll(tasks, inTrash, inLibrary),
    async remove(task) {
      for (const relative of filesOf(task)) {
        await rm(inTrash(relative), { force: true });
        await rm(inLibrary(relative), { force: true });
      }
    },
  };
}

/** Relative paths of the videos, their sidecars and the poster. */
export function filesOf(task: Task): readonly string[] {
  const videos = task.videos.flatMap(({ path: file }) => (file === null ? [] : [file, sidecarOf(file)]));
  return task.poster === null ? videos : [...videos, task.poster];
}

function sidecarOf(video: string): string {
  return video.replace(/\.[^./]+$/, '.json');
}
