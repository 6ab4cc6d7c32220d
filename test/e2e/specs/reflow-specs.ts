/** On a phone, in large print, at 400 %: what is on the page stays on it, and is worded for who is there. */
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { enCosts } from '../../../src-renderer/texts/en-costs.ts';
import { enCompare } from '../../../src-renderer/texts/en-compare.ts';
import { enCull } from '../../../src-renderer/texts/en-cull.ts';
import { enExport } from '../../../src-renderer/texts/en-export.ts';
import { enSettings } from '../../../src-renderer/texts/en-settings.ts';
import { enTable } from '../../../src-renderer/texts/en-table.ts';
import { lumaSuccess } from '../../support/kie-callbacks.ts';
import type { GalleryDriver, Spec } from './gallery-driver.ts';
import {
  button,
  card,
  deliver,
  eventually,
  expectAccessible,
  expectGone,
  limitMs,
  opener,
  openTask,
  player,
  viewLink,
  texts,
} from './gallery-steps.ts';

const go = (page: Page, hash: string): Promise<string> => page.evaluate((to) => (location.hash = to), `#/${hash}`);

/** What can be moved sideways, or lies beside the page: how it is called, and by how much. Strips are meant to be moved. */
const sideways = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll<HTMLElement>('main, main *, nav, nav *')].flatMap(
      (each) => {
        const { overflowX } = getComputedStyle(each);
        const moves = each === document.documentElement || overflowX === 'auto' || overflowX === 'scroll';
        const by = each.scrollWidth - each.clientWidth;
        return moves &&
          by > 1 &&
          each.checkVisibility({ visibilityProperty: true }) &&
          !each.matches('pre, textarea, ul')
          ? [`${each.tagName} ${each.className} by ${by}`]
          : [];
      },
    ),
  );

/** What lies below the window where nothing can be scrolled to it. */
const outOfReach = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const scrolls = (each: Element | null): boolean =>
      each !== null &&
      ((each.scrollHeight > each.clientHeight && /auto|scroll/.test(getComputedStyle(each).overflowY)) ||
        scrolls(each.parentElement));
    return [...document.querySelectorAll('main:not([inert]) *')]
      .filter((each) => each.checkVisibility() && each.getBoundingClientRect().bottom > innerHeight + 1)
      .filter((each) => !scrolls(each))
      .map(({ tagName, textContent }) => `${tagName} ${textContent}`);
  });

const screensOf = (key: string, other: string): readonly string[] => [
  'library',
  `task/${key}`,
  `compare/${key},${other}`,
  `cull/${key}`,
  'requests',
  'new',
  'costs',
  'settings',
  'reachable',
];

async function expectNothingBeside(driver: GalleryDriver, ...keys: readonly [string, string]): Promise<void> {
  const [key, other] = keys.map(encodeURIComponent);
  for (const screen of screensOf(key ?? '', other ?? '')) {
    await go(driver.page, screen);
    await driver.page.getByRole('main').last().waitFor({ timeout: limitMs });
    await eventually(async () => ({ screen, beside: await sideways(driver.page) }), { screen, beside: [] });
  }
}

/** As if fingers were all there is. */
async function withFingers(page: Page, act: () => Promise<void>): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const touch = (enabled: boolean) => session.send('Emulation.setTouchEmulationEnabled', { enabled });
  await touch(true);
  try {
    await act();
  } finally {
    await touch(false);
  }
  await session.detach();
}

export const reflowSpecs: readonly Spec[] = [
  {
    name: 'at 400 % nothing lies beside the page, and no part over another',
    wishes: { viewport: { width: 320, height: 256 } },
    async run(driver) {
      const { page } = driver;
      const { key } = await deliver(driver, 'A harbour at 400 per cent');
      const other = await deliver(driver, 'Another film');
      await expectNothingBeside(driver, key, other.key);
      await go(page, `compare/${[key, other.key].map(encodeURIComponent).join(',')}`);
      const stage = page.locator('[data-mode]');
      await stage.waitFor({ timeout: limitMs });
      const { bottom, next } = await stage.evaluate((element) => ({
        bottom: element.getBoundingClientRect().bottom,
        next: element.nextElementSibling?.getBoundingClientRect().top ?? 0,
      }));
      expect(next).toBeGreaterThanOrEqual(bottom);
      for (const [shelf, title] of [
        ['trash', texts.empty.trash],
        ['library?q=zebra', texts.empty.nothingFound],
      ] as const) {
        await go(page, shelf);
        await page.getByRole('heading', { name: title }).waitFor({ timeout: limitMs });
        await eventually(() => outOfReach(page), []);
      }
      await go(page, 'library');
      await opener(page, 'Another film').focus();
      await page.keyboard.press('Control+a');
      await page.getByText(texts.selection.all(2, '2')).waitFor({ timeout: limitMs });
      await page.evaluate(() => (document.documentElement.dir = 'rtl'));
      try {
        await eventually(() => sideways(page), []);
      } finally {
        await page.evaluate(() => (document.documentElement.dir = 'ltr'));
      }
    },
  },
  {
    name: 'with letters as far apart as a person may set them (WCAG 1.4.12) a dialog holds its buttons, and the first has the focus',
    wishes: { viewport: { width: 320, height: 640 } },
    async run(driver) {
      const { page } = driver;
      await deliver(driver, 'A harbour');
      await page.evaluate(() => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync('* { line-height: 1.5; letter-spacing: 0.12em; word-spacing: 0.16em }');
        document.adoptedStyleSheets = [sheet];
      });
      await opener(page, 'A harbour').focus();
      await page.keyboard.press('Space');
      await button(page, texts.selection.more).click();
      await page.getByRole('menuitem', { name: enExport.copy }).click();
      const dialog = page.getByRole('dialog', { name: enExport.copyTitle(1, '1') });
      await dialog.waitFor({ timeout: limitMs });
      const first = button(dialog, enExport.prompts);
      await eventually(() => first.evaluate((each) => each === document.activeElement), true);
      const outside = dialog.getByRole('button').evaluateAll((all) =>
        all
          .filter((each) => {
            const [own, box] = [each, each.closest('[role=dialog]')].map((one) => one?.getBoundingClientRect());
            return (own?.right ?? 0) > (box?.right ?? 0) - 16;
          })
          .map(({ textContent }) => textContent),
      );
      expect(await outside).toEqual([]);
    },
  },
  {
    name: 'in a narrow window the words of a setting have room beside its control, or stand above it',
    wishes: { viewport: { width: 320, height: 640 } },
    async run({ page }) {
      await go(page, 'settings/look');
      const language = page.getByLabel(enSettings.look.language, { exact: true });
      await language.waitFor({ timeout: limitMs });
      const words = page.getByText(enSettings.look.languageHint);
      const widthOf = (each: Locator) => each.evaluate((element) => element.getBoundingClientRect().width);
      expect(await widthOf(words)).toBeGreaterThan(200);
      const switched = page.getByText(enSettings.look.autoplay, { exact: true });
      const [above, beside] = await Promise.all(
        [language, page.getByLabel(enSettings.look.autoplay, { exact: true })].map((each) => each.boundingBox()),
      );
      expect(above?.y).toBeGreaterThan((await words.boundingBox())?.y ?? Infinity);
      expect(beside?.x).toBeGreaterThan(((await switched.boundingBox())?.x ?? 0) + 128);
      expect(await sideways(page)).toEqual([]);
    },
  },
  {
    name: 'with letters twice as large the page is laid out as one of half its width, and nothing lies beside it',
    async run(driver) {
      const { page } = driver;
      const { key } = await deliver(driver, 'A harbour in large print');
      const other = await deliver(driver, 'Another film');
      const session = await page.context().newCDPSession(page);
      const letters = (standard: number) => session.send('Page.setFontSizes', { fontSizes: { standard } });
      await letters(32);
      try {
        await button(page, texts.rail.openMenu).waitFor({ timeout: limitMs });
        await expectNothingBeside(driver, key, other.key);
        await go(page, 'library');
        await button(page, texts.rail.openMenu).click();
        await page.getByRole('dialog', { name: texts.rail.label }).waitFor({ timeout: limitMs });
        expect(await sideways(page)).toEqual([]);
        await viewLink(page, 'inbox').click();
      } finally {
        await letters(16);
        await session.detach();
      }
    },
  },
  {
    name: 'a long name of a project is cut in the rail, and its number is seen',
    async run(driver) {
      const { page, call } = driver;
      const { key } = await deliver(driver, 'In a project');
      const name = 'A project whose name is as long as the sixty signs allow it';
      await call('tasks:setProject', { keys: [key] }, name);
      const entry = page.getByRole('navigation', { name: texts.rail.label }).getByRole('link', { name });
      await entry.waitFor({ timeout: limitMs });
      expect(await sideways(page)).toEqual([]);
      const inside = await entry.getByText('1', { exact: true }).evaluate((count) => {
        const rail = count.closest('nav')?.getBoundingClientRect();
        return count.getBoundingClientRect().right <= (rail?.right ?? 0);
      });
      expect(inside).toBe(true);
      const whole = page.locator('[popover]').getByText(name);
      await entry.getByText(name).hover();
      await whole.waitFor({ timeout: limitMs });
      await page.mouse.move(640, 5);
      await expectGone(whole);
      await entry.focus();
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Tab');
      await whole.waitFor({ timeout: limitMs });
    },
  },
  {
    name: 'where fingers are all there is no keys are offered, but in the list of keys',
    wishes: { viewport: { width: 390, height: 844 } },
    async run(driver) {
      const { page } = driver;
      const { key } = await deliver(driver, 'On a phone');
      await card(page, 'On a phone').waitFor({ timeout: limitMs });
      const keys = page.locator('kbd:visible');
      await withFingers(page, async () => {
        await eventually(() => keys.count(), 0);
        await go(page, 'new');
        await page.locator('[data-foot]').waitFor({ timeout: limitMs });
        await eventually(() => keys.count(), 0);
        await go(page, `cull/${encodeURIComponent(key)}`);
        await button(page, enCull.pick).waitFor({ timeout: limitMs });
        await eventually(() => keys.count(), 0);
        await page.keyboard.press('?');
        const list = page.getByRole('dialog', { name: texts.keys.title });
        await list.waitFor({ timeout: limitMs });
        expect(await list.locator('kbd:visible').count()).toBeGreaterThan(10);
        await page.keyboard.press('Escape');
      });
      await eventually(async () => (await keys.count()) > 0, true);
    },
  },
  {
    name: 'the menu of a card is seen whole where the window is high enough for it',
    wishes: { viewport: { width: 1280, height: 600 } },
    async run(driver) {
      const { page } = driver;
      await deliver(driver, 'With a menu');
      await opener(page, 'With a menu').click({ button: 'right', position: { x: 20, y: 12 } });
      const menu = page.getByRole('menu', { name: texts.card.menu });
      await menu.waitFor({ timeout: limitMs });
      const hidden = () => menu.evaluate((each) => each.scrollHeight - each.clientHeight);
      await eventually(hidden, 0);
      await page.keyboard.press('Escape');
      await expectGone(menu);
    },
  },
  {
    name: 'what a card tells of itself stays on the card',
    async run({ page, media, postCallback, call, waitForTask }) {
      for (const id of ['dying-1', 'dying-2']) {
        await postCallback({
          id,
          status: 'succeeded',
          input: { prompt: `Not there: ${id}` },
          output: media.url(`/${id}.mp4`),
          urls: { get: `https://api.replicate.com/v1/predictions/${id}` },
        });
        const { key } = await waitForTask(id, () => true);
        await call('tasks:mark', [key], { pick: 'rejected' });
      }
      await eventually(() => page.getByText(/^link dies in/).count(), 2);
      await eventually(() => page.getByText(texts.card.rejected, { exact: true }).count(), 2);
      const beyond = await page
        .getByRole('gridcell')
        .evaluateAll((cells) =>
          cells.flatMap((cell) =>
            [...cell.querySelectorAll('p *')].flatMap((each) =>
              each.getBoundingClientRect().right > cell.getBoundingClientRect().right + 1 ? [each.textContent] : [],
            ),
          ),
        );
      expect(beyond).toEqual([]);
    },
  },
  {
    name: 'where fingers are all there is a card shows how to select it, and the bar of what is selected is one row',
    wishes: { viewport: { width: 390, height: 844 } },
    async run(driver) {
      const { page } = driver;
      for (const prompt of ['One', 'Two', 'Three']) await deliver(driver, prompt);
      const bar = page.getByRole('region', { name: texts.selection.label });
      const more = button(bar, texts.selection.more);
      await withFingers(page, async () => {
        const select = button(card(page, 'Two'), texts.card.select);
        await eventually(() => select.evaluate((each) => getComputedStyle(each).opacity), '1');
        await select.click();
        await bar.waitFor({ timeout: limitMs });
        const { height } = (await more.boundingBox()) ?? { height: 0 };
        expect((await bar.boundingBox())?.height).toBeLessThan(2 * height);
        await expectAccessible(page);
        await more.click();
        const menu = page.getByRole('menu', { name: texts.selection.more });
        await menu.waitFor({ timeout: limitMs });
        expect(await menu.getByRole('menuitem', { name: texts.selection.tag }).count()).toBe(0);
        await expectAccessible(page);
        await menu.getByRole('menuitem', { name: texts.selection.selectAll }).click();
        await page.getByText(texts.selection.all(3, '3')).waitFor({ timeout: limitMs });
        await eventually(() => more.evaluate((each) => each === document.activeElement), true);
        await more.click();
        await menu.getByRole('menuitem', { name: texts.selection.project }).click();
        await page.getByRole('dialog').waitFor({ timeout: limitMs });
        await page.keyboard.press('Escape');
        await eventually(() => more.evaluate((each) => each === document.activeElement), true);
      });
      await button(bar, texts.selection.clear).click();
    },
  },
  {
    name: 'on a phone a film is as high as its shape asks for',
    wishes: { viewport: { width: 390, height: 844 } },
    async run(driver) {
      const { page } = driver;
      const task = await deliver(driver, 'Lies across');
      await openTask(page, 'Lies across');
      const { width = 0, height = 0 } = task.videos[0] ?? {};
      await eventually(
        () => page.locator('video').evaluate((each) => Math.round((100 * each.clientWidth) / each.clientHeight)),
        Math.round((100 * (width ?? 0)) / (height ?? 1)),
      );
    },
  },
  {
    name: 'the field for another link is put away again by a word and by Escape, and the focus goes back',
    async run(driver) {
      const { page, media, postCallback } = driver;
      await postCallback(
        lumaSuccess('gone-1', [media.file('/gone.mp4', Buffer.from('no video'))], 'A link that is gone'),
      );
      await opener(page, 'A link that is gone').waitFor({ timeout: limitMs });
      const shown = await openTask(page, 'A link that is gone');
      const paste = button(shown, texts.link.paste);
      const field = shown.getByRole('textbox', { name: texts.link.newLink });
      for (const putAway of [
        () => button(shown, texts.common.cancel).click(),
        () => page.keyboard.press('Escape'),
      ] as const) {
        await paste.click();
        await field.fill('https://films.example/half');
        await putAway();
        await eventually(() => field.count(), 0);
        expect(await paste.evaluate((element) => element === document.activeElement)).toBe(true);
        await shown.waitFor();
      }
    },
  },
  {
    name: 'from right to left the drawer comes from where its button is, and long names are cut at their end',
    wishes: { viewport: { width: 768, height: 700 } },
    async run(driver) {
      const { page, call } = driver;
      const { key } = await deliver(driver, 'In a project');
      await call('tasks:setProject', { keys: [key] }, 'A project whose name is as long as the sixty signs allow it');
      await page.evaluate(() => (document.documentElement.dir = 'rtl'));
      try {
        await button(page, texts.rail.openMenu).click();
        const drawer = page.getByRole('dialog', { name: texts.rail.label });
        await drawer.waitFor({ timeout: limitMs });
        await eventually(() => drawer.evaluate((element) => element.getBoundingClientRect().right), 768);
        const name = drawer.getByText(/^A project whose/);
        await eventually(() => name.evaluate((element) => getComputedStyle(element).direction), 'ltr');
        // A short one stands where the page begins, whatever it is written in.
        const short = drawer.getByRole('link', { name: /^Luma Modify/ }).locator('[dir="auto"]');
        expect(await short.evaluate((element) => getComputedStyle(element).textAlign)).toBe('right');
        await page.keyboard.press('Escape');
        const tag = 'a tag that is as long as it may be: longer than its place';
        await call('tasks:tag', { keys: [key] }, { add: [tag] });
        await (await openTask(page, 'In a project')).getByText(tag).waitFor({ timeout: limitMs });
        for (const each of await page.getByText(tag).all())
          expect(await each.evaluate((element) => getComputedStyle(element).direction)).toBe('ltr');
        const provider = page.getByRole('heading', { name: 'Luma Modify' });
        expect(await provider.evaluate((element) => getComputedStyle(element).direction)).toBe('ltr');
        await page.keyboard.press('Escape');
        const long = await deliver(driver, 'A title that is as long as a window of a phone is not');
        await page.setViewportSize({ width: 360, height: 700 });
        await go(page, `compare/${[long.key, key].map(encodeURIComponent).join(',')}`);
        const title = page.getByText(/^A title that is as long/).first();
        await title.waitFor({ timeout: limitMs });
        expect(await title.evaluate((element) => getComputedStyle(element).direction)).toBe('ltr');
        // What follows it is not cut with it.
        const { right, left } = await page
          .getByText(texts.card.takes(2, '2'))
          .evaluate((element) => element.getBoundingClientRect());
        expect([left >= 0, right <= 360]).toEqual([true, true]);
      } finally {
        await page.evaluate(() => (document.documentElement.dir = 'ltr'));
      }
    },
  },
  {
    name: 'what is taken away by keyboard leaves the focus beside it',
    async run(driver) {
      const { page, call } = driver;
      const { key } = await deliver(driver, 'With tags');
      await call('tasks:tag', { keys: [key] }, { add: ['one', 'two'] });
      const focused = () =>
        page.evaluate(() => {
          const { activeElement: at } = document;
          return at === null || at === document.body ? null : (at.getAttribute('aria-label') ?? at.textContent);
        });
      const press = async (what: Locator) => {
        await what.focus();
        await page.keyboard.press('Enter');
      };

      const shown = await openTask(page, 'With tags');
      const { labels } = texts;
      await press(button(shown, labels.removeTag('one')));
      await eventually(() => button(shown, labels.removeTag('one')).count(), 0);
      expect(await focused()).toBe(labels.removeTag('two'));
      await press(button(shown, labels.removeTag('two')));
      await eventually(() => button(shown, labels.removeTag('two')).count(), 0);
      expect(await focused()).toBe(labels.addTag);
      await page.keyboard.press('Escape');

      await go(page, 'library');
      await opener(page, 'With tags').focus();
      await page.keyboard.press('Control+a');
      await press(button(page, texts.selection.clear));
      await eventually(focused, 'With tags');

      await go(page, 'library?q=nothing%20has%20this');
      const clear = button(page, texts.empty.clearFilters);
      await clear.waitFor({ timeout: limitMs });
      await press(clear);
      await opener(page, 'With tags').waitFor({ timeout: limitMs });
      expect(await focused()).toBe(texts.bar.search);

      await go(page, 'library?q=seconds:%3C60');
      await press(button(page, texts.search.keepView));
      await page.getByRole('textbox', { name: texts.search.viewName }).fill('Short ones');
      await page.keyboard.press('Enter');
      const rail = page.getByRole('navigation', { name: texts.rail.label });
      await rail.getByRole('link', { name: 'Short ones' }).waitFor({ timeout: limitMs });
      expect(await focused()).toBe(texts.bar.search);
      await press(button(rail, texts.search.forget('Short ones')));
      await eventually(() => rail.getByRole('link', { name: 'Short ones' }).count(), 0);
      expect(await focused()).not.toBe(null);
    },
  },
  {
    name: 'who takes the last card of a view away, or takes that back, keeps the focus',
    async run(driver) {
      const { page, call } = driver;
      const { key } = await deliver(driver, 'The only star');
      await call('tasks:mark', [key], { starred: true });
      await go(page, 'starred');
      await opener(page, 'The only star').focus();
      const emptied = page.getByRole('heading', { name: texts.empty.starred });
      const hasFocus = (what: Locator) =>
        eventually(
          async () => (await what.count()) === 1 && what.evaluate((at) => at === document.activeElement),
          true,
        );
      const takeBack = async () => {
        await page.keyboard.press('Control+z');
        await hasFocus(opener(page, 'The only star'));
      };

      await page.keyboard.press('Delete');
      await hasFocus(emptied);
      await takeBack();
      await page.keyboard.press('s');
      await hasFocus(emptied);
      await takeBack();
      await page.keyboard.press('Enter');
      await player(page, 'The only star').waitFor({ timeout: limitMs });
      await page.keyboard.press('Delete');
      await hasFocus(emptied);
      await takeBack();
      await page.keyboard.press('Escape');
    },
  },
  {
    name: 'no field of an order has the focus behind the foot of its form',
    wishes: { viewport: { width: 390, height: 600 } },
    async run({ page }) {
      await go(page, 'new');
      const foot = page.locator('[data-foot]');
      await foot.waitFor({ timeout: limitMs });
      await page.locator('section:has(+ [data-foot])').locator('textarea').first().focus();
      const behind: string[] = [];
      for (let presses = 0; presses < 40; presses += 1) {
        await page.keyboard.press('Tab');
        const at = await foot.evaluate((element) => {
          const focused = document.activeElement;
          if (focused === null || element.previousElementSibling?.contains(focused) !== true) return null;
          const over = focused.getBoundingClientRect().bottom - element.getBoundingClientRect().top;
          return { name: focused.closest('div')?.textContent ?? '', over };
        });
        if (at === null) break;
        if (at.over > 0) behind.push(at.name);
      }
      expect(behind).toEqual([]);
    },
  },
  {
    name: 'what could not be loaded says what it is, and is asked for again by a button',
    async run(driver) {
      const { page } = driver;
      const { key } = await deliver(driver, 'Asked for again');
      const body = JSON.stringify({ ok: false, error: { code: 'storage-failed', message: 'The disk is full.' } });
      // The page asks again by itself, too: until the button was pressed the answer stays the same.
      const pressed = 'askedAgain';
      const isPressed = () => page.evaluate((name) => name in document.documentElement.dataset, pressed);
      await page.evaluate((name) => {
        const press = () => (document.documentElement.dataset[name] = '');
        document.addEventListener('click', press, { capture: true });
      }, pressed);
      const refused = async (call: string, hash: string, sentence: string) => {
        await page.evaluate((name) => Reflect.deleteProperty(document.documentElement.dataset, name), pressed);
        await page.route(`**/call/${call}`, async (route) =>
          (await isPressed()) ? route.fallback() : route.fulfill({ contentType: 'application/json', body }),
        );
        await go(page, hash);
        await page.getByText(sentence).waitFor({ timeout: limitMs });
        await page.getByText('The disk is full.').first().waitFor({ timeout: limitMs });
        await expectAccessible(page);
      };
      const again = button(page.getByRole('main').last(), texts.common.tryAgain);

      await refused('library:costs', 'costs', enCosts.failed);
      await again.click();
      await expectGone(page.getByText(enCosts.failed));
      await refused('settings:get', 'settings', enSettings.screen.notLoaded);
      expect(await page.getByText(enSettings.screen.nothingFound).count()).toBe(0);
      await again.click();
      await page.getByRole('heading', { name: enSettings.tunnel.title }).waitFor({ timeout: limitMs });
      // In a list that does not have it.
      await refused('tasks:get', `task/${encodeURIComponent(key)}?q=zzzz`, texts.errors.loadTask);
      await again.click();
      await player(page, 'Asked for again').waitFor({ timeout: limitMs });
      // Neither is said to be gone, or the only one of its prompt, as long as nobody knows.
      await refused('tasks:takes', `cull/${encodeURIComponent(key)}`, texts.errors.loadList);
      await again.click();
      await page.getByRole('list', { name: enCull.takes(1, '1') }).waitFor({ timeout: limitMs });
      await refused('tasks:takes', `compare/${encodeURIComponent(key)}`, texts.errors.loadTask);
      await again.click();
      await page.getByText(enCompare.nothing).waitFor({ timeout: limitMs });
      const calls = ['library:costs', 'settings:get', 'tasks:get', 'tasks:takes'];
      for (const call of calls) await page.unroute(`**/call/${call}`);
    },
  },
  {
    name: 'a button that has done all it can keeps the focus',
    async run(driver) {
      const { page } = driver;
      const { key } = await deliver(driver, 'One take');
      const hasFocus = (what: Locator) => what.evaluate((element) => element === document.activeElement);
      await go(page, `cull/${encodeURIComponent(key)}`);
      const rest = page.getByRole('button', { name: /^Reject the rest/ });
      await rest.focus();
      await page.keyboard.press('Enter');
      await page.getByText(enCull.allJudged).waitFor({ timeout: limitMs });
      expect(await hasFocus(rest)).toBe(true);
      expect(await rest.getAttribute('aria-disabled')).toBe('true');

      await go(page, 'library');
      await button(page, texts.bar.table).click();
      await button(page, enTable.choose).click();
      const earlier = button(page, enTable.earlier(enTable.columns.state));
      await earlier.focus();
      for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press('Enter');
      await eventually(() => earlier.getAttribute('aria-disabled'), 'true');
      expect(await hasFocus(earlier)).toBe(true);
      await page.keyboard.press('Escape');
    },
  },
];
