import { describe, expect, it } from 'vitest';
import { createProgressStore, estimate, progressOfTask } from '../../../src-renderer/store/progress.ts';
import { sampleTask, sampleVideo } from '../support/sample-task.ts';

const downloading = sampleVideo({ state: 'downloading' });
const task = sampleTask('a', 0, { videos: [downloading, sampleVideo(), downloading] });
const counts = { inbox: 0, library: 0, starred: 0, waiting: 0, failed: 0, trash: 0, providers: [] };
const progress = (n: number, receivedBytes: number, totalBytes: number | null) =>
  ({ name: 'video:progress', data: { key: task.key, n, receivedBytes, totalBytes, bytesPerSecond: 50 } }) as const;

describe('progress of a task', () => {
  it('takes its running videos together', () => {
    const store = createProgressStore();
    store.receive(progress(1, 100, 400));
    store.receive(progress(3, 50, 100));
    expect(progressOfTask(task, (n) => store.get(task.key, n))).toEqual({
      receivedBytes: 150,
      totalBytes: 500,
      bytesPerSecond: 100,
    });
  });

  it('knows no total where one of them does not', () => {
    const store = createProgressStore();
    store.receive(progress(1, 100, null));
    store.receive(progress(3, 50, 100));
    expect(progressOfTask(task, (n) => store.get(task.key, n))?.totalBytes).toBeNull();
  });

  it('forgets a video that has ended', () => {
    const store = createProgressStore();
    store.receive(progress(1, 100, 400));
    store.receive({ name: 'tasks:changed', data: { tasks: [sampleTask('a')], counts } });
    expect(store.get(task.key, 1)).toBeUndefined();
  });
});

describe('estimate', () => {
  it('tells the part done and the time left', () => {
    expect(estimate({ receivedBytes: 250, totalBytes: 1000, bytesPerSecond: 250 })).toEqual({
      fraction: 0.25,
      leftMs: 3000,
    });
  });

  it('says nothing that it cannot know', () => {
    expect(estimate({ receivedBytes: 5, totalBytes: null, bytesPerSecond: 5 })).toEqual({
      fraction: null,
      leftMs: null,
    });
    expect(estimate({ receivedBytes: 0, totalBytes: 10, bytesPerSecond: 0 }).leftMs).toBeNull();
    expect(estimate({ receivedBytes: 20, totalBytes: 10, bytesPerSecond: 5 }).fraction).toBe(1);
  });
});
