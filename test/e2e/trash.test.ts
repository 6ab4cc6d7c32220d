/** What the trash does to the files on disk: moves them aside, brings them back, and removes them for good. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { createInboxes, repoDir, type Inbox } from '../support/inbox-process.ts';
import { lumaSuccess } from '../support/kie-callbacks.ts';
import { listenVideoServer, type VideoServer } from '../support/video-server.ts';

const inboxes = createInboxes({ inTurn: true });
let media: VideoServer;
let inbox: Inbox;
let mp4: Buffer;
let png: Buffer;

beforeEach(async () => {
  mp4 = await readFile(path.join(repoDir, 'src-main/node/samples/sample.mp4'));
  png = await readFile(path.join(repoDir, 'test/fixtures/media/poster.png'));
  media = await listenVideoServer();
  inbox = await inboxes.start({ args: ['--allow-host', media.host] });
});
afterEach(async () => {
  await inboxes.close();
  await media.close();
});

/** A task with a saved video and a poster. */
async function savedTask(taskId: string): Promise<TaskView> {
  await inbox.postCallback(lumaSuccess(taskId, [media.file(`/l/${taskId}.mp4`, mp4)]));
  const { key } = await inbox.waitForTask(taskId, ({ videos }) => videos[0]?.state === 'saved');
  await inbox.call('tasks:savePoster', key, png.toString('base64'));
  return inbox.waitForTask(taskId, ({ poster }) => poster !== null);
}

/** Relative paths of all videos, sidecars and posters on disk, wherever they lie. */
async function filesOnDisk(): Promise<readonly string[]> {
  const entries = await readdir(inbox.dataDir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(inbox.dataDir, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .filter((file) => /^(trash\/)?(videos|posters)\//.test(file))
    .sort();
}

/** What belongs to the task while it is in the library. */
function filesOf({ videos, poster }: TaskView): readonly string[] {
  const video = videos[0]?.path ?? 'none';
  return [poster ?? 'none', video.replace(/\.mp4$/, '.json'), video].sort();
}
const inTrash = (task: TaskView): readonly string[] => filesOf(task).map((file) => `trash/${file}`);

describe('the trash', () => {
  it('takes the files of a task, and gives them back', async () => {
    const task = await savedTask('there-and-back');
    const other = await savedTask('stays');
    expect(task.videos[0]?.path).toMatch(/^videos\/\d{4}-\d\d\/.+\.mp4$/);
    expect(await filesOnDisk()).toEqual([...filesOf(task), ...filesOf(other)].sort());

    await inbox.call('tasks:trash', [task.key]);
    expect(await filesOnDisk()).toEqual([...inTrash(task), ...filesOf(other)].sort());
    const trashed = await inbox.call('tasks:get', task.key);
    expect(trashed?.trashedAt).not.toBeNull();
    expect(trashed?.videos[0]?.path).toBe(`trash/${task.videos[0]?.path ?? ''}`);
    expect((await readFile(path.join(inbox.dataDir, trashed?.videos[0]?.path ?? ''))).equals(mp4)).toBe(true);

    inbox = await inbox.restart('SIGKILL');
    expect(await filesOnDisk()).toEqual([...inTrash(task), ...filesOf(other)].sort());
    await inbox.call('tasks:restore', [task.key]);
    expect(await filesOnDisk()).toEqual([...filesOf(task), ...filesOf(other)].sort());
    expect(await inbox.call('tasks:get', task.key)).toMatchObject({ trashedAt: null, videos: task.videos });
    expect((await readFile(path.join(inbox.dataDir, task.videos[0]?.path ?? ''))).equals(mp4)).toBe(true);
  });

  it('gives up the files and the task for good when it is told to, and only what is in it', async () => {
    const gone = await savedTask('gone');
    const waits = await savedTask('waits');
    const stays = await savedTask('stays');
    await inbox.call('tasks:trash', [gone.key, waits.key]);
    expect(await inbox.call('tasks:purge', [gone.key, stays.key])).toEqual({ purged: 1 });
    expect(await inbox.call('tasks:get', gone.key)).toBeNull();
    // A page may still be making pictures of it, and asks nobody before it sends them.
    expect(await inbox.call('tasks:savePoster', gone.key, png.toString('base64'))).toBeNull();
    expect(await inbox.call('tasks:saveStrip', gone.key, 1, png.toString('base64'))).toBeNull();
    expect(await filesOnDisk()).toEqual([...inTrash(waits), ...filesOf(stays)].sort());

    inbox = await inbox.restart('SIGKILL');
    expect(await inbox.call('tasks:get', gone.key)).toBeNull();
    expect(await inbox.call('tasks:counts')).toMatchObject({ library: 1, trash: 1 });
  });

  it('is emptied as a whole where that is said, and not where no task is named', async () => {
    const gone = [await savedTask('gone-1'), await savedTask('gone-2')];
    const stays = await savedTask('stays');
    await inbox.call(
      'tasks:trash',
      gone.map(({ key }) => key),
    );
    await expect(inbox.call('tasks:purge', [])).rejects.toThrow(/tasks:purge/);
    expect(await inbox.call('tasks:purge', 'all')).toEqual({ purged: 2 });
    expect(await filesOnDisk()).toEqual(filesOf(stays));
    expect(await inbox.call('tasks:counts')).toMatchObject({ library: 1, trash: 0 });
    const report = await inbox.call('library:doctor', { rebuild: false });
    expect(report).toMatchObject({ ok: true, tasks: 1, videosChecked: 1, problems: [] });
    expect(await inbox.call('tasks:purge', 'all')).toEqual({ purged: 0 });
  });
});
