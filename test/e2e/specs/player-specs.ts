/** One task on the screen: it plays, and it can be steered. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { expect } from 'vitest';
import { repoDir } from '../../support/inbox-process.ts';
import { filmSize } from '../../support/key-frame-film.ts';
import { lumaSuccess } from '../../support/kie-callbacks.ts';
import type { Spec } from './gallery-driver.ts';
import {
  button,
  card,
  deliver,
  eventually,
  expectGone,
  film,
  isSaved,
  limitMs,
  opener,
  openTask,
  player,
  texts,
} from './gallery-steps.ts';

export const playerSpecs: readonly Spec[] = [
  {
    name: 'a card opens, its video plays, stops and seeks',
    inDouble: true,
    async run(driver) {
      const { page, call } = driver;
      const task = await deliver(driver, 'It plays');
      expect(task.seen).toBe(false);
      // On a busy machine its five seconds may be over before they are looked at.
      await page.evaluate(() => {
        const again = ({ target }: Event) => target instanceof HTMLVideoElement && (target.loop = true);
        document.addEventListener('loadedmetadata', again, true);
      });
      const shown = await openTask(page, 'It plays');
      await expect.poll(async () => (await film(page)).at, { timeout: limitMs }).toBeGreaterThan(0.3);
      expect(await film(page)).toMatchObject({ paused: false, width: filmSize.width });

      await button(shown, texts.player.pause).click();
      await eventually(async () => (await film(page)).paused, true);
      const slider = shown.getByRole('slider', { name: texts.player.seek });
      const { width = 0, height = 0 } = (await slider.boundingBox()) ?? {};
      await slider.click({ position: { x: width * 0.7, y: height / 2 } });
      await expect.poll(async () => (await film(page)).at, { timeout: limitMs }).toBeCloseTo(3.5, 0);
      await slider.press('Home');
      await expect.poll(async () => (await film(page)).at, { timeout: limitMs }).toBe(0);
      await button(shown, texts.player.play).click();
      await expect.poll(async () => (await film(page)).at, { timeout: limitMs }).toBeGreaterThan(0.2);
      await eventually(async () => (await call('tasks:get', task.key))?.seen, true);

      // Who opens it as files are opened means the card with both presses, and not the film that comes to its place.
      await page.keyboard.press('Escape');
      await expectGone(shown);
      await opener(page, 'It plays').dblclick();
      await expect.poll(async () => (await film(page)).at, { timeout: limitMs }).toBeGreaterThan(0);
      expect(await page.evaluate(() => document.fullscreenElement === null)).toBe(true);
    },
  },
  {
    name: 'a film plays whose width the browser tells after its first picture, as WebKit does on a busy machine',
    async run(driver) {
      const { page } = driver;
      await deliver(driver, 'Wide later');
      await page.evaluate(() => {
        const known = Object.getOwnPropertyDescriptor(HTMLVideoElement.prototype, 'videoWidth');
        Object.defineProperty(HTMLVideoElement.prototype, 'videoWidth', {
          configurable: true,
          get: () => 0,
        });
        const tell = ({ target }: Event) =>
          setTimeout(() => {
            if (known !== undefined) Object.defineProperty(HTMLVideoElement.prototype, 'videoWidth', known);
            target?.dispatchEvent(new Event('resize'));
          }, 300);
        document.addEventListener('loadeddata', tell, { capture: true, once: true });
      });
      const shown = await openTask(page, 'Wide later');
      await expect.poll(async () => (await film(page)).at, { timeout: limitMs }).toBeGreaterThan(0.3);
      expect(await shown.getByText(texts.player.undecodableDetail).count()).toBe(0);
    },
  },
  {
    name: 'a result that is a moving picture moves on its card and in the player',
    async run(driver) {
      const { page, media, postCallback, waitForTask } = driver;
      const gif = await readFile(path.join(repoDir, 'test/fixtures/field/animated-result.gif'));
      const url = media.file('/moving.gif', gif);
      await postCallback(lumaSuccess('moving', [url], 'It moves'));
      const task = await waitForTask('moving', isSaved);
      expect(task.videos[0]).toMatchObject({ container: 'gif', width: 160 });
      const shownIn = (place: Locator) => place.locator('img[src*="/media/"]');
      const width = (place: Locator) => shownIn(place).evaluate((image: HTMLImageElement) => image.naturalWidth);
      await shownIn(card(page, 'It moves')).waitFor({ timeout: limitMs });
      await eventually(() => width(card(page, 'It moves')), 160);
      // Its first picture stands for it where nothing moves.
      await waitForTask('moving', ({ poster }) => poster !== null);
      const shown = await openTask(page, 'It moves');
      await eventually(() => width(shown), 160);
      expect(await shown.locator('video').count()).toBe(0);
    },
  },
  {
    name: 'everything about the task stands beside it',
    async run(driver) {
      const { page } = driver;
      const task = await deliver(driver, 'With its facts');
      const shown = await openTask(page, 'With its facts');
      for (const text of [task.taskId, texts.history.callback.succeeded, texts.history.saved]) {
        await shown.getByText(text).first().waitFor({ timeout: limitMs });
      }
      // How fast the callback was answered, and what the tab of the browser is found by.
      await shown.getByText(texts.history.answered('')).waitFor({ timeout: limitMs });
      await eventually(() => page.title(), `With its facts – ${texts.appName}`);
      // What is more than there is room for is read with the keys that make a film louder elsewhere.
      const beside = shown.getByRole('complementary');
      await beside.press('ArrowDown');
      await expect.poll(() => beside.evaluate((each) => each.scrollTop), { timeout: limitMs }).toBeGreaterThan(0);
      await page.keyboard.press('Escape');
      await eventually(() => page.title(), `${texts.views.library} – ${texts.appName}`);
    },
  },
  {
    name: 'arrow keys go to the next and the previous task, Escape back to the card',
    async run(driver) {
      const { page } = driver;
      for (const prompt of ['Oldest', 'Middle', 'Newest']) await deliver(driver, prompt);
      await opener(page, 'Newest').waitFor({ timeout: limitMs });
      await openTask(page, 'Middle');
      // The keys are the player's again, not those of the first button in it.
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: texts.keys.title }).waitFor({ timeout: limitMs });
      await page.keyboard.press('Escape');
      await expectGone(page.getByRole('dialog', { name: texts.keys.title }));
      expect(await page.evaluate(() => document.activeElement?.matches('[data-player]'))).toBe(true);
      // The focus stays on the player: that it shows another one is said, and news may follow it at once.
      const heard = await page.evaluateHandle(() => {
        const live = document.querySelector('.visually-hidden[aria-live]');
        const all: string[] = [];
        const observer = new MutationObserver(() => all.push(live?.textContent ?? ''));
        if (live !== null) observer.observe(live, { childList: true, characterData: true, subtree: true });
        return all;
      });
      await page.keyboard.press('ArrowRight');
      await player(page, 'Oldest').waitFor({ timeout: limitMs });
      const label = texts.player.label('Oldest');
      await eventually(() => heard.evaluate((all, text) => all.some((each) => each.includes(text)), label), true);
      await page.keyboard.press('ArrowLeft');
      await player(page, 'Middle').waitFor({ timeout: limitMs });
      await page.keyboard.press('ArrowLeft');
      await player(page, 'Newest').waitFor({ timeout: limitMs });
      await page.keyboard.press('Escape');
      await expectGone(player(page, 'Newest'));
      await eventually(() => opener(page, 'Newest').evaluate((link) => link === document.activeElement), true);
    },
  },
  {
    name: 'the back button of the browser leads back to the grid, and the address of a task opens it',
    inDouble: true,
    async run(driver) {
      const { page } = driver;
      await deliver(driver, 'Has an address');
      await openTask(page, 'Has an address');
      await page.reload();
      await player(page, 'Has an address').waitFor({ timeout: limitMs });
      await page.keyboard.press('Escape');
      await openTask(page, 'Has an address');
      await page.goBack();
      await expectGone(player(page, 'Has an address'));
      await opener(page, 'Has an address').waitFor({ timeout: limitMs });
      // A dialog over it goes with it.
      await openTask(page, 'Has an address');
      await page.keyboard.press('?');
      const dialog = page.getByRole('dialog', { name: texts.keys.title });
      await dialog.waitFor({ timeout: limitMs });
      await page.goBack();
      await expectGone(dialog);
      await opener(page, 'Has an address').waitFor({ timeout: limitMs });
    },
  },
  {
    name: 'a codec that the browser cannot decode gets words, not a black box',
    async run({ page, media, postCallback, waitForTask }) {
      const url = media.file('/hevc.mp4', await readFile(path.join(repoDir, 'test/fixtures/media/hevc.mp4')));
      await postCallback(lumaSuccess('hevc-1', [url], 'In HEVC'));
      const task = await waitForTask('hevc-1', isSaved);
      expect(task.videos).toMatchObject([{ container: 'mp4' }]);
      const decodes = await page.evaluate(() =>
        document.createElement('video').canPlayType('video/mp4; codecs="hvc1.1.6.L93.B0"'),
      );
      if (decodes !== '') {
        await card(page, 'In HEVC').locator('img').waitFor({ timeout: limitMs }); // this browser has a decoder after all
        return;
      }
      await card(page, 'In HEVC')
        .getByText(/cannot be shown here/)
        .waitFor({ timeout: limitMs });
      const shown = await openTask(page, 'In HEVC');
      await shown.getByText(texts.player.undecodableDetail).waitFor({ timeout: limitMs });
      expect(await shown.locator('video').count()).toBe(0);
    },
  },
  {
    name: 'a file with sound and no picture is played, and its card says what it is',
    async run({ page, media, postCallback, waitForTask }) {
      const url = media.file('/sound.webm', await readFile(path.join(repoDir, 'test/fixtures/media/sound-only.webm')));
      await postCallback(lumaSuccess('sound-1', [url], 'A voice'));
      await waitForTask('sound-1', isSaved);
      await card(page, 'A voice').getByText(texts.card.soundOnly).waitFor({ timeout: limitMs });
      const shown = await openTask(page, 'A voice');
      await shown.getByText(texts.card.soundOnly).waitFor({ timeout: limitMs });
      const playedSeconds = () => shown.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime);
      await eventually(async () => (await playedSeconds()) > 0.5, true);
      await page.keyboard.press('Space');
      await eventually(() => shown.locator('video').evaluate((video: HTMLVideoElement) => video.paused), true);
      expect(await shown.getByText(texts.player.undecodableUnknown).count()).toBe(0);
      // It has no frame to keep, which is said, and breaks nothing.
      const notices = page.getByRole('region', { name: texts.toasts.label });
      for (const key of ['e', 'Shift+E']) {
        await page.keyboard.press(key);
        await notices.getByText(texts.card.soundOnly).waitFor({ timeout: limitMs });
        await button(notices, texts.common.dismiss).click();
        await expectGone(notices.getByText(texts.card.soundOnly));
      }
      expect(await page.getByText(texts.errors.unexpected).count()).toBe(0);
    },
  },
  {
    name: 'a film that names no length has the one that was measured: its slider and its keys reach all of it',
    async run(driver) {
      const { page } = driver;
      await deliver(driver, 'Recorded live');
      // As a long one that was written as it was made, until the browser was at its end.
      await page.evaluate(() => {
        Object.defineProperty(HTMLMediaElement.prototype, 'duration', { get: () => Infinity });
      });
      const shown = await openTask(page, 'Recorded live');
      const slider = shown.getByRole('slider', { name: texts.player.seek });
      await eventually(async () => Math.round(Number(await slider.getAttribute('max'))), 5);
      await button(shown, texts.player.pause).click();
      await page.keyboard.press('8');
      await expect.poll(async () => (await film(page)).at, { timeout: limitMs }).toBeCloseTo(4, 0);
    },
  },
  {
    name: 'a film that cannot be read on is read anew from there, and then said to play up to there, not to be whole',
    async run(driver) {
      const { page } = driver;
      await deliver(driver, 'Torn');
      const shown = await openTask(page, 'Torn');
      await expect.poll(async () => (await film(page)).at, { timeout: limitMs }).toBeGreaterThan(0.3);
      await page.locator('video').evaluate((video: HTMLVideoElement) => {
        video.pause();
        video.currentTime = 3;
      });
      const stands = async () => (await film(page)).at > 2.9 && (await film(page)).width > 0;
      await eventually(stands, true);
      // As the browser tells of bytes that it cannot read on from; where they are depends on its decoder.
      const tear = () => page.locator('video').evaluate((video) => video.dispatchEvent(new Event('error')));
      const loads = page.locator('video').evaluate((video) => {
        return new Promise((resolve) => video.addEventListener('loadeddata', () => resolve(null), { once: true }));
      });
      await shown.focus();
      await page.keyboard.press('>');
      const speed = () => page.locator('video').evaluate((video: HTMLVideoElement) => video.playbackRate);
      await eventually(speed, 1.25);
      await tear();
      await loads;
      await eventually(stands, true);
      expect(await speed()).toBe(1.25);
      await page.keyboard.press('<');
      await tear();
      const title = texts.player.brokenOff('0:03.00');
      await shown.getByRole('heading', { name: title }).waitFor({ timeout: limitMs });
      expect(await shown.getByText(texts.player.undecodableDetail).count()).toBe(0);
      await page.locator('[aria-live]').filter({ hasText: title }).waitFor({ state: 'attached', timeout: limitMs });
      // What there is of it can be seen again.
      await button(shown, texts.player.playFromStart).click();
      await expect.poll(async () => (await film(page)).at, { timeout: limitMs }).toBeGreaterThan(0.2);
    },
  },
  {
    name: 'a note that is being written is kept by the back button of the browser, and by a reload where there is one',
    inDouble: true,
    async run(driver) {
      const { page, call } = driver;
      const { key } = await deliver(driver, 'Noted');
      const noteOf = async () => (await call('tasks:get', key))?.note ?? null;
      const shown = await openTask(page, 'Noted');
      const field = shown.getByRole('textbox', { name: texts.labels.note });
      await field.fill('The left hand is wrong');
      const tag = shown.getByRole('combobox', { name: texts.labels.addTag });
      await tag.fill('har');
      await page.goBack();
      await eventually(noteOf, 'The left hand is wrong');
      // The window of the desktop program has none.
      if (await page.evaluate(() => 'videoInbox' in window)) return;
      await openTask(page, 'Noted');
      // Half a tag is none yet, and not lost.
      await eventually(() => tag.inputValue(), 'har');
      await tag.fill('harb');
      await field.press('End');
      await field.pressSequentially(' from 0:02 on');
      await page.reload();
      await eventually(noteOf, 'The left hand is wrong from 0:02 on');
      await eventually(() => field.inputValue(), 'The left hand is wrong from 0:02 on');
      await eventually(() => tag.inputValue(), 'harb');
      // The page has heard of what it kept as it was left, since it has heard of what came behind that.
      await call('tasks:tag', [key], { add: ['heard'] });
      await shown.getByText('heard', { exact: true }).waitFor({ timeout: limitMs });
      // What is written there elsewhere is shown again: nothing is being typed here.
      await call('tasks:setNote', key, 'From elsewhere');
      await eventually(() => field.inputValue(), 'From elsewhere');
      // Escape takes back what was typed, then gives the keys back to the player, and then it leads out of it.
      await field.pressSequentially(' again');
      await page.keyboard.press('Escape');
      await eventually(() => field.inputValue(), 'From elsewhere');
      await page.keyboard.press('Escape');
      await eventually(() => shown.evaluate((each) => each === document.activeElement), true);
      await tag.press('Escape');
      await eventually(() => shown.evaluate((each) => each === document.activeElement), true);
      await page.keyboard.press('s');
      await eventually(async () => (await call('tasks:get', key))?.starred, true);
      await page.keyboard.press('Escape');
      await expectGone(shown);
    },
  },
];
