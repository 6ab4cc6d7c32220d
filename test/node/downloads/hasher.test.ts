import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createWorkerHasher } from '../../../src-main/node/downloads/hash-worker.ts';
import { createInlineHasher, type Digests, type Hasher } from '../../../src-main/node/downloads/hasher.ts';
import type { DigestName } from '../../../src-main/node/downloads/told-digest.ts';

async function hashThrough(
  hasher: Hasher,
  bytes: Uint8Array,
  blockBytes: number,
  beside: DigestName | null = null,
): Promise<Digests> {
  const stream = hasher.start(blockBytes, beside);
  for (let position = 0; position < bytes.length; position += blockBytes) {
    const piece = bytes.subarray(position, position + blockBytes);
    const block = stream.block();
    block.set(piece);
    await stream.update(block, piece.length);
  }
  const digest = await stream.digest();
  stream.dispose();
  return digest;
}

test.each(['md5', 'sha512', null] as const)(
  'both hashers agree with a hash over the whole, several streams at a time, with %s beside it',
  async (beside) => {
    const worker = createWorkerHasher();
    const inputs = [0, 1, 4096, 100_000, 1_000_001].map((length) => randomBytes(length));
    const hex = (name: string, bytes: Uint8Array): string => createHash(name).update(bytes).digest('hex');
    const expected = inputs.map((bytes) => ({
      sha256: hex('sha256', bytes),
      beside: beside === null ? null : hex(beside, bytes),
    }));
    for (const hasher of [createInlineHasher(), worker]) {
      expect(await Promise.all(inputs.map((bytes) => hashThrough(hasher, bytes, 4096, beside)))).toEqual(expected);
    }
    await worker.close();
  },
);

test('both know CRC-32C as it was published, in pieces of any length', async () => {
  const worker = createWorkerHasher();
  // RFC 3720, B.4
  const rising = Uint8Array.from({ length: 32 }, (_, at) => at);
  const examples = [
    [Buffer.from('123456789'), 'e3069283'],
    [new Uint8Array(32), '8a9136aa'],
    [new Uint8Array(32).fill(0xff), '62a8ab43'],
    [rising, '46dd794e'],
    [rising.toReversed(), '113fdb5c'],
    [new Uint8Array(0), '00000000'],
  ] as const;
  for (const hasher of [createInlineHasher(), worker]) {
    for (const [bytes, crc] of examples) {
      for (const piece of [1, 7, 8, 64]) {
        expect((await hashThrough(hasher, bytes, piece, 'crc32c')).beside).toBe(crc);
      }
    }
  }
  await worker.close();
});

test('a hash thread that ends lets nobody wait for ever, and the next stream gets a new one', async () => {
  const worker = createWorkerHasher();
  const stream = worker.start(16);
  await worker.close();
  await expect(Promise.resolve(stream.update(stream.block(), 16))).rejects.toThrow('thread ended');
  stream.dispose();
  expect((await hashThrough(worker, Buffer.from('abc'), 16)).sha256).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
  await worker.close();
});
