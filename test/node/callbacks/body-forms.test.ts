/** The forms in which callbacks arrive: packed, as forms, with marks and odd charsets, with a film inside. */
import { createHash, randomBytes } from 'node:crypto';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readCallbackText } from '../../../src-main/common/body/callback-body.ts';
import { mayHandOnFilm, mayHoldFilm } from '../../../src-main/node/callbacks/body/inline-films.ts';
import { unpackHere } from '../../../src-main/node/callbacks/body/unpack-zstd.ts';
import { journalText, setUpIntake } from '../../support/intake-rig.ts';

const film = 'https://media.example.test/k/a.mp4';
const body = (id: string): string =>
  JSON.stringify({ code: 200, msg: 'success', data: { result_video_url: film }, taskId: id });

describe('packed bodies', () => {
  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['identity', (bytes: Buffer) => bytes],
    ['gzip, br', (bytes: Buffer) => brotliCompressSync(gzipSync(bytes))],
    ['', gzipSync],
    ['', deflateSync],
    // Packed otherwise than they say.
    ['deflate', gzipSync],
    ['br', gzipSync],
    ['gzip', deflateSync],
    ['zstd', deflateSync],
    ['gzip', brotliCompressSync],
    ['deflate', brotliCompressSync],
  ])('are read, and kept as they were before: %s', async (encoding, pack) => {
    const { post, library, dir } = await setUpIntake();
    const answer = await post(pack(Buffer.from(body('t1'))), { 'content-encoding': encoding });
    expect(answer.status).toBe(200);
    expect(library.findByTaskId('t1')[0]).toMatchObject({ state: 'succeeded', videos: [{ url: film }] });
    await library.close();
    expect(JSON.parse(await journalText(dir))).toMatchObject({ evidence: { body: body('t1'), bodyEncoding: 'utf8' } });
  });

  it.each([
    ['base64', (packed: string) => packed],
    ['in lines', (packed: string) => `${packed.slice(0, 40)}\r\n${packed.slice(40)}\n`],
    ['base64url', (packed: string) => packed.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')],
    ['as JSON', (packed: string) => JSON.stringify(packed)],
  ])('are read also where they were written in text: %s', async (_, write) => {
    const { post, library, dir } = await setUpIntake();
    const packed = gzipSync(Buffer.from(body('t1'))).toString('base64');
    expect((await post(write(packed))).status).toBe(200);
    expect(library.findByTaskId('t1')[0]).toMatchObject({ state: 'succeeded', videos: [{ url: film }] });
    await library.close();
    expect(JSON.parse(await journalText(dir))).toMatchObject({ evidence: { body: body('t1') } });
  });

  it('text that begins like one that is packed is text', async () => {
    const { post, library } = await setUpIntake();
    expect((await post(`H4sI=1&task_id=t1&status=completed&video_url=${film}`)).status).toBe(200);
    expect(library.findByTaskId('t1')).toHaveLength(1);
    expect((await post('H4sIAAAAnothing')).status).toBe(400);
    await library.close();
  });

  it.each(['gzip', 'br', 'zstd', 'bogus'])(
    'that are not packed as they say are read all the same: %s',
    async (encoding) => {
      const { post } = await setUpIntake();
      expect((await post(body('t1'), { 'content-encoding': encoding })).status).toBe(200);
    },
  );

  const gzipped = gzipSync(Buffer.from(body('t1')));
  /** With a name and a comment of the file, as some programs write them. */
  const named = Buffer.concat([
    Buffer.from([0x1f, 0x8b, 8, 4 | 8 | 16, 0, 0, 0, 0, 0, 3, 3, 0, 1, 2, 3]),
    Buffer.from('a.json\0of a worker\0'),
    gzipped.subarray(10),
  ]);
  const damaged = Buffer.from(gzipped);
  damaged[gzipped.length - 6] = (damaged[gzipped.length - 6] ?? 0) ^ 1;
  it.each([
    ['bytes behind it', Buffer.concat([gzipped, Buffer.from('\r\n\0\0')]), 200],
    ['bytes behind it, names before', Buffer.concat([named, Buffer.from('x')]), 200],
    ['without its sum', gzipped.subarray(0, -8), 200],
    ['with a part of it', gzipped.subarray(0, -5), 200],
    ['cut itself', gzipped.subarray(0, -12), 400],
    ['damaged', damaged, 400],
    ['damaged, and bytes behind it', Buffer.concat([damaged, Buffer.from('x')]), 400],
    ['a head alone', Buffer.concat([named.subarray(0, 12), Buffer.alloc(20, 7)]), 400],
  ])('gzip that is not quite right: %s', async (_, bytes, status) => {
    const { post } = await setUpIntake();
    expect((await post(bytes, { 'content-encoding': 'gzip' })).status).toBe(status);
    expect((await post(bytes, {})).status).toBe(status);
  });

  it('may be larger where a film is written in them, as those that are not packed', async () => {
    const { post, library } = await setUpIntake();
    const head = Buffer.from('\0\0\0\x18ftypisom', 'latin1');
    const film = Buffer.concat([head, randomBytes(4 * 1024 * 1024)]).toString('base64');
    const packed = gzipSync(JSON.stringify({ id: 't1', status: 'done', video: `data:video/mp4;base64,${film}` }));
    expect(await post(packed, { 'content-encoding': 'gzip' })).toMatchObject({ status: 200 });
    expect(library.findByTaskId('t1')).toMatchObject([
      { videos: [{ url: expect.stringMatching(/^inline:/) as string }] },
    ]);
  });

  it('are limited once they are unpacked, in size and in how much they hold', async () => {
    const { post, library } = await setUpIntake();
    const padded = (bytes: number, fill: (at: number) => string): Buffer =>
      Buffer.from(`{"id":"t1","padding":"${Array.from({ length: bytes / 8 }, (_, at) => fill(at)).join('')}"}`);
    const zeros = gzipSync(padded(3 * 1024 * 1024, () => '00000000'));
    const noise = gzipSync(
      padded(5 * 1024 * 1024, (at) => createHash('md5').update(String(at)).digest('hex').slice(0, 8)),
    );
    expect(await post(zeros, { 'content-encoding': 'gzip' })).toMatchObject({ status: 413 });
    expect(await post(noise, { 'content-encoding': 'gzip' })).toMatchObject({ status: 413 });
    const behind = Buffer.concat([noise, Buffer.from('x')]);
    expect((await post(behind, { 'content-encoding': 'gzip' })).status).not.toBe(200);
    expect(library.findByTaskId('t1')).toEqual([]);
    const logs = gzipSync(Buffer.from(JSON.stringify({ id: 't2', output: film, logs: 'step\n'.repeat(120_000) })));
    expect(await post(logs, { 'content-encoding': 'gzip' })).toMatchObject({ status: 200 });
  });
});

describe('zstd', () => {
  const packed = Buffer.from('KLUv/QRYAQEAeyJpZCI6InQxIiwic3RhdHVzIjoiY29tcGxldGVkIn01ngEO', 'base64');
  /** 720 KB of a log, with a film. */
  const logs = Buffer.from(
    'KLUv/QRotAIAsoQPEpDPAcy3Rz4YguDqTv8bcZs50BJRfjeb0NA4EnnkzR/J8khucSTkNP3bK32di8+Qxqm6Pr0DEKE8gBOWCzcHAJr/KVmiYmKq/ZPaBbbo3GPWyQREAAAAAQD9//ILBEQAAAABAP3/OQACRAAAAAEA/f85AAJEAAAAAQD9/zkAAlUAABAifQEA2nwdAAHeMs/4',
    'base64',
  );
  const magic = [0x28, 0xb5, 0x2f, 0xfd];
  /** Blocks of one byte that is repeated. */
  const repeated = (blocks: number, windowByte = 0x58, size = 128 * 1024): Buffer => {
    const bytes = [...magic, 0, windowByte];
    for (let n = 1; n <= blocks; n++) {
      const head = (size << 3) | (1 << 1) | Number(n === blocks);
      bytes.push(head & 255, (head >> 8) & 255, head >> 16, 0x20);
    }
    return Buffer.from(bytes);
  };
  /** Bytes as they are, in blocks. */
  const stored = (text: string): Buffer => {
    const content = Buffer.from(text);
    const head = (content.length << 3) | 1;
    return Buffer.from([...magic, 0, 0x58, head & 255, (head >> 8) & 255, head >> 16, ...content]);
  };

  it.each(['zstd', 'ZSTD', ''])('is unpacked, said to be %j', async (encoding) => {
    const { post, library } = await setUpIntake();
    expect((await post(packed, { 'content-encoding': encoding })).status).toBe(200);
    expect(library.findByTaskId('t1')[0]).toMatchObject({ state: 'succeeded' });
    expect((await post(logs, { 'content-encoding': encoding })).status).toBe(200);
    expect(library.findByTaskId('t2')[0]).toMatchObject({ state: 'succeeded', videos: [{ url: film }] });
  });

  // On a Node that has its own these are what an older one does.
  describe('as WebAssembly', () => {
    it.each([
      ['one frame', packed],
      [
        'a frame that is to be skipped before it',
        Buffer.concat([Buffer.from([0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 2]), packed]),
      ],
      ['two frames', Buffer.concat([stored('{"id":"t1",'), stored('"status":"completed"}')])],
      ['stored', stored('{"id":"t1","status":"completed"}')],
    ])('%s', async (_, bytes) => {
      expect((await unpackHere(bytes, 1e6)).toString()).toBe('{"id":"t1","status":"completed"}');
    });

    it.each([
      ['a bomb', repeated(4096)],
      ['the same in frames of its own', Buffer.concat(Array.from({ length: 64 }, () => repeated(1)))],
      ['a bomb behind a window of gigabytes', repeated(64, 0xb8)],
      ['a log', logs],
    ])('%s is more than the limit', async (_, bytes) => {
      await expect(unpackHere(bytes, 512 * 1024)).rejects.toMatchObject({ code: 'ERR_BUFFER_TOO_LARGE' });
    });

    it('damage is an error, whatever was cut off or turned over', async () => {
      for (let at = 0; at < packed.length; at++) {
        await unpackHere(packed.subarray(0, at), 1e6).then(
          () => expect.unreachable(),
          () => undefined,
        );
        const damaged = Buffer.from(logs);
        damaged[at] = (damaged[at] ?? 0) ^ 0x55;
        const unpacked = await unpackHere(damaged, 1e6).catch(() => Buffer.alloc(0));
        expect(unpacked.length).toBeLessThanOrEqual(1e6);
      }
      await expect(unpackHere(Buffer.from('{"id":"t1"}'), 1e6)).rejects.toThrow();
      // Whole again afterwards.
      expect((await unpackHere(packed, 1e6)).length).toBe(32);
    });
  });

  it('that holds far more than it has is refused', async () => {
    const { post, library } = await setUpIntake();
    expect(await post(repeated(4096), { 'content-encoding': 'zstd' })).toMatchObject({ status: 413 });
    expect(await post(packed.subarray(0, 20), { 'content-encoding': 'zstd' })).toMatchObject({ status: 400 });
    await library.close();
  });

  it('takes no memory for what a frame with nothing in it claims to hold', async () => {
    const frame = Buffer.from([...magic, 0xa0, 0, 0, 0, 0x40, 1, 0, 0]);
    await unpackHere(packed, 1e6);
    const before = process.memoryUsage().external;
    await expect(unpackHere(frame, 1e6)).rejects.toThrow();
    expect(process.memoryUsage().external - before).toBeLessThan(512 * 1024 * 1024);
  });
});

describe('text', () => {
  const fours = (text: string): Buffer => {
    const bytes = Buffer.alloc(text.length * 4);
    for (let at = 0; at < text.length; at++) bytes.writeUInt32LE(text.charCodeAt(at), at * 4);
    return bytes;
  };

  it.each([
    ['a mark of UTF-8', Buffer.from(`\uFEFF${body('t1')}`)],
    ['UTF-16 with a mark', Buffer.from(`\uFEFF${body('t1')}`, 'utf16le')],
    ['UTF-16, big end first', Buffer.from(`\uFEFF${body('t1')}`, 'utf16le').swap16()],
    ['UTF-16 without a mark', Buffer.from(body('t1'), 'utf16le')],
    [
      'UTF-16 and a line break of one byte',
      Buffer.concat([Buffer.from(`\uFEFF${body('t1')}`, 'utf16le'), Buffer.from('\n')]),
    ],
    ['UTF-32 with a mark', fours(`\uFEFF${body('t1')}`)],
    ['UTF-32, big end first', fours(`\uFEFF${body('t1')}`).swap32()],
    ['UTF-32 without a mark', fours(body('t1'))],
    ['UTF-32 without a mark, big end first', fours(body('t1')).swap32()],
    ['blanks around it', Buffer.from(`\r\n  ${body('t1')}\n\n`)],
  ])('with %s', async (_, bytes) => {
    const { post, library } = await setUpIntake();
    expect((await post(bytes)).status).toBe(200);
    expect(library.findByTaskId('t1')[0]).toMatchObject({ state: 'succeeded', videos: [{ url: film }] });
  });

  it.each([
    [
      'UTF-32 with a code that is no character',
      Buffer.concat([fours(`\uFEFF${body('t1')}`), Buffer.from([0, 0, 0, 0x7f])]),
    ],
    ['UTF-32 with half of a pair', fours(`\uFEFF${body('t1').slice(0, -1)},"a":"\ud800"}`)],
    ['UTF-16 with half of a pair', Buffer.from(`\uFEFF${body('t1').slice(0, -1)},"a":"\ud800"}`, 'utf16le')],
  ])('is kept byte for byte where some of it is no text: %s', async (_, bytes) => {
    const { post, dir, library } = await setUpIntake();
    expect((await post(bytes)).status).toBe(200);
    await library.close();
    const { evidence } = JSON.parse(await journalText(dir)) as { evidence: { body: string; bodyEncoding: string } };
    expect(evidence.bodyEncoding).toBe('base64');
    expect(Buffer.from(evidence.body, 'base64')).toEqual(bytes);
  });

  it('in the charset that its header names', async () => {
    const { post, library } = await setUpIntake();
    const bytes = Buffer.from('{"id":"t1","status":"failed","error":"déjà vu"}', 'latin1');
    expect((await post(bytes, { 'content-type': 'application/json; charset=iso-8859-1' })).status).toBe(200);
    expect(library.findByTaskId('t1')[0]).toMatchObject({ message: 'déjà vu' });
  });

  it.each([
    ['windows-1252', [0x92, 0x80]],
    ['latin1', [0x92, 0x80]],
    ['utf-16le', [0x19, 0x20, 0xac, 0x20]],
    ['gb18030', [0xa1, 0xaf, 0xa2, 0xe3]],
  ])('%s has quotes and the sign of the euro', async (charset, signs) => {
    const { post, library, dir } = await setUpIntake();
    const encoding = charset === 'utf-16le' ? 'utf16le' : 'latin1';
    const [head, tail] = ['{"id":"t1","status":"failed","error":"it', 's too much"}'];
    const bytes = Buffer.concat([Buffer.from(head, encoding), Buffer.from(signs), Buffer.from(tail, encoding)]);
    expect((await post(bytes, { 'content-type': `application/json; charset=${charset}` })).status).toBe(200);
    expect(library.findByTaskId('t1')[0]).toMatchObject({ message: 'it’€s too much' });
    await library.close();
    expect(await journalText(dir)).toContain('it’€s too much');
  });
});

const form = 'application/x-www-form-urlencoded';
const valueOf = (text: string, type: string | null): unknown => {
  const read = readCallbackText(text, type);
  return 'value' in read ? read.value : read;
};

describe('forms', () => {
  it.each([
    [
      'plain fields',
      'id=7&url=https%3A%2F%2Fa.test%2Fx.mp4&note=a+b',
      { id: '7', url: 'https://a.test/x.mp4', note: 'a b' },
    ],
    ['JSON in a field', `payload=${encodeURIComponent('{"id":"t1"}')}`, { id: 't1' }],
    ['JSON in a field among others', `token=x&payload=${encodeURIComponent('{"id":"t1"}')}`, { id: 't1' }],
    ['JSON in the only field, whatever it is called', 'data=%7B%22id%22%3A1%7D', { id: 1 }],
    ['JSON as the value of one of several', 'taskId=t1&data=%7B%22a%22%3A1%7D', { taskId: 't1', data: { a: 1 } }],
    ['JSON beside a link', `payload=%7B%22id%22%3A%22t1%22%7D&url=${film}`, { id: 't1', url: film }],
    ['nested names', 'task[id]=t1&urls[]=a&urls[]=b', { task: { id: 't1' }, urls: ['a', 'b'] }],
    ['JSON under the wrong type', '{"id":"t1"}', { id: 't1' }],
    ['JSON, percent-encoded as a whole', encodeURIComponent('{"id":"t1"}'), { id: 't1' }],
    ['a broken percent sign', 'id=t1&note=100%', { id: 't1', note: '100%' }],
    [
      'signs of another charset',
      'url=https%3A%2F%2Fa.test%2F%E9t%C3%A9.mp4&id=t1',
      { url: 'https://a.test/%E9té.mp4', id: 't1' },
    ],
  ])('%s', (_, text, expected) => {
    expect(valueOf(text, form)).toEqual(expected);
  });

  it('a field that is called like a prototype stays a field', () => {
    const value = valueOf('__proto__[polluted]=1&id=t1', form) as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(['__proto__', 'id']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each([
    ['plain fields', ['id', 't1'], ['url', film], { id: 't1', url: film }],
    ['JSON in a field', ['payload', '{"id":"t1"}'], ['x', 'y'], { id: 't1' }],
  ] as const)('multipart, %s', (_, first, second, expected) => {
    const part = ([name, text]: readonly [string, string]): string =>
      `--b0\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`;
    const text = `${part(first)}${part(second)}--b0--\r\n`;
    expect(valueOf(text, 'multipart/form-data; boundary=b0')).toEqual(expected);
    expect(valueOf(text, null)).toEqual(expected);
  });

  it.each([
    ["form-data; name*=UTF-8''task%5Fid", 't 1'],
    ['form-data; name = "task_id"', 't 1'],
    ['form-data; name=task_id\r\nContent-Transfer-Encoding: base64', 'dCAx'],
    ['form-data; name=task_id\r\nContent-Transfer-Encoding: quoted-printable', 't=\r\n=201'],
  ])('multipart: what %s holds', (disposition, text) => {
    const body = `--b0\r\nContent-Disposition: ${disposition}\r\n\r\n${text}\r\n--b0--\r\n`;
    expect(valueOf(body, 'multipart/form-data; boundary=b0')).toEqual({ task_id: 't 1' });
  });

  it.each(['a=b0&b=%41+=E9', 'Expires=1796000000', 'Signature=41~c&Key-Pair-Id=K1'])(
    'multipart: what is said to be packed, and is not, stays as it is: %s',
    (query) => {
      const url = `${film}?${query}`;
      const part = (way: string): string =>
        `--b0\r\nContent-Disposition: form-data; name=url\r\nContent-Transfer-Encoding: ${way}\r\n\r\n${url}\r\n--b0--`;
      for (const way of ['base64', 'quoted-printable', '8bit'])
        expect(valueOf(part(way), 'multipart/form-data; boundary=b0')).toEqual({ url });
    },
  );

  it('reaches the library', async () => {
    const { post, library } = await setUpIntake();
    const text = `width=1280&url=${encodeURIComponent(film)}&project=p&id=my-own-4`;
    expect((await post(text, { 'content-type': form })).status).toBe(200);
    expect(library.findByTaskId('my-own-4')[0]).toMatchObject({ videos: [{ url: film }] });
  });

  it.each([
    ['', 'empty'],
    [' \n', 'empty'],
    ['hello', 'not-readable'],
    ['<html><a href="x?a=b"></a></html>', 'not-readable'],
    ['{"taskId":', 'cut-off'],
    ['--b0\r\nnothing', 'not-readable'],
  ])('what can be read in no form says why: %j', (text, problem) => {
    expect(readCallbackText(text, 'application/json')).toEqual({ problem });
  });
});

describe('a film inside the body', async () => {
  const bytes = await readFile(new URL('../../../src-main/node/samples/sample.mp4', import.meta.url));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const base64 = bytes.toString('base64');

  it.each([
    ['a data URI', { output: { video: `data:video/mp4;base64,${base64}` } }],
    ['a data URI with its signs written out', { video: `data:video/mp4;base64,${encodeURIComponent(base64)}` }],
    ['a data URI with a blank behind its comma', { video: `data:video/mp4;base64, ${base64}` }],
    ['with codecs between quotes', { video: `data:video/mp4;codecs="avc1.42E01E";base64,${base64}` }],
    ['with a comma in them', { video: `data:video/mp4;codecs=avc1,mp4a;base64,${base64}` }],
    ['bare base64', { output: { video_url: base64 } }],
    ['JSON inside a JSON string', { result: JSON.stringify({ video_url: `data:video/mp4;base64,${base64}` }) }],
    ['hexadecimal', { output: { video: bytes.toString('hex') } }],
    ['a buffer of Node', { output: { video: bytes, mimeType: 'video/mp4' } }],
    ['a buffer in a JSON string', { result: JSON.stringify({ video: bytes }) }],
    ['a list of numbers', { video: [...bytes], thumbnail: [1, 2, 3] }],
    ['a list of numbers in a list', { videos: [[...bytes]] }],
  ])('is kept, and named in its place: %s', async (_, content) => {
    const { post, library, films, dir } = await setUpIntake();
    expect((await post({ id: 't1', status: 'COMPLETED', ...content })).status).toBe(200);
    expect(films.get(sha256)?.equals(bytes)).toBe(true);
    expect(library.findByTaskId('t1')[0]).toMatchObject({
      state: 'succeeded',
      needsApiKey: false,
      videos: [{ url: `inline:${sha256}` }],
    });
    await library.close();
    expect((await journalText(dir)).length).toBeLessThan(4000);
  });

  const moving = {
    gif: await readFile(new URL('../../fixtures/field/animated-result.gif', import.meta.url)),
    webp: await readFile(new URL('../../fixtures/field/animated-result.webp', import.meta.url)),
  };
  const tale = `\x00\x00\x20\x00tEXtworkflow\x00${'{"node":1}'.repeat(900)}`;
  const apng = Buffer.from(`\x89PNG\r\n\x1a\n${tale}\x00\x00\x00\x08acTL${'\x00'.repeat(12)}IDAT`, 'latin1');
  const escaped = (each: Buffer): string => each.toString('latin1').replace(/[^\w.-]/g, (sign) => `%${hexOf(sign)}`);
  const hexOf = (sign: string): string => sign.charCodeAt(0).toString(16).padStart(2, '0');
  const avi = Buffer.concat([Buffer.from('RIFF\x00\x00\x01\x00AVI LIST'), randomBytes(900)]);
  const odd = randomBytes(900);
  it.each<[string, Buffer, (each: Buffer) => string]>([
    ['a film with its bytes written out', bytes, (each) => `data:video/mp4,${escaped(each)}`],
    ['what is called a film', odd, (each) => `data:video/x-own;base64,${each.toString('base64')}`],
    ['the same, written out', odd, (each) => `data:video/x-own;charset=utf-8,${escaped(each)}`],
    ['an AVI', avi, (each) => each.toString('base64')],
    ['a GIF', moving.gif, (each) => `data:image/gif;base64,${each.toString('base64')}`],
    ['a bare GIF', moving.gif, (each) => each.toString('base64')],
    ['a WebP', moving.webp, (each) => `data:image/webp;base64,${each.toString('base64')}`],
    [
      'a PNG that moves, as it says behind a long tale',
      apng,
      (each) => `data:image/png;base64,${each.toString('base64')}`,
    ],
    [
      'a WebP under an unknown type',
      moving.webp,
      (each) => `data:application/octet-stream;base64,${each.toString('base64')}`,
    ],
  ])('may be of another kind, or written otherwise: %s', async (_, content, written) => {
    const { post, library, films } = await setUpIntake();
    const name = createHash('sha256').update(content).digest('hex');
    expect((await post({ id: 't1', status: 'COMPLETED', output: [written(content)] })).status).toBe(200);
    expect(films.get(name)?.equals(content)).toBe(true);
    expect(library.findByTaskId('t1')[0]).toMatchObject({ state: 'succeeded', videos: [{ url: `inline:${name}` }] });
  });

  it.each<[string, string]>([
    ['as a script prints it', `{'id': 't1', 'status': 'COMPLETED', 'video': 'data:video/mp4;base64,${base64}'}`],
    ['as Python prints it', `{'id': 't1', 'status': 'COMPLETED', 'video': [${[...bytes].join(', ')}]}`],
    ['in XML', `<job><id>t1</id><status>COMPLETED</status><video>${base64}</video></job>`],
    ['written out in a form', `id=t1&status=COMPLETED&video=${encodeURIComponent(`data:video/mp4,${escaped(bytes)}`)}`],
  ])('is found in other forms of bodies: %s', async (_, text) => {
    const { post, library, films } = await setUpIntake();
    expect((await post(text, {})).status).toBe(200);
    expect(films.get(sha256)?.equals(bytes)).toBe(true);
    expect(library.findByTaskId('t1')[0]).toMatchObject({ state: 'succeeded', videos: [{ url: `inline:${sha256}` }] });
  });

  it('may be the whole text', async () => {
    const { post, library, films } = await setUpIntake();
    const answer = await post(`data:video/mp4;base64,${base64}`, { 'content-type': 'text/plain' });
    expect(answer.status).toBe(200);
    expect(films.has(sha256)).toBe(true);
    expect(library.findByTaskId(answer.note.taskId ?? '')[0]?.videos).toMatchObject([{ url: `inline:${sha256}` }]);
  });

  it('is one of as many as there may be links', async () => {
    const { post, library, films } = await setUpIntake();
    const videos = Array.from({ length: 100 }, (_, n) => {
      const film = Buffer.concat([bytes.subarray(0, 900), Buffer.from(String(n).padStart(3))]);
      return `data:video/mp4;base64,${film.toString('base64')}`;
    });
    expect((await post({ id: 't1', status: 'done', videos })).status).toBe(200);
    expect(films.size).toBe(100);
    expect(library.findByTaskId('t1')[0]?.videos).toHaveLength(100);
    const parts = Array.from({ length: 100 }, (_, n) => [
      Buffer.from(`--b\r\nContent-Disposition: form-data; name="v${String(n)}"; filename="a.mp4"\r\n\r\n`),
      Buffer.concat([bytes.subarray(0, 900), Buffer.from(`part ${String(n)}\r\n`)]),
    ]).flat();
    const id = Buffer.from('--b\r\nContent-Disposition: form-data; name="task_id"\r\n\r\nt2\r\n');
    const form = Buffer.concat([id, ...parts, Buffer.from('--b--\r\n')]);
    expect((await post(form, { 'content-type': 'multipart/form-data; boundary=b' })).status).toBe(200);
    expect(library.findByTaskId('t2')[0]?.videos).toHaveLength(100);
  });

  it('is none where numbers are no bytes of a film, nor what was sent', async () => {
    const { post, library, films } = await setUpIntake();
    const numbers = [...bytes.subarray(0, 900)];
    const content = { latents: [...numbers, 256], scores: [...numbers, 0.5], input: { video: bytes }, video_url: film };
    expect((await post({ id: 't1', status: 'COMPLETED', ...content })).status).toBe(200);
    expect(films.size).toBe(0);
    expect(library.findByTaskId('t1')[0]?.videos).toMatchObject([{ url: film }]);
  });

  it.each(['{"id":"t1","video":{"type":"Buffer","data":[0,0,0,32,102,116,121,112,', '{"video": "0000002066747970'])(
    'may be longer than other bodies: %s',
    (head) => {
      expect(mayHoldFilm(Buffer.from(head))).toBe(true);
    },
  );

  it('may be longer than other bodies where it is handed on, too, and no token makes a body so', () => {
    const packed = (body: object): string => Buffer.from(JSON.stringify(body)).toString('base64');
    const told = { id: 't1', status: 'completed', video: `data:video/mp4;base64,${base64}` };
    const answer = { statusCode: 200, isBase64Encoded: true, body: packed(told) };
    for (const body of [answer, { sourceMessageId: 'm', body: packed(answer) }]) {
      expect(mayHandOnFilm(Buffer.from(JSON.stringify(body).slice(0, 4096)))).toBe(true);
    }
    const signed = { token: packed({ sub: 'me' }), body: packed({ ...told, video: film, log: 'x'.repeat(4096) }) };
    expect(mayHandOnFilm(Buffer.from(JSON.stringify(signed).slice(0, 4096)))).toBe(false);
  });

  it('is none where a picture stands still', async () => {
    const { post, library, films } = await setUpIntake();
    const first = moving.gif.indexOf(Buffer.from([0x21, 0xf9, 4]), 13);
    const still = moving.gif.subarray(0, moving.gif.indexOf(Buffer.from([0x21, 0xf9, 4]), first + 8));
    const plain = Buffer.from(moving.webp);
    plain[20] = (plain[20] ?? 0) & ~2;
    const video = {
      video_url: film,
      poster: still.toString('base64'),
      frames: [`data:image/webp;base64,${plain.toString('base64')}`],
    };
    expect((await post({ id: 't1', status: 'COMPLETED', output: video })).status).toBe(200);
    expect(films.size).toBe(0);
    expect(library.findByTaskId('t1')[0]?.videos).toMatchObject([{ url: film }]);
  });

  it('is read with escaped slashes and line breaks too', async () => {
    const { post, films } = await setUpIntake();
    const lines = base64.replace(/.{76}/g, '$&\n');
    const text = JSON.stringify({ id: 't1', status: 'COMPLETED', output: { video_url: lines } });
    expect((await post(text.replaceAll('/', '\\/'))).status).toBe(200);
    expect(films.get(sha256)?.equals(bytes)).toBe(true);
  });

  it.each([
    ['in one piece', (text: string) => text],
    ['in lines', (text: string) => text.replace(/.{76}/g, '$&\n')],
  ])('may have some MiB: %s', async (_, written) => {
    const { post, films } = await setUpIntake();
    const large = Buffer.concat([bytes, Buffer.alloc(9 * 1024 * 1024)]);
    const answer = await post({
      id: 't1',
      status: 'COMPLETED',
      output: { video_url: written(large.toString('base64')) },
    });
    expect(answer.status).toBe(200);
    expect([...films.values()].map(({ length }) => length)).toEqual([large.length]);
  });

  it.each([
    [
      'a long text of no Latin letters beside a picture',
      { prompt: '\u4e00'.repeat(600), image: 'data:image/png;base64,AA' },
    ],
    [
      'nearly base64, with many line breaks',
      { video: `data:video/mp4;base64,${'A'.repeat(9000)}${'\n'.repeat(200_000)}!` },
    ],
    ['nearly base64, with many backslashes', { video: `data:video/mp4;base64,${base64}${'\\'.repeat(200_000)}/` }],
  ])('is not looked for in vain: %s', async (_, input) => {
    const { post, library } = await setUpIntake();
    expect((await post({ id: 't1', status: 'succeeded', input, output: film })).status).toBe(200);
    expect(library.findByTaskId('t1')[0]?.videos).toMatchObject([{ url: film }]);
  });

  const formPart = (name: string, content: string | Buffer, type = 'text/plain'): Buffer =>
    Buffer.concat([
      Buffer.from(
        `--b0\r\nContent-Disposition: form-data; name="${name}"; filename="a"\r\nContent-Type: ${type}\r\n\r\n`,
      ),
      Buffer.from(content),
      Buffer.from('\r\n'),
    ]);
  const multipart = { 'content-type': 'multipart/form-data; boundary=b0' };

  it.each([
    ['bytes of a part', bytes],
    ['base64 in a part', base64.replace(/.{76}/g, '$&\r\n')],
  ])('may come in a form: %s', async (_, content) => {
    const { post, library, films, dir } = await setUpIntake();
    const noise = randomBytes(20_000);
    const body = Buffer.concat([
      formPart('task_id', 't1'),
      formPart('status', 'completed'),
      formPart('poster', noise, 'image/jpeg'),
      formPart('file', content, 'video/mp4'),
      Buffer.from('--b0--\r\n'),
    ]);
    expect((await post(body, multipart)).status).toBe(200);
    expect(films.get(sha256)?.equals(bytes)).toBe(true);
    expect(library.findByTaskId('t1')[0]).toMatchObject({ state: 'succeeded', videos: [{ url: `inline:${sha256}` }] });
    await library.close();
    const journal = await journalText(dir);
    expect(journal.length).toBeLessThan(4000);
    expect(journal).toContain('[cut: 20000 bytes]');
  });

  it.each([{}, { webhook: 'https://inbox.example.test/c/x' }])(
    'may come beside the JSON of its task: %j',
    async (more) => {
      const { post, library } = await setUpIntake();
      const body = Buffer.concat([
        formPart('payload', JSON.stringify({ id: 't1', status: 'completed', ...more }), 'application/json'),
        formPart('input_video', Buffer.concat([bytes, Buffer.from('another')])),
        formPart('file', bytes, 'application/octet-stream'),
        Buffer.from('--b0--\r\n'),
      ]);
      expect((await post(body, multipart)).status).toBe(200);
      expect(library.findByTaskId('t1')[0]).toMatchObject({
        state: 'succeeded',
        videos: [{ url: `inline:${sha256}` }],
      });
    },
  );

  it('may be several under one name, and is a file whatever the JSON beside it says under that name', async () => {
    const { post, library, films } = await setUpIntake();
    const [one, two] = [bytes, Buffer.concat([bytes, Buffer.from('another')])];
    const body = Buffer.concat([
      formPart('payload', JSON.stringify({ id: 't1', status: 'completed', video: 'a.mp4', clip: null })),
      ...['files', 'files'].map((name, n) => formPart(name, n === 0 ? one : two, 'video/mp4')),
      ...['video', 'clip'].map((name) => formPart(name, Buffer.concat([bytes, Buffer.from(name)]), 'video/mp4')),
      Buffer.from('--b0--\r\n'),
    ]);
    expect((await post(body, multipart)).status).toBe(200);
    expect(films.size).toBe(4);
    expect(library.findByTaskId('t1')[0]?.videos).toHaveLength(4);
  });

  const told = { id: 'told', status: 'completed' };
  it.each<[fields: Readonly<Record<string, unknown>>, taskId: RegExp]>([
    [{ metadata: told }, /^told$/],
    [{ meta: { task_id: 'told', state: 'done' } }, /^told$/],
    // Those are the caller's own.
    [{ metadata: told, task_id: 't1', status: 'done' }, /^t1$/],
    [{ metadata: told, id: 't1' }, /^t1$/],
    [{ metadata: told, payload: { id: 't1', status: 'completed' } }, /^t1$/],
    [{ metadata: told, status: 'done' }, /^body-/],
    [{ metadata: { id: 'told', order: 7 } }, /^body-/],
    [{ metadata: { id: 'told', state: 'CA' } }, /^body-/],
    [{ metadata: { id: 'told', status: 'premium' } }, /^body-/],
  ])('may come beside what is told of its task: %j', async (fields, taskId) => {
    const { post } = await setUpIntake();
    const parts = Object.entries(fields).map(([name, value]) =>
      formPart(name, typeof value === 'string' ? value : JSON.stringify(value)),
    );
    const body = Buffer.concat([...parts, formPart('video', bytes, 'video/mp4'), Buffer.from('--b0--\r\n')]);
    const { status, note } = await post(body, multipart);
    expect([status, note.taskId]).toEqual([200, expect.stringMatching(taskId)]);
  });

  it('may be a part of a message, which has no name', async () => {
    const { post, library, films } = await setUpIntake();
    const part = (type: string, content: string | Buffer): Buffer =>
      Buffer.concat([Buffer.from(`--b0\r\nContent-Type: ${type}\r\n\r\n`), Buffer.from(content), Buffer.from('\r\n')]);
    const body = Buffer.concat([
      part('application/json', JSON.stringify({ id: 't1', status: 'completed' })),
      part('video/mp4', bytes),
      Buffer.from('--b0--\r\n'),
    ]);
    expect((await post(body, { 'content-type': 'multipart/related; boundary=b0' })).status).toBe(200);
    expect(films.get(sha256)?.equals(bytes)).toBe(true);
    expect(library.findByTaskId('t1')[0]?.videos).toMatchObject([{ url: `inline:${sha256}` }]);
  });

  it('may come in a body that is packed in another one, and in one more', async () => {
    const { post, library, films } = await setUpIntake();
    const packed = (body: object): string => Buffer.from(JSON.stringify(body)).toString('base64');
    const told = { id: 't1', status: 'completed', video: `data:video/mp4;base64,${base64}` };
    const answer = { statusCode: 200, isBase64Encoded: true, body: packed(told) };
    for (const body of [answer, { status: 200, sourceMessageId: 'm', body: packed({ ...answer }) }]) {
      expect((await post(body)).status).toBe(200);
    }
    expect(films.get(sha256)?.equals(bytes)).toBe(true);
    expect(library.findByTaskId('t1')[0]).toMatchObject({ deliveries: 2, videos: [{ url: `inline:${sha256}` }] });
  });

  it('may come in a form without parts', async () => {
    const { post, library, films } = await setUpIntake();
    const text = `task_id=t1&status=completed&video=${encodeURIComponent(base64)}`;
    expect((await post(text, { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(200);
    expect(films.get(sha256)?.equals(bytes)).toBe(true);
    expect(library.findByTaskId('t1')[0]?.videos).toMatchObject([{ url: `inline:${sha256}` }]);
  });

  it('may be the whole body', async () => {
    const { post, library, films } = await setUpIntake();
    const answer = await post(bytes, { 'content-type': 'video/mp4' });
    expect(answer.status).toBe(200);
    expect(films.get(sha256)?.equals(bytes)).toBe(true);
    expect(library.findByTaskId(answer.note.taskId ?? '')[0]?.videos).toMatchObject([{ url: `inline:${sha256}` }]);
  });

  it('is none where a part is a picture with the same kind of head', async () => {
    const { post, library, films } = await setUpIntake();
    const avif = await readFile(new URL('../../fixtures/media/poster.avif', import.meta.url));
    const body = Buffer.concat([
      formPart('task_id', 't1'),
      formPart('video_url', film),
      formPart('poster', avif, 'image/avif'),
      Buffer.from('--b0--\r\n'),
    ]);
    expect((await post(body, multipart)).status).toBe(200);
    expect(films.size).toBe(0);
    expect(library.findByTaskId('t1')[0]?.videos).toMatchObject([{ url: film }]);
  });

  it('is not a result where the body only echoes it', async () => {
    const { post, library, films } = await setUpIntake();
    const input = { prompt: 'a', video: `data:video/mp4;base64,${base64}` };
    expect((await post({ id: 't1', status: 'succeeded', input, output: film })).status).toBe(200);
    expect(library.findByTaskId('t1')[0]?.videos).toMatchObject([{ url: film }]);
    expect(films.size).toBe(0);
  });

  it('is not taken from a body that only writes the link of one', async () => {
    const { post, library, films } = await setUpIntake();
    const link = `https://inline.invalid/${sha256}.mp4`;
    expect((await post({ id: 't1', status: 'succeeded', output: link })).status).toBe(200);
    expect(library.findByTaskId('t1')[0]?.videos).toMatchObject([{ url: link }]);
    expect(films.size).toBe(0);
  });

  it('is told as not stored where the disk refuses it: 503, and no task', async () => {
    const { post, library } = await setUpIntake({ keepFilm: () => Promise.reject(new Error('ENOSPC')) });
    const answer = await post({ id: 't1', status: 'COMPLETED', output: { video: `data:video/mp4;base64,${base64}` } });
    expect(answer).toMatchObject({ status: 503, retryAfterSeconds: 30 });
    expect(library.findByTaskId('t1')).toEqual([]);
  });

  it('pictures as data URIs are not kept whole', async () => {
    const { post, library, dir } = await setUpIntake();
    const input = { image: `data:image/png;base64,${'iVBORw0KGgo'.repeat(40_000)}` };
    expect((await post({ id: 't1', status: 'succeeded', input, output: film })).status).toBe(200);
    expect(library.findByTaskId('t1')[0]?.videos).toMatchObject([{ url: film }]);
    await library.close();
    expect((await journalText(dir)).length).toBeLessThan(4000);
  });
});

it('a packed body counts with what it is unpacked, against the room of all bodies together', async () => {
  let left = 100_000;
  const grow = (bytes: number): boolean => {
    if (bytes > left) return false;
    left -= bytes;
    return true;
  };
  const { post, library } = await setUpIntake({ grow });
  const packed = (id: string) =>
    gzipSync(JSON.stringify({ task_id: id, status: 'completed', log: randomBytes(30_000).toString('hex') }));
  expect((await post(packed('p1'), { 'content-encoding': 'gzip' })).status).toBe(200);
  expect(left).toBeLessThan(80_000);
  left = 0;
  expect(await post(packed('p2'), { 'content-encoding': 'gzip' })).toMatchObject({ status: 429, retryAfterSeconds: 1 });
  expect(library.findByTaskId('p1')).toHaveLength(1);
  expect(library.findByTaskId('p2')).toHaveLength(0);
});
