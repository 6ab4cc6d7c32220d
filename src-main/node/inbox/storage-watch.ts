/** Whether what arrives can be kept: the log tells it, and so does the room that is left on the disk. */
import type { StorageStatus } from '../../common/status.ts';
import { stateOfCode, type RoomCode, type StorageHealth } from '../../common/storage-health.ts';
import { toldOrNot } from '../../common/texts/sentence.ts';
import { storageSentence } from '../../common/texts/en-storage.ts';

interface Room {
  readonly freeBytes: number;
  readonly reserveBytes: number;
}

export interface StorageWatchPorts {
  readonly health: () => StorageHealth;
  readonly onHealth: (listener: () => void) => () => void;
  /** Where callbacks are refused for lack of room: what is left, and what there must be. */
  readonly diskLow: () => Promise<{ readonly bytes: number; readonly limitBytes: number } | null>;
  /** What is free, and what downloads leave so; `null` where none are made here. */
  readonly room: () => Promise<Room | null>;
  readonly changed: (status: StorageStatus) => void;
  /** How often the room is looked at, in ms. Default 3000. */
  readonly everyMs?: number;
}

export interface StorageWatch {
  status(): StorageStatus;
  close(): void;
}

const usualEveryMs = 3000;
/** Of what downloads leave free: below so much they wait, and with as much again left for them it is told. */
const limits: readonly (readonly [code: RoomCode, times: number])[] = [
  ['downloads-wait', 1],
  ['disk-filling', 2],
];
/** What is told stays until there is clearly more: a download that is begun again would turn it off and on. */
const untilTimes = 1.1;

export function createStorageWatch(ports: StorageWatchPorts): StorageWatch {
  let low: StorageHealth | null = null;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  function status(): StorageStatus {
    const health = ports.health();
    const shown = health.state === 'ok' ? (low ?? health) : health;
    return { ...shown, ...toldOrNot(storageSentence(shown)) };
  }

  async function refused(): Promise<StorageHealth | null> {
    const found = await ports.diskLow().catch(() => null);
    return found === null ? null : { state: stateOfCode['disk-low'], code: 'disk-low', params: { ...found } };
  }

  async function shortOfRoom(): Promise<StorageHealth | null> {
    const room = await ports.room().catch(() => null);
    if (room === null) return null;
    const { freeBytes, reserveBytes } = room;
    const isWithin = ([code, times]: (typeof limits)[number]): boolean =>
      freeBytes < reserveBytes * times * (low?.code === code ? untilTimes : 1);
    const [code] = limits.find(isWithin) ?? [null];
    return code === null ? null : { state: stateOfCode[code], code, params: { limitBytes: reserveBytes } };
  }

  async function look(): Promise<void> {
    const found = (await refused()) ?? (await shortOfRoom());
    if (isClosed) return;
    // The numbers change all the time; what is told does not change with each of them.
    if (found?.code !== low?.code) {
      low = found;
      ports.changed(status());
    }
    timer = setTimeout(() => void look(), ports.everyMs ?? usualEveryMs);
    timer.unref();
  }

  const stop = ports.onHealth(() => ports.changed(status()));
  void look();
  return {
    status,
    close() {
      isClosed = true;
      clearTimeout(timer);
      stop();
    },
  };
}
