/** Files that a page or a program sends as they are: a film for a task, an input for an order. */
import type { Answer } from '../../common/contract.ts';
import { InboxError, toErrorData } from '../../common/errors.ts';
import type { Log } from '../log/log.ts';
import type { BroughtSources } from '../submissions/brought-sources.ts';
import type { TaskActs } from './task-acts.ts';

export interface ReceivedFiles {
  attach(key: string, n: number, bytes: AsyncIterable<Uint8Array>): Promise<Answer>;
  bring(name: string, bytes: AsyncIterable<Uint8Array>): Promise<Answer>;
}

export function createReceivedFiles(
  acts: Pick<TaskActs, 'attach'>,
  brought: Pick<BroughtSources, 'bring'>,
  log: Log,
): ReceivedFiles {
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
        acts.attach(key, n, bytes).then(() => null),
        { key, n },
      ),
    bring: (name, bytes) => answer(brought.bring(name, bytes), {}),
  };
}
