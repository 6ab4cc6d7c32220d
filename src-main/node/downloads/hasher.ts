/** SHA-256 over the blocks of a file, and another digest beside it where one is asked for. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { createCrc32c, type RunningHash } from './crc32c.ts';
import type { DigestName } from './told-digest.ts';

/** In hex. */
export interface Digests {
  readonly sha256: string;
  /** `null` where none was asked for. */
  readonly beside: string | null;
}

export interface HashStream {
  /** A block to fill. At most `blockCount` are out at a time; each comes back with its `update`. */
  block(): Uint8Array;
  /**
   * Hashes the first `length` bytes and takes the block back: it must not be touched any more. Resolves once the next
   * `block` can be had for it. Calls keep their order.
   */
  update(block: Uint8Array, length: number): Promise<void> | undefined;
  digest(): Promise<Digests>;
  /** Call it always, also after `digest`. */
  dispose(): void;
}

export interface Hasher {
  start(blockBytes: number, beside?: DigestName | null): HashStream;
}

const readBytes = 1024 * 1024;

/**
 * SHA-256 of a whole file, in hex.
 * @throws NodeJS.ErrnoException where it cannot be read, or the reason of `signal`
 */
export async function hashFile(hasher: Hasher, file: string, signal?: AbortSignal): Promise<string> {
  const handle = await open(file, 'r');
  const hash = hasher.start(readBytes);
  try {
    for (;;) {
      signal?.throwIfAborted();
      const block = hash.block();
      const { bytesRead } = await handle.read(block, 0, block.length);
      if (bytesRead === 0) return (await hash.digest()).sha256;
      await hash.update(block, bytesRead);
    }
  } finally {
    hash.dispose();
    await handle.close();
  }
}

function hashOf(name: DigestName): RunningHash {
  return name === 'crc32c' ? createCrc32c() : createHash(name);
}

/** On the calling thread: best for small files. */
export function createInlineHasher(): Hasher {
  return {
    start(blockBytes, beside = null) {
      const hash = createHash('sha256');
      const other = beside === null ? null : hashOf(beside);
      const free: Uint8Array[] = [];
      return {
        block: () => free.pop() ?? Buffer.allocUnsafeSlow(blockBytes),
        update(block, length) {
          hash.update(block.subarray(0, length));
          other?.update(block.subarray(0, length));
          free.push(block);
          return undefined;
        },
        digest: () => Promise.resolve({ sha256: hash.digest('hex'), beside: other?.digest('hex') ?? null }),
        dispose: () => undefined,
      };
    },
  };
}
