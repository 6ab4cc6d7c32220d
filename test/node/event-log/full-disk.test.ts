/** A log is opened on a disk that has no room left. */
import { appendFile, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { EventLog } from '../../../src-main/node/event-log/event-log.ts';
import { openNdjsonLog } from '../../../src-main/node/event-log/ndjson-log.ts';
import { readNdjsonLog } from '../../../src-main/node/event-log/ndjson-reader.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { delivery } from '../../support/deliveries.ts';
import { skipHere } from '../../support/skip-here.ts';
import { fillDisk, mountSmallDisk, noMount } from '../../support/small-disk.ts';
import { tempDir } from '../../support/temp-dir.ts';

const torn = '{"v":1,"seq":3,"type":"res';
const isFull = { code: 'storage-failed', message: expect.stringMatching(/disk is full/) as string };

async function open(dir: string): Promise<EventLog> {
  const log = await openNdjsonLog({ dir, log: silentLog, now: () => new Date(), lookEveryMs: 60_000 });
  onTestFinished(() => log.close());
  return log;
}

it('has all that was answered, keeps a torn end until there is room for it, and then goes on', async (context) => {
  const mount = await mountSmallDisk(await tempDir(), 1);
  if (mount === null) return skipHere(context, noMount);
  onTestFinished(() => mount.unmount());
  const dir = path.join(mount.dir, 'journal');
  const segment = path.join(dir, '000001.ndjson');
  const filler = path.join(mount.dir, 'filler');
  const before = await open(dir);
  await before.append([delivery('a'), delivery('b')]);
  await before.close();
  await appendFile(segment, torn);
  await truncate(path.join(dir, 'writer'), 0); // the room that it takes is not to help
  await fillDisk(filler);
  const { size } = await stat(segment);

  const first = await open(dir);
  const ids: string[] = [];
  await first.read(null, (event) => {
    if (event.type === 'result') ids.push(event.read.taskId);
  });
  expect(ids).toEqual(['a', 'b']);
  await expect(first.append([delivery('refused')])).rejects.toMatchObject(isFull);
  expect(first.health()).toMatchObject({ state: 'full', code: 'disk-full' });
  expect((await stat(segment)).size).toBe(size);

  const second = await open(dir);
  await expect(second.append([delivery('refused')])).rejects.toMatchObject(isFull);
  await rm(filler);
  await expect(first.append([delivery('fenced')])).rejects.toThrow(/another/i);
  expect((await stat(segment)).size).toBe(size); // not his to cut
  await second.append([delivery('c')]);
  expect(second.health().state).toBe('ok');
  await expect(first.append([delivery('fenced')])).rejects.toThrow(/another/i);

  const stored: Record<string, number> = {};
  const { damaged } = await readNdjsonLog(dir, null, (event) => {
    if (event.type === 'result') stored[event.read.taskId] = event.seq;
  });
  expect(damaged).toEqual([]);
  expect(stored).toEqual({ a: 1, b: 2, c: 3 });
  const aside = (await readdir(dir)).find((name) => name.includes('.torn-'));
  expect(await readFile(path.join(dir, aside ?? ''), 'utf8')).toBe(torn);
});
