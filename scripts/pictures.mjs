// `npm run pictures`: the pictures of the README, photographed from the built program with films that are made here.
// Needs ffmpeg in the path, and a Chromium as the tests do. Writes docs/pictures/*.webp; names as arguments: those only.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';
import { build, cliFile, isStale, repoDir } from './built.mjs';
import { getChromium } from './chromium.mjs';
import { film, scenes } from './picture-films.mjs';

const pictures = path.join(repoDir, 'docs/pictures');
const work = mkdtempSync(path.join(os.tmpdir(), 'video-inbox-pictures-'));
const limitMs = 120_000;
const wanted = new Set(process.argv.slice(2));

/** @type {Map<string, Buffer>} */
const films = new Map();
const server = createServer((request, response) => {
  const bytes = films.get(request.url ?? '');
  response.setHeader('content-type', 'video/mp4');
  response.setHeader('content-length', bytes?.length ?? 0);
  // One that stays on its way, and does not stall.
  if (request.url === '/half.mp4' && bytes !== undefined) {
    let at = Math.floor(bytes.length * 0.6);
    response.write(bytes.subarray(0, at));
    const trickle = setInterval(() => response.write(bytes.subarray(at, (at += 1))), 500);
    response.once('close', () => clearInterval(trickle));
  } else response.end(bytes);
});
await /** @type {Promise<void>} */ (new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve())));
const address = server.address();
const host = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;

// Before the program runs: nothing is served meanwhile.
for (const name of Object.keys(scenes)) films.set(`/${name}.mp4`, film(work, name));
for (const take of [0, 1, 2, 3]) films.set(`/meadow-${take}.mp4`, film(work, 'meadow', take));
films.set('/half.mp4', film(work, 'dunes'));
const served = (/** @type {string} */ name) => `http://${host}/${name}.mp4`;

if (isStale()) await build();
const executablePath = getChromium((line) => console.error(line));
const child = spawn(
  process.execPath,
  [
    cliFile,
    'serve',
    '--json',
    '--data-dir',
    path.join(work, 'library'),
    '--callback-port',
    '0',
    '--local-port',
    '0',
    '--tunnel',
    'none',
    '--allow-host',
    host,
  ],
  { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, TZ: 'Europe/Berlin' } },
);
const browser = await chromium.launch({
  executablePath,
  chromiumSandbox: process.getuid?.() !== 0,
  args: ['--disable-gpu', '--autoplay-policy=no-user-gesture-required', '--force-color-profile=srgb'],
});

try {
  await photographAll(await readyLine());
} finally {
  await browser.close();
  const ended = new Promise((resolve) => child.once('exit', resolve));
  if (child.kill()) await ended;
  server.closeAllConnections();
  server.close();
  rmSync(work, { recursive: true, force: true, maxRetries: 3 });
}

/** @param {string} text */
function parseLine(text) {
  /** @type {unknown} */
  const line = JSON.parse(text);
  return /** @type {{ event: string, galleryUrl: string, callbackUrl: string }} */ (line);
}

/** @returns {Promise<{ galleryUrl: string, callbackUrl: string }>} */
function readyLine() {
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('The program ended before it was ready.')));
    createInterface({ input: /** @type {import('node:stream').Readable} */ (child.stdout) }).on('line', (line) => {
      const message = parseLine(line);
      if (message.event === 'ready') resolve(message);
    });
  });
}

/** @param {{ galleryUrl: string, callbackUrl: string }} ready */
async function photographAll({ galleryUrl, callbackUrl }) {
  const { origin, searchParams } = new URL(galleryUrl);
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${searchParams.get('key')}` };
  /** @template T @param {string} name @param {...unknown} args @returns {Promise<T>} what the contract says that it is */
  const call = async (name, ...args) => {
    const answer = await fetch(`${origin}/call/${name}`, { method: 'POST', headers, body: JSON.stringify(args) });
    const { ok, value, error } = /** @type {{ ok: boolean, value: unknown, error: { message: string } }} */ (
      await answer.json()
    );
    if (!ok) throw new Error(`${name}: ${error.message}`);
    return /** @type {T} */ (value);
  };
  const post = (/** @type {unknown} */ body) =>
    fetch(callbackUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const luma = (
    /** @type {string} */ taskId,
    /** @type {string} */ prompt,
    /** @type {string} */ url,
    videoUrl = 'https://films.example/lighthouse.mp4',
  ) =>
    post({
      code: 200,
      msg: 'Modify record generated successfully.',
      data: {
        taskId,
        promptJson: JSON.stringify({ prompt, videoUrl }),
        resultUrls: [url],
      },
    });
  const replicate = (
    /** @type {string} */ id,
    /** @type {string} */ prompt,
    /** @type {string} */ url,
    model = 'kling/kling-v2.1',
  ) =>
    post({
      id,
      status: 'succeeded',
      model,
      input: { prompt },
      output: url,
      urls: { get: `https://api.replicate.com/v1/predictions/${id}` },
    });

  const page = await (
    await browser.newContext({
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
      viewport: { width: 1280, height: 800 },
      reducedMotion: 'reduce',
    })
  ).newPage();
  page.setDefaultTimeout(limitMs);
  await page.goto(galleryUrl);
  // The callback URL comes a moment after the page.
  await page.locator('pre').filter({ hasText: '/c/' }).waitFor();
  await page.getByText('Only this computer').first().waitFor();
  await picture('start');

  await luma('7c1e90aa31', 'A harbour at dusk, rain on the lens, slow dolly', served('harbour'));
  await replicate('q8r2m0f5k1', 'Dunes after a storm, wind over the crest', served('dunes'));
  await replicate('w4t7p9z2c6', 'Fog between fir trees, first light', served('forest'), 'minimax/hailuo-02');
  await luma('a93f0c1d22', 'The city at night, neon, from above', served('city'));
  await replicate('n5b8v1x3j7', 'Snow on a ridge, drone shot at noon', served('snow'));
  await luma('55d1e7b0f4', 'A volcano asleep, embers in the dark', served('volcano'));
  await replicate('h2k6s4d9l0', 'A reef in turquoise water, light from above', served('reef'), 'google/veo-3');
  for (const take of [0, 1, 2, 3])
    await luma(
      `e0b41${take}7c9d`,
      'A meadow in the wind, the lighthouse far off',
      served(`meadow-${take}`),
      served('snow'),
    );
  await saved(11);
  await post({
    code: 501,
    msg: 'The prompt was stopped by moderation.',
    data: { taskId: 'c07f3e91', promptJson: JSON.stringify({ prompt: 'A crowd in the square, close-up' }) },
  });
  await post({
    id: 'm1y5g8u3e2',
    status: 'processing',
    model: 'kling/kling-v2.1',
    input: { prompt: 'A paper boat in a gutter, macro' },
    urls: { get: 'https://api.replicate.com/v1/predictions/m1y5g8u3e2' },
  });
  await luma('b61d77aa09', 'A train through the desert, heat over the rails', served('half'));

  /** @type {{ key: string, prompt: string | null }[]} */
  const tasks = await call('tasks:list', { state: null, limit: 50 });
  const keyOf = (/** @type {string} */ word) => tasks.find(({ prompt }) => prompt?.includes(word))?.key ?? '';
  await call('tasks:tag', [keyOf('harbour'), keyOf('city')], { add: ['pitch'] });
  await call('tasks:mark', [keyOf('harbour')], { starred: true, rating: 5 });
  await call('tasks:mark', [keyOf('Dunes')], { rating: 4 });
  await call('tasks:setProject', [keyOf('harbour'), keyOf('Dunes'), keyOf('volcano')], 'Night film');

  await page.goto(`${origin}/#/library`);
  await settled();
  await picture('gallery');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture('gallery-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 640, height: 900 });
  await picture('gallery-640');
  await page.setViewportSize({ width: 1280, height: 800 });

  await page.goto(`${origin}/#/library?q=${encodeURIComponent('light -volcano seconds:<5')}`);
  await settled();
  await picture('search');

  await page.goto(`${origin}/#/task/${encodeURIComponent(keyOf('harbour'))}`);
  await drawn(1);
  await picture('player');

  const takes = tasks.filter(({ prompt }) => prompt?.includes('meadow')).map(({ key }) => encodeURIComponent(key));
  const [firstTake = ''] = takes;
  await waitFor(async () => {
    /** @type {{ sources?: unknown[] } | null} */
    const task = await call('tasks:get', decodeURIComponent(firstTake));
    return task?.sources?.length === 1;
  }, 'the source');
  await page.goto(`${origin}/#/compare/${firstTake}`);
  await drawn(2);
  await page.locator('[data-exact]').waitFor();
  await picture('compare');

  await call('tasks:mark', takes.slice(0, 1).map(decodeURIComponent), { pick: 'picked', rating: 4 });
  await call('tasks:mark', takes.slice(2, 3).map(decodeURIComponent), { pick: 'rejected' });
  await page.goto(`${origin}/#/cull/${firstTake}`);
  await settled();
  await picture('cull');

  await page.goto(`${origin}/#/settings`);
  await page.getByRole('heading', { name: 'Settings' }).first().waitFor();
  await picture('settings');

  /** @param {number} count */
  async function saved(count) {
    await waitFor(async () => {
      /** @type {{ videos: { saved: number } }} */
      const { videos } = await call('app:status');
      return videos.saved === count;
    }, `${count} saved videos`);
  }

  /** Nothing moves, every picture is drawn, and no poster is still to be made. */
  async function settled() {
    await waitFor(async () => {
      /** @type {{ wishes: unknown[] }} */
      const { wishes } = await call('previews:wanted', null);
      return wishes.length === 0;
    }, 'the posters');
    await waitFor(
      () =>
        page.locator('img').evaluateAll((/** @type {unknown[]} */ all) =>
          all.every((one) => {
            const image = /** @type {{ complete: boolean, naturalWidth: number }} */ (one);
            return image.complete && image.naturalWidth > 0;
          }),
        ),
      'the pictures',
    );
  }

  /** So many films show a frame. @param {number} count */
  async function drawn(count) {
    await waitFor(async () => {
      const states = await page
        .locator('video')
        .evaluateAll((/** @type {unknown[]} */ all) =>
          all.map((one) => /** @type {{ readyState: number }} */ (one).readyState),
        );
      return states.filter((state) => state >= 2).length >= count;
    }, 'the films');
  }

  /** @param {string} name */
  async function picture(name) {
    if (wanted.size > 0 && !wanted.has(name)) return;
    await page.evaluate('document.fonts.ready.then(() => null)');
    mkdirSync(pictures, { recursive: true });
    const png = path.join(work, `${name}.png`);
    await page.screenshot({ path: png, animations: 'disabled', caret: 'hide' });
    const webp = path.join(pictures, `${name}.webp`);
    execFileSync('ffmpeg', [
      '-v',
      'error',
      '-y',
      '-i',
      png,
      '-c:v',
      'libwebp',
      '-quality',
      '80',
      '-compression_level',
      '6',
      webp,
    ]);
    console.log(path.relative(repoDir, webp));
  }
}

/** @param {() => Promise<boolean>} isSo @param {string} what */
async function waitFor(isSo, what) {
  for (const end = Date.now() + limitMs; Date.now() < end;) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Waited in vain for ${what}.`);
}
