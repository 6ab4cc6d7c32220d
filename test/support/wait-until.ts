const firstPauseMs = 10;
const longestPauseMs = 100;

/**
 * Asks again and again until there is an answer, less and less often: an answer takes an inbox milliseconds, which others
 * that are waited for would have.
 * @param probe returns what was waited for, or `null`/`undefined`/`false` for "not yet".
 * @param what completes the sentence "waited N s for …".
 */
export async function waitUntil<T>(
  probe: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  what: string,
  limitMs = 60_000,
): Promise<T> {
  const endMs = Date.now() + limitMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    const answer = await probe();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (Date.now() > endMs) throw new Error(`waited ${limitMs / 1000} s for ${what}`);
    await new Promise((next) => setTimeout(next, pauseMs));
  }
}
