import { expect, it } from 'vitest';
import { readAgain } from '../../../../src-main/node/callbacks/requests/replay.ts';

const film = 'https://media.example.test/clip.mp4';
const request = (fields: object, taskId: string | null) => ({
  ...{ body: JSON.stringify(fields), bodyEncoding: 'utf8' as const, headers: {}, taskId },
});

it('what names no task is about the one that its address named, and is told as the same', async () => {
  const nameless = { status: 'completed', video_url: film };
  expect(await readAgain(request(nameless, 'query-77'), null)).toMatchObject([{ kind: 'result', taskId: 'query-77' }]);
  const named = { task_id: 't-1', ...nameless };
  expect(await readAgain(request(named, 'query-77'), null)).toMatchObject([{ kind: 'result', taskId: 't-1' }]);
  expect(await readAgain(request(nameless, null), null)).toMatchObject([
    { taskId: expect.stringMatching(/^body-/) as string },
  ]);
});

it('what was no text is read as the bytes that came', async () => {
  const { body, ...rest } = request({ task_id: 't-1', status: 'failed', error: 'CAF' }, 't-1');
  const bytes = Buffer.from(body.replace('CAF', 'caf\u00e9'), 'latin1');
  const kept = { ...rest, body: bytes.toString('base64'), bodyEncoding: 'base64' as const };
  expect(await readAgain(kept, null)).toMatchObject([{ taskId: 't-1', result: { state: 'failed' } }]);
});

it('a link that was masked when it was kept is no film now either', async () => {
  const kept = request(
    { task_id: 't-1', status: 'completed', video_url: 'https://inbox.example.test/c/[redacted]' },
    't-1',
  );
  expect(await readAgain(kept, null)).toMatchObject([{ taskId: 't-1', result: { videoUrls: [] } }]);
});

it('a long body is read while others go on', async () => {
  const lines = Array.from({ length: 100_000 }, (_, n) => `line ${n}: said`).join('\n');
  const kept = {
    body: `task_id: t-1\nstatus: failed\n${lines}`,
    bodyEncoding: 'utf8' as const,
    headers: {},
    taskId: 't-1',
  };
  let turns = 0;
  let isRead = false as boolean;
  const reading = readAgain(kept, null).finally(() => (isRead = true));
  for (; !isRead; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(await reading).toMatchObject([{ taskId: 't-1' }]);
  expect(turns).toBeGreaterThan(5);
});
