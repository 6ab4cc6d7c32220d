import { describe, expect, it } from 'vitest';
import type { Task } from '../../../src-main/common/model.ts';
import { plainVideo } from '../../../src-main/common/model.ts';
import type { PlacedFile } from '../../../src-main/node/video-store/file-places.ts';
import type { TaskGlance } from '../../../src-main/node/projections/task-facts.ts';
import { wantedPreviews } from '../../../src-main/node/previews/wanted-previews.ts';
import { sampleTask } from '../../renderer/support/sample-task.ts';

const saved = (i: number, more: Partial<Task> = {}): Task => ({
  ...sampleTask(`t${i}`, i, { poster: null }),
  videos: [{ ...plainVideo, url: `https://media.example.test/${i}.mp4`, state: 'saved', sha256: String(i) }],
  ...more,
});

async function all(
  tasks: readonly Task[],
  made: (sha256: string | null) => boolean = () => false,
  madeElsewhere: (sha256: string | null) => boolean = () => false,
) {
  const reads: string[] = [];
  const ports = {
    glances: () => tasks.map((task) => ({ key: task.key, glance: { head: task } as unknown as TaskGlance })),
    get: (key: string) => {
      reads.push(key);
      return tasks.find((task) => task.key === key);
    },
    strips: {
      nameOf: ({ sha256 }: { readonly sha256: string | null }) => (made(sha256) ? 'strip' : null),
      find: ({ sha256 }: { readonly sha256: string | null }) =>
        Promise.resolve(madeElsewhere(sha256) ? ({ name: 'strip' } as unknown as PlacedFile) : null),
    },
  };
  const keys: string[] = [];
  let calls = 0;
  for (let after: number | null = null, isFirst = true; isFirst || after !== null; isFirst = false) {
    const { wishes, next } = await wantedPreviews(ports, after);
    keys.push(...wishes.map(({ key }) => key));
    after = next;
    calls += 1;
  }
  return { keys, calls, reads };
}

describe('the films without pictures', () => {
  it('are told newest first, a few at a time, each once', async () => {
    const tasks = Array.from({ length: 100 }, (_, i) => saved(i));
    const { keys, calls } = await all(tasks);
    expect(keys).toEqual(tasks.map(({ key }) => key).toReversed());
    expect(calls).toBeGreaterThan(3);
  });

  it('are those that are saved, not in the trash, and lack a poster or a strip', async () => {
    const tasks = [
      saved(0),
      saved(1, { poster: 'posters/1.jpg' }),
      saved(2, { poster: 'posters/2.jpg' }),
      saved(3, { trashedAt: '2026-11-21T13:00:00.000Z' }),
      saved(4, { videos: [{ ...plainVideo, url: 'https://media.example.test/4.mp4', state: 'queued' }] }),
    ];
    expect((await all(tasks, (sha256) => sha256 === '2')).keys).toEqual(['kie-luma:t1', 'kie-luma:t0']);
  });

  it('are not those whose strip another machine has made meanwhile, unless they lack a poster', async () => {
    const tasks = [saved(0), saved(1, { poster: 'posters/1.jpg' }), saved(2, { poster: 'posters/2.jpg' })];
    const { keys } = await all(
      tasks,
      () => false,
      (sha256) => sha256 !== '2',
    );
    expect(keys).toEqual(['kie-luma:t2', 'kie-luma:t0']);
  });

  it('end with the newest five thousand, however many there are', async () => {
    const tasks = Array.from({ length: 6000 }, (_, i) => saved(i, { poster: 'posters/x.jpg' }));
    expect((await all(tasks, () => true)).reads).toHaveLength(5000);
  });
});
