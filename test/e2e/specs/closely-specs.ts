/** Looking at films closely: frames, parts, sizes and notes, in the player, in compare and while choosing takes. */
import { readFile } from 'node:fs/promises';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { TaskView } from '../../../src-main/common/task-view.ts';
import { enCompare } from '../../../src-renderer/texts/en-compare.ts';
import { enCull } from '../../../src-renderer/texts/en-cull.ts';
import { loadSamples } from '../../../src-main/node/samples/samples.ts';
import { keyFrameFilm } from '../../support/key-frame-film.ts';
import type { GalleryDriver, Spec } from './gallery-driver.ts';
import {
  button,
  cards,
  deliver,
  eventually,
  expectAccessible,
  expectGone,
  film,
  isSaved,
  limitMs,
  openTask,
  opener,
  player,
  texts,
} from './gallery-steps.ts';

const prompt = 'A harbour';

/** Films of one prompt that look the same and are not the same file, each with its seed. */
async function deliverTakes(
  { media, postCallback, waitForTask }: GalleryDriver,
  n: number,
  from = 1,
  bytes: Uint8Array = keyFrameFilm(),
): Promise<TaskView[]> {
  const tasks: TaskView[] = [];
  for (let i = from; i < from + n; i += 1) {
    // A box that players skip.
    const free = Buffer.from([0, 0, 0, 8 + i, ...Buffer.from('free'), ...Buffer.alloc(i)]);
    const url = media.file(`/take-${i}.mp4`, Buffer.concat([bytes, free]));
    const promptJson = JSON.stringify({ prompt, seed: 48_000 + i });
    await postCallback({ code: 200, msg: 'ok', data: { taskId: `take-${i}`, promptJson, resultUrls: [url] } });
    tasks.push(await waitForTask(`take-${i}`, isSaved));
  }
  return tasks;
}

const keysOf = (tasks: readonly TaskView[]): string => tasks.map(({ key }) => encodeURIComponent(key)).join(',');
const go = (page: Page, hash: string): Promise<string> => page.evaluate((to) => (location.hash = to), `#/${hash}`);
const stageOf = (page: Page): Locator => page.locator('[data-mode]');
const videosOf = (page: Page): Locator => page.locator('figure video');
/** What the films on the stage are doing. */
const filmsOf = (page: Page) =>
  videosOf(page).evaluateAll((all) =>
    (all as HTMLVideoElement[]).map(({ readyState, paused, muted, seeking, currentTime }) => ({
      isLoaded: readyState >= 2,
      paused,
      muted,
      // The sample has 24 frames a second.
      frame: seeking ? -1 : Math.floor(currentTime * 24 + 0.001),
    })),
  );
type Films = Awaited<ReturnType<typeof filmsOf>>;
const eachOf = async <K extends keyof Films[number]>(page: Page, what: K) =>
  (await filmsOf(page)).map((each) => each[what]);

/** Two takes beside one another, both loaded, the keys on the picture. */
async function openPair(page: Page, tasks: readonly TaskView[]): Promise<void> {
  await go(page, `compare/${keysOf(tasks.slice(0, 2))}`);
  await eventually(() => eachOf(page, 'isLoaded'), [true, true]);
  await stageOf(page).focus();
}

const framesOf = (page: Page): Promise<number[]> => eachOf(page, 'frame');

async function step(page: Page, n: number): Promise<void> {
  const [before = 0] = await framesOf(page);
  for (let i = 0; i < n; i += 1) await page.keyboard.press('.');
  await eventually(async () => (await framesOf(page))[0], before + n);
}

/** How often the page asks for the next picture of the screen while ten of them pass. */
const framesAskedFor = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const ask = window.requestAnimationFrame.bind(window);
    let asked = 0;
    window.requestAnimationFrame = (draw) => {
      asked += 1;
      return ask(draw);
    };
    for (let i = 0; i < 10; i += 1) await new Promise(ask);
    window.requestAnimationFrame = ask;
    return asked;
  });

/** How far a picture is moved from where it was, and how large it is. */
const viewOf = (place: Locator): Promise<{ readonly zoom: number; readonly x: number; readonly y: number }> =>
  place.evaluate((element) => {
    const { a, e, f } = new DOMMatrix(getComputedStyle(element).transform);
    return { zoom: Math.round(a * 100) / 100, x: Math.round(e), y: Math.round(f) };
  });

/** Counts how often each film goes back while it plays. */
const countReturns = (videos: Locator): Promise<void> =>
  videos.first().evaluate((video: HTMLVideoElement) => {
    let before = video.currentTime;
    video.addEventListener('timeupdate', () => {
      if (video.currentTime < before - 0.1)
        video.dataset['returns'] = String(Number(video.dataset['returns'] ?? 0) + 1);
      before = video.currentTime;
    });
  });
const returnsOf = (videos: Locator): Promise<number> =>
  videos.first().evaluate((video: HTMLVideoElement) => Number(video.dataset['returns'] ?? 0));

export const closelySpecs: readonly Spec[] = [
  {
    name: 'in compare a part is played over and over by one key, both at one speed, with the sound of one side',
    async run(driver) {
      const { page } = driver;
      await openPair(page, await deliverTakes(driver, 2));
      const videos = videosOf(page);
      await step(page, 6);
      await page.keyboard.press('r');
      await button(page, texts.player.loopEnd('0:00.27')).waitFor({ timeout: limitMs });
      // All before the page draws any of it: a busy one draws late.
      await page.evaluate(() => {
        for (const key of [...Array<string>(12).fill('.'), 'r'])
          document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      });
      const part = button(page, texts.player.loopAll('0:00.27', '0:00.77'));
      await part.waitFor({ timeout: limitMs });
      expect(await page.locator('[data-loop]').count()).toBe(2);
      await expectAccessible(page);
      await page.keyboard.press('>');
      await eventually(() => videos.first().evaluate((video: HTMLVideoElement) => video.playbackRate), 1.25);
      await countReturns(videos);
      await page.keyboard.press('k');
      await expect.poll(() => returnsOf(videos), { timeout: limitMs }).toBeGreaterThan(1);
      await page.keyboard.press('k');
      await eventually(() => eachOf(page, 'paused'), [true, true]);
      await eventually(async () => new Set(await framesOf(page)).size, 1);
      await page.keyboard.press('r');
      await expectGone(part);

      expect(await eachOf(page, 'muted')).toEqual([true, true]);
      await page.keyboard.press('m');
      await eventually(() => eachOf(page, 'muted'), [false, true]);
      await page.keyboard.press('m');
      await eventually(() => eachOf(page, 'muted'), [true, false]);
      // The speed is the player's, and stays.
      await page.reload();
      await eventually(() => eachOf(page, 'isLoaded'), [true, true]);
      await eventually(() => videos.first().evaluate((video: HTMLVideoElement) => video.playbackRate), 1.25);
    },
  },
  {
    name: 'in compare both pictures come closer and move together, by keys, wheel and drag; Escape leaves one thing at a time',
    async run(driver) {
      const { page } = driver;
      await openPair(page, await deliverTakes(driver, 2, 1, loadSamples().mp4.bytes));
      await page.keyboard.press('h');
      const views = () => videosOf(page).evaluateAll((all) => all.map((video) => getComputedStyle(video).transform));
      const first = videosOf(page).first();
      expect(await viewOf(first)).toEqual({ zoom: 1, x: 0, y: 0 });
      await page.keyboard.press('z');
      await page.locator('[data-zoomed]').waitFor({ timeout: limitMs });
      await page.getByText(enCompare.zoom('100%')).waitFor({ timeout: limitMs });
      await page.keyboard.press('z');
      await page.getByText(enCompare.zoom('200%')).waitFor({ timeout: limitMs });
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowDown');
      await expect.poll(async () => (await viewOf(first)).x, { timeout: limitMs }).toBeLessThan(0);
      await expect.poll(async () => (await viewOf(first)).y, { timeout: limitMs }).toBeLessThan(0);
      expect(new Set(await views()).size).toBe(1);
      await expectAccessible(page);
      const before = await viewOf(first);
      const box = await stageOf(page).boundingBox();
      if (box === null) throw new Error('no stage');
      await page.mouse.move(box.x + 100, box.y + 100);
      await page.mouse.down();
      await page.mouse.move(box.x + 150, box.y + 130, { steps: 3 });
      await page.mouse.up();
      await eventually(() => viewOf(first), { ...before, x: before.x + 50, y: before.y + 30 });
      await page.mouse.move(box.x + 120, box.y + 120);
      await page.mouse.wheel(0, -200);
      await expect.poll(async () => (await viewOf(first)).zoom, { timeout: limitMs }).toBeGreaterThan(before.zoom);
      expect(new Set(await views()).size).toBe(1);
      await page.keyboard.press('Escape');
      await expectGone(page.locator('[data-zoomed]'));
      await eventually(() => viewOf(first), { zoom: 1, x: 0, y: 0 });
      await stageOf(page).waitFor();
      expect(await stageOf(page).evaluate((stage) => stage === document.activeElement)).toBe(true);
      // Out of the stage to what follows it, never to nowhere.
      await page.keyboard.press('Escape');
      await page.locator('main button:focus').waitFor({ timeout: limitMs });
    },
  },
  {
    name: 'in compare a take is noted at its frame, found again by its time, and judged by keys and pointer',
    async run(driver) {
      const { page, call } = driver;
      const tasks = await deliverTakes(driver, 3);
      const [first, , third] = tasks;
      // One alone brings the others of its prompt.
      await go(page, `compare/${encodeURIComponent(first?.key ?? '')}`);
      await eventually(() => eachOf(page, 'isLoaded'), [true, true]);
      await stageOf(page).focus();
      const strip = page.getByRole('list', { name: enCompare.takes });
      await strip.getByText(enCull.seed('48003')).waitFor({ timeout: limitMs });
      await step(page, 12);
      await page.keyboard.press('n');
      const field = page.getByRole('textbox', { name: enCompare.noteAt('0:00.52') });
      await field.waitFor({ timeout: limitMs });
      // Letters are letters here.
      await page.keyboard.type('Neon, keep this look');
      await page.keyboard.press('Enter');
      await eventually(async () => (await call('tasks:get', third?.key ?? ''))?.note, '0:00.52 Neon, keep this look');
      await expectGone(field);
      await eventually(() => stageOf(page).evaluate((stage) => stage === document.activeElement), true);
      await step(page, 4);
      await button(page, enCompare.goTo('0:00.52')).click();
      await eventually(() => framesOf(page), [12, 12]);
      await expectAccessible(page);
      // One that came along is judged as well, and its mark is seen.
      await page
        .getByRole('group', { name: texts.keys.rate })
        .getByRole('button', { name: texts.card.rating(4) })
        .click();
      await eventually(async () => (await call('tasks:get', third?.key ?? ''))?.rating, 4);
      await stageOf(page).focus();
      await page.keyboard.press('p');
      await strip.getByText(enCompare.picked, { exact: true }).waitFor({ timeout: limitMs });
      await page.keyboard.press('z');
      // No notice lies over the takes.
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await button(page, enCompare.copyLink).click();
      const notice = page.getByRole('region', { name: texts.toasts.label });
      await notice.getByRole('button').first().waitFor({ timeout: limitMs });
      const [under, over] = [await strip.boundingBox(), await notice.boundingBox()];
      if (under === null || over === null) throw new Error('one of them is not there');
      expect(over.x >= under.x + under.width || over.y + over.height <= under.y).toBe(true);
      // Whoever opens the link sees the same part of the picture, as large.
      const link = await page.evaluate(() => navigator.clipboard.readText());
      expect(link).toMatch(/[?&]zoom=\d/);
      await page.goto(link);
      await page.reload();
      await page.locator('[data-zoomed]').first().waitFor({ timeout: limitMs });
    },
  },
  {
    name: "in compare a take that arrives meanwhile takes nobody's place, and a note stays with the take that it was begun for",
    async run(driver) {
      const { page, call } = driver;
      const [first, second, third] = await deliverTakes(driver, 3);
      const get = (task: TaskView | undefined) => call('tasks:get', task?.key ?? '');
      await go(page, `compare/${encodeURIComponent(first?.key ?? '')}`);
      await eventually(() => eachOf(page, 'isLoaded'), [true, true]);
      await stageOf(page).focus();
      // Beside the one of the address, which is A, stands the newest of the others.
      const strip = page.getByRole('list', { name: enCompare.takes });
      await deliverTakes(driver, 1, 4);
      await page.keyboard.press('p');
      await eventually(async () => (await get(third))?.pick, 'picked');
      await strip.getByText(enCull.seed('48004')).waitFor({ timeout: limitMs });
      await page.keyboard.press('4');
      await eventually(async () => (await get(third))?.rating, 4);

      await page.keyboard.press('n');
      const field = page.getByRole('textbox', { name: enCompare.noteAt('0:00.00') });
      await field.fill('Keep this');
      const takeB = strip.getByRole('button', { name: enCompare.showRight(enCompare.take('B')) });
      const takeC = strip.getByRole('button', { name: enCompare.showRight(enCompare.take('C')) });
      await takeB.click();
      await expectGone(field);
      await takeC.click();
      await field.waitFor({ timeout: limitMs });
      expect(await field.inputValue()).toBe('Keep this');
      await field.press('Enter');
      await eventually(async () => (await get(third))?.note, '0:00.00 Keep this');
      expect((await get(second))?.note).toBeUndefined();
    },
  },
  {
    name: 'a take has the letter in compare that it has where takes are chosen, alone and among those that were picked',
    async run(driver) {
      const { page } = driver;
      const [, second] = await deliverTakes(driver, 3);
      const choices = page.getByRole('list', { name: enCull.takes(3, '3') });
      const strip = page.getByRole('list', { name: enCompare.takes });
      const named = async () =>
        (await strip.getByRole('button').allInnerTexts()).map((text) => /Take (\w+)\s+(seed \d+)/.exec(text)?.slice(1));
      await go(page, `cull/${encodeURIComponent(second?.key ?? '')}`);
      const ofSecond = choices.getByRole('listitem').filter({ hasText: enCull.seed('48002') });
      await ofSecond.getByText('B', { exact: true }).waitFor({ timeout: limitMs });
      await page.keyboard.press('c');
      await eventually(named, [
        ['A', enCull.seed('48001')],
        ['B', enCull.seed('48002')],
        ['C', enCull.seed('48003')],
      ]);
      await page.goBack();
      await ofSecond.waitFor({ timeout: limitMs });
      for (const key of ['p', 'p', 'c']) await page.keyboard.press(key);
      await eventually(named, [
        ['B', enCull.seed('48002')],
        ['C', enCull.seed('48003')],
      ]);
    },
  },
  {
    name: 'in the cull 0 takes a rating back and U a choice, and both are told',
    async run(driver) {
      const { page, call } = driver;
      const [takeA, second] = await deliverTakes(driver, 2);
      await go(page, `cull/${encodeURIComponent(second?.key ?? '')}`);
      await page.locator('[data-key][tabindex="0"]:focus').waitFor({ timeout: limitMs });
      await expect.poll(() => page.title(), { timeout: limitMs }).toContain(`${prompt} – ${texts.rail.cull} – `);
      const told = (sentence: string) => page.getByText(sentence).waitFor({ state: 'attached', timeout: limitMs });
      for (const [key, sentence] of [
        ['4', enCull.saidRated('B', 4)],
        ['0', enCull.saidUnrated('B')],
        ['Shift+P', enCull.saidPicked('B', enCull.judged('1', '2'))],
        ['u', enCull.saidNeither('B', enCull.judged('0', '2'))],
      ] as const) {
        await page.keyboard.press(key);
        await told(sentence);
      }
      // What is taken back is judged again: the keys are its own.
      const isOn = (letter: string) =>
        page.locator(`[data-key]:focus[aria-label*="${enCull.take(letter)}"]`).waitFor({ timeout: limitMs });
      await page.keyboard.press('x');
      await isOn('A');
      await page.keyboard.press('Control+z');
      await isOn('B');
      await eventually(async () => (await call('tasks:get', second?.key ?? ''))?.pick, undefined);
      // Back from compare the focus is on the take that was looked at, not on the one that the stack was opened by.
      // Names of takes are cut at their end, also on a page from right to left.
      const name = page.getByRole('list', { name: enCull.takes(2, '2') }).getByText(enCull.seed('48001'));
      await page.evaluate(() => (document.documentElement.dir = 'rtl'));
      await eventually(() => name.evaluate((each) => getComputedStyle(each).direction), 'ltr');
      await page.evaluate(() => (document.documentElement.dir = 'ltr'));
      await page.keyboard.press('Home');
      await isOn('A');
      await page.keyboard.press('c');
      await stageOf(page).waitFor({ timeout: limitMs });
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await isOn('A');
      // Another window throws it away: the keys go on with those that are left.
      await call('tasks:trash', [takeA?.key ?? '']);
      await page.getByRole('list', { name: enCull.takes(1, '1') }).waitFor({ timeout: limitMs });
      await page.keyboard.press('Shift+P');
      await told(enCull.saidPicked('A', enCull.judged('1', '1')));
    },
  },
  {
    name: 'in compare, films that stand ask nothing of the screen, and are followed again as soon as they play',
    async run(driver) {
      const { page } = driver;
      await openPair(page, await deliverTakes(driver, 2));
      await step(page, 2);
      await eventually(() => framesAskedFor(page), 0);
      const told = page.locator('figure').first().locator('figcaption');
      const before = await told.innerText();
      await page.keyboard.press('k');
      await eventually(async () => (await told.innerText()) === before, false);
    },
  },
  {
    name: 'in compare another film on the left goes on where the one before it stood or played, offsets and all',
    async run(driver) {
      const { page } = driver;
      await openPair(page, await deliverTakes(driver, 2));
      await step(page, 12);
      await page.keyboard.press(']');
      await page.keyboard.press(']');
      await eventually(() => framesOf(page), [12, 14]);
      // The sides change, and each film still shows the frame that it showed.
      await page.keyboard.press('q');
      await eventually(() => framesOf(page), [14, 12]);
      await page.keyboard.press('k');
      await expect.poll(async () => (await framesOf(page))[0], { timeout: limitMs }).toBeGreaterThan(14);
      await page.keyboard.press('q');
      await expect.poll(async () => (await framesOf(page))[0], { timeout: limitMs }).toBeGreaterThan(14);
      expect(await eachOf(page, 'paused')).toEqual([false, false]);
    },
  },
  {
    name: 'the pair is saved from the exact frames, in the size of the films',
    async run(driver) {
      const { page } = driver;
      await openPair(page, await deliverTakes(driver, 2, 1, loadSamples().mp4.bytes));
      await step(page, 3);
      const decodes = await page.evaluate(
        async () =>
          'VideoDecoder' in window &&
          (await VideoDecoder.isConfigSupported({ codec: 'avc1.42001e' })).supported === true,
      );
      await page.evaluate(() => {
        // oxlint-disable-next-line typescript/unbound-method -- called with its own context below
        const draw = CanvasRenderingContext2D.prototype.drawImage;
        const drawn: string[] = [];
        Object.assign(window, { drawn });
        CanvasRenderingContext2D.prototype.drawImage = function (this: CanvasRenderingContext2D, ...what: unknown[]) {
          if (this.canvas.width === 1280) drawn.push(what[0]?.constructor.name ?? '');
          Reflect.apply(draw, this, what);
        };
      });
      const download = page.waitForEvent('download');
      await page.keyboard.press('e');
      const png = await readFile(await (await download).path());
      // Two of 640 by 360, however large the stage is.
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1280, 360]);
      const side = decodes ? 'HTMLCanvasElement' : 'HTMLVideoElement';
      expect(await page.evaluate(() => (window as unknown as { drawn: string[] }).drawn)).toEqual([side, side]);
    },
  },
  {
    name: 'takes that look alike are looked at in pairs, Escape leads back to the takes, and the same is ordered again',
    async run(driver) {
      const { page } = driver;
      const [first, second] = await deliverTakes(driver, 2);
      for (const taskId of ['take-1', 'take-2'])
        await driver.waitForTask(taskId, ({ videos }) => videos[0]?.preview !== undefined);
      await go(page, `cull/${encodeURIComponent(first?.key ?? '')}`);
      const look = button(page, enCull.inPairs);
      await look.waitFor({ timeout: limitMs });
      await page.getByText(enCull.alike(1, '1')).waitFor();
      await page.getByText(enCull.seed('48002')).waitFor();
      await expectAccessible(page);
      await look.focus();
      await page.keyboard.press('Space');
      await eventually(() => videosOf(page).count(), 2);
      expect(new URL(page.url()).hash).toContain(encodeURIComponent(second?.key ?? ''));
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await look.waitFor({ timeout: limitMs });
      await button(page, texts.player.sameAgain).click();
      await page.getByRole('heading', { name: texts.rail.newVideo }).waitFor({ timeout: limitMs });
      await page.keyboard.press('Escape');
      await look.waitFor({ timeout: limitMs });
      // On a phone each take has all of its five stars.
      await page.setViewportSize({ width: 390, height: 844 });
      const cut = () =>
        page
          .getByRole('list', { name: enCull.takes(2, '2') })
          .locator('[data-stars]')
          .evaluateAll((all) =>
            all.map((stars) => {
              const [own, line] = [stars.getBoundingClientRect(), stars.parentElement?.getBoundingClientRect()];
              return own.right > (line?.right ?? 0) + 1 || own.width < 50;
            }),
          );
      await eventually(cut, [false, false]);
      await expectAccessible(page);
    },
  },
  {
    name: 'the player plays a part over and over, comes closer, keeps a frame, and Escape leaves one thing at a time',
    async run(driver) {
      const { page } = driver;
      await deliver(driver, 'Looked at closely', loadSamples().mp4.bytes);
      const shown = await openTask(page, 'Looked at closely');
      const video = page.locator('video');
      await expect.poll(async () => (await film(page)).duration, { timeout: limitMs }).toBeGreaterThan(4);
      await page.keyboard.press('>');
      await eventually(() => video.evaluate((element: HTMLVideoElement) => element.playbackRate), 1.25);
      if (!(await film(page)).paused) await page.keyboard.press('k');
      await eventually(async () => (await film(page)).paused, true);
      await page.keyboard.press('0');
      await eventually(async () => (await film(page)).at, 0);
      await page.keyboard.press('l');
      await eventually(async () => (await film(page)).at, 1);
      await page.keyboard.press('i');
      await page.keyboard.press('Shift+ArrowRight');
      await eventually(async () => (await film(page)).at, 2);
      await page.keyboard.press('o');
      const part = button(shown, texts.player.loopAll('0:01.00', '0:02.00'));
      await part.waitFor({ timeout: limitMs });
      await countReturns(video);
      await page.keyboard.press('k');
      await expect.poll(() => returnsOf(video), { timeout: limitMs }).toBeGreaterThan(0);
      await page.keyboard.press('k');
      await eventually(async () => (await film(page)).paused, true);
      await part.click();
      await expectGone(part);

      const download = page.waitForEvent('download');
      await page.keyboard.press('Shift+E');
      const png = await readFile(await (await download).path());
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([640, 360]);
      await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
      await page.keyboard.press('e');
      await page.getByText(texts.player.frameCopied).first().waitFor({ timeout: limitMs });

      await shown.focus();
      await page.keyboard.press('z');
      await page.keyboard.press('z');
      await page.locator('[data-zoomed]').waitFor({ timeout: limitMs });
      await page.keyboard.press('ArrowLeft');
      await expect.poll(async () => (await viewOf(video)).x, { timeout: limitMs }).toBeGreaterThan(0);
      await expectAccessible(page);
      await page.keyboard.press('f');
      const isFull = () => page.evaluate(() => document.fullscreenElement !== null);
      await eventually(isFull, true);
      await page.keyboard.press('Escape');
      await expectGone(page.locator('[data-zoomed]'));
      expect(await isFull()).toBe(true);
      await page.keyboard.press('Escape');
      await eventually(isFull, false);
      await player(page, 'Looked at closely').waitFor();
      await video.dblclick();
      await eventually(isFull, true);
      await page.keyboard.press('f');
      await eventually(isFull, false);
      // The speed is remembered.
      await page.reload();
      await eventually(() => video.evaluate((element: HTMLVideoElement) => element.playbackRate), 1.25);
      await page.keyboard.press('Escape');
      await eventually(() => cards(page).count(), 1);
    },
  },
  {
    name: 'a film that is looked at closely fills the stage also when the window becomes another one',
    async run(driver) {
      const { page } = driver;
      await deliver(driver, 'In another window');
      const shown = await openTask(page, 'In another window');
      await expect.poll(async () => (await film(page)).duration, { timeout: limitMs }).toBeGreaterThan(4);
      await shown.focus();
      await page.locator('main[data-player] video').hover();
      await page.mouse.wheel(0, -600);
      await page.locator('[data-zoomed]').waitFor({ timeout: limitMs });
      for (let i = 0; i < 20; i += 1) await page.keyboard.press('ArrowLeft');
      /** How much of the stage is empty beside the left edge of the picture. */
      const empty = () =>
        page.locator('main[data-player] video').evaluate((video: HTMLVideoElement) => {
          const stage = video.closest('[data-zoomed]')?.getBoundingClientRect() ?? new DOMRect();
          const box = video.getBoundingClientRect();
          const { videoWidth, videoHeight } = video;
          const width = videoWidth * Math.min(box.width / videoWidth, box.height / videoHeight);
          return Math.max(0, Math.round(box.x + (box.width - width) / 2 - stage.x));
        });
      await eventually(empty, 0);
      await page.setViewportSize({ width: 1020, height: 700 });
      await eventually(empty, 0);
      const isFull = () => page.evaluate(() => document.fullscreenElement !== null);
      await page.keyboard.press('f');
      await eventually(isFull, true);
      await eventually(empty, 0);
      await page.keyboard.press('f');
      await eventually(isFull, false);
    },
  },
  {
    name: 'the next film in the player is seen whole, and the arrows lead on from it',
    async run(driver) {
      const { page } = driver;
      for (const each of ['Seen first', 'Seen next']) await deliver(driver, each);
      await opener(page, 'Seen first').waitFor({ timeout: limitMs });
      const shown = await openTask(page, 'Seen next');
      await expect.poll(async () => (await film(page)).duration, { timeout: limitMs }).toBeGreaterThan(4);
      await shown.focus();
      await page.keyboard.press('z');
      await page.keyboard.press('z');
      await page.locator('[data-zoomed]').waitFor({ timeout: limitMs });
      await page.keyboard.press('p');
      await player(page, 'Seen first').waitFor({ timeout: limitMs });
      await expectGone(page.locator('[data-zoomed]'));
      await page.keyboard.press('ArrowLeft');
      await player(page, 'Seen next').waitFor({ timeout: limitMs });
    },
  },
  {
    name: 'what happened leads to the request that it came with, and back to the player',
    async run(driver) {
      const { page } = driver;
      await deliver(driver, 'Asked for');
      await opener(page, 'Asked for').waitFor({ timeout: limitMs });
      const shown = await openTask(page, 'Asked for');
      await shown.getByRole('link', { name: texts.history.seeRequest }).click();
      await page.getByRole('heading', { name: texts.rail.requests }).first().waitFor({ timeout: limitMs });
      expect(new URL(page.url()).hash).toMatch(/^#\/requests\/\d+/);
      await page.getByText('task-asked-for').first().waitFor({ timeout: limitMs });
      await page.keyboard.press('Escape');
      await player(page, 'Asked for').waitFor({ timeout: limitMs });
    },
  },
  {
    name: 'a film that arrives closes no menu of a card, and leaves the focus of a dialog or a menu to the card that had it',
    wishes: { viewport: { width: 360, height: 800 } },
    async run(driver) {
      const { page } = driver;
      for (const each of ['One', 'Two']) await deliver(driver, each);
      await opener(page, 'Two').focus();
      await page.keyboard.press('t');
      const field = page.getByRole('dialog').locator('input').first();
      await eventually(() => field.evaluate((each) => each === document.activeElement), true);
      await deliver(driver, 'Three');
      await eventually(() => page.locator('[data-task]').count(), 3);
      await page.keyboard.press('Escape');
      await expectGone(field);
      const hasFocus = () => opener(page, 'Two').evaluate((link) => link === document.activeElement);
      await eventually(hasFocus, true);
      await page.keyboard.press('ContextMenu');
      const menu = page.getByRole('menu', { name: texts.card.menu });
      await menu.waitFor({ timeout: limitMs });
      await deliver(driver, 'Four');
      await eventually(() => page.locator('[data-task]').count(), 4);
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
      expect(await menu.evaluate((each) => each.contains(document.activeElement))).toBe(true);
      await page.keyboard.press('Escape');
      await expectGone(menu);
      await eventually(hasFocus, true);
    },
  },
  {
    name: 'the right button, and the key for menus, offer on a card what can be done with it, or with all that are selected',
    async run(driver) {
      const { page, call } = driver;
      for (const each of ['One', 'Two', 'Three']) await deliver(driver, each);
      await opener(page, 'Two').waitFor({ timeout: limitMs });
      const menu = page.getByRole('menu', { name: texts.card.menu });
      const item = (name: string) => menu.getByRole('menuitem', { name, exact: true });
      await opener(page, 'Two').click({ button: 'right' });
      await item(texts.player.copyPrompt).waitFor({ timeout: limitMs });
      await expectAccessible(page);
      expect(await item(texts.selection.tag).locator('kbd').allInnerTexts()).toEqual(['T']);
      await item(texts.card.star).click();
      await eventually(async () => (await call('tasks:get', 'task-two'))?.starred, true);
      await expectGone(menu);

      // By keyboard alone: it opens at the card, is walked, and the focus comes back.
      await opener(page, 'Three').focus();
      await page.keyboard.press('ContextMenu');
      await item(texts.player.trash).waitFor({ timeout: limitMs });
      await eventually(() => menu.evaluate((each) => each.contains(document.activeElement)), true);
      await page.keyboard.press('Escape');
      await expectGone(menu);
      await eventually(() => opener(page, 'Three').evaluate((link) => link === document.activeElement), true);
      await page.keyboard.press('ContextMenu');
      await item(texts.player.trash).waitFor({ timeout: limitMs });
      await page.keyboard.press('End');
      await eventually(() => item(texts.player.trash).evaluate((each) => each === document.activeElement), true);
      await page.keyboard.press('Enter');
      await eventually(() => cards(page).count(), 2);
      // Until it is gone the keys are its own.
      await expectGone(menu);
      // And then the next card's.
      await eventually(() => page.evaluate(() => document.activeElement?.closest('[data-task]') !== null), true);
      await page.keyboard.press('Control+z');
      await eventually(() => cards(page).count(), 3);

      // A card of the selection stands for all of it; one beside it for itself.
      await page.keyboard.press('Control+a');
      await page.getByText(texts.selection.all(3, '3')).waitFor({ timeout: limitMs });
      await opener(page, 'One').click({ button: 'right' });
      await menu.getByText(texts.selection.count(3, '3')).waitFor({ timeout: limitMs });
      expect(await item(texts.player.copyPrompt).count()).toBe(0);
      await item(enCull.pick).click();
      await eventually(
        async () => (await call('tasks:list', { state: null, limit: 10 })).map(({ pick }) => pick),
        ['picked', 'picked', 'picked'],
      );

      // A finger has no other way to select one; and no card goes from under it when the bar comes above them.
      await page.keyboard.press('Escape');
      await page.setViewportSize({ width: 640, height: 420 });
      await eventually(() => page.getByText(texts.selection.all(3, '3')).count(), 0);
      // A bar that came in the frame in which the window changed would be a part of that change.
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
      const place = async () => Math.round((await opener(page, 'Two').boundingBox())?.y ?? NaN);
      const before = await place();
      await opener(page, 'Two').click({ button: 'right' });
      await item(texts.card.select).click();
      await page.getByText(texts.selection.count(1, '1')).waitFor({ timeout: limitMs });
      await eventually(place, before);

      // At the end of the list the browser itself scrolls back when the bar goes.
      await page.getByRole('grid').evaluate((grid) => grid.parentElement?.scrollTo({ top: 10_000 }));
      // The page is told of it a frame later, and nobody is as fast as that.
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
      const low = await place();
      expect(low).toBeLessThan(before);
      await page.keyboard.press('Escape');
      await expectGone(page.getByText(texts.selection.count(1, '1')));
      await eventually(place, low);

      // The right button beside a dialog closes nothing, and takes the focus out of nothing.
      await opener(page, 'Two').focus();
      await page.keyboard.press('t');
      const field = page.getByRole('dialog').locator('input').first();
      await eventually(() => field.evaluate((each) => each === document.activeElement), true);
      await page.mouse.click(8, 8, { button: 'right' });
      expect(await field.evaluate((each) => each === document.activeElement)).toBe(true);
      await page.keyboard.press('Escape');
      await expectGone(field);

      // A row of the table would be gone behind the bar, and the keys would be about what nobody sees.
      await button(page, texts.bar.table).click();
      await page.getByRole('row', { name: /Three/ }).getByRole('link').focus();
      await page.keyboard.press('Space');
      await page.getByText(texts.selection.count(1, '1')).waitFor({ timeout: limitMs });
      const edges = () =>
        page.getByRole('row').evaluateAll((rows) => rows.slice(0, 2).map((row) => row.getBoundingClientRect()));
      await eventually(async () => {
        const [head, first] = await edges();
        return (head?.bottom ?? NaN) <= (first?.top ?? NaN);
      }, true);
    },
  },
];
