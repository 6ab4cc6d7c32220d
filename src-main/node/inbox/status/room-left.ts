/** How much of the disk is to stay free, and what is told where it will not. */
import type { NoRoomFor, Role } from '../../../common/shared-status.ts';
import { stateOfCode, type RoomCode, type StorageHealth } from '../../../common/storage-health.ts';
import { createDiskFloor } from '../../callbacks/disk-floor.ts';
import type { DataDir } from '../../data-dir.ts';
import type { Settings, SettingsStore } from '../../settings/settings.ts';
import { roomAt, type DiskSpace } from '../../storage/free-bytes.ts';

export interface Room {
  readonly freeBytes: number;
  readonly reserveBytes: number;
}

const mib = 1024 * 1024;
const mostUsualBytes = 2048 * mib;
/** Of what downloads leave free: below so much they wait, and with as much again left for them it is told. */
const limits: readonly (readonly [code: RoomCode, times: number])[] = [
  ['downloads-wait', 1],
  ['disk-filling', 2],
];
/** What is told stays until there is clearly more: a download that is begun again would turn it off and on. */
const untilTimes = 1.1;

/** What downloads leave free where the person set nothing: 2 GiB, and not more than a tenth of a small disk. */
function usualReserveBytes({ totalBytes }: DiskSpace): number {
  return Math.min(mostUsualBytes, totalBytes / 10);
}

/** What downloads leave free, as the person set it or as usual there. */
export async function openReserve({ root }: DataDir, settings: Pick<SettingsStore, 'get'>): Promise<() => number> {
  const usualBytes = usualReserveBytes(await roomAt(root));
  return () => {
    const { minFreeMiB } = settings.get().downloads;
    return minFreeMiB === null ? usualBytes : minFreeMiB * mib;
  };
}

/** @param told What was told last; `null` = all is well. */
export function shortOfRoom({ freeBytes, reserveBytes }: Room, told: StorageHealth['code']): StorageHealth | null {
  const isWithin = ([code, times]: (typeof limits)[number]): boolean =>
    freeBytes < reserveBytes * times * (told === code ? untilTimes : 1);
  const [code] = limits.find(isWithin) ?? [null];
  return code === null ? null : { state: stateOfCode[code], code, params: { limitBytes: reserveBytes } };
}

/** Where callbacks are refused for lack of room. */
export function refusedForRoom(found: { readonly bytes: number; readonly limitBytes: number }): StorageHealth {
  return { state: stateOfCode['disk-low'], code: 'disk-low', params: { ...found } };
}

/**
 * What an inbox that is started there would tell of its disk; `null` where there is room, or where it cannot be told.
 * @param told What was told last.
 */
export async function roomTrouble(
  dir: DataDir,
  { callbacks, downloads }: Settings,
  told: StorageHealth['code'] = null,
): Promise<StorageHealth | null> {
  const room = await roomAt(dir.root).catch(() => null);
  if (room === null) return null;
  const floor = createDiskFloor({
    room: () => Promise.resolve(room),
    floorBytes: () => (callbacks.minFreeMiB === null ? null : callbacks.minFreeMiB * mib),
    nowMs: () => 0,
  });
  const low = await floor.check(0);
  if (low !== null) return refusedForRoom(low);
  const { minFreeMiB } = downloads;
  const reserveBytes = minFreeMiB === null ? usualReserveBytes(room) : minFreeMiB * mib;
  return shortOfRoom({ freeBytes: room.freeBytes, reserveBytes }, told);
}

/** What there is no room for on the disk of a machine of these roles, as it was seen last; who asks has it looked at again. */
export function watchRoom(
  dir: DataDir,
  settings: Pick<SettingsStore, 'get'>,
  roles: readonly Role[],
): () => NoRoomFor | null {
  let code: StorageHealth['code'] = null;
  function look(): void {
    void roomTrouble(dir, settings.get(), code).then((trouble) => (code = trouble?.code ?? null));
  }
  look();
  return () => {
    look();
    if (code === 'disk-low' && roles.includes('intake')) return 'callbacks';
    return (code === 'disk-low' || code === 'downloads-wait') && roles.includes('download') ? 'downloads' : null;
  };
}
