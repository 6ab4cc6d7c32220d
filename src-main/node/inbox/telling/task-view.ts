/** A task as the outside sees it: with what is running right now, and with paths as they are on disk. */
import type { Attempt, Task, Video } from '../../../common/model.ts';
import { forShowing, type TaskView, type VideoView } from '../../../common/task-view.ts';
import { storedAttemptSentence, storedFailureSentence, waitSentence } from '../../../common/texts/en-downloads.ts';
import type { QueueWait } from '../../downloads/downloads.ts';
import { providerTextsEn } from '../../../common/texts/en-providers.ts';
import { type Sentence, toldOrNot } from '../../../common/texts/sentence.ts';
import type { FilePlaces } from '../../video-store/file-places.ts';
import { numberOf } from '../downloads/download-plan.ts';
import type { LiveWork } from './live-work.ts';

export type ToTaskView = (task: Task) => TaskView;

/** @param stripOf the name of a video's strip of pictures, `null` where there is none. */
export function createTaskView(
  work: LiveWork,
  places: FilePlaces,
  stripOf: (video: Video) => string | null = () => null,
): ToTaskView {
  function viewOf(task: Task, video: Video, index: number): VideoView {
    if (video.state === 'saved') {
      const strip = stripOf(video);
      const preview = strip === null ? {} : { preview: strip };
      return video.path === null ? video : { ...video, ...preview, path: places.shown(task, video.path) };
    }
    if (video.state !== 'queued' && work.isRenewing(task.key)) {
      return { ...video, state: 'queued', ...errorOf(providerTextsEn.renewing) };
    }
    if (video.state !== 'queued') return withSentence(video);
    const progress = work.progressOf(task.key, video.url);
    if (progress !== null) return { ...video, state: 'downloading', progress };
    return withReason(
      withLast(video, work.lastAttempt(task.key, video.url)),
      work.waitOf(task.key, numberOf(video, index)),
    );
  }

  return (task) =>
    forShowing({
      ...withNextAsk(task, work.nextAskAt(task.key)),
      expiresAt: work.endOf(task),
      poster: task.poster === null ? null : places.shown(task, task.poster),
      ...(task.sources === undefined
        ? {}
        : { sources: task.sources.map((source) => ({ ...source, path: places.shown(task, source.path) })) }),
      videos: task.videos.map((video, index) => viewOf(task, video, index)),
    });
}

/** The log holds the attempts that tell something new; the newest one is shown anyway. */
function withLast(video: Video, last: Attempt | null): Video {
  const known = video.attempts ?? [];
  const newest = known.at(-1);
  if (last === null || (newest !== undefined && newest.n === last.n && newest.reason === last.reason)) return video;
  return { ...video, attempts: [...known.filter(({ at }) => at < last.at), last] };
}

/** Why it waits: its turn, or what its last attempt met. */
function withReason(video: Video, wait: QueueWait | null): Video {
  const last = video.attempts?.at(-1);
  if (last !== undefined && (wait === 'later' || wait === null)) {
    const { reason, params } = last;
    return {
      ...video,
      ...errorOf(storedAttemptSentence(reason, params)),
      errorReason: reason,
      errorParams: params,
    };
  }
  return wait === null ? video : { ...video, ...errorOf(waitSentence(wait)) };
}

function withNextAsk(task: Task, nextAt: string | null): Task {
  if (nextAt !== null) return { ...task, askedNextAt: nextAt };
  const { askedNextAt, ...rest } = task;
  return askedNextAt === undefined ? task : rest;
}

/** What is stored is a code; a sentence that version 1 stored is shown as it is. */
function withSentence(video: Video): Video {
  const { errorReason, errorParams = {}, error } = video;
  return errorReason === undefined || error !== null
    ? video
    : { ...video, ...errorOf(storedFailureSentence(errorReason, errorParams)) };
}

function errorOf(sentence: Sentence | null): Pick<VideoView, 'error' | 'errorText'> {
  const { message, text } = toldOrNot(sentence);
  return { error: message, ...(text === undefined ? {} : { errorText: text }) };
}
