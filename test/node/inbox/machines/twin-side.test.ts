/** Which videos a copy brings by itself, and when. */
import { createHash } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import type { Task } from '../../../../src-main/common/model.ts';
import { fold } from '../../../../src-main/common/fold.ts';
import { prepareDataDir } from '../../../../src-main/node/data-dir.ts';
import { createTwinSide } from '../../../../src-main/node/inbox/machines/twin-side.ts';
import { silentLog } from '../../../../src-main/node/log/log.ts';
import { createDiskStore } from '../../../../src-main/node/video-store/disk-store.ts';
import { delivery, saved, stamp } from '../../../support/deliveries.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { waitUntil } from '../../../support/wait-until.ts';

const film = Buffer.from('a film of many frames');
const sha256 = createHash('sha256').update(film).digest('hex');

function savedTask(id: string): Task {
  const drafts = [delivery(id), saved(id, 'https://media.example.test/a.mp4')];
  const record = stamp(drafts).reduce<ReturnType<typeof fold>>(
    (before, event) => fold(before, event, `kie-luma:${id}`),
    undefined,
  );
  if (record === undefined) throw new Error('no task');
  const [video] = record.task.videos;
  if (video === undefined) throw new Error('no video');
  return { ...record.task, videos: [{ ...video, path: `videos/2026-11/${id}.mp4`, sizeBytes: film.length, sha256 }] };
}

async function openTwin(media: 'all' | 'opened') {
  const dir = await prepareDataDir(await tempDir());
  const disk = createDiskStore(dir.root);
  const asked = { times: 0 };
  const twin = createTwinSide({
    config: { url: 'http://127.0.0.1:1', media, maxMib: null, isChosen: true },
    dir,
    store: disk,
    reserveBytes: () => 0,
    token: () => 'token',
    statusChanged: () => undefined,
    fetch: () => Promise.resolve(new Response(new Uint8Array(film), { status: 200 })).finally(() => (asked.times += 1)),
    log: silentLog,
  });
  onTestFinished(() => twin.close());
  const hear = (id: string): void => {
    const task = savedTask(id);
    const [event] = stamp([saved(id, 'https://media.example.test/a.mp4')]);
    if (event !== undefined) twin.media.onChange({ event, key: task.key, task });
  };
  /** Whether it is here behind that. */
  const opens = async (name: string): Promise<boolean> => {
    const stream = await twin.store.open(name);
    stream?.destroy();
    return stream !== null;
  };
  return { twin, disk, asked, hear, opens };
}

it('brings none by itself while downloads are paused, and goes on behind that; what someone opens comes all the same', async () => {
  const { twin, disk, asked, hear, opens } = await openTwin('all');
  twin.setPaused(true);
  hear('by-itself');
  hear('opened');
  expect([await opens('videos/2026-11/opened.mp4'), asked.times]).toEqual([true, 1]);
  twin.setPaused(false);
  await waitUntil(() => disk.stat('videos/2026-11/by-itself.mp4'), 'the other one to be brought');
});

it('a task that was removed for good and told anew, all of which is heard at once, has its video', async () => {
  const { twin, disk, asked, hear, opens } = await openTwin('opened');
  const name = 'videos/2026-11/a.mp4';
  await disk.write(name, 'the film of before');
  hear('a');
  const key = 'kie-luma:a';
  const [event] = stamp([{ type: 'purged', keys: [key], ifTrashed: true }]);
  if (event !== undefined) twin.media.onChange({ event, key, task: null });
  hear('a');
  await waitUntil(async () => (await disk.stat(name)) === null, 'the film of before to leave');
  expect([await opens(name), asked.times]).toEqual([true, 1]);
});
