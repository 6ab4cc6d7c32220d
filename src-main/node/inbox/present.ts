/** A task as the outside sees it: with what is running right now, and with paths as they are on disk. */
import type { Task, Video } from '../../common/model.ts';
import { storedFailureSentence } from '../../common/texts/en-downloads.ts';
import type { Downloads } from '../downloads/downloads.ts';
import type { FilePlaces } from '../library/file-places.ts';

export type Present = (task: Task) => Task;

/** @param waitingReason why a wanted video is not being fetched right now; a sentence or `null`. */
export function createPresent(
  downloads: Pick<Downloads, 'progressOf'>,
  places: FilePlaces,
  waitingReason: (key: string, url: string) => string | null = () => null,
): Present {
  return (task) => ({
    ...task,
    poster: task.poster === null ? null : places.shown(task, task.poster),
    videos: task.videos.map((video) => {
      if (video.state === 'saved') {
        return video.path === null ? video : { ...video, path: places.shown(task, video.path) };
      }
      if (video.state !== 'queued') return withSentence(video);
      const progress = downloads.progressOf(task.key, video.url);
      if (progress !== null) return { ...video, state: 'downloading', progress };
      const reason = waitingReason(task.key, video.url);
      return reason === null ? video : { ...video, error: reason };
    }),
  });
}

/** What is stored is a code; a sentence that version 1 stored is shown as it is. */
function withSentence(video: Video): Video {
  const { errorReason, errorParams = {}, error } = video;
  return errorReason === undefined
    ? video
    : { ...video, error: error ?? storedFailureSentence(errorReason, errorParams) };
}
