/** Bodies as relays, automations and workers hand them on: the task, its end and its film are found where these put them. */
import { expect, test } from 'vitest';
import { readCallbackText } from '../../../src-main/common/body/callback-body.ts';
import { readTasks } from '../../support/read-tasks.ts';

const at = 'https://media.example.test/';
const film = `${at}a/clip.mp4`;
const stored = `${at}f/abc123?sig=1`;
const run = '0b0b0b1c-6f1e-4d7a-9c51-2f7f0a5f9d11';

const cases: readonly (readonly [name: string, body: object, said: object])[] = [
  [
    'the history of ComfyUI, under the id of its run',
    {
      [run]: {
        prompt: [3, run, { 3: { inputs: {} } }],
        outputs: { 9: { gifs: [{ filename: 'a.mp4', type: 'output' }] } },
        status: { status_str: 'success', completed: true, messages: [] },
      },
    },
    { taskId: run, state: 'succeeded' },
  ],
  [
    'a path that is a link, typed as a video (ViewComfy)',
    {
      prompt_id: 'vc-1',
      status: 'COMPLETED',
      outputs: [{ filename: 'a', content_type: 'video/mp4', filepath: `${at}vc/a?s=1` }],
    },
    { taskId: 'vc-1', state: 'succeeded', videoUrls: [`${at}vc/a?s=1`] },
  ],
  [
    'a reason in one text beside "Internal" (fal)',
    { request_id: 'f-1', status: 'ERROR', error: 'Internal', payload: { detail: 'User is locked: no balance left.' } },
    { state: 'failed', message: 'User is locked: no balance left.' },
  ],
  [
    'a copy of a render is the render (Shotstack)',
    { type: 'serve', action: 'copy', id: 'cp-1', render: 'ss-1', owner: 'o', status: 'ready', url: film, error: null },
    { provider: 'shotstack', taskId: 'ss-1', state: 'succeeded', videoUrls: [film] },
  ],
  [
    'a film that only its task tells to be one (Runware)',
    { data: [{ taskType: 'videoInference', taskUUID: 'rw-1', mediaUUID: 'm-1', mediaURL: `${at}rw/5` }] },
    { provider: 'runware', taskId: 'rw-1', state: 'succeeded', videoUrls: [`${at}rw/5`] },
  ],
  [
    'a picture of the same form is none',
    { data: [{ taskType: 'imageInference', taskUUID: 'rw-2', mediaUUID: 'm-2', mediaURL: `${at}rw/6` }] },
    { taskId: 'rw-2', videoUrls: [] },
  ],
  [
    'a request inside the event of an automation (Pipedream)',
    {
      id: '2abc',
      event: {
        method: 'POST',
        headers: {},
        body: { request_id: 'p-1', status: 'OK', payload: { video: { url: film } } },
      },
    },
    { provider: 'fal', taskId: 'p-1', state: 'succeeded', videoUrls: [film] },
  ],
  [
    'what an operation of Google tells of its film',
    {
      jobId: 'j-1',
      status: 'completed',
      response: {
        operations: [
          {
            operation: { metadata: { '@type': 'type.googleapis.com/x.Media', video: { fifeUrl: film, prompt: 'p' } } },
          },
        ],
      },
    },
    { taskId: 'j-1', videoUrls: [film] },
  ],
  [
    'the run, and not what was run (Trigger.dev)',
    {
      id: 'wh_1',
      type: 'alert.run.failed',
      object: {
        task: { id: 'make-video' },
        run: { id: 'run_7', status: 'FAILED' },
        error: { message: 'it broke off' },
      },
    },
    { taskId: 'run_7', state: 'failed', message: 'it broke off' },
  ],
  [
    'the page of a run that broke off is no film (n8n)',
    {
      execution: {
        id: '231',
        url: 'https://n8n.example.test/execution/231',
        error: { message: 'It was moderated away' },
      },
      workflow: { id: '1', name: 'W' },
    },
    { taskId: '231', state: 'failed', message: 'It was moderated away', videoUrls: [] },
  ],
  [
    'the film, and not the copy that is shared (Pika)',
    { job: { id: 'pk-1' }, videos: [{ status: 'finished', resultUrl: film, sharingUrl: `${at}s.mp4` }] },
    { taskId: 'pk-1', state: 'succeeded', videoUrls: [film] },
  ],
  [
    'the video, and not the event (Inngest)',
    { name: 'video/generated', data: { videoId: 'in-1', url: film }, ts: 1, id: '01H' },
    { taskId: 'in-1', videoUrls: [film] },
  ],
  [
    'a worker that ended, and what it says of its end (RunPod)',
    { id: 'rp-1', status: 'COMPLETED', output: { status: 'error', message: 'The image shows no face' } },
    { state: 'failed', message: 'The image shows no face' },
  ],
  [
    'a sentence beside the code of an error',
    { id: 'o-1', status: 'failed', error: 'invalid_request', error_description: 'The image shows a real person' },
    { state: 'failed', message: 'The image shows a real person' },
  ],
  [
    'but none that greets, nor two words',
    {
      code: 200,
      msg: 'the request was processed with success',
      data: { id: 'o-2', status: 'failed', error: 'NSFW_CONTENT', reason: 'Not allowed' },
    },
    { state: 'failed', message: 'NSFW_CONTENT' },
  ],
  [
    'details beside whose error it was (fal)',
    {
      request_id: 'f-2',
      status: 'ERROR',
      error: 'Downstream service error',
      payload: {
        detail: [{ loc: ['body'], msg: 'The prompt was flagged by a checker', type: 'content_policy_violation' }],
      },
    },
    { state: 'failed', message: 'The prompt was flagged by a checker' },
  ],
  [
    'the first of several previews',
    { id: 'th-1', status: 'completed', video_url: film, thumbnails: [{ url: `${at}1.jpg` }, { url: `${at}2.jpg` }] },
    { videoUrls: [film], thumbnailUrl: `${at}1.jpg` },
  ],
  ['held back, in no other word', { id: 's-1', finish_reason: 'CONTENT_FILTERED', seed: 1 }, { state: 'failed' }],
  [
    'held back, in the plural',
    { id: 'w-1', status: 'completed', outputs: [], has_nsfw_contents: [true] },
    { state: 'failed' },
  ],
  ['a word in signs of Taiwan', { id: 'z-1', status: '審核不通過' }, { state: 'failed' }],
];

function told(body: object): object {
  const read = readCallbackText(JSON.stringify(body), 'application/json');
  if (!('value' in read)) throw new Error(read.problem);
  const [first, ...others] = readTasks({ body: read.value, headers: {}, providerHint: null });
  if (first.kind !== 'result' || others.length > 0) throw new Error('not one result');
  return { provider: first.provider, taskId: first.taskId, ...first.result };
}

test.each(cases)('%s', (_name, body, said) => {
  expect(told(body)).toMatchObject(said);
});

test.each([
  'location',
  'file',
  'path',
  'public_url',
  'contentUrl',
  'play_url',
  'temp_url',
  'hd_url',
  's3',
  'attachment',
])('one link into a store, called %s, is the film of a task that is done', (name) => {
  expect(told({ id: 'u-1', status: 'completed', [name]: stored })).toMatchObject({ videoUrls: [stored] });
  expect(told({ id: 'u-1', status: 'processing', [name]: stored })).toMatchObject({ videoUrls: [] });
  expect(told({ id: 'u-1', status: 'completed', [name]: 'https://app.example.test/view/7' })).toMatchObject({
    videoUrls: [],
  });
});

const cloudEvent = { specversion: '1.0', id: 'evt-9', source: '/renders', time: '2026-11-20T10:00:00Z' };
const finished = { ...cloudEvent, type: 'com.example.video.finished' };
const made = { id: 'c-1', url: film };

test.each<[name: string, more: object, videoUrls: readonly string[]]>([
  ['the id of the task before that of what it made', { creations: [made] }, [film]],
  ['the same of several', { generations: [made, { id: 'c-2', url: `${at}b.mp4` }] }, [film, `${at}b.mp4`]],
  ['and of one output', { outputs: [made] }, [film]],
])('in a CloudEvent: %s', (_, more, videoUrls) => {
  const data = { id: 'ce-1', status: 'succeeded', ...more };
  expect(told({ ...finished, data })).toMatchObject({ taskId: 'ce-1', state: 'succeeded', videoUrls });
});

const ended: [body: object, state: string][] = [
  [{ data: { output: { task_id: 't-1', task_status: 'FAILED', message: 'Too dark.' } } }, 'failed'],
  [{ data: { request_id: 't-1', inference_status: { status: 'failed', error: 'Too dark.' } } }, 'failed'],
  [{ job: { id: 't-1', result: { status: 'error', error: 'Too dark.' } } }, 'failed'],
  // Those stay what they were.
  [{ job: { id: 't-1', result: { status: 'ok', url: film } } }, 'succeeded'],
  [{ job: { id: 't-1', steps: [{ status: 'failed' }, { status: 'done' }], url: film } }, 'succeeded'],
  [{ job: { id: 't-1', steps: [{ status: 'failed' }, { status: 'done' }] } }, 'succeeded'],
  [{ job: { id: 't-1', url: film }, webhook: { status: 'failed', attempt: 1 } }, 'succeeded'],
  [{ data: { id: 't-1' } }, 'succeeded'],
];

test.each(ended)('what has only ended did not go well where its state says so: %j is %s', (body, state) => {
  expect(told({ event: 'task.finished', ...body })).toMatchObject({ taskId: 't-1', state });
  if (state === 'failed') expect(told({ event: 'task.finished', ...body })).toMatchObject({ message: 'Too dark.' });
});

const beside = [
  { moderation: { status: 'rejected' } },
  { last_attempt: { status: 'failed' }, attempts: 2 },
  { notifications: [{ channel: 'mail', status: 'failed' }] },
];
test.each(['video.succeeded', 'render.success', 'video.ready', 'job.completed'])(
  'what went well as its event is called stays so, whatever else went wrong: %s',
  (event) => {
    for (const each of beside) expect(told({ event, task_id: 't-1', ...each })).toMatchObject({ state: 'succeeded' });
  },
);

test.each(['data', 'payload', 'task'])('an error as what was made, in %s', (around) => {
  const task = { id: 't-1', status: 'COMPLETED' };
  const said = (output: object): object => told({ [around]: { ...task, output } });
  expect(said({ error: 'The workflow is not valid.' })).toMatchObject({
    ...{ taskId: 't-1', state: 'failed', message: 'The workflow is not valid.' },
  });
  expect(said({ error: null })).toMatchObject({ state: 'succeeded' });
  expect(said({ error: 'none' })).toMatchObject({ state: 'succeeded' });
  expect(said({ error: 'The preview is not valid.', video: film })).toMatchObject({
    state: 'succeeded',
    videoUrls: [film],
  });
});

const logged = {
  id: 'big-1',
  status: 'succeeded',
  input: { prompt: 'a' },
  logs: 'step 1/50\n'.repeat(30_000),
  output: film,
};
const text = JSON.stringify(logged);
const packed = Buffer.from(text).toString('base64');

test.each<[name: string, body: object]>([
  ['QStash', { status: 200, header: {}, body: packed, sourceMessageId: 'msg-1', url: 'https://api.example.test/x' }],
  ['a gateway, packed', { httpMethod: 'POST', headers: {}, isBase64Encoded: true, body: packed }],
  ['a gateway', { httpMethod: 'POST', headers: {}, isBase64Encoded: false, body: text }],
  ['Pub/Sub', { message: { data: packed, messageId: '1' }, subscription: 's' }],
  ['SNS', { Type: 'Notification', TopicArn: 'a', Message: text }],
  ['a payload', { payload: text }],
  ['the data of an event', { event: 'x.completed', data: text }],
])('a body that is large for its logs is read through %s, too', (_, body) => {
  expect(told(body)).toMatchObject({ taskId: 'big-1', state: 'succeeded', videoUrls: [film] });
});
