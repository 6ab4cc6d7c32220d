/** For everyone: without a mouse, with a screen reader, in the dark, in a narrow window, without motion. */
import type { Locator } from 'playwright-core';
import { expect } from 'vitest';
import type { TaskView } from '../../../src-main/common/task-view.ts';
import { loadSamples } from '../../../src-main/node/samples/samples.ts';
import { enSettings as settingsTexts } from '../../../src-renderer/texts/en-settings.ts';
import { enCompare } from '../../../src-renderer/texts/en-compare.ts';
import { enExport } from '../../../src-renderer/texts/en-export.ts';
import { enRequestsScreen } from '../../../src-renderer/texts/en-requests-screen.ts';
import { pack as ar } from '../../../src-renderer/texts/ar.ts';
import { pack as es } from '../../../src-renderer/texts/es.ts';
import { lumaFailure, lumaSuccess } from '../../support/kie-callbacks.ts';
import type { GalleryDriver, Spec } from './gallery-driver.ts';
import {
  button,
  card,
  deliver,
  eventually,
  expectAccessible,
  expectGone,
  film,
  isSaved,
  limitMs,
  opener,
  openTask,
  player,
  viewLink,
  texts,
} from './gallery-steps.ts';

/** One card of each kind, so that every colour and label is looked at. */
async function fill(driver: GalleryDriver): Promise<void> {
  const { media, postCallback, waitForTask } = driver;
  await deliver(driver, 'A video that is here');
  await postCallback(lumaFailure('failed-1', 'The prompt was stopped by moderation.'));
  await postCallback({ task_id: 'processing-1', status: 'running' });
  await postCallback(lumaSuccess('broken-1', [media.file('/broken.mp4', Buffer.from('no video'))], 'A broken one'));
  await waitForTask('broken-1', ({ videos }) => videos[0]?.state === 'failed');
  await postCallback(lumaSuccess('hanging-1', [media.handle('/hanging.mp4', () => undefined)], 'On its way'));
  await card(driver.page, 'On its way').waitFor({ timeout: limitMs });
  await card(driver.page, 'A video that is here').locator('img').waitFor({ timeout: limitMs });
}

/** Without `light-dark()` the colours are not those that were chosen. */
const lightDark = 123;

const overflow = (driver: GalleryDriver): Promise<number> =>
  driver.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

const luminance = (driver: GalleryDriver): Promise<number> =>
  driver.page.evaluate(() => {
    const canvas = document.createElement('canvas').getContext('2d');
    if (canvas === null) throw new Error('no canvas');
    canvas.fillStyle = getComputedStyle(document.body).backgroundColor;
    canvas.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data;
    return (red * 0.2126 + green * 0.7152 + blue * 0.0722) / 255;
  });

async function everyScreenIsAccessible(driver: GalleryDriver): Promise<void> {
  const { page } = driver;
  await page.getByRole('heading', { name: texts.empty.title }).waitFor();
  await expectAccessible(page);
  await fill(driver);
  await expectAccessible(page);
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: texts.keys.title }).waitFor();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await openTask(page, 'A video that is here');
  await page.locator('video').waitFor();
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await openTask(page, 'A broken one');
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await opener(page, 'A broken one').focus();
  await page.keyboard.press('Delete');
  await button(page, texts.common.undo).last().waitFor();
  await expectAccessible(page);
}

export const comfortSpecs: readonly Spec[] = [
  {
    name: 'by keyboard alone: find, star, open, play, delete, undo',
    async run(driver) {
      const { page, call } = driver;
      const tasks: TaskView[] = [];
      for (const prompt of ['Left behind', 'Starred by key', 'Opened by key'])
        tasks.push(await deliver(driver, prompt));
      await opener(page, 'Opened by key').waitFor({ timeout: limitMs });
      const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '');

      for (let presses = 0; presses < 40 && (await focused()) !== 'Opened by key'; presses += 1) {
        await page.keyboard.press('Tab');
      }
      expect(await focused()).toBe('Opened by key');
      await page.keyboard.press('ArrowRight');
      await eventually(focused, 'Starred by key');
      await page.keyboard.press('s');
      await eventually(async () => (await call('tasks:get', tasks[1]?.key ?? ''))?.starred, true);
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('Enter');
      await player(page, 'Opened by key').waitFor({ timeout: limitMs });
      await expect.poll(async () => (await film(page)).at, { timeout: limitMs }).toBeGreaterThan(0.1);
      await page.keyboard.press('Space');
      await eventually(async () => (await film(page)).paused, true);
      await page.keyboard.press('Escape');
      await eventually(focused, 'Opened by key');
      await page.keyboard.press('End');
      await eventually(focused, 'Left behind');
      await page.keyboard.press('Backspace');
      await expectGone(opener(page, 'Left behind'));
      await button(page, texts.common.undo).last().waitFor({ timeout: limitMs });
      await page.keyboard.press('Control+z');
      await opener(page, 'Left behind').waitFor({ timeout: limitMs });
    },
  },
  {
    name: 'shows where the focus is',
    async run(driver) {
      const { page } = driver;
      await deliver(driver, 'In focus');
      for (let presses = 0; presses < 12; presses += 1) {
        await page.keyboard.press('Tab');
        const isVisible = await page.evaluate(() => {
          const element = document.activeElement;
          if (element === null || element === document.body) return true;
          // The ring may lie on the element or on what it is drawn in.
          for (let at: Element | null = element; at !== null && at !== document.body; at = at.parentElement) {
            const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(at);
            if ((outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none') return true;
          }
          return false;
        });
        expect(isVisible, await page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200) ?? '')).toBe(true);
      }
    },
  },
  {
    name: 'in a low window the rail shows the entry of where a person is',
    wishes: { viewport: { width: 1280, height: 320 } },
    async run({ page }) {
      for (const screen of ['requests', 'costs'] as const) {
        await page.evaluate(() => (location.hash = '#/library'));
        const entry = page.getByRole('link', { name: texts.rail[screen] });
        const isSeen = () =>
          entry.evaluate((each) => {
            const { top, bottom } = each.getBoundingClientRect();
            return top >= 0 && bottom <= innerHeight;
          });
        await eventually(isSeen, false);
        await page.evaluate((to) => (location.hash = `#/${to}`), screen);
        await eventually(isSeen, true);
      }
    },
  },
  {
    name: 'the first stop of Tab skips to the videos, and the bar is quiet until there are some',
    async run(driver) {
      const { page } = driver;
      const order = page.getByRole('combobox', { name: texts.bar.order });
      await page.getByRole('heading', { name: texts.empty.title }).waitFor();
      await eventually(() => order.count(), 0);
      await deliver(driver, 'Skipped to');
      await opener(page, 'Skipped to').waitFor({ timeout: limitMs });
      await order.waitFor({ timeout: limitMs });
      await page.keyboard.press('Tab');
      await eventually(() => button(page, texts.rail.skip).evaluate((each) => each === document.activeElement), true);
      await expectAccessible(page);
      await page.keyboard.press('Enter');
      await eventually(() => page.evaluate(() => document.activeElement?.textContent), 'Skipped to');
      // The list of keys is there to be read: nothing in it is about to be pressed.
      await page.keyboard.press('?');
      const keys = page.getByRole('dialog', { name: texts.keys.title });
      await keys.waitFor();
      const focused = () => page.evaluate(() => document.activeElement?.textContent);
      await eventually(focused, texts.keys.title);
      await page.keyboard.press('Escape');
      await expectGone(keys);
      // Over the videos lies a screen now: it leads there.
      await page.evaluate(() => (location.hash = '#/settings'));
      await eventually(focused, settingsTexts.screen.settings);
      await button(page, texts.rail.skip).focus();
      await page.keyboard.press('Enter');
      await eventually(focused, settingsTexts.screen.back);
    },
  },
  {
    name: 'a button that shows only a picture tells its name and key on focus and under the pointer, until Escape',
    async run(driver) {
      const { page } = driver;
      await page.getByRole('heading', { name: texts.empty.title }).waitFor();
      const shortcuts = button(page, texts.rail.shortcuts);
      const tip = page.locator('[popover]').getByText(texts.rail.shortcuts);
      await shortcuts.hover();
      await tip.waitFor({ timeout: limitMs });
      await page.keyboard.press('Escape');
      await expectGone(tip);
      await button(page, settingsTexts.screen.settings).focus();
      await page.keyboard.press('Tab');
      await eventually(() => shortcuts.evaluate((element) => element === document.activeElement), true);
      await tip.waitFor({ timeout: limitMs });
      await expectAccessible(page);
      await page.keyboard.press('Tab');
      await expectGone(tip);
    },
  },
  {
    name: 'axe finds no violation on any screen, in the light',
    chromium: lightDark,
    wishes: { colorScheme: 'light' },
    run: everyScreenIsAccessible,
  },
  {
    name: 'axe finds no violation on any screen, in the dark',
    chromium: lightDark,
    wishes: { colorScheme: 'dark' },
    run: everyScreenIsAccessible,
  },
  {
    name: 'is light in the light',
    chromium: lightDark,
    wishes: { colorScheme: 'light' },
    run: async (driver) => expect(await luminance(driver)).toBeGreaterThan(0.8),
  },
  {
    name: 'is dark in the dark',
    chromium: lightDark,
    wishes: { colorScheme: 'dark' },
    run: async (driver) => expect(await luminance(driver)).toBeLessThan(0.2),
  },
  {
    name: 'a narrow window holds it all',
    chromium: lightDark,
    wishes: { viewport: { width: 640, height: 800 } },
    async run(driver) {
      const { page } = driver;
      expect(await overflow(driver)).toBe(0);
      await fill(driver);
      expect(await overflow(driver)).toBe(0);
      // All four filters are seen without moving their row.
      const filters = page.getByRole('group', { name: texts.bar.states });
      expect(await filters.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBeLessThanOrEqual(
        0,
      );
      await expectAccessible(page);
      await button(page, texts.rail.openMenu).click();
      await page.getByRole('dialog', { name: texts.rail.label }).waitFor();
      await expectAccessible(page);
      await viewLink(page, 'failed').click();
      await expectGone(page.getByRole('dialog', { name: texts.rail.label }));
      await card(page, 'A broken one').waitFor({ timeout: limitMs });
      await openTask(page, 'A broken one');
      expect(await overflow(driver)).toBe(0);
    },
  },
  {
    name: 'in forced colours what is chosen can be told, and where the focus is',
    async run(driver) {
      const { page } = driver;
      await deliver(driver, 'A harbour in the rain');
      await page.emulateMedia({ forcedColors: 'active' });
      const look = (of: Locator) =>
        of.evaluate((element) => {
          const { backgroundColor, outlineColor, outlineStyle } = getComputedStyle(element);
          return { backgroundColor, isRinged: outlineStyle !== 'none' && !/^rgba.*, 0\)$/.test(outlineColor) };
        });
      try {
        const filters = page.getByRole('group', { name: texts.bar.states }).getByRole('button');
        // Read each time: it turns into its colour, as a star does.
        const chosen = async () => (await look(filters.nth(0))).backgroundColor;
        expect((await look(filters.nth(1))).backgroundColor).not.toBe(await chosen());
        // A card without a picture has an edge.
        await driver.postCallback(lumaFailure('refused-1', 'It was refused.'));
        const failed = card(page, 'Prompt of refused-1');
        await failed.waitFor({ timeout: limitMs });
        const edges = await failed.evaluate(
          (element) =>
            [element, ...element.querySelectorAll('*')].filter(
              (each) => getComputedStyle(each).outlineStyle === 'solid',
            ).length,
        );
        expect(edges).toBeGreaterThan(0);
        // Neither is a star hidden by the veil that it has on a picture.
        const star = card(page, 'A harbour in the rain').getByRole('button', { name: texts.card.star });
        await star.click();
        await eventually(async () => (await look(star.locator('svg'))).backgroundColor === (await chosen()), true);
        expect((await look(viewLink(page, 'library'))).backgroundColor).not.toBe(
          (await look(viewLink(page, 'inbox'))).backgroundColor,
        );
        await filters.nth(1).focus();
        await page.keyboard.press('Shift+Tab');
        expect((await look(filters.nth(0))).isRinged).toBe(true);
        // What Enter would take, in a menu and among what the search offers.
        // In the app cards have a menu of the system.
        if (page.url().startsWith('http')) {
          await card(page, 'A harbour in the rain').click({ button: 'right' });
          await page.getByRole('menu').waitFor({ timeout: limitMs });
          await page.keyboard.press('ArrowDown');
          const taken = page.locator('[role=menuitem][data-highlighted]');
          await taken.waitFor({ timeout: limitMs });
          expect((await look(taken)).backgroundColor).toBe(await chosen());
          await page.keyboard.press('Escape');
          await expectGone(taken);
          // The focus goes back a moment behind the menu, and would be taken from the search.
          await eventually(() => page.evaluate(() => document.activeElement === document.body), false);
        }
        await page.keyboard.press('/');
        await page.keyboard.type('is:');
        await page.getByRole('option').first().waitFor({ timeout: limitMs });
        await page.keyboard.press('ArrowDown');
        const offered = page.locator('[role=option][aria-selected=true]');
        await offered.waitFor({ timeout: limitMs });
        expect((await look(offered)).backgroundColor).toBe(await chosen());
        for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press('Backspace');
        await page.keyboard.press('Escape');
        // A field has an edge, and a count is read where a person is, on the colour for that.
        expect((await driver.postCallback('no JSON')).status).toBe(400);
        const requests = page
          .getByRole('navigation', { name: texts.rail.label })
          .getByRole('link', { name: new RegExp(`^${texts.rail.requests}.*${texts.rail.refused(2, '')}`) });
        await requests.click();
        const search = page.getByRole('searchbox', { name: enRequestsScreen.search });
        await search.waitFor({ timeout: limitMs });
        expect(await search.evaluate((field) => getComputedStyle(field).borderTopStyle)).toBe('solid');
        await expectAccessible(page);
      } finally {
        await page.emulateMedia({ forcedColors: null });
      }
    },
  },
  {
    name: 'in forced colours, where every button has an edge, none stands out of its line',
    async run(driver) {
      const { page } = driver;
      const url = driver.media.file('/long.mp4', loadSamples().mp4.bytes);
      await driver.postCallback(lumaSuccess('long', [url], `A harbour${' in the rain'.repeat(60)}`));
      const { key } = await driver.waitForTask('long', isSaved);
      const other = await deliver(driver, 'Another');
      const go = (hash: string) => page.evaluate((to) => (location.hash = to), hash);
      await page.emulateMedia({ forcedColors: 'active' });
      const edges = (of: Locator) =>
        of.evaluate((element) => {
          const { left, right } = element.getBoundingClientRect();
          return [Math.round(left), Math.round(right)];
        });
      try {
        await go(`#/task/${encodeURIComponent(key)}`);
        const prompt = page.getByRole('button', { name: texts.player.showAll });
        await prompt.waitFor({ timeout: limitMs });
        expect((await edges(prompt))[0]).toBe((await edges(prompt.locator('..')))[0]);
        const marker = page.getByRole('button', { name: enExport.mark });
        expect((await edges(marker))[0]).toBe(
          (await edges(page.getByRole('textbox', { name: texts.labels.note, exact: true })))[0],
        );
        await go(`#/compare/${[key, other.key].map(encodeURIComponent).join(',')}`);
        const note = page.getByRole('button', { name: enCompare.addNote });
        await note.waitFor({ timeout: limitMs });
        expect((await edges(note))[1]).toBe((await edges(note.locator('xpath=ancestor::section')))[1]);
      } finally {
        await page.emulateMedia({ forcedColors: null });
      }
    },
  },
  {
    name: 'on paper a long prompt is whole, and nothing is offered to be pressed',
    async run({ page, postCallback }) {
      await postCallback(lumaSuccess('long', [], `A harbour${' in the rain'.repeat(400)}`));
      await page.evaluate(() => (location.hash = '#/task/kie-luma%3Along'));
      const more = page.getByRole('button', { name: texts.player.showAll });
      await more.waitFor({ timeout: limitMs });
      const prompt = page.getByRole('complementary').getByText('A harbour in the rain').first();
      const hidden = () => prompt.evaluate((each) => each.scrollHeight - each.clientHeight);
      expect(await hidden()).toBeGreaterThan(0);
      await page.emulateMedia({ media: 'print' });
      try {
        expect(await hidden()).toBe(0);
        expect(await more.isVisible()).toBe(false);
        expect(await button(page, texts.player.copyPrompt).isVisible()).toBe(false);
      } finally {
        await page.emulateMedia({ media: null });
      }
    },
  },
  {
    name: 'moves nothing for who asked for less motion, and plays only when asked',
    wishes: { reducedMotion: 'reduce' },
    async run(driver) {
      const { page } = driver;
      await page.evaluate(() => {
        window.specMark = '';
        for (const kind of ['animationstart', 'transitionrun'] as const) {
          document.addEventListener(
            kind,
            (event) => {
              const moving = document
                .getAnimations()
                .some(({ effect }) => Number(effect?.getComputedTiming().duration ?? 0) > 1);
              if (moving) window.specMark = `${event.type} of ${(event.target as Element).outerHTML.slice(0, 200)}`;
            },
            true,
          );
        }
      });
      await deliver(driver, 'Without motion');
      const shown = await openTask(page, 'Without motion');
      await page.locator('video').waitFor();
      await expect.poll(async () => (await film(page)).width, { timeout: limitMs }).toBeGreaterThan(0);
      expect(await film(page)).toMatchObject({ paused: true, at: 0 });
      await button(shown, texts.player.play).click();
      await expect.poll(async () => (await film(page)).at, { timeout: limitMs }).toBeGreaterThan(0.1);
      await page.keyboard.press('Escape');
      await opener(page, 'Without motion').focus();
      await page.keyboard.press('Delete');
      await button(page, texts.common.undo).last().waitFor();
      expect(await page.evaluate(() => window.specMark)).toBe('');
    },
  },
  {
    name: 'copies diagnostics without what is the person’s, and shows what was copied',
    async run(driver) {
      const { page } = driver;
      await deliver(driver, 'A secret prompt');
      await button(page, settingsTexts.screen.settings).click();
      await button(page, settingsTexts.about.copyDiagnostics).click();
      await page.getByText(settingsTexts.about.diagnosticsCopied).waitFor({ timeout: limitMs });
      await page.getByText(settingsTexts.about.copiedText, { exact: true }).click();
      const shown = await page.getByLabel(settingsTexts.about.copiedText).innerText();
      expect(shown).toMatch(/^Video Inbox \d/);
      expect(shown).toContain('Videos: queued 0, downloading 0, saved 1,');
      expect(shown).not.toContain('secret prompt');
      await expectAccessible(page);
    },
  },
  {
    name: 'speaks another language at once, remembers it, and goes back to that of the system',
    async run({ page }) {
      await button(page, settingsTexts.screen.settings).click();
      const language = page.getByLabel(settingsTexts.look.language, { exact: true });
      await language.selectOption('es');
      await page.getByRole('heading', { name: es.settings.look?.title ?? '' }).waitFor({ timeout: limitMs });
      expect(await page.locator('html').getAttribute('lang')).toBe('es');
      await expectAccessible(page);
      await page.goto(new URL('#/', page.url()).href);
      await page.reload();
      await page.getByRole('heading', { name: es.page.empty?.title ?? '' }).waitFor({ timeout: limitMs });
      await page.getByRole('button', { name: es.settings.screen?.settings ?? '', exact: true }).click();
      await page.getByLabel(es.settings.look?.language ?? '', { exact: true }).selectOption('');
      await page.getByRole('heading', { name: settingsTexts.look.title }).waitFor({ timeout: limitMs });
    },
  },
  {
    name: 'shows the four filters whole on a phone, also in long words',
    wishes: { viewport: { width: 390, height: 844 } },
    chromium: 123,
    async run(driver) {
      const { page } = driver;
      await deliver(driver, 'On a phone');
      await page.evaluate(() => (location.hash = '#/settings'));
      await page.getByLabel(settingsTexts.look.language, { exact: true }).selectOption('es');
      await page.getByRole('heading', { name: es.settings.look?.title ?? '' }).waitFor({ timeout: limitMs });
      await page.evaluate(() => (location.hash = '#/library'));
      const filters = page.getByRole('group', { name: es.page.bar?.states ?? '' });
      await filters.waitFor({ timeout: limitMs });
      expect(await filters.getByRole('button').count()).toBe(4);
      expect(await filters.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    },
  },
  {
    name: 'is mirrored for a language from right to left, and arrows go where they point',
    async run(driver) {
      const { page, postCallback } = driver;
      await postCallback(lumaFailure('failed-1', 'Stopped by moderation. Nothing was spent.'));
      await deliver(driver, 'First of two');
      await deliver(driver, 'Second of two');
      await button(page, settingsTexts.screen.settings).click();
      await page.getByLabel(settingsTexts.look.language, { exact: true }).selectOption('ar');
      await page.getByRole('heading', { name: ar.settings.look?.title ?? '' }).waitFor({ timeout: limitMs });
      expect(await page.locator('html').getAttribute('dir')).toBe('rtl');
      await expectAccessible(page);
      await page.locator('a[href="#/library"]').click();
      const rail = await page.getByRole('navigation').first().boundingBox();
      expect(rail?.x).toBeGreaterThan((page.viewportSize()?.width ?? Infinity) / 2);
      // What a provider says keeps its own direction, else its full stop stands in front.
      const said = page.getByText('Nothing was spent.').first();
      expect(await said.evaluate((element) => getComputedStyle(element).direction)).toBe('ltr');
      await opener(page, 'Second of two').focus();
      await page.keyboard.press('ArrowLeft');
      await expect
        .poll(() => page.evaluate(() => document.activeElement?.textContent ?? ''), { timeout: limitMs })
        .toContain('First of two');
      await page.keyboard.press('ArrowRight');
      await expect
        .poll(() => page.evaluate(() => document.activeElement?.textContent ?? ''), { timeout: limitMs })
        .toContain('Second of two');
    },
  },
];
