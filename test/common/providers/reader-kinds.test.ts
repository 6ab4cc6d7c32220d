/** Other bodies of the kinds that people reported: words, reasons, names and envelopes of senders that nobody listed. */
import { describe, expect, test } from 'vitest';
import { fold } from '../../../src-main/common/fold.ts';
import { parseBody } from '../../../src-main/common/providers/parse-body.ts';
import { readBody } from '../../../src-main/common/providers/reader.ts';
import { stateOf } from '../../../src-main/common/providers/state-words.ts';
import { delivery, stamp } from '../../support/deliveries.ts';

const film = 'https://media.example.test/out/a.mp4';
const source = 'https://media.example.test/in/source.mp4';

/** Through text, as it arrives. */
function read(body: unknown) {
  const reading = readBody({ body: parseBody(JSON.stringify(body)), headers: {}, providerHint: null });
  if (reading.kind !== 'result') throw new Error(`not a result: ${reading.kind}`);
  const { provider, taskId, result } = reading;
  return { provider, taskId, ...result };
}

describe('state words', () => {
  test.each([
    ['succeeded', ['ended', 'SUCCESSED', 'sucess', '100%', 'Video Ready', 'JOB_STATE_SUCCEEDED', 'Completed (1/1)']],
    [
      'failed',
      [
        'abandoned',
        'RESOURCE_EXHAUSTED',
        'content_filtered',
        'Task not found',
        'no_credit',
        'payment_required',
        'unable_to_process',
        'could_not_generate',
        'crash',
        'skipped',
        'stale',
        'UNDELIVERED',
        'FAULT',
        'evicted',
        'unauthorized',
        'rolled_back',
        'no_balance',
        '余额不足',
      ],
    ],
    [
      'processing',
      [
        '50%',
        'in_production',
        'awaiting_upload',
        'fetching_inputs',
        'lip_syncing',
        'picked_up',
        'deferred',
        'not_found_yet',
        'being_processed',
        'in line',
        'en_progreso',
        '处理中，预计不足1分钟',
      ],
    ],
  ] as const)('%s: %j', (state, words) => {
    expect(words.map((word) => [word, stateOf(word)])).toEqual(words.map((word) => [word, state]));
  });
});

test.each([
  [{ status: 'failed', failed_reason: 'nope it broke' }, 'nope it broke'],
  [{ status: 'failed', statusReason: 'The queue was drained' }, 'The queue was drained'],
  [{ status: 'failed', errorDetails: { userMessage: 'Please use another image' } }, 'Please use another image'],
  [{ status: 'failed', errorMessages: ['First thing went wrong'] }, 'First thing went wrong'],
  [
    { status: 'failed', message: 'error', data: { error_info: { error_msg: 'Balance is too low' } } },
    'Balance is too low',
  ],
  [{ status: 'failed', task: { result: { exception: 'ValueError: bad frame count' } } }, 'ValueError: bad frame count'],
  [{ status: 'error', info: 'The face was not found' }, 'The face was not found'],
  [
    { status: 'failed', error: { code: 4, metadata: { raw: '{"error":{"message":"Upstream said no"}}' } } },
    'Upstream said no',
  ],
  [
    { status: 'ERROR', error: 'Unprocessable Entity', payload: { detail: [{ msg: 'Failed to download the image.' }] } },
    'Failed to download the image.',
  ],
  [{ status: 'failed', err_code: 'TaskPromptPolicyViolation', creations: [] }, 'TaskPromptPolicyViolation'],
  [
    { type: 'video.asset.errored', data: { status: 'errored', errors: { messages: ['Not readable'] } } },
    'Not readable',
  ],
  [{ type: 'request_completed', data: null, errors: [{ code: 'X', message: 'It blew up' }] }, 'It blew up'],
  [
    { done: true, response: { raiMediaFilteredCount: 1, raiMediaFilteredReasons: ['It was filtered.'] } },
    'It was filtered.',
  ],
])('the reason is found: %j', (body, message) => {
  expect(read({ id: 'e-1', ...body })).toMatchObject({ state: 'failed', message, videoUrls: [] });
});

test.each([
  { code: 1000, msg: 'OK', data: { _id: 't', video_status: 3, video: film } },
  { code: 2000, task_id: 't', videos: [{ videoUrl: film }] },
])('a success counted from 1000 is none: %j', (body) => {
  expect(read(body)).toMatchObject({ taskId: 't', state: 'succeeded', videoUrls: [film] });
});

test('an error counted from 1000 stays one', () => {
  expect(read({ code: 1102, msg: 'balance is not enough', data: { task_id: 't' } }).state).toBe('failed');
});

test.each([
  { videoToEdit: source },
  { base_video: source },
  { bgVideo: source },
  { first_clip_url: source, start_video: source },
  { old_record: { video_url: source } },
  { previous: { video_url: source } },
  { target_video: source },
  { context: { video_url: source } },
  { from_video: source },
  { video_in: source },
  { unprocessed_video: source, provided_video: source, submitted_video: source },
])('what went in is no result: %j', (body) => {
  expect(read({ id: 's', status: 'completed', ...body }).videoUrls).toEqual([]);
});

const bare = 'https://cdn.films.example/v/7c1';

test.each([
  { dubbed_url: bare },
  { lipsync_url: bare, audio_url: `${bare}.mp3` },
  { data: { processed_url: bare } },
  { exported_file: bare },
  { results: [{ output: { url: bare, index: 0 } }] },
  { attachments: [{ url: bare }] },
  { items: [{ link: bare }] },
])('a link without an ending, where its name says that it was made: %j', (body) => {
  expect(read({ id: 's', status: 'completed', ...body }).videoUrls).toEqual([bare]);
  expect(read({ id: 's', status: 'processing', ...body }).videoUrls).toEqual([]);
});

test.each([
  { media_url: bare, audio_dubbed_url: `${bare}/a` },
  { media_url: bare, audio_enhanced_url: `${bare}/a`, image_edited_url: `${bare}/i` },
  { cdn_url: bare, attachments: [{ url: 'https://app.films.example/in/9' }] },
  { location: bare, items: [{ link: 'https://app.films.example/in/9' }] },
])('the film is not lost for a link that may be one: %j', (body) => {
  expect(read({ id: 's', status: 'completed', ...body }).videoUrls).toEqual([bare]);
});

const done = { task_id: 't', status: 'completed', video_url: film };

test('what Pub/Sub pushes is the body', () => {
  const message = { data: btoa(JSON.stringify(done)), messageId: '9', publishTime: 'x' };
  expect(read({ message, subscription: 'projects/p/subscriptions/s' })).toMatchObject({
    taskId: 't',
    videoUrls: [film],
  });
});

test('what Logic Apps pack is the body', () => {
  const body = { '$content-type': 'application/json', $content: btoa(JSON.stringify(done)) };
  expect(read(body)).toMatchObject({ taskId: 't', videoUrls: [film] });
});

test.each([
  ['t', { version: '0', id: 'e', 'detail-type': 'video.done', source: 'my.app', detail: done }],
  ['t', [{ id: 'e', eventType: 'video.completed', data: done, dataVersion: '1.0' }]],
  ['t', { specversion: '1.0', id: 'e', type: 'com.example.done', data: done }],
  ['mc', { id: 'e', 'detail-type': 'Job State Change', detail: { jobId: 'mc', status: 'COMPLETE', userMetadata: {} } }],
  ['h', { id: 'e', event: { op: 'UPDATE', data: { new: { id: 'h', status: 'done' }, old: {} } }, delivery_info: {} }],
  ['t', { type: 'UPDATE', record: { id: 7, ...done }, old_record: { id: 7, status: 'processing' } }],
  ['bm', { id: 'e', eventType: 'ENCODING_FINISHED', encoding: { id: 'bm', status: 'FINISHED' } }],
  ['r', { id: 'e', type: 'alert.run.failed', object: { run: { id: 'r', status: 'FAILED' } } }],
  ['rn', { id: 'evt_1', object: 'event', type: 'render.succeeded', data: { object: { id: 'rn', status: 'done' } } }],
  ['j', { event: 'job.finished', job: { id: 'j', status: 'finished', tasks: [{ id: '1' }, { id: '2' }] } }],
  ['s', { session_id: 's', status: 'completed', video_no: 1, video_url: film }],
  ['s', { session_id: 's', status: 'completed', job_no: 1, video_url: film }],
  ['s', { session_id: 's', status: 'completed', render_key: 'out.mp4', video_url: film }],
  ['s', { session_id: 's', status: 'completed', scenes: [{ job_no: 'c-1', video_url: film }] }],
  ['a-1', { session_id: 's', job_no: 'a-1', status: 'completed', url: film }],
  ['77', { projectId: 77, status: 'done', videos: [{ videoId: 1, videoUrl: film }] }],
  ['op', { projectId: 'op', stage: 'COMPLETE', clips: [{ id: 'c', uriForExport: film }] }],
  ['zp', { request_id: 'mine', id: 'zp', task_status: 'SUCCESS', video_result: [{ url: film }] }],
  // The id at the root stays where nothing names another task for certain.
  ['v', { id: 'v', event: 'video.done', result: { id: 'file', url: film } }],
  ['v', { id: 'v', type: 'video.completed', outputs: [{ id: 'file', url: film }] }],
])('the id is the task’s: %s of %j', (taskId, body) => {
  expect(read(body).taskId).toBe(taskId);
});

test.each([
  { Type: 'SubscriptionConfirmation', MessageId: '1', Token: 't', SubscribeURL: 'https://sns.example.test/' },
  { kind: 'webhook.verification', id: 'x' },
  [{ id: 'x', eventType: 'Microsoft.EventGrid.SubscriptionValidationEvent', data: { validationCode: '5' } }],
  { eventName: 'WebhookTest' },
  { type: 'notification.test', id: 'x' },
  { event: 'connectivity_check' },
  { type: 'keepalive' },
  { event: { type: 'ping' } },
  { data: { type: 'webhook.test' } },
  { ping: true },
  { object: 'webhook_test' },
  { text: 'ping' },
  { status: 'test', message: 'Webhook test successful' },
  { event: 'webhook.test', data: { id: 'sample', status: 'completed', url: 'https://cdn.example.com/sample.mp4' } },
])('a test makes no card: %j', (body) => {
  expect(readBody({ body, headers: {}, providerHint: null })).toEqual({ kind: 'ping' });
});

test('a real film in an event with the name of a test is one', () => {
  const body = { event: 'webhook.test', data: { id: 't', status: 'completed', url: film } };
  expect(read(body)).toMatchObject({ taskId: 't', videoUrls: [film] });
});

test('the same film with and without TLS is one', () => {
  const results = { encode: [{ url: film.replace('https:', 'http:'), ssl_url: film }] };
  expect(read({ ok: 'ASSEMBLY_COMPLETED', assembly_id: 't', results }).videoUrls).toEqual([film]);
});

describe('the file that Tencent worked on is no result of it', () => {
  const asked = { FileId: '52', FileName: 'source.mp4', FileUrl: source, SourceType: 'Record', MetaData: { Size: 3 } };
  const over = { TaskId: 'te', Status: 'FINISH', ErrCode: 0, Message: 'SUCCESS', ...asked };
  const cover = { Type: 'CoverBySnapshot', CoverBySnapshotTask: { Output: { CoverUrl: `${film}.jpg` } } };
  const transcode = { Status: 'SUCCESS', Input: { Definition: 20 }, Output: { Url: film, Container: 'mp4' } };
  const edited = { FileType: 'mp4', FileId: '53', FileUrl: film, MetaData: { Size: 2 } };

  test.each([
    [[film], { MediaProcessResultSet: [{ Type: 'Transcode', TranscodeTask: transcode }, cover] }],
    [[], { MediaProcessResultSet: [cover] }],
    [[], { MediaProcessResultSet: [], AiContentReviewResultSet: [] }],
  ])('%j of ProcedureStateChanged: %j', (videoUrls, results) => {
    const body = { EventType: 'ProcedureStateChanged', ProcedureStateChangeEvent: { ...over, ...results } };
    expect(read(body)).toMatchObject({ provider: 'tencent', taskId: 'te', state: 'succeeded', videoUrls });
  });

  test.each([{ Output: edited }, { Input: { FileInfoSet: [{ FileUrl: `${source}.2.mp4` }] }, Output: edited }])(
    'of EditMediaComplete: %j',
    (results) => {
      const body = { EventType: 'EditMediaComplete', EditMediaCompleteEvent: { ...over, ...results } };
      expect(read(body)).toMatchObject({ taskId: 'te', state: 'succeeded', videoUrls: [film] });
    },
  );

  test.each([
    { FileUrl: film, FileName: 'a.mp4', MetaData: { Size: 1 } },
    { link: film, output: { url: `${film}.jpg` } },
    { file_url: film, output: { seconds: 5 } },
  ])('a link with no other result beside it stays one: %j', (body) => {
    expect(read({ id: 't', status: 'done', made: body }).videoUrls).toEqual([film]);
  });
});

const plain = film.replace('https:', 'http:');

test.each([
  { asset_id: 'c', resource_type: 'video', url: plain, secure_url: film },
  { id: 'c', status: 'done', secure_url: film, url: plain },
  { id: 'c', status: 'done', videos: [plain, film] },
  { id: 'c', status: 'done', videos: [{ url: plain, secure_url: film }] },
  { id: 'c', status: 'done', video_url: plain, download: { secure_link: film } },
  { id: 'c', status: 'done', final_cut: plain.replace('media', 'MEDIA'), copies: { tls: film } },
])('of a link with and without TLS the one with it counts: %j', (body) => {
  expect(read(body).videoUrls).toEqual([film]);
});

test('a link without TLS is kept where the one with it is another', () => {
  const others = { secure_url: `${film}?v=2`, poster: film };
  expect(read({ id: 'c', status: 'done', video_url: plain, ...others }).videoUrls).toEqual([plain]);
});

test('what went in over TLS is no result without it', () => {
  const body = { id: 's', status: 'done', video_url: source.replace('https:', 'http:'), input: { video_url: source } };
  expect(read(body).videoUrls).toEqual([]);
});

test.each([
  { result: { src_url: film } },
  { videos: [{ src_url: film }] },
  { output: { videoSrc: film } },
  { result: { video_src: film } },
  { videoSrc: film },
  { data: { video_src: film } },
  { files: [{ srcUrl: film }] },
])('`src` is the link itself, as in HTML: %j', (result) => {
  expect(read({ id: 't', status: 'done', ...result }).videoUrls).toEqual([film]);
});

test.each([
  [[], { src_url: source }],
  [[], { task: { src_url: source } }],
  [[], { input: { src_url: source, video_src: source } }],
  [[], { result: { video_src: source }, input: { video: source } }],
  [[film], { src_url: source, output_video: film }],
  [[film], { videoSrc: source, made: { final_cut: film } }],
  [[film], { result: { src_url: source, video_url: film } }],
])('%j: `src` beside a result, or in what was sent, is the source: %j', (videoUrls, body) => {
  expect(read({ id: 't', status: 'done', ...body }).videoUrls).toEqual(videoUrls);
});

test.each([
  { status: 'processing' },
  { data: { status: 'queued' } },
  { task: { state: 'running' } },
  { completed: false },
  { event: 'video.processing' },
  { event_type: 'task.started' },
  { type: 'generation.in_progress' },
])('nothing is fetched while the task is in the making: %j', (state) => {
  const sent = { video_url: source, prompt: 'a cat', callback_url: 'https://me.example.test/hook', duration: 5 };
  const result = read({ task_id: 't', ...state, ...sent });
  expect(result.state).toBe('processing');
  const [event] = stamp([delivery('t', result)]);
  if (event === undefined) throw new Error('no event');
  expect(fold(undefined, event, 'kie-luma:t')?.task).toMatchObject({ state: 'processing', videos: [] });
});

test('an event called after a kind of task is its end', () => {
  expect(read({ id: 't', type: 'video_upscaling', video_url: film })).toMatchObject({ state: 'succeeded' });
});

describe('how far a task is, in numbers alone', () => {
  test.each([
    [{ progress: 40, video_url: film }, 'processing', [film]],
    [{ progress: '40%', data: { video_url: film } }, 'processing', [film]],
    [{ data: { progressPercent: 99.5, output: film } }, 'processing', [film]],
    [{ progress: 0.4, video_url: film }, 'processing', [film]],
    [{ progress: 40 }, 'processing', []],
    [{ progress: 0 }, 'processing', []],
    [{ code: 200, msg: 'success', data: { progress: 40 } }, 'processing', []],
    // Done, or never counted up.
    [{ progress: 100, video_url: film }, 'succeeded', [film]],
    [{ progress: 1, video_url: film }, 'succeeded', [film]],
    [{ progress: 0, video_url: film }, 'succeeded', [film]],
    [{ code: 200, msg: 'success', data: { progress: 0, video_url: film } }, 'succeeded', [film]],
    // A word or an error says more.
    [{ status: 'completed', progress: 40, video_url: film }, 'succeeded', [film]],
    [{ progress: 40, error: 'The model broke.' }, 'failed', []],
    [{ progress: 100 }, 'unknown', []],
    [{ progress: 'soon', eta: 40 }, 'unknown', []],
  ] as const)('%j is %s', (body, state, videoUrls) => {
    const { isEarly, ...told } = read({ id: 't', ...body });
    expect(told).toMatchObject({ state, videoUrls });
    expect(isEarly).toBe(state === 'processing' && videoUrls.length > 0 ? true : undefined);
  });

  test('a film named so early is fetched, and the task waits for its end', () => {
    const early = delivery('t', { state: 'processing', videoUrls: [film], isEarly: true });
    const ended = delivery('t', { state: 'succeeded', videoUrls: [film] });
    const states = [[early], [early, ended]].map((all) =>
      stamp(all).reduce<ReturnType<typeof fold>>((before, event) => fold(before, event, 'kie-luma:t'), undefined),
    );
    expect(states.map((record) => [record?.task.state, record?.task.videos.map(({ url }) => url)])).toEqual([
      ['processing', [film]],
      ['succeeded', [film]],
    ]);
  });
});

test.each([
  [{ video_urls: `${film},${film}?n=2` }, [film, `${film}?n=2`]],
  [{ links: `${film}\n${film}?n=2` }, [film, `${film}?n=2`]],
  [{ result: { files: `${film} | ${film}?n=2` } }, [film, `${film}?n=2`]],
  [{ video_url: `${film}?from=https://media.example.test/b.mp4` }, [`${film}?from=https://media.example.test/b.mp4`]],
  [{ choices: [{ message: { role: 'assistant', content: `[video](${film})` } }] }, [film]],
])('several links in one text, and one in brackets: %j', (body, videoUrls) => {
  expect(read({ id: 't', status: 'completed', ...body }).videoUrls).toEqual(videoUrls);
});

test.each([
  [{ video: film }, [film]],
  [{ '0': film, '1': `${film}?n=2` }, [film, `${film}?n=2`]],
  [{ download: film, get: 'https://api.example.test/tasks/t' }, [film]],
  [{ get: source, cancel: 'https://api.example.test/tasks/t/cancel' }, []],
  [{ original: source, get: 'https://api.example.test/tasks/t' }, []],
])('addresses by name, where one is a film: %j', (urls, videoUrls) => {
  expect(read({ id: 't', status: 'completed', urls })).toMatchObject({ taskId: 't', videoUrls });
  expect(read({ id: 't', status: 'completed', data: { urls } }).videoUrls).toEqual(videoUrls);
});

test.each(['output new_sensitive', 'login fail: the account has no balance left'])(
  'why MiniMax failed is told inside an envelope as well: %s',
  (reason) => {
    const body = { task_id: 'm', status: 'Fail', file_id: '', base_resp: { status_code: 1027, status_msg: reason } };
    expect(read(body)).toMatchObject({ state: 'failed', message: reason });
    expect(read({ data: body })).toMatchObject({ state: 'failed', message: reason });
  },
);
