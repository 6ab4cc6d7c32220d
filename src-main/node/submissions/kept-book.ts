/** The submissions in a file of their own: an intent is found at the next start even where the index is made anew. */
import { Low } from 'lowdb';
import type { StampedEvent } from '../../common/events.ts';
import { isRecord } from '../../common/providers/json.ts';
import type { ReadReport } from '../event-log/event-log.ts';
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

/**
 * @param tellAll tells all events of the log: asked for where the file is not there or cannot be read, at each start until
 * the log can be told from its first. The index says up to where it was told, and behind that nobody hears of an order again;
 * under its id it would be paid for twice.
 */
export async function openSubmissionBook(
  file: string,
  log: Log,
  tellAll: (onEvent: (event: StampedEvent) => void) => Promise<Pick<ReadReport, 'fromStart'>>,
): Promise<KeptBook> {
  const book = createSubmissionBook();
  const nothing: Kept = { submissions: [], forgotten: '' };
  const kept = new Low<Kept>(createSyncedJsonAdapter(file, format), nothing);
  await kept
    .read()
    .catch((error: unknown) => log.warn({ error }, 'what is known of past orders could not be read; the log tells it'));
  book.recall(kept.data.forgotten);
  book.restore(kept.data.submissions);
  let isWhole = kept.data !== nothing && kept.data.lacksPast !== true;
  const dataNow = (): Kept => ({
    submissions: book.snapshot(),
    forgotten: book.forgotten(),
    ...(isWhole ? {} : { lacksPast: true }),
  });
  if (!isWhole) {
    isWhole = (await tellAll((event) => book.apply(event))).fromStart;
    kept.data = dataNow();
    await kept.write().catch((error: unknown) => log.warn({ error }, 'what is known of past orders is in no file yet'));
  }
  let saving: Promise<unknown> = Promise.resolve();
  let nextSave: Promise<unknown> | null = null;
  return {
    book,
    save() {
      nextSave ??= saving
        .catch(() => undefined)
        .then(() => {
          nextSave = null;
          kept.data = dataNow();
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
  /** The log could not be told when the file was made: what was ordered before is not in it. */
  readonly lacksPast?: true;
}

const format: JsonFormat<Kept> = {
  parse(value) {
    if (!isRecord(value) || !Array.isArray(value['submissions']) || !value['submissions'].every(isSubmission)) {
      throw new TypeError('not a list of submissions');
    }
    const forgotten = typeof value['forgotten'] === 'string' ? value['forgotten'] : '';
    return {
      submissions: value['submissions'],
      forgotten,
      ...(value['lacksPast'] === true ? { lacksPast: true } : {}),
    };
  },
  serialize: (data) => ({ version: 1, ...data }),
};

/** The rest is ours as it was written. */
function isSubmission(value: unknown): value is Submission {
  return isRecord(value) && typeof value['id'] === 'string' && Array.isArray(value['sources']);
}
