/**
 * One GET on undici's `dispatch`. Unlike a stream, whose buffer is thrown away when its connection breaks, the body
 * gives every byte that arrived before it tells of the break: they were paid for.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { errors, type Dispatcher } from 'undici';

export interface HttpResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: ResponseBody;
}

export interface ResponseBody {
  /** The next bytes, or `null` at the end. One call at a time. @throws what broke the connection, or the abort reason */
  next(): Promise<Uint8Array | null>;
  /** Gives these again before anything else. */
  unread(...chunks: readonly Uint8Array[]): void;
  /** Ends the connection where the body was not read to its end. */
  cancel(): void;
}

/** So much waits in memory before the connection is told to wait. */
const mostWaitingBytes = 256 * 1024;

/** More informational answers than this before the real one are no service to anyone. */
export const mostInformational = 16;

/**
 * Resolves with the headers.
 * @param headersMs From the request on its connection to the headers of the answer. A limit of our own: undici's is
 * renewed by each informational answer, so that `103 Early Hints` for ever would hold the connection for ever.
 * @param connectMs Until the connection is there, for those that undici makes without a limit: a proxy may take a
 * `CONNECT` and be silent. `null` where the connector has a limit of its own.
 * @throws what undici or the connector threw, or the reason of `signal`
 */
export function httpGet(
  agent: Dispatcher,
  url: URL,
  headers: Readonly<Record<string, string>>,
  headersMs: number,
  signal: AbortSignal,
  connectMs: number | null = null,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const waiting: Uint8Array[] = [];
    let waitingBytes = 0;
    let end: { readonly error: Error | null } | null = null;
    let wake: (() => void) | null = null;
    let controller: Dispatcher.DispatchController | null = null;
    let informational = 0;
    let deadline: NodeJS.Timeout | undefined;

    const finish = (error: Error | null): void => {
      end ??= { error };
      clearTimeout(deadline);
      signal.removeEventListener('abort', onAbort);
      wake?.();
    };
    const abort = (reason: unknown): void => {
      const error = reason instanceof Error ? reason : new Error('aborted', { cause: reason });
      if (end === null) controller?.abort(error);
      finish(error);
      reject(error);
    };
    const onAbort = (): void => {
      waiting.length = 0;
      abort(signal.reason);
    };
    signal.throwIfAborted();
    signal.addEventListener('abort', onAbort, { once: true });

    const body: ResponseBody = {
      async next() {
        for (;;) {
          const chunk = waiting.shift();
          if (chunk !== undefined) {
            waitingBytes -= chunk.length;
            if (waitingBytes < mostWaitingBytes && controller?.paused === true) controller.resume();
            return chunk;
          }
          if (end !== null) {
            if (end.error === null) return null;
            throw end.error;
          }
          await new Promise<void>((resolveWake) => {
            wake = resolveWake;
          });
          wake = null;
        }
      },
      unread(...chunks) {
        waiting.unshift(...chunks);
        for (const { length } of chunks) waitingBytes += length;
      },
      cancel() {
        waiting.length = 0;
        abort(new Error('the rest of the body is not wanted'));
      },
    };

    if (connectMs !== null) deadline = setTimeout(() => abort(new errors.ConnectTimeoutError()), connectMs);
    agent.dispatch(
      { origin: url.origin, path: `${url.pathname}${url.search}`, method: 'GET', headers: { ...headers } },
      {
        onRequestStart(started) {
          controller = started;
          clearTimeout(deadline);
          deadline = setTimeout(() => abort(new errors.HeadersTimeoutError()), headersMs);
          // The signal came while the connection was being made.
          if (end !== null) started.abort(end.error ?? new Error('not wanted'));
        },
        onResponseStart(_controller, status, answered) {
          if (status < 200) {
            informational += 1;
            if (informational > mostInformational) abort(new errors.HeadersTimeoutError());
            return;
          }
          clearTimeout(deadline);
          resolve({ status, headers: answered, body });
        },
        onResponseData(running, chunk) {
          if (end !== null) return;
          waiting.push(chunk);
          waitingBytes += chunk.length;
          if (waitingBytes >= mostWaitingBytes) running.pause();
          wake?.();
        },
        onResponseEnd: () => finish(null),
        onResponseError(_controller, error) {
          finish(error);
          reject(error);
        },
      },
    );
  });
}
