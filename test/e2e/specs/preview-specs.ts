/** Pictures that are there in the morning: posters and filmstrips, made without anyone looking. */
import { expect } from 'vitest';
import type { TaskView } from '../../../src-main/common/task-view.ts';
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
  texts,
} from './gallery-steps.ts';

const preview = ({ call }: GalleryDriver, { key }: TaskView) =>
  call('tasks:get', key).then((task) => ({
    poster: task?.poster !== null,
    strip: task?.videos[0]?.preview !== undefined,
  }));

const searchFor = (text: string, { page }: GalleryDriver) =>
  page.getByRole('combobox', { name: texts.bar.search }).fill(text);

export const previewSpecs: readonly Spec[] = [
  {
    name: 'posters and filmstrips are made of films that no card shows, and walked along by pointer and keyboard',
    isNew: true,
    async run(driver) {
      const { page, call } = driver;
      await deliver(driver, 'In sight');
      await searchFor('nothing at all', driver);
      await page.getByText(texts.empty.nothingFound, { exact: true }).waitFor({ timeout: limitMs });
      const films = [await deliver(driver, 'One'), await deliver(driver, 'Two')];
      for (const film of films) await eventually(() => preview(driver, film), { poster: true, strip: true });

      await button(page, texts.bar.clearSearch).click();
      const picture = card(page, 'Two').locator('img');
      await picture.waitFor({ timeout: limitMs });
      const cell = () => card(page, 'Two').locator('[data-cell]').getAttribute('data-cell');
      const box = await picture.boundingBox();
      if (box === null) throw new Error('the poster is not in sight');
      await page.mouse.move(box.x + box.width * 0.1, box.y + 20);
      await eventually(cell, '2');
      await page.mouse.move(box.x + box.width * 0.95, box.y + 20);
      await eventually(cell, '23');
      await page.mouse.move(0, 0);
      await expectGone(card(page, 'Two').locator('[data-cell]'));

      await opener(page, 'Two').focus();
      await page.keyboard.press('v');
      await eventually(cell, '0');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await eventually(cell, '2');
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await expectGone(card(page, 'Two').locator('[data-cell]'));
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Two');

      // A cache: it may go, and comes again.
      expect(await call('previews:clear')).toEqual({ removed: 1 });
      for (const film of films) await eventually(() => preview(driver, film), { poster: true, strip: true });
    },
  },
  {
    name: 'nothing moves for who asked for less motion',
    wishes: { reducedMotion: 'reduce' },
    async run(driver) {
      const { page } = driver;
      const film = await deliver(driver, 'Still');
      await eventually(() => preview(driver, film), { poster: true, strip: true });
      await opener(page, 'Still').focus();
      await page.keyboard.press('v');
      await card(page, 'Still').hover();
      expect(await card(page, 'Still').locator('[data-cell]').count()).toBe(0);
    },
  },
];
