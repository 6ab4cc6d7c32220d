/** Below so much free room no callback is taken: the machine, the index and the person's own work need some. */
import type { DiskSpace } from '../storage/free-bytes.ts';

export interface LowDisk {
  readonly bytes: number;
  readonly limitBytes: number;
}

export interface DiskFloor {
  /**
   * Where a body of so many bytes finds too little room; `null` where there is enough, or where it cannot be told.
   * At once by the last measurement, as long as that is new.
   * @param bytes What may be written because of it.
   */
  check(bytes: number): LowDisk | null | Promise<LowDisk | null>;
  /** The same for what turns out to be larger than it was announced, by the last measurement. */
  fits(bytes: number): boolean;
}

export interface DiskFloorPorts {
  readonly room: () => Promise<DiskSpace>;
  /** What the person set; `null` = 64 MiB, and not more than a twentieth of a small disk. */
  readonly floorBytes: () => number | null;
  readonly nowMs: () => number;
}

const usualFloorBytes = 64 * 1024 * 1024;
const smallDiskShare = 1 / 20;
const measuredForMs = 500;
/** A body stands in the journal, in the list of requests and, as its links, in the index. */
const writtenPerByte = 3;

export function createDiskFloor({ room, floorBytes, nowMs }: DiskFloorPorts): DiskFloor {
  let measured: DiskSpace | null = null;
  let measuredAt = -Infinity;
  let taken = 0;
  let measuring: Promise<void> | null = null;

  async function measure(): Promise<void> {
    try {
      measured = await room();
    } catch {
      measured = null; // where the disk cannot be asked, the write itself will tell
    }
    measuredAt = nowMs();
    taken = 0;
    measuring = null;
  }

  function take(bytes: number): LowDisk | null {
    if (measured === null) return null;
    const floor = floorBytes() ?? Math.min(usualFloorBytes, measured.totalBytes * smallDiskShare);
    const left = measured.freeBytes - taken - bytes * writtenPerByte;
    if (left < floor) return { bytes: Math.max(0, left), limitBytes: Math.round(floor) };
    taken += bytes * writtenPerByte;
    return null;
  }

  return {
    check(bytes) {
      if (nowMs() - measuredAt <= measuredForMs) return take(bytes);
      return (measuring ??= measure()).then(() => take(bytes));
    },
    fits: (bytes) => take(bytes) === null,
  };
}
