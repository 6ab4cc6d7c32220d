/** What lies on the disk and was damaged there: found, told, and never taken for something else. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { fc } from '../support/fast-check.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EventDraft, StampedEvent } from '../../src-main/common/events.ts';
import { fold, type TaskRecord } from '../../src-main/common/fold.ts';
import { keysOf } from '../../src-main/common/identity.ts';
import { parseEvent } from '../../src-main/common/parse-event.ts';
import { openNdjsonLog } from '../../src-main/node/event-log/ndjson-log.ts';
import { readNdjsonLog } from '../../src-main/node/event-log/ndjson-reader.ts';
import { fileResponse } from '../../src-main/node/local-server/file-response.ts';
import { checkContainer } from '../../src-main/node/media/check-container.ts';
import { silentLog } from '../../src-main/node/log/log.ts';
import { damagedBytes, fuzzTimeoutMs, mutated, runs } from './mutate.ts';

let dir: string;
let events: readonly StampedEvent[];
let segment: Buffer;

beforeAll(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'video-inbox-fuzz-'));
  const log = await openNdjsonLog({
    dir: path.join(dir, 'log'),
    log: silentLog,
    now: () => new Date('2026-11-26T00:00:00Z'),
  });
  events = await log.append(drafts());
  for (const draft of drafts().slice(0, 3)) await log.append([draft]);
  await log.close();
  segment = await readFile(path.join(dir, 'log/000001.ndjson'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

function drafts(): readonly EventDraft[] {
  const key = 'kie-luma:t1';
  const url = 'https://example.test/a.mp4';
  return [
    {
      type: 'result',
      source: 'callback',
      read: {
        provider: 'kie-luma',
        certain: true,
        family: 'kie',
        taskId: 't1',
        result: {
          state: 'succeeded',
          stateWord: 'success',
          message: 'done',
          prompt: 'rain – ünïcode',
          sourceUrl: null,
          thumbnailUrl: null,
          videoUrls: [url],
          needsApiKey: false,
          model: null,
          credits: 5,
          expiresAfterSeconds: 3600,
        },
      },
      trust: 'unsigned',
      evidence: null,
      tags: ['a'],
    },
    { type: 'marked', keys: [key], seen: true },
    { type: 'tagged', keys: [key], add: ['b'], remove: ['a'] },
    { type: 'trashed', keys: [key] },
    { type: 'restored', keys: [key] },
    { type: 'poster-saved', key, path: 'posters/x.jpg' },
  ];
}

it(
  'lines of the log: every event that is told is one that was written',
  async () => {
    const folder = path.join(dir, 'damaged');
    await mkdir(folder);
    const written = new Set((await told(path.join(dir, 'log'))).map((event) => JSON.stringify(event)));
    await fc.assert(
      fc.asyncProperty(damagedBytes([segment]), async (bytes) => {
        await writeFile(path.join(folder, '000001.ndjson'), bytes);
        for (const event of await told(folder)) expect(written).toContain(JSON.stringify(event));
      }),
      runs(0.2),
    );
  },
  fuzzTimeoutMs,
);

async function told(folder: string): Promise<StampedEvent[]> {
  const all: StampedEvent[] = [];
  await readNdjsonLog(folder, null, (event) => all.push(event));
  return all;
}

it(
  'events of lines without a sum: told as damaged or unknown, or folded without harm',
  () => {
    fc.assert(
      fc.property(mutated(events), (value) => {
        const parsed = parseEvent(value);
        if (parsed.kind !== 'event') return;
        let record: TaskRecord | undefined;
        for (const event of [...events, { ...parsed.event, seq: 1000 }]) {
          for (const key of keysOf(event, () => [])) record = fold(record, event, key) ?? record;
        }
        JSON.stringify(record);
      }),
      runs(1),
    );
  },
  fuzzTimeoutMs,
);

it(
  'parts of files: what is asked for, or a refusal',
  async () => {
    const bytes = Buffer.from(Array.from({ length: 1000 }, (_, n) => n % 256));
    const file = {
      name: 'videos/film.mp4',
      facts: { sizeBytes: bytes.length, version: '1', modifiedAt: new Date(0) },
      open: ({ start, end } = { start: 0, end: bytes.length - 1 }) =>
        Promise.resolve(Readable.from([bytes.subarray(start, end + 1)])),
    };
    const range = fc.oneof(
      fc
        .tuple(fc.integer({ min: -5, max: 1100 }), fc.integer({ min: -5, max: 1100 }))
        .map(([a, b]) => `bytes=${String(a)}-${String(b)}`),
      fc.nat(2000).map((n) => `bytes=${String(n)}-`),
      fc.nat(2000).map((n) => `bytes=-${String(n)}`),
      fc.constantFrom(
        'bytes=',
        'bytes=a-b',
        'bytes=1e3-2',
        'bytes=0-0,5-6',
        'items=0-1',
        'bytes=0-99999999999999999999',
      ),
      fc.stringMatching(/^[ -~]{0,40}$/),
    );
    await fc.assert(
      fc.asyncProperty(range, async (header) => {
        const request = new Request('http://localhost/', { headers: { range: header } });
        const answer = await fileResponse(request, file);
        const body = Buffer.from(await answer.arrayBuffer());
        if (answer.status === 206) {
          const [, start, end] = /^bytes (\d+)-(\d+)\/1000$/.exec(answer.headers.get('content-range') ?? '') ?? [];
          expect(body.equals(bytes.subarray(Number(start), Number(end) + 1))).toBe(true);
        } else if (answer.status === 200) expect(body.equals(bytes)).toBe(true);
        else expect(answer.status).toBe(416);
      }),
      runs(0.2),
    );
  },
  fuzzTimeoutMs,
);

it(
  'films: looked at without an end in sight for none',
  async () => {
    const names = ['fragmented.mp4', 'truncated.mp4', 'truncated.webm', 'h264.mkv', 'moov-at-end.mov'];
    const films = await Promise.all(
      names.map((name) => readFile(path.join(import.meta.dirname, '../fixtures/media', name))),
    );
    const small = films.map((film) => film.subarray(0, 40_000));
    await fc.assert(
      fc.asyncProperty(damagedBytes(small), async (bytes) => {
        const file = path.join(dir, 'damaged-film');
        await writeFile(file, bytes);
        const verdict = await checkContainer(file, bytes.length);
        expect(typeof verdict).toBe('object');
      }),
      runs(0.1),
    );
  },
  fuzzTimeoutMs,
);
