import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fc } from '../support/fast-check.ts';
import { describe, expect, it } from 'vitest';
import { eventSchemas } from '../../src-main/common/event-schemas.ts';
import type { EventDraft } from '../../src-main/common/events.ts';
import { parseEvent } from '../../src-main/common/parse-event.ts';
import { delivery, saved, stamp } from '../support/deliveries.ts';

const key = 'kie-luma:t1';
const url = 'https://media.example.test/a.mp4';
const params = { host: 'media.example.test', status: 404, next: null };
const at = '2026-11-21T12:00:00.000Z';

const drafts: readonly EventDraft[] = [
  delivery('t1', {}, { trust: 'signed', replayKey: 'ab', project: 'spring', tags: ['one'] }),
  { ...delivery('t1'), source: 'reread', of: 3, key },
  saved('t1', url),
  { type: 'video-failed', key, url, code: 'gone', reason: 'gone', params, gone: true, tried: [url] },
  { type: 'attempted', key, url, code: 'network', reason: 'stalled', params, nextAt: at, n: 2, of: 9 },
  { type: 'link-renewed', key, url, link: `${url}?2`, by: 'person' },
  { type: 'video-queued', videos: [{ key, url }] },
  { type: 'poster-saved', key, path: 'posters/a.jpg' },
  { type: 'preview-saved', key, url, path: 'previews/a.jpg' },
  { type: 'source-saved', key, url, path: 'sources/a.mp4', sizeBytes: 1, sha256: 'ab' },
  { type: 'marked', keys: [key], seen: true, rating: 5, pick: null },
  { type: 'tagged', keys: [key], add: ['a'], remove: [] },
  { type: 'projected', keys: [key], project: null },
  { type: 'titled', key, title: 'A boat' },
  { type: 'noted', key, note: null },
  { type: 'trashed', keys: [key] },
  { type: 'restored', keys: [key] },
  { type: 'purged', keys: [key] },
  { type: 'watched', provider: 'kie-luma', taskId: 't1', prompt: 'x', submission: 's1' },
  { type: 'unwatched', key, code: 'deadline' },
  { type: 'asked', key, code: 'pending', params: {}, nextAt: at },
  { type: 'upgrade', key, quality: '1080p', index: 0, code: 'made', link: `${url}?1080p`, message: null },
  { type: 'conflict-settled', key, take: false },
  {
    type: 'submission-intended',
    id: 's1',
    provider: 'kie-luma',
    model: null,
    prompt: 'x',
    sources: [url],
    input: { any: { thing: [1] } },
    urlId: null,
    project: null,
    tags: [],
    estimate: 20,
  },
  { type: 'submission-created', id: 's1', taskId: 't1' },
  { type: 'submission-refused', id: 's1', code: 'credits', params: {}, message: 'no credits' },
  { type: 'submission-unknown', id: 's1', code: 'timeout', params: {} },
  { type: 'cost', key, credits: 20, amount: null, currency: null },
  {
    type: 'request-refused',
    status: 400,
    code: 'not-json',
    params: {},
    urlId: 'u1',
    headers: {},
    body: null,
    bodyEncoding: 'utf8',
    bodyBytes: 3,
    remote: null,
  },
];

describe('an event of the log', () => {
  it('has a sample here, of whatever type it is', () => {
    expect(drafts.map(({ type }) => type)).toEqual(expect.arrayContaining(Object.keys(eventSchemas)));
  });

  it.each(stamp(drafts).map((event) => [event.type, event] as const))(
    'of type %s is read as it was written',
    (_, event) => {
      expect(parseEvent(JSON.parse(JSON.stringify(event)))).toEqual({ kind: 'event', event });
    },
  );

  it('of version 1 is read in the shape of today, under the key that it had', () => {
    const lines = readFileSync(
      path.join(import.meta.dirname, '../fixtures/library-v1/killed/journal/000001.ndjson'),
      'utf8',
    )
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { seq: number; type: string; key?: string });
    for (const line of lines) {
      const parsed = parseEvent(line);
      if (parsed.kind !== 'event') throw new Error(`line ${String(line.seq)} is ${parsed.kind}`);
      expect(parsed.event).toMatchObject({ v: 1, seq: line.seq });
      if (line.type === 'delivery') expect(parsed.event).toMatchObject({ type: 'result', key: line.key });
      if (line.type === 'rejected') expect(parsed.event).toMatchObject({ type: 'request-refused', code: 'other' });
    }
  });

  const v1 = (change: Record<string, unknown>): unknown => ({
    ...{ v: 1, seq: 1, at, type: 'delivery', key, provider: 'kie-luma', taskId: 't1', trust: 'unsigned', urlId: null },
    ...{ tags: [], headers: {}, body: '{}', bodyEncoding: 'utf8', bodySha256: 'ab', replayKey: null, remote: null },
    result: delivery('t1').read.result,
    ...change,
  });

  it.each(['type', 'key', 'provider', 'taskId', 'result', 'tags', 'at', 'seq', 'v'])(
    'is damaged where a bit of the name "%s" is another one',
    (name) => {
      expect(parseEvent(v1({}))).toMatchObject({ kind: 'event' });
      const { [name]: value, ...rest } = v1({}) as Record<string, unknown>;
      expect(parseEvent({ ...rest, [`${name.slice(0, -1)}~`]: value })).toMatchObject({ kind: 'damaged' });
    },
  );

  it('is damaged where version 1 had no such type, and unknown where a later version may have it', () => {
    expect(parseEvent(v1({ type: 'delivesy' }))).toMatchObject({ kind: 'damaged' });
    const unknown = { v: 2, seq: 7, at, type: 'applauded', key };
    expect(parseEvent(unknown)).toEqual({ kind: 'unknown', seq: 7, type: 'applauded', v: 2 });
    expect(parseEvent({ ...unknown, v: 3, type: 'marked' })).toEqual({ kind: 'unknown', seq: 7, type: 'marked', v: 3 });
    for (const type of ['__proto__', 'constructor', 'toString']) {
      expect(parseEvent({ ...unknown, type })).toMatchObject({ kind: 'unknown' });
    }
  });

  it('is never anything that makes the reader throw (property)', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void parseEvent(value)));
    fc.assert(
      fc.property(fc.constantFrom(...stamp(drafts)), fc.string(), fc.jsonValue(), (event, name, value) => {
        expect(['event', 'unknown', 'damaged']).toContain(parseEvent({ ...event, [name]: value }).kind);
        const names = Object.keys(event);
        for (const one of names) parseEvent({ ...event, [one]: value });
      }),
    );
  });
});
