/**
 * What a browser drops when the machine's network changes under a page (a VPN, another Wi-Fi, a cable): all that waits for
 * a connection, also to this machine. Here it is dropped by hand.
 */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { enCompare } from '../../src-renderer/texts/en-compare.ts';
import { enCosts } from '../../src-renderer/texts/en-costs.ts';
import { en as texts } from '../../src-renderer/texts/en.ts';
import { launchBrowser, patienceMs, type TestBrowser } from '../support/browser.ts';
import { createInboxes } from '../support/inbox-process.ts';
import { keyFrameFilm } from '../support/key-frame-film.ts';
import { lumaSuccess } from '../support/kie-callbacks.ts';
import { listenVideoServer } from '../support/video-server.ts';
import { film, isSaved } from './specs/gallery-steps.ts';

const inboxes = createInboxes({ inTurn: true });
let browser: TestBrowser;
let page: Page;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await inboxes.close();
});
afterEach(async () => {
  await page.context().close();
  await inboxes.kill();
});

/** The first so many requests for each of these fail as they do when the network changes. @returns which have failed. */
async function drop(what: RegExp, times: number): Promise<ReadonlySet<string>> {
  const counts = new Map<string, number>();
  const lost = new Set<string>();
  await page.route(what, async (route) => {
    const { pathname } = new URL(route.request().url());
    const count = (counts.get(pathname) ?? 0) + 1;
    counts.set(pathname, count);
    if (count > times) return route.continue();
    lost.add(pathname.replace(/-[\w-]{8}(?=\.)/, '').replace(/^.*\//, ''));
    return route.abort('connectionreset');
  });
  return lost;
}

/** An empty page, so that what is dropped is said before the gallery is opened. */
async function openBlank(locale = 'en-US'): Promise<void> {
  ({ page } = await browser.open('about:blank', { locale }));
}

/** One that failed is there as well: empty, or such that nobody may read it. */
const stylesThatAreThere = (): Promise<readonly string[]> =>
  page.evaluate(() => {
    const hasRules = ({ sheet }: HTMLLinkElement): boolean => {
      try {
        return sheet !== null && sheet.cssRules.length > 0;
      } catch {
        return false;
      }
    };
    return [...document.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]')]
      .filter(hasRules)
      .map(({ href }) => /([^/]*)-[\w-]{8}\.css$/.exec(href)?.[1] ?? '')
      .toSorted();
  });

it('files of the page that did not come are fetched again: all screens are there, in their styles', async () => {
  const { galleryUrl, localUrl } = await inboxes.start();
  await openBlank();
  // The page asks for its first screen twice: as a file to have at hand, and as a part.
  const [scripts, styles] = [
    await drop(/\/assets\/(?:index|start|first-screen|other-screens)-[^/]*\.js/, 2),
    await drop(/\/assets\/[^/]*\.css/, 3),
  ];
  await page.goto(galleryUrl);
  await page.getByRole('heading', { name: texts.empty.title }).waitFor();
  // Nothing is drawn without its looks.
  expect(await stylesThatAreThere()).toEqual(['first-screen', 'start']);
  await page.goto(`${localUrl}/#/costs`);
  await page.getByRole('heading', { name: enCosts.title }).waitFor();
  await expect.poll(stylesThatAreThere).toEqual(['first-screen', 'other-screens', 'start']);
  expect([...scripts].toSorted()).toEqual(['first-screen.js', 'index.js', 'other-screens.js', 'start.js']);
  expect([...styles].toSorted()).toEqual(['first-screen.css', 'other-screens.css', 'start.css']);
});

it('so are the words of a language', async () => {
  const { galleryUrl } = await inboxes.start();
  await openBlank('es-ES');
  const lost = await drop(/\/assets\/es-/, 1);
  await page.goto(galleryUrl);
  await page.locator('html[lang=es]').waitFor();
  expect(lost.size).toBeGreaterThan(0);
});

it('where they come too late, the page is in English, and says that they can be read now', async () => {
  const { galleryUrl } = await inboxes.start();
  await openBlank('es-ES');
  await drop(/\/assets\/es-/, Infinity);
  await page.goto(galleryUrl);
  await page.getByRole('heading', { name: texts.empty.title }).waitFor();
  expect(await page.getByText(texts.connection.otherLanguage).count()).toBe(0);
  await page.unrouteAll();
  await page.getByText(texts.connection.otherLanguage).waitFor();
  await page.getByRole('button', { name: texts.common.reload }).click();
  await page.locator('html[lang=es]').waitFor();
});

it.each([
  ['its start', 'start', '/', texts.empty.title],
  ['the first screen', 'first-screen', '/', texts.empty.title],
  ['a screen that is opened', 'other-screens', '/#/costs', enCosts.title],
])('says so where the file for %s does not come, and goes on when it does', async (_what, file, place, title) => {
  const { galleryUrl, localUrl } = await inboxes.start();
  await openBlank();
  await page.goto(galleryUrl);
  await drop(new RegExp(`/assets/${file}-[^/]*\\.js`), Infinity);
  // Only what stands behind the # would change else, and the page would have all of its files.
  await page.goto('about:blank');
  await page.goto(`${localUrl}${place}`);
  await page.getByText(texts.errors.notLoaded).waitFor();
  await page.unrouteAll();
  await page.getByRole('heading', { name: title }).waitFor();
  expect(await page.getByText(texts.errors.notLoaded).count()).toBe(0);
});

it('a screen whose file breaks is told as broken, and leaves the rest of the page as it is', async () => {
  const { galleryUrl } = await inboxes.start();
  await openBlank();
  await page.route(/\/assets\/other-screens-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${await response.text()}\nthrow new Error('not in this browser');` });
  });
  await page.goto(`${galleryUrl}#/costs`);
  await page.getByText(texts.errors.unexpected).waitFor();
  await page.getByText(texts.errors.crashedTitle, { exact: true }).waitFor();
  await page.getByRole('button', { name: texts.common.back, exact: true }).click();
  await page.getByRole('heading', { name: texts.empty.title }).waitFor();
});

it('questions that were lost are asked again by themselves, the stream of events going on', async () => {
  const { galleryUrl, localUrl } = await inboxes.start();
  await openBlank();
  await page.goto(galleryUrl);
  await page.getByRole('heading', { name: texts.empty.title }).waitFor();
  const lost = await drop(/\/call\/(?:providers|submissions|library)(?::|%3A)(?:list|form|costs)$/, 1);
  await page.goto(`${localUrl}/#/new`);
  await page.getByLabel('Prompt', { exact: true }).waitFor({ timeout: patienceMs });
  await page.goto(`${localUrl}/#/costs`);
  await page.getByRole('heading', { name: enCosts.none }).waitFor();
  expect([...lost].toSorted()).toEqual(['library:costs', 'providers:list', 'submissions:form']);
});

it('a film whose first bytes were lost plays all the same', async () => {
  const inbox = await inboxes.start();
  const { taskId } = await inbox.call('callback:sendTest', { provider: 'kie-luma', fail: false });
  const { key } = await inbox.waitForTask(taskId, isSaved);
  await openBlank();
  await page.goto(inbox.galleryUrl);
  // Else those that make its pictures would lose them.
  await inbox.waitForTask(taskId, ({ poster, videos }) => poster !== null && videos[0]?.preview !== undefined);
  const lost = await drop(/\/media\//, 1);
  await page.goto(`${inbox.localUrl}/#/task/${encodeURIComponent(key)}`);
  await expect.poll(async () => (await film(page)).at).toBeGreaterThan(0);
  expect(lost.size).toBe(1);
});

it('the reader of exact frames that did not come is fetched again for the next frame', async () => {
  const media = await listenVideoServer();
  try {
    const inbox = await inboxes.start({ args: ['--allow-host', media.host] });
    const urls = ['a', 'b'].map((name) => media.file(`/${name}.mp4`, keyFrameFilm()));
    await inbox.postCallback(lumaSuccess('pair', urls));
    const { key } = await inbox.waitForTask('pair', isSaved);
    await openBlank();
    await page.goto(inbox.galleryUrl);
    await page.getByRole('article').waitFor();
    const lost = await drop(/\/assets\/src-/, 3);
    await page.goto(`${inbox.localUrl}/#/compare/${encodeURIComponent(key)}~1,${encodeURIComponent(key)}~2`);
    await page.getByText(enCompare.asPlayed).waitFor();
    await page.keyboard.press('.');
    await page.getByText(enCompare.exact, { exact: true }).waitFor();
    expect(lost.size).toBe(1);
  } finally {
    await media.close();
  }
});
