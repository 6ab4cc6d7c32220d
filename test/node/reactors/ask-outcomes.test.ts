/** What a record of several films that were ordered at once does to the wait for them. */
import { expect, test } from 'vitest';
import { noResult, type Result } from '../../../src-main/common/model.ts';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { createAskOutcomes } from '../../../src-main/node/reactors/ask-outcomes.ts';
import type { Wait } from '../../../src-main/node/reactors/watch-list.ts';
import { askableTask } from '../../support/askable-task.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const film = 'https://media.example.test/a.mp4';
const partly: Result = { ...noResult, state: 'processing', videoUrls: [film], isEarly: true };

function waiting(reason: Wait['reason']) {
  const clock = createFakeClock();
  const results: Result[] = [];
  let isEnded = false;
  const outcomes = createAskOutcomes(
    {
      end: () => (isEnded = true),
      endOnce: async (_, write) => {
        await write();
        isEnded = true;
      },
      get: () => undefined,
      nextAskAt: () => null,
      release: () => undefined,
    },
    {
      ...{ clock, random: () => 0.5, times: { afterMs: null, everyMs: null }, log: silentLog },
      client: { api: () => null },
      answered: (_, { result }) => Promise.resolve(results.push(result)),
      asked: () => Promise.resolve(),
      unwatched: () => Promise.resolve(),
    },
  );
  const wait: Wait = {
    ...{ reason, since: clock.now(), begunAt: clock.now(), nextAt: 0, notBefore: 0, asks: 0, failures: 0 },
    ...{
      notFound: 0,
      unknownFrom: null,
      isAhead: false,
      empty: 0,
      noted: null,
      lastAskAt: null,
      isAsking: true,
      isReleased: false,
    },
    task: askableTask('runware', 't', clock.date().toISOString()),
  };
  return { wait, results, isEnded: () => isEnded, answer: () => outcomes.ofAnswer(wait, { result: partly, body: {} }) };
}

test('those that are there are told of once, and the others are waited for', async () => {
  const { wait, results, isEnded, answer } = waiting('watch');
  expect(await answer()).toMatchObject({ code: 'pending' });
  expect(results).toEqual([partly]);
  const video = { url: film } as (typeof wait.task.videos)[number];
  wait.task = { ...wait.task, videos: [video] };
  await answer();
  expect(results).toHaveLength(1);
  expect(isEnded()).toBe(false);
});

test('where a callback told of one of them, the record has the same to say', async () => {
  const { results, isEnded, answer } = waiting('confirm');
  expect(await answer()).toMatchObject({ code: 'answered' });
  expect(results).toEqual([{ ...noResult, state: 'succeeded', videoUrls: [film] }]);
  expect(isEnded()).toBe(true);
});
