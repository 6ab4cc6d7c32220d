/** What the tests of orders from the page stand on: a real Chromium, an inbox, and a stand-in of kie.ai, new for each test. */
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { launchBrowser, type TestBrowser } from './browser.ts';
import { createInboxes, type Inbox, type Inboxes } from './inbox-process.ts';
import { keyFrameFilm } from './key-frame-film.ts';
import { openKieStandIn, type KieStandIn } from './providers/kie-stand-in.ts';

export interface OrderStartOptions {
  /** Whether the inbox has the key of the stand-in. Default: it has. */
  readonly key?: boolean;
  readonly args?: readonly string[];
}

export interface OrderRig {
  readonly inboxes: Inboxes;
  readonly kie: () => KieStandIn;
  /** What the stand-in makes. */
  readonly film: () => Buffer;
  readonly browser: () => TestBrowser;
  readonly start: (options?: OrderStartOptions) => Promise<Inbox>;
  readonly open: (inbox: Inbox, hash?: string, options?: BrowserContextOptions) => Promise<Page>;
  /** How many orders the stand-in has got. */
  readonly orders: () => number;
  readonly make: (page: Page) => Locator;
}

/** To be called once, at the top of a test file. */
export function useOrderRig(): OrderRig {
  const inboxes = createInboxes({ inTurn: true });
  let browser: TestBrowser;
  let kie: KieStandIn;
  const film = keyFrameFilm();
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  beforeEach(async () => {
    kie = await openKieStandIn({ film });
  });
  afterEach(async () => {
    // A page that is left open asks on and on, and another inbox or the stand-in may get its port.
    await browser.close();
    await inboxes.kill();
    await kie.close();
  });
  afterAll(async () => {
    await inboxes.close();
  });
  return {
    inboxes,
    kie: () => kie,
    film: () => film,
    browser: () => browser,
    start: ({ key = true, args = [] } = {}) =>
      inboxes.start({
        args: ['--api-base', `kie=${kie.origin}`, '--allow-host', kie.host, '--ask-every', '0.2', ...args],
        env: key ? { VIDEO_INBOX_SECRET_KIE_API_KEY: kie.key } : {},
      }),
    async open(inbox, hash = '#/new', options = {}) {
      // What stands behind the # outlives the way from the key to the page.
      const { page } = await browser.open(`${inbox.galleryUrl}${hash}`, options);
      return page;
    },
    orders: () => kie.calls.filter(({ path: at }) => /generate$|createTask$/.test(at)).length,
    make: (page) => page.getByRole('button', { name: /^(Make the video|Sending…|Make it once more…)$/ }),
  };
}
