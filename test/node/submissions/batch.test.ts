import { expect, test, vi } from 'vitest';
import { InboxError } from '../../../src-main/common/errors.ts';
import type { Order } from '../../../src-main/common/submit-form.ts';
import { providerTextsEn } from '../../../src-main/common/texts/en-providers.ts';
import { sendBatch } from '../../../src-main/node/submissions/batch.ts';
import type { Submitted } from '../../../src-main/node/submissions/submissions.ts';

const order = (prompt: string): Order => ({
  provider: 'kie-aleph',
  model: null,
  prompt,
  videos: [],
  images: [],
  params: {},
  project: null,
});

async function outcomesOf(send: (order: Order) => Promise<Submitted>) {
  const onBug = vi.fn();
  const report = await sendBatch(
    {
      submissions: { send },
      accountOf: (provider) => provider,
      balance: () => Promise.resolve(null),
      usualCost: () => null,
      onBug,
    },
    ['one', 'two', 'three'].map(order),
    null,
  );
  return { report, bugs: onBug.mock.calls.length };
}
const made = (id = ''): Submitted => ({ outcome: 'made', id, key: 'kie-aleph:t', taskId: 't', notes: [] });

test('what was ordered is told where a later one breaks in a way that was not foreseen, and nothing more is sent', async () => {
  const sent: Order[] = [];
  const { report, bugs } = await outcomesOf((one) => {
    sent.push(one);
    return one.prompt === 'two' ? Promise.reject(new TypeError('broken')) : Promise.resolve(made(one.id));
  });
  expect(report.results.map(({ outcome }) => outcome)).toEqual(['made', 'unknown', 'not-sent']);
  expect(report.results[1]).toMatchObject({ id: sent[1]?.id });
  expect(sent).toHaveLength(2);
  expect(bugs).toBe(1);
});

test('one that cannot be ordered holds up no other', async () => {
  const { report, bugs } = await outcomesOf((one) =>
    one.prompt === 'two'
      ? Promise.reject(new InboxError('bad-request', providerTextsEn.nothingToUpgrade))
      : Promise.resolve(made(one.id)),
  );
  expect(report.results.map(({ outcome }) => outcome)).toEqual(['made', 'not-sent', 'made']);
  expect(bugs).toBe(0);
});
