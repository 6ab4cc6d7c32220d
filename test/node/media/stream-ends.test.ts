/** Small streams made by hand, and the same ones cut inside their last piece. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { checkContainer } from '../../../src-main/node/media/check-container.ts';
import { readMedia } from '../../../src-main/node/media/read-media.ts';
import { loadSamples } from '../../../src-main/node/samples/samples.ts';
import { tempDir } from '../../support/temp-dir.ts';

async function check(bytes: Uint8Array): Promise<object> {
  const file = path.join(await tempDir(), 'a.part');
  await writeFile(file, bytes);
  return checkContainer(file, bytes.length);
}

/** @param last Whether the length of the last tag is repeated behind it. */
function flv(tags: number, last = true): Buffer {
  const tag = Buffer.alloc(11 + 500, 7);
  tag[0] = 9;
  tag.writeUIntBE(500, 1, 3);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(tag.length);
  const head = Buffer.from('464c56010500000009' + '00000000', 'hex');
  const pieces = Array.from({ length: tags }, (_, n) => (n === tags - 1 && !last ? [tag] : [tag, length])).flat();
  return Buffer.concat([head, ...pieces]);
}

/** Pages of one piece, the first with the head of Theora. */
function ogg(pages: number, isEnded: boolean): Buffer {
  return Buffer.concat(
    Array.from({ length: pages }, (_, n) => {
      const page = Buffer.alloc(28 + 200);
      page.write('OggS', 0, 'latin1');
      page[5] = n === 0 ? 2 : isEnded && n === pages - 1 ? 4 : 0;
      page.writeUInt32LE(77, 14);
      page[26] = 1;
      page[27] = 200;
      page.write('\x80theora', 28, 'latin1');
      return page;
    }),
  );
}

function asf(size: number, told: number, flags = 2): Buffer {
  const bytes = Buffer.alloc(size, 3);
  Buffer.from('3026b2758e66cf11a6d900aa0062ce6c', 'hex').copy(bytes, 0);
  bytes.writeBigUInt64LE(30n + 104n + 78n, 16);
  bytes.writeUInt32LE(2, 24);
  bytes.writeUInt16LE(0x0201, 28);
  Buffer.from('a1dcab8c47a9cf118ee400c00c205365', 'hex').copy(bytes, 30);
  bytes.writeBigUInt64LE(104n, 46);
  bytes.writeBigUInt64LE(BigInt(told), 30 + 40);
  bytes.writeUInt32LE(flags, 30 + 88);
  Buffer.from('9107dcb7b7a9cf118ee600c00c205365', 'hex').copy(bytes, 134);
  bytes.writeBigUInt64LE(78n, 150);
  Buffer.from('c0ef19bc4d5bcf11a8fd00805f5c442b', 'hex').copy(bytes, 158);
  return bytes;
}

const whole = { ok: true };
const cut = { ok: false, code: 'damaged', reason: 'cut-short' };

test('flv', async () => {
  const bytes = flv(20);
  expect(await check(bytes)).toEqual({ ...whole, container: 'flv', mayGoOn: true });
  expect(await check(flv(20, false))).toMatchObject(whole);
  expect(await check(Buffer.concat([bytes, Buffer.from('<!-- page -->')]))).toMatchObject(whole);
  for (const missing of [5, 100, 514 - 4])
    expect(await check(bytes.subarray(0, bytes.length - missing))).toMatchObject(cut);
});

test('flv, with words behind it whose first letter looks like a kind of tag', async () => {
  for (const words of ['hello, this was added by the store', '(c) 2026 of whoever made this film'])
    expect(await check(Buffer.concat([flv(20), Buffer.from(words)]))).toMatchObject(whole);
});

test('ogg, which tells its end', async () => {
  const bytes = ogg(20, true);
  expect(await check(bytes)).toEqual({ ...whole, container: 'ogv' });
  expect(await check(ogg(20, false))).toEqual({ ...whole, container: 'ogv', mayGoOn: true });
  for (const missing of [1, 199, 210])
    expect(await check(bytes.subarray(0, bytes.length - missing))).toMatchObject(cut);
});

test('ogg, of which the sound, or what tells of the others, comes first', async () => {
  const theora = ogg(20, true);
  for (const name of ['\x01vorbis', 'fishead\0']) {
    const first = Buffer.from(theora.subarray(0, 228));
    first[5] = 6;
    first.write(name, 28, 'latin1');
    first.writeUInt32LE(78, 14);
    expect(await check(Buffer.concat([first, theora]))).toEqual({ ...whole, container: 'ogv' });
  }
});

test('asf, which tells its length', async () => {
  expect(await check(asf(6000, 6000))).toEqual({ ...whole, container: 'asf' });
  expect(await check(asf(6000, 9000))).toMatchObject(cut);
  expect(await check(asf(6000, 9000, 1))).toMatchObject(whole);
});

test('avi, of which a long one has several pieces', async () => {
  const piece = (kind: string, size: number): Buffer => {
    const bytes = Buffer.alloc(8 + size, 3);
    bytes.write(`RIFF    ${kind}LIST`, 0, 'latin1');
    bytes.writeUInt32LE(size, 4);
    return bytes;
  };
  const bytes = Buffer.concat([piece('AVI ', 5000), piece('AVIX', 3000)]);
  expect(await check(bytes)).toEqual({ ...whole, container: 'avi' });
  expect(await check(Buffer.concat([bytes, Buffer.alloc(20)]))).toMatchObject(whole);
  for (const missing of [1, 2000, 3500]) expect(await check(bytes.subarray(0, -missing))).toMatchObject(cut);
});

test('avi, with a place that was kept for pictures and their index, and not filled', async () => {
  const chunk = (kind: string, content: Buffer): Buffer => {
    const head = Buffer.from(`${kind.slice(0, 4)}    ${kind.slice(4)}`, 'latin1');
    head.writeUInt32LE(head.length - 8 + content.length, 4);
    return Buffer.concat([head, content]);
  };
  const pictures = chunk('LISTmovi', chunk('00dc', Buffer.alloc(2000, 7)));
  const bytes = chunk(
    'RIFFAVI ',
    Buffer.concat([chunk('LISThdrl', Buffer.alloc(200, 1)), pictures, chunk('idx1', Buffer.alloc(160, 1))]),
  );
  expect(await check(bytes)).toEqual({ ...whole, container: 'avi' });
  for (const kept of [168, 300])
    expect(await check(Buffer.from(bytes).fill(0, bytes.length - kept))).toMatchObject(cut);
  // Some fill it up behind the index.
  const padded = Buffer.concat([bytes, Buffer.alloc(400)]);
  padded.writeUInt32LE(padded.length - 8, 4);
  expect(await check(padded)).toMatchObject(whole);
});

test('mxf, as studios have it', async () => {
  const piece = (key: string, length: string, size: number): Buffer =>
    Buffer.concat([Buffer.from(`060e2b34${key}${length}`, 'hex'), Buffer.alloc(size, 5)]);
  const head = piece('020501010d01020101020400', '83000100', 256);
  const picture = piece('010201010d01030115010500', '8800000000000003e8', 1000);
  const bytes = Buffer.concat([head, picture, picture, piece('010101020301021001000000', '20', 32)]);
  expect(await check(bytes)).toEqual({ ...whole, container: 'mxf', mayGoOn: true });
  for (const missing of [1, 40, 48, 900]) expect(await check(bytes.subarray(0, -missing))).toMatchObject(cut);
  // What else stands behind it is not looked into.
  expect(await check(Buffer.concat([bytes, Buffer.from('<!-- page of a cache -->')]))).toMatchObject(whole);
});

test('a transport stream', async () => {
  const bytes = await readFile(path.join(import.meta.dirname, '../../fixtures/media/h264.mpegts'));
  expect(await check(bytes)).toMatchObject(whole);
  expect(await check(bytes.subarray(0, 188 * 50 + 77))).toMatchObject(cut);
  expect(await check(Buffer.concat([bytes, Buffer.alloc(20)]))).toMatchObject(whole);
});

test.each([
  ['whose last pictures are a place that was never filled', -9000, undefined],
  ['with a hole in the middle', 15_000, 40_000],
])('an mp4 %s', async (_, from, to) => {
  const { bytes } = loadSamples().mp4;
  const file = path.join(await tempDir(), 'a.mp4');
  await writeFile(file, Buffer.concat([bytes]).fill(0, (from + bytes.length) % bytes.length, to));
  expect(await readMedia(file)).toMatchObject({ isEndThere: false });
});

/** Every second picture is empty, and what it held stands before the next one: as in a film whose pictures were dropped. */
function withoutPictures(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  const sizes = changed.indexOf('stsz') + 12;
  const count = changed.readUInt32BE(sizes);
  for (let n = 0; n + 1 < count; n += 2) {
    const [at, next] = [sizes + 4 + 4 * n, sizes + 8 + 4 * n];
    changed.writeUInt32BE(changed.readUInt32BE(at) + changed.readUInt32BE(next), next);
    changed.writeUInt32BE(0, at);
  }
  return changed;
}

test('an mp4 with pictures that were dropped, or in a codec that nobody here knows, is whole', async () => {
  const { bytes } = loadSamples().mp4;
  const unknown = Buffer.from(bytes);
  unknown.write('zzzz', unknown.indexOf('avc1', unknown.indexOf('stsd')), 'latin1');
  for (const changed of [withoutPictures(Buffer.from(bytes)), unknown.fill(0, unknown.length - 9000)]) {
    const file = path.join(await tempDir(), 'a.mp4');
    await writeFile(file, changed);
    expect((await readMedia(file)).isEndThere).not.toBe(false);
  }
});
