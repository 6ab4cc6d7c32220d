import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { rereadBodies } from '../../../src-main/node/doctor/reread.ts';
import type { Library } from '../../../src-main/node/projections/library.ts';
import { delivery } from '../../support/deliveries.ts';
import { setUpIntake, usualSecrets } from '../../support/intake-rig.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { openLibraryIn } from '../../support/test-library.ts';

const at = '2026-11-20T10:00:00.000Z';
const film = 'https://media.example.test/clip.mp4';

/** Bodies as a program of before kept them: refused, read as nothing, read as another provider, and read rightly. */
function oldLines(): readonly object[] {
  const request = { urlId: null, headers: { 'content-type': 'application/json' }, bodyEncoding: 'utf8', remote: null };
  const replicate = JSON.stringify({ id: 'refused-1', status: 'succeeded', output: [film] });
  const aleph = JSON.stringify({ code: 200, msg: 'success', data: { result_video_url: film }, taskId: 'aleph-1' });
  const luma = JSON.stringify({
    code: 200,
    msg: 'ok',
    data: { taskId: 'luma-1', resultUrls: [film], promptJson: '{}' },
  });
  const seeded = JSON.stringify({
    ...{ code: 200, msg: 'success', taskId: 'seeded-1' },
    data: { result_video_url: film, seed: 77120 },
  });
  const nothing = { ...delivery('x', { state: 'unknown', message: null, prompt: null, videoUrls: [] }).read.result };
  const read = (key: string, taskId: string, body: string, result: object): object => ({
    ...{ type: 'delivery', key, provider: key.split(':')[0], taskId, result, trust: 'unsigned', tags: ['pitch'] },
    ...{ body, bodySha256: 'ab', replayKey: null, ...request },
  });
  return [
    { type: 'rejected', status: 400, reason: 'no task id', body: replicate, bodyBytes: replicate.length, ...request },
    { type: 'rejected', status: 400, reason: 'cut', body: replicate.slice(0, -9), bodyBytes: 9000, ...request },
    { type: 'rejected', status: 400, reason: 'not JSON', body: 'hello', bodyBytes: 5, ...request },
    read('unknown:aleph-1', 'aleph-1', aleph, nothing),
    read('kie-luma:purged', 'purged', aleph.replace('aleph-1', 'purged'), nothing),
    { type: 'purged', key: 'kie-luma:purged' },
    read('unknown:luma-1', 'luma-1', luma, nothing),
    // All of it but its seed.
    read('kie-aleph:seeded-1', 'seeded-1', seeded, {
      ...nothing,
      state: 'succeeded',
      message: 'success',
      videoUrls: [film],
    }),
  ];
}

async function openOld(): Promise<{ dir: string; library: Library; open: () => Promise<Library> }> {
  const dir = await tempDir();
  await mkdir(path.join(dir, 'journal'));
  const lines = oldLines().map((event, n) => `${JSON.stringify({ v: 1, seq: n + 1, at, ...event })}\n`);
  await writeFile(path.join(dir, 'journal', '000001.ndjson'), lines.join(''));
  const open = (): Promise<Library> => openLibraryIn(dir);
  return { dir, library: await open(), open };
}

it('what was read by this version reads the same again, whatever stood beside its body', async () => {
  const bytes = await readFile(new URL('../../../src-main/node/samples/sample.mp4', import.meta.url));
  const inside = `data:video/mp4;base64,${bytes.toString('base64')}`;
  const bodies: [body: object | Buffer, provider?: string | undefined, query?: string][] = [
    [{ id: 'inside', status: 'completed', output: { video: inside } }],
    [{ id: 'sent', status: 'completed', input: { video: inside }, output: film }],
    [
      {
        results: ['one', 'two'].map((name) => {
          const other = Buffer.concat([bytes, Buffer.from(name)]).toString('base64');
          return { task_id: name, status: 'completed', video: `data:video/mp4;base64,${other}` };
        }),
      },
    ],
    [bytes, undefined, 'task_id=whole'],
    [{ status: 'completed', url: film }, undefined, 'task_id=in-its-address'],
    [{ video_id: 'moderated', status: 7, url: '' }, 'pixverse'],
    [{ id: 'ours', status: 'completed', url: `https://inbox.example.test/c/${usualSecrets[0] ?? ''}` }],
    [{ id: 'written', status: 'completed', output: `https://inline.invalid/${'a'.repeat(64)}.mp4` }],
  ];
  for (const [body, provider, query] of bodies) {
    const { post, library } = await setUpIntake(provider === undefined ? {} : { provider });
    expect((await post(body, {}, query)).status).toBe(200);
    expect((await rereadBodies(library)).changes).toEqual([]);
  }
});

it('tells what old bodies say to the reader of today, and brings their films without a second task', async () => {
  const { library, open } = await openOld();
  const found = await rereadBodies(library);
  expect(found.changes.map(({ seq, key, state }) => [seq, key, state.after])).toEqual([
    [1, null, 'succeeded'],
    [4, 'unknown:aleph-1', 'succeeded'],
    [7, 'unknown:luma-1', 'succeeded'],
    [8, 'kie-aleph:seeded-1', 'succeeded'],
  ]);
  expect(found.changes[1]).toMatchObject({
    provider: { before: 'unknown', after: 'kie-aleph' },
    state: { before: 'unknown' },
    addedUrls: [film],
    removedUrls: [],
  });
  expect(library.get('unknown:aleph-1')).toMatchObject({ state: 'unknown', videos: [] }); // told, and not done yet

  await found.apply();
  expect(library.glances()).toHaveLength(4);
  expect(library.get('kie-aleph:seeded-1')?.seed).toBe('77120');
  expect(library.get('unknown:aleph-1')).toMatchObject({
    provider: 'kie-aleph',
    state: 'succeeded',
    deliveries: 1,
    tags: ['pitch'],
    videos: [{ url: film, state: 'queued' }],
  });
  expect(library.findByTaskId('refused-1')).toMatchObject([{ state: 'succeeded', videos: [{ url: film }] }]);
  expect((await rereadBodies(library)).changes).toEqual([]); // once is enough

  // A callback of today finds the task under the name that it has.
  const { read, ...event } = delivery('aleph-1', { videoUrls: [film] });
  await library.record({ ...event, read: { ...read, provider: 'kie-aleph' } });
  expect(library.get('unknown:aleph-1')).toMatchObject({ deliveries: 2 });
  const before = [...library.newestFirst()];
  expect((await library.rebuild()).differing).toBe(0);
  await library.close();
  const again = await open();
  expect([...again.newestFirst()]).toEqual(before);
  await again.close();
});

it('reads logs of more bodies than are held in memory at once', async () => {
  const { library } = await openOld();
  const body = JSON.stringify({ code: 200, msg: 'ok', data: { taskId: 't', resultUrls: [film], promptJson: '{}' } });
  await library.recordAll(Array.from({ length: 700 }, (_, n) => delivery(`t${n}`, {}, { body })));
  const { bodies, changes } = await rereadBodies(library);
  expect(bodies).toBe(706);
  expect(new Set(changes.map(({ seq }) => seq)).size).toBe(changes.length);
  await library.close();
});

it('finds films that callbacks of failures named, which were read and not wanted', async () => {
  const { library } = await openOld();
  await (await rereadBodies(library)).apply();
  const body = JSON.stringify({ id: 'failed-1', status: 'error', error: 'late', result_url: film });
  await library.record(delivery('failed-1', { state: 'failed', message: 'late', videoUrls: [film] }, { body }));
  expect(library.findByTaskId('failed-1')).toMatchObject([{ state: 'failed', videos: [] }]);
  const found = await rereadBodies(library);
  expect(found.changes.map(({ taskId }) => taskId)).toEqual(['failed-1']);
  await found.apply();
  expect(library.findByTaskId('failed-1')).toMatchObject([
    { state: 'failed', videos: [{ url: film, state: 'queued' }] },
  ]);
  expect((await rereadBodies(library)).changes).toEqual([]);
  await library.close();
});

it('a task that a body names beside the one that it was taken for is in the project of its callback URL, too', async () => {
  const library = await openLibraryIn(await tempDir());
  onTestFinished(() => library.close());
  const task = (id: string) => ({ task_id: id, status: 'completed', video_url: film.replace('clip', id) });
  const { evidence, ...told } = delivery('a', { state: 'succeeded' });
  const body = JSON.stringify({ events: [task('a'), task('b')] });
  const kept = { ...(evidence ?? {}), headers: {}, body, bodyEncoding: 'utf8', bodySha256: 'x' };
  await library.recordAll([{ ...told, tags: [], project: 'Pitch', evidence: kept } as ReturnType<typeof delivery>]);
  await (await rereadBodies(library)).apply();
  expect(library.tasksOf('b').map(({ key }) => library.head(key)?.project)).toEqual(['Pitch']);
});
