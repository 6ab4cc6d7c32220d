/** Kinds of bodies that public code shows: what its tests, handlers and logs have, with names and links of our own. */
import { expect, it } from 'vitest';
import { told } from '../../support/told.ts';

const site = 'https://media.example.test';
const film = `${site}/f/a.mp4`;

it.each([
  { object: 'video', metadata: { url: film } },
  { object: 'video', metadata: { url: film, prompt: 'x' }, model: 'm', progress: 100 },
  { metadata: { content_url: film } },
  { metadata: { result_urls: [film] } },
  { object: 'video', remixed_from_video_id: film },
])('a relay in the style of OpenAI puts its film beside the task: %j', (held) => {
  expect(told({ id: 'r-1', status: 'completed', ...held })).toMatchObject({ state: 'succeeded', films: [film] });
  expect(told({ id: 'r-1', status: 'in_progress', ...held })).toMatchObject({ state: 'processing', films: [] });
});

it('what is fetched through the relay has no ending', () => {
  const content = `${site}/v1/videos/r-2/content`;
  const body = { id: 'r-2', object: 'video', status: 'completed', metadata: { url: content } };
  expect(told(body)).toMatchObject({ films: [content] });
});

it.each([
  { metadata: { url: film } },
  { metadata: { video_url: film } },
  { object: 'video', metadata: { source_url: film, original_video_url: film, user: { url: film } } },
  { object: 'video', metadata: { url: `${site}/watch/7` } },
])('and what a person sent along is none: %j', (held) => {
  expect(told({ id: 'r-3', status: 'completed', ...held })).toMatchObject({ films: [] });
  expect(told({ id: 'r-3', status: 'completed', video_url: `${film}?2`, ...held })).toMatchObject({
    films: [`${film}?2`],
  });
});

it.each([
  { videoUrl: `${site}/watch/7`, videoFileUrl: film },
  { video_url: `${site}/watch/7`, mp4_url: film },
  { video: { videoUrl: `${site}/watch/7`, video_download_url: film } },
])('the file before the page that shows it: %j', (held) => {
  expect(told({ id: 'f-1', status: 'rendered', ...held })).toMatchObject({ state: 'succeeded', films: [film] });
});

it('a film without an ending where there is no file of it', () => {
  const page = `${site}/watch/7`;
  const others = { previewMp4Url: film, source_video_file: film, subtitle_file_url: film };
  expect(told({ id: 'f-2', status: 'done', video_url: page, ...others })).toMatchObject({ films: [page] });
});

it('the first film alone, and all of them in a list', () => {
  const films = [0, 1, 2, 3].map((n) => `${site}/m/${String(n)}.mp4`);
  const [first] = films;
  expect(
    told({ id: 'm-1', status: 'SUCCESS', videoUrl: first, videoUrls: films.map((url) => ({ url })) }),
  ).toMatchObject({ films });
  expect(told({ id: 'm-1', status: 'SUCCESS', data: { video_url: first, video_urls: films } })).toMatchObject({
    films,
  });
  expect(told({ id: 'm-1', status: 'SUCCESS', video_url: film, video_urls: films })).toMatchObject({ films: [film] });
});

it('an event in an object that is called webhook', () => {
  const webhook = { event_type: 'avatar_video.success', event_data: { video_id: 'h-1', url: film } };
  expect(told({ webhook })).toMatchObject({ id: 'h-1', state: 'succeeded', films: [film] });
  expect(told({ webhook: { url: film, events: ['video.done'] } })).toMatchObject({ kind: 'unreadable' });
});

it.each(['TEXT_SUCCESS', 'FIRST_SUCCESS', 'STATUS_UPDATE', 'provider_succeeded', 'configuring'])(
  '%s is on the way',
  (status) => {
    expect(told({ taskId: 'w-1', status })).toMatchObject({ state: 'processing' });
  },
);

it.each([
  ['completed', 'succeeded'],
  ['processing', 'processing'],
  ['failed', 'failed'],
])('a state that names the current one: %s', (current, state) => {
  expect(told({ id: 'w-2', state: { current } })).toMatchObject({ state });
});

it('a film that was held back is none', () => {
  const video = { url: '', duration: 8, respect_moderation: false };
  expect(told({ request_id: 'x-1', status: 'done', video })).toMatchObject({ state: 'failed', films: [] });
  expect(told({ request_id: 'x-1', status: 'done', video: { ...video, url: film } })).toMatchObject({
    state: 'succeeded',
    films: [film],
  });
});

it('an answer that failed, in the event that hands it on', () => {
  const exception_message = 'Allocation on device';
  const answer = { code: 805, msg: 'APIKEY_TASK_STATUS_ERROR', data: { failedReason: { exception_message } } };
  const failed = { id: '19', state: 'failed', message: exception_message };
  expect(told({ event: 'TASK_END', taskId: '19', eventData: JSON.stringify(answer) })).toMatchObject(failed);
  expect(told({ event: 'TASK_END', taskId: '19', eventData: answer })).toMatchObject(failed);
  const well = { code: 0, msg: 'success', data: [{ fileUrl: film, fileType: 'mp4' }] };
  expect(told({ event: 'TASK_END', taskId: '19', eventData: JSON.stringify(well) })).toMatchObject({ films: [film] });
  // What else went wrong is not the task's where there is a film.
  expect(told({ taskId: '19', url: film, drive: { code: 401, message: 'no access' } })).toMatchObject({
    state: 'succeeded',
    films: [film],
  });
});

it('a number is no reason, and the name of a code none where there is a sentence', () => {
  const failedReason = { exception_message: 'GPU out of memory' };
  expect(told({ code: 805, msg: '805', data: { taskId: '20', status: 'FAILED', failedReason } })).toMatchObject({
    message: 'GPU out of memory',
  });
  expect(told({ taskId: '21', status: 'FAILED', msg: 'NO_WORKER_LEFT' })).toMatchObject({ message: 'NO_WORKER_LEFT' });
});

it('a code whose name says that it goes on', () => {
  expect(told({ code: 804, msg: 'APIKEY_TASK_IS_RUNNING', taskId: '22' })).toMatchObject({ state: 'processing' });
  expect(told({ code: 805, msg: 'APIKEY_TASK_STATUS_ERROR', taskId: '22' })).toMatchObject({ state: 'failed' });
});

it('names of a task that do not end in id', () => {
  const invocationArn = 'arn:aws:bedrock:us-east-1:1:async-invoke/b-1';
  const modelArn = 'arn:aws:bedrock:us-east-1::foundation-model/m';
  expect(told({ invocationArn, modelArn, status: 'InProgress' })).toMatchObject({ id: invocationArn });
  const payload = encodeURIComponent(JSON.stringify({ status: 'completed', videos: [{ url: film }] }));
  expect(told(`task_token=q-1&event=saved&payload=${payload}`, 'application/x-www-form-urlencoded')).toMatchObject({
    id: 'q-1',
    state: 'succeeded',
    films: [film],
  });
});

it.each([
  { code: 0, msg: 'success', data: { taskId: 'p-1', taskStatus: 'RUNNING' } },
  { code: 'success', message: '', data: { task_id: 'p-2', status: 'FAILURE', fail_reason: 'x' } },
  { code: 10000, message: 'Success', data: { task_id: 'p-3', status: 'generating' } },
  { code: 805, msg: 'x', taskId: 'p-4', data: null },
  { id: 'p-5', status: 'ready', url: film, thumbnail: `${site}/p.jpg` },
  { id: 'p-6', state: 'DONE', output: film, error: null },
])('nobody that we know by: %j', (body) => {
  expect(told(body)).toMatchObject({ provider: 'unknown' });
});

it.each([
  [{ code: 200, msg: 'success', data: { taskId: 'p-7' } }, 'kie-market'],
  [{ code: 501, msg: 'no', data: { task_id: 'p-8' } }, 'kie-runway'],
  [{ code: '400', msg: 'no', taskId: 'p-9', data: null }, 'kie-aleph'],
  [{ id: 'p-10', status: 'Ready', result: { sample: film } }, 'bfl'],
  [{ id: 'p-11', state: 'completed', output: [{ type: 'video', url: film }] }, 'luma-agents'],
])('and who is known: %j', (body, provider) => {
  expect(told(body)).toMatchObject({ provider });
});

it.each([
  { data: { object: { id: 't-1', status: 'COMPLETE', prompt: 'a hill' } } },
  { Response: { AigcVideoTask: { TaskId: 't-1', Status: 'PROCESSING', Input: { Prompt: 'a hill' } } } },
  { id: 't-1', state: { current: 'queued' }, config: { prompt: 'a hill' } },
])('the prompt, deeper in: %j', (body) => {
  expect(told(body)).toMatchObject({ id: 't-1', prompt: 'a hill' });
});

it.each([
  { url: film, snapshot_url: `${site}/p.jpg` },
  { video_output: film, video_thumbnail: `${site}/p.jpg` },
  { video_result: [{ url: film, cover_image_url: `${site}/p.jpg` }] },
])('the poster: %j', (held) => {
  expect(told({ id: 't-2', status: 'done', ...held })).toMatchObject({ films: [film], poster: `${site}/p.jpg` });
});
