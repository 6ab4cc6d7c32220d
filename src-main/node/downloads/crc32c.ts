/** What both kinds of hasher need of a hash. */
export interface RunningHash {
  update(bytes: Uint8Array): unknown;
  digest(encoding: 'hex'): string;
}

/**
 * CRC-32C (Castagnoli), eight bytes at a time: all that Google's store tells of a file that was put together of parts.
 *
 * The hash thread is made of the text of this function, so it uses nothing from outside itself.
 * @see https://cloud.google.com/storage/docs/data-validation
 */
export function createCrc32c(): RunningHash {
  const table = new Uint32Array(8 * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
    table[byte] = value;
  }
  const of = (place: number): number => table[place] ?? 0;
  for (let place = 256; place < table.length; place += 1) {
    table[place] = (of(place - 256) >>> 8) ^ of(of(place - 256) & 0xff);
  }
  let crc = -1;
  return {
    update(bytes) {
      const byte = (at: number): number => bytes[at] ?? 0;
      let at = 0;
      for (; at <= bytes.length - 8; at += 8) {
        const four = crc ^ (byte(at) | (byte(at + 1) << 8) | (byte(at + 2) << 16) | (byte(at + 3) << 24));
        crc =
          of(1792 + (four & 0xff)) ^
          of(1536 + ((four >>> 8) & 0xff)) ^
          of(1280 + ((four >>> 16) & 0xff)) ^
          of(1024 + (four >>> 24)) ^
          of(768 + byte(at + 4)) ^
          of(512 + byte(at + 5)) ^
          of(256 + byte(at + 6)) ^
          of(byte(at + 7));
      }
      for (; at < bytes.length; at += 1) crc = (crc >>> 8) ^ of((crc ^ byte(at)) & 0xff);
    },
    digest: () => ((crc ^ -1) >>> 0).toString(16).padStart(8, '0'),
  };
}
