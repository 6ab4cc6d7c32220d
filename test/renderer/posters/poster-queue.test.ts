import { describe, expect, it } from 'vitest';
import type { PreviewResult } from '../../../src-renderer/posters/make-previews.ts';
import { createPosterQueue } from '../../../src-renderer/posters/poster-queue.ts';

function setUp(result: (key: string) => PreviewResult, remembered: readonly string[] = []) {
  const made: string[] = [];
  const saved: string[] = [];
  const memory: string[][] = [];
  let [running, mostRunning] = [0, 0];
  const queue = createPosterQueue({
    async make(key, _n, withStrip) {
      running += 1;
      mostRunning = Math.max(mostRunning, running);
      await new Promise((resolve) => setTimeout(resolve));
      running -= 1;
      made.push(withStrip ? `${key} strip` : key);
      return result(key);
    },
    save: (key) => Promise.resolve(saved.push(key)),
    retryAfterMs: 0,
    remembered,
    remember: (keys) => memory.push([...keys]),
  });
  return { queue, made, saved, memory, most: () => mostRunning };
}

const wish = (key: string, minute: number, path: string | null = null) => ({
  key,
  n: 1,
  path,
  receivedAt: `2026-11-21T12:0${minute}:00.000Z`,
});
const picture = (): PreviewResult => ({ kind: 'made', poster: 'AAAA', strip: null });
/** So many turns, however long each takes: a picture takes one. */
async function done(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setTimeout(resolve));
}

describe('the poster queue', () => {
  it('makes one at a time, the newest first', async () => {
    const { queue, saved, most } = setUp(picture);
    queue.want(wish('first', 0));
    queue.want(wish('old', 1));
    queue.want(wish('new', 3));
    queue.want(wish('middle', 2));
    await done();
    expect(saved).toEqual(['first', 'new', 'middle', 'old']);
    expect(most()).toBe(1);
  });

  it('leaves out what has been scrolled away', async () => {
    const { queue, made } = setUp(picture);
    queue.want(wish('first', 0));
    queue.want(wish('gone', 1))();
    await done();
    expect(made).toEqual(['first']);
  });

  it('remembers what the browser cannot decode, and does not try it again', async () => {
    const { queue, made, memory } = setUp(() => ({ kind: 'undecodable' }), ['known videos/1.mp4']);
    expect(queue.status('known', 'videos/1.mp4')).toBe('undecodable');
    queue.want(wish('known', 1, 'videos/1.mp4'));
    queue.want(wish('hevc', 1));
    await done();
    queue.want(wish('hevc', 1));
    await done();
    expect(made).toEqual(['hevc']);
    expect(memory).toEqual([['known videos/1.mp4', 'hevc ']]);
  });

  it('tries the film that took the place of one that it cannot decode', async () => {
    const { queue, saved } = setUp(picture, ['task videos/hevc.mp4']);
    expect(queue.status('task', 'videos/new.mp4')).toBe('unknown');
    queue.want(wish('task', 1, 'videos/new.mp4'));
    await done();
    expect(saved).toEqual(['task']);
  });

  it('tells who listens when a poster failed, and gives up after three tries', async () => {
    const { queue, made, memory } = setUp(() => ({ kind: 'failed' }));
    const told: string[] = [];
    queue.subscribe(() => told.push(queue.status('broken', null)));
    queue.want(wish('broken', 1));
    await done();
    expect(told).toEqual(['failed', 'failed', 'failed']);
    expect(made).toEqual(['broken', 'broken', 'broken']);
    expect(memory).toEqual([]);
  });

  it('tries one again that failed while the machine was busy, behind all others', async () => {
    let isBusy = true;
    const { queue, made, saved } = setUp(() => {
      const result: PreviewResult = isBusy ? { kind: 'failed' } : picture();
      isBusy = false;
      return result;
    });
    const rest = [wish('slow', 0), wish('next', 0)];
    queue.fillFrom(() => Promise.resolve(rest.shift() ?? null));
    await done();
    expect(made).toEqual(['slow strip', 'next strip', 'slow strip']);
    expect(saved).toEqual(['next', 'slow']);
    expect(queue.status('slow', null)).toBe('unknown');
  });

  it('tries a strip again that was broken off, and gives up after three tries; the poster is there meanwhile', async () => {
    const { queue, made, saved } = setUp(() => ({ kind: 'made', poster: 'AAAA', strip: null, isBrokenOff: true }));
    const rest = [wish('long', 0), wish('next', 0)];
    queue.fillFrom(() => Promise.resolve(rest.shift() ?? null));
    await done();
    expect(made.toSorted()).toEqual([...Array<string>(3).fill('long strip'), ...Array<string>(3).fill('next strip')]);
    expect(saved.slice(0, 2)).toEqual(['long', 'next']);
    expect(queue.status('long', null)).toBe('unknown');
  });

  it('goes on with those that nobody looks at, behind the posters of those in sight, and none twice', async () => {
    const { queue, made } = setUp(picture);
    const rest = [wish('far', 0), wish('seen', 4), wish('farther', 0)];
    queue.fillFrom(() => Promise.resolve(rest.shift() ?? null));
    queue.want(wish('seen', 4));
    queue.want(wish('also', 5));
    await done();
    // What is in sight has its poster at once, and its strip with the others.
    expect(made).toEqual(['far strip', 'also', 'seen', 'seen strip', 'farther strip']);
    rest.push(wish('late', 6), wish('far', 0));
    queue.nudge();
    await done();
    expect(made.slice(5)).toEqual(['late strip']);
  });

  it('makes another one of the film that takes the place of its draft', async () => {
    const { queue, made } = setUp(picture);
    queue.want(wish('film', 0, 'videos/film.mp4'));
    await done();
    queue.want(wish('film', 0, 'videos/film.mp4'));
    queue.want(wish('film', 0, 'videos/film-2.mp4'));
    await done();
    expect(made).toEqual(['film', 'film']);
  });
});
