/** One body about several tasks: each is a task of its own, all of them in one append, and a repeat of it only counts. */
import { expect, it } from 'vitest';
import { InboxError } from '../../../src-main/common/errors.ts';
import { asTold } from '../../../src-main/common/texts/sentence.ts';
import { rereadBodies } from '../../../src-main/node/doctor/reread.ts';
import { aleph, journalText, setUpIntake, signed } from '../../support/intake-rig.ts';

const film = (name: string): string => `https://media.example.test/out/${name}.mp4`;
const batch = {
  batch_id: 'x',
  status: 'completed',
  logs: 'step\n'.repeat(2000),
  results: [
    { id: 'a', status: 'completed', video_url: film('a') },
    { id: 'b', status: 'failed', error: 'It was flagged.' },
    { id: 'c', status: 'completed', video_url: film('c') },
  ],
};

it('makes a task of each, answered once', async () => {
  const { post, library, dir } = await setUpIntake();
  expect(await post(batch)).toMatchObject({ status: 200, body: { code: 200, msg: 'success' } });
  const found = ['a', 'b', 'c'].map((id) => library.findByTaskId(id)[0]);
  expect(found.map((task) => [task?.state, task?.videos.map(({ url }) => url), task?.deliveries])).toEqual([
    ['succeeded', [film('a')], 1],
    ['failed', [], 1],
    ['succeeded', [film('c')], 1],
  ]);
  expect(found[1]?.message).toBe('It was flagged.');
  expect(library.findByTaskId('x')).toEqual([]);
  await library.close();
  const text = await journalText(dir);
  // The body stands in the log once.
  expect(text.split('step\\\\nstep').length).toBeGreaterThan(1);
  expect(text.length).toBeLessThan(2 * JSON.stringify(JSON.stringify(batch)).length);
});

it('counts its repeats for each of them', async () => {
  const { post, library, intake, dir } = await setUpIntake();
  for (let sent = 0; sent < 40; sent += 1) expect((await post(batch)).status).toBe(200);
  await intake.close();
  for (const id of ['a', 'b', 'c']) expect(library.findByTaskId(id)[0]).toMatchObject({ deliveries: 40 });
  await library.close();
  expect((await journalText(dir)).length).toBeLessThan(6 * JSON.stringify(JSON.stringify(batch)).length);
});

it('leaves none out, however many there are, and answers others meanwhile', async () => {
  const { post, library } = await setUpIntake();
  const count = 5000;
  const results = Array.from({ length: count }, (_, index) => ({
    task_id: `many-${String(index)}`,
    status: 'completed',
    video_url: film(String(index)),
  }));
  const answers: string[] = [];
  const many = post({ batch_id: 'x', results }).then(({ status }) => answers.push(`many ${String(status)}`));
  await post({ id: 'one', status: 'failed', error: 'no' }).then(({ status }) => answers.push(`one ${String(status)}`));
  await many;
  expect(answers).toEqual(['one 200', 'many 200']);
  for (const index of [0, 1023, 1024, count - 1]) {
    const task = library.findByTaskId(`many-${String(index)}`)[0];
    expect(task).toMatchObject({ state: 'succeeded', videos: [{ url: film(String(index)) }] });
  }
  await library.close();
});

it('says so where they are more than are read', async () => {
  const { post, library } = await setUpIntake();
  const results = Array.from({ length: 10_002 }, (_, index) => ({ task_id: `t${String(index)}`, status: 'failed' }));
  expect(await post({ batch_id: 'x', results: results.slice(0, 10_000) })).toMatchObject({ note: { odd: null } });
  expect(await post({ batch_id: 'x', results })).toMatchObject({ status: 200, note: { odd: 'not-all' } });
  await library.close();
});

it('stores all of them or none', async () => {
  const { post, library } = await setUpIntake({
    record: () => Promise.reject(new InboxError('storage-failed', asTold('The disk is full.'))),
  });
  expect((await post(batch)).status).toBe(503);
  expect(library.findByTaskId('a')).toEqual([]);
  await library.close();
});

it('counts each of them as a task of a stranger’s day', async () => {
  const { post, library } = await setUpIntake({ isStranger: true, dayLimits: { tasks: 2, bytes: 1e9 } });
  expect(await post(batch)).toMatchObject({ status: 429, note: { code: 'tasks-per-day' } });
  expect(library.findByTaskId('a')).toEqual([]);
  await library.close();
});

it('is vouched for only as far as the signature goes: kie.ai signs one id', async () => {
  const { post, library } = await setUpIntake();
  const data = ['a', 'b'].map((taskId) => ({ taskId, state: 'success', resultUrls: [film(taskId)] }));
  expect((await post({ code: 200, msg: 'success', data }, signed('a'))).status).toBe(200);
  expect(library.findByTaskId('a')[0]).toMatchObject({ trust: 'signed' });
  expect(library.findByTaskId('b')[0]).toMatchObject({ trust: 'unsigned' });
  await library.close();
});

it('gives its signature back where it was too much for a day', async () => {
  const { post, library } = await setUpIntake({ isStranger: true, dayLimits: { tasks: 1, bytes: 1e9 } });
  const data = ['a', 'b'].map((taskId) => ({ taskId, state: 'success', resultUrls: [film(taskId)] }));
  expect(await post({ code: 200, msg: 'success', data }, signed('a'))).toMatchObject({ status: 429 });
  // Under the same signature, which nothing was ever stored with.
  expect((await post(aleph('a', film('a')), signed('a'))).status).toBe(200);
  await library.close();
});

it('is refused as a whole where one of them must be signed and is not', async () => {
  const { post, library } = await setUpIntake({ require: 'kie-aleph' });
  for (const headers of [{}, signed('a')]) {
    const both = [aleph('a', film('a')), aleph('b', film('b'))];
    expect((await post(both, headers)).status).toBe(401);
    expect((await post([{ id: 'z', status: 'completed', output: film('z') }, aleph('b')], headers)).status).toBe(401);
  }
  expect(library.findByTaskId('a')).toEqual([]);
  await library.close();
});

it('is read again as what it is, and what an older reader made of it is mended', async () => {
  const { post, library } = await setUpIntake();
  await post(batch);
  expect(await rereadBodies(library)).toMatchObject({ bodies: 1, changes: [] });
  const older = await setUpIntake({
    // As it was stored before: one task with the films of all.
    record: async (draft) => {
      if (draft.type !== 'result' || draft.read.taskId !== 'a') return;
      const result = { ...draft.read.result, videoUrls: [film('a'), film('c')] };
      await older.library.record({ ...draft, read: { ...draft.read, result } });
    },
  });
  await older.post(batch);
  const again = await rereadBodies(older.library);
  expect(again.changes.map(({ taskId, addedUrls, removedUrls }) => [taskId, addedUrls, removedUrls])).toEqual([
    ['a', [], [film('c')]],
    ['b', [], []],
    ['c', [film('c')], []],
  ]);
  await again.apply();
  expect(older.library.findByTaskId('c')[0]).toMatchObject({ state: 'succeeded', videos: [{ url: film('c') }] });
  expect((await rereadBodies(older.library)).changes).toEqual([]);
  await library.close();
  await older.library.close();
});
