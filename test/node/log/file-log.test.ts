import fs from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createFileLog } from '../../../src-main/node/log/file-log.ts';
import { openRotatedFile } from '../../../src-main/node/log/rotated-file.ts';
import { skipHere } from '../../support/skip-here.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { waitUntil } from '../../support/wait-until.ts';

const read = (file: string): string => (fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '');

it('gathers lines and writes them in order, off the main thread', async () => {
  const dir = await tempDir();
  const file = path.join(dir, 'video-inbox.log');
  const log = createFileLog({ dir, level: 'info', terminal: null, redact: (text) => text.replaceAll('secret', '***') });
  const atOnce = vi.spyOn(fs, 'writeSync');
  onTestFinished(() => atOnce.mockRestore());
  for (let n = 0; n < 200; n += 1) log.info({ n }, 'a secret line');
  expect(read(file)).toBe(''); // nobody waited for it
  await waitUntil(() => read(file).split('\n').length === 201, 'the lines');
  expect(atOnce).not.toHaveBeenCalled();
  const lines = read(file)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { n: number; msg: string });
  expect(lines.map(({ n }) => n)).toEqual(Array.from({ length: 200 }, (_, n) => n));
  expect(lines[0]?.msg).toBe('a *** line');
  log.close();
});

it('has an error in the file at once, with all that came before it, and the rest when it is closed', async () => {
  const dir = await tempDir();
  const file = path.join(dir, 'video-inbox.log');
  const log = createFileLog({ dir, level: 'info', terminal: null, redact: (text) => text });
  log.info({}, 'before');
  log.error({ error: new TypeError('a bug of ours') }, 'it broke');
  expect(read(file)).toMatch(/before.*\n.*a bug of ours/);
  log.info({}, 'after');
  log.close();
  expect(read(file)).toMatch(/after/);
});

it('puts the file aside when it is large, and keeps the last ones', async () => {
  const dir = await tempDir();
  const file = openRotatedFile(path.join(dir, 'a.log'));
  const name = async (): Promise<string[]> => (await readdir(dir)).sort();
  const sizeOf = (each: string): number => fs.statSync(path.join(dir, each)).size;
  const large = `${'x'.repeat(900 * 1024)}\n`;
  for (let n = 0; n < 40; n += 1) {
    const before = sizeOf('a.log');
    file.write(large);
    await waitUntil(() => sizeOf('a.log') !== before, 'the write');
  }
  file.close();
  expect(await name()).toEqual(['a.log', 'a.log.1', 'a.log.2', 'a.log.3', 'a.log.4']);
  expect((await readFile(path.join(dir, 'a.log'), 'utf8')).length % large.length).toBe(0);
});

it('goes on in a new file where a person has cleared it away, and its folder, but makes nothing above that', async () => {
  const dir = path.join(await tempDir(), 'data', 'logs');
  fs.mkdirSync(dir, { recursive: true });
  const name = path.join(dir, 'a.log');
  const file = openRotatedFile(name);
  file.write('one\n', true);
  fs.rmSync(name);
  file.write('two\n', true);
  expect(read(name)).toBe('two\n');
  fs.rmSync(dir, { recursive: true });
  file.write('three\n', true);
  expect(read(name)).toBe('three\n');
  fs.rmSync(path.dirname(dir), { recursive: true });
  file.write('four\n', true);
  expect(fs.existsSync(path.dirname(dir))).toBe(false);
  file.close();
});

it('outlives a file that its disk tells nothing of any more', async (context) => {
  if (process.platform !== 'linux') skipHere(context, 'only Linux names the files that a process has open');
  const name = path.join(await tempDir(), 'a.log');
  const file = openRotatedFile(name);
  const places = fs.readdirSync('/proc/self/fd').map((fd) => path.join('/proc/self/fd', fd));
  const place = places.find((each) => fs.existsSync(each) && fs.readlinkSync(each) === name);
  fs.closeSync(Number(path.basename(place ?? '')));
  file.write('one\n');
  await waitUntil(() => read(name) === 'one\n', 'the line');
  file.close();
});

it('says at a terminal once what happens a thousand times, and again when it is news again', async () => {
  const dir = await tempDir();
  const said: string[] = [];
  const now = vi.spyOn(performance, 'now').mockReturnValue(0);
  onTestFinished(() => now.mockRestore());
  const terminal = (line: string) => void said.push(line);
  const log = createFileLog({ dir, level: 'info', terminal, redact: (text) => text });
  for (let n = 0; n < 1234; n += 1) log.warn({ n }, 'a film was given up');
  log.error({}, 'the disk is full');
  log.info({}, 'all is well');
  const where = path.join(dir, 'video-inbox.log');
  expect(said).toEqual([
    'Note: a film was given up',
    ...[10, 100, 1000].map((n) => `Note: a film was given up (${n} times by now; each is in ${where})`),
    'Error: the disk is full',
  ]);
  now.mockReturnValue(61_000);
  log.warn({}, 'a film was given up');
  expect(said.at(-1)).toBe('Note: a film was given up');
  log.warn({ key: 'kie-luma:5d2f', host: 'cdn.example.test' }, 'a link is dead');
  expect(said.at(-1)).toBe('Note: a link is dead (kie-luma:5d2f)');
  now.mockReturnValue(200_000);
  log.warn({ key: 'unknown:\u001b[2J' }, 'a link is dead');
  expect(said.at(-1)).toBe('Note: a link is dead');
  log.close();
  expect(read(where).match(/a film was given up/g)).toHaveLength(1235);
});
