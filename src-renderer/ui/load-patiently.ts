/**
 * Files of the page itself. A browser drops what waits for a connection when the machine's network changes (a VPN, another
 * Wi-Fi), also where it is for this machine: what did not come may come a moment later.
 */

export interface Patience {
  /** How often in all. Default: three times. */
  readonly tries?: number;
  /** Between two of them. */
  readonly pauseMs?: number;
}

/** @throws what the last try met */
export async function loadPatiently<T>(
  load: () => Promise<T>,
  { tries = 3, pauseMs = 1_000 }: Patience = {},
): Promise<T> {
  for (let left = tries; ; left -= 1) {
    try {
      return await load();
    } catch (error) {
      if (left <= 1) throw error;
      await new Promise((next) => setTimeout(next, pauseMs));
    }
  }
}

/** Tells the person that a file of the page does not come, or came and broke. @returns takes that back. */
export type SayNotLoaded = (what?: 'broke') => () => void;

export interface StylePatience {
  readonly say: SayNotLoaded;
  /** Before the first further try; each further one waits twice as long, up to `longestPauseMs`. */
  readonly pauseMs?: number;
  readonly longestPauseMs?: number;
}

/** Failures in a row that a lost connection does not explain any more: the file is gone, or the inbox is. */
const goneAfter = 4;
/** A person may stand before what is missing. */
const longestScriptPauseMs = 10_000;

/**
 * Whether a file came and broke when it was run, by what its `import` threw. Chromium and Firefox run it once and have the
 * very same error for whoever asks again, WebKit runs it anew. What did not come they tell in these words, and so does the
 * bundler of styles.
 */
const isBroken = (error: unknown, before: unknown): boolean =>
  error === before ||
  error instanceof SyntaxError ||
  !/imported module|module script|preload/i.test(error instanceof Error ? error.message : '');

/**
 * What the page cannot go on without: asked for less and less often, until it comes.
 * @throws what a file that came met when it was run; that is said as well
 */
export async function loadAtLast<T>(load: () => Promise<T>, say: SayNotLoaded): Promise<T> {
  let unsay: (() => void) | null = null;
  let met: unknown = null;
  for (let times = 1; ; times += 1) {
    try {
      const loaded = await load();
      unsay?.();
      return loaded;
    } catch (error) {
      if (isBroken(error, met)) {
        unsay?.();
        say('broke');
        throw error;
      }
      met = error;
      if (times >= goneAfter) unsay ??= say();
      const pauseMs = Math.min(longestScriptPauseMs, 1_000 * 2 ** (times - 1));
      await new Promise((next) => setTimeout(next, pauseMs));
    }
  }
}

/**
 * Style sheets too: whoever loads a part takes one that has failed for one that is there, so it is asked for again here.
 * @returns when those are there that the page began without, or one of them is told as gone: what is drawn before has no looks
 */
export function loadStylesPatiently(
  page: Document,
  { say, pauseMs = 1_000, longestPauseMs = 60_000 }: StylePatience,
): Promise<void> {
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const failures = new Map<string, number>();
  let unsay: (() => void) | null = null;
  const again = (link: HTMLLinkElement): void => link.replaceWith(link.cloneNode());
  const whereStyles =
    (told: (link: HTMLLinkElement) => void) =>
    ({ target }: Event): void => {
      if (target instanceof HTMLLinkElement && target.rel === 'stylesheet') told(target);
    };
  page.addEventListener(
    'error',
    whereStyles((link) => {
      const times = (failures.get(link.href) ?? 0) + 1;
      failures.set(link.href, times);
      if (times >= goneAfter) {
        unsay ??= say();
        begin();
      }
      setTimeout(again, Math.min(longestPauseMs, pauseMs * 2 ** (times - 1)), link);
    }),
    true,
  );
  page.addEventListener(
    'load',
    whereStyles(({ href }) => {
      failures.delete(href);
      if (failures.size === 0) begin();
      if (unsay === null || [...failures.values()].some((times) => times >= goneAfter)) return;
      unsay();
      unsay = null;
    }),
    true,
  );
  // Some may have failed before anybody listened.
  for (const link of page.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')) {
    if (hasRules(link)) continue;
    failures.set(link.href, 0);
    again(link);
  }
  if (failures.size === 0) begin();
  return begun;
}

/** In place of one that failed some browsers have an empty sheet, some one that may not be read, and some none. */
function hasRules({ sheet }: HTMLLinkElement): boolean {
  try {
    return sheet !== null && sheet.cssRules.length > 0;
  } catch {
    return false;
  }
}
