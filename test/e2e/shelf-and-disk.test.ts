/** The shelf on S3 is down, and the disk on which its films wait is full. */
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { bigMp4 } from '../support/big-mp4.ts';
import { createInboxes, type Inbox } from '../support/inbox-process.ts';
import { lumaSuccess } from '../support/kie-callbacks.ts';
import { startS3Server } from '../support/s3/s3-server.ts';
import { skipHere } from '../support/skip-here.ts';
import { fillDisk, mountSmallDisk, noMount } from '../support/small-disk.ts';
import { startVideoServer } from '../support/video-server.ts';
import { waitUntil } from '../support/wait-until.ts';

/** A full disk is looked at once a minute. */
const patienceMs = 240_000;
const filmBytes = 3 * 1024 * 1024;
const inboxes = createInboxes();
afterAll(() => inboxes.close());

const isSaved = ({ videos }: { readonly videos: readonly { readonly state: string }[] }): boolean =>
  videos.length > 0 && videos.every(({ state }) => state === 'saved');

async function wholePart(inbox: Inbox): Promise<boolean> {
  const dir = path.join(inbox.dataDir, 'videos');
  const parts = (await readdir(dir, { recursive: true }).catch(() => [])).filter((name) => name.endsWith('.part'));
  const sizes = await Promise.all(parts.map(async (name) => (await stat(path.join(dir, name))).size));
  return sizes.includes(filmBytes);
}

it(
  'what was answered stays, the film waits whole, callbacks are refused with a sentence, and all goes on by itself',
  { timeout: 600_000 },
  async (context) => {
    const mount = await mountSmallDisk(await inboxes.tempDir(), 48);
    if (mount === null) return skipHere(context, noMount);
    const media = await startVideoServer();
    const keys = { accessKeyId: 'AK', secretAccessKey: 'secret-of-the-shelf' };
    const shelf = await startS3Server({ bucket: 'shelf', region: 'us-east-1', ...keys });
    onTestFinished(() => shelf.close());
    const filler = path.join(mount.dir, 'filler');
    try {
      const inbox = await inboxes.start({
        dataDir: path.join(mount.dir, 'data'),
        args: ['--allow-host', media.host],
        env: {
          VIDEO_INBOX_STORE_URL: `s3://shelf/films?endpoint=${shelf.endpoint}&pathStyle=1`,
          AWS_ACCESS_KEY_ID: keys.accessKeyId,
          AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
        },
      });
      const storageIs = (state: string) => async () => (await inbox.call('app:status')).storage.state === state;
      shelf.fault = () => ({ kind: 'cut' });
      const first = media.file('/first.mp4', bigMp4(filmBytes));
      expect((await inbox.postCallback(lumaSuccess('first', [first]))).status).toBe(200);
      await waitUntil(() => wholePart(inbox), 'the whole film on this machine', patienceMs);
      await inbox.waitForTask('first', ({ videos }) => (videos[0]?.attempts ?? []).length > 0, patienceMs);

      await fillDisk(filler);
      await waitUntil(storageIs('full'), 'the status to tell it', patienceMs);
      const late = lumaSuccess('late', [media.file('/late.mp4', bigMp4(filmBytes))]);
      const refused = await inbox.postCallback(late);
      expect(refused.status).toBe(503);
      expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
      expect((await inbox.runCli(['status'])).stdout).toMatch(/callbacks are refused/);
      expect((await inbox.call('tasks:list', { state: null, limit: 10 })).map(({ taskId }) => taskId)).toEqual([
        'first',
      ]);
      expect(await wholePart(inbox)).toBe(true);

      // The shelf is back, and then there is room: nobody presses anything.
      shelf.fault = null;
      await rm(filler);
      await waitUntil(storageIs('ok'), 'the status to tell that there is room', patienceMs);
      expect((await inbox.postCallback(late)).status).toBe(200);
      for (const id of ['first', 'late']) await inbox.waitForTask(id, isSaved, patienceMs);
      // It was not fetched a second time.
      expect(media.bytesSent).toBe(2 * filmBytes);
      const films = [...shelf.objects.values()].filter(({ length }) => length === filmBytes);
      expect(films).toHaveLength(2);
      await inbox.stop();
    } finally {
      await inboxes.kill();
      mount.unmount();
    }
  },
);
