/** A task as the outside sees it: with what is running right now, and with paths as they are on disk. */
import type { Task } from '../../common/model.ts';
import type { Downloads } from '../downloads/downloads.ts';
import type { FilePlaces } from '../library/file-places.ts';

export type Present = (task: Task) => Task;

export function createPresent(downloads: Pick<Downloads, 'progressOf'>, places: FilePlaces): Present {
  return (task) => ({
    ...task,
    poster: task.poster === null ? null : places.shown(task, task.poster),
    videos: task.videos.map((video) => {
      if (video.state === 'saved') {
        return video.path === null ? video : { ...video, path: places.shown(task, video.path) };
      }
      const progress = video.state === 'queued' ? downloads.progressOf(task.key, video.url) : null;
      return progress === null ? video : { ...video, state: 'downloading', progress };
    }),
  });
}
