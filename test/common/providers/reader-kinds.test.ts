/** Other bodies of the kinds that people reported: words, reasons, names and envelopes of senders that nobody listed. */
import { describe, expect, test } from 'vitest';
import { parseBody } from '../../../src-main/common/providers/parse-body.ts';
import { readBody } from '../../../src-main/common/providers/reader.ts';
import { stateOf } from '../../../src-main/common/providers/state-words.ts';

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
])('what went in is no result: %j', (body) => {
  expect(read({ id: 's', status: 'completed', ...body }).videoUrls).toEqual([]);
});
