/** Kinds of bodies that documents, tests and handlers of many providers show, with names and links of our own. */
import { expect, it } from 'vitest';
import { told } from '../../support/told.ts';

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
