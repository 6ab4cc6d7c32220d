/** What a machine tells the others of the room on its disk. */
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Role } from '../../../../src-main/common/shared-status.ts';
import { prepareDataDir } from '../../../../src-main/node/data-dir.ts';
import { watchRoom } from '../../../../src-main/node/inbox/status/room-left.ts';
import { silentLog } from '../../../../src-main/node/log/log.ts';
import { openSettings } from '../../../../src-main/node/settings/settings.ts';
import { tempDir } from '../../../support/temp-dir.ts';

it('tells what there is no room for, as far as the machine does that', async () => {
  const dir = await prepareDataDir(path.join(await tempDir(), 'data'));
  const settings = await openSettings(dir.settingsFile, silentLog);
  const noRoomFor = (...roles: readonly Role[]) => watchRoom(dir, settings, roles);
  const all = noRoomFor('intake', 'download');
  const worker = noRoomFor('download', 'gallery');
  const gate = noRoomFor('intake');
  const told = (): readonly (string | null)[] => [all(), worker(), gate()];
  expect(told()).toEqual([null, null, null]);
  await settings.update({ downloads: { minFreeMiB: 10_000_000 } });
  await expect.poll(told).toEqual(['downloads', 'downloads', null]);
  await settings.update({ callbacks: { minFreeMiB: 10_000_000 } });
  await expect.poll(told).toEqual(['callbacks', 'downloads', 'callbacks']);
  await settings.update({ downloads: { minFreeMiB: 0 }, callbacks: { minFreeMiB: 0 } });
  await expect.poll(told).toEqual([null, null, null]);
});
