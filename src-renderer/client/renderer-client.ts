import type { Answer, Args, CallName, CallResult, InboxClient } from '../../src-main/common/contract.ts';
import type { PageEvent } from '../../src-main/common/page-events.ts';
import { fromErrorData, InboxError } from '../../src-main/common/errors.ts';
import { say } from '../../src-main/common/texts/language.ts';
import { asTold } from '../../src-main/common/texts/sentence.ts';
import type { DesktopApi } from '../../src-main/common/desktop-api.ts';

/**
 * How the page stands to the core: `online`, `away` (lost, being tried again) or `locked` (the core refuses this page's
 * key, and it could not prove that it was let in before; only a fresh link helps).
 */
export type Connection = 'online' | 'away' | 'locked';

/** The contract's client and what only the interface asks of its transport. */
export interface RendererClient extends Omit<InboxClient, 'subscribe'> {
  /** @returns the undo. */
  subscribe(listener: (event: PageEvent) => void): () => void;
  /** Calls back at once and at each change. @returns the undo. */
  onConnection(listener: (connection: Connection) => void): () => void;
  readonly desktop: DesktopApi | null;
  /**
   * Brings the file of a task's nth video.
   * @param tell how much of it is there, 0 to 1.
   * @throws InboxError as the core said it.
   */
  attachFile(key: string, n: number, file: File, tell: (fraction: number) => void): Promise<void>;
  /**
   * Makes a file of the person's known to the inbox, for an order or to be taken in. @returns its path there.
   * @throws InboxError likewise; the reason of the signal where that ends it.
   */
  bringSource(file: File, tell: (fraction: number) => void, signal?: AbortSignal): Promise<string>;
}

/** Whether the core never heard of it: what it refuses itself has no cause, which does not cross from there. */
export const isUnheard = (error: unknown): boolean =>
  error instanceof InboxError && error.code === 'unavailable' && error.cause !== undefined;

/** Both hosts serve media from the page's own origin. `n` is the 1-based number of the video. */
export const mediaUrls: Pick<InboxClient, 'mediaUrl' | 'posterUrl' | 'sourceUrl' | 'stripUrl' | 'exportUrl'> = {
  mediaUrl: (key, n) => `/media/${encodeURIComponent(key)}/${n}`,
  sourceUrl: (key, n) => `/source/${encodeURIComponent(key)}/${String(n)}`,
  posterUrl: (key, version) => `/poster/${encodeURIComponent(key)}?v=${encodeURIComponent(version)}`,
  exportUrl: (id) => `/export/${encodeURIComponent(id)}`,
  stripUrl: (key, n, version) => `/strip/${encodeURIComponent(key)}/${n}?v=${encodeURIComponent(version)}`,
};

/** @throws InboxError as the core said it, in the language of the page. */
export function unwrapAnswer(answer: Answer): unknown {
  if (!answer.ok) throw new InboxError(answer.error.code, asTold(say(fromErrorData(answer.error).text)));
  return answer.value;
}

export function unwrap<K extends CallName>(answer: Answer): CallResult<K> {
  // The core's handlers are typed from the same contract; this is where the bytes become that type again.
  return unwrapAnswer(answer) as CallResult<K>;
}

export type Call = <K extends CallName>(name: K, ...args: Args<K>) => Promise<CallResult<K>>;
