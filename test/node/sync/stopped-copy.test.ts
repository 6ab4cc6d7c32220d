/** What the doctor says of a copy that does not run: films that were never brought here are not lost. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { dataDirAt } from '../../../src-main/node/data-dir.ts';
import { runDoctor } from '../../../src-main/node/doctor/doctor.ts';
import { storeOfCopy, stoppedCopy } from '../../../src-main/node/sync/stopped-copy.ts';
import { noteOwn } from '../../../src-main/node/sync/twin-state.ts';
import { createDiskStore } from '../../../src-main/node/video-store/disk-store.ts';
import { createFilePlaces } from '../../../src-main/node/video-store/file-places.ts';
import { delivery, saved } from '../../support/deliveries.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { openLibraryIn } from '../../support/test-library.ts';

test('only what the inbox elsewhere does not have is missed, until this is an inbox of its own again', async () => {
  const dir = dataDirAt(await tempDir());
  const library = await openLibraryIn(dir.root);
  onTestFinished(() => library.close());
  const ids = ['there', 'lost', 'changed'];
  await library.recordAll(ids.flatMap((id) => [delivery(id), saved(id, 'https://media.example.test/a.mp4')]));
  const changed = path.join(dir.videos, '2026-11/kie-luma_changed_1.mp4');
  await mkdir(path.dirname(changed), { recursive: true });
  await writeFile(changed, 'other bytes');
  await writeFile(dir.twinFile, JSON.stringify({ version: 1, node: 'home', own: ['kie-luma:lost'] }));

  async function found() {
    const disk = createDiskStore(dir.root);
    const copy = await stoppedCopy(dir);
    const store = copy === null ? disk : await storeOfCopy(copy, disk, library);
    const ports = { store, library, places: createFilePlaces(store), journalDir: dir.journal };
    const { videosChecked, problems } = await runDoctor(ports, { rebuild: false });
    return { videosChecked, problems: problems.map(({ code, path: name }) => `${code} ${path.basename(name ?? '')}`) };
  }
  expect(await found()).toEqual({
    videosChecked: 2,
    problems: ['changed-video kie-luma_changed_1.mp4', 'missing-video kie-luma_lost_1.mp4'],
  });
  await noteOwn(dir.twinFile);
  expect((await found()).problems).toContain('missing-video kie-luma_there_1.mp4');
});
