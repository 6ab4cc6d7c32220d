import { beforeEach, expect, it, vi } from 'vitest';
import type { PageEvent } from '../../../src-main/common/page-events.ts';
import type { TaskRow } from '../../../src-main/common/task-row.ts';
import { keepPreviews } from '../../../src-renderer/posters/preview-keeper.ts';
import type { PosterWish } from '../../../src-renderer/posters/poster-queue.ts';
import { sampleTask, sampleVideo } from '../support/sample-task.ts';

const wish = (name: string): PosterWish => ({
  key: `kie-luma:${name}`,
  n: 1,
  path: 'videos/2026-11/kie-luma_a_1.mp4',
  receivedAt: sampleTask(name).receivedAt,
});
const resync: PageEvent = { name: 'resync', data: {} };
const changed = (...tasks: readonly TaskRow[]) => ({ name: 'tasks:changed', data: { tasks } }) as unknown as PageEvent;

let pages: Map<number | null, { readonly wishes: readonly PosterWish[]; readonly next: number | null }>;
let asked: (number | null)[];
let undecodable: Set<string>;

beforeEach(() => {
  vi.useFakeTimers();
  pages = new Map([
    [null, { wishes: [wish('b')], next: 7 }],
    [7, { wishes: [wish('a')], next: null }],
  ]);
  asked = [];
  undecodable = new Set();
  return () => vi.useRealTimers();
});

function keep(isBusy = () => false) {
  let take: () => Promise<PosterWish | null> = () => Promise.resolve(null);
  let tell: (event: PageEvent) => void = () => undefined;
  const taken: string[] = [];
  const work = async () => {
    for (let next = await take(); next !== null; next = await take()) taken.push(next.key);
  };
  const call = (_name: string, after: number | null) => {
    asked.push(after);
    return Promise.resolve(pages.get(after));
  };
  keepPreviews({
    call: call as never,
    subscribe(listener) {
      tell = listener;
      return () => undefined;
    },
    queue: {
      fillFrom(source) {
        take = source;
      },
      nudge: () => void work(),
      forget: () => undefined,
      status: (key) => (undecodable.has(key) ? 'undecodable' : 'unknown'),
    },
    locks: null,
    isBusy,
  });
  return { work, taken, tell: (event: PageEvent) => tell(event), settle: () => vi.advanceTimersByTimeAsync(1_000) };
}

it('asks once what is missing, and makes for what comes from what is told of it', async () => {
  const { work, taken, tell, settle } = keep();
  await work();
  expect([taken, asked]).toEqual([
    [wish('b').key, wish('a').key],
    [null, 7],
  ]);

  undecodable.add('kie-luma:known');
  const whole = sampleTask('whole', 0, { poster: 'posters/w.jpg', videos: [sampleVideo({ preview: 'w' })] });
  const late = sampleTask('late', 0, { videos: [sampleVideo({ state: 'failed' }), sampleVideo()] });
  tell(changed(sampleTask('new'), whole, sampleTask('known'), sampleTask('gone', 0, { trashedAt: 'now' }), late));
  await settle();
  expect(taken.slice(2)).toEqual(['kie-luma:new', 'kie-luma:late']);
  expect(asked).toHaveLength(2);

  // After a time away nobody told of anything, and of very many it is asked which are among the newest.
  tell(resync);
  await settle();
  expect(asked).toEqual([null, 7, null, 7]);
  tell(changed(...Array.from({ length: 100 }, (_, i) => sampleTask(`many-${i}`))));
  await settle();
  expect(asked).toHaveLength(6);
});

it('what comes while it is asked, or while a film is watched, is not forgotten', async () => {
  let isWatched = false;
  const { work, taken, tell, settle } = keep(() => isWatched);
  const working = work();
  tell(changed(sampleTask('meanwhile')));
  await working;
  expect(taken).toEqual(['kie-luma:meanwhile', wish('b').key, wish('a').key]);

  isWatched = true;
  tell(changed(sampleTask('later')));
  await settle();
  expect(taken).toHaveLength(3);
  isWatched = false;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(taken.slice(3)).toEqual(['kie-luma:later']);
});

it('very many that come while the newest are asked for are asked for again: that answer may be older', async () => {
  const { work, tell } = keep();
  const working = work();
  tell(changed(...Array.from({ length: 100 }, (_, i) => sampleTask(`many-${i}`))));
  await working;
  expect(asked).toEqual([null, null, 7]);
});
