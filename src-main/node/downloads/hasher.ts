/** SHA-256 over the blocks of a file. */
import { createHash } from 'node:crypto';

export interface HashStream {
  /** The next block to fill; they come round again. */
  block(): Uint8Array;
  /** Resolves once the first `length` bytes are hashed; until then the block must not change. Calls keep their order. */
  update(block: Uint8Array, length: number): Promise<void> | undefined;
  /** Hex. */
  digest(): Promise<string>;
  /** Call it always, also after `digest`. */
  dispose(): void;
}

export interface Hasher {
  start(blockBytes: number, blockCount: number): HashStream;
}

/** On the calling thread: best for small files. */
export function createInlineHasher(): Hasher {
  return {
    start(blockBytes, blockCount) {
      const hash = createHash('sha256');
      const blocks = Array.from({ length: blockCount }, () => Buffer.allocUnsafeSlow(blockBytes));
      let turn = 0;
      return {
        block: () => blocks[turn++ % blocks.length] ?? Buffer.alloc(blockBytes),
        update: (block, length) => void hash.update(block.subarray(0, length)),
        digest: () => Promise.resolve(hash.digest('hex')),
        dispose: () => undefined,
      };
    },
  };
}
