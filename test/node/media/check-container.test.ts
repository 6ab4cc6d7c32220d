import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fc } from '../../support/fast-check.ts';
import { expect, test } from 'vitest';
import { checkContainer, type ContainerCheck } from '../../../src-main/node/media/check-container.ts';
import { loadSamples } from '../../../src-main/node/samples/samples.ts';
import { bigMp4 } from '../../support/big-mp4.ts';
import { tempDir } from '../../support/temp-dir.ts';

const { mp4, webm } = loadSamples();
const fixtures = path.join(import.meta.dirname, '../../fixtures/media');
const fixture = (name: string): Promise<Buffer> => readFile(path.join(fixtures, name));

async function check(bytes: Uint8Array): Promise<ContainerCheck> {
  const file = path.join(await tempDir(), 'a.part');
  await writeFile(file, bytes);
  return checkContainer(file, bytes.length);
}

function box(type: string, content: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + content.length, 0);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, content]);
}

test.each([
  ['fragmented.mp4', 'mp4'],
  ['hevc.mp4', 'mp4'],
  ['av1.mp4', 'mp4'],
  ['rotated.mp4', 'mp4'],
  ['moov-at-end.mov', 'mov'],
  ['h264.mkv', 'mkv'],
])('%s is a whole video', async (name, container) => {
  expect(await check(await fixture(name))).toEqual({ ok: true, container });
});

test.each([
  ['h264.mpegts', 'ts', Infinity],
  // Behind the first of two fragments.
  ['fragmented.mp4', 'mp4', 8367],
])('%s tells nowhere that it ends there', async (name, container, size) => {
  expect(await check((await fixture(name)).subarray(0, size))).toEqual({ ok: true, container, mayGoOn: true });
});

test('our samples are whole videos', async () => {
  expect(await check(mp4.bytes)).toEqual({ ok: true, container: 'mp4' });
  expect(await check(webm.bytes)).toEqual({ ok: true, container: 'webm' });
  expect(await check(bigMp4(300_000))).toEqual({ ok: true, container: 'mp4' });
});

test('an mp4 that lacks its last byte, or any number of bytes, is damaged', async () => {
  for (const missing of [1, 7, 8, 100, 10_000, 52_000, 58_000]) {
    const verdict = await check(mp4.bytes.subarray(0, mp4.bytes.length - missing));
    expect(verdict, `${missing} bytes missing`).toMatchObject({ ok: false, code: 'damaged' });
  }
});

test('a webm that lacks its last byte, or any number of bytes, is damaged', async () => {
  for (const missing of [1, 100, 10_000, 32_000]) {
    const verdict = await check(webm.bytes.subarray(0, webm.bytes.length - missing));
    expect(verdict, `${missing} bytes missing`).toMatchObject({ ok: false, code: 'damaged', reason: 'cut-short' });
  }
});

test('a fragmented mp4 that ends inside a fragment is damaged', async () => {
  const bytes = await fixture('fragmented.mp4');
  expect(await check(bytes.subarray(0, bytes.length - 500))).toMatchObject({ ok: false, reason: 'cut-short' });
});

test('no index, and an index without pictures', async () => {
  expect(await check(await fixture('no-moov.mov'))).toMatchObject({ ok: false, reason: 'no-index' });
  const header = box('ftyp', Buffer.from('isom\0\0\0\0isom'));
  expect(await check(Buffer.concat([header, box('mdat', Buffer.alloc(2000))]))).toMatchObject({ reason: 'no-index' });
  expect(await check(Buffer.concat([header, box('moov', Buffer.alloc(200))]))).toMatchObject({ reason: 'no-pictures' });
});

test('a size of 64 bits, and one that says "to the end", are read', async () => {
  const boxes = Buffer.from(mp4.bytes);
  const at = boxes.indexOf('mdat') - 4;
  const toTheEnd = Buffer.from(boxes);
  toTheEnd.writeUInt32BE(0, at);
  expect(await check(toTheEnd)).toEqual({ ok: true, container: 'mp4' });
  const long = Buffer.alloc(16);
  long.writeUInt32BE(1, 0);
  long.write('free', 4);
  long.writeBigUInt64BE(20n, 8);
  expect(await check(Buffer.concat([boxes, long, Buffer.alloc(4)]))).toEqual({ ok: true, container: 'mp4' });
  long.writeBigUInt64BE(2n ** 60n, 8);
  expect(await check(Buffer.concat([boxes, long]))).toMatchObject({ ok: true });
});

test('zeros behind the last box do no harm', async () => {
  expect(await check(Buffer.concat([mp4.bytes, Buffer.alloc(1000)]))).toEqual({ ok: true, container: 'mp4' });
  expect(await check(Buffer.concat([mp4.bytes, Buffer.alloc(3)]))).toEqual({ ok: true, container: 'mp4' });
});

test('what a script or a store left behind a WebM does no harm, whatever it looks like', async () => {
  const recorded = await fixture('../field/webm-mediarecorder-vp8.webm');
  const piped = await fixture('../field/mkv-pipe-h264.mkv');
  const behind = [
    '<!-- served by x -->',
    'TAG'.padEnd(128, 'x'),
    '{"ok":true}',
    '<br />\n<b>Warning</b>: headers',
    '\r\n',
  ];
  for (const bytes of [webm.bytes, recorded, piped]) {
    for (const tail of [...behind.map((text) => Buffer.from(text)), Buffer.alloc(200)]) {
      expect(await check(Buffer.concat([bytes, tail]))).toMatchObject({ ok: true });
    }
    expect(await check(bytes.subarray(0, bytes.length - 40))).toMatchObject({ ok: false, reason: 'cut-short' });
  }
  // One whose writer did not come back to tell its length.
  const untold = Buffer.from(webm.bytes);
  const head = untold.indexOf(Buffer.from('18538067', 'hex')) + 4;
  untold.fill(0, head + 1, head + 8);
  untold[head] = 1;
  expect(await check(untold)).toMatchObject({ ok: true, container: 'webm' });
});

test('what stands in front of the first box does no harm', async () => {
  for (const type of ['free', 'skip', 'uuid']) {
    for (const length of [40, 8000]) {
      const bytes = Buffer.concat([box(type, Buffer.alloc(length)), mp4.bytes]);
      expect(await check(bytes), `${type} of ${length}`).toMatchObject({ ok: true });
    }
  }
  expect(await check(Buffer.concat([box('free', Buffer.alloc(40)), Buffer.alloc(40)]))).toMatchObject({ ok: false });
});

test('an AVI from a pipe does not know its length', async () => {
  const avi = Buffer.concat([Buffer.from('RIFF\xff\xff\xff\xffAVI LIST', 'latin1'), Buffer.alloc(5000, 1)]);
  expect(await check(avi)).toEqual({ ok: true, container: 'avi', mayGoOn: true });
});

test('what is not a video is named', async () => {
  expect(await check(await fixture('poster.png'))).toMatchObject({ found: { kind: 'image', extension: 'png' } });
  expect(await check(await fixture('poster.avif'))).toMatchObject({ found: { kind: 'image', extension: 'avif' } });
  expect(await check(Buffer.from('\uFEFF  <!doctype html><p>'))).toMatchObject({ found: { kind: 'web-page' } });
  for (const page of [
    '<meta http-equiv=refresh content="0;url=/">',
    '<h1>Gone</h1>',
    '<p>Expired',
    '<TITLE>x</TITLE>',
  ]) {
    expect(await check(Buffer.from(page))).toMatchObject({ found: { kind: 'web-page' } });
  }
  for (const message of ['<Error><Code>x</Code></Error>', '<a:b/>', '<html-report/>', '<?xml version="1.0"?><p/>']) {
    expect(await check(Buffer.from(message))).toMatchObject({ found: { kind: 'xml' } });
  }
  expect(await check(Buffer.from('[1,2]'))).toMatchObject({ found: { kind: 'json', excerpt: '[1,2]' } });
  expect(await check(Buffer.from('<svg xmlns="x"/>'))).toMatchObject({ found: { kind: 'image' } });
  expect(await check(Buffer.from('{"msg":"line\\nbreak \u0007 \u202E"}'))).toMatchObject({
    found: { kind: 'json', excerpt: '{"msg":"line\\nbreak "}' },
  });
  expect(await check(Buffer.from('%PDF-1.7\n%âãÏÓ\n'))).toMatchObject({ ok: false, code: 'not-a-video' });
  expect(await check(Buffer.alloc(0))).toMatchObject({ code: 'damaged', reason: 'empty' });
});

test('a manifest is one behind the name of its packager, too', async () => {
  for (const start of [
    '',
    '<?xml version="1.0"?>\n',
    '<!-- made by x -->',
    '<?xml version="1.0"?>\n<!-- a -- b -->\n<!--c-->',
  ]) {
    expect(await check(Buffer.from(`${start}<MPD xmlns="y">`))).toMatchObject({ found: { kind: 'playlist' } });
  }
});

test('no mangled video breaks the check', async () => {
  const file = path.join(await tempDir(), 'a');
  const mangled = fc.record({
    source: fc.constantFrom(mp4.bytes, webm.bytes),
    keep: fc.integer({ min: 0, max: 60_000 }),
    changes: fc.array(fc.tuple(fc.integer({ min: 0, max: 8000 }), fc.integer({ min: 0, max: 255 })), { maxLength: 12 }),
  });
  await fc.assert(
    fc.asyncProperty(mangled, async ({ source, keep, changes }) => {
      const bytes = Buffer.from(source.subarray(0, keep));
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
      await writeFile(file, bytes);
      const { ok } = await checkContainer(file, bytes.length);
      expect(typeof ok).toBe('boolean');
    }),
    { numRuns: 200 },
  );
});
