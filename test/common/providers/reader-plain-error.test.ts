/** What stands in the error of a task that is done and has nothing to show: it failed, or there is something to ask for. */
import { expect, test } from 'vitest';
import { readBody } from '../../../src-main/common/providers/reader.ts';

const stateOf = (error: string): string => stateIn({ task_id: 't-1', status: 'completed', error_message: error });

function stateIn(body: Readonly<Record<string, unknown>>): string {
  const reading = readBody({ body, headers: {}, providerHint: null });
  return reading.kind === 'result' ? reading.result.state : reading.kind;
}

test.each(['Completed successfully', 'Video generated successfully.', '成功', 'All good', 'empty', 'No error', '{}'])(
  '%s is no error',
  (error) => {
    expect(stateOf(error)).toBe('succeeded');
  },
);

test.each([
  'content policy violation',
  'The task did not end successfully',
  'generation failed',
  'worker lost',
  '积分不足',
])('%s is one', (error) => {
  expect(stateOf(error)).toBe('failed');
});

test.each([
  { errorCode: 'SUCCESS' },
  { error_code: 'none' },
  { err_code: 'NO_ERROR' },
  { errcode: '200' },
  { errno: 0 },
])('%j is no error code', (code) => {
  expect([stateIn({ task_id: 't', ...code }), stateIn({ task_id: 't', status: 'completed', ...code })]).toEqual([
    'unknown',
    'succeeded',
  ]);
});

test.each([{ errorCode: 'SAFETY' }, { error_code: 1102 }, { exit_code: 200 }, { exitCode: '137' }])(
  '%j is one',
  (code) => {
    expect([stateIn({ task_id: 't', ...code }), stateIn({ task_id: 't', status: 'completed', ...code })]).toEqual([
      'failed',
      'failed',
    ]);
  },
);
