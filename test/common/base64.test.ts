import { expect, test } from 'vitest';
import { textOfBase64, textOfPacked } from '../../src-main/common/base64.ts';

const object = JSON.stringify({ ascii: 'a', latin: 'é', han: '视频', emoji: '🎬' });

test.each(['base64', 'base64url', 'hex'] as const)('an object that is packed in %s is as it was', (encoding) => {
  expect(textOfPacked(Buffer.from(object).toString(encoding))).toBe(object);
});

test.each([
  ['begins in the middle of a sign', [0x80]],
  ['ends in the middle of one', [0xe8, 0xa7]],
  ['is longer than it need be', [0xc1, 0x81]],
  ['is longer than it need be by two', [0xe0, 0x81, 0x81]],
  ['is half of a pair', [0xed, 0xa0, 0x80]],
  ['is beyond the last sign', [0xf4, 0x90, 0x80, 0x80]],
  ['is of five', [0xf8, 0x88, 0x80, 0x80, 0x80]],
])('what %s is no text', (_, bytes) => {
  const before = Buffer.from('[1]');
  const packed = Buffer.concat([before, Buffer.from(bytes)]);
  expect([textOfBase64(packed.toString('base64')), textOfPacked(packed.toString('hex'))]).toEqual([null, null]);
});

test('bytes of any kind are read as a decoder of the platform reads them', () => {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const leads = [0x00, 0x41, 0x7f, 0x80, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff];
  const tails = [0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0];
  for (const first of leads) {
    for (const bytes of tails.flatMap((b) => tails.flatMap((c) => tails.map((d) => [first, b, c, d])))) {
      const packed = Buffer.from(bytes);
      let expected: string | null = null;
      try {
        expected = strict.decode(packed);
      } catch {
        // It is none.
      }
      expect(textOfBase64(packed.toString('base64')), packed.toString('hex')).toBe(expected);
    }
  }
});
