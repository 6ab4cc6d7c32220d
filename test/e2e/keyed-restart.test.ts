/** A film that only a key opens, whose key comes after a restart, and long after many other films came. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createInboxes, repoDir } from '../support/inbox-process.ts';
import { lumaSuccess } from '../support/kie-callbacks.ts';
import { openJsonServer, type Reply } from '../support/providers/json-server.ts';

const inboxes = createInboxes();
afterAll(() => inboxes.close());

test('what was ready at its provider before a restart is fetched when the key comes', async () => {
  const film = await readFile(path.join(repoDir, 'src-main/node/samples/sample.mp4'));
  const gemini = await openJsonServer(({ headers }): Reply =>
    headers['x-goog-api-key'] === 'goog-key' ? { bytes: film } : { status: 403, json: {} },
  );
  const inbox = await inboxes.start({ args: ['--api-base', `gemini=${gemini.origin}`, '--allow-host', gemini.host] });
  const ready = (file: string) => ({ type: 'video.generated', version: 'v1', data: { id: 'v-81', file_name: file } });
  await inbox.postCallback(ready('files/ab12'));
  // Each callback names one film.
  await inbox.postCallback(ready('files/cd34'));
  await inbox.waitForTask('v-81', ({ deliveries, needsApiKey }) => deliveries === 2 && needsApiKey);
  // More than are looked at to learn from; their links lead nowhere.
  for (let batch = 0; batch < 31; batch += 1) {
    await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        inbox.postCallback(lumaSuccess(`t${String(batch)}-${String(n)}`, ['http://10.0.0.1/a.mp4'])),
      ),
    );
  }
  await inbox.waitForTask('t30-9', ({ videos }) => videos[0]?.state === 'failed');
  const again = await inbox.restart('SIGKILL');
  expect(gemini.calls).toEqual([]);
  await again.call('secrets:set', 'GEMINI_API_KEY', 'goog-key');
  const saved = await again.waitForTask(
    'v-81',
    ({ videos }) => videos.length === 2 && videos.every(({ state }) => state === 'saved'),
    40_000,
  );
  expect(saved.videos.map(({ url }) => new URL(url).pathname)).toEqual([
    '/v1beta/files/ab12:download',
    '/v1beta/files/cd34:download',
  ]);
  await gemini.close();
});
