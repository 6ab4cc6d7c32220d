/** What stands beside the word of a state, or in its place: a conclusion, a code of the call. */
import { expect, test } from 'vitest';
import { readBody } from '../../../src-main/common/providers/reader.ts';

const film = 'https://media.example.test/out/a.mp4';

function read(body: Readonly<Record<string, unknown>>): readonly [string, number] {
  const reading = readBody({ body: { id: 't-1', ...body }, headers: {}, providerHint: null });
  return reading.kind === 'result' ? [reading.result.state, reading.result.videoUrls.length] : [reading.kind, 0];
}

const done = { status: 'completed', conclusion: 'success' };

test.each([
  ['its steps have theirs', { status: 'in_progress', steps: [done] }, 'processing', 0],
  ['one of its steps has', { status: 'in_progress', step: { conclusion: 'success' } }, 'processing', 0],
  ['it is under way', { status: 'in_progress', conclusion: 'success' }, 'processing', 0],
  ['it failed', { status: 'failed', conclusion: 'success' }, 'failed', 0],
  ['its review has one', { status: 'completed', video_url: film, review: { conclusion: 'failure' } }, 'succeeded', 1],
  ['a film has one', { status: 'completed', outputs: [{ conclusion: 'error', url: film }] }, 'succeeded', 1],
])('a conclusion is that of the task and not another where %s', (_name, body, state, videos) => {
  expect(read(body)).toEqual([state, videos]);
});

test('a conclusion tells how a task went that is over', () => {
  const job = { status: 'completed', conclusion: 'failure', steps: [done] };
  expect(read({ action: 'completed', check_run: job })).toEqual(['failed', 0]);
  expect(read({ ...done, video_url: film })).toEqual(['succeeded', 1]);
  expect(read({ conclusion: 'cancelled' })).toEqual(['failed', 0]);
});

test.each([{ return_code: 'SUCCESS' }, { resultCode: 'OK' }, { result_type: 'success' }])(
  '%j is said of the call where the task is under way',
  (code) => {
    expect(read({ ...code, progress: 40 })).toEqual(['processing', 0]);
    expect(read({ ...code, video_url: film })).toEqual(['succeeded', 1]);
  },
);

test.each([
  ['refund.succeeded', { status: 'succeeded', amount: 60 }],
  ['credits.refunded', { amount: 60 }],
  ['credits.refund.completed', {}],
  ['billing.charge.succeeded', {}],
  ['payment_succeeded', { status: 'paid' }],
])('an event about money says nothing of the task that it names: %s', (event, more) => {
  expect(read({ event, ...more })).toEqual(['unknown', 0]);
  expect(read({ type: event, data: { id: 't-1', ...more } })).toEqual(['unknown', 0]);
});

test.each(['quota_exceeded', 'credits.insufficient', 'billing_error', 'usage_limit_exceeded', 'balance_insufficient'])(
  'nor does it hide what the task says of itself: %s',
  (type) => {
    expect(read({ type, status: 'failed', message: 'no money left' })).toEqual(['failed', 0]);
    expect(read({ event: type, data: { id: 't-1', status: 'failed' } })).toEqual(['failed', 0]);
    expect(read({ type, status: 'processing' })).toEqual(['processing', 0]);
    expect(read({ type, status: 'completed', video_url: film })).toEqual(['succeeded', 1]);
  },
);

test.each([{ refund: { status: 'success' } }, { charge: { status: 'completed' } }, { refund_status: 'success' }])(
  'nor does what stands beside it about money: %j',
  (money) => {
    expect(read(money)).toEqual(['unknown', 0]);
    expect(read({ status: 'failed', ...money })).toEqual(['failed', 0]);
    expect(read({ status: 'completed', video_url: film, ...money })).toEqual(['succeeded', 1]);
  },
);

test.each(['moderation.passed', 'upload_completed', 'preprocessing.completed', 'audio.completed', 'thumbnail:ready'])(
  'a part of the way that went well is not the end of the task: %s',
  (event) => {
    expect(read({ event })).toEqual(['processing', 0]);
    expect(read({ event, status: 'completed' })).toEqual(['processing', 0]);
    expect(read({ event, status: 'failed' })).toEqual(['failed', 0]);
    expect(read({ event, video_url: film })).toEqual(['succeeded', 1]);
    expect(read({ event, status: 'completed', video_url: film })).toEqual(['succeeded', 1]);
  },
);

test.each(['moderation', 'safety', 'storage', 'email'])(
  'nor is what its own object says to have gone well: %s',
  (part) => {
    expect(read({ [part]: { status: 'completed' } })).toEqual(['unknown', 0]);
    expect(read({ [part]: { status: 'failed' } })).toEqual(['failed', 0]);
    expect(read({ status: 'completed', [part]: { status: 'completed' } })).toEqual(['succeeded', 0]);
  },
);

test('what failed and is tried again goes on', () => {
  expect(read({ status: 'failed', will_retry: true, error: 'the worker was lost' })).toEqual(['processing', 0]);
  expect(read({ event: 'attempt.failed', data: { id: 't-1', willRetry: true } })).toEqual(['processing', 0]);
  expect(read({ status: 'failed', will_retry: false })).toEqual(['failed', 0]);
  expect(read({ status: 'failed', retryable: true })).toEqual(['failed', 0]);
});

test('a film that Replicate names while a prediction runs is whole, and may be all that comes; that of others is a preview', () => {
  const told = { id: 't-1', version: 'v', input: {}, status: 'processing', output: [film] };
  const urls = { get: 'https://api.replicate.com/v1/predictions/t-1' };
  const ofReplicate = readBody({ body: { ...told, urls }, headers: {}, providerHint: null });
  expect(ofReplicate).toMatchObject({
    provider: 'replicate',
    result: { state: 'processing', videoUrls: [film], isEarly: true },
  });
  const ofOthers = readBody({
    body: { id: 't-1', status: 'processing', videos: [film] },
    headers: {},
    providerHint: null,
  });
  expect(ofOthers).toMatchObject({ result: { state: 'processing', videoUrls: [film] } });
  expect(ofOthers).not.toHaveProperty('result.isEarly');
});

test.each([
  ['Internal Server Error', { payload: { detail: 'The model ran out of memory.' } }, 'The model ran out of memory.'],
  ['Gateway Timeout', { detail: 'The worker did not answer within 600 s' }, 'The worker did not answer within 600 s'],
  ['Internal Server Error', { payload: { detail: 'Internal Server Error' } }, 'Internal Server Error'],
  ['Service Unavailable', { payload: null }, 'Service Unavailable'],
  ['The prompt was refused.', { payload: { detail: 'See our pages about it.' } }, 'The prompt was refused.'],
])('beside %s the detail that tells more is what a person reads: %j', (error, more, message) => {
  const body = { request_id: 't-1', status: 'ERROR', error, ...more };
  const reading = readBody({ body, headers: {}, providerHint: null });
  expect(reading).toMatchObject({ result: { state: 'failed', message } });
});
