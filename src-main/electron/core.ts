/** What the desktop shell needs of the inbox; `createInbox` of `src-main/node/inbox.ts` gives it. */
import type { Answer, InboxEvent, Status } from '../common/contract.ts';

export interface Core {
  dispatch(name: string, args: readonly unknown[]): Promise<Answer>;
  /** @returns the undo. */
  subscribe(listener: (event: InboxEvent) => void): () => void;
  /** UI files, `/media/…` and `/poster/…`, with Range; the same function serves the local server. */
  handleUi(request: Request): Promise<Response>;
  status(): Status;
  callbackUrl(): string;
  /** Stops taking callbacks, finishes what is being answered and flushes. */
  close(): Promise<void>;
}
