/** Long bodies in a thread of their own: what is read and kept of them is what is read and kept without it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { createRedactor } from '../../../../src-main/common/redact.ts';
import { createLongBodies, type LongBodies } from '../../../../src-main/node/callbacks/body/long-bodies.ts';
import { readLong, type ReadBody, type Sender } from '../../../../src-main/node/callbacks/body/read-body.ts';
import { silentLog } from '../../../../src-main/node/log/log.ts';
import { loadSamples } from '../../../../src-main/node/samples/samples.ts';
import { bundled } from '../../../support/bundled.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const secret = 'whsec_of-somebody';
const film = Buffer.from(loadSamples().mp4.bytes);
const link = 'https://media.example.test/a.mp4';
let dir = '';
let workerFile = '';
beforeAll(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'video-inbox-body-'));
  const source = path.join(import.meta.dirname, '../../../../src-main/node/callbacks/body/body-worker.ts');
  workerFile = await bundled(source, dir);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

function open(file = workerFile, limits = {}): { readonly bodies: LongBodies; readonly warned: () => number } {
  const warn = vi.fn();
  const bodies = createLongBodies(file, { ...silentLog, warn }, limits);
  onTestFinished(() => bodies.close());
  return { bodies, warned: () => warn.mock.calls.length };
}

const senderOf = (type: string): Sender => ({
  headers: { 'content-type': type },
  providerHint: null,
  urlName: 'Default',
});
const json = senderOf('application/json');
const padding = 'x'.repeat(100_000);
const part = (name: string, content: string | Buffer): Buffer =>
  Buffer.concat([Buffer.from(`--b\r\n${name}\r\n\r\n`), Buffer.from(content), Buffer.from('\r\n')]);

const cases: readonly (readonly [string, Sender, string | Buffer])[] = [
  ['one task', json, JSON.stringify({ taskId: 't1', data: { video_url: link, note: secret, log: padding } })],
  [
    'a film in base64',
    json,
    JSON.stringify({ id: 't1', status: 'succeeded', output: `data:video/mp4;base64,${film.toString('base64')}` }),
  ],
  [
    'a film of a form, and one that nothing names',
    senderOf('multipart/form-data; boundary=b'),
    Buffer.concat([
      part('content-disposition: form-data; name="task_id"', 't1'),
      part('content-disposition: form-data; name="video"; filename="a.mp4"', film),
      Buffer.from('--b--\r\n'),
    ]),
  ],
  [
    'many tasks',
    json,
    JSON.stringify(
      Array.from({ length: 900 }, (_, at) => ({ task_id: `t${String(at)}`, video_url: link, padding: 'x'.repeat(80) })),
    ),
  ],
  ['lines', senderOf('text/plain'), `task_id: t1\nvideo_url: ${link}\nnote: ${padding}`],
  [
    'bytes of no charset',
    json,
    Buffer.concat([
      Buffer.from(`{"id":"t1","url":"${link}","note":"${secret} `),
      Buffer.from([0xe9, 0xff]),
      Buffer.from(`${padding}"}`),
    ]),
  ],
  ['what somebody asks whether we are here', json, JSON.stringify({ challenge: 'c1', padding })],
  ['nothing that can be read', json, `${padding} of nothing`],
  ['what is cut off', json, `{"id":"t1","log":"${padding}`],
];

/** All of it, as data. */
function all(read: ReadBody): unknown {
  return {
    said: read.said,
    films: read.films.map(({ sha256, sizeBytes, bytes }) => [sha256, sizeBytes, Buffer.compare(bytes(), film)]),
    signedIds: read.signedIds(),
    sha256: read.sha256(),
    kept: read.kept(createRedactor([secret])),
  };
}

test.each(cases)('%s', async (name, sender, body) => {
  const bytes = Buffer.from(body);
  const redact = createRedactor([secret]);
  const here = await readLong(bytes, sender);
  const { bodies, warned } = open();
  const parse = vi.spyOn(JSON, 'parse');
  const there = await bodies.read(bytes, sender, redact);
  // Not on this thread.
  expect(parse).not.toHaveBeenCalled();
  parse.mockRestore();
  expect(warned()).toBe(0);
  expect(there.films).toHaveLength(name.startsWith('a film') ? 1 : 0);
  expect(all(there)).toEqual(all(here));
  expect(there.kept(redact)).toEqual(here.kept(redact));
  expect(bytes.length).toBe(Buffer.byteLength(body));
});

test('a secret that came while it was read is not kept either', async () => {
  const { bodies } = open();
  for (const odd of [Buffer.from('"}'), Buffer.from([0xe9, 0x22, 0x7d])]) {
    const bytes = Buffer.concat([Buffer.from(`{"id":"t1","url":"${link}","note":"${secret}`), odd]);
    const read = await bodies.read(bytes, json, createRedactor([]));
    const { body, bodyEncoding } = read.kept(createRedactor([secret]));
    const text = Buffer.from(body, bodyEncoding).toString('latin1');
    expect(text).toContain('[redacted]');
    expect(text).not.toContain(secret);
  }
});

test('where the thread cannot run, each is read here all the same, and the log says so', async () => {
  const broken = path.join(await tempDir(), 'broken.mjs');
  await writeFile(broken, 'throw new Error("no");');
  const { bodies, warned } = open(broken);
  const bytes = Buffer.from(JSON.stringify({ taskId: 't1', data: { video_url: link } }));
  for (const times of [1, 2]) {
    expect(all(await bodies.read(bytes, json, createRedactor([secret])))).toEqual(all(await readLong(bytes, json)));
    expect(warned()).toBe(times);
  }
});

test('one that takes for ever is not read here as well, and holds up no other for ever', async () => {
  const hanging = path.join(await tempDir(), 'hanging.mjs');
  await writeFile(
    hanging,
    `import { parentPort } from 'node:worker_threads';\nparentPort.on('message', () => { for (;;); });`,
  );
  const { bodies, warned } = open(hanging, { timeLimitMs: 100 });
  const bytes = Buffer.from(JSON.stringify({ taskId: 't1', data: { video_url: link } }));
  const both = [1, 2].map(() => bodies.read(bytes, json, createRedactor([])));
  for (const each of await Promise.allSettled(both)) expect(each).toMatchObject({ status: 'rejected' });
  expect(warned()).toBe(0);
});

test.each([3000, 5000, 12_000])('a question nested %i deep is answered as it is without the thread', async (depth) => {
  const { bodies } = open();
  const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`;
  const kindOf = ({ said }: ReadBody): unknown => {
    // As the answer is written.
    expect(JSON.stringify(said)).not.toBe('');
    return 'problem' in said ? said.problem : said[0].kind;
  };
  const bytes = Buffer.from(JSON.stringify({ padding }).replace('{', `{"challenge":${nested},`));
  expect(kindOf(await bodies.read(bytes, json, createRedactor([])))).toBe(kindOf(await readLong(bytes, json)));
  // The next one is read, too.
  expect(kindOf(await bodies.read(Buffer.from('{"id":"t1"}'), json, createRedactor([])))).toBe('result');
});
