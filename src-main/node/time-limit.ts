/** Time limits: of a signal, and of a wait. */

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

/**
 * Waits for `work`, and no longer than that: it goes on, and what it throws then is nobody's.
 * @returns false where it was not done in time. @throws what it throws in time.
 */
export async function inTime(work: Promise<unknown>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, limitMs, false);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
