/** Kinds of bodies that documents, tests and handlers of many providers show, with names and links of our own. */
import { expect, it } from 'vitest';
import { told, toldOfEach } from '../../support/told.ts';

const site = 'https://media.example.test';
const film = `${site}/f/a.mp4`;

it.each([
  { request_id: 'p-1', status: 'completed' },
  { request_id: 'p-2', status: 'failed', error: 'image too large' },
  { request_id: 'p-3', status: 'in_queue', status_url: `${site}/s`, deployment_id: 'd', result_url: `${site}/r` },
  { request_id: 'p-4', status: 'COMPLETED', status_url: `${site}/s`, response_url: `${site}/r` },
  { id: 'p-5', object: 'video', status: 'completed', video_url: film },
  { id: 'p-6', task_id: 'p-6', object: 'video', status: 'queued', metadata: { url: '' } },
  { id: 'p-7', object: 'video', status: 'completed', outputs: { video_url: film } },
  { eventType: 'VIDEO_GENERATE_COMPLETE', videoEvent: { taskId: 'p-8', status: 'FAILED' } },
])('nobody that we know by: %j', (body) => {
  expect(told(body)).toMatchObject({ provider: 'unknown' });
});

it.each([
  [{ request_id: 'k-1', status: 'queued', status_url: `${site}/s`, cancel_url: `${site}/c` }, 'higgsfield'],
  [{ request_id: 'k-2', status: 'nsfw' }, 'higgsfield'],
  [{ request_id: 'k-5', status: 'completed', video: { url: film } }, 'higgsfield'],
  [{ id: 'video_k3', object: 'video', status: 'completed', model: 'sora-2', error: null }, 'openai'],
  [{ taskId: 'k-4', status: 'succeed' }, 'pollo'],
])('and who is known: %j', (body, provider) => {
  expect(told(body)).toMatchObject({ provider });
});

it.each([
  [1, 'succeeded'],
  [5, 'processing'],
  [6, 'failed'],
  [7, 'failed'],
  [8, 'failed'],
])('PixVerse counts its states in its callback, too: %i', (status, state) => {
  const url = status === 1 ? film : '';
  const body = { id: '11', status, url, size: 0, has_audio: false, credits: 0 };
  expect(told(body)).toMatchObject({ id: '11', provider: 'pixverse', state });
});

it.each(['backlogged', 'MAKING', 'streaming', 'intermediate-complete'])('%s is on the way', (status) => {
  expect(told({ id: 'w-1', status })).toMatchObject({ state: 'processing' });
});

it('an operation of Google that is nothing but named goes on', () => {
  const name = 'models/veo/operations/o-1';
  expect(told({ name, metadata: { at: 'now' } })).toMatchObject({ id: name, state: 'processing' });
  expect(told({ name, done: true, error: { code: 3, message: 'bad' } })).toMatchObject({ state: 'failed' });
});

it.each([
  { code: 1, msg: '操作成功!', success: true, data: { taskId: 'y-1' } },
  { code: 1, msg: 'success', data: { taskId: 'y-1' } },
  { code: 1, success: true, data: { taskId: 'y-1' } },
])('1 is yes where a word beside it says so: %j', (body) => {
  expect(told(body)).toMatchObject({ id: 'y-1', state: 'unknown' });
  expect(told({ ...body, data: { taskId: 'y-1', video_url: film } })).toMatchObject({ state: 'succeeded' });
  expect(told({ code: 1, msg: 'no such model', data: { taskId: 'y-1' } })).toMatchObject({ state: 'failed' });
});

it('a word that we do not know leaves it to the error beside it', () => {
  const message = 'The video is not public';
  expect(told({ id: 'u-1', stage: 'STALLED', error: message })).toMatchObject({ state: 'failed', message });
  expect(told({ id: 'u-1', stage: 'STALLED', error: 'none' })).toMatchObject({ state: 'unknown' });
  expect(told({ id: 'u-1', stage: 'STALLED', error: message, video_url: film })).toMatchObject({ films: [film] });
});

it('a state below zero, with a sentence', () => {
  expect(told({ id: 'n-1', status: -1, msg: 'node is down' })).toMatchObject({ state: 'failed' });
  expect(told({ id: 'n-1', status: -1 })).toMatchObject({ state: 'unknown' });
  expect(told({ id: 'n-1', status: -1, msg: 'ready', video_url: film })).toMatchObject({ state: 'succeeded' });
});

it('an answer that failed, in the words of Tencent', () => {
  const failed = { state: 'failed', message: 'job not found' };
  expect(told({ Response: { Error: { Code: 'NotFound', Message: 'job not found' }, RequestId: 'q-1' } })).toMatchObject(
    failed,
  );
  expect(told({ Header: { Code: 100002, Message: 'job not found', RequestID: 'q-2' }, Payload: null })).toMatchObject(
    failed,
  );
  expect(
    told({ Header: { Code: 0, Message: '' }, Payload: { TaskId: 'q-3', Status: 'SUCCESS', MediaUrl: film } }),
  ).toMatchObject({ id: 'q-3', state: 'succeeded', films: [film] });
});

it('the task of an event, under a name that does not end in id', () => {
  const detail = { invocationArn: 'arn:aws:bedrock:us-east-1:1:async-invoke/d-1', status: 'Failed' };
  const event = { version: '0', id: 'e-1', 'detail-type': 'Async Invoke State Change', source: 'aws.bedrock' };
  expect(told({ ...event, detail })).toMatchObject({ id: detail.invocationArn, state: 'failed' });
  expect(told({ ...event, detail: { status: 'Failed' } })).toMatchObject({ id: 'e-1' });
});

it('what the task was given before what somebody else calls it', () => {
  const data = { task_id: 'of-another', status: 'SUCCESS', result: [film] };
  expect(told({ taskNo: 'd-2', status: 'success', data })).toMatchObject({ id: 'd-2', films: [film] });
  expect(told({ status: 'success', data })).toMatchObject({ id: 'of-another' });
});

it('public_id where there is no other', () => {
  const results = { google: { id: 'x', final_status: 'succeeded', video_resource_url: film } };
  expect(told({ public_id: 'd-3', status: 'finished', results })).toMatchObject({ id: 'd-3', films: [film] });
  expect(told({ batch_id: 'd-4', public_id: 'folder/d', eager: [{ url: film }] })).toMatchObject({ id: 'd-4' });
});

it('pid where it is no number', () => {
  expect(told({ pid: 'd-5', status: 'ready', videoUrl: film })).toMatchObject({ id: 'd-5' });
  expect(told({ pid: 4711, status: 'ready', videoUrl: film })).toMatchObject({
    id: expect.stringMatching(/^body-/) as string,
  });
  expect(told({ pid: 'main', job_id: 'd-6', status: 'ready' })).toMatchObject({ id: 'd-6' });
});

it('several under names of the sender, each with its task', () => {
  const error = { message: 'no face' };
  const made = { video_url: film, status: true, inference_id: 'i-1' };
  expect(toldOfEach({ abc: made, def: { status: false, inference_id: 'i-2', error } })).toMatchObject([
    { id: 'i-1', state: 'succeeded', films: [film] },
    { id: 'i-2', state: 'failed', message: 'no face', films: [] },
  ]);
  expect(toldOfEach({ task: made, result: { video_url: film, inference_id: 'i-1' } })).toHaveLength(1);
  expect(toldOfEach({ job: { job_id: 'j', status: 'done' }, run: { run_id: 'r', video_url: film } })).toHaveLength(1);
});

it('a page of a list, with where it begins and ends', () => {
  const data = [
    { id: 'l-1', object: 'video', status: 'completed' },
    { id: 'l-2', object: 'video', status: 'queued' },
  ];
  expect(toldOfEach({ object: 'list', data, first_id: 'l-1', last_id: 'l-2', has_more: false })).toMatchObject([
    { id: 'l-1', state: 'succeeded' },
    { id: 'l-2', state: 'processing' },
  ]);
});

it('a film in the form of a chat, without a role', () => {
  const video_url = { url: film };
  const text = { type: 'text', text: 'a hill' };
  const made = { id: 'c-1', status: 'succeeded', content: [text, { type: 'video_url', video_url }] };
  expect(told(made)).toMatchObject({ films: [film] });
  const sent = { type: 'video_url', video_url, role: 'reference_video' };
  expect(told({ ...made, content: [text, sent] })).toMatchObject({ films: [] });
  expect(told({ ...made, video_url: `${film}?2` })).toMatchObject({ films: [`${film}?2`] });
  expect(told({ ...made, status: 'running' })).toMatchObject({ films: [] });
});

it('what the object of a list says to be a picture is no film', () => {
  const made = (type: string) => told({ id: 'c-2', status: 'SUCCESS', result: { type, urls: [`${site}/o/1`] } });
  expect(made('image')).toMatchObject({ state: 'succeeded', films: [] });
  for (const type of ['video', 'image_to_video', 'text2video', 'whatever'])
    expect(made(type)).toMatchObject({ films: [`${site}/o/1`] });
});

it('where to ask for the result is no result', () => {
  const asked = { request_id: 'c-3', status_url: `${site}/s`, cancel_url: `${site}/c`, result_url: `${site}/r` };
  expect(told({ ...asked, status: 'in_queue' })).toMatchObject({ state: 'processing', films: [] });
  expect(told({ ...asked, status: 'completed' })).toMatchObject({ state: 'succeeded', films: [] });
  expect(told({ ...asked, status: 'completed', result_url: film })).toMatchObject({ films: [film] });
  expect(told({ id: 'c-3', status: 'completed', result_url: `${site}/r` })).toMatchObject({ films: [`${site}/r`] });
});

it('a logo that moves is none', () => {
  const others = { logo: `${site}/logo.mp4`, outro_url: `${site}/outro.mp4` };
  expect(told({ id: 'c-4', status: 'completed', output_video: film, ...others })).toMatchObject({ films: [film] });
});

it.each(['uri', 'link', 'href', 'cdn_url'])('the only link of what is done, to where things are stored: %s', (name) => {
  const stored = 'https://cdn.example.test/o/7fd0';
  expect(told({ id: 'c-5', status: 'succeeded', [name]: stored })).toMatchObject({ films: [stored] });
  expect(told({ id: 'c-5', status: 'running', [name]: stored })).toMatchObject({ films: [] });
  expect(told({ id: 'c-5', status: 'succeeded', [name]: stored, video_url: film })).toMatchObject({ films: [film] });
});

it.each([
  { link: 'https://app.example.test/videos/7' },
  { link: 'https://media.example.test/watch/7' },
  { uri: 'https://api.example.test/v1/jobs/7?token=1' },
  { uri: 'https://cdn.example.test/o/7', link: 'https://cdn.example.test/o/8' },
  { owner: { link: 'https://cdn.example.test/u/7' } },
])('and neither a page nor one of several: %j', (held) => {
  expect(told({ id: 'c-6', status: 'succeeded', ...held })).toMatchObject({ films: [] });
});

it('the prompt in what goes with a film, and deep in the request', () => {
  const data = [{ url: film, metadata: { prompt: 'a hill', negative_prompt: 'fog' } }];
  expect(told({ id: 'c-7', status: 'completed', data })).toMatchObject({ films: [film], prompt: 'a hill' });
  const videoTaskInput = { type: 'i2v', imageToVideoRequest: { model: 'm', taskInput: { prompt: 'a sea' } } };
  const videoGenerateTaskInfo = { status: 'failed', errorMessage: 'content not allowed', videoTaskInput };
  const videoEvent = { taskId: 'c-8', status: 'FAILED', videoGenerateTaskInfo };
  expect(told({ eventId: 'e', eventType: 'VIDEO_GENERATE_COMPLETE', videoEvent })).toMatchObject({
    id: 'c-8',
    state: 'failed',
    prompt: 'a sea',
    message: 'content not allowed',
  });
});

it.each(['run_id', 'call_id', 'provider_task_id', 'execution_id'])(
  'a form with %s, and what came of it as JSON',
  (name) => {
    const result = encodeURIComponent(JSON.stringify({ video_url: film, seed: 1 }));
    expect(told(`${name}=f-1&status=success&result=${result}`, 'application/x-www-form-urlencoded')).toMatchObject({
      id: 'f-1',
      state: 'succeeded',
      films: [film],
    });
  },
);

it('what is no text in JSON is none in a form', () => {
  const form = 'application/x-www-form-urlencoded';
  const sent = (text: string) => told(text, form);
  expect(sent(`task_id=f-2&status=completed&error=null&video_url=${encodeURIComponent(film)}`)).toMatchObject({
    state: 'succeeded',
    message: null,
  });
  expect(sent('task_id=f-2&status=finished&success=false&error=no%20frames')).toMatchObject({ state: 'failed' });
});

it.each([
  { code: 501, msg: 'the film was refused', data: { taskId: 'm-1' } },
  { id: 'm-2', status: 'failed', error: { message: 'no face' } },
  [{ id: 'm-3', status: 'rendering', url: film }],
  { version: '0', id: 'e', 'detail-type': 'Job State Change', detail: { jobId: 'm-4', status: 'ERROR' } },
  { object: 'list', data: ['m-5', 'm-6'].map((id) => ({ id, object: 'video', status: 'completed' })) },
])('the same within messages as by itself: %j', (body) => {
  const itself = toldOfEach(body);
  const text = JSON.stringify(body);
  const sns = { Type: 'Notification', MessageId: 'x', TopicArn: 'arn:aws:sns:t', Message: text };
  const pushed = { message: { data: Buffer.from(text).toString('base64'), messageId: '1' }, subscription: 's' };
  const inside = { body: text };
  for (const message of Array.isArray(body) ? [[inside]] : [sns, [{ headers: {}, query: {}, body: sns }], inside])
    expect(toldOfEach(message)).toEqual(itself);
  if (Array.isArray(body)) return;
  expect(toldOfEach([{ headers: {}, params: {}, query: {}, body: pushed }])).toEqual(itself);
});

const inWords = (name: string): string[] => name.toLowerCase().split('_');
const inCapitals = (text: string): string => text.toUpperCase();
const inCamel = (name: string): string => name.replaceAll(/_[a-z]/g, (letters) => letters.slice(1).toUpperCase());
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** The same body with its names in another style, also in texts of JSON. */
function written(value: unknown, style: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => written(item, style));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [style(name), written(inner, style)]));
}

it.each([
  ['as .NET and Go do', (name: string) => inWords(name).map(capital).join('')],
  ['in capitals', (name: string) => name.toUpperCase()],
  ['with hyphens', (name: string) => name.replaceAll('_', '-')],
  ['in one small word', (name: string) => name.replaceAll('_', '')],
  ['as TypeScript and Swift do', (name: string) => inCamel(name).replace(/(?<=[a-z])(?:Id|Url)\b/, inCapitals)],
])('names that are all written %s', (_, style) => {
  const said = [
    { task_id: 's-1', task_status: 'SUCCEEDED', video_url: film, cover_url: `${site}/p.jpg`, prompt: 'a hill' },
    { id: 's-2', status: 'failed', error: { code: 'x', message: 'no face was found' } },
    { code: 200, msg: 'ok', data: { job_id: 's-3', state: 'done', output: { videos: [{ url: film }] } } },
    { type: 'video.failed', data: { id: 's-4', fail_reason: 'refused' } },
    { request_id: 's-5', status: 'in_progress', input: { video_url: film }, callback_url: `${site}/cb` },
  ];
  for (const body of said) {
    // Who sent it is another matter.
    expect({ ...told(written(body, style)), provider: null }).toEqual({ ...told(body), provider: null });
  }
  expect(
    told(written({ task_id: 's-6', status: 'done', result_json: JSON.stringify({ url: film }) }, style)),
  ).toMatchObject({
    films: [film],
  });
});

it('beside names of other styles, and of no words that tell anything', () => {
  const sent = `${site}/in/a.mp4`;
  const files = [{ link: film }];
  expect(
    told({ taskID: 'c-1', status: 'completed', videoURL: sent, params: { videoURL: sent }, result: { files } }),
  ).toEqual(
    told({ task_id: 'c-1', status: 'completed', video_url: sent, params: { video_url: sent }, result: { files } }),
  );
  expect(told({ jobno: 'c-2', jobstatus: 'done', resulturl: film, previewurl: `${site}/p.mp4` })).toMatchObject({
    id: 'c-2',
    state: 'succeeded',
    films: [film],
  });
  expect(told({ grid: 'c-3', status: 'done', url: film })).not.toMatchObject({ id: 'c-3' });
});

it('the task before whoever made it, and before what the caller calls it', () => {
  const arn = 'arn:aws:bedrock:us-east-1:1:async-invoke/t-1';
  expect(told({ clientRequestToken: 'mine', status: 'Completed', invocationArn: arn })).toMatchObject({ id: arn });
  expect(told({ client_task_id: 'mine', provider_task_id: 't-2', status: 'succeeded' })).toMatchObject({ id: 't-2' });
  expect(told({ code: 1000, msg: 'OK', data: { uid: 1, _id: 't-3', url: film } })).toMatchObject({ id: 't-3' });
  expect(told({ uid: 't-4', status: { state: 'ready' } })).toMatchObject({ id: 't-4' });
  const outputs = [{ id: 2, state: 'finished', url: film }];
  expect(told({ outputs, job: { id: 't-5', state: 'finished' } })).toMatchObject({ id: 't-5', films: [film] });
});

it.each(['task', 'job', 'prediction', 'generation', 'render', 'run', 'response', 'result', 'payload', 'record'])(
  'what stands alone in an object called %s is the body',
  (name) => {
    for (const body of [
      { id: 'o-1', status: 'COMPLETED', output: { error: 'no workflow' } },
      { code: 202, id: 'mine', job_id: 'o-2', message: 'processing' },
      { event: 'VIDEO_GENERATION_FAILED', data: { videoId: 'o-3', note: 'x' } },
      { uuid: 'o-4', state: 'done', links: [film], base_resp: { status_code: 0, status_msg: 'well' } },
    ]) {
      expect({ ...told({ [name]: body }), provider: null }).toEqual({ ...told(body), provider: null });
    }
    // With something beside it, or nothing that tells of a task, it is a place in the body.
    expect(told({ [name]: { url: film } })).toMatchObject({ films: [film] });
    expect(told({ task_id: 'o-5', [name]: { id: 'o-6', status: 'done', url: film } })).toMatchObject({ id: 'o-5' });
  },
);
