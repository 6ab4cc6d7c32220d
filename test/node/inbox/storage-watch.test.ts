import { expect, it, onTestFinished } from 'vitest';
import type { StorageStatus } from '../../../src-main/common/status.ts';
import { healthyStorage, type StorageHealth } from '../../../src-main/common/storage-health.ts';
import { createStorageWatch } from '../../../src-main/node/inbox/storage-watch.ts';
import { waitUntil } from '../../support/wait-until.ts';

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
