/** The gallery in a real browser, over the local server: what only a browser shows or is asked. */
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { enLibrary } from '../../src-main/common/texts/en-library.ts';
import { enLimits as limitWords } from '../../src-main/common/texts/en-limits.ts';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { enCompare } from '../../src-renderer/texts/en-compare.ts';
import { enCull } from '../../src-renderer/texts/en-cull.ts';
import { enExport } from '../../src-renderer/texts/en-export.ts';
import { enSettings as settingsTexts } from '../../src-renderer/texts/en-settings.ts';
import { launchBrowser, type OpenPage, type TestBrowser } from '../support/browser.ts';
import { createInboxes, repoDir, type Inbox } from '../support/inbox-process.ts';
import { keyFrameFilm } from '../support/key-frame-film.ts';
import { keptPort } from '../support/kept-port.ts';
import { lumaSuccess } from '../support/kie-callbacks.ts';
import { useGalleryInBrowser } from '../support/shared-gallery.ts';
import { tempDir } from '../support/temp-dir.ts';
import { zipEntries } from '../support/zip-entries.ts';
import { listenVideoServer, type VideoServer } from '../support/video-server.ts';
import {
  button,
  card,
  cards,
  deliver,
  eventually,
  expectAccessible,
  expectGone,
  isSaved,
  limitMs,
  opener,
  openTask,
  player,
  texts,
} from './specs/gallery-steps.ts';
import { deliverTakes } from './specs/library-specs.ts';

/** Holds the first of these calls, from when it has arrived until it is let go. */
async function holdFirst(page: Page, call: string) {
  let letGo = (): void => undefined;
  let arrive = (): void => undefined;
  const mayGo = new Promise<void>((resolve) => (letGo = resolve));
  // Told by the one who holds it: a request that is waited for beside that was missed now and then.
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  await page.route(
    `**/call/${call}`,
    async (route) => {
      arrive();
      await mayGo;
      await route.continue();
    },
    { times: 1 },
  );
  return { arrived, letGo };
}

describe('in a browser only', () => {
  const gallery = useGalleryInBrowser();

  it('prompts, paths and links of many are copied by keyboard, and all that match are compared', async () => {
    const driver = await gallery.empty();
    const { page, complaints, call } = driver;
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const tasks: TaskView[] = [];
    for (const prompt of ['One', 'Two', 'Three']) tasks.push(await deliver(driver, prompt));
    await opener(page, 'Three').waitFor({ timeout: limitMs });
    const { dataDir } = await call('app:info');
    const expected = {
      prompts: tasks.map(({ prompt }) => prompt ?? ''),
      paths: tasks.map(({ videos }) => path.join(dataDir, videos[0]?.path ?? '')),
      links: tasks.map(({ videos }) => videos[0]?.url ?? ''),
    };
    const bar = page.getByRole('region', { name: texts.selection.label });
    for (const what of ['prompts', 'paths', 'links'] as const) {
      await opener(page, 'Three').focus();
      await page.keyboard.press('Control+a');
      await button(bar, enExport.copy).focus();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: enExport.copyTitle(3, '3') });
      await button(dialog, enExport[what]).waitFor({ timeout: limitMs });
      await expectAccessible(page);
      await button(dialog, enExport[what]).focus();
      await page.keyboard.press('Enter');
      await expectGone(dialog);
      await eventually(
        async () => (await page.evaluate(() => navigator.clipboard.readText())).split('\n').sort(),
        expected[what].toSorted(),
      );
    }
    await opener(page, 'Three').focus();
    await page.keyboard.press('c');
    await page.getByRole('heading', { name: enCompare.title }).waitFor({ timeout: limitMs });
    await eventually(() => page.locator('figure video').count(), 3);
    expect(complaints).toEqual([]);
  });

  it('a film whose bytes did not come for a moment is not taken for one that nothing here decodes', async () => {
    const driver = await gallery.empty();
    const { page, complaints } = driver;
    await page.route('**/media/**', (route) => route.abort('connectionrefused'), { times: 1 });
    await deliver(driver, 'Not at once');
    await card(page, 'Not at once').locator('img').waitFor({ timeout: limitMs });
    expect(await card(page, 'Not at once').getByText(texts.card.openFile).count()).toBe(0);
    expect(complaints.filter((complaint) => !/ERR_CONNECTION_REFUSED/.test(complaint))).toEqual([]);
    await page.unrouteAll();
  });

  it('Escape in the middle of a word that an input method makes closes no field that is being written in', async () => {
    const driver = await gallery.empty();
    const { page } = driver;
    await deliver(driver, 'Rain');
    const tools = await page.context().newCDPSession(page);
    const compose = async () => {
      await tools.send('Input.imeSetComposition', { text: 'あめ', selectionStart: 2, selectionEnd: 2 });
      await tools.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'Escape', code: 'Escape' });
    };
    await page.getByRole('combobox', { name: texts.bar.search }).fill('rain');
    await button(page, texts.search.keepView).click();
    const name = page.getByRole('textbox', { name: texts.search.viewName });
    await name.waitFor();
    await compose();
    await eventually(() => name.inputValue(), 'あめ');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'あめ' }).waitFor({ timeout: limitMs });
    await button(page, texts.search.forget('あめ')).click();
  });

  it('the keys of a keyboard that writes Arabic do what is printed on them in Latin', async () => {
    const driver = await gallery.empty();
    const { page, call } = driver;
    const { key } = await deliver(driver, 'By an Arabic keyboard');
    const tools = await page.context().newCDPSession(page);
    const press = async (written: string, code: string, modifiers = 0) => {
      for (const type of ['rawKeyDown', 'keyUp'] as const)
        await tools.send('Input.dispatchKeyEvent', {
          type,
          key: written,
          code,
          modifiers,
          windowsVirtualKeyCode: code.charCodeAt(3),
        });
    };
    const marks = async () => {
      const task = await call('tasks:get', key);
      return [task?.starred, task?.pick, task?.rating];
    };
    await opener(page, 'By an Arabic keyboard').focus();
    await press('س', 'KeyS');
    await eventually(marks, [true, undefined, undefined]);
    await press('٣', 'Digit3');
    await eventually(marks, [true, undefined, 3]);
    await press('ئ', 'KeyZ', 2);
    await eventually(marks, [true, undefined, undefined]);
    await openTask(page, 'By an Arabic keyboard');
    await press('ء', 'KeyX');
    await eventually(marks, [true, 'rejected', undefined]);
    await press('؟', 'Slash', 8);
    await page.getByRole('dialog', { name: texts.keys.title }).waitFor({ timeout: limitMs });
  });

  it('in compare a digit and a letter judge the take, also where the source is on the right', async () => {
    const { page, media, complaints, postCallback, call, waitForTask } = await gallery.empty();
    const [source, film] = [media.file('/source.mp4', keyFrameFilm()), media.file('/film.mp4', keyFrameFilm())];
    const prompt = 'From a source';
    await postCallback({
      code: 200,
      msg: 'ok',
      data: { taskId: 'judged', promptJson: JSON.stringify({ prompt, videoUrl: source }), resultUrls: [film] },
    });
    const { key } = await waitForTask('judged', (task) => isSaved(task) && task.sources?.length === 1);
    await opener(page, prompt).focus();
    await page.keyboard.press('c');
    await page.getByRole('heading', { name: enCompare.title }).waitFor({ timeout: limitMs });
    await eventually(() => page.locator('figure video').count(), 2);
    // Of the source only its file tells length, picture and rate: they are the same as the film's here, and none is unknown.
    const differs = page.getByRole('complementary', { name: enCompare.differs });
    await differs.getByText(enCompare.same).waitFor({ timeout: limitMs });
    await page.getByText(enCompare.caption('0', '24')).nth(1).waitFor({ timeout: limitMs });
    // The keys go to the stage, which takes the focus once it is drawn.
    await eventually(() => page.evaluate(() => document.activeElement?.hasAttribute('data-mode')), true);
    await page.keyboard.press('q'); // the source is on the right now
    const right = page.getByRole('combobox', { name: enCompare.right, exact: true });
    // The first take is A, whether or not its source stands before it.
    expect(await right.locator('option').allInnerTexts()).toEqual([enCompare.source, enCompare.take('A')]);
    await eventually(() => right.inputValue(), '0');
    await page.keyboard.press('4');
    await eventually(async () => (await call('tasks:get', key))?.rating, 4);
    await page.keyboard.press('p');
    await eventually(async () => (await call('tasks:get', key))?.pick, 'picked');
    await button(page, enCompare.reject).click();
    await eventually(async () => (await call('tasks:get', key))?.pick, 'rejected');
    expect(complaints).toEqual([]);
  });

  it('takes with an alpha channel are compared as the browser shows them, and nothing is refused on the way', async () => {
    const { page, media, complaints, postCallback, waitForTask } = await gallery.empty();
    const bytes = await readFile(path.join(repoDir, 'test/fixtures/media/alpha.webm'));
    const urls = ['/one.webm', '/two.webm'].map((name) => media.file(name, { bytes, contentType: 'video/webm' }));
    const keys: string[] = [];
    for (const [i, url] of urls.entries()) {
      await postCallback(lumaSuccess(`alpha-${i}`, [url], 'A cut-out'));
      keys.push((await waitForTask(`alpha-${i}`, isSaved)).key);
    }
    await page.evaluate((to) => (location.hash = to), `#/compare/${keys.map(encodeURIComponent).join(',')}`);
    await page.getByText(enCompare.asPlayed).waitFor({ timeout: limitMs });
    expect(complaints).toEqual([]);
  });

  it('a value that is typed back while another one is on its way is what counts', async () => {
    const { page, complaints, call } = await gallery.empty();
    const words = settingsTexts.proxy;
    await button(page, settingsTexts.screen.settings).click();
    const field = page.getByRole('textbox', { name: words.label });
    await field.waitFor({ timeout: limitMs });
    let letGo = (): void => undefined;
    const mayGo = new Promise<void>((resolve) => (letGo = resolve));
    await page.route('**/call/settings:update', async (route) => {
      await mayGo;
      await route.continue();
    });
    const asked = page.waitForRequest('**/call/settings:update');
    await field.fill('http://proxy.example:3128');
    await field.press('Enter');
    await asked;
    const again = page.waitForRequest('**/call/settings:update');
    await field.fill('');
    await field.press('Enter');
    letGo();
    await again;
    await eventually(async () => (await call('settings:get')).values.downloads.proxy, null);
    expect(await field.inputValue()).toBe('');
    expect(complaints).toEqual([]);
  });

  it('what is told below a title follows it, one line or two', async () => {
    const { page, media, postCallback, waitForTask } = await gallery.empty();
    const titles = ['Short', 'A title that is long enough to go on in another line of the card, whatever its width is'];
    for (const [i, title] of titles.entries()) {
      const url = media.file(`/${i}.mp4`, keyFrameFilm());
      await postCallback(lumaSuccess(`title-${i}`, [url], title));
      await waitForTask(`title-${i}`, isSaved);
      await opener(page, title).waitFor({ timeout: limitMs });
      const gap = await card(page, title).evaluate((article) => {
        const words = document.createRange();
        words.selectNodeContents(article.querySelector('a[data-open]') ?? article);
        const bottom = words.getBoundingClientRect().bottom;
        return (article.querySelector('time')?.getBoundingClientRect().top ?? 0) - bottom;
      });
      expect(gap, title).toBeLessThan(12);
    }
  });

  it('what a flag keeps on this computer is not offered to be made reachable, and tried where it is', async () => {
    const { page, call, complaints } = await gallery.empty();
    const { reach, steps } = settingsTexts;
    const foot = page.getByRole('region', { name: reach.label });
    expect(await foot.getByRole('link', { name: reach.makeReachable }).count()).toBe(0);
    // It acts where it stands: the sample comes into the library that is on the screen.
    await button(foot, steps.send).click();
    await cards(page).first().waitFor({ timeout: limitMs });
    expect(new URL(page.url()).hash).toBe('#/');
    await page.evaluate(() => (location.hash = '#/settings/tunnel'));
    await page.getByText(settingsTexts.tunnel.fixed).waitFor({ timeout: limitMs });
    await button(page.getByRole('main'), steps.send).click();
    await eventually(async () => (await call('tasks:list', { state: null, limit: 9 })).length, 2);
    await page.evaluate(() => (location.hash = '#/reachable'));
    await page.getByText(steps.testLocal).waitFor({ timeout: limitMs });
    await expectAccessible(page);
    await button(page.getByRole('main'), steps.send).click();
    await page.getByText(steps.saved).waitFor({ timeout: limitMs });
    expect(complaints).toEqual([]);
  });

  it('a running download tells how much longer it takes, and when nothing comes any more, on its card and in the player', async () => {
    const { page, media, postCallback } = await gallery.empty();
    const bytes = keyFrameFilm();
    const pieceBytes = Math.ceil(bytes.length / 100);
    const url = media.file('/stalls.mp4', { bytes, pieceBytes, pauseMs: 60, stallAfter: pieceBytes * 60 });
    await postCallback(lumaSuccess('stalls-1', [url], 'It stalls'));
    const shown = await openTask(page, 'It stalls');
    await shown.getByText(/\d %.* left$|\d%.* left$/).waitFor({ timeout: limitMs });
    await shown.getByText(texts.card.stalled).waitFor({ timeout: limitMs });
    await page.keyboard.press('Escape');
    await card(page, 'It stalls').getByText(texts.card.stalled).waitFor({ timeout: limitMs });
  });

  it('a take that was picked is none of the rest, whatever was told of it before the pick was heard', async () => {
    const driver = await gallery.empty();
    const { page, call } = driver;
    const tasks = await deliverTakes(driver, 'A pier', 3);
    const [first, second] = tasks.map(({ key }) => key);
    await page.evaluate((to) => (location.hash = to), `#/cull/${encodeURIComponent(first ?? '')}`);
    const takes = page.getByRole('list', { name: enCull.takes(3, '3') });
    await eventually(() => takes.getByRole('listitem').count(), 3);
    await takes.locator('[data-key]').first().focus();
    const pick = await holdFirst(page, 'tasks:mark');
    await page.keyboard.press('p');
    await pick.arrived;
    await page.getByText(enCull.judged('1', '3')).first().waitFor({ timeout: limitMs });
    // Of the first something else is told that the core knew before the pick; of the second likewise, and that is seen.
    await call('tasks:mark', { keys: [first ?? ''] }, { seen: true });
    await call('tasks:mark', { keys: [second ?? ''] }, { pick: 'rejected' });
    await page.getByText(enCull.judged('2', '3')).first().waitFor({ timeout: limitMs });
    await page.keyboard.press('Shift+X');
    await page.getByText(enCull.allJudged).waitFor({ timeout: limitMs });
    pick.letGo();
    const picks = async () => Promise.all(tasks.map(async ({ key }) => (await call('tasks:get', key))?.pick));
    await eventually(picks, ['picked', 'rejected', 'rejected']);
    await page.getByText(enCull.allJudged).waitFor({ timeout: limitMs });
  });
});

describe('in a browser only, on an inbox of its own', () => {
  const inboxes = createInboxes({ inTurn: true });
  let browser: TestBrowser;
  let media: VideoServer;
  let inbox: Inbox;
  let open: OpenPage | null = null;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    media = await listenVideoServer();
    inbox = await inboxes.start({ args: ['--allow-host', media.host] });
  });
  afterEach(async () => {
    await open?.close();
    open = null;
    await inboxes.close();
    await media.close();
  });

  async function openGallery(): Promise<OpenPage> {
    open = await browser.open(inbox.galleryUrl, { locale: 'en-US', timezoneId: 'Europe/Berlin' });
    return open;
  }

  it('a film that was moved on the disk is located, and no other one takes its place', async () => {
    await inbox.postCallback(lumaSuccess('moved', [media.file('/moved.mp4', keyFrameFilm())], 'Moved away'));
    const task = await inbox.waitForTask('moved', isSaved);
    const file = path.join(inbox.dataDir, task.videos[0]?.path ?? '');
    const bytes = await readFile(file);
    await rm(file);
    // Before the page, which could have the film from its cache.
    const { page } = await openGallery();
    const shown = await openTask(page, 'Moved away');
    const locate = button(shown, texts.player.locate);
    await locate.waitFor({ timeout: limitMs });
    await expectAccessible(page);
    const choose = async (buffer: Buffer): Promise<void> => {
      const chooser = page.waitForEvent('filechooser');
      await locate.focus();
      await page.keyboard.press('Enter');
      await (await chooser).setFiles({ name: 'found.mp4', mimeType: 'video/mp4', buffer });
    };
    await choose(Buffer.concat([bytes, Buffer.from([0, 0, 0, 8]), Buffer.from('free')]));
    await page.getByText(enLibrary.anotherFilm).first().waitFor({ timeout: limitMs });
    // Who was at the button is still there, and in the player once the button is gone.
    await expect.poll(() => locate.evaluate((each) => each === document.activeElement)).toBe(true);
    await choose(bytes);
    await shown.locator('video').waitFor({ timeout: limitMs });
    await expect
      .poll(() => shown.evaluate((each) => each.contains(document.activeElement)), { timeout: limitMs })
      .toBe(true);
    const [video] = (await inbox.call('tasks:get', task.key))?.videos ?? [];
    expect(await readFile(path.join(inbox.dataDir, video?.path ?? ''))).toEqual(bytes);
    expect(video?.sha256).toBe(task.videos[0]?.sha256);
  });

  it('a card tells that its file is gone from the disk, and many are fetched again on the shelf where they are', async () => {
    const { page, complaints } = await openGallery();
    const driver = { page, media, complaints, ...inbox };
    const task = await deliver(driver, 'Gone from the disk');
    await deliver(driver, 'Still there');
    const refused = media.status('/refused.mp4', 404);
    await inbox.postCallback(lumaSuccess('refused-1', [refused], 'Not to be had'));
    await inbox.waitForTask('refused-1', ({ videos }) => (videos[0]?.attempts?.length ?? 0) > 0);
    await rm(path.join(inbox.dataDir, task.videos[0]?.path ?? ''));
    await page.reload();
    const badge = card(page, 'Gone from the disk').getByText(texts.card.fileMissing);
    await badge.waitFor({ timeout: limitMs });
    expect(await page.getByText(texts.card.fileMissing).count()).toBe(1);
    await expectAccessible(page);
    await button(page, texts.bar.table).click();
    const row = page.getByRole('row').filter({ hasText: 'Gone from the disk' });
    await row.getByText(texts.card.fileMissing).waitFor({ timeout: limitMs });
    expect(await page.getByText(texts.card.fileMissing).count()).toBe(1);
    await expectAccessible(page);
    await button(page, texts.bar.even).click();
    await badge.waitFor({ timeout: limitMs });
    const bar = page.getByRole('region', { name: texts.selection.label });
    const retry = button(bar, texts.selection.retry);
    await button(card(page, 'Still there'), texts.card.select).click();
    await button(bar, texts.selection.trash).waitFor({ timeout: limitMs });
    expect(await retry.count()).toBe(0);
    await button(card(page, 'Gone from the disk'), texts.card.select).click();
    await button(card(page, 'Not to be had'), texts.card.select).click();
    const asked = () => media.exchanges.filter((exchange) => exchange.path === '/refused.mp4').length;
    const before = asked();
    await retry.click();
    await expectGone(badge);
    const [video] = (await inbox.waitForTask(task.taskId, isSaved)).videos;
    expect((await readFile(path.join(inbox.dataDir, video?.path ?? ''))).length).toBe(video?.sizeBytes);
    await expect.poll(asked, { timeout: limitMs }).toBeGreaterThan(before);
  });

  it('in compare a film is told by what is wrong with it: its file gone, damaged from there on, or none came', async () => {
    const take = async (taskId: string, url: string, until: (task: TaskView) => boolean) => {
      await inbox.postCallback(lumaSuccess(taskId, [url], taskId));
      return inbox.waitForTask(taskId, until);
    };
    // Before there is a page: it may keep what it has seen.
    const gone = await take('gone-1', media.file('/gone-1.mp4', keyFrameFilm()), isSaved);
    const torn = await take('torn-1', media.file('/torn-1.mp4', keyFrameFilm()), isSaved);
    const toCome = media.status('/to-come.mp4', 404);
    const waits = await take('to-come-1', toCome, ({ videos }) => (videos[0]?.attempts?.length ?? 0) > 0);
    await rm(path.join(inbox.dataDir, gone.videos[0]?.path ?? ''));
    const { page } = await openGallery();
    const compare = (tasks: readonly TaskView[]) =>
      page.evaluate(
        (to) => (location.hash = to),
        `#/compare/${tasks.map(({ key }) => encodeURIComponent(key)).join()}`,
      );

    await compare([gone, torn]);
    const side = (name: string) => page.locator(`figure[data-side="${name}"]`);
    await side('left').getByText(texts.player.fileMissing).waitFor({ timeout: limitMs });
    const film = side('right').locator('video');
    const stands = () =>
      film.evaluate(({ readyState, currentTime }: HTMLVideoElement) => readyState > 1 && currentTime === 3);
    await film.evaluate((video: HTMLVideoElement) => (video.currentTime = 3));
    await eventually(stands, true);
    // As the browser tells of bytes that it cannot read on from: they may have been lost on the way.
    const tear = () =>
      film.evaluate((video) => {
        const loaded = new Promise((resolve) =>
          video.addEventListener('loadeddata', () => resolve(null), { once: true }),
        );
        video.dispatchEvent(new Event('error'));
        return loaded;
      });
    await tear();
    await eventually(stands, true);
    await film.dispatchEvent('error');
    await side('right').getByText(texts.player.brokenOff('0:03.00')).waitFor({ timeout: limitMs });
    expect(await page.getByText(/cannot be shown here/).count()).toBe(0);

    await compare([torn, waits]);
    await page.getByRole('heading', { name: enCompare.filmless }).waitFor({ timeout: limitMs });
  });

  it('each filter of the search finds the same in the page, in the terminal and by the local API', async () => {
    const { page } = await openGallery();
    const film = media.file('/found.mp4', keyFrameFilm());
    const order = async (taskId: string, model: string, prompt: string, credits: number) => {
      const source = model === 'runway/aleph' ? { video_url: 'https://media.example.test/in/one.mp4' } : {};
      const input = JSON.stringify({ prompt, ...source });
      const data = {
        ...{ taskId, model, state: 'success', param: JSON.stringify({ model, input }), creditsConsumed: credits },
        resultJson: JSON.stringify({ resultUrls: [film] }),
      };
      await inbox.postCallback({ code: 200, msg: 'Playground task completed successfully.', data });
      return inbox.waitForTask(taskId, isSaved);
    };
    const quay = await order('market-quay', 'runway/aleph', 'Rain on the quay, slow dolly', 40);
    await order('market-city', 'runway/aleph', 'Rain in the city, slow dolly', 90);
    await order('market-boat', 'kling/v3', 'Snow on a boat, dolly, slow', 40);
    await inbox.postCallback({ code: 200, msg: 'success', data: { result_video_url: film }, taskId: 'aleph-bare' });
    await inbox.waitForTask('aleph-bare', isSaved);
    await inbox.call('tasks:tag', [quay.key], { add: ['pitch'] });
    await inbox.call('tasks:mark', [quay.key], { starred: true });
    const seconds = quay.videos[0]?.durationSeconds ?? 0;
    const dayAt = (days: number) => new Date(Date.now() + days * 24 * 3600 * 1000).toISOString().slice(0, 10);
    const [all, marked] = [['aleph-bare', 'market-boat', 'market-city', 'market-quay'], ['market-quay']];
    const longer = `seconds:>${(seconds - 0.5).toFixed(1)}`;
    const searches: readonly (readonly [text: string, taskIds: readonly string[]])[] = [
      ['rain', ['market-city', 'market-quay']],
      ['rain -city', marked],
      ['"slow dolly"', ['market-city', 'market-quay']],
      // Who names no model is found by the one that the provider has.
      ['model:aleph', ['aleph-bare', 'market-city', 'market-quay']],
      ['tag:pitch', marked],
      [longer, all],
      [`seconds:>${(seconds + 1).toFixed(1)}`, []],
      ['cost:<50', ['market-boat', 'market-quay']],
      ['is:starred', marked],
      [`before:${dayAt(2)}`, all],
      [`before:${dayAt(-2)}`, []],
      ['has:source', ['market-city', 'market-quay']],
      ['sno boa', ['market-boat']],
      [
        `rain -city "slow dolly" model:aleph tag:pitch ${longer} cost:<50 is:starred before:${dayAt(2)} has:source`,
        marked,
      ],
    ];
    const field = page.getByRole('combobox', { name: texts.bar.search });
    for (const [text, taskIds] of searches) {
      const { stdout } = await inbox.runCli(['list', '--query', text, '--json', '--data-dir', inbox.dataDir]);
      const listed = (JSON.parse(stdout) as TaskView[]).map(({ taskId }) => taskId).toSorted();
      const { rows } = await inbox.call('tasks:query', {
        ...{ view: 'library', text, state: 'all', provider: null, order: 'newest' },
        ...{ timeZone: 'Europe/Berlin', offset: 0, limit: 100 },
      });
      expect([text, listed, rows.map(({ taskId }) => taskId).toSorted()]).toEqual([text, taskIds, taskIds]);
      await field.fill(text);
      await page
        .getByText(texts.grid.results(taskIds.length, String(taskIds.length)))
        .first()
        .waitFor({ timeout: limitMs });
      await eventually(() => cards(page).count(), taskIds.length);
    }
  });

  it('films that are dropped on the page come into the library, each once, and what is none is told by its name', async () => {
    const { page } = await openGallery();
    await page.getByRole('heading', { name: texts.empty.title }).waitFor();
    const files = [
      { name: 'mine.mp4', base64: keyFrameFilm().toString('base64') },
      { name: 'notes.txt', base64: Buffer.from('no film').toString('base64') },
    ];
    const transfer = await page.evaluateHandle((all) => {
      const held = new DataTransfer();
      for (const { name, base64 } of all)
        held.items.add(new File([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))], name));
      return held;
    }, files);
    const notices = page.getByRole('region', { name: texts.toasts.label });
    await notices.waitFor({ state: 'attached', timeout: limitMs });
    await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
    await page.getByText(texts.drop.here).waitFor({ timeout: limitMs });
    await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
    await notices.getByText(texts.drop.imported(1, '1')).waitFor({ timeout: limitMs });
    await notices.getByText(/^notes\.txt: /).waitFor({ timeout: limitMs });
    await expectGone(page.getByText(texts.drop.here));
    await eventually(() => cards(page).count(), 1);
    // What the page brought lies in the library only.
    await eventually(() => readdir(path.join(inbox.dataDir, 'to-upload')).catch(() => []), []);
    await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
    await notices.getByText(texts.drop.present(1, '1')).waitFor({ timeout: limitMs });
    // What takes long can be stopped.
    const running = notices.getByText(texts.drop.importing(2, '2'));
    await expectGone(running);
    let letGo = (): void => undefined;
    const mayGo = new Promise<void>((resolve) => (letGo = resolve));
    await page.route(
      '**/source?*',
      async (route) => {
        await mayGo;
        await route.abort();
      },
      { times: 1 },
    );
    await page.dispatchEvent('body', 'drop', { dataTransfer: transfer });
    await running.waitFor({ timeout: limitMs });
    await expectAccessible(page);
    await button(notices, texts.common.cancel).click();
    await expectGone(running);
    letGo();
    // What is dragged out of the page does not ask to come in.
    await page.dispatchEvent('body', 'dragstart');
    await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
    expect(await page.getByText(texts.drop.here).count()).toBe(0);
    await page.dispatchEvent('body', 'dragend');
    await page.dispatchEvent('body', 'dragover', { dataTransfer: transfer });
    await page.getByText(texts.drop.here).waitFor({ timeout: limitMs });
    expect((await inbox.call('tasks:counts')).library).toBe(1);
  });

  it('the key does not stay in the address', async () => {
    const { page } = await openGallery();
    expect(page.url()).not.toContain(inbox.key);
    expect(await page.evaluate(() => document.cookie)).toBe('');
  });

  it('asks for the list once, and misses nothing that happens meanwhile', async () => {
    const { page: first } = await openGallery();
    const driver = { page: first, media, complaints: [], ...inbox };
    await deliver(driver, 'Before the page');
    await card(first, 'Before the page').locator('img').waitFor({ timeout: limitMs }); // nothing more happens to it
    const page = await first.context().newPage();
    const queries: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/call/tasks:rows')) queries.push(request.postData() ?? '');
    });
    let letOpen = (): void => undefined;
    const mayOpen = new Promise<void>((resolve) => (letOpen = resolve));
    let beginning = '';
    await page.route('**/events**', async (route) => {
      beginning = route.request().url();
      await mayOpen;
      await route.continue();
    });
    await page.goto(inbox.localUrl);
    await opener(page, 'Before the page').waitFor({ timeout: limitMs });
    await deliver(driver, 'While it opens');
    expect(queries).toHaveLength(1);
    await expect.poll(() => beginning).toMatch(/since=\w+-\d+$/);
    letOpen();
    await opener(page, 'While it opens').waitFor({ timeout: limitMs });
  });

  it('what is typed while an earlier text is on its way stays, and is saved after it', async () => {
    const { page } = await openGallery();
    const { key } = await deliver({ page, media, complaints: [], ...inbox }, 'Being named');
    await openTask(page, 'Being named');
    const title = page.getByRole('textbox', { name: texts.labels.title });
    const naming = await holdFirst(page, 'tasks:setTitle');
    await title.fill('One');
    await page.keyboard.press('Enter');
    await naming.arrived;
    await title.fill('One and a half');
    naming.letGo();
    await eventually(async () => (await inbox.call('tasks:get', key))?.title, 'One');
    await player(page, 'One').waitFor({ timeout: limitMs });
    expect(await title.inputValue()).toBe('One and a half');
    await page.keyboard.press('Enter');
    await eventually(async () => (await inbox.call('tasks:get', key))?.title, 'One and a half');

    await page.goto(`${inbox.localUrl}/#/settings/limits`);
    const label = `${limitWords.names['callbacks.bodyLimitMiB']} (${limitWords.units.MiB})`;
    const limit = page.getByRole('textbox', { name: label });
    const saving = await holdFirst(page, 'settings:update');
    await limit.fill('8');
    await page.keyboard.press('Enter');
    await saving.arrived;
    await limit.fill('16');
    saving.letGo();
    await page.getByText(settingsTexts.save.saved).first().waitFor({ timeout: limitMs });
    expect(await limit.inputValue()).toBe('16');
    await page.keyboard.press('Tab');
    await eventually(async () => (await inbox.call('settings:get')).values.callbacks.bodyLimitMiB, 16);
  });

  it('films are exported by keyboard: named, with metadata and markers, as a page, and as a contact sheet', async () => {
    const { page } = await openGallery();
    const driver = { page, media, complaints: [], ...inbox };
    const { key } = await deliver(driver, 'To be exported');
    const shown = await openTask(page, 'To be exported');
    await button(shown, enExport.mark).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type('Neon is right');
    await page.keyboard.press('Tab');
    await expect
      .poll(async () => (await inbox.call('tasks:get', key))?.note, { timeout: limitMs })
      .toMatch(/^\d+:\d\d\.\d\d Neon is right$/);
    await button(shown, texts.common.back).click();
    await opener(page, 'To be exported').waitFor({ timeout: limitMs });
    // A filmstrip is not drawn while a film plays.
    await expect
      .poll(async () => (await inbox.call('tasks:get', key))?.videos[0]?.preview, { timeout: limitMs })
      .toBeTruthy();
    const saved = async (choose: () => Promise<void>) => {
      await page.keyboard.press('Control+a');
      await button(page, enExport.open).focus();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: enExport.title(1, '1') });
      await dialog.waitFor({ timeout: limitMs });
      await choose();
      await expectAccessible(page);
      const download = page.waitForEvent('download');
      await page.keyboard.press('Enter');
      const file = await download;
      await dialog.waitFor({ state: 'detached', timeout: limitMs });
      return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
    };
    const films = await saved(async () => {
      await page.getByRole('checkbox', { name: enExport.markers }).focus();
      await page.keyboard.press('Space');
      await page.getByRole('textbox', { name: enExport.name, exact: true }).focus();
      await page.keyboard.type('Harbour');
    });
    expect(films.name).toBe('Harbour.zip');
    const names = [...zipEntries(films.bytes).keys()];
    expect(names).toHaveLength(4);
    expect(names[0]).toMatch(/^\d{4}-\d\d-\d\d To be exported \(.*\)\.mp4$/);
    expect(names.slice(2)).toEqual(['markers.edl', 'markers.csv']);
    const client = await saved(async () => {
      await page.getByRole('radio', { name: enExport.client }).focus();
      await page.keyboard.press('Space');
    });
    expect([...zipEntries(client.bytes).keys()]).toContain('index.html');
    const sheet = await saved(async () => {
      await page.getByRole('radio', { name: enExport.sheet }).focus();
      await page.keyboard.press('Space');
    });
    expect(sheet.name).toBe(`${enExport.usualName}.png`);
    expect(sheet.bytes.subarray(1, 4).toString()).toBe('PNG');
    expect(sheet.bytes.readUInt32BE(16)).toBeGreaterThan(1500);

    // More than fit on a sheet are not left out without a word.
    const many = Array.from({ length: 41 }, () => key);
    await page.route('**/call/tasks:keys', (route) => route.fulfill({ json: { ok: true, value: many } }), { times: 1 });
    await saved(async () => {
      await page.getByRole('radio', { name: enExport.sheet }).focus();
      await page.keyboard.press('Space');
    });
    await page.getByText(enExport.sheetCut(`${enExport.usualName}.png`, '40')).waitFor({ timeout: limitMs });

    // What cannot be made says why, and what was written is still there. The first stop is the choice, not the way out.
    await page.keyboard.press('Control+a');
    await button(page, enExport.open).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: enExport.title(1, '1') });
    const first = page.getByRole('radio', { name: enExport.films });
    await eventually(() => first.evaluate((each) => each === document.activeElement), true);
    const name = page.getByRole('textbox', { name: enExport.name, exact: true });
    await name.fill('Harbour');
    const template = page.getByRole('textbox', { name: enExport.template });
    await template.fill('{titel}');
    await page.keyboard.press('Enter');
    await page.getByText('{titel}').first().waitFor({ timeout: limitMs });
    expect(await name.inputValue()).toBe('Harbour');
    await template.fill('');
    const mended = page.waitForEvent('download');
    await page.keyboard.press('Enter');
    expect((await mended).suggestedFilename()).toBe('Harbour.zip');
    await expectGone(dialog);

    // The page as a client opens it: from a folder, without any server.
    const folder = await tempDir();
    for (const [name, bytes] of zipEntries(client.bytes)) {
      await mkdir(path.join(folder, path.dirname(name)), { recursive: true });
      await writeFile(path.join(folder, name), bytes);
    }
    const other = await browser.open(pathToFileURL(path.join(folder, 'index.html')).href);
    try {
      const video = other.page.locator('video');
      await video.evaluate((element: HTMLVideoElement) => element.load());
      await expect.poll(() => other.page.title(), { timeout: limitMs }).toBe(enExport.usualName);
      await video.evaluate((element: HTMLVideoElement) => {
        element.muted = true;
        return element.play();
      });
      expect(await video.evaluate((element: HTMLVideoElement) => element.videoWidth)).toBeGreaterThan(0);
      expect(await other.page.content()).not.toContain('To be exported');
    } finally {
      await other.close();
    }
  });

  it('the callback URL is copied', async () => {
    const { page } = await openGallery();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: inbox.localUrl });
    await button(page, texts.reach.copyUrl).first().click();
    await page.getByText(texts.reach.copied).first().waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(inbox.callbackUrl);
  });

  it('a part that cannot be fetched yet does not take the page down, and is there when it can', async () => {
    const { page: first } = await openGallery();
    await first.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: inbox.localUrl });
    const page = await first.context().newPage();
    let asked = 0;
    let isRefused = true;
    const scripts = new Set<string>();
    page.on('request', (request) => {
      if (request.resourceType() === 'script') scripts.add(request.url());
    });
    await page.route('**/assets/other-screens-*.js', (route) => {
      asked += 1;
      return isRefused ? route.abort() : route.continue();
    });
    await page.goto(inbox.localUrl);
    await expect.poll(() => asked, { timeout: limitMs }).toBeGreaterThan(3);
    isRefused = false;
    await button(page, texts.reach.copyUrl).first().click();
    await page.getByText(texts.reach.copied).first().waitFor({ timeout: limitMs });
    // All screens are here with it. Each more is a way to the inbox, which may be far.
    expect(scripts.size).toBeLessThan(10);
  });

  it('what changed while the connection was lost is there when it is back', async () => {
    const { page, complaints } = await openGallery();
    const driver = { page, media, complaints: [], ...inbox };
    await deliver(driver, 'Before the gap');
    await opener(page, 'Before the gap').waitFor({ timeout: limitMs });
    await page.context().setOffline(true);
    await deliver(driver, 'In the gap');
    await page.context().setOffline(false);
    await opener(page, 'In the gap').waitFor({ timeout: limitMs });
    expect(complaints.filter((complaint) => !/ERR_INTERNET_DISCONNECTED/.test(complaint))).toEqual([]);
  });

  it('a task that comes in leaves the cards of earlier days as they are, and stands above them', async () => {
    const dataDir = path.join(await inboxes.tempDir(), 'data');
    await cp(path.join(import.meta.dirname, '../fixtures/library-v1/stopped'), dataDir, { recursive: true });
    inbox = await inboxes.start({ dataDir, args: ['--allow-host', media.host] });
    const { page } = await openGallery();
    await cards(page).first().waitFor({ timeout: limitMs });
    const before = (await cards(page).elementHandles()).slice(0, 6);
    const { postCallback } = inbox;
    await postCallback(lumaSuccess('newest', [`${media.origin}/a.mp4`], 'The newest of all'));
    await opener(page, 'The newest of all').waitFor({ timeout: limitMs });
    // The same elements: at each callback all of them would be made anew.
    expect(await Promise.all(before.map((each) => each.evaluate(({ isConnected }) => isConnected)))).toEqual(
      before.map(() => true),
    );
    await eventually(
      () =>
        cards(page)
          .first()
          .innerText()
          .then((text) => text.includes('The newest of all')),
      true,
    );
  });

  it('what is shown while the inbox is away can still be read', async () => {
    const { page } = await openGallery();
    await deliver({ page, media, complaints: [], ...inbox }, 'Still to be read');
    await opener(page, 'Still to be read').waitFor({ timeout: limitMs });
    await inbox.stop();
    await page.locator('main[data-away]').waitFor({ timeout: limitMs });
    await expectAccessible(page);
  });

  it('while the inbox is away no film is told as gone and no picture as missing, and both come once it is back', async () => {
    inbox = await inboxes.start({ args: ['--allow-host', media.host, '--local-port', String(await keptPort())] });
    const { page: maker } = await openGallery();
    for (let i = 0; i < 12; i += 1) await deliver({ page: maker, media, complaints: [], ...inbox }, `Film ${i}`);
    await eventually(async () => (await inbox.call('previews:wanted', null)).wishes.length, 0);
    await maker.close();
    // Nothing of these films and pictures is in this browser.
    const { page } = await openGallery();
    const browserTools = await page.context().newCDPSession(page);
    await browserTools.send('Network.enable');
    await browserTools.send('Network.setCacheDisabled', { cacheDisabled: true });
    await page.setViewportSize({ width: 480, height: 400 });
    await page.reload();
    await opener(page, 'Film 11').waitFor({ timeout: limitMs });
    await eventually(() => existsSync(path.join(inbox.dataDir, 'open-pages.json')), true);
    await openTask(page, 'Film 11');
    const video = page.locator('main[data-player] video');
    await eventually(() => video.evaluate(({ readyState }: HTMLVideoElement) => readyState >= 2), true);
    await inbox.stop();
    await page.locator('main[data-away]').waitFor({ state: 'attached', timeout: limitMs });
    // As when it has played what was here of it.
    await video.evaluate((film: HTMLVideoElement) => film.load());
    await eventually(() => video.evaluate(({ error }: HTMLVideoElement) => error !== null), true);
    // Longer than it is asked for whether the file is there.
    const gone = page.getByText(texts.player.fileMissing);
    await gone.waitFor({ timeout: 6_000 }).catch(() => undefined);
    expect(await gone.count()).toBe(0);
    inbox = await inbox.restart();
    await eventually(() => video.evaluate(({ readyState }: HTMLVideoElement) => readyState >= 2), true);
    await page.keyboard.press('Escape');
    await inbox.stop();
    await page.locator('main[data-away]').waitFor({ timeout: limitMs });
    await page.getByRole('grid').evaluate((grid) => grid.parentElement?.scrollTo({ top: grid.scrollHeight }));
    const oldest = card(page, 'Film 0');
    await oldest.waitFor({ timeout: limitMs });
    await eventually(() => oldest.locator('img').count(), 0);
    inbox = await inbox.restart();
    await eventually(
      () => oldest.locator('img').evaluate(({ naturalWidth }: HTMLImageElement) => naturalWidth > 0),
      true,
    );
    expect(await oldest.getByText(texts.card.noPreview).count()).toBe(0);
    await inbox.stop();
    await page.locator('main[data-away]').waitFor({ timeout: limitMs });
    await button(page, texts.bar.table).click();
    const broken = () =>
      page
        .getByRole('row')
        .locator('img')
        .evaluateAll(
          (all: HTMLImageElement[]) => all.filter((each) => each.complete && each.naturalWidth === 0).length,
        );
    await expect.poll(broken, { timeout: limitMs }).toBeGreaterThan(0);
    inbox = await inbox.restart();
    await eventually(broken, 0);
  });

  it('a page of an earlier run goes on by itself, and is not let in by another library at that port', async () => {
    const args = ['--local-port', String(await keptPort())];
    inbox = await inboxes.start({ args });
    const { page } = await openGallery();
    await eventually(() => existsSync(path.join(inbox.dataDir, 'open-pages.json')), true);
    inbox = await inbox.restart();
    await inbox.postCallback(lumaSuccess('after', [], 'After the restart'));
    await opener(page, 'After the restart').waitFor({ timeout: limitMs });
    await inbox.stop();
    inbox = await inboxes.start({ args });
    await page.getByText(texts.connection.locked).waitFor({ timeout: limitMs });
    await page.goto(inbox.galleryUrl);
    await page.getByRole('heading', { name: texts.empty.title }).waitFor();
    await eventually(() => page.getByText(texts.connection.locked).count(), 0);
  });
});
