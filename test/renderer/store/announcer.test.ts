import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { packEvent, unpackEvent } from '../../../src-main/common/page-events.ts';
import type { TaskView } from '../../../src-main/common/task-view.ts';
import { createAnnouncer } from '../../../src-renderer/store/announcer.ts';
import { sampleTask, sampleVideo } from '../support/sample-task.ts';

const start = Date.parse('2026-11-21T12:00:00.000Z');
const counts = { inbox: 0, library: 0, starred: 0, waiting: 0, failed: 0, trash: 0, providers: [] };
const after = '2026-11-21T12:01:00.000Z';

function told(...tasks: TaskView[]): string[] {
  const announcer = createAnnouncer(start);
  return tasks.map((task) => {
    announcer.say('');
    announcer.receive(unpackEvent(packEvent({ name: 'tasks:changed', data: { tasks: [task], counts } })));
    return announcer.get();
  });
}

describe('the announcer', () => {
  const saved = sampleTask('a', 0, { prompt: 'Rain', history: [{ at: after, kind: 'saved', video: 1 }] });

  it('tells a saved video once, not again when it is starred', () => {
    expect(told(saved, { ...saved, starred: true })).toEqual(['New video: Rain', '']);
  });

  it('tells the same sentence twice where it is said twice', () => {
    const announcer = createAnnouncer(start);
    announcer.say('Starred');
    announcer.say('Starred');
    expect(announcer.get()).not.toBe('Starred');
    expect(announcer.get().trim()).toBe('Starred');
  });

  it('waits until all videos of a task are here', () => {
    expect(told({ ...saved, videos: [sampleVideo(), sampleVideo({ state: 'queued' })] })).toEqual(['']);
  });

  it('tells failures with their reason', () => {
    const failed = { ...saved, state: 'failed', videos: [], message: 'Stopped.' } as const;
    expect(told({ ...failed, history: [{ at: after, kind: 'callback', state: 'failed' }] })).toEqual([
      'Failed: Rain. Stopped.',
    ]);
  });

  it('tells what comes in quick succession together, and more than two by their number', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const announcer = createAnnouncer(start);
    const heard: string[] = [];
    announcer.subscribe(() => heard.push(announcer.get()));
    const receive = (...tasks: TaskView[]) =>
      announcer.receive(unpackEvent(packEvent({ name: 'tasks:changed', data: { tasks, counts } })));
    const film = (id: string) => sampleTask(id, 0, { prompt: id, history: [{ at: after, kind: 'saved', video: 1 }] });
    receive(film('a'));
    receive(film('b'));
    const history = [{ at: after, kind: 'callback', state: 'failed' }] as const;
    receive(film('c'), { ...film('d'), state: 'failed', videos: [], history });
    vi.advanceTimersByTime(5_000);
    expect(heard).toEqual(['New video: a', '2 new videos, one failed']);
    vi.advanceTimersByTime(60_000);
    receive(film('f'));
    expect(heard.slice(2)).toEqual(['New video: f']);
  });

  it('keeps quiet about what happened before the page was opened', () => {
    expect(told({ ...saved, history: [{ at: '2026-11-21T11:59:00.000Z', kind: 'saved' }] })).toEqual(['']);
  });
});
