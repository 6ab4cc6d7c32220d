import { expect, it } from 'vitest';
import { readAgain } from '../../../../src-main/node/callbacks/requests/replay.ts';

const film = 'https://media.example.test/clip.mp4';
const request = (fields: object, taskId: string | null) => ({
  ...{ body: JSON.stringify(fields), bodyEncoding: 'utf8' as const, headers: {}, taskId },
});

it('what names no task is about the one that its address named, and is told as the same', () => {
  const nameless = { status: 'completed', video_url: film };
  expect(readAgain(request(nameless, 'query-77'), null)).toMatchObject([{ kind: 'result', taskId: 'query-77' }]);
  const named = { task_id: 't-1', ...nameless };
  expect(readAgain(request(named, 'query-77'), null)).toMatchObject([{ kind: 'result', taskId: 't-1' }]);
  expect(readAgain(request(nameless, null), null)).toMatchObject([
    { taskId: expect.stringMatching(/^body-/) as string },
  ]);
});

it('what was no text is read as the bytes that came', () => {
  const { body, ...rest } = request({ task_id: 't-1', status: 'failed', error: 'CAF' }, 't-1');
  const bytes = Buffer.from(body.replace('CAF', 'caf\u00e9'), 'latin1');
  const kept = { ...rest, body: bytes.toString('base64'), bodyEncoding: 'base64' as const };
  expect(readAgain(kept, null)).toMatchObject([{ taskId: 't-1', result: { state: 'failed' } }]);
});

it('a link that was masked when it was kept is no film now either', () => {
  const kept = request(
    { task_id: 't-1', status: 'completed', video_url: 'https://inbox.example.test/c/[redacted]' },
    't-1',
  );
  expect(readAgain(kept, null)).toMatchObject([{ taskId: 't-1', result: { videoUrls: [] } }]);
});
