/** Which files a task is asked for, and how much of that is remembered. */
import { expect, test } from 'vitest';
import { eventFormat } from '../../../../src-main/common/events.ts';
import { fold } from '../../../../src-main/common/fold.ts';
import type { Task } from '../../../../src-main/common/model.ts';
import type { DownloadJob } from '../../../../src-main/node/downloads/downloads.ts';
import { createDownloadPlan } from '../../../../src-main/node/inbox/downloads/download-plan.ts';
import { delivery } from '../../../support/deliveries.ts';

function taskWithPoster(n: number): Task {
  const taskId = `t${String(n)}`;
  const event = delivery(taskId, { thumbnailUrl: `https://media.example.test/${taskId}.jpg` });
  const record = fold(
    undefined,
    { v: eventFormat, seq: 1, at: '2026-11-20T12:00:00.000Z', ...event },
    `kie-luma:${taskId}`,
  );
  if (record === undefined) throw new Error('a callback made no task');
  return record.task;
}

test('a poster is asked for once, and what was asked for is not remembered for ever', () => {
  const posters: string[] = [];
  const plan = createDownloadPlan({
    enqueue(job: DownloadJob) {
      if (job.kind === 'poster') posters.push(job.key);
    },
    cancel: () => Promise.resolve(),
  });
  const first = taskWithPoster(0);
  plan.consider(first);
  plan.consider(first);
  expect(posters).toEqual([first.key]);

  for (let n = 1; n <= 10_000; n += 1) plan.consider(taskWithPoster(n));
  plan.consider(first);
  expect(posters).toHaveLength(10_002);
});
