import { expect, it, onTestFinished } from 'vitest';
import type { StorageStatus } from '../../../../src-main/common/status.ts';
import { healthyStorage, type StorageHealth } from '../../../../src-main/common/storage-health.ts';
import { createStorageWatch } from '../../../../src-main/node/inbox/status/storage-watch.ts';
import { waitUntil } from '../../../support/wait-until.ts';

it('tells that callbacks are refused for lack of room, once, until there is room; what the log tells comes first', async () => {
  let room: { bytes: number; limitBytes: number } | null = null;
  let health: StorageHealth = healthyStorage;
  let tell = (): void => undefined;
  const told: StorageStatus[] = [];
  let looks = 0;
  const watch = createStorageWatch({
    health: () => health,
    onHealth(listener) {
      tell = listener;
      return () => undefined;
    },
    diskLow() {
      looks += 1;
      return Promise.resolve(room === null ? null : { ...room, bytes: room.bytes - looks });
    },
    room: () => Promise.resolve(null),
    changed: (status) => told.push(status),
    everyMs: 5,
  });
  onTestFinished(() => watch.close());
  const lookAgain = async (): Promise<void> => {
    const before = looks;
    await waitUntil(() => looks > before + 2, 'the room to be looked at again');
  };
  await lookAgain();
  expect([told, watch.status()]).toEqual([[], { ...healthyStorage, message: null }]);
  room = { bytes: 3 * 1024 * 1024, limitBytes: 64 * 1024 * 1024 };
  await lookAgain();
  expect(told).toHaveLength(1);
  expect(told[0]).toMatchObject({ state: 'full', code: 'disk-low' });
  expect(told[0]?.message).toMatch(/64 MiB.*callbacks are refused/);
  health = { state: 'gone', code: 'folder-missing', params: { folder: '/data/journal' } };
  tell();
  expect(told[1]).toMatchObject({ state: 'gone', message: expect.stringContaining('/data/journal') as string });
  health = healthyStorage;
  tell();
  expect(told[2]).toMatchObject({ state: 'full' });
  room = null;
  await lookAgain();
  expect(told[3]).toEqual({ ...healthyStorage, message: null });
  expect(told).toHaveLength(4);
});

it('tells what the log would say now, also where it told nobody of it', async () => {
  let health: StorageHealth = healthyStorage;
  const told: StorageStatus['code'][] = [];
  const watch = createStorageWatch({
    health: () => health,
    onHealth: () => () => undefined,
    diskLow: () => Promise.resolve(null),
    room: () => Promise.resolve(null),
    changed: ({ code }) => told.push(code),
    everyMs: 5,
  });
  onTestFinished(() => watch.close());
  health = { state: 'gone', code: 'database-behind', params: {} };
  await waitUntil(() => told.length === 1, 'it to be told');
  health = healthyStorage;
  await waitUntil(() => told.length === 2, 'its end to be told');
  expect(told).toEqual(['database-behind', null]);
});

it('looks at once where someone asks: what was just refused for lack of room is told in the status', async () => {
  let low: { bytes: number; limitBytes: number } | null = null;
  const watch = createStorageWatch({
    health: () => healthyStorage,
    onHealth: () => () => undefined,
    diskLow: () => Promise.resolve(low),
    room: () => Promise.resolve(null),
    changed: () => undefined,
    everyMs: 60_000,
  });
  onTestFinished(() => watch.close());
  expect(await watch.statusNow()).toMatchObject({ state: 'ok' });
  low = { bytes: 3, limitBytes: 64 };
  expect(await watch.statusNow()).toMatchObject({ state: 'full', code: 'disk-low' });
});

it('tells before there is no room for videos, and when they wait; callbacks are not concerned', async () => {
  const gib = 1024 ** 3;
  let freeBytes = 5 * gib;
  const told: StorageStatus[] = [];
  let looks = 0;
  const watch = createStorageWatch({
    health: () => healthyStorage,
    onHealth: () => () => undefined,
    diskLow: () => Promise.resolve(freeBytes < gib / 16 ? { bytes: freeBytes, limitBytes: gib / 16 } : null),
    room() {
      looks += 1;
      return Promise.resolve({ freeBytes, reserveBytes: 2 * gib });
    },
    changed: (status) => told.push(status),
    everyMs: 5,
  });
  onTestFinished(() => watch.close());
  const codesAt = async (...free: readonly number[]): Promise<readonly (string | null)[]> => {
    told.length = 0;
    for (freeBytes of free) {
      const before = looks;
      await waitUntil(() => looks > before + 2, 'the room to be looked at again');
    }
    return told.map(({ code }) => code);
  };
  expect(await codesAt(5 * gib, 4.01 * gib)).toEqual([]);
  // A download that is removed, begun again, removed: told once.
  expect(await codesAt(3.9 * gib, 4.1 * gib, 3.9 * gib)).toEqual(['disk-filling']);
  expect(watch.status()).toMatchObject({
    state: 'ok',
    message: expect.stringMatching(/nearly full.* 2,048 MiB/) as string,
  });
  expect(await codesAt(1.9 * gib, 2.1 * gib)).toEqual(['downloads-wait']);
  expect(watch.status()).toMatchObject({
    state: 'ok',
    message: expect.stringMatching(/videos wait.*Free some space/) as string,
  });
  expect(await codesAt(3 * gib, 4.5 * gib)).toEqual(['disk-filling', null]);
});

it('says that others fetch where they have room: no link dies meanwhile', async () => {
  let isRoomElsewhere = true;
  const watch = createStorageWatch({
    health: () => healthyStorage,
    onHealth: () => () => undefined,
    diskLow: () => Promise.resolve(null),
    room: () => Promise.resolve({ freeBytes: 1, reserveBytes: 2 * 1024 ** 3 }),
    isRoomElsewhere: () => isRoomElsewhere,
    changed: () => undefined,
    everyMs: 60_000,
  });
  onTestFinished(() => watch.close());
  const { code, message } = await watch.statusNow();
  expect([code, message]).toEqual(['downloads-elsewhere', expect.stringMatching(/2,048 MiB.*the other machines do/)]);
  isRoomElsewhere = false;
  expect((await watch.statusNow()).message).toMatch(/before the links of the videos die/);
});

it('of a copy it says that nothing is lost, since the inbox elsewhere takes the callbacks', () => {
  const said = (health: StorageHealth): string | null => {
    const watch = createStorageWatch({
      health: () => health,
      onHealth: () => () => undefined,
      diskLow: () => Promise.resolve(null),
      room: () => Promise.resolve(null),
      changed: () => undefined,
      isCopy: true,
    });
    onTestFinished(() => watch.close());
    return watch.status().message;
  };
  const all = [
    said({ state: 'full', code: 'disk-full', params: {} }),
    said({ state: 'gone', code: 'folder-missing', params: { folder: '/data/journal' } }),
    said({ state: 'ok', code: 'downloads-wait', params: { limitBytes: 2 * 1024 ** 3 } }),
    said({ state: 'slow', code: 'slow-disk', params: { seconds: 10 } }),
  ];
  for (const sentence of all) expect(sentence).toMatch(/this copy.*No video is lost.*takes callbacks as ever/i);
  expect(all[1]).toContain('/data/journal');
  expect(all[2]).toContain('2,048 MiB');
  expect(said(healthyStorage)).toBeNull();
});
