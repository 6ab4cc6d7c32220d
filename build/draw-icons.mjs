// Draws all icon files from the SVGs beside this script, with an installed Chromium: `node build/draw-icons.mjs`.
// The results are committed, so that nobody needs this to build; electron-builder makes .ico and .icns of them.
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { chromium } from 'playwright-core';

const here = import.meta.dirname;
const shell = path.join(here, '../src-main/electron/icons');

/** @type {readonly [svg: string, pixels: number, file: string][]} */
const drawings = [
  ['icon.svg', 1024, path.join(here, 'icon.png')],
  ...[16, 24, 32, 48, 64, 128, 256, 512].map(
    (size) =>
      /** @type {[string, number, string]} */ (['icon.svg', size, path.join(here, `icons/${size}x${size}.png`)]),
  ),
  ['tray.svg', 16, path.join(shell, 'tray.png')],
  ['tray.svg', 32, path.join(shell, 'tray@2x.png')],
  ['tray-template.svg', 18, path.join(shell, 'tray-template.png')],
  ['tray-template.svg', 36, path.join(shell, 'tray-template@2x.png')],
  ['badge.svg', 16, path.join(shell, 'badge.png')],
  ['icon.svg', 128, path.join(shell, 'video.png')],
];

const browser = await chromium.launch({
  executablePath: process.env['VIDEO_INBOX_CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--force-color-profile=srgb'],
});
const page = await browser.newPage();
for (const [svg, pixels, file] of drawings) {
  const source = (await readFile(path.join(here, svg), 'utf8')).replace(
    '<svg ',
    `<svg width="${pixels}" height="${pixels}" `,
  );
  await mkdir(path.dirname(file), { recursive: true });
  await page.setViewportSize({ width: pixels, height: pixels });
  await page.setContent(`<style>body{margin:0}svg{display:block}</style>${source}`);
  await page.screenshot({ path: file, omitBackground: true, clip: { x: 0, y: 0, width: pixels, height: pixels } });
}
await browser.close();
