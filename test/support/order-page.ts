/** What the tests of orders from the page stand on: a real Chromium, an inbox, and a stand-in of kie.ai, new for each test. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { launchBrowser, type TestBrowser } from './browser.ts';
import { createInboxes, repoDir, type Inbox, type Inboxes } from './inbox-process.ts';
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
  let film: Buffer;
  beforeAll(async () => {
    browser = await launchBrowser();
    film = await readFile(path.join(repoDir, 'src-main/node/samples/sample.mp4'));
  });
  beforeEach(async () => {
    kie = await openKieStandIn({ film });
  });
  afterEach(async () => {
    await inboxes.kill();
    await kie.close();
  });
  afterAll(async () => {
    await browser.close();
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
      const { page } = await browser.open(inbox.galleryUrl, options);
      await page.goto(`${inbox.localUrl}/${hash}`);
      return page;
    },
    orders: () => kie.calls.filter(({ path: at }) => /generate$|createTask$/.test(at)).length,
    make: (page) => page.getByRole('button', { name: /^(Make the video|Sending…|Make it once more…)$/ }),
  };
}
