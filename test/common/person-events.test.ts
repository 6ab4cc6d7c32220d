import { expect, test } from 'vitest';
import { parsePersonEvent } from '../../src-main/common/person-events.ts';

const key = 'kie-luma:t1';

test.each([
  [{ type: 'titled', key, title: 'x'.repeat(601) }, 'title'],
  [{ type: 'noted', key, note: 'x'.repeat(20_001) }, 'note'],
  [{ type: 'projected', keys: [key], project: 'x'.repeat(601) }, 'project'],
  [{ type: 'tagged', keys: [key], add: ['x'.repeat(601)], remove: [] }, 'add'],
  [{ type: 'tagged', keys: [key], add: [], remove: Array.from({ length: 257 }, String) }, 'remove'],
  [{ type: 'marked', keys: [key], tags: ['x'.repeat(601)] }, 'tags'],
  [{ type: 'watched', provider: 'kie-luma', taskId: 't1', tags: ['x'.repeat(601)] }, 'tags'],
])('what the page would not take is not taken from another machine: %#', (event, name) => {
  expect(parsePersonEvent(event)).toMatchObject({
    ok: false,
    why: 'malformed',
    detail: expect.stringContaining(`${name}:`) as string,
  });
});

test('what it would take is taken', () => {
  const noted = { type: 'noted', key, note: 'x'.repeat(20_000) };
  expect(parsePersonEvent(noted)).toEqual({ ok: true, event: noted });
  const tagged = { type: 'tagged', keys: [key], add: Array.from({ length: 64 }, String), remove: ['x'.repeat(600)] };
  expect(parsePersonEvent(tagged)).toEqual({ ok: true, event: tagged });
});
