import { expect, it } from 'vitest';
import { readAgain } from '../../../../src-main/node/callbacks/requests/replay.ts';

const film = 'https://media.example.test/clip.mp4';
const request = (fields: object, taskId: string | null) => ({ body: JSON.stringify(fields), headers: {}, taskId });

it('what names no task is about the one that its address named, and is told as the same', () => {
  const nameless = { status: 'completed', video_url: film };
  expect(readAgain(request(nameless, 'query-77'), null)).toMatchObject([{ kind: 'result', taskId: 'query-77' }]);
  const named = { task_id: 't-1', ...nameless };
  expect(readAgain(request(named, 'query-77'), null)).toMatchObject([{ kind: 'result', taskId: 't-1' }]);
  expect(readAgain(request(nameless, null), null)).toMatchObject([
    { taskId: expect.stringMatching(/^body-/) as string },
  ]);
});
