import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSyncedJsonAdapter } from '../../../src-main/node/storage/synced-json-adapter.ts';
import { createUrlMemory, describeDrift, urlRecordFormat } from '../../../src-main/node/tunnel/drift.ts';
import type { UrlMemory, UrlRecord } from '../../../src-main/node/tunnel/drift.ts';

let folder: string;
let file: string;
let now: Date;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'video-inbox-drift-'));
  file = path.join(folder, 'public-url.json');
  now = new Date('2026-11-01T10:00:00Z');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function open(): Promise<UrlMemory> {
  const memory = createUrlMemory({ store: createSyncedJsonAdapter(file, urlRecordFormat), date: () => now });
  await memory.load();
  return memory;
}

test('the first address is no change', async () => {
  const memory = await open();
  expect(await memory.note('https://a.example')).toBeNull();
  expect(memory.drift()).toBeNull();
});

test('a change is noticed over restarts, with its time, until it is dismissed', async () => {
  await (await open()).note('https://a.example');
  now = new Date('2026-11-02T11:00:00Z');
  const second = await open();
  const drift = { from: 'https://a.example', to: 'https://b.example', since: '2026-11-02T11:00:00.000Z' };
  expect(await second.note('https://b.example')).toEqual(drift);
  const third = await open();
  expect(await third.note('https://b.example')).toBeNull();
  expect(third.drift()).toEqual(drift);
  await third.dismiss();
  expect(third.drift()).toBeNull();
  expect((await open()).drift()).toBeNull();
});

test('changes in quick succession end with the last one on disk', async () => {
  const memory = await open();
  await Promise.all(['a', 'b', 'c', 'd'].map((name) => memory.note(`https://${name}.example`)));
  const { publicUrl, earlier } = JSON.parse(await readFile(file, 'utf8')) as UrlRecord;
  expect(publicUrl).toBe('https://d.example');
  expect(earlier.map(({ publicUrl }) => publicUrl)).toEqual([
    'https://c.example',
    'https://b.example',
    'https://a.example',
  ]);
});

test('does not grow for ever', async () => {
  const memory = await open();
  for (let n = 0; n < 50; n += 1) await memory.note(`https://${n}.example`);
  const { earlier } = JSON.parse(await readFile(file, 'utf8')) as UrlRecord;
  expect(earlier).toHaveLength(20);
});

test('a damaged file is told, and counts as none', async () => {
  await writeFile(file, '{"version":1}');
  const memory = createUrlMemory({ store: createSyncedJsonAdapter(file, urlRecordFormat), date: () => now });
  await expect(memory.load()).rejects.toThrow('damaged');
  expect(await memory.note('https://a.example')).toBeNull();
  expect(await (await open()).note('https://b.example')).toMatchObject({ from: 'https://a.example' });
});

test('is told in one sentence', () => {
  const drift = { from: 'https://a.example', to: 'https://b.example', since: '2026-11-02T11:00:00.000Z' };
  const sentence = describeDrift(drift, (iso) => iso.slice(0, 10));
  expect(sentence).toContain('2026-11-02');
  expect(sentence).toContain('https://a.example');
  expect(sentence.match(/\.(\s|$)/g)).toHaveLength(1);
});
