/** Files of a task that are asked for while they are on their way to the trash, or back. */
import type { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import type { Task } from '../../../src-main/common/model.ts';
import { createDiskStore } from '../../../src-main/node/video-store/disk-store.ts';
import { createFilePlaces } from '../../../src-main/node/video-store/file-places.ts';
import type { VideoStore } from '../../../src-main/node/video-store/video-store.ts';
import { sampleTask } from '../../renderer/support/sample-task.ts';
import { tempDir } from '../../support/temp-dir.ts';

const poster = 'posters/2026-11/a.jpg';
const inTrash = `trash/${poster}`;
const library: Task = { ...sampleTask('a'), videos: [], poster, trashedAt: null };
const trashed: Task = { ...library, trashedAt: '2026-11-27T10:00:00.000Z' };

const textOf = async (stream: Readable | null | undefined): Promise<string | null> =>
  stream === null || stream === undefined ? null : Buffer.concat((await stream.toArray()) as Buffer[]).toString();

test.each([
  { way: 'to the trash', task: trashed, from: poster, to: inTrash },
  { way: 'back', task: library, from: inTrash, to: poster },
])('a file that is moved $way between two looks is found', async ({ task, from, to }) => {
  const store = createDiskStore(await tempDir());
  await store.write(from, 'a picture');
  const moving: VideoStore = {
    ...store,
    async stat(name) {
      const facts = await store.stat(name);
      if (name === to && facts === null) await store.move([{ from, to }]);
      return facts;
    },
  };
  const found = await createFilePlaces(moving).find(task, poster);
  expect(await textOf(await found?.open())).toBe('a picture');
});

test('a file that is moved between its finding and its opening is opened where it went', async () => {
  const store = createDiskStore(await tempDir());
  await store.write(poster, 'a picture');
  const found = await createFilePlaces(store).find(library, poster);
  await store.move([{ from: poster, to: inTrash }]);
  expect(await textOf(await found?.open())).toBe('a picture');
});

test('what is nowhere is not found', async () => {
  const places = createFilePlaces(createDiskStore(await tempDir()));
  expect(await places.find(library, poster)).toBeNull();
});
