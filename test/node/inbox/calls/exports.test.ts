/** Films taken away together: as a zip and as a client's page, with what is told in and beside them. */
import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import type { ExportOptions } from '../../../../src-main/common/contract.ts';
import { edlOf, markersCsv } from '../../../../src-main/common/export-lists.ts';
import { markersOf } from '../../../../src-main/common/markers.ts';
import { argParsers } from '../../../../src-main/common/parse-calls.ts';
import { takesBox, xmpBox } from '../../../../src-main/node/export/xmp-box.ts';
import { createExports } from '../../../../src-main/node/inbox/calls/exports.ts';
import { createUiApp } from '../../../../src-main/node/local-server/ui-app.ts';
import { findExifTool } from '../../../../scripts/exiftool.mjs';
import { loadSamples } from '../../../../src-main/node/samples/samples.ts';
import { createDiskStore } from '../../../../src-main/node/video-store/disk-store.ts';
import { createFilePlaces } from '../../../../src-main/node/video-store/file-places.ts';
import { delivery } from '../../../support/deliveries.ts';
import { skipHere } from '../../../support/skip-here.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { zipEntries } from '../../../support/zip-entries.ts';
import { openLibraryIn } from '../../../support/test-library.ts';

const mp4 = { bytes: Buffer.from(loadSamples().mp4.bytes) };
const execFileAsync = promisify(execFile);
const prompt = 'A secret harbour, <neon> & rain';
const usual: ExportOptions = {
  title: 'Harbour pitch',
  template: '{date} {title} ({id})',
  metadata: false,
  markers: false,
  client: false,
  language: 'en',
};

async function setUp(ids: readonly string[] = ['t1', 't2']) {
  const dir = await tempDir();
  const library = await openLibraryIn(dir, { now: () => new Date('2026-11-20T10:00:00Z') });
  onTestFinished(() => library.close());
  const keys = ids.map((id) => `kie-luma:${id}`);
  for (const id of ids) {
    await library.record(delivery(id, { prompt, videoUrls: [`https://media.example.test/${id}.mp4`] }));
    const relative = `videos/${id}.mp4`;
    await mkdir(path.join(dir, 'videos'), { recursive: true });
    await writeFile(path.join(dir, relative), mp4.bytes);
    const facts = { durationSeconds: 5, width: 320, height: 180, videoCodec: null, audioCodec: null, frameRate: 24 };
    const file = { path: relative, sizeBytes: mp4.bytes.length, sha256: 'ab'.repeat(32), container: 'mp4', ...facts };
    await library.record({
      type: 'video-saved',
      key: `kie-luma:${id}`,
      url: `https://media.example.test/${id}.mp4`,
      file,
    });
  }
  const skipped: string[] = [];
  const clock = { ms: 0 };
  const store = createDiskStore(dir);
  const opened: Readable[] = [];
  const exports = createExports({
    library,
    places: createFilePlaces({
      ...store,
      async open(...which) {
        const stream = await store.open(...which);
        if (stream !== null) opened.push(stream);
        return stream;
      },
    }),
    nowMs: () => clock.ms,
    skipped: (key, n) => skipped.push(`${key} ${String(n)}`),
  });
  const zip = async (options: Partial<ExportOptions>) => {
    const { id } = await exports.prepare(keys, { ...usual, ...options });
    const found = exports.open(id);
    return zipEntries(Buffer.from(await new Response(found?.bytes()).arrayBuffer()));
  };
  return { dir, library, exports, keys, zip, skipped, clock, opened };
}

it('a zip holds every film whole, under a name of its own', async () => {
  const { zip, exports, keys, clock } = await setUp();
  const files = await zip({ template: 'film' });
  expect([...files.keys()]).toEqual(['film.mp4', 'film (2).mp4']);
  for (const bytes of files.values()) expect(bytes.equals(mp4.bytes)).toBe(true);
  expect(await exports.prepare(keys, usual)).toMatchObject({ name: 'Harbour pitch.zip', films: 2 });
  const { id } = await exports.prepare(keys, usual);
  clock.ms = 11 * 60_000;
  expect(exports.open(id)).toBeNull();
});

it.each([false, true])('whoever breaks off a zip leaves no film open; metadata %s', async (metadata) => {
  const { dir, exports, keys, opened } = await setUp();
  // More than is read ahead.
  for (const id of ['t1', 't2']) await appendFile(path.join(dir, `videos/${id}.mp4`), Buffer.alloc(8 * 1024 * 1024));
  const { id } = await exports.prepare(keys, { ...usual, metadata });
  const reader = exports.open(id)?.bytes().getReader();
  for (let bytes = 0; bytes < mp4.bytes.length;)
    bytes += (await reader?.read())?.value?.length ?? expect.fail('its end');
  expect(opened.length).toBeGreaterThan(0);
  expect(opened.at(-1)?.closed).toBe(false);
  await Promise.allSettled([reader?.cancel()]); // what it rejects with is what it was cancelled with
  await expect.poll(() => opened.every(({ closed }) => closed)).toBe(true);
});

it('whoever asks for the head of a zip opens no film', async () => {
  const { dir, exports, keys, opened } = await setUp();
  const { id } = await exports.prepare(keys, usual);
  const nothing = () => Promise.resolve(null);
  const app = createUiApp({
    ...{ uiDir: dir, getTask: () => undefined, findFile: nothing, findStrip: nothing },
    openExport: (asked) => exports.open(asked),
  });
  const head = await app.request(`/export/${id}`, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-type'), head.body]).toEqual([200, 'application/zip', null]);
  // A zip that is begun opens its first film before it has given a byte.
  await new Promise((resolve) => setImmediate(resolve));
  expect(opened).toEqual([]);
  await (await app.request(`/export/${id}`)).arrayBuffer();
  expect(opened).toHaveLength(2);
});

it('a film that is gone is left out and told of, and where nothing is on disk that is said', async () => {
  const { dir, zip, exports, keys, skipped, library } = await setUp();
  expect(await exports.prepare(keys, usual)).toMatchObject({ films: 2, without: 0, missing: 0 });
  await rm(path.join(dir, 'videos/t2.mp4'));
  expect((await zip({ template: '{id}' })).size).toBe(1);
  expect(skipped).toEqual(['kie-luma:t2 1']);
  // Before it is begun, so that whoever hands it on knows that it is not all that was chosen.
  await library.record(delivery('t3', { prompt, videoUrls: ['https://media.example.test/t3.mp4'] }));
  const chosen = [...keys, 'kie-luma:t3', 'kie-luma:none'];
  expect(await exports.prepare(chosen, usual)).toMatchObject({
    ...{ films: 1, sizeBytes: mp4.bytes.length, without: 1, missing: 1 },
  });
  for (const nothing of ['kie-luma:none', 'kie-luma:t2', 'kie-luma:t3']) {
    await expect(exports.prepare([nothing], usual)).rejects.toMatchObject({ code: 'conflict' });
  }
});

it('markers of the notes become an EDL and a table', async () => {
  const { library, zip } = await setUp();
  const note = 'For Anna\n0:01.5 Neon is right\n0:00:03,25 =cmd()\nnot 1:2 this';
  await library.record({ type: 'noted', key: 'kie-luma:t2', note });
  expect(markersOf(note)).toEqual([
    { seconds: 1.5, text: 'Neon is right' },
    { seconds: 3.25, text: '=cmd()' },
  ]);
  const files = await zip({ markers: true, template: '{id}' });
  const edl = files.get('markers.edl')?.toString('utf8') ?? '';
  expect(edl.split('\r\n').slice(0, 4)).toEqual([
    'TITLE: Harbour pitch',
    'FCM: NON-DROP FRAME',
    '',
    '001  AX       V     C        00:00:00:00 00:00:05:00 00:00:00:00 00:00:05:00',
  ]);
  expect(edl).toContain('* FROM CLIP NAME: t2.mp4');
  expect(edl).toContain('* LOC: 00:00:06:12 RED     Neon is right');
  const rows = (files.get('markers.csv')?.toString('utf8') ?? '').trim().split('\r\n');
  expect(rows).toHaveLength(4);
  expect(rows[2]).toMatch(/^t2\.mp4,.*,t2,5,1\.5,36,Neon is right$/);
  expect(rows[3]).toMatch(/,78,'=cmd\(\)$/);
  expect(edlOf('a\r\n* LOC: made up', [])).not.toContain('\n* LOC');
  expect(markersCsv([])).toMatch(/^\ufefffile,/);
});

it('what a copy tells of itself stands behind the last box, and the film before it is as it was', async () => {
  const { library, zip } = await setUp(['t1']);
  await library.record({ type: 'tagged', keys: ['kie-luma:t1'], add: ['rain & neon'], remove: [] });
  const files = await zip({ metadata: true, template: 'film' });
  expect([...files.keys()]).toEqual(['film.mp4', 'film.mp4.json']);
  const film = files.get('film.mp4') ?? Buffer.alloc(0);
  expect(film.subarray(0, mp4.bytes.length).equals(mp4.bytes)).toBe(true);
  expect(film.readUInt32BE(mp4.bytes.length)).toBe(film.length - mp4.bytes.length);
  expect(film.toString('utf8', mp4.bytes.length)).toContain('A secret harbour, &lt;neon&gt; &amp; rain');
  expect(JSON.parse(files.get('film.mp4.json')?.toString('utf8') ?? '')).toMatchObject({
    prompt,
    taskId: 't1',
    sha256: createHash('sha256').update(film).digest('hex'),
  });
});

it('ExifTool reads what a copy tells of itself', async (context) => {
  if (findExifTool() === null) skipHere(context, 'ExifTool is not on this machine');
  const { library, zip } = await setUp(['t1']);
  await library.record({ type: 'tagged', keys: ['kie-luma:t1'], add: ['rain & neon'], remove: [] });
  const film = (await zip({ metadata: true, template: 'film' })).get('film.mp4') ?? Buffer.alloc(0);
  const file = path.join(await tempDir(), 'film.mp4');
  await writeFile(file, film);
  const { stdout } = await execFileAsync('exiftool', ['-json', '-XMP:all', '-Duration', '-Warning', file]);
  const [told] = JSON.parse(stdout) as Record<string, unknown>[];
  expect(told).toMatchObject({
    Title: prompt,
    Description: prompt,
    Subject: 'rain & neon',
    Identifier: 't1',
    Provider: 'kie-luma',
    FileSha256: 'ab'.repeat(32),
  });
  expect(told).not.toHaveProperty('Warning');
});

it('a file whose last box goes on to its end, or is an index of fragments, gets no other behind it', async () => {
  const box = (type: string, size: number, length = 8) => {
    const bytes = Buffer.alloc(length);
    bytes.writeUInt32BE(size, 0);
    bytes.write(type, 4, 'latin1');
    return bytes;
  };
  const takes = (bytes: Buffer) =>
    takesBox((at, length) => Promise.resolve(bytes.subarray(at, at + length)), bytes.length);
  expect(await takes(mp4.bytes)).toBe(true);
  expect(await takes(Buffer.concat([mp4.bytes, xmpBox('<x/>')]))).toBe(true);
  expect(await takes(Buffer.concat([box('ftyp', 8), box('mdat', 0, 40)]))).toBe(false);
  expect(await takes(Buffer.concat([box('moov', 8), box('mfra', 8)]))).toBe(false);
  expect(await takes(Buffer.concat([box('moov', 8), box('mdat', 4000)]))).toBe(false);
  expect(await takes(Buffer.concat([mp4.bytes, Buffer.from('trailing text')]))).toBe(false);
});

it('the films of a client’s page stand in their order also where they are sorted by name', async () => {
  const { zip } = await setUp(Array.from({ length: 100 }, (_, i) => `t${String(i)}`));
  const names = [...(await zip({ client: true })).keys()].filter((name) => name.startsWith('films/'));
  expect(names).toHaveLength(100);
  expect(names.toSorted()).toEqual(names);
});

it('all but some of what a list shows go as a rule, since their names would be too much for a call', async () => {
  const { library, exports } = await setUp(['t1', 't2', 't3']);
  const query = { view: 'library', text: '', state: 'all', provider: null, order: 'newest', timeZone: 'UTC' } as const;
  const [rule] = argParsers['export:prepare']([{ query, except: ['kie-luma:t2'] }, usual]);
  expect((await exports.prepare(rule, usual)).films).toBe(2);
  expect((await library.sums(rule)).tasks).toBe(2);
});

it('a client’s page opens from a disk and holds nothing of a prompt', async () => {
  const { library, zip, dir } = await setUp();
  await library.record({ type: 'titled', key: 'kie-luma:t1', title: 'Neon "one"/two' });
  await mkdir(path.join(dir, 'posters'));
  await writeFile(path.join(dir, 'posters/t1.jpg'), 'jpeg');
  await library.record({ type: 'poster-saved', key: 'kie-luma:t1', path: 'posters/t1.jpg' });
  const files = await zip({ client: true, metadata: true, markers: true });
  expect([...files.keys()]).toEqual([
    'films/01 Neon -one--two.mp4',
    'posters/01 Neon -one--two.mp4.jpg',
    'films/02.mp4',
    'index.html',
  ]);
  const page = files.get('index.html')?.toString('utf8') ?? '';
  expect(page).toContain('src="films/01%20Neon%20-one--two.mp4"');
  expect(page).toContain('Neon &quot;one&quot;/two');
  expect(page).not.toMatch(/<script|https?:/);
  for (const [name, bytes] of files) {
    expect(name).not.toContain('secret');
    expect(bytes.includes('secret')).toBe(false);
  }
  expect(await readFile(path.join(dir, 'videos/t1.mp4'))).toEqual(mp4.bytes);
});

it('on a client’s page a GIF moves, and a film shows no picture of another one', async () => {
  const { library, zip, dir } = await setUp(['t1']);
  const key = 'kie-luma:t1';
  const urls = ['t1.mp4', 't1b.mp4', 't1c.gif'].map((name) => `https://media.example.test/${name}`);
  await library.record(delivery('t1', { prompt, videoUrls: urls }));
  for (const url of urls.slice(1)) {
    const relative = `videos/${path.basename(url)}`;
    await writeFile(path.join(dir, relative), mp4.bytes);
    const facts = { durationSeconds: 5, width: 320, height: 180, videoCodec: null, audioCodec: null, frameRate: 24 };
    const container = path.extname(url).slice(1);
    const file = { path: relative, sizeBytes: mp4.bytes.length, sha256: 'cd'.repeat(32), container, ...facts };
    await library.record({ type: 'video-saved', key, url, file });
  }
  await mkdir(path.join(dir, 'posters'));
  await writeFile(path.join(dir, 'posters/t1.jpg'), 'jpeg');
  await library.record({ type: 'poster-saved', key, path: 'posters/t1.jpg' });
  const page = (await zip({ client: true })).get('index.html')?.toString('utf8') ?? '';
  expect(page.match(/poster="[^"]*"/g)).toEqual(['poster="posters/01.mp4.jpg"']);
  expect(page.match(/<(video|img)[^>]* src="[^"]*"/g)?.map((tag) => tag.replace(/ .* /, ' '))).toEqual([
    ...['<video src="films/01.mp4"', '<video src="films/02.mp4"', '<img src="films/03.gif"'],
  ]);
});
