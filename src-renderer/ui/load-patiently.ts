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

/** Style sheets too: whoever loads a part takes one that has failed for one that is there, so it is asked for again here. */
export function loadStylesPatiently(page: Document, pauseMs = 1_000): void {
  const again = (link: HTMLLinkElement): void => link.replaceWith(link.cloneNode());
  page.addEventListener(
    'error',
    ({ target }) => {
      if (target instanceof HTMLLinkElement && target.rel === 'stylesheet') setTimeout(again, pauseMs, target);
    },
    true,
  );
  // Some may have failed before anybody listened.
  for (const link of page.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]'))
    if (link.sheet === null) again(link);
}
