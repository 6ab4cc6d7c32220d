/** Every screen that a link leads to, for everyone: axe finds nothing, and nothing is cut, in wide and narrow windows. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { enCompare } from '../../../src-renderer/texts/en-compare.ts';
import { enCosts } from '../../../src-renderer/texts/en-costs.ts';
import { enCull } from '../../../src-renderer/texts/en-cull.ts';
import { enNodes } from '../../../src-renderer/texts/en-nodes.ts';
import { enSettings } from '../../../src-renderer/texts/en-settings.ts';
import { lumaSuccess } from '../../support/kie-callbacks.ts';
import { rulesOfLooks } from '../../support/axe.ts';
import { keyFrameFilm } from '../../support/key-frame-film.ts';
import type { GalleryDriver, Spec, Wishes } from './gallery-driver.ts';
import {
  button,
  card,
  deliver,
  eventually,
  expectAccessible,
  isSaved,
  limitMs,
  opener,
  texts,
} from './gallery-steps.ts';

const prompt = 'A harbour in the rain';
const otherPrompt = 'A lighthouse at night';

interface Screen {
  readonly hash: string;
  /** Is there once the screen is. */
  readonly sign: (page: Page) => ReturnType<Page['locator']>;
}

const heading = (name: string) => (page: Page) => page.getByRole('heading', { name }).first();

/** Takes with a source, one that failed, and a request that was refused. @returns the screens about films. */
async function fill({ media, call, postCallback, waitForTask }: GalleryDriver): Promise<readonly Screen[]> {
  const keys: string[] = [];
  for (const n of [1, 2, 3, 4, 5]) {
    const [source, film] = [media.file('/source.mp4', keyFrameFilm()), media.file(`/film-${n}.mp4`, keyFrameFilm())];
    const promptJson = JSON.stringify({ prompt: n === 5 ? otherPrompt : prompt, videoUrl: source });
    await postCallback({ code: 200, msg: 'ok', data: { taskId: `take-${n}`, promptJson, resultUrls: [film] } });
    keys.push((await waitForTask(`take-${n}`, (task) => isSaved(task) && task.sources?.length === 1)).key);
  }
  const dead = media.file('/dead.mp4', Buffer.from('<!doctype html><title>Sign in</title>'));
  await postCallback(lumaSuccess('dead', [dead], 'Its link is dead'));
  const failed = await waitForTask('dead', ({ videos }) => videos[0]?.state === 'failed');
  await postCallback({ nothing: 'that is known' });
  const [one = '', two = '', three = '', four = '', five = ''] = keys.map(encodeURIComponent);
  await call('tasks:tag', keys.slice(0, 2), { add: ['pitch'] });
  await call('tasks:mark', keys.slice(0, 1), { rating: 4, pick: 'picked', starred: true });
  // Over a film that stands is its exact frame, and the element itself is hidden.
  const films = (count: number) => (page: Page) => page.locator('figure:has(video)').nth(count - 1);
  return [
    { hash: `compare/${one}~s1,${two}`, sign: films(2) },
    ...(['side', 'blink', 'difference', 'onion'] as const).map((mode) => ({
      hash: `compare/${one},${two}?mode=${mode}`,
      sign: (page: Page) => page.locator(`[data-mode="${mode}"]`),
    })),
    { hash: `compare/${one},${two},${three},${four}?mode=side`, sign: films(4) },
    { hash: `compare/${one},${five}`, sign: (page) => page.locator('ins').first() },
    { hash: 'compare/none,nobody', sign: heading(enCompare.gone) },
    { hash: `cull/${one}`, sign: (page) => page.getByRole('list', { name: enCull.takes(4, '4') }) },
    { hash: 'cull/none', sign: heading(enCull.gone) },
    { hash: `task/${two}`, sign: (page) => page.getByText(texts.history.saved).first() },
    {
      hash: `task/${encodeURIComponent(failed.key)}`,
      sign: (page) => page.getByRole('region', { name: texts.link.title }),
    },
    { hash: 'task/none', sign: heading(texts.player.notFound) },
  ];
}

/** Those about everything else. */
const rooms: readonly Screen[] = [
  { hash: 'settings', sign: heading(enSettings.about.title) },
  { hash: 'requests', sign: heading(texts.rail.requests) },
  { hash: 'costs', sign: heading(enCosts.title) },
  { hash: 'nodes', sign: heading(enNodes.title) },
  { hash: 'new', sign: heading(texts.rail.newVideo) },
  { hash: 'reachable', sign: heading(enSettings.steps.title) },
  { hash: 'library?q=no-such-thing', sign: heading(texts.empty.nothingFound) },
  { hash: 'library', sign: (page) => opener(page, prompt).first() },
];

/** What stands out of the window sideways, and nothing scrolls it in. */
const cutOff = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const isScrolled = (element: Element): boolean => {
      for (let at = element.parentElement; at !== null; at = at.parentElement) {
        if (/auto|scroll/.test(getComputedStyle(at).overflowX) && at.scrollWidth > at.clientWidth) return true;
      }
      return false;
    };
    const { scrollWidth, clientWidth } = document.documentElement;
    const page = scrollWidth > clientWidth ? [`the page, ${scrollWidth} of ${clientWidth}`] : [];
    const elements = [...document.querySelectorAll('button, a[href], input, select, textarea, h1, h2')]
      .filter((element) => {
        if (!element.checkVisibility({ visibilityProperty: true }) || element.closest('[inert]') !== null) return false;
        if (element.closest('.visually-hidden') !== null || getComputedStyle(element).clipPath !== 'none') return false;
        const { left, right, width } = element.getBoundingClientRect();
        return width > 0 && (left < -1 || right > innerWidth + 1) && !isScrolled(element);
      })
      .map((element) => `${element.outerHTML.slice(0, 120)} … ${Math.round(element.getBoundingClientRect().right)}`);
    return [...page, ...elements];
  });

/** What measures itself is drawn anew a moment after its window got another size. */
const noneCutOff = (page: Page, where: string): Promise<void> =>
  expect.poll(() => cutOff(page), { timeout: limitMs, interval: 50, message: where }).toEqual([]);

async function show(page: Page, { hash, sign }: Screen): Promise<void> {
  await page.evaluate((to) => (location.hash = to), `#/${hash}`);
  await sign(page).waitFor({ timeout: limitMs });
}

async function areFine({ page }: GalleryDriver, screens: readonly Screen[]): Promise<void> {
  for (const screen of screens) {
    await show(page, screen);
    await expectAccessible(page);
    await noneCutOff(page, screen.hash);
  }
}

/** What is asked before films go for good. */
async function askToPurge(page: Page): Promise<void> {
  await opener(page, prompt).focus();
  await page.keyboard.press('Delete');
  await eventually(() => card(page, prompt).count(), 0);
  await show(page, { hash: 'trash', sign: () => opener(page, prompt) });
  await button(card(page, prompt), texts.trash.purge).click();
  await page.getByRole('alertdialog').waitFor({ timeout: limitMs });
}

/** What of the marks on cards is shown in part: all of a line but the provider's name, which alone gives way. */
const cutMarks = (page: Page): Promise<string[]> =>
  page
    .locator('article p > :not(:first-child)')
    .evaluateAll((all) =>
      all
        .filter((mark) => mark.scrollWidth > mark.clientWidth + 1 && mark.checkVisibility())
        .map(({ textContent }) => textContent),
    );

/** As 1280 by 800 are at 200 %, as narrow as they get, and large. */
const windows = {
  enlarged: { width: 640, height: 400 },
  narrow: { width: 320, height: 640 },
  large: { width: 1920, height: 1080 },
} as const;

/** Each screen in the other windows, the large one in the dark. */
async function areFineInOthers({ page }: GalleryDriver, screens: readonly Screen[]): Promise<void> {
  for (const screen of screens) {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize(windows.enlarged);
    await show(page, screen);
    await expectAccessible(page);
    await noneCutOff(page, `${screen.hash} at 200 %`);
    await page.setViewportSize(windows.narrow);
    await noneCutOff(page, `${screen.hash} at 320`);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize(windows.large);
    await expectAccessible(page, rulesOfLooks);
    await noneCutOff(page, `${screen.hash} in a large window`);
  }
}

/** Films play in the light; here they stand, for it is colours and places that are looked at, and each screen plays four. */
const still: Wishes = { reducedMotion: 'reduce' };

export const screenSpecs: readonly Spec[] = [
  {
    name: 'axe finds nothing about films, and nothing is cut',
    async run(driver) {
      await areFine(driver, await fill(driver));
    },
  },
  {
    name: 'nor about films at 200 %, at 320 px, and in a large window in the dark',
    wishes: still,
    async run(driver) {
      await areFineInOthers(driver, await fill(driver));
    },
  },
  {
    name: 'between wide and narrow nothing is cut, and a card shows its marks as wholes or not at all',
    wishes: { viewport: { width: 1000, height: 700 } },
    async run(driver) {
      const { page, call } = driver;
      const { key } = await deliver(driver, prompt);
      await call('tasks:tag', [key], { add: ['pitch', 'night', 'rain'] });
      await call('tasks:mark', [key], { rating: 5 });
      for (const width of [1280, 1000, 840, 390]) {
        await page.setViewportSize({ width, height: 700 });
        const found = `library?q=${prompt.split(' ')[1]}`;
        await show(page, { hash: found, sign: () => opener(page, prompt) });
        await noneCutOff(page, `${found} at ${width}`);
        await eventually(() => cutMarks(page), []);
      }
    },
  },
  {
    name: 'an upright film among those in their shapes shows how it was judged, and not a letter of it',
    async run(driver) {
      const { page, call } = driver;
      const upright = await readFile(path.join(import.meta.dirname, '../../fixtures/media/rotated.mp4'));
      const { key } = await deliver(driver, prompt, upright);
      await call('tasks:mark', [key], { pick: 'rejected' });
      await button(page, texts.bar.shapes).click();
      const judged = card(page, prompt).getByText(texts.card.rejected, { exact: true });
      await judged.waitFor({ timeout: limitMs });
      await eventually(async () => ((await card(page, prompt).boundingBox())?.width ?? 999) < 140, true);
      await eventually(() => cutMarks(page), []);
      expect(await judged.isVisible()).toBe(true);
    },
  },
  {
    name: 'axe finds nothing in the other rooms, and nothing is cut',
    async run(driver) {
      await deliver(driver, prompt);
      await driver.postCallback({ nothing: 'that is known' });
      await areFine(driver, rooms);
      await askToPurge(driver.page);
      await expectAccessible(driver.page);
    },
  },
  {
    name: 'nor in the other rooms at 200 %, at 320 px, and in a large window in the dark',
    wishes: still,
    async run(driver) {
      await deliver(driver, prompt);
      await driver.postCallback({ nothing: 'that is known' });
      await areFineInOthers(driver, rooms);
      await askToPurge(driver.page);
      await expectAccessible(driver.page, rulesOfLooks);
    },
  },
];
