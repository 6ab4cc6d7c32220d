/**
 * Bodies of a stranger, who read the issue and not the reader: names and words of other styles and languages
 * (`stranger-names.ts`), and providers' formats with what is left out, turned around, packed into texts and forms
 * (`stranger*.ndjson`, one a line, each with what the documents say that it means; `stranger-public` and
 * `stranger-collected`: as public code and documents show them).
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readCallbackText } from '../../../src-main/common/body/callback-body.ts';
import { isKeyOfBody } from '../../../src-main/common/providers/envelope.ts';
import { readTasks } from '../../support/read-tasks.ts';
import { strangerCases } from '../../support/stranger-names.ts';

interface Case {
  readonly kind: string;
  /** `text` where it is no JSON. */
  readonly body?: unknown;
  readonly text?: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** `n` tasks; `idIsKey` where the body names no task. */
  readonly expect: Readonly<Record<string, unknown>>;
}

/** How many were read rightly before this file came, of the kinds that were not all right. */
const before: Readonly<Record<string, number>> = {
  'id names, in root': 114,
  'id names, in data': 114,
  'id names, in job': 114,
  'id names, in detail': 114,
  'id names, in items[0]': 114,
  'id names, in event.body': 114,
  'ids of other things': 18,
  'no results, in root': 40,
  'no results, in data': 40,
  'no results, in result.output': 40,
  'no results, in payload.detail': 40,
  'told by a sibling': 130,
  'words for succeeded': 112,
  'words for failed': 176,
  'words for processing': 168,
  'veo vertex': 0,
  dashscope: 4,
  runpod: 6,
  cloudconvert: 0,
  sagemaker: 0,
  eventbridge: 0,
  'json in string': 7,
  form: 10,
  'form typed json': 0,
  'single quotes keys unquoted': 0,
  xml: 3,
  'percent-encoded url': 0,
  'quoted url': 0,
  'angle url': 0,
  'other scheme, unknown name': 0,
  'other scheme, list': 0,
  preview: 5,
  ping: 23,
  reason: 24,
  partial: 4,
  'nested in notification.task': 0,
  'odd values': 14,
  'third: hex': 0,
  'third: python': 3,
  'third: xml-rpc': 0,
  'third: plist': 0,
  'third: firestore': 0,
  'third: dynamodb': 0,
  'third: airtable': 2,
  'third: notion': 0,
  'third: webflow/contentful': 0,
  'third: automation': 11,
  'third: events': 8,
  'third: rest styles': 5,
  'third: variants': 7,
  'third: watermark': 5,
  'third: failures': 9,
  'third: moderation': 5,
  'third: progress': 7,
  'third: expired': 4,
  'third: batch': 4,
  'third: scenes': 4,
  'third: sources': 6,
  'third: odd states': 11,
  'third: f form': 4,
  'third: f ping': 10,
  'third: n words': 58,
  'third: payload beside output': 0,
  'fifth: only a code or a result word': 17,
  'fifth: TOML, INI and properties': 4,
  'fifth: YAML': 3,
  'fifth: automations': 34,
  'fifth: forms': 14,
  'fifth: wrapped texts': 32,
  'fifth: what it is and what it is not': 45,
  'third: workflow engines': 3,
  'public: relays': 42,
  'public: Tencent': 6,
  'public: RunningHub': 10,
  'public: Leonardo': 4,
  'public: avatars': 25,
  'public: clips of one project': 12,
  'public: media services': 14,
  'public: renderers': 13,
  'public: kie': 17,
  'public: clouds': 37,
  'public: makers': 17,
  'public: marketplaces': 34,
  'collected: relays and resellers': 59,
  'collected: own and mixed': 47,
  'collected: clouds': 63,
  'collected: avatars': 52,
  'collected: makers': 46,
  'collected: renderers and clips': 50,
  'collected: serverless and marketplaces': 25,
};

function found({ body, text, type, headers = {} }: Omit<Case, 'kind' | 'expect'>): Record<string, unknown> {
  const read = readCallbackText(text ?? JSON.stringify(body), type ?? 'application/json');
  if (!('value' in read)) return { kind: read.problem };
  const readings = readTasks({ body: read.value, headers, providerHint: null });
  const [first] = readings;
  if (first.kind !== 'result') return { kind: first.kind };
  const { provider, taskId, result } = first;
  return { kind: first.kind, provider, taskId, ...result, n: readings.length, idIsKey: isKeyOfBody(taskId) };
}

function check(cases: readonly Case[]): void {
  const kinds = new Map<string, { right: number; wrong: string[] }>();
  for (const one of cases) {
    const said = found(one);
    const isRight = Object.entries(one.expect).every(
      ([name, value]) => JSON.stringify(said[name] ?? null) === JSON.stringify(value),
    );
    const counted = kinds.get(one.kind) ?? { right: 0, wrong: [] };
    if (isRight) counted.right += 1;
    else counted.wrong.push(`${one.text ?? JSON.stringify(one.body)} ${JSON.stringify(said)}`);
    kinds.set(one.kind, counted);
  }
  const rows = [...kinds].map(([kind, { right, wrong }]) => {
    const tried = right + wrong.length;
    return [kind, tried, Math.min(before[kind] ?? tried, tried), right];
  });
  const table = [['kind', 'tried', 'right before', 'right now'], ...rows];
  process.stdout.write(`${table.map((row) => row.map((cell) => String(cell).padEnd(34)).join('')).join('\n')}\n`);
  expect([...kinds.values()].flatMap(({ wrong }) => wrong)).toEqual([]);
}

test('names and words', () => {
  check(strangerCases());
});

test.each([
  'stranger',
  'stranger-more',
  'stranger-third',
  'stranger-fourth',
  'stranger-fifth',
  'stranger-sixth',
  'stranger-seventh',
  'stranger-public',
  'stranger-collected',
])('formats, envelopes, forms and odd values: %s', (name) => {
  const file = path.join(import.meta.dirname, `../../fixtures/${name}.ndjson`);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines.length).toBeGreaterThan(150);
  check(lines.map((line) => JSON.parse(line) as Case));
});
