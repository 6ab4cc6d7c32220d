/** When what a task has not saved yet is gone at its provider. */
import type { Attempt, Task, Video } from './model.ts';
import type { VideoView } from './task-view.ts';

/** Of one video that is not saved: the earlier of the provider's rule and the link's own end; ms, `null` = not known. */
function deathOf(task: Pick<Task, 'expiresAt'>, video: Pick<Video, 'expiresAt'> | null): number | null {
  const own = video?.expiresAt ?? null;
  if (task.expiresAt === null) return own === null ? null : Date.parse(own);
  const rule = Date.parse(task.expiresAt);
  return own === null ? rule : Math.min(rule, Date.parse(own));
}

/** The first death among what is not saved; a video that only the key opens counts, one that is gone does not. */
export function firstDeath(
  task: Pick<Task, 'expiresAt' | 'needsApiKey' | 'trashedAt'> & {
    readonly videos: readonly Pick<VideoView, 'state' | 'expiresAt'>[];
  },
): number | null {
  if (task.trashedAt !== null) return null;
  if (task.videos.length === 0) return task.needsApiKey ? deathOf(task, null) : null;
  let first: number | null = null;
  for (const video of task.videos) {
    const end = video.state === 'saved' || video.state === 'expired' ? null : deathOf(task, video);
    if (end !== null) first = first === null ? end : Math.min(first, end);
  }
  return first;
}

/** The first answers of a link may come before its film does. */
const hopefulTries = 2;

/** When its link was last tried and had nothing, which is the end of it whatever was promised; `null` where that is not so. */
export function seenDeadAt({ state, attempts = [] }: Pick<VideoView, 'state' | 'attempts'>): string | null {
  const last: Attempt | undefined = attempts.at(-1);
  return state !== 'saved' && last?.code === 'gone' && last.n > hopefulTries ? last.at : null;
}
