/** What styles cost a browser that scrolls, whether cards are told what they ask for, and edges, as far as it is seen in their text. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { widthSteps } from '../../../src-renderer/gallery/grid-layout.ts';

const renderer = path.join(import.meta.dirname, '../../../src-renderer');
const styleFiles = readdirSync(renderer, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.css'))
  .map((name) => path.join(renderer, name));
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

it('what floats has an edge where the system drops its shadow: a transparent outline, which forced colours draw', () => {
  const rules = styleFiles.flatMap((file) => readFileSync(file, 'utf8').match(/[^{}]+\{[^{}]*\}/g) ?? []);
  const floating = rules.filter((rule) => /box-shadow: (?:var\(--float\)|0 \d+px \d\dpx)/.test(rule));
  expect(floating.length).toBeGreaterThan(5);
  const outlines = (rule: string) => rule.match(/outline: [^;]*/g);
  expect(floating.filter((rule) => outlines(rule)?.at(-1) !== 'outline: 1px solid transparent')).toEqual([]);
});

it('no style asks `:has()` for all that an element holds, which is asked for each element that comes anywhere', () => {
  const found = styleFiles.filter((file) => /:has\([^{]*\)\s*>?\s*\*/.test(readFileSync(file, 'utf8')));
  expect(styleFiles.length).toBeGreaterThan(20);
  expect(found).toEqual([]);
});
