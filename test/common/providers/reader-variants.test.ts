/** Spellings and answers that the documents name, beyond the recorded samples. */
import { describe, expect, test } from 'vitest';
import type { Result } from '../../../src-main/common/model.ts';
import { readBody } from '../../../src-main/common/providers/reader.ts';
import type { Reading } from '../../../src-main/common/providers/reading.ts';

const video = 'https://media.example.test/out/a.mp4';
const second = 'https://media.example.test/out/b.mp4';
const image = 'https://media.example.test/out/a.png';
const source = 'https://media.example.test/in/source.mp4';
const callback = 'https://inbox.example.test/c/some-token';
const id = '3f0c2a51-77de-4a1b-9d7e-0b6f5a2c9e10';

function read(body: unknown, providerHint: string | null = null, headers: Record<string, string> = {}) {
  const reading: Reading = readBody({ body, headers, providerHint });
  if (reading.kind !== 'result') throw new Error(`not a result: ${reading.kind}`);
  return reading;
}

const resultOf = (body: unknown): Result => read(body).result;

describe('Runway Aleph', () => {
  const ids = [
    ['root taskId', (data: object) => ({ taskId: id, data })],
    ['root task_id', (data: object) => ({ task_id: id, data })],
    ['data.task_id', (data: object) => ({ data: { ...data, task_id: id } })],
    ['data.taskId', (data: object) => ({ data: { ...data, taskId: id } })],
    ['both places', (data: object) => ({ taskId: id, data: { ...data, task_id: id } })],
  ] as const;
  const videos = [
    ['result_video_url', { result_video_url: video, result_image_url: image }],
    ['resultVideoUrl', { resultVideoUrl: video, resultImageUrl: image }],
    ['video_url', { video_url: video, image_url: image, video_id: 'v-1' }],
    ['videoUrl', { videoUrl: video, imageUrl: image }],
    ['resultUrls', { resultUrls: [video], imageUrls: [image] }],
    ['result_url', { result_url: video, image_url: image }],
    ['response', { response: { taskId: id, resultVideoUrl: video, resultImageUrl: image } }],
    ['videoInfo', { videoInfo: { videoId: 'v-1', videoUrl: video, imageUrl: image } }],
    ['an empty name before', { result_video_url: '', video_url: video, result_image_url: '', image_url: image }],
  ] as const;

  for (const [where, wrap] of ids) {
    test.each(videos)(`task id as ${where}, video as %s`, (_, data) => {
      for (const code of [200, '200']) {
        const { taskId, provider, result } = read({ code, msg: 'success', ...wrap(data) });
        expect(taskId).toBe(id);
        expect(provider).toMatch(/^kie-/);
        expect(result).toMatchObject({
          state: 'succeeded',
          message: 'success',
          videoUrls: [video],
          thumbnailUrl: image,
          needsApiKey: false,
        });
      }
    });
  }

  test('a video at the root', () => {
    expect(resultOf({ code: 200, taskId: id, videoUrl: video })).toMatchObject({
      state: 'succeeded',
      videoUrls: [video],
    });
  });

  test.each([
    { code: 400, msg: 'stopped', data: null, taskId: id },
    { code: '400', msg: 'stopped', taskId: id },
    { code: 400, msg: 'stopped', data: {}, taskId: id },
    { code: 500, msg: 'stopped', data: { task_id: id } },
    { code: 400, msg: 'stopped', data: { task_id: id, video_url: '', image_url: '' } },
    { code: 400, msg: 'stopped', data: { taskId: id, result_video_url: null } },
  ])('failure: %j', (body) => {
    const { taskId, result } = read(body);
    expect(taskId).toBe(id);
    expect(result).toMatchObject({ state: 'failed', message: 'stopped', videoUrls: [], needsApiKey: false });
    expect(result.expiresAfterSeconds).toBeNull();
  });

  test('a failure without a message has none', () => {
    expect(resultOf({ code: 400, data: null, taskId: id })).toMatchObject({ state: 'failed', message: null });
  });

  test('is called Aleph by what only Aleph sends', () => {
    for (const body of [
      { code: 200, data: { result_video_url: video }, taskId: id },
      { code: 200, data: { task_id: id, result_image_url: image } },
      { code: 400, data: null, taskId: id },
      { code: 200, data: { taskId: id, response: { resultVideoUrl: video } } },
    ]) {
      expect(read(body)).toMatchObject({ provider: 'kie-aleph', certain: true });
    }
  });

  test('record-info: done, running, failed', () => {
    const answer = (data: object) => ({
      code: 200,
      msg: 'success',
      data: {
        taskId: id,
        paramJson: JSON.stringify({ prompt: 'as a woodcut', videoUrl: source }),
        errorMessage: '',
        errorCode: 0,
        ...data,
      },
    });
    const done = { successFlag: 1, response: { taskId: id, resultVideoUrl: video, resultImageUrl: image } };
    expect(resultOf(answer(done))).toMatchObject({
      state: 'succeeded',
      videoUrls: [video],
      thumbnailUrl: image,
      prompt: 'as a woodcut',
      sourceUrl: source,
      expiresAfterSeconds: 14 * 86_400,
    });
    for (const response of [null, undefined, {}]) {
      const running = resultOf(answer({ successFlag: 0, response }));
      expect(running).toMatchObject({ state: 'processing', videoUrls: [], sourceUrl: source });
      expect(running.expiresAfterSeconds).toBeNull();
    }
    expect(resultOf(answer({ successFlag: 0, errorMessage: 'too long' }))).toMatchObject({
      state: 'failed',
      message: 'too long',
    });
    expect(resultOf(answer({ successFlag: 0, errorCode: 500 }))).toMatchObject({ state: 'failed' });
    expect(resultOf(answer({ successFlag: 0, errorCode: null }))).toMatchObject({ state: 'processing' });
    expect(resultOf(answer({ successFlag: '0', errorCode: '0' }))).toMatchObject({ state: 'processing' });
    for (const successFlag of [2, 3, '3']) expect(resultOf(answer({ successFlag }))).toMatchObject({ state: 'failed' });
  });
});

describe('Luma Modify', () => {
  const request = { callBackUrl: callback, prompt: 'a harbour at night', videoUrl: source, waterMark: '' };
  const echoes = [
    ['a string', JSON.stringify(request)],
    ['an object', request],
    ['a string in a string', JSON.stringify(JSON.stringify(request))],
  ] as const;

  test.each(echoes)('promptJson as %s', (_, promptJson) => {
    const { provider, certain, result } = read({
      code: 200,
      msg: 'Modify record generated successfully.',
      data: { taskId: id, promptJson, resultUrls: [video] },
    });
    expect({ provider, certain }).toEqual({ provider: 'kie-luma', certain: true });
    expect(result).toMatchObject({
      state: 'succeeded',
      videoUrls: [video],
      prompt: 'a harbour at night',
      sourceUrl: source,
      thumbnailUrl: null,
    });
  });

  test.each([
    ['cut off', '{"prompt":"cut off'],
    ['empty', ''],
    ['null', null],
    ['a number', 7],
    ['a list', []],
    ['words', 'A harbour at night'],
    ['absent', undefined],
  ])('promptJson %s does not stop the delivery', (_, promptJson) => {
    const result = resultOf({ code: 200, data: { taskId: id, promptJson, resultUrls: [video, second] } });
    expect(result).toMatchObject({ state: 'succeeded', videoUrls: [video, second] });
    expect(result.sourceUrl).toBeNull();
  });

  test.each(echoes)('the source in promptJson as %s is never the result', (_, promptJson) => {
    for (const data of [{}, { resultUrls: [] }, { resultUrls: null }, { resultUrls: '' }]) {
      const result = resultOf({ code: 200, data: { taskId: id, promptJson, ...data } });
      expect(result).toMatchObject({ state: 'succeeded', videoUrls: [], needsApiKey: true, sourceUrl: source });
      expect(resultOf({ code: 500, msg: 'failed', data: { taskId: id, promptJson, ...data } })).toMatchObject({
        state: 'failed',
        videoUrls: [],
        needsApiKey: false,
        sourceUrl: source,
      });
    }
  });

  test('resultUrls inside promptJson are not results', () => {
    const promptJson = JSON.stringify({ ...request, resultUrls: [second], result: { video_url: second } });
    expect(resultOf({ code: 200, data: { taskId: id, promptJson, resultUrls: [video] } }).videoUrls).toEqual([video]);
    expect(resultOf({ code: 200, data: { taskId: id, promptJson } }).videoUrls).toEqual([]);
  });

  test('a source beside the result is not the result', () => {
    expect(resultOf({ code: 200, data: { taskId: id, videoUrl: source, resultUrls: [video] } }).videoUrls).toEqual([
      video,
    ]);
    expect(resultOf({ code: 200, taskId: id, videoUrl: source, data: { resultUrls: [video] } }).videoUrls).toEqual([
      video,
    ]);
    const promptJson = JSON.stringify(request);
    expect(resultOf({ code: 200, data: { taskId: id, videoUrl: source, promptJson } }).videoUrls).toEqual([]);
    expect(resultOf({ code: 500, data: { taskId: id, videoUrl: source } }).videoUrls).toEqual([]);
  });

  test.each([
    [1, 'succeeded'],
    [4, 'succeeded'],
    [0, 'processing'],
    [2, 'failed'],
    [3, 'failed'],
    [9, 'unknown'],
  ] as const)('record-info with successFlag %d is %s', (successFlag, state) => {
    const response = successFlag === 1 || successFlag === 4 ? { resultUrls: [video], originUrls: [second] } : null;
    const result = resultOf({
      code: 200,
      msg: 'success',
      data: {
        taskId: id,
        promptJson: JSON.stringify(request),
        successFlag,
        response,
        errorCode: null,
        errorMessage: null,
      },
    });
    expect(result).toMatchObject({ state, videoUrls: response === null ? [] : [video] });
  });

  test.each([
    ['GENERATING', 'processing'],
    ['SUCCESS', 'succeeded'],
    ['CREATE_TASK_FAILED', 'failed'],
    ['GENERATE_FAILED', 'failed'],
    ['CALLBACK_FAILED', 'succeeded'],
  ])('the flag as a word: %s is %s', (status, state) => {
    expect(resultOf({ code: 200, data: { taskId: id, status } }).state).toBe(state);
  });

  test.each([
    [`[${video}]`, [video]],
    [`[${video}, ${second}]`, [video, second]],
    [`[ ${video},${second} ]`, [video, second]],
    ['[https://media.example.test/x,y.mp4]', ['https://media.example.test/x,y.mp4']],
    [JSON.stringify([video, second]), [video, second]],
    [JSON.stringify({ url: video }), [video]],
    [JSON.stringify([{ url: video }]), [video]],
    [video, [video]],
    [` ${video}\n`, [video]],
    [{ url: video }, [video]],
    [
      [{ url: video }, { url: second }],
      [video, second],
    ],
    [
      [[video], [second]],
      [video, second],
    ],
    [
      [video, video, second],
      [video, second],
    ],
    [['', null, 7, 'none', 'ftp://x.example/a.mp4', 'javascript:alert(1)', 'file:///etc/passwd', video], [video]],
    [[image, video], [video]],
    ['https://', []],
    ['//media.example.test/a.mp4', ['//media.example.test/a.mp4']],
    ['s3://bucket/out/a.mp4', ['s3://bucket/out/a.mp4']],
    [['gs://bucket/a.mp4', video], [video]],
    ['//media.example.test:8443/a.mp4', ['//media.example.test:8443/a.mp4']],
    ['ftp://media.example.test/a.mp4', ['ftp://media.example.test/a.mp4']],
    ['oss://bucket/out/a.mp4', ['oss://bucket/out/a.mp4']],
    ['https://media.example.test:99999/a.mp4', ['https://media.example.test:99999/a.mp4']],
    ['https://media..example.test:x/a.mp4', ['https://media..example.test:x/a.mp4']],
    ['blob:https://app.example.test/0b1c-22', ['blob:https://app.example.test/0b1c-22']],
    ['http:\\\\media.example.test\\out\\a.mp4', ['http://media.example.test/out/a.mp4']],
    [['https://media.example.test:99999/a.mp4', video], [video]],
    ['https://media.example.test:99999/a.png', []],
    ['//nowhere', []],
    [`https://media.example.test/${'a'.repeat(9000)}.mp4`, []],
    [`${video}?X-Amz-Security-Token=${'a'.repeat(7000)}`, [`${video}?X-Amz-Security-Token=${'a'.repeat(7000)}`]],
  ])('resultUrls written as %j', (resultUrls, expected) => {
    expect(resultOf({ code: 200, data: { taskId: id, resultUrls } }).videoUrls).toEqual(expected);
  });

  const many = Array.from({ length: 1500 }, (_, n) => `https://media.example.test/${String(n)}.mp4`);
  const files = many.map((url) => ({ url, width: 640 }));
  test.each<[string, (count: number) => object]>([
    ['links', (count) => ({ code: 200, data: { taskId: id, resultUrls: many.slice(0, count) } })],
    ['objects', (count) => ({ id, status: 'completed', output: { videos: files.slice(0, count) } })],
    ['objects under a name of their own', (count) => ({ id, status: 'completed', artifacts: files.slice(0, count) })],
    ['links in a list in JSON', (count) => ({ id, status: 'completed', output: JSON.stringify(many.slice(0, count)) })],
    ['members of data', (count) => ({ id, status: 'completed', data: files.slice(0, count) })],
    [
      'members of works',
      (count) => ({ id, works: many.slice(0, count).map((resource) => ({ resource: { resource } })) }),
    ],
    ['a row of links', (count) => ({ id, status: 'completed', output: many.slice(0, count).join(',') })],
  ])('all of hundreds of videos, and word of those beyond: %s', (_, of) => {
    const all = resultOf(of(250));
    expect(all.videoUrls).toEqual(many.slice(0, 250));
    expect(all).not.toHaveProperty('linksLeft');
    const { videoUrls, linksLeft } = resultOf(of(1500));
    expect(videoUrls).toEqual(many.slice(0, 256));
    expect(linksLeft).toBe(1244);
  });
});

describe('Runway', () => {
  test.each(['wait', 'queueing', 'generating', 'success', 'fail'] as const)('record-detail: %s', (state) => {
    const { provider, taskId, result } = read({
      code: 200,
      msg: 'success',
      data: {
        taskId: id,
        parentTaskId: 'parent',
        generateParam: { prompt: 'a kite', imageUrl: image, duration: 5 },
        state,
        generateTime: '2026-11-20 10:01:02',
        videoInfo: state === 'success' ? { videoId: 'v', taskId: id, videoUrl: video, imageUrl: image } : null,
        failCode: 0,
        failMsg: state === 'fail' ? 'stopped' : '',
        expireFlag: 0,
      },
    });
    expect({ provider, taskId }).toEqual({ provider: 'kie-runway', taskId: id });
    expect(result).toMatchObject({
      state: state === 'success' ? 'succeeded' : state === 'fail' ? 'failed' : 'processing',
      videoUrls: state === 'success' ? [video] : [],
      thumbnailUrl: state === 'success' ? image : null,
      prompt: 'a kite',
      message: state === 'fail' ? 'stopped' : 'success',
    });
  });

  test('an older answer with numbers for ids', () => {
    expect(read({ code: 200, data: { id: 4711, parentId: 12, state: 'generating' } }).taskId).toBe('4711');
  });
});

describe('Veo', () => {
  const promptJson = { model: 'veo3_fast', prompt: 'a paper boat', imageUrls: [image], callBackUrl: callback };

  test.each([
    ['text', JSON.stringify(promptJson)],
    ['an object', promptJson],
  ])('promptJson as %s', (_, echo) => {
    const { provider, result } = read({
      code: 200,
      data: { taskId: 'x1', promptJson: echo, info: { resultUrls: [video], originUrls: [second] } },
    });
    expect(provider).toBe('kie-veo');
    expect(result).toMatchObject({
      videoUrls: [video],
      prompt: 'a paper boat',
      model: 'veo3_fast',
      thumbnailUrl: null,
    });
  });

  test('record-info', () => {
    const { provider, result } = read({
      code: 200,
      data: {
        taskId: 'x1',
        paramJson: JSON.stringify(promptJson),
        response: { taskId: 'x1', resultUrls: [video], originUrls: [second], resolution: '1080p' },
        successFlag: 1,
        errorCode: null,
        errorMessage: '',
      },
    });
    expect(provider).toBe('kie-veo');
    expect(result).toMatchObject({ state: 'succeeded', videoUrls: [video], prompt: 'a paper boat' });
  });

  test('4K, not ready yet', () => {
    const body = { code: 422, msg: 'processing', data: { taskId: 'veo_task_1', resultUrls: null, imageUrls: null } };
    expect(read(body)).toMatchObject({ taskId: 'veo_task_1', result: { videoUrls: [], thumbnailUrl: null } });
  });

  test.each([
    ['4K is processing. It should be ready in 5-10 minutes.', 422, 'processing'],
    ['The task is still processing, please try again later', 422, 'processing'],
    ['processing', 422, 'processing'],
    ['1080P is not ready yet', 400, 'processing'],
    ['The video is being upscaled.', 422, 'processing'],
    ['视频生成中，请稍后再试', 422, 'processing'],
    ['Your request was rejected by Flow.', 422, 'failed'],
    ['An error occurred while the video was still processing', 422, 'failed'],
    ['prompt is required', 422, 'failed'],
    ['The service is currently processing too many requests', 500, 'failed'],
    ['Internal error', 500, 'failed'],
  ] as const)('asked too early is no failure: %s, %d', (msg, code, state) => {
    expect(resultOf({ code, msg, data: { taskId: 'v', resultUrls: null } })).toMatchObject({ state, message: msg });
    expect(resultOf({ code: String(code), msg, data: null, taskId: 'v' })).toMatchObject({ state });
    if (code === 422) expect(resultOf({ success: false, message: msg, task_id: 'v' })).toMatchObject({ state });
  });
});

describe('kie Market', () => {
  const param = JSON.stringify({
    model: 'wan/2-5',
    callBackUrl: callback,
    input: JSON.stringify({ prompt: 'a market stall', video_url: source }),
  });
  const body = (code: number, data: object) => ({
    code,
    msg: 'outer',
    data: { taskId: id, model: 'wan/2-5', param, ...data },
  });

  test.each([
    ['text', JSON.stringify({ resultUrls: [video], resultWaterMarkUrls: [second] })],
    ['an object', { resultUrls: [video], resultWaterMarkUrls: [second] }],
  ])('resultJson as %s', (_, resultJson) => {
    const { provider, certain, result } = read(body(200, { state: 'success', resultJson, creditsConsumed: 61 }));
    expect({ provider, certain }).toEqual({ provider: 'kie-market', certain: true });
    expect(result).toMatchObject({
      state: 'succeeded',
      videoUrls: [video],
      prompt: 'a market stall',
      sourceUrl: source,
      model: 'wan/2-5',
      credits: 61,
      expiresAfterSeconds: 86_400,
    });
  });

  test.each([
    ['success', 501, 'succeeded'],
    ['fail', 200, 'failed'],
    ['waiting', 200, 'processing'],
    ['queuing', 200, 'processing'],
    ['generating', 501, 'processing'],
    ['SUCCESS', 200, 'succeeded'],
    ['paused_for_lunch', 200, 'unknown'],
  ] as const)('state %s beats code %d', (state, code, expected) => {
    expect(resultOf(body(code, { state }))).toMatchObject({ state: expected, stateWord: state });
  });

  test('pictures only: succeeded, and nothing to fetch', () => {
    const resultJson = JSON.stringify({ resultUrls: [image, 'https://media.example.test/b.WEBP?x=1.mp4'] });
    expect(resultOf(body(200, { state: 'success', resultJson }))).toMatchObject({
      state: 'succeeded',
      videoUrls: [],
      needsApiKey: false,
    });
  });

  test.each([{ failCode: '500' }, { failCode: null }, { failCode: '' }, { failCode: 500 }])(
    'failure with %j',
    (code) => {
      expect(resultOf(body(501, { state: 'fail', failMsg: 'no luck', resultJson: null, ...code }))).toMatchObject({
        state: 'failed',
        message: 'no luck',
        videoUrls: [],
      });
    },
  );

  test('old copies: consumeCredits, message, a flat body', () => {
    expect(resultOf(body(200, { state: 'success', consumeCredits: '12.5', remainedCredits: 100 })).credits).toBe(12.5);
    expect(resultOf({ code: 501, message: 'no luck', taskId: id }).message).toBe('no luck');
    expect(read({ taskId: id, state: 'success', resultUrls: [video] })).toMatchObject({
      taskId: id,
      provider: 'kie-market',
      certain: false,
      result: { state: 'succeeded', videoUrls: [video] },
    });
  });
});

describe('kie, which API is not to be seen', () => {
  test.each([
    { code: 501, msg: 'failed', data: { taskId: id } },
    { code: 200, msg: 'done', data: { task_id: id, video_url: video } },
    { code: 200, msg: 'done', data: { taskId: id, resultUrls: [video] } },
    { code: 400, msg: 'failed', taskId: id },
  ])('%j is some API of the family', (body) => {
    const { provider, certain } = read(body);
    expect(provider).toMatch(/^kie-/);
    expect(certain).toBe(false);
  });
});

describe('who sent it', () => {
  const ambiguous = { code: 200, data: { task_id: id, video_url: video } };

  test.each([
    ['kie-aleph', 'kie-aleph'],
    ['/webhook/aleph-callback', 'kie-aleph'],
    ['/luma-modify-callback', 'kie-luma'],
    ['/webhook/luma', 'luma'],
    ['/webhook/kie-market', 'kie-market'],
    ['/webhook/veo3-4k-callback', 'kie-veo'],
    ['/webhook/runway', 'kie-runway'],
    ['runway', 'runway'],
  ])('the hint %s means %s', (hint, provider) => {
    expect(read(ambiguous, hint)).toMatchObject({ provider, certain: true });
  });

  test.each(['kie', '', '/c/token', 'unknown', '__proto__'])('the hint %j leaves it to the shape', (hint) => {
    expect(read(ambiguous, hint)).toMatchObject({ provider: 'kie-runway', certain: false });
  });

  test.each([
    [ambiguous, 'Aleph, winter film', 'kie-aleph', true],
    [ambiguous, 'Kling', 'kie-runway', false],
    [{ id: 'x', status: 'done' }, 'Shotstack renders', 'shotstack', false],
    [{ id: 'x', status: 'done' }, 'sync my market research', 'unknown', false],
    [{ id: 'x', status: 'done' }, 'Main', 'unknown', false],
    [{ task_id: 'x', task_status: 'succeed' }, 'Replicate', 'kling', true],
  ] as const)('%j through the URL called %j is from %s', (body, urlName, provider, certain) => {
    const reading = readBody({ body, headers: {}, providerHint: null, urlName });
    expect(reading).toMatchObject({ provider, certain });
  });

  test.each([
    ['x-openrouter-signature', 't=1,v1=00', 'openrouter'],
    ['x-ai-gateway-signature', 't=1,v1=00', 'vercel'],
    ['x-fal-webhook-signature', '00', 'fal'],
    ['x-webhook-secret', 'secret', 'piapi'],
    ['x-webhook-id', 'id', 'pollo'],
    ['webhook-signature', 'v3,00', 'wavespeed'],
    ['webhook-signature', 'v1,00', 'unknown'],
    ['x-webhook-signature', 'AAAA', 'unknown'],
  ])('the header %s: %s is sent by %s', (name, value, provider) => {
    expect(read({ id: 'x', note: 1 }, null, { [name]: value }).provider).toBe(provider);
  });
});

test('headers that many use do not overrule a certain shape', () => {
  const luma = { code: 200, data: { taskId: id, promptJson: { videoUrl: source }, resultUrls: [video] } };
  const shared = { 'x-webhook-id': 'id', 'x-webhook-secret': 's', 'webhook-signature': 'v3,00' };
  expect(read(luma, null, shared).provider).toBe('kie-luma');
  // kie.ai sends no X-Webhook-Id.
  expect(read({ code: 200, data: { taskId: id } }, null, { 'x-webhook-id': 'id' }).provider).toBe('pollo');
});

describe('other providers', () => {
  const cases: readonly (readonly [string, string, unknown, Partial<Result> & { taskId?: string }])[] = [
    [
      'fal: the output could not be sent',
      'fal',
      { request_id: 'r', gateway_request_id: 'g', status: 'OK', payload: null, payload_error: 'not serialisable' },
      { taskId: 'r', state: 'succeeded', message: 'not serialisable', needsApiKey: true },
    ],
    [
      'fal: pictures',
      'fal',
      {
        request_id: 'r',
        status: 'OK',
        payload: { images: [{ url: 'https://fal.example/x', content_type: 'image/png' }] },
      },
      { state: 'succeeded', videoUrls: [], needsApiKey: false },
    ],
    [
      'fal: several videos',
      'fal',
      { request_id: 'r', status: 'OK', payload: { videos: [{ url: video }, { url: second }], prompt: 'two' } },
      { videoUrls: [video, second], prompt: 'two', expiresAfterSeconds: null },
    ],
    [
      'Replicate: a list, and an object',
      'replicate',
      {
        id: 'p',
        status: 'succeeded',
        output: [video, second],
        input: { video: source, prompt: 'x' },
        urls: { get: 'https://api.replicate.com/v1/predictions/p' },
        webhook: callback,
      },
      { videoUrls: [video, second], sourceUrl: source, expiresAfterSeconds: 3600 },
    ],
    [
      'Replicate: an object',
      'replicate',
      {
        id: 'p',
        version: 'v',
        status: 'succeeded',
        output: { video, thumbnail: image },
        input: {},
        urls: { get: 'https://api.replicate.com/v1/predictions/p' },
      },
      { videoUrls: [video], thumbnailUrl: image },
    ],
    [
      'Replicate: canceled',
      'replicate',
      { id: 'p', status: 'canceled', version: 'v', input: { video: source }, output: null, error: null },
      { state: 'failed', stateWord: 'canceled', videoUrls: [], message: null },
    ],
    [
      'Luma: dreaming, with a preview',
      'luma',
      { id: 'l', state: 'dreaming', assets: { progress_video: second }, request: { media: { url: source } } },
      { state: 'processing', videoUrls: [], sourceUrl: source },
    ],
    [
      'Luma: the older schema',
      'luma',
      { id: 'l', state: 'failed', state_reason: 'moderation', assets: { thumbnail: image } },
      { state: 'failed', message: 'moderation', thumbnailUrl: image },
    ],
    [
      'MiniMax: a file to fetch',
      'minimax',
      {
        task_id: 315334141465231,
        status: 'Success',
        file_id: '1',
        base_resp: { status_code: 0, status_msg: 'success' },
      },
      { taskId: '315334141465231', state: 'succeeded', videoUrls: [], needsApiKey: true },
    ],
    [
      'Kling: a parent video is a source',
      'kling',
      {
        task_id: '812345678901234567',
        task_status: 'succeed',
        task_status_msg: '',
        final_unit_deduction: '3.5',
        task_info: { parent_video: { id: '1', url: source, duration: '5' } },
        task_result: { images: [], videos: [{ id: '2', url: video, duration: '5.1' }] },
      },
      { state: 'succeeded', videoUrls: [video], sourceUrl: source, credits: 3.5, expiresAfterSeconds: 2_592_000 },
    ],
    [
      'Kling: the query answer, code 0',
      'kling',
      {
        code: 0,
        message: 'SUCCEED',
        request_id: 'req',
        data: {
          task_id: '8',
          task_status: 'processing',
          task_result: {},
          task_info: { parent_video: { url: source } },
        },
      },
      { taskId: '8', state: 'processing', videoUrls: [] },
    ],
    [
      'PiAPI: Kling works',
      'piapi',
      {
        timestamp: 1,
        data: {
          task_id: 't',
          task_type: 'video_generation',
          status: 'Completed',
          input: { prompt: 'x', video: source },
          output: { works: [{ video: { resource: video }, cover: { resource: image } }] },
          error: { code: 0, message: '' },
        },
      },
      { state: 'succeeded', videoUrls: [video], thumbnailUrl: image, sourceUrl: source },
    ],
    [
      'PiAPI: video_url',
      'piapi',
      { data: { task_id: 't', task_type: 'x', status: 'completed', output: { video_url: video } } },
      { videoUrls: [video] },
    ],
    [
      'OpenRouter: cancelled',
      'openrouter',
      { type: 'video.generation.cancelled', data: { id: 'j', status: 'cancelled', error: 'stopped' } },
      { state: 'failed', message: 'stopped', needsApiKey: false },
    ],
    [
      'OpenRouter: links need the key',
      'openrouter',
      {
        type: 'video.generation.completed',
        data: { id: 'j', unsigned_urls: ['https://or.example/j/content?index=0'] },
      },
      {
        state: 'succeeded',
        stateWord: 'completed',
        needsApiKey: true,
        videoUrls: ['https://or.example/j/content?index=0'],
      },
    ],
    [
      'WaveSpeed',
      'wavespeed',
      {
        id: 'w',
        model: 'm',
        input: { prompt: 'x', video: source },
        outputs: [video],
        urls: { get: 'https://api.wavespeed.ai/x' },
        status: 'completed',
        has_nsfw_contents: [false],
        error: '',
      },
      { state: 'succeeded', videoUrls: [video], sourceUrl: source, model: 'm' },
    ],
    ['Pollo', 'pollo', { taskId: 't', status: 'succeed' }, { state: 'succeeded', needsApiKey: true }],
    [
      'Higgsfield: nsfw',
      'higgsfield',
      { request_id: 'h', status: 'nsfw', status_url: 'https://h.example/s', cancel_url: 'https://h.example/c' },
      { state: 'failed', stateWord: 'nsfw', videoUrls: [] },
    ],
    [
      'Vidu',
      'vidu',
      { id: '9', state: 'success', err_code: '', creations: [{ id: '1', url: video, cover_url: image }], credits: 4 },
      { state: 'succeeded', videoUrls: [video], thumbnailUrl: image, credits: 4 },
    ],
    [
      'Ark: what was sent is in content, as a list',
      'ark',
      { id: 'cgt-1', status: 'running', content: [{ type: 'video_url', video_url: { url: source } }] },
      { state: 'processing', videoUrls: [] },
    ],
    [
      'HeyGen',
      'heygen',
      { event_type: 'avatar_video.success', event_data: { video_id: 'v', url: video, callback_id: 'c' } },
      { taskId: 'v', state: 'succeeded', videoUrls: [video] },
    ],
    [
      'HeyGen: fail',
      'heygen',
      { event_type: 'avatar_video.fail', event_data: { video_id: 'v', msg: 'no face' } },
      { state: 'failed', message: 'no face' },
    ],
    [
      'maxapi: code 0 and success',
      'maxapi',
      { code: 0, data: { taskId: 'm', status: 'SUCCESS', result: { urls: [video] } } },
      { state: 'succeeded', videoUrls: [video] },
    ],
    [
      'maxapi: code 0 and failure',
      'maxapi',
      { code: 0, data: { taskId: 'm', status: 'FAILURE', error: { message: 'no' }, result: null } },
      { state: 'failed', message: 'no' },
    ],
  ];

  test.each(cases)('%s', (_, provider, body, { taskId, ...expected }) => {
    const reading = read(body);
    expect(reading.provider).toBe(provider);
    if (taskId !== undefined) expect(reading.taskId).toBe(taskId);
    expect(reading.result).toMatchObject(expected);
  });
});

describe('bodies of no provider that we know', () => {
  test.each([
    [{ id: 'x', state: 'frobnicating' }, 'unknown', 'frobnicating'],
    [{ id: 'x' }, 'unknown', null],
    [{ id: 'x', url: video }, 'succeeded', null],
    [{ id: 'x', error: 'boom' }, 'failed', null],
    [{ id: 'x', status: 'In Progress' }, 'processing', 'In Progress'],
    [{ id: 'x', status: 200, url: video }, 'succeeded', null],
    [{ id: 'x', data: '{"status":"done"}' }, 'succeeded', 'done'],
    [{ id: 'x', type: 'job.completed' }, 'succeeded', 'completed'],
    [{ id: 'x', type: 'video' }, 'unknown', null],
    [{ id: 'x', code: 0, video_url: video }, 'succeeded', null],
    [{ id: 'x', code: 0 }, 'unknown', null],
  ] as const)('%j is %s', (body, state, stateWord) => {
    expect(read(body)).toMatchObject({ provider: 'unknown', certain: false, result: { state, stateWord } });
  });

  test.each([
    { id: 'x', data: { output: { urls: [video] } } },
    { id: 'x', data: { outputs: [video] } },
    { id: 'x', data: { url: video } },
    { id: 'x', data: [{ url: video }] },
    { id: 'x', data: [video] },
    { id: 'x', result: video },
    { id: 'x', result: { video } },
    { id: 'x', output: { result: { data: { videos: [video] } } } },
  ])('a video in %j', (body) => {
    expect(resultOf(body).videoUrls).toEqual([video]);
  });

  const sourceContainers =
    'input param promptJson paramJson generateParam request config task_info urls webhook callBackUrl callback_url status_url cancel_url';

  test.each(sourceContainers.split(' '))('%s never yields a result', (name) => {
    const inside = {
      url: source,
      video_url: source,
      resultUrls: [source],
      output: { url: source },
      data: { url: source },
    };
    for (const value of [inside, JSON.stringify(inside), [inside], source, [source]]) {
      // A list of that name holds results at maxapi and others; an object of it, addresses to ask at.
      if (name === 'urls' && Array.isArray(value)) continue;
      expect(resultOf({ id: 'x', status: 'completed', [name]: value }).videoUrls).toEqual([]);
      expect(resultOf({ code: 200, data: { taskId: 'x', [name]: value } }).videoUrls).toEqual([]);
      expect(resultOf({ id: 'x', output: { [name]: value } }).videoUrls).toEqual([]);
    }
  });

  test.each(['originUrls', 'resultWaterMarkUrls', 'progress_video'])('%s is an alternate', (name) => {
    expect(resultOf({ code: 200, data: { taskId: 'x', [name]: [video] } }).videoUrls).toEqual([]);
    expect(resultOf({ id: 'x', assets: { [name]: video } }).videoUrls).toEqual([]);
  });
});

describe('messages, the most telling first', () => {
  test.each([
    [{ data: { failMsg: 'a', errorMessage: 'b' }, error: 'c', msg: 'd' }, 'a'],
    [{ data: { failMsg: '', errorMessage: 'b', error: 'c' } }, 'b'],
    [{ data: { error: { message: 'c' } }, error: 'd' }, 'c'],
    [{ error: { code: 1, message: 'd' }, payload_error: 'e' }, 'd'],
    [{ error: 'd', payload_error: 'e' }, 'd'],
    [{ payload_error: 'e', failure_reason: 'f' }, 'e'],
    [{ failure_reason: 'f', task_status_msg: 'g' }, 'f'],
    [{ task_status_msg: 'g', base_resp: { status_msg: 'h' } }, 'g'],
    [{ base_resp: { status_msg: 'h' }, msg: 'i' }, 'h'],
    [{ msg: ' i ' }, 'i'],
    [{ msg: '', message: 'j' }, 'j'],
    [{ msg: null, error: null, data: { error: {} } }, null],
    [{ msg: 7 }, null],
  ])('%j', (body, message) => {
    expect(resultOf({ id: 'x', ...body }).message).toBe(message);
  });
});

describe('task ids', () => {
  test.each([
    [{ data: { taskId: 'a', task_id: 'b' }, taskId: 'c' }, 'a'],
    [{ data: { taskId: '', task_id: 'b' }, taskId: 'c' }, 'b'],
    [{ data: { id: 'f' }, taskId: 'c', id: 'g' }, 'c'],
    [{ task_id: 'd', request_id: 'e' }, 'd'],
    [{ request_id: 'e', data: { id: 'f' } }, 'e'],
    [{ data: { id: 'f' }, id: 'g' }, 'f'],
    [{ id: ' g ' }, 'g'],
    [{ id: 42 }, '42'],
    [{ taskId: { a: 1 }, id: 'g' }, 'g'],
    [{ taskId: ['a'], id: 'g' }, 'g'],
    [{ taskId: true, id: 'g' }, 'g'],
    [{ taskId: 'a\nb', id: 'g' }, 'g'],
    [{ taskId: 'a'.repeat(513), id: 'g' }, 'g'],
    [{ taskId: 'ü'.repeat(512), id: 'g' }, 'ü'.repeat(512)],
    [{ data: 'text', taskId: 'c' }, 'c'],
    [{ data: [], taskId: 'c' }, 'c'],
  ])('%j', (body, taskId) => {
    expect(read(body).taskId).toBe(taskId);
  });

  test.each([
    {},
    { taskId: '' },
    { taskId: '  ' },
    { taskId: null },
    { taskId: 'a\u0000b' },
    { taskId: '\u202egnp.4pm' },
    { taskId: '\ud800' },
    { taskId: 'a'.repeat(513) },
    { data: null },
    { data: { taskId: {} } },
    { input: { taskId: 'x' } },
    { challenge: null },
  ])('none in %j', (body) => {
    expect(readBody({ body, headers: {}, providerHint: null })).toEqual({ kind: 'unreadable', reason: 'no-task-id' });
  });

  test.each([null, undefined, 7, 'text', true, []])('%j is no object', (body) => {
    expect(readBody({ body, headers: {}, providerHint: null })).toEqual({
      kind: 'unreadable',
      reason: 'not-an-object',
    });
  });

  test('a challenge beside a task id is a result', () => {
    expect(read({ challenge: 'x', task_id: '1' }).taskId).toBe('1');
    for (const challenge of ['x', '', 0, 7, true, false, { deep: [1] }]) {
      expect(readBody({ body: { challenge }, headers: {}, providerHint: null })).toEqual({
        kind: 'challenge',
        challenge,
      });
    }
  });
});
