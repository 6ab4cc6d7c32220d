/** One task of the library in memory: its head at hand, the whole of it read from its line when someone looks. */
import type { TaskRecord } from '../../common/fold.ts';
import type { Task } from '../../common/model.ts';
import { hasWaitingVideo, type TaskHead } from '../../common/task-traits.ts';
import { lineOf, recordOfLine } from './task-format.ts';

/** A task as an index page holds it. */
export interface PageEntry {
  readonly head: TaskHead;
  readonly receivedMs: number;
  /** A video or a poster of it is still to be fetched. */
  readonly wantsFiles: boolean;
  readonly seq: number;
  readonly firstSeq: number;
  /** The record as JSON in UTF-8, without line ends. */
  readonly line: Uint8Array;
}

/**
 * A hundred thousand whole tasks as objects cost a start more than a second and the collector hundreds of megabytes,
 * and lists, counts and filters need little of them. So a task is an object only from its change to the next save.
 */
export class Slot implements PageEntry {
  readonly page: number;
  readonly receivedMs: number;
  /** Lower-cased text for the search, kept by whoever searches; a change empties it. */
  searchText: string | null = null;
  #head: TaskHead;
  #seq: number;
  #firstSeq: number;
  #wantsFiles: boolean;
  /** One of the two is always there. */
  #line: Uint8Array | null;
  #record: TaskRecord | null = null;

  constructor(page: number, entry: PageEntry) {
    this.page = page;
    this.receivedMs = entry.receivedMs;
    this.#head = entry.head;
    this.#seq = entry.seq;
    this.#firstSeq = entry.firstSeq;
    this.#wantsFiles = entry.wantsFiles;
    this.#line = entry.line;
  }

  static of(record: TaskRecord, page: number): Slot {
    const slot = new Slot(page, {
      head: headOf(record.task),
      receivedMs: Date.parse(record.task.receivedAt),
      wantsFiles: false,
      seq: 0,
      firstSeq: 0,
      line: none,
    });
    slot.replace(record);
    return slot;
  }

  get head(): TaskHead {
    return this.#head;
  }
  get seq(): number {
    return this.#seq;
  }
  get firstSeq(): number {
    return this.#firstSeq;
  }
  get wantsFiles(): boolean {
    return this.#wantsFiles;
  }

  get record(): TaskRecord {
    return this.#record ?? recordOfLine(this.#line ?? none);
  }

  get task(): Task {
    return this.record.task;
  }

  /** Lets go of the record: from here on it is read from the line. */
  get line(): Uint8Array {
    this.#line ??= lineOf(this.record);
    this.#record = null;
    return this.#line;
  }

  replace(record: TaskRecord): void {
    this.#record = record;
    this.#line = null;
    this.searchText = null;
    this.#head = headOf(record.task);
    this.#seq = record.seq;
    this.#firstSeq = record.firstSeq;
    this.#wantsFiles = wantsFiles(record.task);
  }
}

const none = new Uint8Array();

function headOf(task: Task): TaskHead {
  const { key, provider, taskId, state, seen, starred, trashedAt, videos } = task;
  return {
    key,
    provider,
    taskId,
    state,
    seen,
    starred,
    trashedAt,
    videos: videos.map((video) => ({ state: video.state, sizeBytes: video.sizeBytes })),
  };
}

function wantsFiles(task: Task): boolean {
  return (task.thumbnailUrl !== null && task.poster === null) || hasWaitingVideo(task);
}
