/** What `npm run dev` leaves to the core. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { corePaths } from '../../scripts/core-paths.mjs';

const pageDir = path.join(import.meta.dirname, '../../src-renderer');
const isCores = (url: string): boolean => new RegExp(corePaths).test(url);

it('is all that the page asks for', async () => {
  const files = ['client/http-client.ts', 'client/renderer-client.ts'];
  const texts = await Promise.all(files.map((file) => readFile(path.join(pageDir, file), 'utf8')));
  const asked = new Set([...texts.join().matchAll(/['`](\/[a-z-]+)(?=[/?'`])/g)].map(([, url = '']) => url));
  expect(asked.size).toBeGreaterThan(5);
  expect([...asked].filter((url) => !isCores(url))).toEqual([]);
});

it('is no module of the page', async () => {
  const names = await readdir(pageDir, { recursive: true });
  const modules = names
    .map((name) => `/${name.replaceAll(path.sep, '/')}`)
    .filter((name) => /\.(?:tsx?|css)$/.test(name));
  expect(modules.length).toBeGreaterThan(100);
  expect(modules.filter(isCores)).toEqual([]);
});
