/**
 * Tasks as the outside sees them: with what is running right now, with sentences, and with paths as they are on disk.
 * What the log and the index hold is in `model.ts`; `node/inbox/telling/task-view.ts` makes the one of the other.
 */
import type { MaybeTold } from './texts/sentence.ts';
import type { Attempt, Progress, Task, Video, VideoState } from './model.ts';

/** `queued` waits for its turn or its next attempt. */
export type VideoViewState = VideoState | 'downloading';

export interface VideoView extends Omit<Video, 'state'> {
  readonly state: VideoViewState;
  /** A sentence: why it is not here, or what it waits for. */
  readonly error: string | null;
  /** The same for other languages; absent where the words are not ours. */
  readonly errorText?: MaybeTold['text'];
  /** While `state` is `downloading`. */
  readonly progress?: Progress;
}

declare const madeForShowing: unique symbol;

/**
 * The shape of `video-inbox show --json`, `list --json` and the `task` events, so its fields are part of the program's
 * outside: add, never rename. The mark is for the compiler alone: no stored task leaves by mistake.
 */
export interface TaskView extends Omit<Task, 'videos'> {
  readonly videos: readonly VideoView[];
  readonly [madeForShowing]: true;
}

/** The one way to a view. */
export function forShowing(fields: Omit<TaskView, typeof madeForShowing>): TaskView {
  return fields as TaskView;
}

/** Why it is not here, or what it waits for, to be said in the language of the place. */
export function videoTrouble({ error, errorText }: Pick<VideoView, 'error' | 'errorText'>): MaybeTold {
  return { message: error, ...(errorText === undefined ? {} : { text: errorText }) };
}

/** For what looks at either. */
export type AnyTask = Task | TaskView;

/**
 * How many tries there are in all, where a person would count them. A link that lives for days is tried some hundred
 * times, and their number would only say how long that is; `null` then.
 */
export const fewTries = ({ of }: Pick<Attempt, 'of'>): number | null => (of > 20 ? null : of);
