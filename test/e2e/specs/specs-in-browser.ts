/** Specs of the gallery in a real browser, over the local server: an inbox and a page of its own for each. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchBrowser, type OpenPage, type TestBrowser } from '../../support/browser.ts';
import { createInboxes, type Inbox } from '../../support/inbox-process.ts';
import { listenVideoServer, type VideoServer } from '../../support/video-server.ts';
import type { Spec } from './gallery-driver.ts';

/** @param lists their name, and what is in them; cut into files so that several run side by side. */
export function runSpecsInBrowser(lists: readonly (readonly [name: string, specs: readonly Spec[]])[]): void {
  const inboxes = createInboxes();
  let browser: TestBrowser;
  let media: VideoServer;
  let inbox: Inbox;
  let open: OpenPage | null = null;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    media = await listenVideoServer();
    inbox = await inboxes.start({ args: ['--allow-host', media.host] });
  });
  afterEach(async () => {
    await open?.close();
    open = null;
    await inboxes.close();
    await media.close();
  });

  describe.each(lists)('%s', (_name, specs) => {
    it.each(specs.map((spec) => [spec.name, spec] as const))('%s', async (_spec, { wishes, run }) => {
      open = await browser.open(inbox.galleryUrl, { locale: 'en-US', timezoneId: 'Europe/Berlin', ...wishes });
      const { page, complaints } = open;
      const { postCallback, call, waitForTask } = inbox;
      await run({ page, media, complaints, postCallback, call, waitForTask });
      expect(complaints).toEqual([]);
    });
  });
}
