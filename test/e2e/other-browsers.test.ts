/** The gallery in Firefox and in WebKit: what every person sees in the first minutes. */
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findFirefox, findWebKit } from '../../scripts/other-browsers.mjs';
import type { Engine, EnginePage } from '../support/engines/engine-page.ts';
import { launchFirefox } from '../support/engines/firefox.ts';
import { launchWebKit } from '../support/engines/webkit.ts';
import { createInboxes, type Inbox } from '../support/inbox-process.ts';
import { lumaSuccess } from '../support/kie-callbacks.ts';
import { skipHere } from '../support/skip-here.ts';
import { listenVideoServer, type VideoServer } from '../support/video-server.ts';
import { loadSamples } from '../../src-main/node/samples/samples.ts';
import { enSettings } from '../../src-renderer/texts/en-settings.ts';
import { engineCompareSpecs } from './specs/engine-compare-specs.ts';
import { isSaved, limitMs, texts } from './specs/gallery-steps.ts';

const inboxes = createInboxes();
let media: VideoServer;
let inbox: Inbox;

beforeEach(async () => {
  media = await listenVideoServer();
  inbox = await inboxes.start({ args: ['--allow-host', media.host] });
});
afterEach(async () => {
  await inboxes.close();
  await media.close();
});

async function deliver(taskId: string, prompt: string): Promise<string> {
  const url = media.file(`/${taskId}.mp4`, loadSamples().mp4.bytes);
  expect((await inbox.postCallback(lumaSuccess(taskId, [url], prompt))).status).toBe(200);
  return (await inbox.waitForTask(taskId, isSaved)).key;
}

const textOf = (page: EnginePage): Promise<string> => page.evaluate(() => document.body.innerText, null);
const promptsOf = (page: EnginePage): Promise<string[]> =>
  page.evaluate(
    () => [...document.querySelectorAll<HTMLElement>('article a[data-open]')].map((a) => a.innerText),
    null,
  );
const poll = <T>(ask: () => Promise<T>) => expect.poll(ask, { timeout: limitMs, interval: 100 });

function specs(engine: () => Engine): void {
  let page: EnginePage;
  beforeEach(() => {
    page = engine().page;
  });

  it('shows the first screen, a live arrival with its picture, and plays it', async () => {
    await page.go(inbox.galleryUrl);
    await poll(() => textOf(page)).toContain(texts.empty.title);
    expect(await textOf(page)).not.toContain(texts.errors.crashedTitle);

    const key = await deliver('live-1', 'A live arrival');
    await poll(() => promptsOf(page)).toEqual(['A live arrival']);
    await poll(async () => (await inbox.call('tasks:get', key))?.poster ?? null).not.toBeNull();
    await poll(() => page.evaluate(meanLight, 'article img')).toBeGreaterThan(20);

    await page.click('article a[data-open]');
    // Who sees no film moving is told what there was in its place.
    await poll(() =>
      page.evaluate(() => {
        const video = document.querySelector('video');
        if (video?.paused === true && video.readyState >= 2) void video.play();
        if (video !== null && video.currentTime > 0.1) return 'plays';
        if (video === null) return `no film at ${location.hash}: ${document.body.innerText.slice(0, 300)}`;
        const { readyState, networkState, paused, seeking, currentTime, error } = video;
        return JSON.stringify({ readyState, networkState, paused, seeking, currentTime, error: error?.message });
      }, null),
    ).toBe('plays');
    await page.press('Escape');
    await poll(() => page.evaluate(() => document.querySelector('video') === null, null)).toBe(true);
  });

  it('finds what is searched for, and opens the settings', async () => {
    await deliver('alpha-1', 'A harbour in the rain');
    await deliver('beta-2', 'A field in the sun');
    await page.go(inbox.galleryUrl);
    await poll(() => promptsOf(page)).toHaveLength(2);
    await page.press('/');
    await page.type('harbour');
    await poll(() => promptsOf(page)).toEqual(['A harbour in the rain']);
    await page.press('Escape');
    await poll(() => promptsOf(page)).toHaveLength(2);
    await page.press('Escape');
    await page.press('Control', ',');
    await poll(() => textOf(page)).toContain(enSettings.downloads.title);
    expect(await textOf(page)).not.toContain(texts.errors.crashedTitle);
  });

  it.each(engineCompareSpecs.map((spec) => [spec.name, spec] as const))('%s', async (_name, { run }) => {
    await run({ page, inbox, deliver });
    expect(await textOf(page)).not.toContain(texts.errors.crashedTitle);
  });

  it('by keyboard alone: all are selected, tagged, taken back, and found by the tag that the search offers', async () => {
    const keys = [await deliver('one-1', 'One'), await deliver('two-2', 'Two')];
    const tagsOf = async () => (await inbox.call('tasks:labels')).tags;
    const active = () => page.evaluate(() => document.activeElement?.textContent.trim(), null);
    await page.go(inbox.galleryUrl);
    await poll(() => promptsOf(page)).toEqual(['Two', 'One']);
    await page.press('Control', 'a');
    await poll(() => textOf(page)).toContain(texts.selection.all(2, '2'));
    await page.press('t');
    await poll(() => textOf(page)).toContain(texts.labels.tagMany(2, '2'));
    await poll(() => page.evaluate(() => document.activeElement?.tagName ?? '', null)).toBe('INPUT');
    await page.type('pitch');
    await page.press('Enter');
    await poll(tagsOf).toEqual([{ name: 'pitch', count: 2 }]);
    await poll(() => textOf(page)).toContain(texts.labels.tagged(2, '2', 'pitch'));
    // The notice stays meanwhile, and is a dialog to ARIA as well.
    await poll(() => page.evaluate(() => document.querySelector('[data-covers]') === null, null)).toBe(true);
    await page.press('Control', 'z');
    await poll(tagsOf).toEqual([]);

    await inbox.call('tasks:tag', keys.slice(0, 1), { add: ['final'] });
    await page.press('/');
    await page.type('tag:');
    await poll(() => page.evaluate(offered, null)).toEqual([`tag:final ${texts.grid.results(1, '1')}`]);
    await page.press('ArrowDown');
    await poll(() =>
      page.evaluate(() => document.activeElement?.getAttribute('aria-activedescendant') ?? '', null),
    ).not.toBe('');
    await page.press('Tab');
    await poll(() => promptsOf(page)).toEqual(['One']);
    await page.press('Enter');
    await poll(active).toBe('One');
  });
}

/** In the page. */
function offered(): string[] {
  return [...document.querySelectorAll<HTMLElement>('[role="listbox"]:not([hidden]) [role="option"]')].map((option) =>
    option.innerText.replaceAll(/\s+/g, ' ').trim(),
  );
}

/** In the page: how light a picture is, 0 to 255; -1 while it is not there. */
async function meanLight(selector: string): Promise<number> {
  const image = document.querySelector<HTMLImageElement>(selector);
  if (image === null || !image.complete || image.naturalWidth === 0) return -1;
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [16, 9];
  const context = canvas.getContext('2d');
  if (context === null) return -1;
  context.drawImage(await createImageBitmap(image), 0, 0, 16, 9);
  const { data } = context.getImageData(0, 0, 16, 9);
  let sum = 0;
  for (let i = 0; i < data.length; i += 4) sum += (data[i] ?? 0) + (data[i + 1] ?? 0) + (data[i + 2] ?? 0);
  return sum / (data.length / 4) / 3;
}

/** In the page: the different colours on the middle line of an element, of a picture of the whole viewport. */
async function coloursAcross({
  selector,
  png,
}: {
  readonly selector: string;
  readonly png: string;
}): Promise<string[]> {
  const box = document.querySelector(selector)?.getBoundingClientRect();
  const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
  const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [picture.width, picture.height];
  const context = canvas.getContext('2d');
  if (context === null || box === undefined) throw new Error(`no picture of ${selector}`);
  context.drawImage(picture, 0, 0);
  const { data } = context.getImageData(
    Math.round(box.x),
    Math.round(box.y + box.height / 2),
    Math.round(box.width),
    1,
  );
  const counts = new Map<string, number>();
  for (let i = 0; i < data.length; i += 4) {
    const colour = [...data.slice(i, i + 3)].join(',');
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  // What covers a few pixels only is an edge.
  return [...counts].filter(([, count]) => count > 5).map(([colour]) => colour);
}

/** One browser for all tests. The second try of a test gets a new one: what the first met may have been its browser's. */
function oneEngine<E extends Engine>(launch: (() => Promise<E>) | null, name: string): () => E {
  let engine: E | null = null;
  const end = async () => {
    const last = engine;
    engine = null;
    await last?.close();
  };
  beforeEach(async (context) => {
    if (launch === null) return skipHere(context, `${name} is not on this machine`);
    if ((context.task.result?.retryCount ?? 0) > 0) await end();
    engine ??= await launch();
  });
  afterAll(end);
  return () => {
    if (engine === null) throw new Error(`${name} does not run.`);
    return engine;
  };
}

describe('in Firefox', () => {
  const executable = findFirefox();
  const firefox = oneEngine(executable === null ? null : () => launchFirefox(executable), 'Firefox');
  specs(firefox);

  it('the size slider shows its track: what is behind the thumb, and what is before it', async () => {
    const browser = firefox();
    const { page } = browser;
    await deliver('alpha-1', 'A harbour in the rain');
    await page.go(inbox.galleryUrl);
    await poll(() => promptsOf(page)).toHaveLength(1);
    const selector = `input[aria-label="${texts.bar.cardSize}"]`;
    const png = await browser.screenshot();
    const colours = await page.evaluate(coloursAcross, { selector, png });
    expect(colours, 'the part behind the thumb, the thumb, and the part before it').toHaveLength(3);
  });
});

describe('in WebKit', () => {
  const places = findWebKit();
  specs(oneEngine(places === null ? null : () => launchWebKit(places), 'WebKitGTK'));
});
