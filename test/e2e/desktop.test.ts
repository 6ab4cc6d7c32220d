/** The gallery in the desktop window, over IPC: the specs of the browser in the Electron double and in real Electron. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isComplaint } from '../support/browser.ts';
import { desktopKinds, launchDesktop, type Desktop, type DesktopKind } from '../support/electron-driver.ts';
import { skipHere } from '../support/skip-here.ts';
import { listenVideoServer, type VideoServer } from '../support/video-server.ts';
import { comfortSpecs } from './specs/comfort-specs.ts';
import type { GalleryDriver, Wishes } from './specs/gallery-driver.ts';
import { gallerySpecs } from './specs/gallery-specs.ts';
import { button, texts } from './specs/gallery-steps.ts';
import { playerSpecs } from './specs/player-specs.ts';

let media: VideoServer;
let desktop: Desktop | null = null;

beforeEach(async () => {
  media = await listenVideoServer();
});
afterEach(async () => {
  await desktop?.close();
  desktop = null;
  await media.close();
});

async function openWindow(kind: DesktopKind, wishes: Wishes = {}): Promise<GalleryDriver> {
  const opened = await launchDesktop({
    kind,
    env: { VIDEO_INBOX_ALLOW_HOST: media.host },
    context: { locale: 'en-US', timezoneId: 'Europe/Berlin' },
  });
  desktop = opened;
  const page = await opened.page();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (isComplaint(message)) complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`uncaught: ${String(error)}`));
  await page.setViewportSize(wishes.viewport ?? { width: 1280, height: 800 });
  await page.emulateMedia({
    colorScheme: wishes.colorScheme ?? 'light',
    reducedMotion: wishes.reducedMotion ?? 'no-preference',
  });
  await page.getByRole('heading', { name: texts.empty.title }).waitFor();
  const { postCallback, call, waitForTask } = opened;
  return { page, media, complaints, postCallback, call, waitForTask };
}

describe.each(desktopKinds())('in: %s', (kind) => {
  describe.each([
    ['the grid', gallerySpecs],
    ['the player', playerSpecs],
    ['comfort', comfortSpecs],
  ])('%s', (_name, specs) => {
    it.for(specs.map((spec) => [spec.name, spec] as const))('%s', async ([, spec], context) => {
      const { wishes, run, chromium = 0 } = spec;
      const driver = await openWindow(kind, wishes);
      const version = /Chrome\/(\d+)/.exec(await driver.page.evaluate(() => navigator.userAgent))?.[1] ?? '';
      if (Number(version) < chromium) skipHere(context, `its looks need Chromium ${chromium}, not ${version}`);
      await run(driver);
      expect(driver.complaints).toEqual([]);
    });
  });

  it('the callback URL is copied', async () => {
    const { page } = await openWindow(kind);
    await button(page, texts.reach.copyUrl).first().click();
    await page.getByText(texts.reach.copied).first().waitFor();
  });
});
