import { expect, it } from 'vitest';
import { csvFile } from '../../src-main/common/csv.ts';

it('is read as UTF-8 also by Excel, with every line ended', () => {
  expect(
    csvFile([
      ['a', 'b'],
      ['Zürich 夜', 1.5],
      [null, 'x'],
    ]),
  ).toBe('\ufeffa,b\r\nZürich 夜,1.5\r\n,x\r\n');
});

it.each([
  '=1+1',
  '+1',
  '-1',
  '@SUM(1)',
  '  =1+1',
  '\u00a0=1',
  '\ufeff=1',
  '\u200b=1',
  '＝1+1',
  '＋1',
  '－1',
  '＠x',
  '|calc',
  '%0a=1',
])('runs nothing of what is written outside: %j', (text) => {
  expect(csvFile([[text]])).toBe(`\ufeff'${text}\r\n`);
});

it.each(['\t=1', '\r=1', '\n=1', '=HYPERLINK("x","y")'])('nor of what is quoted: %j', (text) => {
  expect(csvFile([[text]])).toMatch(/^\ufeff"?'/);
});

it('leaves plain words and numbers as they are', () => {
  expect(csvFile([['A heron at dawn', -3, 'a=b', 'one-two']])).toBe('\ufeffA heron at dawn,-3,a=b,one-two\r\n');
  expect(csvFile([['a,"b"\nc']])).toBe('\ufeff"a,""b""\nc"\r\n');
});
