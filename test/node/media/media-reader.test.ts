import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { checkVideo } from '../../../src-main/node/media/check-video.ts';
import { createMediaReader, type MediaReader } from '../../../src-main/node/media/media-reader.ts';
import { readMedia } from '../../../src-main/node/media/read-media.ts';
import { loadSamples } from '../../../src-main/node/samples/samples.ts';
import { tempDir } from '../../support/temp-dir.ts';

const repository = path.join(import.meta.dirname, '../../..');
const nothing = { metadata: null, isEndThere: null };
const { mp4, webm } = loadSamples();
let outDir = '';
const builtWorker = (): string => path.join(outDir, 'media-worker.cjs');

beforeAll(async () => {
  outDir = await mkdtemp(path.join(os.tmpdir(), 'video-inbox-media-'));
  await build({
    configFile: false,
    root: repository,
    logLevel: 'error',
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: true,
      outDir,
      target: 'node20',
      minify: false,
      rolldownOptions: {
        input: { 'media-worker': path.join(repository, 'src-main/node/media/media-worker.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  });
});
afterAll(() => rm(outDir, { recursive: true, force: true }));

function openReader(options: Partial<Parameters<typeof createMediaReader>[0]> = {}): MediaReader {
  const reader = createMediaReader({ workerFile: builtWorker(), log: silentLog, ...options });
  onTestFinished(() => reader.close());
  return reader;
}

async function write(name: string, bytes: Uint8Array): Promise<string> {
  const file = path.join(await tempDir(), name);
  await writeFile(file, bytes);
  return file;
}

/** One number in the table of composition times says that four thousand million pictures follow. */
function endlessMp4(): Buffer {
  const bytes = Buffer.from(mp4.bytes);
  bytes.writeUInt32BE(0xffffffff, bytes.indexOf('ctts') + 12);
  return bytes;
}

test('the thread tells what the parser tells, for several files asked at once', async () => {
  const reader = openReader();
  const files = [await write('a', mp4.bytes), await write('b', webm.bytes), await write('c', Buffer.from('junk'))];
  const facts = await Promise.all(files.map((file) => reader.read(file)));
  expect(facts).toEqual(await Promise.all(files.map((file) => readMedia(file))));
  expect(facts[0]?.metadata?.durationSeconds).toBe(5);
  expect(facts[2]).toEqual(nothing);
});

test('a file that keeps the parser busy for ever is left, the program lives on, and the next file is read', async () => {
  const reader = openReader({ timeLimitMs: 3000 });
  const [endless, good] = [await write('endless', endlessMp4()), await write('good', mp4.bytes)];
  let ticks = 0;
  const timer = setInterval(() => (ticks += 1), 20);
  const facts = await Promise.all([reader.read(endless), reader.read(good)]);
  clearInterval(timer);
  expect(facts[0]).toEqual(nothing);
  expect(facts[1].metadata?.durationSeconds).toBe(5);
  expect(ticks).toBeGreaterThan(5);
});

test('of a film that was made while it was sent, what a store put behind it is not looked through', async () => {
  const live = Buffer.from(webm.bytes);
  live.fill(0xff, live.indexOf(Buffer.from('18538067', 'hex')) + 5, live.indexOf(Buffer.from('18538067', 'hex')) + 12);
  const file = await write('live', Buffer.concat([live, Buffer.alloc(5000)]));
  const check = await checkVideo(openReader(), file, live.length + 5000);
  expect(check).toMatchObject({
    ok: true,
    container: 'webm',
    mayGoOn: true,
    metadata: { width: 640, height: 360 },
  });
});

test('a thread that cannot start costs the facts and nothing else', async () => {
  const broken = path.join(await tempDir(), 'broken.cjs');
  await writeFile(broken, 'throw new Error("no");');
  const reader = openReader({ workerFile: broken });
  const file = await write('a', mp4.bytes);
  expect(await reader.read(file)).toEqual(nothing);
  expect(await reader.read(file)).toEqual(nothing);
});

test('an idle thread ends and another one starts when it is needed', async () => {
  const reader = openReader({ idleMs: 10 });
  const file = await write('a', mp4.bytes);
  expect((await reader.read(file)).metadata?.width).toBe(640);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect((await reader.read(file)).metadata?.width).toBe(640);
});

test('a build without the thread fails at its start', () => {
  const workerFile = path.join(outDir, 'not-there.cjs');
  expect(() => createMediaReader({ workerFile, log: silentLog })).toThrow('not-there.cjs');
});
