/** How the page feels with a large library: a real Chromium on the built program, one number per promise. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium } from '../../scripts/chromium.mjs';
import { parseJson } from './processes.mjs';
import { figure } from './report.mjs';
import { syntheticCallback } from './synthetic.mjs';

/**
 * @typedef {import('./report.mjs').Goal} Goal
 * @typedef {(name: string, ...args: unknown[]) => Promise<unknown>} Call
 * @typedef {{ processes: ReturnType<typeof import('./processes.mjs').createProcesses>, libraryDir: string, libraryTasks: number, say: (line: string) => void }} GalleryOptions
 */

const query = { view: 'library', text: '', state: 'all', provider: null, order: 'newest', timeZone: 'UTC', offset: 0 };
const searches = [
  'heron',
  'neon',
  'woodcut -rain',
  'tram dawn',
  'seconds:>4',
  'harbur',
  '"slow motion"',
  'pines above',
];
const waitMs = 60_000;
/** The smallest picture that a browser draws. */
const tinyJpeg =
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=';

/** Runs in the page before anything of it; as text, since here there is no page. */
const watchPage = `
  globalThis.benchSeen = { firstCardMs: NaN, longestMs: 0 };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) benchSeen.longestMs = Math.max(benchSeen.longestMs, duration);
  }).observe({ type: 'longtask', buffered: true });
  const look = () => {
    if (document.querySelector('article') === null) requestAnimationFrame(look);
    else benchSeen.firstCardMs = performance.now();
  };
  requestAnimationFrame(look);
  globalThis.benchScroller = () => document.querySelector('[role="grid"]').parentElement;
  // Until nothing in sight is a placeholder, in milliseconds.
  globalThis.benchJump = async (part) => {
    const scroller = benchScroller();
    const startMs = performance.now();
    scroller.scrollTop = part * (scroller.scrollHeight - scroller.clientHeight);
    for (;;) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const box = scroller.getBoundingClientRect();
      const inSight = [...scroller.querySelectorAll('[data-task]')].filter((cell) => {
        const { top, bottom } = cell.getBoundingClientRect();
        return bottom > box.top && top < box.bottom;
      });
      const isHere = inSight.length > 0 && inSight.every((cell) => cell.querySelector('article') !== null);
      if (isHere || performance.now() - startMs > 10_000) return performance.now() - startMs;
    }
  };
`;

/** Files for the posters that `writeLibrary` names. @param {string} dataDir @param {readonly string[]} names */
export async function writePosters(dataDir, names) {
  const bytes = Buffer.from(tinyJpeg, 'base64');
  await mkdir(path.join(dataDir, 'posters'), { recursive: true });
  for (const name of names) await writeFile(path.join(dataDir, name), bytes);
}

/** @param {GalleryOptions} options @returns {Promise<readonly Goal[]>} */
export async function measureGallery({ processes, libraryDir, libraryTasks, say }) {
  /** @type {Goal[]} */
  const goals = [];
  /** @param {string} goal @param {number} measured @param {number} limit @param {string} unit */
  const tell = (goal, measured, limit, unit) => {
    goals.push({
      goal,
      measured: `${figure(measured)} ${unit}`,
      met: Number.isNaN(measured) ? null : measured < limit,
    });
    say(`${goal}: ${figure(measured)} ${unit}`);
  };
  const inbox = await processes.startInbox(libraryDir);
  const { localPort, localKey } = /** @type {{ localPort: number, localKey: string }} */ (
    parseJson(await readFile(path.join(libraryDir, 'instance.json'), 'utf8'))
  );
  const origin = `http://127.0.0.1:${localPort}`;
  /** @param {string} name @param {unknown[]} args */
  const ask = async (name, ...args) => {
    const response = await fetch(`${origin}/call/${name}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${localKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(args),
    });
    return response.text();
  };
  /** @type {Call} */
  const call = async (name, ...args) => /** @type {{ value: unknown }} */ (parseJson(await ask(name, ...args))).value;
  const timed = async (/** @type {() => Promise<unknown>} */ work) => {
    const startMs = performance.now();
    await work();
    return performance.now() - startMs;
  };

  tell(
    'first search < 150 ms',
    await timed(() => call('tasks:query', { ...query, text: 'lamp', limit: 60 })),
    150,
    'ms',
  );
  /** @type {number[]} */
  const searchMs = [];
  for (let i = 0; i < 40; i += 1) {
    const text = `${searches[i % searches.length] ?? ''} ${i % 3 === 0 ? '' : String(i)}`;
    searchMs.push(await timed(() => call('tasks:query', { ...query, text, limit: 60 })));
  }
  tell('search, p95 < 50 ms', percentile(searchMs, 0.95), 50, 'ms');
  const page100 = await ask('tasks:rows', { ...query, limit: 100 });
  const { rows } = /** @type {{ value: { rows: unknown[] } }} */ (parseJson(page100)).value;
  tell('a row of the list < 600 bytes', Buffer.byteLength(JSON.stringify(rows)) / rows.length, 600, 'bytes');

  const executablePath = findChromium();
  if (executablePath === null) throw new Error('No Chromium was found; "npm test" gets one.');
  const asRoot = process.getuid?.() === 0;
  const browser = await chromium.launch({ executablePath, chromiumSandbox: !asRoot, args: ['--disable-gpu'] });
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US' });
    const page = await context.newPage();
    await page.addInitScript({ content: watchPage });
    await page.goto(`${origin}/?key=${localKey}`);
    await page.locator('article').first().waitFor({ timeout: waitMs });
    const seen = async () =>
      /** @type {{ firstCardMs: number, longestMs: number }} */ (await page.evaluate('benchSeen'));
    tell('first card, cold < 1,000 ms', (await seen()).firstCardMs, 1000, 'ms');
    await page.waitForTimeout(3000); // what is made ready after the first screen is not what is measured next

    const longestSince = async (/** @type {() => Promise<unknown>} */ work) => {
      await page.evaluate('benchSeen.longestMs = 0');
      await work();
      await page.waitForTimeout(300); // observers hear of the last task after it
      return (await seen()).longestMs;
    };
    await page.mouse.move(700, 500);
    tell(
      'longest task while flinging < 100 ms',
      await longestSince(async () => {
        for (let i = 0; i < 120; i += 1) await page.mouse.wheel(0, i % 40 < 30 ? 2500 : -1800);
      }),
      100,
      'ms',
    );
    await page.evaluate('benchScroller().scrollTo(0, 0)');
    await page.waitForTimeout(1000);
    tell(
      'longest task from a live callback < 50 ms',
      await longestSince(async () => {
        for (let i = 0; i < 20; i += 1) {
          const body = JSON.stringify(syntheticCallback(libraryTasks + 10 + i, '127.0.0.1:9'));
          await fetch(inbox.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
          await page.waitForTimeout(100);
        }
      }),
      50,
      'ms',
    );
    /** @type {number[]} */
    const jumpMs = [];
    for (let i = 0; i < 25; i += 1) {
      const part = ((i * 37) % 97) / 97;
      jumpMs.push(/** @type {number} */ (await page.evaluate(`benchJump(${part})`)));
    }
    tell('jump to its cards, p95 < 250 ms', percentile(jumpMs, 0.95), 250, 'ms');
    await page.evaluate('benchScroller().scrollTo(0, 0)');
    await page.waitForTimeout(1000);

    const session = await context.newCDPSession(page);
    await session.send('HeapProfiler.collectGarbage');
    await session.send('Performance.enable');
    const { metrics } = await session.send('Performance.getMetrics');
    const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? NaN;
    tell('heap of the page < 60 MB', heap / 1e6, 60, 'MB');

    await page.locator('article a').first().focus();
    await page.keyboard.press('Control+a');
    await page.getByRole('button', { name: 'Tag…', exact: true }).click();
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('bench');
    // What the page says when it is done: asking for the counts over and over would be most of the work.
    const taggingMs = await timed(async () => {
      await page.keyboard.press('Enter');
      await page
        .getByText(/tasks tagged bench/)
        .first()
        .waitFor({ timeout: 2 * waitMs });
    });
    tell('all selected and tagged < 2,000 ms', taggingMs, 2000, 'ms');
  } finally {
    await browser.close();
    await inbox.stop();
  }
  return goals;
}

/** @param {number[]} values @param {number} share */
function percentile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
