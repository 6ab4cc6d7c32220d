import { expect, it } from 'vitest';
import { createProgressLine } from '../../src-main/headless/progress-line.ts';

function screen(columns: number) {
  const written: string[] = [];
  let now = 0;
  const line = createProgressLine({ columns, write: (text) => void written.push(text) }, () => now);
  return { line, written, pass: (ms: number) => (now += ms) };
}
const begin = '\r\u001b[2K';

it('draws a bar in place of the one before, now and then and at the end', () => {
  const { line, written, pass } = screen(80);
  line.show('Checking', 0, 4);
  line.show('Checking', 1, 4);
  pass(150);
  line.show('Checking', 2, 4);
  line.show('Checking', 4, 4);
  line.clear();
  line.clear();
  expect(written).toEqual([
    `${begin}Checking [........................] 0 / 4`,
    `${begin}Checking [############............] 2 / 4`,
    `${begin}Checking [########################] 4 / 4`,
    begin,
  ]);
});

it('counts where nobody knows how much there is, and never wraps', () => {
  const { line, written, pass } = screen(20);
  line.show('Reading events:', 12_345, null);
  pass(150);
  line.show('Reading events:', 0, 0);
  expect(written).toEqual([`${begin}Reading events: 12,`, `${begin}Reading events: [##`]);
});
