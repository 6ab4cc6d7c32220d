import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { runDoctor, type DoctorPorts } from '../../../src-main/node/doctor/doctor.ts';
import { createFilePlaces } from '../../../src-main/node/video-store/file-places.ts';
import { createDiskStore } from '../../../src-main/node/video-store/disk-store.ts';
import type { Library } from '../../../src-main/node/projections/library.ts';
import { delivery, saved } from '../../support/deliveries.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { openLibraryIn } from '../../support/test-library.ts';

const url = 'https://media.example.test/a.mp4';
const bytes = Buffer.alloc(1234, 7);
const sha256 = createHash('sha256').update(bytes).digest('hex');

function portsOf(root: string, library: Library): DoctorPorts {
  const store = createDiskStore(root);
  return { store, library, places: createFilePlaces(store), journalDir: path.join(root, 'journal') };
}

async function openedLibrary() {
  const root = await tempDir();
  await mkdir(path.join(root, 'videos/2026-11'), { recursive: true });
  const open = () => openLibraryIn(root, { now: () => new Date('2026-11-21T12:00:00Z') });
  const library = await open();
  const put = (name: string, content: string | Buffer) => writeFile(path.join(root, 'videos/2026-11', name), content);
  const sidecar = (name: string, key: string, n: number) => put(`${name}.json`, JSON.stringify({ key, n }));
  const check = () => runDoctor(portsOf(root, library), { rebuild: false });
  return { root, open, library, put, sidecar, check };
}

it('leaves a file alone whose video is still wanted: saved a moment ago, or before a crash', async () => {
  const { library, put, sidecar, check } = await openedLibrary();
  await library.record(delivery('t1'));
  await put('kie-luma_t1_1.mp4', bytes);
  await sidecar('kie-luma_t1_1', 'kie-luma:t1', 1);
  expect(await check()).toMatchObject({ ok: true, tasks: 1, videosChecked: 0, problems: [] });

  const event = saved('t1', url);
  if (event.type === 'video-saved') await library.record({ ...event, file: { ...event.file, sha256 } });
  expect(await check()).toMatchObject({ ok: true, tasks: 1, videosChecked: 1, problems: [] });
  await library.close();
});

it('tells nobody to move away files that another library on the same shelf may have', async () => {
  const { root, library, put } = await openedLibrary();
  await put('mine.mp4', bytes);
  const ports = portsOf(root, library);
  const one = { name: 'one', wasCalled: () => false };
  const found = async (isOnly: boolean) => {
    const store = { ...ports.store, isOfOne: () => Promise.resolve(isOnly) };
    const { problems } = await runDoctor(
      { ...ports, store, shelfLibrary: () => Promise.resolve(one) },
      { rebuild: false },
    );
    return problems.map(({ code, path: file }) => [code, file]);
  };
  expect(await found(true)).toEqual([['stray-file', 'videos/2026-11/mine.mp4']]);
  expect(await found(false)).toEqual([['other-library', null]]);
  await library.close();
});

it('looks at all other films where the disk cannot read one of them', async () => {
  const { root, library, put } = await openedLibrary();
  for (const id of ['t1', 't2']) {
    await library.record(delivery(id));
    const event = saved(id, url);
    if (event.type === 'video-saved') await library.record({ ...event, file: { ...event.file, sha256 } });
    await put(`kie-luma_${id}_1.mp4`, bytes);
  }
  const ports = portsOf(root, library);
  const broken = Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', syscall: 'read' });
  const store: DoctorPorts['store'] = {
    ...ports.store,
    open: (name, range) =>
      name.includes('t2')
        ? Promise.resolve(new Readable({ read: () => undefined }).destroy(broken))
        : ports.store.open(name, range),
  };
  const { problems, videosChecked } = await runDoctor(
    { ...ports, store, places: createFilePlaces(store) },
    { rebuild: false },
  );
  expect(videosChecked).toBe(2);
  expect(problems).toMatchObject([{ code: 'withheld-video', path: 'videos/2026-11/kie-luma_t2_1.mp4' }]);
  await library.close();
});

it('names files that belong to no task, and to no video of a task', async () => {
  const { library, put, sidecar, check } = await openedLibrary();
  await library.record(delivery('t1'));
  await put('mine.mp4', bytes);
  await put('gone.mp4', bytes);
  await sidecar('gone', 'kie-luma:gone', 1);
  await put('second.mp4', bytes);
  await sidecar('second', 'kie-luma:t1', 2);
  await put('third.mp4', bytes);
  await put('third.json', 'null');
  await put('kie-luma_t1_1.mp4.part', bytes);
  await put('kie-luma_t1_1.json.b183709c.tmp', '{');
  const { ok, problems } = await check();
  expect(ok).toBe(false);
  expect(problems.map((problem) => [problem.code, problem.path])).toEqual(
    ['gone.json', 'gone.mp4', 'mine.mp4', 'second.json', 'second.mp4', 'third.json', 'third.mp4'].map((name) => [
      'stray-file',
      `videos/2026-11/${name}`,
    ]),
  );
  await library.close();
});

it('a file of a task is none of no task, wherever it lies: a stop may have come between an act and the move', async () => {
  const { library, put, check } = await openedLibrary();
  await library.record(delivery('t1'));
  await library.record(saved('t1', url));
  await library.record({ type: 'trashed', keys: ['kie-luma:t1'] });
  await put('kie-luma_t1_1.mp4', bytes);
  expect((await check()).problems.map(({ code }) => code)).not.toContain('stray-file');
  await library.close();
});

it('tells of events that are gone from the journal, and keeps what the index knows', async () => {
  const { root, library, open } = await openedLibrary();
  for (const id of ['t1', 't2', 't3']) await library.record(delivery(id));
  await library.close();
  const file = path.join(root, 'journal/000001.ndjson');
  const [first = ''] = (await readFile(file, 'utf8')).split('\n');
  await writeFile(file, `${first}\n`);
  const again = await open();
  await again.record(delivery('t4'));
  const ports = portsOf(root, again);
  for (const rebuild of [false, true]) {
    const report = await runDoctor(ports, { rebuild });
    expect(report).toMatchObject({ ok: false, tasks: 4, problems: [{ code: 'journal-gap', path: 'journal' }] });
    expect(report.problems).toHaveLength(1);
  }
  await again.close();
});

it('names what a later version wrote and what is damaged, and does not call that well', async () => {
  const { root, open, library } = await openedLibrary();
  await library.record(delivery('t1'));
  await library.close();
  const file = path.join(root, 'journal', '000001.ndjson');
  const at = '2026-11-21T12:00:00.000Z';
  const line = (event: object): string => `${JSON.stringify({ v: 1, at, ...event })}\n`;
  const lines = [
    line({ v: 9, seq: 2, type: 'applauded', key: 'kie-luma:t1' }),
    line({ seq: 3, type: 'marke~', key: 'kie-luma:t1' }),
    line({ seq: 4, type: 'marked', key: 'kie-luma:t1', starred: true }),
  ];
  await appendFile(file, lines.join(''));
  const again = await open();
  expect(again.get('kie-luma:t1')).toMatchObject({ starred: true });
  const report = await runDoctor(portsOf(root, again), { rebuild: true });
  expect(report.ok).toBe(false);
  expect(report.problems.map(({ code }) => code)).toEqual(['journal-line', 'later-version']);
  expect(report.problems[1]?.message).toContain('1 event of the kind "applauded"');
  await again.record(delivery('t2'));
  await again.close();
  expect(await readFile(file, 'utf8')).toContain('applauded');
});

it('tells that the disk did not take the index, and mends it once it does', async () => {
  const { root, library, check } = await openedLibrary();
  await library.record(delivery('t1'));
  const index = path.join(root, 'index');
  await rm(index, { recursive: true, force: true });
  await writeFile(index, 'in the way');
  const report = await runDoctor(portsOf(root, library), { rebuild: true });
  expect(report).toMatchObject({ ok: false, problems: [{ code: 'index-unsaved', mended: false }] });
  await rm(index);
  expect(await runDoctor(portsOf(root, library), { rebuild: true })).toMatchObject({ ok: true });
  expect((await check()).ok).toBe(true);
  await library.close();
});

it('counts what the journal holds, and which callbacks only repeated a body', async () => {
  const { root, library, check } = await openedLibrary();
  await library.record(delivery('t1'));
  await library.record(delivery('t1'));
  await library.record({ ...delivery('t1'), repeats: 3 });
  await library.record(saved('t1', url));
  const read: number[] = [];
  await runDoctor({ ...portsOf(root, library), onRead: (events) => read.push(events) }, { rebuild: false });
  expect(read).toEqual([1, 2, 3, 4]);
  const { size } = await stat(path.join(root, 'journal/000001.ndjson'));
  const at = '2026-11-21T12:00:00.000Z';
  expect((await check()).journal).toEqual({
    events: 4,
    types: [
      { type: 'result', count: 3 },
      { type: 'video-saved', count: 1 },
    ],
    repeats: 4,
    oldest: at,
    newest: at,
    segments: 1,
    bytes: size,
  });
  await library.close();
});
