/** What a check of the library is asked for, and what it tells. */
import type { TaskState } from './model.ts';
import type { Told } from './texts/sentence.ts';

export interface DoctorOptions {
  /** Makes the index again from the log even where it looks right. */
  readonly rebuild: boolean;
  /** Reads kept bodies with today's reader: only tells what would change, or takes it over. */
  readonly reread?: 'preview' | 'apply';
}

/** What a kept body says to today's reader and did not say to the one that read it first. */
export interface RereadChange {
  /** Number of the event that keeps the body. */
  readonly seq: number;
  readonly at: string;
  /** The task that it belongs to; `null` where it made none. */
  readonly key: string | null;
  readonly taskId: string;
  readonly provider: { readonly before: string | null; readonly after: string };
  readonly state: { readonly before: TaskState | null; readonly after: TaskState };
  readonly addedUrls: readonly string[];
  readonly removedUrls: readonly string[];
}

/** What the journal holds. */
export interface JournalStats {
  readonly events: number;
  /** Most first. */
  readonly types: readonly { readonly type: string; readonly count: number }[];
  /** Callbacks that brought a body which had come before. */
  readonly repeats: number;
  /** Times of the first and of the last event. */
  readonly oldest: string | null;
  readonly newest: string | null;
  /** Files on this disk. */
  readonly segments: number;
  readonly bytes: number;
}

export interface DoctorReport {
  readonly ok: boolean;
  readonly tasks: number;
  readonly videosChecked: number;
  readonly journal: JournalStats;
  /** Absent where it was not asked for. */
  readonly reread?: {
    readonly bodies: number;
    readonly changes: readonly RereadChange[];
    readonly applied: boolean;
  };
  /** One sentence each, with the next step. */
  readonly problems: readonly (Told & {
    readonly code: string;
    readonly path: string | null;
    readonly mended: boolean;
  })[];
}
