/** The gallery in the desktop window, over IPC: specs of the browser, in real Electron all of them. */
import { describe, expect, it } from 'vitest';
import { isComplaint } from '../support/browser.ts';
import { desktopKinds, launchDesktop, type DesktopKind } from '../support/electron-driver.ts';
import { useSharedGallery, type StartedGallery } from '../support/shared-gallery.ts';
import { skipHere } from '../support/skip-here.ts';
import type { VideoServer } from '../support/video-server.ts';
import { comfortSpecs } from './specs/comfort-specs.ts';
import type { Spec } from './specs/gallery-driver.ts';
import { gallerySpecs } from './specs/gallery-specs.ts';
import { button, texts } from './specs/gallery-steps.ts';
import { playerSpecs } from './specs/player-specs.ts';

async function startInWindow(kind: DesktopKind, media: VideoServer): Promise<StartedGallery> {
  const { page: pageOf, ...desktop } = await launchDesktop({
    kind,
    env: { VIDEO_INBOX_ALLOW_HOST: media.host },
    context: { locale: 'en-US', timezoneId: 'Europe/Berlin' },
  });
  const page = await pageOf();
  const complaints: string[] = [];
  page.on('console', (message) => {
    // Electron warns of an empty page that specs go to, which has no policy.
    if (isComplaint(message) && page.url() !== 'about:blank') complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${String(error)}`));
  const { postCallback, call, waitForTask, close } = desktop;
  return { page, complaints, postCallback, call, waitForTask, close };
}

describe.each(desktopKinds())('in: %s', (kind) => {
  const gallery = useSharedGallery((media) => startInWindow(kind, media));

  // The double's window is the Chromium of the browser's specs: it can show nothing new but what comes another way there.
  const here = (specs: readonly Spec[]) => specs.filter(({ inDouble }) => kind === 'electron' || inDouble === true);

  describe.each([
    ['the grid', here(gallerySpecs)],
    ['the player', here(playerSpecs)],
    ...(kind === 'electron' ? ([['comfort', comfortSpecs]] as const) : []),
  ] as const)('%s', (_name, specs) => {
    it.for(specs.map((spec) => [spec.name, spec] as const))('%s', async ([, spec], context) => {
      const { wishes, isNew, run, chromium = 0 } = spec;
      const driver = await gallery.empty(wishes, isNew);
      const version = /Chrome\/(\d+)/.exec(await driver.page.evaluate(() => navigator.userAgent))?.[1] ?? '';
      if (Number(version) < chromium) skipHere(context, `its looks need Chromium ${chromium}, not ${version}`);
      await run(driver);
      expect(driver.complaints).toEqual([]);
    });
  });

  it('the callback URL is copied', async () => {
    const { page } = await gallery.empty();
    await button(page, texts.reach.copyUrl).first().click();
    await page.getByText(texts.reach.copied).first().waitFor();
  });
});
