/** A program that is older than the one that wrote the log makes an index that lacks what it cannot read. */
import { appendFile, cp, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Library } from '../../../src-main/node/projections/library.ts';
import { isRecord } from '../../../src-main/common/providers/json.ts';
import { delivery } from '../../support/deliveries.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { openLibraryIn } from '../../support/test-library.ts';

const versionOne = path.join(import.meta.dirname, '../../fixtures/library-v1/stopped');

const open = (dir: string): Promise<Library> => openLibraryIn(dir, { saveDelayMs: 5 });

async function checkpointIn(dir: string): Promise<Readonly<Record<string, unknown>>> {
  const checkpoint: unknown = JSON.parse(await readFile(path.join(dir, 'index/checkpoint.json'), 'utf8'));
  if (!isRecord(checkpoint)) throw new Error('no checkpoint');
  return checkpoint;
}

const setCheckpoint = (dir: string, checkpoint: object): Promise<void> =>
  writeFile(path.join(dir, 'index/checkpoint.json'), JSON.stringify(checkpoint));

/** As if another program had made the pages, with nothing of what came since `before`, and had read the log to its end. */
async function setPagesBack(dir: string, before: string): Promise<void> {
  for (const name of await readdir(path.join(before, 'index'))) {
    if (name.startsWith('page-')) await cp(path.join(before, 'index', name), path.join(dir, 'index', name));
  }
}

it('what came before somebody went back to the first version is there again behind it', async () => {
  const dir = await tempDir();
  await cp(versionOne, dir, { recursive: true });
  let library = await open(dir);
  await library.record(delivery('between'));
  await library.close();
  const { cursor, pages } = await checkpointIn(dir);
  const [segment, offset, seq] = String(cursor).split(':').map(Number);
  await setPagesBack(dir, versionOne);
  await setCheckpoint(dir, { version: 2, segment, offset, seq, pages });

  library = await open(dir);
  expect(library.get('kie-luma:between')).toBeDefined();
  expect(await library.verify()).toMatchObject({ differing: 0 });
  await library.close();
  expect(await checkpointIn(dir)).not.toHaveProperty('skipped');
  library = await open(dir);
  expect(library.get('kie-luma:between')).toBeDefined();
  await library.close();
});

it('events that an older version skipped are seen by the first one that knows them, also behind a kill', async () => {
  const dir = await tempDir();
  let library = await open(dir);
  await library.record(delivery('a'));
  await library.close();
  const before = await tempDir();
  await cp(dir, before, { recursive: true });
  library = await open(dir);
  await library.record({ type: 'titled', key: 'kie-luma:a', title: 'Sea' });
  await library.close();
  await setPagesBack(dir, before);
  // That version wrote both.
  const checkpoint = { ...(await checkpointIn(dir)), newest: [1] };
  await setCheckpoint(dir, checkpoint);

  // Nobody says that there was something: the index is believed.
  library = await open(dir);
  expect(library.get('kie-luma:a')?.title).toBeUndefined();
  await library.close();

  for (const skipped of [
    { kinds: [{ type: 'titled', v: 2 }], isDue: false },
    { kinds: [], isDue: true },
  ]) {
    await setPagesBack(dir, before);
    await setCheckpoint(dir, { ...checkpoint, skipped });
    library = await open(dir);
    expect(library.get('kie-luma:a')?.title).toBe('Sea');
    await library.close();
    expect(await checkpointIn(dir)).not.toHaveProperty('skipped');
  }
});

it('the index says which events this version skipped, for a later one', async () => {
  const dir = await tempDir();
  let library = await open(dir);
  await library.record(delivery('a'));
  await library.close();
  const { cursor } = await checkpointIn(dir);
  const seq = Number(String(cursor).split(':')[2]) + 1;
  const later = { v: 2, seq, at: new Date().toISOString(), type: 'sung', key: 'kie-luma:a' };
  await appendFile(path.join(dir, 'journal/000001.ndjson'), `${JSON.stringify(later)}\n`);

  for (const id of ['b', 'c']) {
    library = await open(dir);
    await library.record(delivery(id));
    await library.close();
    expect(await checkpointIn(dir)).toMatchObject({ skipped: { kinds: [{ type: 'sung', v: 2 }], isDue: false } });
  }
});
