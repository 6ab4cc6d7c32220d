import { expect, it } from 'vitest';
import { createDeadline } from '../../../../src-main/node/callbacks/body/deadline.ts';

it('calls those who have not ended when their time is up, in their order, and nobody else', async () => {
  const deadline = createDeadline(30);
  const late: string[] = [];
  const end = deadline.begin(() => late.push('ended'));
  await new Promise<void>((resolve) => {
    deadline.begin(() => late.push('first'));
    end();
    end();
    // Begins while the timer of the others runs, and is late when that has run out.
    setTimeout(() => deadline.begin(() => resolve()), 15);
  });
  expect(late).toEqual(['first']);
  // The timer has stopped with the last of them; the next one starts it again.
  await new Promise<void>((resolve) => deadline.begin(resolve));
});

it('asks those that are late whether they go on, each time anew', async () => {
  const deadline = createDeadline(10);
  const asked: number[] = [];
  await new Promise<void>((resolve) => {
    deadline.begin(resolve, () => asked.push(asked.length) < 3);
  });
  expect(asked).toEqual([0, 1, 2]);
});
