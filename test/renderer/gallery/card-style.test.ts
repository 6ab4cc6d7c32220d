/** What styles cost a browser that scrolls, and whether cards are told what they ask for, as far as it is seen in their text. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { widthSteps } from '../../../src-renderer/gallery/grid-layout.ts';

const renderer = path.join(import.meta.dirname, '../../../src-renderer');
const cardCss = readFileSync(path.join(renderer, 'gallery/card.module.css'), 'utf8').replaceAll(
  /\/\*[\s\S]*?\*\//g,
  '',
);

it('a card looks as its attributes say: `:has()` and container queries are asked anew for each that comes into sight', () => {
  expect(cardCss).not.toMatch(/:has\(|@container|container-type/);
});

it('a card is told all widths that its style asks for, and no other', () => {
  const asked = new Set([...cardCss.matchAll(/data-under~='([^']*)'/g)].map(([, step]) => step));
  expect([...asked].sort()).toEqual(widthSteps(0, 16).split(' ').sort());
});

it('no style asks `:has()` for all that an element holds, which is asked for each element that comes anywhere', () => {
  const files = readdirSync(renderer, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.css'))
    .map((name) => path.join(renderer, name));
  const found = files.filter((file) => /:has\([^{]*\)\s*>?\s*\*/.test(readFileSync(file, 'utf8')));
  expect(files.length).toBeGreaterThan(20);
  expect(found).toEqual([]);
});
