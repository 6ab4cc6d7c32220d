import { expect, it } from 'vitest';
import { noWork } from '../../../../src-main/node/inbox/telling/live-work.ts';
import { createTaskView } from '../../../../src-main/node/inbox/telling/task-view.ts';
import { createDiskStore } from '../../../../src-main/node/video-store/disk-store.ts';
import { createFilePlaces } from '../../../../src-main/node/video-store/file-places.ts';
import type { Task } from '../../../../src-main/common/model.ts';
import type { TaskView } from '../../../../src-main/common/task-view.ts';
import { sampleTask, sampleVideo } from '../../../renderer/support/sample-task.ts';

const url = 'https://media.example.test/a.mp4';
const stored = (): Task => ({ ...sampleTask('a'), videos: [{ ...sampleVideo({ path: null }), state: 'queued' }] });
const places = createFilePlaces(createDiskStore('/library'));

it('is what alone may leave: a stored task is not one', () => {
  const show = (task: TaskView): string => task.key;
  // @ts-expect-error -- nobody has made it for showing
  expect(show(stored())).toBe('kie-luma:a');
});

it('says what runs, what it waits for, and what stopped it', () => {
  const progress = { receivedBytes: 1, totalBytes: null, bytesPerSecond: 1 };
  const shown = (runs: boolean): TaskView['videos'][number] | undefined =>
    createTaskView({ ...noWork, progressOf: () => (runs ? progress : null), waitOf: () => 'paused' }, places)(stored())
      .videos[0];
  expect(shown(true)).toMatchObject({ url, state: 'downloading', progress });
  expect(shown(false)).toMatchObject({ state: 'queued', error: expect.stringContaining('paused') as string });
  expect(shown(false)).not.toHaveProperty('progress');
  const failed: Task = {
    ...stored(),
    videos: [
      { ...sampleVideo({ path: null, errorCode: 'gone', errorReason: 'gone', errorParams: {} }), state: 'failed' },
    ],
  };
  const [video] = createTaskView(noWork, places)(failed).videos;
  expect(video?.error).toMatch(/\w/);
  expect(failed.videos[0]?.error).toBeNull();
});
