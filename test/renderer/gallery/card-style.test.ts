/** What styles cost a browser that scrolls, as far as it is seen in their text. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const renderer = path.join(import.meta.dirname, '../../../src-renderer');

it('a card looks as its attributes say: `:has()` and container queries are asked anew for each that comes into sight', () => {
  const css = readFileSync(path.join(renderer, 'gallery/card.module.css'), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
  expect(css).not.toMatch(/:has\(|@container|container-type/);
});

it('no style asks `:has()` for all that an element holds, which is asked for each element that comes anywhere', () => {
  const files = readdirSync(renderer, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.css'))
    .map((name) => path.join(renderer, name));
  const found = files.filter((file) => /:has\([^{]*\)\s*>?\s*\*/.test(readFileSync(file, 'utf8')));
  expect(files.length).toBeGreaterThan(20);
  expect(found).toEqual([]);
});
