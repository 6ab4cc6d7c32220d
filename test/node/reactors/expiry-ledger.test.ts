import { describe, expect, test } from 'vitest';
import { fold } from '../../../src-main/common/fold.ts';
import { firstDeath } from '../../../src-main/common/link-death.ts';
import type { Task, Video } from '../../../src-main/common/model.ts';
import { createExpiryLedger, type Dying } from '../../../src-main/node/reactors/expiry-ledger.ts';
import { delivery } from '../../support/deliveries.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const minute = 60_000;
const hour = 60 * minute;

function world() {
  const clock = createFakeClock();
  const told: Dying[][] = [];
  const ledger = createExpiryLedger({ clock, warn: (dying) => told.push([...dying]) });
  const inMs = (ms: number): string => new Date(clock.date().getTime() + ms).toISOString();
  const task = (id: string, changes: Partial<Task> = {}, videos: readonly Partial<Video>[] = [{}]): Task => {
    const urls = videos.map((_, index) => `https://media.example.test/${id}/${String(index)}.mp4`);
    const made = fold(undefined, { ...delivery(id, { videoUrls: urls }), v: 2, seq: 1, at: inMs(0) }, `kie-luma:${id}`);
    if (made === undefined) throw new Error('no task');
    const all = made.task.videos.map((video, index) => ({ ...video, ...videos[index] }));
    return { ...made.task, expiresAt: null, ...changes, videos: all };
  };
  const pass = (ms: number): Promise<void> => clock.pass(ms, () => Promise.resolve());
  return { ledger, told, inMs, task, pass };
}

describe('the first death of a task', () => {
  test('is the tightest of the rule and of each link that is not saved', () => {
    const { inMs, task } = world();
    const two = task('t', { expiresAt: inMs(5 * hour) }, [{ expiresAt: inMs(hour), state: 'saved' }, {}]);
    expect(firstDeath(two)).toBe(Date.parse(inMs(5 * hour)));
    const own = task('t', { expiresAt: inMs(5 * hour) }, [{ expiresAt: inMs(2 * hour) }, {}]);
    expect(firstDeath(own)).toBe(Date.parse(inMs(2 * hour)));
    expect(firstDeath(task('t', { expiresAt: inMs(hour) }, [{ state: 'saved' }]))).toBeNull();
    expect(firstDeath(task('t', { expiresAt: inMs(hour), needsApiKey: true }, []))).toBe(Date.parse(inMs(hour)));
    expect(firstDeath(task('t', { expiresAt: inMs(hour), trashedAt: inMs(0) }))).toBeNull();
  });
});

describe('the ledger', () => {
  test('warns an hour before, once, first death first; what was saved meanwhile is not told of', async () => {
    const { ledger, told, inMs, task, pass } = world();
    ledger.consider(task('later', { expiresAt: inMs(10 * hour + 30_000) }));
    ledger.consider(task('first', { expiresAt: inMs(10 * hour) }));
    ledger.consider(task('saved', { expiresAt: inMs(10 * hour) }));
    ledger.consider(task('saved', { expiresAt: inMs(10 * hour) }, [{ state: 'saved' }]));
    await pass(9 * hour - 1);
    expect(told).toEqual([]);
    await pass(minute);
    expect(told.flat().map(({ key }) => key)).toEqual(['kie-luma:first', 'kie-luma:later']);
    await pass(3 * hour);
    expect(told.flat()).toHaveLength(2);
  });

  test('gives a short link the time to be fetched, and a renewed one its own warning', async () => {
    const { ledger, told, inMs, task, pass } = world();
    ledger.consider(task('short', { expiresAt: inMs(20 * minute) }));
    await pass(minute);
    expect(told).toEqual([]);
    await pass(2 * minute);
    expect(told.flat()).toHaveLength(1);
    ledger.consider(task('short', { expiresAt: inMs(5 * hour) }));
    await pass(4 * hour + minute);
    expect(told.flat()).toHaveLength(2);
  });

  test('says nothing of a task that left', async () => {
    const { ledger, told, inMs, task, pass } = world();
    ledger.consider(task('left', { expiresAt: inMs(5 * hour) }));
    ledger.forget('kie-luma:left');
    await pass(5 * hour);
    expect(told).toEqual([]);
  });

  test('says nothing about what is dead already', async () => {
    const { ledger, told, inMs, task, pass } = world();
    ledger.consider(task('dead', { expiresAt: inMs(-minute) }));
    ledger.consider(task('soon', { expiresAt: inMs(minute) }));
    await pass(hour);
    expect(told).toEqual([]);
    ledger.close();
  });
});
