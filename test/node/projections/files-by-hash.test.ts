import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { EventDraft } from '../../../src-main/common/events.ts';
import { createFilesByHash } from '../../../src-main/node/projections/files-by-hash.ts';
import { createDiskStore } from '../../../src-main/node/video-store/disk-store.ts';
import { createFilePlaces } from '../../../src-main/node/video-store/file-places.ts';
import { delivery, saved } from '../../support/deliveries.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { openLibraryIn } from '../../support/test-library.ts';

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const link = 'https://files.example/1.mp4';

function film(taskId: string, content: string): EventDraft {
  const event = saved(taskId, link);
  return event.type === 'video-saved' ? { ...event, file: { ...event.file, sha256: hashOf(content) } } : event;
}

async function opened(dir: string) {
  const library = await openLibraryIn(dir);
  const store = createDiskStore(dir);
  const files = createFilesByHash(library, createFilePlaces(store));
  const namesOf = async (content: string) => {
    const names: string[] = [];
    for await (const { name } of files.find(hashOf(content))) names.push(name);
    return names;
  };
  return { library, store, files, namesOf };
}

test('files are found by their bytes after a start, those that come later as well, and only while they are there', async () => {
  const dir = await tempDir();
  const before = await opened(dir);
  const put = async (taskId: string) => {
    const file = path.join(dir, `${taskId}.part`);
    await writeFile(file, taskId);
    await before.store.put(
      { file, sizeBytes: taskId.length, sha256: hashOf(taskId) },
      `videos/2026-11/kie-luma_${taskId}_1.mp4`,
    );
  };
  for (const taskId of ['a', 'b', 'c']) await put(taskId);
  await before.library.recordAll([
    ...['a', 'b', 'late'].map((taskId) => delivery(taskId, { videoUrls: [link] })),
    film('a', 'the same'),
    film('b', 'the same'),
  ]);
  await before.library.close();

  const { library, store, files, namesOf } = await opened(dir);
  expect(await namesOf('the same')).toEqual(['videos/2026-11/kie-luma_b_1.mp4', 'videos/2026-11/kie-luma_a_1.mp4']);
  expect(await files.holderOf(hashOf('the same'))).toBe('kie-luma:b');
  expect([await namesOf('another'), await files.holderOf(hashOf('another'))]).toEqual([[], null]);

  await library.recordAll([film('late', 'another')]);
  expect(await files.holderOf(hashOf('another'))).toBe('kie-luma:late');
  expect(await namesOf('another')).toEqual([]);
  await store.remove('videos/2026-11/kie-luma_b_1.mp4');
  await library.recordAll([{ type: 'purged', keys: ['kie-luma:a'] }]);
  expect([await namesOf('the same'), await files.holderOf(hashOf('the same'))]).toEqual([[], 'kie-luma:b']);
  files.close();
  await library.close();
});

test('an input is found although nothing of its task was saved', async () => {
  const dir = await tempDir();
  const { library, store, namesOf } = await opened(dir);
  const url = 'https://files.example/source.mp4';
  await store.write('sources/in.mp4', 'in');
  await library.recordAll([
    delivery('failed', { state: 'failed', sourceUrl: url }),
    { type: 'source-saved', key: 'kie-luma:failed', url, path: 'sources/in.mp4', sizeBytes: 2, sha256: hashOf('in') },
  ]);
  expect(await namesOf('in')).toEqual(['sources/in.mp4']);
  await library.close();
});

test('of many with the same film no more are read than are needed', async () => {
  const { library, store } = await opened(await tempDir());
  const ids = Array.from({ length: 400 }, (_, n) => `t${n}`);
  await library.recordAll(ids.map((id) => delivery(id, { videoUrls: [link] })));
  await library.recordAll(ids.map((id) => film(id, 'the same')));
  let reads = 0;
  const counted = {
    ...library,
    get(key: string) {
      reads += 1;
      return library.get(key);
    },
  };
  const files = createFilesByHash(counted, createFilePlaces(store));
  expect(await files.holderOf(hashOf('the same'))).toBe('kie-luma:t399');
  expect(reads).toBe(1);
  files.close();
  await library.close();
});
