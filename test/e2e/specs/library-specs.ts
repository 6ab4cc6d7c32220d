/** The library as a place to work: tags, projects, search, views, compare, cull. By the keyboard where that is the way. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { TaskView } from '../../../src-main/common/task-view.ts';
import { enCompare } from '../../../src-renderer/texts/en-compare.ts';
import { enCosts } from '../../../src-renderer/texts/en-costs.ts';
import { enSettings } from '../../../src-renderer/texts/en-settings.ts';
import { enCull } from '../../../src-renderer/texts/en-cull.ts';
import { enLabels } from '../../../src-renderer/texts/en-labels.ts';
import { enTable } from '../../../src-renderer/texts/en-table.ts';
import { lumaSuccess } from '../../support/kie-callbacks.ts';
import { keyFrameFilm } from '../../support/key-frame-film.ts';
import { repoDir } from '../../support/inbox-process.ts';
import type { GalleryDriver, Spec } from './gallery-driver.ts';
import {
  button,
  card,
  cards,
  deliver,
  eventually,
  expectAccessible,
  expectGone,
  expectOnlyRefusals,
  isSaved,
  limitMs,
  opener,
  openTask,
  player,
  promptsOf,
  viewLink,
  texts,
} from './gallery-steps.ts';

const { labels } = texts;

/** Several results of one prompt. */
export async function deliverTakes({ media, postCallback, waitForTask }: GalleryDriver, prompt: string, n: number) {
  const tasks: TaskView[] = [];
  for (let i = 1; i <= n; i += 1) {
    const url = media.file(`/take-${i}.mp4`, keyFrameFilm());
    await postCallback(lumaSuccess(`take-${i}`, [url], prompt));
    tasks.push(await waitForTask(`take-${i}`, isSaved));
  }
  return tasks;
}

/** How far the left half of a picture is from its right half: mean difference of a channel, 0 to 255. */
const halvesDiffer = (page: Page, png: Buffer): Promise<number> =>
  page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d', { willReadFrequently: true });
    if (context === null) throw new Error('no canvas');
    context.drawImage(bitmap, 0, 0);
    const half = bitmap.width / 2;
    const left = context.getImageData(0, 0, half, bitmap.height).data;
    const right = context.getImageData(half, 0, half, bitmap.height).data;
    return left.reduce((sum, value, i) => sum + Math.abs(value - (right[i] ?? 0)), 0) / left.length;
  }, png.toString('base64'));

const expectUnseen = (locator: Locator): Promise<void> => locator.waitFor({ state: 'hidden', timeout: limitMs });

export const librarySpecs: readonly Spec[] = [
  {
    name: 'a tag that was begun for one task is not given to the next',
    async run(driver) {
      const { page, call } = driver;
      const { key } = await deliver(driver, 'The one before');
      await deliver(driver, 'The one it was meant for');
      const shown = await openTask(page, 'The one it was meant for');
      await shown.getByRole('combobox', { name: labels.addTag }).fill('rain');
      await button(shown, texts.player.next).click();
      const next = player(page, 'The one before').getByRole('combobox', { name: labels.addTag });
      await next.waitFor({ timeout: limitMs });
      expect(await next.inputValue()).toBe('');
      await next.press('Enter');
      await next.fill('mist');
      await next.press('Enter');
      await eventually(async () => (await call('tasks:get', key))?.tags, ['mist']);
    },
  },
  {
    name: 'a tag and a project are given in the player, seen on the card, found in the rail and taken back',
    async run(driver) {
      const { page, call } = driver;
      const { key } = await deliver(driver, 'To be tagged');
      await deliver(driver, 'Another one');
      const shown = await openTask(page, 'To be tagged');
      const tag = shown.getByRole('combobox', { name: labels.addTag });
      await tag.fill('pitch, rain');
      await page.keyboard.press('Enter');
      await eventually(async () => (await call('tasks:get', key))?.tags, ['pitch', 'rain']);
      await shown.getByRole('combobox', { name: labels.project }).fill('Harbour pitch');
      await page.keyboard.press('Enter');
      await eventually(async () => (await call('tasks:get', key))?.project, 'Harbour pitch');
      // What was refused is kept with another Enter. The desktop calls in another way: there nothing is refused.
      const refusal = JSON.stringify({ ok: false, error: { code: 'storage-failed', message: 'The disk is full.' } });
      const refuse = { contentType: 'application/json', body: refusal };
      await page.route('**/call/tasks:setTitle', (route) => route.fulfill(refuse), { times: 1 });
      await shown.getByRole('textbox', { name: labels.title }).fill('My harbour');
      await eventually(async () => {
        await page.keyboard.press('Enter');
        return (await call('tasks:get', key))?.title;
      }, 'My harbour');
      await page.unroute('**/call/tasks:setTitle');
      await page.keyboard.press('Tab');
      await expectAccessible(page);
      // What another window writes meanwhile is replaced by what is typed, and not lost.
      const note = player(page, 'My harbour').getByRole('textbox', { name: labels.note });
      await note.fill('mine');
      await call('tasks:setNote', key, 'theirs');
      await call('tasks:setTitle', key, 'Their harbour');
      await player(page, 'Their harbour').waitFor({ timeout: limitMs });
      await page.keyboard.press('Tab');
      await page.getByText(labels.replaced).first().waitFor({ timeout: limitMs });
      expect((await call('tasks:get', key))?.note).toBe('mine');
      await page.keyboard.press('Control+z');
      await eventually(async () => (await call('tasks:get', key))?.note, 'theirs');
      await call('tasks:setTitle', key, 'My harbour');
      const renamed = player(page, 'My harbour');
      await button(renamed, labels.removeTag('rain')).click();
      await eventually(async () => (await call('tasks:get', key))?.tags, ['pitch']);
      // The core knows before the page does, and only then is there something to take back.
      await page
        .getByText(labels.untagged(1, '1', 'rain'))
        .first()
        .waitFor({ timeout: limitMs });
      await page.keyboard.press('Control+z');
      await eventually(async () => (await call('tasks:get', key))?.tags.toSorted(), ['pitch', 'rain']);
      await button(renamed, texts.common.back).click();

      await card(page, 'My harbour').getByText('pitch', { exact: true }).waitFor({ timeout: limitMs });
      await page.getByRole('link', { name: /^Harbour pitch/ }).click();
      await eventually(() => promptsOf(page), ['My harbour']);
      expect(await page.getByRole('combobox', { name: texts.bar.search }).inputValue()).toBe('project:"Harbour pitch"');
    },
  },
  {
    name: 'by keyboard alone: all are selected, tagged and starred, and each gets back what it had',
    async run(driver) {
      const { page, call } = driver;
      for (const prompt of ['One', 'Two', 'Three']) await deliver(driver, prompt);
      await opener(page, 'Three').waitFor({ timeout: limitMs });
      await page.keyboard.press('Control+a');
      const bar = page.getByRole('region', { name: texts.selection.label });
      await button(bar, texts.selection.tag).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: labels.tagMany(3, '3') }).waitFor({ timeout: limitMs });
      await expectAccessible(page);
      await page.keyboard.type('pitch');
      await page.keyboard.press('Enter');
      await eventually(async () => (await call('tasks:labels')).tags, [{ name: 'pitch', count: 3 }]);
      await page
        .getByText(labels.tagged(3, '3', 'pitch'))
        .first()
        .waitFor({ timeout: limitMs });
      await expectGone(page.getByRole('dialog', { name: labels.tagMany(3, '3') }));
      await page.keyboard.press('Control+z');
      await eventually(async () => (await call('tasks:labels')).tags, []);

      // One of them has a star before: that one keeps it when the others lose theirs again.
      await opener(page, 'Two').focus();
      await page.keyboard.press('Escape');
      await page.keyboard.press('s');
      const starred = async () => (await call('tasks:counts')).starred;
      await eventually(starred, 1);
      await page.keyboard.press('Control+a');
      await page.getByText(texts.selection.all(3, '3')).waitFor({ timeout: limitMs });
      await button(bar, texts.selection.star).focus();
      await page.keyboard.press('Enter');
      await eventually(starred, 3);
      await page.getByText(texts.selection.starred(2, '2')).first().waitFor({ timeout: limitMs });
      await page.keyboard.press('Control+z');
      await eventually(starred, 1);
    },
  },
  {
    name: 'a tag gets another name and joins one that is there, and a project a colour, by keyboard alone',
    async run(driver) {
      const { page, call } = driver;
      const { key: one } = await deliver(driver, 'One');
      const { key: two } = await deliver(driver, 'Two');
      await call('tasks:tag', [one], { add: ['pitch'] });
      await call('tasks:tag', [two], { add: ['final'] });
      await call('tasks:setProject', [one, two], 'Harbour');
      await button(page, enLabels.edit).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: enLabels.title }).waitFor({ timeout: limitMs });
      await expectAccessible(page);
      const color = page.getByRole('combobox', { name: enLabels.color('Harbour') });
      await color.selectOption('orange');
      await eventually(async () => (await call('tasks:labels')).projects[0]?.color, 'orange');
      await page.getByRole('textbox', { name: enLabels.name('pitch') }).focus();
      await page.keyboard.press('Control+a');
      await page.keyboard.type('final');
      await page.getByText(enLabels.joins(1, '1', 'final')).waitFor({ timeout: limitMs });
      await expectAccessible(page);
      await page.keyboard.press('Enter');
      await eventually(async () => (await call('tasks:labels')).tags, [{ name: 'final', count: 2 }]);
      await page
        .getByText(enLabels.renamed(1, '1', 'pitch', 'final'))
        .first()
        .waitFor({ timeout: limitMs });
      await expectGone(page.getByRole('textbox', { name: enLabels.name('pitch') }));
      await page.keyboard.press('Escape');
      await expectGone(page.getByRole('dialog', { name: enLabels.title }));
      await page.locator('a [data-color="orange"]').waitFor({ timeout: limitMs });
      await page.keyboard.press('Control+z');
      await eventually(async () => (await call('tasks:labels')).tags.map(({ name }) => name), ['final', 'pitch']);
    },
  },
  // In a browser only: the bytes go to the inbox. The desktop names the path, which a made-up file has not.
  {
    name: 'a file of the person’s own takes the place of a dead link',
    async run({ page, media, complaints, postCallback, waitForTask }) {
      const url = media.file('/gone.mp4', Buffer.from('<!doctype html><title>Sign in</title>'));
      await postCallback(lumaSuccess('gone-1', [url], 'Brought by hand'));
      await waitForTask('gone-1', ({ videos }) => videos[0]?.state === 'failed');
      const shown = await openTask(page, 'Brought by hand');
      const box = shown.getByRole('region', { name: texts.link.title });
      const choose = async (buffer: Buffer): Promise<void> => {
        const chooser = page.waitForEvent('filechooser');
        await button(box, texts.link.attach).click();
        await (await chooser).setFiles({ name: 'mine.mp4', mimeType: 'video/mp4', buffer });
      };
      await choose(Buffer.from('no video at all'));
      await button(box, texts.link.attach).waitFor({ timeout: limitMs });
      expect((await waitForTask('gone-1', () => true)).videos[0]?.state).toBe('failed');
      await choose(keyFrameFilm());
      await waitForTask('gone-1', isSaved);
      await shown.locator('video').waitFor({ timeout: limitMs });
      expectOnlyRefusals(complaints);
    },
  },
  {
    name: 'all of a view at once: what was not seen is seen',
    async run(driver) {
      const { page, call } = driver;
      for (const prompt of ['One', 'Two', 'Three']) await deliver(driver, prompt);
      await viewLink(page, 'inbox').click();
      await button(page, texts.selection.seenAll).click();
      await eventually(async () => (await call('tasks:counts')).inbox, 0);
    },
  },
  {
    name: 'the search understands fields, counts, shows them as chips, and is kept as a view',
    async run(driver) {
      const { page, call } = driver;
      const { key } = await deliver(driver, 'Harbour in the rain');
      await deliver(driver, 'City in the rain');
      await call('tasks:tag', [key], { add: ['pitch'] });
      const field = page.getByRole('combobox', { name: texts.bar.search });
      await field.fill('rain -city tag:pitch');
      await eventually(() => promptsOf(page), ['Harbour in the rain']);
      await page.getByText(texts.grid.results(1, '1')).first().waitFor({ timeout: limitMs });
      await expectAccessible(page);
      await button(page, texts.search.keepView).click();
      await page.keyboard.type('Pitch, no city');
      await page.keyboard.press('Enter');
      await button(page, texts.search.takeOut('tag:pitch')).click();
      await eventually(() => field.inputValue(), 'rain -city');
      await button(page, texts.bar.clearSearch).click();
      await eventually(() => cards(page).count(), 2);
      await page.reload();
      await page.getByRole('link', { name: 'Pitch, no city' }).click();
      await eventually(() => promptsOf(page), ['Harbour in the rain']);
      await field.focus();
      await page.keyboard.press('Enter');
      await eventually(() => page.evaluate(() => document.activeElement?.textContent), 'Harbour in the rain');
      // Faster than the search: it is the first of what was searched for that has the focus then.
      await field.fill('city');
      await page.keyboard.press('Enter');
      await eventually(() => promptsOf(page), ['City in the rain']);
      await eventually(() => page.evaluate(() => document.activeElement?.textContent), 'City in the rain');
      // Who mistypes a condition is told how it is typed.
      await field.fill('is:stared');
      await page.getByText(texts.empty.notACondition('is:stared', 'is:starred')).waitFor({ timeout: limitMs });
      await button(page, texts.search.forget('Pitch, no city')).click();
      await expectGone(page.getByRole('link', { name: 'Pitch, no city' }));
    },
  },
  {
    name: 'a prompt that is pasted into the search is found, with all its lines and however long it is',
    async run(driver) {
      const { page } = driver;
      const shot = 'a lighthouse keeper walks along the pier\n\ncamera: slow push, dusk\n';
      const prompt = shot + Array.from({ length: 200 }, (_, i) => `detail${String(i)} here`).join('\n');
      await deliverTakes(driver, prompt, 1);
      await deliver(driver, 'City in the rain');
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      const field = page.getByRole('combobox', { name: texts.bar.search });
      const paste = async (text: string) => {
        await page.evaluate((pasted) => navigator.clipboard.writeText(pasted), text);
        await field.focus();
        await page.keyboard.press('ControlOrMeta+V');
      };
      await paste(shot);
      await eventually(() => field.inputValue(), 'a lighthouse keeper walks along the pier camera: slow push, dusk');
      await eventually(() => cards(page).count(), 1);
      await page.keyboard.press('ControlOrMeta+A');
      await paste(prompt);
      await eventually(async () => (await field.inputValue()).length, 1000);
      await eventually(() => cards(page).count(), 1);
      // So is what an address holds.
      await page.evaluate(
        (q) => (location.hash = `#/library?q=${encodeURIComponent(q)}`),
        prompt.replaceAll('\n', ' '),
      );
      await eventually(() => cards(page).count(), 1);
      await page.getByText(texts.grid.results(1, '1')).first().waitFor({ timeout: limitMs });
    },
  },
  {
    name: 'by keyboard alone: the search goes on with what occurs here, and tells how much of it',
    async run(driver) {
      const { page, call } = driver;
      const { key: one } = await deliver(driver, 'Harbour in the rain');
      const { key: two } = await deliver(driver, 'City in the rain');
      await call('tasks:tag', [one], { add: ['pitch', 'Client A'] });
      await call('tasks:tag', [two], { add: ['pitch'] });
      const field = page.getByRole('combobox', { name: texts.bar.search });
      const offers = page.getByRole('listbox', { name: texts.search.completions });
      const active = () =>
        field.evaluate(
          (input) => document.getElementById(input.getAttribute('aria-activedescendant') ?? '')?.innerText,
        );
      const offered = (name: string) => offers.getByRole('option', { name }).waitFor({ timeout: limitMs });
      await opener(page, 'City in the rain').waitFor({ timeout: limitMs });
      await page.keyboard.press('/');
      await page.keyboard.type('rain ta');
      await offered('tag:');
      await page.keyboard.press('ArrowDown');
      await eventually(active, 'tag:');
      // Who writes with an input method chooses characters with these keys.
      const isLeftAlone = (input: Element, key: string) =>
        input.dispatchEvent(new KeyboardEvent('keydown', { key, isComposing: true, bubbles: true, cancelable: true }));
      for (const key of ['Enter', 'ArrowDown', 'Escape'])
        expect(await field.evaluate(isLeftAlone, key), key).toBe(true);
      await page.keyboard.press('Tab');
      await eventually(() => field.inputValue(), 'rain tag:');
      await offered(`tag:pitch ${texts.grid.results(2, '2')}`);
      await offered(`tag:Client A ${texts.grid.results(1, '1')}`);
      // A field without its value asks for nothing yet.
      await eventually(() => cards(page).count(), 2);
      expect(await field.getAttribute('aria-expanded')).toBe('true');
      await page.keyboard.press('ArrowUp');
      await eventually(
        async () => (await active())?.replaceAll(/\s+/g, ' '),
        `tag:Client A ${texts.grid.results(1, '1')}`,
      );
      await expectAccessible(page);
      await page.setViewportSize({ width: 320, height: 640 });
      await expectAccessible(page);
      const box = await offers.boundingBox();
      expect(box !== null && box.x >= 0 && box.x + box.width <= 320, JSON.stringify(box)).toBe(true);
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.keyboard.press('Enter');
      await eventually(() => field.inputValue(), 'rain tag:"Client A" ');
      await eventually(() => promptsOf(page), ['Harbour in the rain']);
      await page.keyboard.type('is:');
      await offered(`is:ready ${texts.grid.results(1, '1')}`);
      // Escape ends the offers and nothing else; another one the search.
      await page.keyboard.press('Escape');
      await offers.waitFor({ state: 'hidden', timeout: limitMs });
      expect(await field.inputValue()).toBe('rain tag:"Client A" is:');
      await page.keyboard.press('Enter');
      await eventually(() => page.evaluate(() => document.activeElement?.textContent), 'Harbour in the rain');
      await page.keyboard.press('/');
      await page.keyboard.press('Escape');
      await eventually(() => cards(page).count(), 2);
    },
  },
  {
    name: 'a take that is a moving picture stands beside the video, which plays on its own',
    async run(driver) {
      const { page, media, postCallback, waitForTask } = driver;
      await deliverTakes(driver, 'It moves', 1);
      const gif = await readFile(path.join(repoDir, 'test/fixtures/field/animated-result.gif'));
      await postCallback(lumaSuccess('moving', [media.file('/moving.gif', gif)], 'It moves'));
      await waitForTask('moving', isSaved);
      await eventually(() => cards(page).count(), 2);
      await opener(page, 'It moves').first().focus();
      await page.keyboard.press('c');
      await page.getByRole('heading', { name: enCompare.title }).waitFor({ timeout: limitMs });
      const picture = page.locator('figure img[src*="/media/"]');
      await picture.waitFor({ timeout: limitMs });
      await eventually(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth), 160);
      const video = page.locator('figure video');
      await eventually(() => video.evaluate((film: HTMLVideoElement) => film.readyState >= 2), true);
      const place = () => video.evaluate((film: HTMLVideoElement) => film.currentTime);
      await page.keyboard.press('.');
      await expect.poll(place, { timeout: limitMs }).toBeGreaterThan(0);
      await page.keyboard.press('q');
      await eventually(() => video.evaluate((film: HTMLVideoElement) => film.readyState >= 2), true);
      const before = await place();
      await page.keyboard.press('k');
      await expect.poll(place, { timeout: limitMs }).not.toBe(before);
    },
  },
  {
    name: 'takes of one prompt are compared on one clock: exact when paused, held together while playing',
    async run(driver) {
      const { page, call } = driver;
      const [first] = await deliverTakes(driver, 'A harbour', 3);
      await eventually(() => cards(page).count(), 3);
      await opener(page, 'A harbour').first().focus();
      await page.keyboard.press('c');
      await page.getByRole('heading', { name: enCompare.title }).waitFor({ timeout: limitMs });
      await expect.poll(() => page.title(), { timeout: limitMs }).toContain(`A harbour – ${texts.keys.compare} – `);
      const videos = page.locator('figure video');
      await eventually(() => videos.count(), 2);
      await expect
        .poll(() => videos.evaluateAll((all) => (all as HTMLVideoElement[]).every((v) => v.readyState >= 2)), {
          timeout: limitMs,
        })
        .toBe(true);
      await expectAccessible(page);
      // In the choice of a take a letter finds one, and is no shortcut.
      await page.getByRole('combobox', { name: enCompare.right, exact: true }).focus();
      await page.keyboard.press('d');
      expect(await page.locator('[data-mode]').getAttribute('data-mode')).toBe('wipe');
      await page.locator('[data-mode]').focus();
      const frames = () =>
        videos.evaluateAll((all) =>
          (all as HTMLVideoElement[]).map((v) => (v.seeking ? -1 : Math.floor(v.currentTime * 24 + 0.001))),
        );
      await page.keyboard.press('.');
      await page.keyboard.press('.');
      await eventually(async () => new Set(await frames()).size, 1);
      await page.keyboard.press(']');
      await page.keyboard.press('.');
      await eventually(async () => {
        const [left = 0, right = 0] = await frames();
        return [left, right];
      }, [3, 4]);
      // Where the browser decodes by itself, what stands there is the frame of that time stamp and nothing near it.
      const canDecode = await page.evaluate(async () => {
        if (!('VideoDecoder' in window)) return false;
        return (await VideoDecoder.isConfigSupported({ codec: 'avc1.42001e' })).supported === true;
      });
      if (canDecode) {
        const exact = page.locator('figure canvas[data-frame]');
        await eventually(() => exact.evaluateAll((all) => all.map((each) => each.dataset['frame'])), ['3', '4']);
        await page.locator('[data-exact]').waitFor({ timeout: limitMs });
        await page.getByText(enCompare.exact).first().waitFor();
      }
      await page.keyboard.press('[');
      for (const [key, mode] of [
        ['h', 'side'],
        ['d', 'difference'],
        ['o', 'onion'],
        ['b', 'blink'],
        ['w', 'wipe'],
      ] as const) {
        await page.keyboard.press(key);
        await page.locator(`[data-mode="${mode}"]`).waitFor();
      }
      await page.keyboard.press('ArrowRight');
      expect(await page.getByRole('slider', { name: enCompare.wipe }).inputValue()).toBe('51');
      await page.keyboard.press('k');
      await page.locator('[data-skew]').waitFor({ timeout: limitMs });
      await page.keyboard.press('k');
      await eventually(async () => new Set(await frames()).size, 1);

      // The third take by Tab, and the pair as a picture while that take is still on its way.
      let letLoad = (): void => undefined;
      const mayLoad = new Promise<void>((resolve) => (letLoad = resolve));
      await page.route('**/media/**', async (route) => {
        await mayLoad;
        await route.continue();
      });
      const download = page.waitForEvent('download');
      await page.keyboard.press('Tab');
      await page.keyboard.press('e');
      letLoad();
      const picture = await download;
      expect(picture.suggestedFilename()).toMatch(/^\d{4}-\d\d-\d\d A harbour \(.*C-A .*\.png$/);
      await eventually(async () => new Set(await frames()).size, 1);
      expect(await frames()).not.toContain(0); // so both halves alike means: the frame of this place, not the first
      expect(await halvesDiffer(page, await readFile(await picture.path()))).toBeLessThan(2);
      await page.keyboard.press('x');
      await eventually(async () => (await call('tasks:get', first?.key ?? ''))?.pick, 'rejected');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await expectGone(page.getByRole('heading', { name: enCompare.title }));
    },
  },
  {
    name: 'a take that goes to the trash elsewhere while it is compared is told of, and one that stays is not',
    async run(driver) {
      const { page, call } = driver;
      const tasks = await deliverTakes(driver, 'A pier', 3);
      await eventually(() => cards(page).count(), 3);
      await opener(page, 'A pier').first().focus();
      await page.keyboard.press('c');
      await page.getByRole('heading', { name: enCompare.title }).waitFor({ timeout: limitMs });
      await eventually(() => page.locator('figure video').count(), 2);
      const shownNotice = (letter: string) => page.getByText(enCompare.away(enCompare.take(letter)));
      await call('tasks:mark', [tasks[0]?.key ?? ''], { starred: true });
      await call('tasks:trash', [tasks[2]?.key ?? '']);
      await shownNotice('C').first().waitFor({ timeout: limitMs });
      expect(await shownNotice('A').count()).toBe(0);
      await call('tasks:restore', [tasks[2]?.key ?? '']);
    },
  },
  {
    name: 'four selected films are side by side on one clock, each with its offset, and the link shows the same again',
    async run(driver) {
      const { page } = driver;
      const tasks = await deliverTakes(driver, 'A pier', 4);
      await eventually(() => cards(page).count(), 4);
      await opener(page, 'A pier').first().focus();
      await page.keyboard.press('Shift+End');
      await page.getByText(texts.selection.count(4, '4')).waitFor({ timeout: limitMs });
      await page.keyboard.press('c');
      await page.getByRole('heading', { name: enCompare.title }).waitFor({ timeout: limitMs });
      const videos = page.locator('figure video');
      await page.locator('[data-mode="side"][data-count="4"]').waitFor({ timeout: limitMs });
      await eventually(() => videos.count(), 4);
      await expect
        .poll(() => videos.evaluateAll((all) => (all as HTMLVideoElement[]).every((v) => v.readyState >= 2)), {
          timeout: limitMs,
        })
        .toBe(true);
      await expectAccessible(page);
      const frames = () =>
        videos.evaluateAll((all) =>
          (all as HTMLVideoElement[]).map((v) => (v.seeking ? -1 : Math.floor(v.currentTime * 24 + 0.001))),
        );
      for (let i = 0; i < 5; i += 1) await page.keyboard.press('.');
      await eventually(frames, [5, 5, 5, 5]);
      // The right one ahead by two, the left one by one: all others keep to the left one.
      await page.keyboard.press(']');
      await page.keyboard.press(']');
      await page.keyboard.press('}');
      await page.keyboard.press('.');
      await eventually(frames, [6, 7, 5, 5]);
      // An offset is of the film, and kept with it; the link names it for others.
      const keys = tasks.slice(0, 3).map(({ key }) => encodeURIComponent(key));
      const [first, second, third] = keys;
      await page.evaluate(
        (hash) => (location.hash = hash),
        `#/compare/${first}~1,${second}~1~3,${third}~1?mode=side&at=0.5`,
      );
      await page.locator('[data-mode="side"][data-count="3"]').waitFor({ timeout: limitMs });
      await eventually(() => videos.count(), 3);
      await eventually(async () => (await frames())[0], 12);
      await eventually(async () => (await frames())[1], 15);
    },
  },
  {
    name: 'takes are culled with one hand: picked, rejected, rated, and the rejected found',
    async run(driver) {
      const { page, call } = driver;
      const tasks = await deliverTakes(driver, 'A lighthouse', 3);
      await eventually(() => cards(page).count(), 3);
      await opener(page, 'A lighthouse').first().focus();
      await page.keyboard.press('p');
      await page.keyboard.press('x');
      await page.keyboard.press('4');
      const stateOf = async (i: number) => {
        const { pick, rating, starred } = (await call('tasks:get', tasks[i]?.key ?? '')) ?? {};
        return { pick, rating, starred };
      };
      await eventually(() => stateOf(2), { pick: 'picked', rating: undefined, starred: true });
      await eventually(() => stateOf(1), { pick: 'rejected', rating: undefined, starred: false });
      await eventually(() => stateOf(0), { pick: undefined, rating: 4, starred: false });
      await page.getByRole('combobox', { name: texts.bar.search }).fill('is:rejected');
      await eventually(() => cards(page).count(), 1);
      await card(page, 'A lighthouse').getByText(texts.card.rejected).waitFor();
    },
  },
  {
    name: 'who takes a mark back is at the film that had it, among the cards and in the player',
    async run(driver) {
      const { page, call } = driver;
      for (const name of ['One', 'Two', 'Three']) await deliver(driver, name);
      await eventually(() => cards(page).count(), 3);
      const focused = () => page.evaluate(() => document.activeElement?.textContent);
      const picks = async () => {
        const tasks = await call('tasks:list', { state: null, limit: 9 });
        return tasks.map(({ prompt, pick }) => `${prompt} ${pick}`);
      };
      await opener(page, 'Three').focus();
      await page.keyboard.press('x');
      await page.keyboard.press('p');
      await eventually(focused, 'One');
      await eventually(picks, ['Three rejected', 'Two picked', 'One undefined']);
      await page.keyboard.press('Control+z');
      await eventually(focused, 'Two');
      await page.keyboard.press('x');
      await eventually(focused, 'One');
      await eventually(picks, ['Three rejected', 'Two rejected', 'One undefined']);

      await opener(page, 'Two').focus();
      await page.keyboard.press('Enter');
      await player(page, 'Two').waitFor({ timeout: limitMs });
      await page.keyboard.press('p');
      await player(page, 'One').waitFor({ timeout: limitMs });
      await eventually(picks, ['Three rejected', 'Two picked', 'One undefined']);
      await page.keyboard.press('Control+z');
      await player(page, 'Two').waitFor({ timeout: limitMs });
      await eventually(picks, ['Three rejected', 'Two rejected', 'One undefined']);
    },
  },
  {
    name: 'the player goes by seconds, tenths and speeds, louder and quieter',
    async run(driver) {
      const { page } = driver;
      await deliver(driver, 'Played by keys');
      await openTask(page, 'Played by keys');
      const video = page.locator('video');
      await expect
        .poll(() => video.evaluate((v: HTMLVideoElement) => v.duration), { timeout: limitMs })
        .toBeGreaterThan(1);
      await eventually(() => video.evaluate((v: HTMLVideoElement) => v.paused), false);
      await page.keyboard.press('k');
      await eventually(() => video.evaluate((v: HTMLVideoElement) => v.paused), true);
      await page.keyboard.press('0');
      await eventually(() => video.evaluate((v: HTMLVideoElement) => v.currentTime), 0);
      await page.keyboard.press('l');
      await eventually(() => video.evaluate((v: HTMLVideoElement) => v.currentTime), 1);
      await page.keyboard.press('5');
      await eventually(
        () => video.evaluate((v: HTMLVideoElement) => Math.abs(v.currentTime - v.duration / 2) < 0.01),
        true,
      );
      await page.keyboard.press('>');
      await eventually(() => video.evaluate((v: HTMLVideoElement) => v.playbackRate), 1.25);
      await page.keyboard.press('<');
      await eventually(() => video.evaluate((v: HTMLVideoElement) => v.playbackRate), 1);
      // The first film of all is silent; louder brings the sound.
      expect(await video.evaluate((v: HTMLVideoElement) => v.muted)).toBe(true);
      await page.keyboard.press('ArrowUp');
      await eventually(() => video.evaluate((v: HTMLVideoElement) => [v.muted, v.volume]), [false, 1]);
      await page.keyboard.press('ArrowDown');
      await eventually(() => video.evaluate((v: HTMLVideoElement) => Math.round(v.volume * 10)), 9);
    },
  },
  {
    name: 'a misspelt word finds what was meant, and what was found is marked in the titles',
    async run(driver) {
      const { page } = driver;
      await deliver(driver, 'Harbour in the rain');
      await deliver(driver, 'City at night');
      const field = page.getByRole('combobox', { name: texts.bar.search });
      await field.fill('harbour');
      await eventually(() => card(page, 'Harbour in the rain').locator('mark').allInnerTexts(), ['Harbour']);
      await field.fill('harbur');
      await page.getByText(texts.grid.corrected('harbur', 'harbour')).waitFor({ timeout: limitMs });
      await eventually(() => promptsOf(page), ['Harbour in the rain']);
      await expectAccessible(page);
    },
  },
  {
    name: 'the list as a table is sorted by its headings and worked with by keys',
    async run(driver) {
      const { page, call } = driver;
      for (const prompt of ['Beach', 'Alley', 'Castle']) await deliver(driver, prompt);
      await eventually(() => cards(page).count(), 3);
      await button(page, texts.bar.table).focus();
      await page.keyboard.press('Enter');
      const titles = () => page.locator('[role="grid"] a[data-open]').allInnerTexts();
      await eventually(titles, ['Castle', 'Alley', 'Beach']);
      // Each row is one line, under its headings.
      const lines = page.locator('[role="row"][data-task]');
      const middles = await lines.evaluateAll((rows) =>
        rows.map((row) =>
          [...row.querySelectorAll('[role="gridcell"]')]
            .map((cell) => cell.getBoundingClientRect())
            .filter(({ width }) => width > 0)
            .map(({ top, height }) => Math.round(top + height / 2)),
        ),
      );
      expect(middles.map((each) => Math.max(...each) - Math.min(...each) <= 2)).toEqual([true, true, true]);
      expect(new Set(middles.map(([middle]) => middle)).size).toBe(3);
      const heading = page.getByRole('columnheader', { name: enTable.columns.title });
      await heading.getByRole('button').focus();
      await page.keyboard.press('Enter');
      await eventually(titles, ['Alley', 'Beach', 'Castle']);
      expect(await heading.getAttribute('aria-sort')).toBe('ascending');
      await page.keyboard.press('Enter');
      await eventually(titles, ['Castle', 'Beach', 'Alley']);
      await expectAccessible(page);
      await page.locator('a[data-open]', { hasText: 'Castle' }).focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Space');
      await eventually(() => page.getByRole('button', { name: texts.card.select, pressed: true }).count(), 1);
      await page.keyboard.press('s');
      await eventually(async () => (await call('tasks:get', 'kie-luma:task-beach'))?.starred, true);
      // What is selected is added up, else all; and columns are moved and put away.
      const foot = page.locator('footer', { has: button(page, enTable.choose) });
      await foot.getByText(texts.grid.results(1, '1')).waitFor({ timeout: limitMs });
      await page.keyboard.press('Escape');
      await foot.getByText(texts.grid.results(3, '3')).waitFor({ timeout: limitMs });
      await button(foot, enTable.choose).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: enTable.choose }).waitFor({ timeout: limitMs });
      await expectAccessible(page);
      const headings = () => page.locator('[role="columnheader"]').allInnerTexts();
      const first = [enTable.columns.title, enTable.columns.state, enTable.columns.provider];
      expect((await headings()).slice(1, 4)).toEqual(first);
      await button(page, enTable.earlier(enTable.columns.provider)).focus();
      await page.keyboard.press('Enter');
      await eventually(async () => (await headings()).slice(1, 4), [first[0], first[2], first[1]]);
      await page.getByRole('checkbox', { name: enTable.columns.size }).focus();
      await page.keyboard.press('Space');
      await eventually(async () => (await headings()).includes(enTable.columns.size), false);
      await page.keyboard.press('Escape');
      await expectGone(page.getByRole('dialog', { name: enTable.choose }));
      await page.reload();
      await eventually(titles, ['Castle', 'Beach', 'Alley']);
      await eventually(async () => (await headings()).slice(1, 4), [first[0], first[2], first[1]]);
      await button(page, texts.bar.shapes).click();
      await eventually(() => cards(page).count(), 3);
      await expectAccessible(page);
    },
  },
  {
    name: 'takes are one card with a count; inside they are judged by keys, the rest rejected, and done',
    async run(driver) {
      const { page, call } = driver;
      const tasks = await deliverTakes(driver, 'A lighthouse', 4);
      await deliver(driver, 'Another one');
      await eventually(() => cards(page).count(), 5);
      await button(page, texts.bar.stacks).focus();
      await page.keyboard.press('Enter');
      await eventually(() => cards(page).count(), 2);
      await card(page, 'A lighthouse').getByText(texts.card.takes(4, '4')).waitFor({ timeout: limitMs });
      await opener(page, 'A lighthouse').focus();
      await page.keyboard.press('Enter');
      const takes = page.getByRole('list', { name: enCull.takes(4, '4') });
      await takes.waitFor({ timeout: limitMs });
      await eventually(() => takes.getByRole('listitem').count(), 4);
      await expectAccessible(page);
      // What ends it is in one row.
      const foot = page.locator('footer', { has: button(page, enCull.done('0', '0')) }).getByRole('button');
      const tops = await foot.evaluateAll((all) => all.map((each) => Math.round(each.getBoundingClientRect().top)));
      expect([tops.length, new Set(tops).size]).toEqual([4, 1]);
      // No notice lies over it.
      const notices = page.getByRole('region', { name: texts.toasts.label });
      const bottom = await notices.evaluate((each) => each.getBoundingClientRect().bottom);
      expect(bottom).toBeLessThanOrEqual(tops[0] ?? 0);
      const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
      await eventually(focused, `${enCull.notJudged}, ${enCull.take('D')}, ${enCull.sameFile('A')}`);
      // Whoever clicks beside the takes has the keys still.
      await page.getByText(enCull.judged('0', '4')).first().click();
      await page.keyboard.press('Home');
      await eventually(focused, `${enCull.notJudged}, ${enCull.take('A')}`);
      await page.getByText(enCull.judged('0', '4')).first().click();
      await page.keyboard.press('4');
      await page.keyboard.press('p');
      await eventually(focused, `${enCull.notJudged}, ${enCull.take('B')}, ${enCull.sameFile('A')}`);
      await page.keyboard.press('x');
      await eventually(focused, `${enCull.notJudged}, ${enCull.take('C')}, ${enCull.sameFile('A')}`);
      await page.getByText(enCull.judged('2', '4')).first().waitFor({ timeout: limitMs });
      await page.keyboard.press('Shift+X');
      await page.getByText(enCull.allJudged).waitFor({ timeout: limitMs });
      const judgedOf = async (i: number) => {
        const { pick, rating, starred, trashedAt } = (await call('tasks:get', tasks[i]?.key ?? '')) ?? {};
        return { pick, rating, starred, isTrashed: typeof trashedAt === 'string' };
      };
      await eventually(() => judgedOf(0), { pick: 'picked', rating: 4, starred: true, isTrashed: false });
      await eventually(() => judgedOf(3), { pick: 'rejected', rating: undefined, starred: false, isTrashed: false });
      await button(page, enCull.done('1', '3')).focus();
      await page.keyboard.press('Enter');
      await eventually(() => judgedOf(3), { pick: 'rejected', rating: undefined, starred: false, isTrashed: true });
      await eventually(() => cards(page).count(), 2);
      // The button went with the takes; the keys are the cards' again.
      await eventually(() => page.evaluate(() => document.activeElement?.textContent), 'A lighthouse');
      await page.keyboard.press('Control+z');
      await eventually(async () => (await judgedOf(3)).isTrashed, false);
    },
  },
  {
    name: 'by keyboard alone: from the search back to the cards, all of them tagged, and no key is lost on the way',
    async run(driver) {
      const { page, call } = driver;
      const { key } = await deliver(driver, 'One of two');
      await deliver(driver, 'The other one');
      const focused = () => page.evaluate(() => document.activeElement?.textContent);
      await opener(page, 'The other one').waitFor({ timeout: limitMs });
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
      // Nothing has the focus: an arrow leads to the cards.
      await page.keyboard.press('ArrowDown');
      await eventually(focused, 'The other one');
      await page.keyboard.press('/');
      await page.keyboard.press('Escape');
      await eventually(focused, 'The other one');
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
      await page.keyboard.press('Control+a');
      await page.getByText(texts.selection.all(2, '2')).waitFor({ timeout: limitMs });
      await eventually(focused, 'The other one');
      await page.keyboard.press('t');
      const field = page.getByRole('dialog', { name: texts.labels.tagMany(2, '2') }).getByRole('combobox');
      await eventually(() => field.evaluate((each) => each === document.activeElement), true);
      await page.keyboard.type('pitch');
      await page.keyboard.press('Enter');
      await eventually(async () => (await call('tasks:get', key))?.tags, ['pitch']);
      await eventually(focused, 'The other one');
    },
  },
  {
    name: 'what is selected is meant from wherever the person is, and not behind another screen',
    async run(driver) {
      const { page, call } = driver;
      const { key } = await deliver(driver, 'One of two');
      await deliver(driver, 'The other one');
      const inTrash = async () => (await call('tasks:get', key))?.trashedAt ?? null;
      await opener(page, 'The other one').waitFor({ timeout: limitMs });
      const library = page.getByRole('link', { name: texts.views.library }).first();
      await library.click();
      await page.keyboard.press('Control+a');
      await page.getByText(texts.selection.all(2, '2')).waitFor({ timeout: limitMs });
      await library.focus();

      await page.evaluate(() => (location.hash = '#/settings'));
      await page.getByRole('heading', { name: enSettings.about.title }).waitFor({ timeout: limitMs });
      await page.keyboard.press('Delete');
      await page.evaluate(() => (location.hash = '#/library'));
      await page.getByText(texts.selection.all(2, '2')).waitFor({ timeout: limitMs });
      expect(await inTrash()).toBeNull();

      await library.focus();
      await page.keyboard.press('5');
      await eventually(async () => (await call('tasks:get', key))?.rating, 5);
      await library.focus();
      await page.keyboard.press('Delete');
      await eventually(async () => (await inTrash()) !== null, true);
    },
  },
  {
    name: 'the settings are searched: what has the words is left, and Escape shows all again',
    async run({ page }) {
      await page.evaluate(() => (location.hash = '#/settings'));
      const heading = (name: string) => page.getByRole('heading', { name, exact: true });
      await heading(enSettings.about.title).waitFor({ timeout: limitMs });
      await page.keyboard.press('/');
      const field = page.getByRole('searchbox', { name: enSettings.screen.search });
      await eventually(() => field.evaluate((each) => each === document.activeElement), true);
      await page.keyboard.type(enSettings.look.theme.toUpperCase());
      await expectUnseen(heading(enSettings.about.title));
      await page.getByLabel(enSettings.look.theme, { exact: true }).waitFor({ timeout: limitMs });
      await expectUnseen(page.getByLabel(enSettings.look.density, { exact: true }));
      await expectAccessible(page);
      await field.fill('zzzz');
      await page.getByText(enSettings.screen.nothingFound).waitFor({ timeout: limitMs });
      await page.keyboard.press('Escape');
      await heading(enSettings.about.title).waitFor({ timeout: limitMs });
      expect(page.url()).toContain('#/settings');
      // A section that is asked for is there, whatever was searched for.
      await field.fill(enSettings.look.theme);
      await expectUnseen(heading(enSettings.about.title));
      const links = page.getByRole('navigation', { name: enSettings.screen.sections });
      await links.getByRole('link', { name: enSettings.about.title }).click();
      await heading(enSettings.about.title).waitFor({ timeout: limitMs });
      await eventually(() => heading(enSettings.about.title).evaluate((each) => each === document.activeElement), true);
      expect(await field.inputValue()).toBe('');
    },
  },
  {
    name: 'a budget is kept by the inbox, also one that only this browser had',
    async run(driver) {
      const { page, call } = driver;
      await deliver(driver, 'Of unknown price');
      await page.evaluate(() => {
        const key = 'video-inbox.prefs';
        localStorage.setItem(key, JSON.stringify({ ...JSON.parse(localStorage.getItem(key) ?? '{}'), budget: 500 }));
      });
      await page.reload();
      await page.getByRole('link', { name: texts.rail.costs }).click();
      const field = page.getByLabel(enCosts.budget);
      const kept = async () => (await call('settings:get')).values.costs.monthlyCredits;
      await eventually(kept, 500);
      await eventually(() => field.inputValue(), '500');
      await field.fill('750');
      await field.blur();
      await eventually(kept, 750);
      await expectAccessible(page);
      // As sums are written, and what is none changes nothing.
      await field.fill('1,000');
      await field.blur();
      await eventually(kept, 1000);
      await field.fill('a lot');
      await field.blur();
      await eventually(() => field.inputValue(), '1000');
      expect(await kept()).toBe(1000);
      // What is typed while another one is on its way stays.
      let letGo = (): void => undefined;
      const mayGo = new Promise<void>((resolve) => (letGo = resolve));
      const update = '**/call/settings:update';
      await page.route(update, async (route) => {
        await mayGo;
        await route.continue();
      });
      const [asked, answered] = [page.waitForRequest(update), page.waitForResponse(update)];
      await field.fill('800');
      await field.blur();
      await asked;
      await field.fill('850');
      letGo();
      await answered;
      await eventually(kept, 800);
      await page.unroute(update);
      expect(await field.inputValue()).toBe('850');
      await field.blur();
      await eventually(kept, 850);
      // The way back takes the field away without leaving it.
      await field.fill('900');
      await page.goBack();
      await eventually(kept, 900);
      await page.goForward();
      await eventually(() => field.inputValue(), '900');
      await field.fill('');
      await field.blur();
      await eventually(kept, null);
      await page.reload();
      await field.waitFor({ timeout: limitMs });
      await eventually(() => field.inputValue(), '');
    },
  },
  {
    name: 'what was spent is added up, and saved for a spreadsheet',
    async run(driver) {
      const { page } = driver;
      await deliver(driver, 'Of unknown price');
      await opener(page, 'Of unknown price').waitFor({ timeout: limitMs });
      await page.getByRole('link', { name: texts.rail.costs }).click();
      await page.getByRole('heading', { name: enCosts.title }).waitFor({ timeout: limitMs });
      // Not known is not nothing.
      await page.getByRole('heading', { name: enCosts.noPrices }).waitFor({ timeout: limitMs });
      await page.getByText(enCosts.noPricesDetail(1, '1')).waitFor({ timeout: limitMs });
      await eventually(() => page.locator('td').allInnerTexts(), ['1', '–', '–', '1', '–', '–', '1', '–', '–']);
      await expectAccessible(page);
      const download = page.waitForEvent('download');
      await button(page, enCosts.csv).click();
      expect((await download).suggestedFilename()).toMatch(/^costs \d{4}-\d\d\.csv$/);
      await page.keyboard.press('Escape');
      await eventually(() => cards(page).count(), 1);
    },
  },
];
