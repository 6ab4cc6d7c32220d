/** Files that a page or a program sends as they are: a film for a task, an input for an order. */
import type { Answer } from '../../../common/contract.ts';
import { InboxError, toErrorData } from '../../../common/errors.ts';
import { twinTexts } from '../../../common/texts/en-sync.ts';
import { freeBytes } from '../../storage/free-bytes.ts';
import { createBroughtSources } from '../../submissions/brought-sources.ts';
import type { InboxBase } from '../inbox-base.ts';
import type { TaskActs } from './task-acts.ts';

export interface ReceivedFiles {
  readonly attach: (key: string, n: number, bytes: AsyncIterable<Uint8Array>) => Promise<Answer>;
  readonly bring: (name: string, bytes: AsyncIterable<Uint8Array>) => Promise<Answer>;
}

/** @param reserveBytes So much of the disk stays free. */
export function openReceivedFiles(
  { config, dir, log, now }: InboxBase,
  acts: Pick<TaskActs, 'attach'>,
  reserveBytes: () => number,
): ReceivedFiles {
  const brought = createBroughtSources({
    folder: dir.toUpload,
    freeBytes: () => freeBytes(dir.root),
    reserveBytes,
    nowMs: () => now().getTime(),
  });
  brought.sweep().catch((error: unknown) => log.warn({ error }, 'what was brought for orders could not be cleared'));

  /** What nobody foresaw is logged whole. */
  async function answer(work: Promise<unknown>, fields: object): Promise<Answer> {
    try {
      return { ok: true, value: await work };
    } catch (error) {
      if (!(error instanceof InboxError)) log.error({ ...fields, error }, 'a file that was sent could not be kept');
      return { ok: false, error: toErrorData(error) };
    }
  }

  return {
    attach: (key, n, bytes) =>
      answer(
        config.twin === null
          ? acts.attach(key, n, bytes).then(() => null)
          : Promise.reject(new InboxError('unavailable', twinTexts.notHere)),
        { key, n },
      ),
    bring: (name, bytes) => answer(brought.bring(name, bytes), {}),
  };
}
