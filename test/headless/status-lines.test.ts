import { expect, test } from 'vitest';
import { describeWatch } from '../../src-main/headless/commands/status.ts';

test('that nobody is asked is not laid to a missing key: it may be there', () => {
  const line = describeWatch({ pending: 2, overdue: 1, nextAskAt: null });
  expect(line).toBe('2 tasks, 1 overdue · nobody is asked just now');
});

test('one that is waited for is one task', () => {
  expect(describeWatch({ pending: 1, overdue: 0, nextAskAt: null })).toMatch(/^1 task, 0 overdue/);
});
