/**
 * Bodies written by the wire formats that providers document, some two hundred: each state of each, polls too, and what
 * public receivers show of others. One a line in `test/fixtures/documented.ndjson`.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseBody } from '../../../src-main/common/providers/parse-body.ts';
import { readBody } from '../../../src-main/common/providers/reader.ts';

interface Case {
  readonly name: string;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly expect: Readonly<Record<string, unknown>> & { readonly messageContains?: string };
}

const file = path.join(import.meta.dirname, '../../fixtures/documented.ndjson');
const cases = readFileSync(file, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);

test('are many', () => {
  expect(cases.length).toBeGreaterThan(180);
});

test.each(cases.map((one, index) => [`${String(index + 1)} ${one.name}`, one] as const))('%s', (_, one) => {
  const body = parseBody(JSON.stringify(one.body));
  const reading = readBody({ body, headers: one.headers ?? {}, providerHint: null });
  const found = reading.kind === 'result' ? { ...reading.result, ...reading } : reading;
  const { messageContains, ...expected } = one.expect;
  expect(found).toMatchObject(expected);
  if (messageContains !== undefined) expect(found).toHaveProperty('message', expect.stringContaining(messageContains));
});
