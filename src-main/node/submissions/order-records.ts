import type { EventDraft } from '../../common/events.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log/log.ts';
import type { KeptBook } from './kept-book.ts';

export interface OrderRecords {
  /** Resolves once both the log and the file of the book have them. @param append to the log. */
  record(drafts: readonly EventDraft[], append: (drafts: readonly EventDraft[]) => Promise<unknown>): Promise<void>;
  /** Rejects where the disk refuses it, and is tried again by itself. */
  save(): Promise<void>;
  /** A save that waits for another try gets its last one. */
  close(): Promise<void>;
}

const saveAgainMs = 15_000;

/** Orders in the log and in the file of their own, which is found whatever the index knows. */
export function createOrderRecords(
  kept: Pick<KeptBook, 'save'>,
  clock: Pick<Clock, 'after'>,
  log: Pick<Log, 'warn' | 'error'>,
): OrderRecords {
  let stopSavingAgain: (() => void) | null = null;

  /** The log has it, and the index goes on past it: what the disk refuses now is in the file once it takes it. */
  async function save(): Promise<void> {
    try {
      await kept.save();
    } catch (error) {
      stopSavingAgain ??= clock.after(saveAgainMs, () => {
        stopSavingAgain = null;
        save().catch((again: unknown) => log.warn({ error: again }, 'the orders could still not be saved'));
      });
      throw error;
    }
  }

  return {
    async record(drafts, append) {
      await append(drafts);
      if (drafts.some(({ type }) => type.startsWith('submission-'))) await save();
    },
    save,
    async close() {
      if (stopSavingAgain === null) return;
      stopSavingAgain();
      await kept.save().catch((error: unknown) => log.error({ error }, 'the orders could not be saved'));
    },
  };
}
