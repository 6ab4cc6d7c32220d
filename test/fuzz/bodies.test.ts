/** Whatever arrives at a callback URL: read or refused, nothing thrown, nothing invented, and readable again from the log. */
import { hash } from 'node:crypto';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { fc } from '../support/fast-check.ts';
import { expect, it } from 'vitest';
import type { ResultEvent, StampedEvent } from '../../src-main/common/events.ts';
import { fold, type TaskRecord } from '../../src-main/common/fold.ts';
import { keysOf } from '../../src-main/common/identity.ts';
import { parseEvent } from '../../src-main/common/parse-event.ts';
import { providerFamily } from '../../src-main/common/providers/catalog.ts';
import { readBody } from '../../src-main/common/providers/reader.ts';
import { createRedactor } from '../../src-main/common/redact.ts';
import { readRecord } from '../../src-main/node/provider-api/read-record.ts';
import { providerApis } from '../../src-main/node/provider-api/api-table.ts';
import { openBody } from '../../src-main/node/callbacks/body/open-body.ts';
import { kieIdsIn } from '../../src-main/node/callbacks/signatures/kie.ts';
import { verifySignature } from '../../src-main/node/callbacks/signatures/verify.ts';
import { providers } from '../../src-main/common/providers/catalog.ts';
import { fixtures } from '../common/providers/fixtures.ts';
import { damagedBytes, jsonBytes, fuzzTimeoutMs, mutated, runs } from './mutate.ts';

const bodies = fixtures.map(({ body }) => body);
const limitBytes = 4 * 1024 * 1024;
const none: readonly never[] = [];
/** What the reader takes for a link: of any scheme, or without one; what is not of the web is told and not fetched. */
const link = /^(?:blob:)?(?:[a-z][a-z\d+.-]{1,19}:)?\/\/[^/]/i;

/** Bytes as a provider, a broken proxy or an enemy would send them. */
const sent = fc.tuple(
  fc.oneof(
    { weight: 6, arbitrary: mutated(bodies).map(jsonBytes) },
    { weight: 1, arbitrary: damagedBytes(bodies.map((value) => Buffer.from(JSON.stringify(value)))) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)) },
  ),
  fc.constantFrom('plain', 'gzip', 'deflate', 'br', 'lie'),
  fc.constantFrom(
    'application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain; charset=utf-16',
    'application/json; charset=latin1',
    '',
  ),
);

/**
 * Found by longer runs: a link that lost its scheme is kept as one that has none (1,000,000 bodies, seed 20261126), and
 * one whose scheme lost a letter as one of a scheme that nobody knows (seed -1151728065).
 */
const found: [[Buffer, string, string]][] = [
  [[jsonBytes({ code: 200, data: { task_id: 'x', video_url: '//media.example.test/a.mp4' } }), 'deflate', '']],
  [[jsonBytes({ code: 200, data: { task_id: 'x', video_url: 'ittps://media.example.test/a.mp4' } }), 'deflate', '']],
];

function pack(bytes: Buffer, how: string): { readonly raw: Buffer; readonly encoding: string | null } {
  switch (how) {
    case 'gzip':
      return { raw: gzipSync(bytes, { level: 1 }), encoding: 'gzip' };
    case 'deflate':
      return { raw: deflateSync(bytes, { level: 1 }), encoding: 'deflate' };
    case 'br':
      return { raw: brotliCompressSync(bytes, { params: { 1: 0 } }), encoding: 'br' };
    case 'lie':
      return { raw: bytes, encoding: 'gzip' };
    default:
      return { raw: bytes, encoding: null };
  }
}

it(
  'bodies',
  async () => {
    const redactor = createRedactor(['whsec_c2VjcmV0']);
    let seq = 0;
    let record: TaskRecord | undefined;
    await fc.assert(
      fc.asyncProperty(sent, async ([bytes, how, type]) => {
        const { raw, encoding } = pack(bytes, how);
        const headers = { 'content-type': type, ...(encoding === null ? {} : { 'content-encoding': encoding }) };
        const opened = await openBody(raw, headers, limitBytes);
        if ('problem' in opened || !('value' in opened.read)) return;
        const reading = readBody({ body: opened.read.value, headers, providerHint: null });
        if (reading.kind !== 'result') return;
        const { provider, certain, taskId, result } = reading;
        expect(taskId).not.toBe('');
        expect(taskId.length).toBeLessThanOrEqual(512);
        for (const url of result.videoUrls) expect(url).toMatch(link);
        redactor.text(opened.text);
        seq += 1;
        const event: StampedEvent & ResultEvent = {
          v: 2,
          seq,
          at: '2026-11-26T00:00:00.000Z',
          type: 'result',
          source: 'callback',
          read: { provider, certain, family: providerFamily(provider), taskId, result },
          trust: 'unsigned',
          evidence: {
            urlId: null,
            headers,
            body: opened.text,
            bodyEncoding: 'utf8',
            bodySha256: hash('sha256', raw),
            replayKey: null,
            remote: null,
          },
          tags: [],
        };
        const line = JSON.stringify(event);
        const again = parseEvent(JSON.parse(line));
        if (again.kind !== 'event') throw new Error(`not readable again: ${JSON.stringify(again)}`);
        // Whatever the order of its fields.
        expect(again.event).toStrictEqual(JSON.parse(line));
        const [key = ''] = keysOf(again.event, () => none);
        const first = fold(undefined, again.event, key);
        if (first === undefined) throw new Error('a result made no task');
        // One task that gets everything, as behind a URL in many hands.
        record = fold(record, again.event, 'unknown:all');
        if (seq % 1000 === 0) expect(JSON.stringify(record).length).toBeLessThan(64 * 1024 * 1024);
      }),
      { ...runs(1), examples: found },
    );
  },
  fuzzTimeoutMs,
);

it(
  "providers' answers",
  () => {
    fc.assert(
      fc.property(mutated(bodies), fc.constantFrom(...providerApis), (answer, api) => {
        const record = readRecord(api, 'the-asked', answer);
        for (const url of record?.videoUrls ?? []) expect(url).toMatch(link);
      }),
      runs(0.5),
    );
  },
  fuzzTimeoutMs,
);

it(
  'headers: nothing unsigned passes for signed',
  async () => {
    const names = [
      'webhook-id',
      'webhook-timestamp',
      'webhook-signature',
      'x-webhook-signature',
      'x-webhook-timestamp',
      'x-openrouter-signature',
      'x-fal-webhook-signature',
      'x-fal-webhook-timestamp',
      'x-toapis-webhook-signature',
      'x-atlascloud-webhook-signature-ed25519',
      'x-atlascloud-webhook-timestamp',
      'x-signature-primary',
      'x-pollo-signature',
    ];
    const now = new Date('2026-11-26T00:00:00Z');
    const nowText = String(now.getTime() / 1000);
    const value = fc.oneof(
      fc.constantFrom('', nowText, 'NaN', '1e9', 'v1,', 'v1,AAAA', 'sha256=', `t=${nowText},v1=`, 'Bearer x', '0x10'),
      fc.base64String({ maxLength: 100 }),
      fc.string({ maxLength: 60 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...providers.map(({ id }) => id)),
        fc.dictionary(fc.constantFrom(...names), value),
        mutated(bodies),
        async (provider, headers, body) => {
          const rawBody = jsonBytes(body);
          const verdict = await verifySignature({
            provider,
            headers,
            rawBody,
            signedIds: () => kieIdsIn(body),
            now,
            secrets: () => 'whsec_c29tZXRoaW5nIG5vYm9keSBndWVzc2Vz',
          });
          expect(verdict.verdict).not.toBe('valid');
        },
      ),
      runs(0.5),
    );
  },
  fuzzTimeoutMs,
);
