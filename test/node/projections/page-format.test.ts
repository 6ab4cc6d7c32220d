import { brotliCompressSync, brotliDecompressSync, crc32 } from 'node:zlib';
import { fc } from '../../support/fast-check.ts';
import { describe, expect, it } from 'vitest';
import type { EventDraft } from '../../../src-main/common/events.ts';
import { fold, type TaskRecord } from '../../../src-main/common/fold.ts';
import { isInView } from '../../../src-main/common/task-traits.ts';
import { createLinePool } from '../../../src-main/node/projections/line-pool.ts';
import { decodePage, encodePage, isOlderPage } from '../../../src-main/node/projections/page-format.ts';
import { TaskEntry } from '../../../src-main/node/projections/task-entry.ts';
import { delivery, saved } from '../../support/deliveries.ts';

const at = '2026-11-21T10:00:00.000Z';

function recordOf(taskId: string, prompt: string | null, urls: readonly string[], isSaved: boolean): TaskRecord {
  const drafts = [
    delivery(taskId, { prompt, videoUrls: urls }),
    ...(isSaved ? urls.map((url) => saved(taskId, url)) : []),
  ];
  return drafts.reduce<TaskRecord | undefined>(
    (record, draft, index) => fold(record, { ...draft, v: 2, seq: index + 1, at }, `kie-luma:${taskId}`),
    undefined,
  ) as TaskRecord;
}

const anyLabels = fc.record({
  seen: fc.boolean(),
  starred: fc.boolean(),
  tags: fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }), { maxLength: 2 }),
  rating: fc.nat(5),
  pick: fc.constantFrom('picked', 'rejected', null),
});

const anyRecord = fc
  .record({
    taskId: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
    prompt: fc.option(fc.string({ unit: 'grapheme' })),
    urls: fc.uniqueArray(fc.webUrl(), { maxLength: 3 }),
    isSaved: fc.boolean(),
    labels: fc.option(anyLabels),
    isTrashed: fc.boolean(),
    hasOddKey: fc.boolean(),
  })
  .map(({ taskId, prompt, urls, isSaved, labels, isTrashed, hasOddKey }) => {
    const record = recordOf(taskId, prompt, urls, isSaved);
    const { key } = record.task;
    const drafts: EventDraft[] = [
      ...(labels === null ? [] : [{ type: 'marked', keys: [key], ...labels } as const]),
      ...(isTrashed ? [{ type: 'trashed', keys: [key] } as const] : []),
    ];
    const labelled = drafts.reduce(
      (before, draft, index) => fold(before, { ...draft, v: 2, seq: record.seq + index + 1, at }, key) ?? before,
      record,
    );
    return hasOddKey ? { ...labelled, task: { ...labelled.task, key: `odd:${key}` } } : labelled;
  });

const decoded = (page: Buffer): ReturnType<typeof decodePage> => decodePage(page, createLinePool());

const pageOf = (records: readonly TaskRecord[]): Buffer =>
  Buffer.from(encodePage(records.map((record) => new TaskEntry(0, record).toEntry())));

interface Document {
  readonly heads: { readonly taskId: readonly string[]; readonly bytes: readonly number[] };
  readonly length: number;
  readonly packed: readonly string[];
}

const documentOf = (page: Buffer): Document => JSON.parse(page.toString()) as Document;
const linesOf = ({ packed }: Document): string =>
  Buffer.concat(
    packed.filter((block) => block !== '').map((block) => brotliDecompressSync(Buffer.from(block, 'base64'))),
  ).toString('utf8');

/** As it was until November 2026. */
function inOneBlock(page: Buffer): string {
  const lines = Buffer.from(linesOf(documentOf(page)));
  return `"length":${String(lines.length)},\n"packed":"${brotliCompressSync(lines).toString('base64')}"}\n`;
}

/** An object for each head, without what is usual, as they were written until November 2026. */
function headsOf(page: Buffer): readonly unknown[] {
  const { bytes } = documentOf(page).heads;
  return decoded(page).map(({ facts: { head, receivedMs, wantsFiles, seq, firstSeq } }, place) => {
    const { key, provider, taskId, state, seen, starred, trashedAt, tags, videos, ...rest } = head;
    return {
      ...(key === `${provider}:${taskId}` ? {} : { key }),
      provider,
      taskId,
      ...(state === 'succeeded' ? {} : { state }),
      receivedMs,
      ...(seen ? { seen } : {}),
      ...(starred ? { starred } : {}),
      ...(trashedAt === null ? {} : { trashedAt }),
      ...(tags.length === 0 ? {} : { tags }),
      ...rest,
      ...(videos.length === 0 ? {} : { videos: videos.map((video) => [video.state, video.sizeBytes]) }),
      ...(wantsFiles ? { wantsFiles } : {}),
      seq,
      firstSeq,
      bytes: bytes[place],
    };
  });
}

function pageWith(version: number, content: string): Buffer {
  return Buffer.from(`{"version":${String(version)},"sum":${String(crc32(content))},\n${content}`);
}

function packedPage(page: Buffer): Buffer {
  return pageWith(4, `"heads":${JSON.stringify(headsOf(page))},\n${inOneBlock(page)}`);
}

function plainPage(page: Buffer): Buffer {
  return pageWith(3, `"heads":${JSON.stringify(headsOf(page))},\n"tasks":[\n${linesOf(documentOf(page))}\n]}\n`);
}

/** Its heads are as they are today. */
function oneBlockPage(page: Buffer): Buffer {
  const { heads } = documentOf(page);
  return pageWith(5, `"heads":${JSON.stringify(heads)},\n${inOneBlock(page)}`);
}

/** The first pages of that format: what many share stood with each. */
const unsharedPage = (page: Buffer): Buffer => evenings(page, (rests, place) => rests[place - 1] ?? 0);
/** The same builds, behind a look at a page of a later one: they took the places of what many share for nothing. */
const misreadPage = (page: Buffer): Buffer => evenings(page, () => 0);

function evenings(page: Buffer, restOf: (rests: readonly object[], place: number) => object | 0): Buffer {
  const { rests, ...heads } = (JSON.parse(page.toString()) as { heads: { rests: readonly object[]; rest: number[] } })
    .heads;
  const unshared = { ...heads, rest: heads.rest.map((place) => restOf(rests, place)) };
  return pageWith(5, `"heads":${JSON.stringify(unshared)},\n${inOneBlock(page)}`);
}

describe('page format', () => {
  it('gives back the tasks and their heads (property)', () => {
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 6 }), (records) => {
        const entries = decoded(pageOf(records));
        expect(entries.map((entry) => new TaskEntry(0, entry).record)).toEqual(records);
        expect(entries.map(({ facts }) => facts)).toEqual(records.map((record) => new TaskEntry(0, record).facts));
      }),
    );
  });

  it('tells at a glance what the whole head would (property)', () => {
    const glanceAt = (entry: TaskEntry) => {
      const { key, taskId, hasOddKey, videoBytes, contentSeq, glance } = entry;
      const { head, receivedMs, wantsFiles, seq, firstSeq } = glance;
      const views = (['inbox', 'library', 'starred', 'waiting', 'failed', 'trash'] as const).map((view) =>
        isInView(head, view),
      );
      const states = head.videos.map(({ state }) => state);
      const { provider, state, seen, starred, trashedAt, tags, project, rating, pick, watchedSince } = head;
      const traits = { provider, state, seen, starred, trashedAt, tags, project, rating, pick, watchedSince, states };
      return { key, taskId, hasOddKey, videoBytes, contentSeq, receivedMs, wantsFiles, seq, firstSeq, views, traits };
    };
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 6 }), (records) => {
        const entries = decoded(pageOf(records)).map((entry) => new TaskEntry(0, entry));
        const glances = entries.map(glanceAt);
        expect(glances).toEqual(records.map((record) => glanceAt(new TaskEntry(0, record))));
        expect(entries.map(({ facts }) => facts)).toEqual(records.map((record) => new TaskEntry(0, record).facts));
        expect(entries.map(glanceAt)).toEqual(glances);
      }),
    );
  });

  it('has for a glance one head for all that are alike, and makes any other once', () => {
    const marks = { type: 'marked', tags: ['rain'], rating: 4 } as const;
    const rated = ['t1', 't2'].map((id) => {
      const record = recordOf(id, id, ['https://media.example.test/1.mp4'], true);
      const { key } = record.task;
      return fold(record, { ...marks, keys: [key], v: 2, seq: record.seq + 1, at }, key) ?? record;
    });
    const waiting = recordOf('t3', 'three', ['https://media.example.test/1.mp4'], false);
    const [one, two, three] = decoded(pageOf([...rated, waiting])).map((entry) => new TaskEntry(0, entry));
    expect(one?.glance.head).toMatchObject({ tags: ['rain'], rating: 4 });
    expect(one?.glance.head).toBe(two?.glance.head);
    expect(three?.glance.head).toBe(three?.glance.head);
  });

  it('keeps where a task is to be asked for, since its provider said so once and never again', () => {
    const watched = {
      type: 'watched',
      provider: 'fal',
      taskId: 'req-1',
      askAt: 'https://queue.fal.run/fal-ai/wan/requests/req-1/status',
    } as const;
    const record = fold(undefined, { ...watched, v: 2, seq: 1, at }, 'fal:req-1') as TaskRecord;
    const [entry] = decoded(pageOf([record]));
    expect(entry === undefined ? null : new TaskEntry(0, entry).record).toEqual(record);
  });

  it('is one JSON document', () => {
    const page = pageOf([recordOf('t1', 'one', [], false), recordOf('t2', 'two', [], false)]);
    expect(documentOf(page)).toMatchObject({ version: 6, heads: { taskId: ['t1', 't2'] } });
    expect(JSON.parse(`[${linesOf(documentOf(page))}]`)).toMatchObject([{ taskId: 't1' }, { taskId: 't2' }]);
    expect(documentOf(pageOf([]))).toMatchObject({ version: 6, heads: { taskId: [] }, length: 0 });
  });

  it('finds each task in the block, or the two, in which it lies', () => {
    const records = Array.from({ length: 256 }, (_, n) =>
      recordOf(`t${String(n)}`, `${String(n)} ${'heron '.repeat(n)}`, [], false),
    );
    const page = pageOf(records);
    expect(documentOf(page).packed.length).toBeGreaterThan(4);
    for (const isOpen of [false, true]) {
      const entries = decodePage(page, createLinePool(), isOpen).map((entry) => new TaskEntry(0, entry));
      expect(entries.toReversed().map(({ record }) => record)).toEqual(records.toReversed());
    }
  });

  it('reads the pages of older formats (property)', () => {
    const anyFormat = fc.constantFrom(plainPage, packedPage, oneBlockPage, unsharedPage, misreadPage);
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 6 }), fc.boolean(), anyFormat, (records, isOpen, older) => {
        const page = pageOf(records);
        const entries = decodePage(older(page), createLinePool(), isOpen);
        expect(entries.map((entry) => new TaskEntry(0, entry).record)).toEqual(records);
        expect(entries.map(({ facts }) => facts)).toEqual(decoded(page).map(({ facts }) => facts));
        expect([isOlderPage(page), isOlderPage(older(page))]).toEqual([false, true]);
      }),
    );
  });

  it('has the lines of the newest pages at hand as they are', () => {
    const records = [recordOf('t1', 'one', [], false), recordOf('t2', 'two', [], false)];
    const entries = decodePage(pageOf(records), createLinePool(), true);
    expect(entries.map((entry) => new TaskEntry(0, entry).record)).toEqual(records);
  });

  it('refuses a page with a changed byte or a lost end (property)', () => {
    const page = pageOf([
      recordOf('t1', 'A heron – at dawn', ['https://media.example.test/1.mp4'], true),
      recordOf('t2', null, [], false),
    ]);
    fc.assert(
      fc.property(fc.nat(page.length - 1), fc.integer({ min: 1, max: 255 }), (position, change) => {
        const damaged = Buffer.from(page);
        damaged[position] = (damaged[position] ?? 0) ^ change;
        expect(() => decoded(damaged)).toThrow();
      }),
      { numRuns: 400 },
    );
    fc.assert(
      fc.property(fc.nat(page.length - 1), (length) => {
        expect(() => decoded(page.subarray(0, length))).toThrow();
      }),
    );
  });

  it.each([2, 3, 4, 5, 7])(
    'refuses a page whose version was changed into %i, which its sum does not tell',
    (version) => {
      const page = pageOf([recordOf('t1', 'A heron', [], true)]).toString('latin1');
      const changed = page.replace(/^\{"version":\d+/, `{"version":${String(version)}`);
      expect(() => decoded(Buffer.from(changed, 'latin1'))).toThrow();
    },
  );

  it('refuses pages of other formats', () => {
    for (const text of ['', '\n', '[]\n', '{"version":1,"tasks":[]}\n', '{"version":3,"sum":0,\n', 'null\nnull\n']) {
      expect(() => decoded(Buffer.from(text))).toThrow();
    }
  });
});
