/** Bytes that are on this machine already (a file of the person, a film that came inside a callback) as a `.part`. */
import type { DiskRoom } from './disk-room.ts';
import { DownloadFault } from './download-fault.ts';
import type { Hasher } from './hasher.ts';
import { openPartWriter } from './part-writer.ts';
import type { Part } from './resume-state.ts';
import type { Transferred } from './transfer.ts';

export interface LocalCopyPorts {
  readonly hasher: Hasher;
  readonly disk: DiskRoom;
  readonly maxBytes: number;
}

const blocks = { blockBytes: 512 * 1024, blockCount: 4 };
const mib = 1024 * 1024;
/** How long it is, nobody says: it claims as much again as there is of it, so that a small film finds its small room. */
const claimAtLeastBytes = mib;
const claimAtMostBytes = 32 * mib;

/** @throws DownloadFault, what `bytes` throws, or the reason of `signal` */
export async function copyIntoPart(
  ports: LocalCopyPorts,
  bytes: AsyncIterable<Uint8Array>,
  part: Part,
  signal: AbortSignal,
): Promise<Transferred> {
  const writer = await openPartWriter({
    file: part.file,
    keepBytes: 0,
    signal,
    hasher: ports.hasher,
    ...blocks,
    syncEveryBytes: Infinity,
    onSynced: () => Promise.resolve(),
  });
  let claimedUntil = 0;
  try {
    for await (const chunk of bytes) {
      signal.throwIfAborted();
      if (writer.position + chunk.length > ports.maxBytes) {
        throw new DownloadFault({ reason: 'too-large', limitBytes: ports.maxBytes }, { discardPart: true });
      }
      const end = writer.position + chunk.length;
      if (end > claimedUntil) {
        const more = Math.min(Math.max(writer.position, claimAtLeastBytes), claimAtMostBytes);
        claimedUntil = end + more;
        await ports.disk.claim(part, chunk.length + more);
      }
      await writer.append(chunk);
    }
    return await writer.finish();
  } finally {
    await writer.close();
    ports.disk.release(part);
  }
}
