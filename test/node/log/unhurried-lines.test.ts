import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { unhurriedLines, untilWritten } from '../../../src-main/node/log/unhurried-lines.ts';
import { waitUntil } from '../../support/wait-until.ts';

const missed = (lines: number): string => `missed ${lines}`;

it('holds so much for a reader who does not read, and tells later how many lines were left out', async () => {
  const reader = new PassThrough({ highWaterMark: 10 });
  const write = unhurriedLines(reader, { missed, mostWaiting: 100 });
  for (let n = 0; n < 50; n += 1) write(`line ${n} `.padEnd(20, '.'));
  expect(reader.writableLength).toBeLessThanOrEqual(100);
  let text = '';
  reader.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const lines = await waitUntil(() => (text.includes('missed') ? text.trimEnd().split('\n') : null), 'the count');
  const told = Number(lines.at(-1)?.split(' ')[1]);
  expect(lines.length - 1 + told).toBe(50);
  expect(lines.slice(0, -1).every((line, n) => line.startsWith(`line ${n} `))).toBe(true);
  write('and on');
  await waitUntil(() => text.endsWith('and on\n'), 'what comes then');
});

it('goes on where the reader has gone', () => {
  const reader = new PassThrough();
  reader.destroy();
  expect(() => unhurriedLines(reader, { missed })('a line')).not.toThrow();
});

it('waits in the end for what is still to be read, and not for ever', async () => {
  const reader = new PassThrough({ highWaterMark: 10 });
  const write = unhurriedLines(reader, { missed });
  for (let n = 0; n < 50; n += 1) write(`line ${n}`);
  await untilWritten([reader], 1);
  expect(reader.writableLength).toBeGreaterThan(0);
  const written = untilWritten([reader, new PassThrough()], 600_000);
  let text = '';
  reader.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  await written;
  expect(reader.writableLength).toBe(0);
  await waitUntil(() => text.endsWith('line 49\n'), 'the last line');
});
