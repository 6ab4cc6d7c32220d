/**
 * An inbox and a page for all specs of a file: starting them costs three times what a spec itself does. Each spec is given
 * the gallery of an empty inbox, whatever ran before it, and a failed one leaves nothing of its own to the next.
 */
import { afterAll, afterEach } from 'vitest';
import type { TaskFilter, View } from '../../src-main/common/task-query.ts';
import { en as texts } from '../../src-renderer/texts/en.ts';
import type { GalleryDriver, Wishes } from '../e2e/specs/gallery-driver.ts';
import { launchBrowser } from './browser.ts';
import { createInboxes } from './inbox-process.ts';
import { listenVideoServer, type VideoServer } from './video-server.ts';

/** A gallery on the screen, and its end. */
export interface StartedGallery extends Omit<GalleryDriver, 'media'> {
  readonly close: () => Promise<void>;
}

export interface SharedGallery {
  /**
   * The gallery of an inbox that holds nothing.
   * @param isNew one in which nothing ever happened: settings, requests and sums outlive what is removed from the library
   */
  readonly empty: (wishes?: Wishes, isNew?: boolean) => Promise<GalleryDriver>;
}

const usual = {
  viewport: { width: 1280, height: 800 },
  colorScheme: 'light',
  reducedMotion: 'no-preference',
} as const satisfies Wishes;

/** To be called once in a test file, or in a `describe`. @param start an inbox that may fetch from `media`, and its page */
export function useSharedGallery(start: (media: VideoServer) => Promise<StartedGallery>): SharedGallery {
  let media: VideoServer | null = null;
  let started: StartedGallery | null = null;

  async function end(): Promise<void> {
    const [gallery, files] = [started, media];
    [started, media] = [null, null];
    await gallery?.close();
    await files?.close();
  }
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await end();
  });
  afterAll(end);

  return {
    async empty(wishes = {}, isNew = false) {
      if (isNew) await end();
      media ??= await listenVideoServer();
      const isFirst = started === null;
      started ??= await start(media);
      const { page } = started;
      const { viewport, ...looks } = { ...usual, ...wishes };
      await page.setViewportSize(viewport);
      await page.emulateMedia(looks);
      if (!isFirst) await emptyAgain(started);
      await page.getByRole('heading', { name: texts.empty.title }).waitFor();
      return { media, ...started };
    },
  };
}

const allIn = (view: View): { readonly query: TaskFilter } => ({
  query: { view, text: '', state: 'all', provider: null, order: 'newest', timeZone: 'UTC' },
});

async function emptyAgain({ page, call, complaints }: StartedGallery): Promise<void> {
  await page.unrouteAll({ behavior: 'wait' });
  await call('tasks:trash', allIn('library'));
  await call('tasks:purge', allIn('trash'));
  await page.evaluate(() => {
    localStorage.clear();
    sessionStorage.clear();
    history.replaceState(null, '', '#/');
  });
  await page.reload();
  complaints.length = 0; // what a page says as it is left
}

/** As `useSharedGallery`, in a real browser over the local server. */
export function useGalleryInBrowser(): SharedGallery {
  return useSharedGallery(async (media) => {
    const inboxes = createInboxes({ inTurn: true });
    const [browser, inbox] = await Promise.all([
      launchBrowser(),
      inboxes.start({ args: ['--allow-host', media.host] }),
    ]);
    const { page, complaints } = await browser.open(inbox.galleryUrl, {
      locale: 'en-US',
      timezoneId: 'Europe/Berlin',
    });
    const { postCallback, call, waitForTask } = inbox;
    return {
      page,
      complaints,
      postCallback,
      call,
      waitForTask,
      async close() {
        await browser.close();
        await inboxes.close();
      },
    };
  });
}
