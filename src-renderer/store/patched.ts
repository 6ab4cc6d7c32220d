import type { TaskRow } from '../../src-main/common/task-row.ts';
import { forShowing, type TaskView } from '../../src-main/common/task-view.ts';

/** A whole task with the marks that its row has: rows know less, so only these are taken over. */
export function patched(task: TaskView, { seen, starred, rating, pick }: TaskRow): TaskView {
  const next: { -readonly [K in keyof TaskView]: TaskView[K] } = { ...task, seen, starred };
  if (rating === undefined) delete next.rating;
  else next.rating = rating;
  if (pick === undefined) delete next.pick;
  else next.pick = pick;
  return next;
}

/** What there is to show of a task before the whole of it is here. */
export function wholeOf(row: TaskRow): TaskView {
  return forShowing({
    ...unknownTask,
    updatedAt: row.receivedAt,
    ...row,
    videos: row.videos.map((video) => ({ ...unknownVideo, ...video })),
  });
}

const unknownTask = { sourceUrl: null, thumbnailUrl: null, deliveries: 1, history: [] } as const;
const unknownVideo = { url: '', sha256: null, audioCodec: null, errorCode: null } as const;
