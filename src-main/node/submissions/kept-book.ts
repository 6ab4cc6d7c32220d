/** The submissions in a file of their own: an intent is found at the next start even where the index is made anew. */
import path from 'node:path';
import { Low } from 'lowdb';
import type { Log } from '../log/log.ts';
import { createSyncedJsonAdapter, type JsonFormat } from '../storage/synced-json-adapter.ts';
import { createSubmissionBook, type Submission, type SubmissionBook } from './submission-book.ts';

export interface KeptBook {
  readonly book: SubmissionBook;
  /** Resolves once the book as it is now is on disk; whoever comes while a save waits for the one before shares it. */
  save(): Promise<unknown>;
  /** Resolves once nothing is being saved. */
  close(): Promise<void>;
}

/** @param root of the data dir */
export async function openSubmissionBook(root: string, log: Log): Promise<KeptBook> {
  const book = createSubmissionBook();
  const kept = new Low<Kept>(createSyncedJsonAdapter(path.join(root, 'submissions.json'), format), {
    submissions: [],
    forgotten: '',
  });
  await kept.read().catch((error: unknown) => log.warn({ error }, 'what is known of past orders could not be read'));
  book.recall(kept.data.forgotten);
  book.restore(kept.data.submissions);
  let saving: Promise<unknown> = Promise.resolve();
  let nextSave: Promise<unknown> | null = null;
  return {
    book,
    save() {
      nextSave ??= saving
        .catch(() => undefined)
        .then(() => {
          nextSave = null;
          kept.data = { submissions: book.snapshot(), forgotten: book.forgotten() };
          saving = kept.write();
          return saving;
        });
      return nextSave;
    },
    async close() {
      await (nextSave ?? saving).catch(() => undefined);
    },
  };
}

interface Kept {
  readonly submissions: readonly Submission[];
  /** Of orders that are older than those. */
  readonly forgotten: string;
}

const format: JsonFormat<Kept> = {
  parse(value) {
    if (typeof value !== 'object' || value === null || !('submissions' in value) || !Array.isArray(value.submissions)) {
      throw new TypeError('not a list of submissions');
    }
    const forgotten = 'forgotten' in value && typeof value.forgotten === 'string' ? value.forgotten : '';
    return { submissions: value.submissions as readonly Submission[], forgotten };
  },
  serialize: (data) => ({ version: 1, ...data }),
};
