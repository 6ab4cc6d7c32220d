/** Whether what arrives can be kept: the log tells it, and so does the room that is left on the disk. */
import type { StorageStatus } from '../../../common/status.ts';
import type { StorageHealth } from '../../../common/storage-health.ts';
import { toldOrNot } from '../../../common/texts/sentence.ts';
import { storageSentence } from '../../../common/texts/en-storage.ts';
import { copyStorageSentence } from '../../../common/texts/en-sync.ts';
import { refusedForRoom, shortOfRoom, type Room } from './room-left.ts';

export interface StorageWatchPorts {
  readonly health: () => StorageHealth;
  readonly onHealth: (listener: () => void) => () => void;
  /** Where callbacks are refused for lack of room: what is left, and what there must be. */
  readonly diskLow: () => Promise<{ readonly bytes: number; readonly limitBytes: number } | null>;
  /** What is free, and what downloads leave so; `null` where none are made here. */
  readonly room: () => Promise<Room | null>;
  /** Other machines fetch, and have room. */
  readonly isRoomElsewhere?: () => boolean;
  readonly changed: (status: StorageStatus) => void;
  /** Of an inbox elsewhere, which takes the callbacks. */
  readonly isCopy?: boolean;
  /** How often the room is looked at, in ms. Default 3000. */
  readonly everyMs?: number;
}

export interface StorageWatch {
  status(): StorageStatus;
  /** The same with the room as it is at this moment, for someone who asks. */
  statusNow(): Promise<StorageStatus>;
  close(): void;
}

const usualEveryMs = 3000;

export function createStorageWatch(ports: StorageWatchPorts): StorageWatch {
  const sentenceOf = ports.isCopy === true ? copyStorageSentence : storageSentence;
  let low: StorageHealth | null = null;
  let toldCode = ports.health().code;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  function status(): StorageStatus {
    const health = ports.health();
    const shown = health.state === 'ok' ? (low ?? health) : health;
    return { ...shown, ...toldOrNot(sentenceOf(shown)) };
  }

  /** No link dies meanwhile. */
  function orElsewhere(found: StorageHealth | null): StorageHealth | null {
    const isLeft = found?.code === 'downloads-wait' && ports.isRoomElsewhere?.() === true;
    return isLeft ? { ...found, code: 'downloads-elsewhere' } : found;
  }

  async function troubleNow(): Promise<StorageHealth | null> {
    const refused = await ports.diskLow().catch(() => null);
    if (refused !== null) return refusedForRoom(refused);
    const room = await ports.room().catch(() => null);
    return room === null
      ? null
      : shortOfRoom(room, low?.code === 'downloads-elsewhere' ? 'downloads-wait' : (low?.code ?? null));
  }

  async function look(): Promise<void> {
    const found = orElsewhere(await troubleNow());
    if (isClosed) return;
    // The numbers change all the time; what is told does not change with each of them.
    if (found?.code !== low?.code) low = found;
    // Not every log tells by itself that it stands otherwise.
    if (status().code !== toldCode) tell();
  }

  function tell(): void {
    const now = status();
    toldCode = now.code;
    ports.changed(now);
  }

  async function watch(): Promise<void> {
    await look();
    if (isClosed) return;
    timer = setTimeout(() => void watch(), ports.everyMs ?? usualEveryMs);
    timer.unref();
  }

  const stop = ports.onHealth(tell);
  void watch();
  return {
    status,
    async statusNow() {
      await look();
      return status();
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      stop();
    },
  };
}
