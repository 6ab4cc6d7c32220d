/** Bodies of forms that no document shows, made from what the documents say: read as far as they can be, never dropped. */
import { describe, expect, test } from 'vitest';
import { parseBody } from '../../../src-main/common/providers/parse-body.ts';
import { readBody } from '../../../src-main/common/providers/reader.ts';
import { readTasks } from '../../support/read-tasks.ts';

const video = 'https://media.example.test/out/a.mp4';
const second = 'https://media.example.test/out/b.webm';
const image = 'https://media.example.test/out/a.png';
const source = 'https://media.example.test/in/source.mp4';

/** Through text, as it arrives. */
function read(body: unknown) {
  const reading = readBody({ body: parseBody(JSON.stringify(body)), headers: {}, providerHint: null });
  if (reading.kind !== 'result') throw new Error(`not a result: ${reading.kind}`);
  const { provider, taskId, result } = reading;
  return { provider, taskId, ...result };
}

describe('a task id in an envelope', () => {
  const done = { status: 'succeeded', video_url: video };
  const succeeded = { taskId: 't', state: 'succeeded', videoUrls: [video] };

  test.each([
    { event: 'job.updated', payload: { task_id: 't', ...done } },
    { event: 'job.updated', task: { id: 't', ...done } },
    { event: 'job.updated', prediction: { id: 't', status: 'succeeded', output: video } },
    { type: 'webhook', job: { jobId: 't', ...done } },
    { code: 200, data: { data: { taskId: 't', state: 'success', resultUrls: [video] } } },
    { code: 0, data: { task: { task_id: 't', status: 'SUCCESS' }, videos: [{ video_url: video }] } },
    { body: { code: 200, taskId: 't', data: { result_video_url: video } } },
    { body: JSON.stringify({ code: 200, taskId: 't', data: { result_video_url: video } }) },
    { results: [{ request_id: 't', ...done }] },
    { user: { id: 'someone' }, result: { id: 't', ...done } },
    { TaskId: 't', ...done },
    { TASK_ID: 't', ...done },
    { 'task-id': 't', ...done },
    { data: { taskID: 't', ...done } },
  ])('%j', (body) => {
    expect(read(body)).toMatchObject(succeeded);
  });

  test('tells of a failure too', () => {
    expect(read({ code: 501, msg: 'outer', result: { taskId: 't' } })).toMatchObject({
      state: 'failed',
      message: 'outer',
    });
    expect(read({ payload: { task_id: 't', status: 'failed', error: 'inner' } })).toMatchObject({
      state: 'failed',
      message: 'inner',
    });
  });

  test('names the provider where the inner body does', () => {
    expect(read({ payload: { task_id: 't', task_status: 'processing' } }).provider).toBe('kling');
  });

  test.each([
    { input: { taskId: 't' } },
    { request: { task: { id: 't' } }, config: { task_id: 't' } },
    { data: { param: '{"taskId":"t"}', task_info: { task_id: 't' } } },
    JSON.parse('{"__proto__":{"taskId":"t"},"constructor":{"x":1}}') as object,
  ])('%j has none', (body) => {
    const found = readBody({ body, headers: {}, providerHint: null });
    if (Object.hasOwn(body, '__proto__')) expect(({} as Record<string, unknown>)['taskId']).toBeUndefined();
    else expect(found).toEqual({ kind: 'unreadable', reason: 'no-task-id' });
  });

  test('a challenge beside other ids stays a challenge', () => {
    const body = { challenge: 'x', event: { task_id: 't' } };
    expect(readBody({ body, headers: {}, providerHint: null })).toEqual({ kind: 'challenge', challenge: 'x' });
  });

  test('hostile envelopes cost little', () => {
    const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`key${String(n)}`, { a: { b: {} } }]));
    let deep: object = { taskId: 't' };
    for (let level = 0; level < 20_000; level++) deep = { payload: deep };
    for (const body of [wide, deep, { x: '['.repeat(200_000) }]) {
      expect(readBody({ body, headers: {}, providerHint: null }).kind).toBe('unreadable');
    }
    // Whether something so deep can be written again, and so be echoed, is up to the runtime: Node 26 writes it.
    expect(['unreadable', 'challenge']).toContain(
      readBody({ body: { challenge: deep }, headers: {}, providerHint: null }).kind,
    );
  });
});

describe('the output of a model, under names of its own', () => {
  const prediction = { id: 'p', status: 'succeeded', input: { clip: source, prompt: 'x' }, metrics: {}, logs: '' };

  test.each([
    [{ mp4: video }, [video]],
    [{ file: video, poster: image }, [video]],
    [{ final_clip: { url: video }, alternate: [second] }, [video, second]],
    [{ source_clip: source, preview_mp4: source, original: source, mask_video: source, watermarked: source }, []],
    [{ seed: 7, note: 'done', page: 'https://media.example.test/view/1' }, []],
    [{ urls: { get: source }, input: source, config: { clip: source } }, []],
  ])('%j', (output, videoUrls) => {
    expect(read({ ...prediction, output })).toMatchObject({ provider: 'replicate', videoUrls });
    expect(read({ request_id: 'r', status: 'OK', payload: output })).toMatchObject({ provider: 'fal', videoUrls });
    expect(read({ ...prediction, status: 'failed', output }).videoUrls).toEqual([]);
  });
});

describe('numbers and words for a state', () => {
  test.each([
    [{ status: 2, video_url: video }, 'succeeded'],
    [{ status: '1', video_url: video }, 'succeeded'],
    [{ status: 3 }, 'unknown'],
    [{ status: 200 }, 'succeeded'],
    [{ status: 500 }, 'failed'],
    [{ code: 501, status: 1 }, 'failed'],
  ] as const)('%j is %s', (body, state) => {
    expect(read({ taskId: 't', ...body }).state).toBe(state);
  });

  test.each([
    ['GENERATING', 'processing'],
    ['success', 'succeeded'],
    ['CALLBACK_FAILED', 'succeeded'],
    ['GENERATE_FAILED', 'failed'],
    ['PONDERING', 'unknown'],
  ] as const)('successFlag %s is %s, whatever the code', (successFlag, state) => {
    expect(read({ code: 200, data: { taskId: 't', successFlag } })).toMatchObject({ state, stateWord: successFlag });
  });
});

describe('who sent a body that has not got everything', () => {
  test.each([
    ['kie-market', { code: 200, msg: 'ok', taskId: 't', state: 'success', resultJson: `{"resultUrls":["${video}"]}` }],
    ['kie-market', { code: 501, msg: 'no', taskId: 't', state: 'fail', failMsg: 'no luck', resultJson: null }],
    ['minimax', { task_id: 't', status: 'Queueing', file_id: '' }],
    ['vidu', { id: 't', state: 'processing', err_code: '', creations: null }],
    ['luma', { id: 't', state: 'queued', assets: null, request: {} }],
    ['replicate', { id: 't', status: 'starting', input: {}, output: null, logs: '', metrics: {} }],
  ])('%s: %j', (provider, body) => {
    expect(read(body)).toMatchObject({ provider, taskId: 't' });
  });
});

test('a long id in JSON text stays exact', () => {
  const data = '{"task_id":812345678901234567,"task_status":"succeed"}';
  expect(read({ data })).toMatchObject({ provider: 'kling', taskId: '812345678901234567', state: 'succeeded' });
});

test('the lists that Pollo answers to a query with are read', () => {
  const generations = [{ id: 'g', status: 'succeed', url: video, mediaType: 'video' }];
  expect(read({ taskId: 't', status: 'succeed', generations })).toMatchObject({
    provider: 'pollo',
    videoUrls: [video],
  });
});

test.each(['/files/png', '/json', '/3f0c/html?x=.png', '/a.b/text', '/clip.mp4?thumb=a.jpg#b.png'])(
  'a link without a telling ending may be a video: %s',
  (path) => {
    const url = `https://media.example.test${path}`;
    expect(read({ code: 200, data: { taskId: 't', resultUrls: [url] } }).videoUrls).toEqual([url]);
  },
);

describe('a time at which it failed', () => {
  const film = { id: 't', result_url: video };

  test.each(['0001-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z', '0', 0, '', null])('%j is none', (failed_at) => {
    expect(read({ ...film, failed_at })).toMatchObject({ state: 'succeeded', videoUrls: [video] });
  });

  test.each(['2026-11-26T10:00:00Z', '2026-11-26 10:00:00+00', 1_795_687_200, '1795687200'])('%j', (failed_at) => {
    expect(read({ id: 't', failed_at })).toMatchObject({ state: 'failed' });
  });
});

describe('what stands beside the film', () => {
  const done = { id: 't', status: 'done' };
  const sent = 'https://media.example.test/in/sent.mp4';
  const list = 'https://media.example.test/out/a.m3u8';

  test.each([
    { ...done, url: sent, input: { url: sent }, result: { url: video } },
    { ...done, video_url: sent, request: { url: sent }, output: { final: video } },
    { ...done, video_url: list, mp4_url: video },
    { ...done, result_url: list, files: { hls: list, mp4: video } },
    { ...done, video: { url: list }, download: { mp4: video } },
  ])('neither our own link nor a list for players is taken for it: %j', (body) => {
    expect(read(body)).toMatchObject({ taskId: 't', videoUrls: [video] });
  });

  test.each([
    [{ ...done, video_url: list }, list],
    [{ ...done, url: video, input: { url: video } }, video],
    [{ ...done, video_url: list, source_mp4: sent }, list],
  ])('where there is nothing else it stays: %j', (body, url) => {
    expect(read(body)).toMatchObject({ videoUrls: [url] });
  });

  test('where a store of Google tells of the object is not where it gives it', () => {
    const mediaLink = 'https://storage.googleapis.example.test/download/storage/v1/b/b/o/veo%2Fs.mp4?alt=media';
    const selfLink = 'https://www.googleapis.example.test/storage/v1/b/b/o/veo%2Fs.mp4';
    const object = { kind: 'storage#object', id: 'b/veo/s.mp4/17', selfLink, bucket: 'b', contentType: 'video/mp4' };
    expect(read({ ...object, mediaLink })).toMatchObject({ state: 'succeeded', videoUrls: [mediaLink] });
    expect(read({ ...object, selfLink: mediaLink })).toMatchObject({ state: 'succeeded', videoUrls: [mediaLink] });
    expect(read({ task_id: 't', status: 'done', self_link: selfLink })).toMatchObject({ videoUrls: [selfLink] });
  });

  test('a link to what an error means is no film', () => {
    const documentation = 'https://runware.example.test/docs/invalid.mp4';
    const body = { errors: [{ code: 'invalid', message: 'Invalid size', taskUUID: 't', documentation }] };
    expect(read(body)).toMatchObject({ taskId: 't', state: 'failed', message: 'Invalid size', videoUrls: [] });
  });
});

describe('an id in a list of one', () => {
  test.each([
    { task_id: ['t'], status: 'success', video_url: video },
    { task_ids: ['t'], status: 'success', video_url: video },
    { code: 200, data: { taskId: ['t'], resultUrls: [video] } },
    { ids: ['t'], status: 'done', video_url: video },
    { data: { job_ids: ['t'], status: 'done', video_url: video } },
  ])('%j', (body) => {
    expect(read(body)).toMatchObject({ taskId: 't', state: 'succeeded', videoUrls: [video] });
  });

  test.each([{ task_id: ['a', 'b'] }, { ids: ['a', 'b'] }, { ids: 'a' }, { task_id: [['a']] }])(
    'any other is none of a task: %j',
    (ids) => {
      expect(read({ ...ids, status: 'done', video_url: video }).taskId).toMatch(/^body-/);
    },
  );
});

test('an answer about several tasks has one for each, also behind the id of the exchange', () => {
  const data = [
    { id: 'a', status: 'succeeded', outputs: [{ type: 'video', id: 'o', url: video }] },
    { id: 'b', status: 'failed', message: 'bad luck', outputs: [] },
  ];
  const readings = readTasks({
    body: { code: 0, message: 'ok', request_id: 'r', data },
    headers: {},
    providerHint: null,
  });
  expect(readings).toMatchObject([
    { taskId: 'a', result: { state: 'succeeded', videoUrls: [video] } },
    { taskId: 'b', result: { state: 'failed', message: 'bad luck', videoUrls: [] } },
  ]);
});

describe('the file of an output that has its type beside it (Sieve)', () => {
  const link = 'https://storage.example.test/outputs/5f0c1a?signature=x';
  const done = { id: 't', status: 'finished' };

  test.each([
    [{ type: 'sieve.File', data: { url: link } }],
    [{ data: { url: link } }],
    [{ name: 'out', type: 'video', data: { url: link } }],
  ])('%j is the film', (output) => {
    expect(read({ ...done, outputs: [output] }).videoUrls).toEqual([link]);
  });

  test.each([
    { ...done, outputs: [{ type: 'image', data: { url: link } }] },
    { ...done, outputs: [{ type: 'sieve.File', data: { url: image } }] },
    { ...done, outputs: [{ type: 'sieve.Struct', data: { page: link } }] },
    { ...done, inputs: [{ data: { url: link } }] },
    { ...done, status: 'processing', outputs: [{ data: { url: link } }] },
    { ...done, author: { data: { url: link } } },
  ])('%j has none', (body) => {
    expect(read(body).videoUrls).toEqual([]);
  });

  test('no other one than the film that is there', () => {
    expect(read({ ...done, outputs: [{ data: { url: link } }, { data: { url: video } }] }).videoUrls).toEqual([video]);
  });
});
