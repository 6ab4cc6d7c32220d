/** What is known of a task without reading the whole of it. */
import type { TaskHead, TaskTraits } from '../../common/task-traits.ts';
import type { LinePlace } from './line-pool.ts';

/** What is asked of all tasks again and again: it is to be had without making anything for it. */
export interface TaskGlance {
  readonly head: TaskTraits;
  readonly receivedMs: number;
  /** A video or a poster of it is still to be fetched, or a film that came inside a callback may be. */
  readonly wantsFiles: boolean;
  readonly seq: number;
  readonly firstSeq: number;
}

export interface KeyedGlance {
  readonly key: string;
  readonly glance: TaskGlance;
}

/** What the library knows of a task without reading it. */
export interface TaskFacts extends TaskGlance {
  readonly head: TaskHead;
}

/** A task as an index page holds it. */
export interface PageEntry {
  readonly facts: TaskFacts;
  /** The record as JSON in UTF-8, without line ends; `bytesOf` has it in either case. */
  readonly line: Uint8Array | LinePlace;
}
