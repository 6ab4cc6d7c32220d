/** The folder of a log is removed, renamed or replaced while the log is open. */
import { cp, mkdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { EventLog } from '../../../src-main/node/event-log/event-log.ts';
import { openLogFolder } from '../../../src-main/node/event-log/log-folder.ts';
import { openNdjsonLog } from '../../../src-main/node/event-log/ndjson-log.ts';
import { readNdjsonLog } from '../../../src-main/node/event-log/ndjson-reader.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { delivery } from '../../support/deliveries.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { waitUntil } from '../../support/wait-until.ts';

interface Opened {
  readonly data: string;
  readonly dir: string;
  readonly segment: string;
  readonly log: EventLog;
}

/** With two events that were answered for. */
async function opened(lookEveryMs = 60_000, segmentBytes = 1_000_000): Promise<Opened> {
  const data = path.join(await tempDir(), 'data');
  await mkdir(data);
  const dir = path.join(data, 'journal');
  const log = await openNdjsonLog({ dir, log: silentLog, now: () => new Date(), lookEveryMs, segmentBytes });
  onTestFinished(() => log.close());
  await log.append([delivery('a'), delivery('b')]);
  return { data, dir, segment: path.join(dir, '000001.ndjson'), log };
}

const refused = { code: 'storage-failed', message: expect.stringMatching(/nothing was stored/) as string };

async function stored(dir: string): Promise<Record<string, number>> {
  const seqs: Record<string, number> = {};
  const { damaged } = await readNdjsonLog(dir, null, ({ seq, ...event }) => {
    if (event.type === 'result') seqs[event.read.taskId] = seq;
  });
  expect(damaged).toEqual([]);
  return seqs;
}

it.each([
  ['the data folder', ({ data }: Opened) => [data, `${data}.old`] as const],
  ['the journal folder', ({ dir }: Opened) => [dir, `${dir}.old`] as const],
])('refuses while %s is renamed, says so, and goes on in it when it is back', async (_name, paths) => {
  const all = await opened();
  const [from, to] = paths(all);
  await rename(from, to);
  await expect(all.log.append([delivery('lost')])).rejects.toMatchObject(refused);
  expect(all.log.health()).toMatchObject({ state: 'gone', code: 'folder-moved', params: { folder: all.dir } });
  await expect(all.log.append([delivery('lost')])).rejects.toMatchObject(refused);
  await rename(to, from);
  await all.log.append([delivery('c')]);
  expect(all.log.health().state).toBe('ok');
  expect(await stored(all.dir)).toEqual({ a: 1, b: 2, c: 3 });
});

it('goes on by itself once the folder is back, also where nothing is written meanwhile', async () => {
  const { log, data } = await opened(10);
  await rename(data, `${data}.old`);
  await waitUntil(() => log.health().code === 'folder-moved', 'the loss to be noticed');
  await rename(`${data}.old`, data);
  await waitUntil(() => log.health().state === 'ok', 'the folder to be found again');
});

it('refuses while the data folder is removed, and keeps what it answered for when it is made again', async () => {
  const { log, data, dir } = await opened();
  await rm(data, { recursive: true });
  await expect(log.append([delivery('lost')])).rejects.toMatchObject(refused);
  await expect(log.append([delivery('lost')])).rejects.toMatchObject(refused);
  expect(log.health()).toMatchObject({ state: 'gone', code: 'folder-missing' });
  await mkdir(data);
  await log.append([delivery('c'), delivery('d')]);
  expect(await stored(dir)).toEqual({ a: 1, b: 2, c: 3, d: 4 });
  expect(log.health().state).toBe('ok');
});

it('refuses once where the journal folder is removed, then makes it again with what it still holds', async () => {
  const { log, dir } = await opened();
  await rm(dir, { recursive: true });
  await expect(log.append([delivery('lost')])).rejects.toMatchObject(refused);
  await log.append([delivery('c')]);
  expect(await stored(dir)).toEqual({ a: 1, b: 2, c: 3 });
});

it('refuses once where the open segment is removed, then brings it back and goes on in a new one', async () => {
  const { log, dir, segment } = await opened();
  await rm(segment);
  await expect(log.append([delivery('lost')])).rejects.toMatchObject(refused);
  await log.append([delivery('c')]);
  expect(await stored(dir)).toEqual({ a: 1, b: 2, c: 3 });
  const again = await openNdjsonLog({ dir, log: silentLog, now: () => new Date() });
  expect((await again.append([delivery('d')]))[0]?.seq).toBe(4);
  await again.close();
});

it('leaves another file alone that has the place of the open segment', async () => {
  const { log, dir, segment } = await opened();
  await rename(segment, `${segment}.mine`);
  await writeFile(segment, 'not ours\n');
  await expect(log.append([delivery('lost')])).rejects.toMatchObject(refused);
  await log.append([delivery('c')]);
  expect(await readFile(segment, 'utf8')).toBe('not ours\n');
  expect(await readFile(`${segment}.mine`, 'utf8')).not.toContain('lost');
  expect(await readFile(path.join(dir, '000002.ndjson'), 'utf8')).toContain('"taskId":"c"');
});

it('does not write into a copy that has the place of the folder, while the folder is only moved', async () => {
  const { log, dir } = await opened();
  await rename(dir, `${dir}.old`);
  await cp(`${dir}.old`, dir, { recursive: true });
  await expect(log.append([delivery('lost')])).rejects.toMatchObject(refused);
  await expect(log.append([delivery('lost')])).rejects.toMatchObject(refused);
  expect(log.health()).toMatchObject({ state: 'gone', code: 'folder-moved' });
  expect(await stored(dir)).toEqual({ a: 1, b: 2 });
});

it('takes an older copy in its place for another writer, until the folder is back', async () => {
  const { log, dir } = await opened();
  await log.close();
  await cp(dir, `${dir}.backup`, { recursive: true });
  const again = await openNdjsonLog({ dir, log: silentLog, now: () => new Date() });
  onTestFinished(() => again.close());
  await again.append([delivery('c')]);
  await rename(dir, `${dir}.old`);
  await rename(`${dir}.backup`, dir);
  await expect(again.append([delivery('lost')])).rejects.toMatchObject(refused);
  expect(again.health()).toMatchObject({ state: 'gone', code: 'other-writer' });
  await rename(dir, `${dir}.backup`);
  await rename(`${dir}.old`, dir);
  await again.append([delivery('d')]);
  const kept = await stored(dir);
  expect([kept['a'], kept['b'], kept['c']]).toEqual([1, 2, 3]);
  expect(kept['d']).toBeGreaterThan(3);
});

it.each(['all of it', 'its end'])(
  'goes on behind a segment of which %s was cut in place, and says so',
  async (what) => {
    const { log, dir, segment } = await opened();
    const { size } = await stat(segment);
    await log.append([delivery('c')]);
    await truncate(segment, what === 'its end' ? size : 0);
    expect((await log.append([delivery('d')]))[0]?.seq).toBe(4);
    expect(await stored(dir)).toEqual(what === 'its end' ? { a: 1, b: 2, d: 4 } : { d: 4 });
    expect(log.health()).toEqual({ state: 'ok', code: 'journal-cut', params: { folder: dir } });
    await log.append([delivery('e')]);
    expect(log.health()).toMatchObject({ state: 'ok', code: 'journal-cut' });
  },
);

it('says so by itself where any of its segments was cut, or one that was full is gone', async () => {
  for (const take of [(file: string) => truncate(file, 10), (file: string) => rm(file)]) {
    const { log, dir, segment } = await opened(10, 100);
    await log.append([delivery('c')]);
    expect((await stat(path.join(dir, '000002.ndjson'))).size).toBeGreaterThan(0);
    await take(segment);
    await waitUntil(() => log.health().code === 'journal-cut', 'the loss to be noticed');
    await log.close();
  }
  const { log, segment } = await opened(10);
  await truncate(segment, 10);
  await waitUntil(() => log.health().code === 'journal-cut', 'the loss to be noticed');
});

it('does not take a folder that is away for one whose full segments were removed, also while none is open', async () => {
  const { log, dir } = await opened(60_000, 100);
  await log.append([delivery('c')]);
  await log.close();
  let losses = 0;
  const folder = await openLogFolder(dir, silentLog, () => (losses += 1));
  onTestFinished(() => folder.close());
  await rm(path.join(dir, '000002.ndjson'));
  await expect(folder.check({ writes: false })).rejects.toMatchObject({ code: 'folder-missing' });
  await folder.check({ writes: false });
  await rename(dir, `${dir}.old`);
  await folder.check({ writes: false });
  expect(losses).toBe(0);
  await rename(`${dir}.old`, dir);
  await rm(path.join(dir, '000001.ndjson'));
  await folder.check({ writes: false });
  expect(losses).toBe(1);
});
