/** The callback formats of 2026, and answers to questions, as their documents and public receivers have them. */
import { describe, expect, test } from 'vitest';
import type { Result } from '../../../src-main/common/model.ts';
import { readBody } from '../../../src-main/common/providers/reader.ts';

const video = 'https://media.example.test/out/a.mp4';
/** As many CDNs have it: nothing in the path tells what it is. */
const bare = 'https://media.example.test/out/4711';
const image = 'https://media.example.test/out/a.jpg';

type Case = readonly [provider: string, body: unknown, taskId: string, expected: Partial<Result>];

const done = { state: 'succeeded', videoUrls: [video], needsApiKey: false } as const;
const failed = (message: string): Partial<Result> => ({ state: 'failed', videoUrls: [], message, needsApiKey: false });

const callbacks: readonly Case[] = [
  [
    'kling',
    {
      id: '842001',
      status: 'succeeded',
      message: '',
      external_id: 'vi-31',
      create_time: 1,
      update_time: 2,
      outputs: [
        { type: 'image', id: 'c', url: 'https://media.example.test/out/cover' },
        { type: 'video', id: 'o1', url: video, duration: '5.1' },
      ],
      billing: [{ charge_type: 'unit', amount: '3.5', list_price: '3.5' }],
    },
    '842001',
    { ...done, credits: 3.5, expiresAfterSeconds: 30 * 86_400 },
  ],
  [
    'kling',
    { id: '842002', status: 'failed', message: 'risk control', external_id: '', create_time: 1, update_time: 2 },
    '842002',
    failed('risk control'),
  ],
  [
    'kling',
    { id: '842003', status: 'submitted', message: '', external_id: '', create_time: 1, update_time: 1, outputs: [] },
    '842003',
    { state: 'processing', videoUrls: [] },
  ],
  [
    'minimax',
    {
      task: {
        id: '9100',
        model: 'MiniMax-H3',
        status: 'succeeded',
        content: { url: bare, cover_url: image },
        usage: { total: 1 },
        error: null,
      },
    },
    '9100',
    { ...done, videoUrls: [bare], thumbnailUrl: image, model: 'MiniMax-H3' },
  ],
  [
    'minimax',
    { task: { id: '9101', status: 'failed', error: { code: '1026', message: 'sensitive input' } } },
    '9101',
    failed('sensitive input'),
  ],
  [
    'gemini',
    {
      type: 'video.generated',
      version: 'v1',
      timestamp: '2026-11-25T10:01:30Z',
      data: {
        id: 'v-81',
        output_file_uri: 'https://generativelanguage.googleapis.com/v1beta/files/ab12',
        file_name: 'files/ab12',
      },
    },
    'v-81',
    { state: 'succeeded', videoUrls: [], needsApiKey: true, keyedFile: 'files/ab12' },
  ],
  [
    'gemini',
    { type: 'video.generated', version: 'v1', data: { id: 'v-82', output_file_uri: 'gs://bucket/a.mp4' } },
    'v-82',
    { state: 'succeeded', videoUrls: [], needsApiKey: true },
  ],
  [
    'gemini',
    { type: 'interaction.failed', version: 'v1', data: { id: 'i-9', error_code: 'SAFETY', error_message: 'blocked' } },
    'i-9',
    failed('blocked'),
  ],
  [
    'gemini',
    { type: 'interaction.requires_action', version: 'v1', data: { id: 'i-8' } },
    'i-8',
    { state: 'processing', needsApiKey: false },
  ],
  [
    'atlas',
    {
      session_id: 's-77',
      event_type: 'video.task.terminal',
      status: 'OK',
      payload: { status: 'completed', outputs: [bare] },
      error: null,
    },
    's-77',
    { ...done, videoUrls: [bare] },
  ],
  [
    'atlas',
    {
      session_id: 's-78',
      event_type: 'video.task.terminal',
      status: 'ERROR',
      payload: { status: 'failed', outputs: [] },
      error: { message: 'timeout' },
    },
    's-78',
    failed('timeout'),
  ],
  [
    'atlas',
    { session_id: 's-79', event_type: 'video.task.terminal', status: 'OK', payload: { status: 'failed', outputs: [] } },
    's-79',
    { state: 'failed', videoUrls: [] },
  ],
  ['runware', { taskUUID: 'u-1', videoUUID: 'v', videoURL: video, status: 'success' }, 'u-1', done],
  ['runware', [{ taskUUID: 'u-2', videoUUID: 'v', videoURL: video, status: 'success' }], 'u-2', done],
  [
    'runware',
    {
      data: [
        { taskUUID: 'u-3', videoURL: video },
        { taskUUID: 'u-3', videoURL: bare },
      ],
    },
    'u-3',
    { ...done, videoUrls: [video, bare] },
  ],
  [
    'runware',
    { errors: [{ taskUUID: 'u-4', code: 'invalidPrompt', message: 'The prompt is too long.' }] },
    'u-4',
    failed('The prompt is too long.'),
  ],
  ['sync', { id: 'sy-1', status: 'COMPLETED', outputUrl: bare, error: null }, 'sy-1', { ...done, videoUrls: [bare] }],
  ['sync', { id: 'sy-2', status: 'REJECTED', outputUrl: null, error: 'no face' }, 'sy-2', failed('no face')],
  ['magnific', { task_id: 'm-1', status: 'COMPLETED', generated: [bare] }, 'm-1', { ...done, videoUrls: [bare] }],
  ['magnific', { data: { task_id: 'm-2', status: 'COMPLETED', generated: [video] } }, 'm-2', done],
  ['magnific', { task_id: 'm-3', status: 'CREATED', generated: [] }, 'm-3', { state: 'processing', videoUrls: [] }],
  [
    'luma-agents',
    { id: 'la-1', type: 'video', model: 'ray-3.2', state: 'completed', output: [{ type: 'video', url: bare }] },
    'la-1',
    { ...done, videoUrls: [bare], expiresAfterSeconds: 3600 },
  ],
  [
    'luma',
    { id: 'l-1', state: 'completed', generation_type: 'video', assets: { video: bare } },
    'l-1',
    { ...done, videoUrls: [bare], expiresAfterSeconds: null },
  ],
  [
    'dashscope',
    { request_id: 'r', output: { task_id: 'd-1', task_status: 'FAILED', code: 'X', message: 'The size is wrong.' } },
    'd-1',
    failed('The size is wrong.'),
  ],
  ['bfl', { id: 'b-1', status: 'Ready', result: { sample: bare, prompt: 'x' } }, 'b-1', { ...done, videoUrls: [bare] }],
  ['bfl', { id: 'b-2', status: 'Request Moderated', result: null }, 'b-2', { state: 'failed', videoUrls: [] }],
  ['bfl', { task_id: 'b-3', status: 'Content Moderated' }, 'b-3', { state: 'failed' }],
  [
    'novita',
    { payload: { task: { task_id: 'n-1', status: 'TASK_STATUS_FAILED', reason: 'The image is too small.' } } },
    'n-1',
    failed('The image is too small.'),
  ],
  [
    'shotstack',
    { type: 'edit', action: 'render', id: 'sh-1', owner: 'o', status: 'done', url: video, error: null },
    'sh-1',
    done,
  ],
  [
    'shotstack',
    { type: 'edit', action: 'render', id: 'sh-2', owner: 'o', status: 'failed', url: null, error: 'asset missing' },
    'sh-2',
    failed('asset missing'),
  ],
  [
    'json2video',
    { success: false, movie: { project: 'p-1', status: 'error', message: 'Font not found.' } },
    'p-1',
    failed('Font not found.'),
  ],
  ['json2video', { width: '1280', height: '720', url: video, project: 'p-2' }, 'p-2', done],
  [
    'rendi',
    { timestamp: 't', data: { command_id: 'c-1', status: 'SUCCESS', output_files: { out_1: { storage_url: video } } } },
    'c-1',
    done,
  ],
  ['argil', { event: 'VIDEO_GENERATION_FAILED', data: { videoId: 'ar-1' } }, 'ar-1', { state: 'failed' }],
  [
    'leonardo',
    {
      type: 'image_generation.complete',
      object: 'generation',
      api_version: 'v1',
      data: { object: { id: 'le-1', status: 'COMPLETE', images: [{ url: image, motionMP4URL: video }] } },
    },
    'le-1',
    done,
  ],
  [
    'runpod',
    { id: 'rp-1', status: 'FAILED', delayTime: 1, executionTime: 2, error: '{"error_message":"CUDA out of memory"}' },
    'rp-1',
    failed('CUDA out of memory'),
  ],
  [
    'runpod',
    { id: 'rp-2', status: 'COMPLETED', executionTime: 2, output: { video_url: bare } },
    'rp-2',
    { videoUrls: [bare] },
  ],
  [
    'tencent',
    {
      EventType: 'ProcedureStateChanged',
      ProcedureStateChangeEvent: { TaskId: 'te-1', Status: 'FINISH', ErrCode: 70000, Message: 'no such model' },
    },
    'te-1',
    failed('no such model'),
  ],
  [
    'tencent',
    { Response: { RequestId: 'r', Status: 'DONE', JobId: 'te-2', ResultVideoUrl: bare } },
    'te-2',
    { videoUrls: [bare] },
  ],
  [
    'tavus',
    { video_id: 'tv-1', status: 'error', status_details: 'The replica is not ready.' },
    'tv-1',
    failed('The replica is not ready.'),
  ],
  [
    'heygen',
    { event_type: 'video_agent.fail', event_data: { session_id: 'hg-1', msg: 'no credits left' } },
    'hg-1',
    failed('no credits left'),
  ],
  [
    'heygen',
    { event_type: 'video_translate.fail', event_data: { video_translate_id: 'hg-2', message: 'too long' } },
    'hg-2',
    { state: 'failed' },
  ],
  ['useapi', { taskId: 'u:1', status: 'SUCCEEDED', artifacts: [{ url: bare }] }, 'u:1', { videoUrls: [bare] }],
  ['comfyui', { prompt_id: 'cf-1', status: 'error', error: { details: 'node 7 failed' } }, 'cf-1', { state: 'failed' }],
];

test.each(callbacks)('%s: %j', (provider, body, taskId, expected) => {
  const reading = readBody({ body, headers: {}, providerHint: null });
  expect(reading).toMatchObject({ kind: 'result', provider, taskId, result: expected });
});

describe('answers to questions', () => {
  const answers: readonly Case[] = [
    [
      'pixverse',
      { ErrCode: 0, ErrMsg: 'success', Resp: { id: 31, status: 1, url: bare } },
      '31',
      { ...done, videoUrls: [bare] },
    ],
    [
      'pixverse',
      { ErrCode: 0, ErrMsg: 'success', Resp: { id: 31, status: 5, url: '' } },
      '31',
      { state: 'processing' },
    ],
    ['pixverse', { ErrCode: 0, ErrMsg: 'success', Resp: { id: 31, status: 7 } }, '31', { state: 'failed' }],
    [
      'gemini',
      {
        name: 'models/veo-3/operations/op1',
        done: true,
        response: {
          generateVideoResponse: {
            generatedSamples: [
              { video: { uri: 'https://generativelanguage.googleapis.com/v1beta/files/x:download?alt=media' } },
            ],
          },
        },
      },
      'models/veo-3/operations/op1',
      { state: 'succeeded', needsApiKey: true },
    ],
    [
      'unknown',
      { name: 'operations/op2', done: true, error: { code: 3, message: 'the prompt was refused' } },
      'operations/op2',
      failed('the prompt was refused'),
    ],
    ['unknown', { name: 'operations/op3', done: false }, 'operations/op3', { state: 'processing' }],
    [
      'runway',
      { id: 'rw-1', status: 'SUCCEEDED', createdAt: '2026-11-20T10:00:00Z', output: [bare] },
      'rw-1',
      { ...done, videoUrls: [bare], expiresAfterSeconds: 86_400 },
    ],
    [
      'runway',
      { id: 'rw-2', status: 'FAILED', createdAt: 't', failure: 'The text was moderated.', failureCode: 'SAFETY' },
      'rw-2',
      failed('The text was moderated.'),
    ],
    [
      'xai',
      { status: 'done', model: 'grok-imagine-video', request_id: 'x-1', video: { url: bare } },
      'x-1',
      { videoUrls: [bare] },
    ],
    [
      'wavespeed',
      { code: 200, data: { id: 'ws-1', status: 'completed', outputs: [bare], has_nsfw_contents: [false] } },
      'ws-1',
      { ...done, videoUrls: [bare] },
    ],
    [
      'kling',
      {
        code: 0,
        message: 'ok',
        request_id: 'r',
        data: { id: 'k-9', status: 'succeeded', outputs: [{ type: 'video', url: bare }], billing: [] },
      },
      'k-9',
      { videoUrls: [bare] },
    ],
  ];
  test.each(answers)('%s: %j', (provider, body, taskId, expected) => {
    const reading = readBody({ body, headers: {}, providerHint: null });
    expect(reading).toMatchObject({ kind: 'result', provider, taskId, result: expected });
  });
});

describe('what a test button sends', () => {
  test.each([
    { type: 'webhook.test', id: 'evt_1', data: {} },
    { event: 'ping' },
    { type: 'test', id: 'x' },
    { event_type: 'webhook.ping', event_data: {} },
    { event: 'test_webhook', data: { id: 'sample-1', status: 'completed' } },
    { zen: 'Keep it simple.', hook_id: 1 },
    { message: 'This is a test webhook from Example.' },
    { test: true, id: 'x' },
  ])('%j', (body) => {
    expect(readBody({ body, headers: {}, providerHint: null })).toEqual({ kind: 'ping' });
  });

  test.each([
    { type: 'test', id: 'x', status: 'completed' },
    { type: 'webhook.test', data: { id: 'x', video_url: video } },
    { id: 'x', type: 'render.test_completed', url: video },
    { code: 400, msg: 'This is a test failure.', taskId: 'x', data: null },
  ])('a task all the same: %j', (body) => {
    expect(readBody({ body, headers: {}, providerHint: null })).toMatchObject({ kind: 'result', taskId: 'x' });
  });
});

describe('a task by no name', () => {
  const read = (body: unknown) => readBody({ body, headers: {}, providerHint: null });

  test.each([
    { video_url: video },
    { status: 'completed' },
    { event: 'VIDEO_RENDERED' },
    { files: [video] },
    [video],
    video,
  ])('is kept under a key of its own: %j', (body) => {
    const reading = read(body);
    if (reading.kind !== 'result') throw new Error(reading.kind);
    expect(reading.taskId).toMatch(/^body-[0-9a-f]{32}$/);
    expect(reading.result.state).toBe('succeeded');
    expect(read(structuredClone(body))).toEqual(reading);
  });

  test('two bodies are two tasks', () => {
    const ids = Array.from({ length: 2000 }, (_, n) => {
      const reading = read({ status: 'completed', video_url: `https://a.example/${String(n)}.mp4` });
      return reading.kind === 'result' ? reading.taskId : null;
    });
    expect(new Set(ids).size).toBe(2000);
  });

  test.each([
    {},
    { code: 200 },
    { code: 500, msg: 'no' },
    { user_id: 'u' },
    { paid: 'yes', valid: 'no' },
    { input: { video_url: video } },
    { message: 'hello' },
  ])('says nothing: %j', (body) => {
    expect(read(body)).toEqual({ kind: 'unreadable', reason: 'no-task-id' });
  });

  test.each([
    [{ user_id: 'u', job: { uuid: 'j' }, status: 'done' }, 'j'],
    [{ id: 'evt_1', type: 'task.done', object: { task_id: 't' } }, 't'],
    [{ request_id: 'r', output: { task_id: 't' } }, 't'],
    [{ event: 'x', data: { request_id: 'r', output: { task_id: 't' } } }, 't'],
    [[{ request_id: 'r', output: { task_id: 't' } }], 't'],
    [{ id: 'mine', job_id: 'theirs', code: 202 }, 'theirs'],
    [{ event_id: 'e', payload: { render: { id: 'r' } } }, 'r'],
    [{ project: { id: 'p' }, data: { video_id: 'v', video_url: video } }, 'v'],
    [{ params: { task_id: 'echo' }, file_id: 'f', status: 'done' }, 'f'],
    [{ name: 'operations/abc', done: true }, 'operations/abc'],
  ])('the most telling id: %j', (body, taskId) => {
    expect(read(body)).toMatchObject({ taskId });
  });
});

describe('what is no film', () => {
  const source = 'https://media.example.test/in/source.mp4';
  test.each(
    `inputVideo input_video_url source_video sourceUrl originalVideo original_video_url reference_video referenceVideoUrl
    init_video mask_url maskVideo webhook_url hookUrl callbackUrl callback previewUrl preview_video previews watermarkUrl
    watermarked_video video_with_watermark parent_video driving_video prompt_video thumbnail_video posterVideo status_url
    progress_video cancelUrl request_video inputs srcVideo base_params metadata user_upload`.split(/\s+/),
  )('%s', (name) => {
    for (const value of [source, [source], { url: source }, [{ url: source }]]) {
      for (const body of [
        { id: 'x', status: 'completed', [name]: value },
        { id: 'x', status: 'completed', data: { [name]: value } },
      ]) {
        expect(readBody({ body, headers: {}, providerHint: null })).toMatchObject({
          result: { videoUrls: [], needsApiKey: false },
        });
      }
    }
  });

  test('what is echoed elsewhere in the body is a source under any name', () => {
    for (const name of ['request', 'input', 'arguments', 'requestBody', 'jobInput', 'parameters', 'init_settings']) {
      for (const sent of [{ video_url: source }, JSON.stringify({ a: [{ clip: source }] }), [source], source]) {
        const body = { id: 'x', status: 'completed', clip: source, final: video, [name]: sent };
        expect(readBody({ body, headers: {}, providerHint: null })).toMatchObject({ result: { videoUrls: [video] } });
      }
    }
  });

  test('the clean copy of a watermarked film is one', () => {
    const body = { id: 'x', status: 'completed', watermarkVideo: source, noWatermarkVideo: video };
    expect(readBody({ body, headers: {}, providerHint: null })).toMatchObject({ result: { videoUrls: [video] } });
  });

  test('a typed list gives what it calls a video', () => {
    const list = [
      { type: 'audio', link: source },
      { type: 'video', link: video },
      { type: 'cover', link: image },
    ];
    for (const name of ['outputs', 'assets', 'artifacts']) {
      const body = { id: 'x', status: 'completed', [name]: list };
      expect(readBody({ body, headers: {}, providerHint: null })).toMatchObject({ result: { videoUrls: [video] } });
    }
  });

  test.each([
    [{ result_video_url: 'https://a.example/clip.gif' }, 1],
    [{ result_video_url: 'https://a.example/clip.webp' }, 1],
    [{ videos: ['https://a.example/clip.gif'] }, 1],
    [{ animation: 'https://a.example/clip.webp' }, 1],
    [{ output: 'https://a.example/clip.gif' }, 1],
    [{ output: ['https://a.example/still.webp'] }, 0],
    [{ resultUrls: ['https://a.example/still.png'] }, 0],
    [{ video_url: video, resultUrls: ['https://a.example/still.gif'] }, 1],
    [{ thumbnail: 'https://a.example/clip.gif' }, 0],
  ])('pictures that move: %j', (part, count) => {
    const reading = readBody({ body: { id: 'x', status: 'completed', ...part }, headers: {}, providerHint: null });
    expect(reading.kind === 'result' ? reading.result.videoUrls : null).toHaveLength(count);
  });
});

describe('what it cost and how long it lives, as told', () => {
  const resultOf = (body: unknown): Result => {
    const reading = readBody({ body, headers: {}, providerHint: null });
    if (reading.kind !== 'result') throw new Error(reading.kind);
    return reading.result;
  };
  const ready = { id: 'x', status: 'completed', video_url: video };

  test.each([
    [
      { ...ready, cost: 0.41 },
      { amount: 0.41, currency: null },
    ],
    [
      { ...ready, cost: '0.41', currency: 'eur' },
      { amount: 0.41, currency: 'EUR' },
    ],
    [
      { ...ready, cost_usd: 1.5, cost: 7 },
      { amount: 1.5, currency: 'USD' },
    ],
    [
      {
        data: [
          { taskUUID: 'x', videoURL: video, cost: 0.25 },
          { taskUUID: 'x', videoURL: bare, cost: 0.5 },
        ],
      },
      { amount: 0.75, currency: null },
    ],
    [
      { ...ready, cost: '$0.42' },
      { amount: 0.42, currency: 'USD' },
    ],
    [
      { ...ready, price: '0,42 eur' },
      { amount: 0.42, currency: 'EUR' },
    ],
    [
      { ...ready, cost: { amount: '0.5', currency: 'usd' } },
      { amount: 0.5, currency: 'USD' },
    ],
    [
      { type: 'video.generation.completed', data: { ...ready, usage: { cost: 0.5 } } },
      { amount: 0.5, currency: null },
    ],
    [
      { ...ready, billing: [{ charge_type: 'cash', amount: '0.49', currency: 'USD' }] },
      { amount: 0.49, currency: 'USD' },
    ],
    [{ ...ready, billing: [{ charge_type: 'unit', amount: '3.5' }], usage: { total_tokens: 9 } }, undefined],
    [{ ...ready, cost: '42 credits' }, undefined],
    [{ ...ready, cost: NaN }, undefined],
    [{ data: [video, bare].map((videoURL) => ({ taskUUID: 'x', videoURL, cost: 1e308 })) }, undefined],
    [{ ...ready, cost: -1 }, undefined],
    [{ ...ready, input: { cost: 3 } }, undefined],
  ])('money: %j', (body, cost) => {
    expect(resultOf(body).cost).toEqual(cost);
  });

  test.each([
    [{ ...ready, credits_used: '30' }, 30],
    [{ ...ready, creditCost: 3 }, 3],
    [{ ...ready, usage: { creditsUsed: 7 } }, 7],
    [{ ...ready, credits_remaining: 900, usage: { total: 1 } }, null],
  ])('credits: %j', (body, credits) => {
    expect(resultOf(body).credits).toBe(credits);
  });

  test.each([
    [{ output: { task_id: 'x', task_status: 'SUCCEEDED', video_url: video, orig_prompt: 'A cat' } }, 'A cat'],
    [{ data: [{ taskUUID: 'x', videoURL: video, positivePrompt: 'A cat' }] }, 'A cat'],
    [{ ...ready, prompts: ['A cat'] }, 'A cat'],
    [{ ...ready, prompts: ['A cat', 'A dog'] }, null],
    [{ ...ready, prompt: { text: 'A cat' } }, 'A cat'],
    [{ ...ready, orig_prompt: 'A dog', input: { prompt: 'A cat' } }, 'A cat'],
  ])('what was asked for: %j', (body, prompt) => {
    expect(resultOf(body).prompt).toBe(prompt);
  });

  test.each([
    [
      { request_id: 'x', status: 'COMPLETED', detail: [{ msg: 'Could not generate it', type: 'generation_failed' }] },
      'failed',
    ],
    [{ request_id: 'x', status: 'OK', payload: { detail: [{ msg: 'Could not generate it', type: 'x' }] } }, 'failed'],
    [{ ...ready, detail: [{ msg: 'Could not generate it', type: 'x' }] }, 'succeeded'],
    [{ id: 'x', status: 'COMPLETED', detail: [{ msg: 'one' }] }, 'succeeded'],
  ] as const)('a list of what was wrong beside "completed": %j', (body, state) => {
    expect(resultOf(body).state).toBe(state);
  });

  test('a link that was written out again and again', () => {
    const again = encodeURIComponent(encodeURIComponent(video));
    expect(resultOf({ ...ready, video_url: again }).videoUrls).toEqual([video]);
  });

  test.each([
    'https:/media.example.test/out/a.mp4',
    'https:///media.example.test/out/a.mp4',
    'https://https://media.example.test/out/a.mp4',
    'http://https//media.example.test/out/a.mp4',
  ])('a link that was joined like a path, or put behind a scheme: %s', (written) => {
    expect(resultOf({ ...ready, video_url: written }).videoUrls).toEqual([video]);
    expect(resultOf({ ...ready, clips: [{ clip_link: written }] }).videoUrls).toEqual([video]);
  });

  test.each([
    'https://https.example.test/out/a.mp4',
    'https://media.example.test/https:/media.example.test/a.mp4',
    'https://media.example.test//out/a.mp4',
    'https://media.example.test/a.mp4?from=https://https://media.example.test/b.mp4',
    'https://proxy.example.test/https://media.example.test/a.mp4',
    'http://localhost:8188/view?filename=a.mp4',
  ])('one that only looks so stays as it is: %s', (link) => {
    expect(resultOf({ ...ready, video_url: link }).videoUrls).toEqual([link]);
  });

  test.each(['https:/outputs/a.mp4', 'https:///a.mp4', 'https:/'])('and nothing without a host: %s', (text) => {
    expect(resultOf({ ...ready, video_url: text }).videoUrls).toEqual([]);
  });

  test.each([
    [{ download_url: 'https://media.example.test/all.zip' }, ['https://media.example.test/all.zip']],
    [{ download_url: 'https://media.example.test/all.zip', video_url: video }, [video]],
    [{ download_url: 'https://media.example.test/all.zip', output: ['https://media.example.test/a.png'] }, []],
  ])('a packed file is told of where nothing else came: %j', (links, urls) => {
    expect(resultOf({ id: 'x', status: 'completed', ...links }).videoUrls).toEqual(urls);
  });

  test.each([
    [{ ...ready, ttl: 60 }, { expiresAfterSeconds: 60 }],
    [
      { id: 'x', status: 'succeeded', input: {}, version: 'v', output: video, ttl: 86_400 },
      { expiresAfterSeconds: 3600 },
    ],
    [{ id: 'x', status: 'succeeded', input: {}, version: 'v', output: video, ttl: 60 }, { expiresAfterSeconds: 60 }],
    [
      {
        payload: {
          task: { task_id: 'x', status: 'TASK_STATUS_SUCCEED' },
          videos: [{ video_url: video, video_url_ttl: '3600' }],
        },
      },
      { expiresAfterSeconds: 3600 },
    ],
    [
      { ...ready, expires_at: '2026-11-25T23:00:00Z' },
      { expiresAt: '2026-11-25T23:00:00.000Z', expiresAfterSeconds: null },
    ],
    [{ ...ready, url_expires_at: 'Wed, 25 Nov 2026 23:00:00 GMT' }, { expiresAt: '2026-11-25T23:00:00.000Z' }],
    [{ ...ready, videoUrlExpiresAt: '2026-11-25T23:00:00Z' }, { expiresAt: '2026-11-25T23:00:00.000Z' }],
    [{ ...ready, download_expires_at: 1_795_600_000 }, { expiresAt: new Date(1_795_600_000_000).toISOString() }],
    [{ ...ready, expiry: '1795600000' }, { expiresAt: new Date(1_795_600_000_000).toISOString() }],
    [{ ...ready, validUntil: 1_795_600_000_000 }, { expiresAt: new Date(1_795_600_000_000).toISOString() }],
    [{ ...ready, retention_seconds: 600 }, { expiresAfterSeconds: 600 }],
    [{ ...ready, output: [{ url: video, urlExpiresIn: '600' }] }, { expiresAfterSeconds: 600 }],
    [{ ...ready, expires_at: 1_795_600_000 }, { expiresAt: new Date(1_795_600_000_000).toISOString() }],
    [{ ...ready, data: { expiresAt: 1_795_600_000_000 } }, { expiresAt: new Date(1_795_600_000_000).toISOString() }],
  ])('life: %j', (body, expected) => {
    expect(resultOf(body)).toMatchObject(expected);
  });

  test.each([
    { ...ready, expires_at: 'tomorrow' },
    { ...ready, expires_at: '2026-11-25 23:00:00' },
    { ...ready, ttl: 0, expires_at: 12 },
    { id: 'x', status: 'failed', expires_at: '2026-11-25T23:00:00Z', ttl: 60 },
    { ...ready, input: { ttl: 60 } },
  ])('not told: %j', (body) => {
    expect(resultOf(body)).not.toHaveProperty('expiresAt');
    expect(resultOf(body).expiresAfterSeconds).toBeNull();
  });
});

test.each([
  ['files/ab12', 'files/ab12'],
  ['https://generativelanguage.googleapis.com/v1beta/files/ab12', 'files/ab12'],
  ['https://generativelanguage.googleapis.com/v1beta/files/ab12:download?alt=media', 'files/ab12'],
  ['https://generativelanguage.googleapis.com/download/v1beta/files/ab12:download?alt=media', 'files/ab12'],
  ['https://generativelanguage.googleapis.com.elsewhere.example/v1beta/files/ab12', undefined],
  ['https://elsewhere.example/v1beta/files/ab12', undefined],
  ['https://generativelanguage.googleapis.com@elsewhere.example/v1beta/files/ab12', undefined],
  ['https://generativelanguage.googleapis.com/v1beta/models/x', undefined],
  ['files/../models/x', undefined],
  ['files/ab12?key=x', undefined],
  ['gs://bucket/files/ab12', undefined],
])('Gemini: of %s the file is %s', (output_file_uri, keyedFile) => {
  const body = { type: 'video.generated', version: 'v1', data: { id: 'v-81', output_file_uri } };
  const reading = readBody({ body, headers: {}, providerHint: null });
  expect(reading.kind === 'result' ? reading.result.keyedFile : reading.kind).toBe(keyedFile);
});
