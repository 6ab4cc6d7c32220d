/** Bodies out of public reports of people who were not read: each with what it should have said. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCallbackText } from '../../../src-main/common/body/callback-body.ts';
import { readBody } from '../../../src-main/common/providers/reader.ts';
import { wildCases } from '../../support/wild-names.ts';
import { lowerCased } from './fixtures.ts';

interface Expected {
  readonly taskId: string;
  readonly status: string;
  readonly videoUrls: readonly string[];
  readonly thumbnailUrl: string | null;
  readonly message: string | null;
  readonly messageContains?: string;
}

interface Case {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly rawBody?: string;
  readonly bodies?: readonly unknown[];
  readonly expect: unknown;
}

const folder = path.join(import.meta.dirname, '../../fixtures/field');
const load = (file: string): Case => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Case;

function bodyIn(text: string, headers: Case['headers']): unknown {
  const read = readCallbackText(text, headers?.['Content-Type'] ?? null);
  if (!('value' in read)) throw new Error(read.problem);
  return read.value;
}

function read(body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const reading = readBody({ body, headers: lowerCased(headers), providerHint: null });
  if (reading.kind !== 'result') throw new Error(`not a result: ${JSON.stringify(reading)}`);
  return reading;
}

function check(reading: ReturnType<typeof read>, expected: Expected): void {
  const { taskId, result } = reading;
  const { state, videoUrls, thumbnailUrl, message, needsApiKey } = result;
  expect({ taskId, status: state, videoUrls, thumbnailUrl }).toEqual({
    taskId: expected.taskId,
    status: expected.status,
    videoUrls: expected.videoUrls,
    thumbnailUrl: expected.thumbnailUrl,
  });
  if (expected.message !== null) expect(message).toBe(expected.message);
  if (expected.messageContains !== undefined) expect(message).toContain(expected.messageContains);
  expect(needsApiKey).toBe(false);
}

describe('as it was reported', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  const cases = files.flatMap((file) => {
    const { headers, body, rawBody, bodies, expect: expected } = load(file);
    const all = bodies ?? (body !== undefined ? [body] : rawBody === undefined ? [] : [bodyIn(rawBody, headers)]);
    return all.flatMap((each, index) => {
      const one = (Array.isArray(expected) ? expected[index] : expected) as Partial<Expected> | undefined;
      return one?.taskId === undefined
        ? []
        : [[`${file} ${String(index + 1)}`, each, headers, one as Expected] as const];
    });
  });
  test('are many', () => {
    expect(cases.length).toBeGreaterThan(15);
  });
  test.each(cases)('%s', (_, body, headers, expected) => {
    check(read(body, headers), expected);
  });
});

describe('names and words in the wild', () => {
  /** How many were read rightly at 21dcecf, before there was a last resort. */
  const before: Readonly<Record<string, number>> = {
    'id names, in root': 23,
    'state names, in root': 8,
    'id names, in data': 23,
    'state names, in data': 8,
    'id names, in result': 23,
    'state names, in result': 8,
    'id names, in output': 23,
    'state names, in output': 0,
    'id names, in payload': 23,
    'state names, in payload': 8,
    'id names, in response': 23,
    'state names, in response': 8,
    'id names, in body': 23,
    'state names, in body': 8,
    'id names, in event.data': 23,
    'state names, in event.data': 0,
    'id names, in data[0]': 23,
    'state names, in data[0]': 8,
    'link names, in root': 8,
    'bare links, in root': 6,
    'no results, in root': 360,
    'lists, in root': 25,
    'link names, in data': 8,
    'bare links, in data': 6,
    'no results, in data': 360,
    'lists, in data': 25,
    'link names, in result': 8,
    'bare links, in result': 6,
    'no results, in result': 360,
    'lists, in result': 28,
    'link names, in output': 0,
    'bare links, in output': 0,
    'no results, in output': 180,
    'lists, in output': 0,
    'link names, in payload': 1098,
    'bare links, in payload': 6,
    'no results, in payload': 275,
    'lists, in payload': 265,
    'link names, in response': 8,
    'bare links, in response': 6,
    'no results, in response': 360,
    'lists, in response': 25,
    'link names, in body': 8,
    'bare links, in body': 6,
    'no results, in body': 360,
    'lists, in body': 25,
    'link names, in event.data': 0,
    'bare links, in event.data': 0,
    'no results, in event.data': 180,
    'lists, in event.data': 0,
    'link names, in job.result.assets[0]': 8,
    'bare links, in job.result.assets[0]': 6,
    'no results, in job.result.assets[0]': 360,
    'lists, in job.result.assets[0]': 25,
    'link names, in output[0]': 1098,
    'bare links, in output[0]': 6,
    'no results, in output[0]': 275,
    'lists, in output[0]': 265,
    'link names, in deep inside': 0,
    'bare links, in deep inside': 0,
    'no results, in deep inside': 180,
    'lists, in deep inside': 0,
    'state words, as written': 70,
  };

  test('each kind, in each place', () => {
    const kinds = new Map<string, { right: number; wrong: string[] }>();
    for (const { kind, body, expect: expected } of wildCases()) {
      const reading = readBody({ body, headers: {}, providerHint: null });
      const found =
        reading.kind === 'result'
          ? { taskId: reading.taskId, ...reading.result }
          : { taskId: null, videoUrls: [], state: null };
      const isRight = Object.entries(expected).every(
        ([name, value]) => JSON.stringify(found[name as keyof typeof found]) === JSON.stringify(value),
      );
      const counted = kinds.get(kind) ?? { right: 0, wrong: [] };
      if (isRight) counted.right++;
      else counted.wrong.push(JSON.stringify(body));
      kinds.set(kind, counted);
    }
    const rows = [...kinds].map(([kind, { right, wrong }]) => [kind, right + wrong.length, before[kind] ?? '?', right]);
    const table = [['kind', 'tried', 'right before', 'right now'], ...rows];
    process.stdout.write(`${table.map((row) => row.map((cell) => String(cell).padEnd(38)).join('')).join('\n')}\n`);
    expect([...kinds.values()].flatMap(({ wrong }) => wrong)).toEqual([]);
  });

  const { idNames, urlNames, lists } = load('names-in-the-wild.json') as unknown as Record<string, readonly string[]>;
  const film = 'https://media.example.test/wild/film.mp4';
  const bodies: readonly (readonly [string, Record<string, unknown>, string])[] = [
    ...(idNames ?? []).map((name) => [name, { [name]: 'x-1', status: 'completed', video_url: film }, 'x-1'] as const),
    ...(urlNames ?? []).map((name) => [name, { id: 'x-2', status: 'completed', [name]: film }, 'x-2'] as const),
    ...(lists ?? []).flatMap((name) => [
      [name, { id: 'x-3', status: 'completed', [name]: [{ url: film }] }, 'x-3'] as const,
      [name, { id: 'x-3', status: 'completed', [name]: [film] }, 'x-3'] as const,
    ]),
  ];
  test.each(bodies)('%s: %j', (_, body, taskId) => {
    for (const each of [body, { data: body }]) {
      expect(read(each)).toMatchObject({ taskId, result: { state: 'succeeded', videoUrls: [film] } });
    }
  });

  const expected = load('state-words.json').expect as Record<string, readonly string[]>;
  test.each(Object.entries(expected).flatMap(([state, all]) => all.map((word) => [word, state] as const)))(
    'the word %s means %s',
    (status, state) => {
      expect(read({ id: 'w', status }).result.state).toBe(state);
    },
  );
});
