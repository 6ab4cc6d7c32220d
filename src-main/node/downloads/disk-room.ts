/** Keeps some of the disk free: the journal must always be able to take the next callback. */
import { DownloadFault } from './download-fault.ts';

export interface DiskRoomOptions {
  /** Free bytes of the disk that holds the folder. */
  readonly freeSpace: (folder: string) => Promise<number>;
  readonly folder: string;
  /** Bytes that downloads leave free. */
  readonly reserveBytes: () => number;
}

export interface DiskRoom {
  /**
   * Says that a transfer is still to write so many bytes, and checks that they fit beside what all others still want.
   * @param remainingBytes `null` where nobody knows.
   * @throws DownloadFault `disk-full`
   */
  claim(owner: object, remainingBytes: number | null): Promise<void>;
  release(owner: object): void;
  /** False where not a byte more fits. @throws what the disk throws */
  isLeft(): Promise<boolean>;
}

export function createDiskRoom(options: DiskRoomOptions): DiskRoom {
  const claims = new Map<object, number>();

  async function lackingFor(remainingBytes: number): Promise<number> {
    const free = await options.freeSpace(options.folder);
    let wanted = options.reserveBytes() + remainingBytes;
    for (const bytes of claims.values()) wanted += bytes;
    return wanted - free;
  }

  return {
    async claim(owner, remainingBytes) {
      claims.delete(owner);
      const lacking = await lackingFor(remainingBytes ?? 0);
      if (lacking > 0) {
        throw new DownloadFault({ reason: 'disk-full', neededBytes: remainingBytes === null ? null : lacking });
      }
      claims.set(owner, remainingBytes ?? 0);
    },
    release: (owner) => void claims.delete(owner),
    isLeft: async () => (await lackingFor(1)) <= 0,
  };
}
