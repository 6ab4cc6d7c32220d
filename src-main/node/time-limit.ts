/**
 * `signal`, and its end after so long at most.
 *
 * In place of `AbortSignal.any([signal, AbortSignal.timeout(ms)])`, which ends nothing any more once garbage was
 * collected: in Node 20 nobody holds the timeout inside.
 * @see https://github.com/nodejs/node/issues/57736
 */
export function orAfter(signal: AbortSignal, limitMs: number): AbortSignal {
  const limit = new AbortController();
  setTimeout(() => limit.abort(new DOMException('The time is up.', 'TimeoutError')), limitMs).unref();
  return AbortSignal.any([signal, limit.signal]);
}
