/** What stands in the error of a task that is done and has nothing to show: it failed, or there is something to ask for. */
import { expect, test } from 'vitest';
import { readBody } from '../../../src-main/common/providers/reader.ts';

function stateOf(error: string): string {
  const body = { task_id: 't-1', status: 'completed', error_message: error };
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
