import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { largeJson } from '../../../src-main/node/local-server/json-stream.ts';
import { turnsOfOthers } from '../../support/turns-of-others.ts';

it('writes what JSON.stringify writes, wherever the long lists are', async () => {
  const item = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(undefined));
  const list = fc.array(item, { minLength: 257, maxLength: 700, size: 'max' });
  const answer = fc.record({
    ok: fc.constant(true),
    value: fc.oneof(list, fc.record({ before: item, list, empty: fc.constant([]), after: item })),
  });
  await fc.assert(
    fc.asyncProperty(answer, async (value) => {
      const stream = largeJson(value);
      expect(stream === null ? null : await text(stream)).toBe(JSON.stringify(value));
    }),
    { numRuns: 30 },
  );
});

it('leaves what is small to whoever writes it in one go', () => {
  const keys = Array.from({ length: 256 }, (_, n) => String(n));
  expect(largeJson({ ok: true, value: { keys, more: null } })).toBeNull();
  expect(largeJson({ ok: true, value: { keys: [...keys, 'one more'] } })).not.toBeNull();
});

it('lets others have their turns between the pieces', async () => {
  const row = { prompt: 'a harbour at dawn, the camera follows slowly and comes to rest'.repeat(10) };
  const value = { ok: true, value: Array.from({ length: 50_000 }, () => row) };
  const turns = await turnsOfOthers(async () => {
    for await (const piece of largeJson(value) ?? []) expect(piece.length).toBeLessThan(300_000);
  });
  expect(turns).toBeGreaterThan(1);
});
