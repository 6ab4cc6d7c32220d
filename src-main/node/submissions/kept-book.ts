/** The submissions in a file of their own: an intent is found at the next start even where the index is made anew. */
import { Low } from 'lowdb';
import type { StampedEvent } from '../../common/events.ts';
import { isRecord } from '../../common/providers/json.ts';
import type { ReadReport } from '../event-log/event-log.ts';
import type { Log } from '../log/log.ts';
import { createSyncedJsonAdapter, type JsonFormat } from '../storage/synced-json-adapter.ts';
import { inTime } from '../time-limit.ts';
import { createSubmissionBook, type Submission, type SubmissionBook } from './submission-book.ts';

export interface KeptBook {
  readonly book: SubmissionBook;
  /** Resolves once the book as it is now is on disk; whoever comes while a save waits for the one before shares it. */
  save(): Promise<unknown>;
  /** As `save`, where the log has told of an order since: before the index says that it need not be told again. */
  saveHeard(): Promise<unknown>;
  /**
   * Asks for what the log could not tell before.
   * @returns whether all that was ordered is known. Where that takes longer than `limitMs` it is not, and goes on being told.
   */
  complete(limitMs?: number): Promise<boolean>;
  /** Resolves once nothing is being saved. */
  close(): Promise<void>;
}

/**
 * @param tellAll tells all events of the log: asked for where the file is not there or cannot be read, and again until
 * the log can be told from its first. The index says up to where it was told, and behind that nobody hears of an order again;
 * under its id it would be paid for twice.
 * @param isShared Others order, too: of that, files of before version 2 may lack what was heard before a restart.
 */
export async function openSubmissionBook(
  file: string,
  log: Log,
  tellAll: (onEvent: (event: StampedEvent) => void) => Promise<Pick<ReadReport, 'fromStart'>>,
  isShared = false,
): Promise<KeptBook> {
  const folded = createSubmissionBook();
  let isHeard = false;
  /** What comes while the past is told. */
  let meanwhile: StampedEvent[] | null = null;
  const book: SubmissionBook = {
    ...folded,
    apply(event) {
      if (event.type.startsWith('submission-')) isHeard = true;
      meanwhile?.push(event);
      folded.apply(event);
    },
  };
  const nothing: Kept = { submissions: [], forgotten: '' };
  const kept = new Low<Kept>(createSyncedJsonAdapter(file, format), nothing);
  await kept
    .read()
    .catch((error: unknown) => log.warn({ error }, 'what is known of past orders could not be read; the log tells it'));
  book.recall(kept.data.forgotten);
  book.restore(kept.data.submissions);
  let isWhole = kept.data !== nothing && kept.data.lacksPast !== true && !(isShared && kept.data.version === 1);
  const dataNow = (): Kept => ({
    submissions: book.snapshot(),
    forgotten: book.forgotten(),
    ...(isWhole ? {} : { lacksPast: true }),
  });
  /** Told again, an order would stand as when it was intended: what is known of one is kept as it is. */
  async function tellPast(): Promise<void> {
    const past = createSubmissionBook();
    meanwhile = [];
    try {
      isWhole = (await tellAll((event) => past.apply(event))).fromStart;
      for (const event of meanwhile) past.apply(event);
    } finally {
      meanwhile = null;
    }
    const told = past.snapshot().filter(({ id }) => book.get(id) === null && !book.isForgotten(id));
    book.recall(past.forgotten());
    book.restore([...told, ...book.snapshot()]);
  }
  let telling: Promise<void> | null = null;
  if (!isWhole) {
    await tellPast();
    kept.data = dataNow();
    await kept.write().catch((error: unknown) => log.warn({ error }, 'what is known of past orders is in no file yet'));
  }
  let saving: Promise<unknown> = Promise.resolve();
  let nextSave: Promise<unknown> | null = null;
  function save(): Promise<unknown> {
    nextSave ??= saving
      .catch(() => undefined)
      .then(() => {
        nextSave = null;
        isHeard = false;
        kept.data = dataNow();
        saving = kept.write().catch((error: unknown) => {
          isHeard = true;
          throw error;
        });
        return saving;
      });
    return nextSave;
  }
  return {
    book,
    save,
    saveHeard: () => (isHeard ? save() : (nextSave ?? saving)),
    async complete(limitMs = mostMs) {
      if (isWhole) return true;
      telling ??= tellPast().finally(() => (telling = null));
      await inTime(telling, limitMs);
      return isWhole;
    },
    async close() {
      await (nextSave ?? saving).catch(() => undefined);
    },
  };
}

/** A person waits for it. */
const mostMs = 5000;

interface Kept {
  readonly submissions: readonly Submission[];
  /** Of orders that are older than those. */
  readonly forgotten: string;
  /** The log could not be told when the file was made: what was ordered before is not in it. */
  readonly lacksPast?: true;
  readonly version?: number;
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
      ...(typeof value['version'] === 'number' ? { version: value['version'] } : {}),
    };
  },
  serialize: (data) => ({ ...data, version: 2 }),
};

/** The rest is ours as it was written. */
function isSubmission(value: unknown): value is Submission {
  return isRecord(value) && typeof value['id'] === 'string' && Array.isArray(value['sources']);
}
