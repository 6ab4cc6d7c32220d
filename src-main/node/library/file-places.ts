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
  moveToTrash(task: Task): Promise<void>;
  moveBack(task: Task): Promise<void>;
  /** Removes all files of the task, in both places. */
  remove(task: Task): Promise<void>;
}

const trashFolder = 'trash';

export function createFilePlaces(root: string): FilePlaces {
  const inLibrary = (relative: string): string => path.join(root, relative);
  const inTrash = (relative: string): string => path.join(root, trashFolder, relative);

  async function moveAll(task: Task, from: (file: string) => string, to: (file: string) => string): Promise<void> {
    for (const relative of filesOf(task)) {
      await makeFolder(path.dirname(to(relative)));
      try {
        await rename(from(relative), to(relative));
        await syncFolder(path.dirname(to(relative)));
      } catch (error) {
        // Not there: it was moved before a crash, or the person took it; `resolve` looks in both places.
        if (!isErrno(error, ['ENOENT'])) throw error;
      }
    }
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
    moveToTrash: (task) => moveAll(task, inLibrary, inTrash),
    moveBack: (task) => moveAll(task, inTrash, inLibrary),
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
