/**
 * What a stranger may make the inbox do with one request: the processor time grows with the size of what was sent, not
 * with its square, whatever its form. Read in another process, so that what hangs is told with its text.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundled } from '../support/bundled.ts';
import { fc } from '../support/fast-check.ts';
import type { CostAnswer } from './cost-process.ts';
import { sentOf, waysToWrite, type Shape, type Value } from './hostile-shapes.ts';
import { fuzzTimeoutMs } from './mutate.ts';

const film = 'https://media.example.test/a.mp4';
const names = [
  'task_id',
  'taskId',
  'id',
  'status',
  'state',
  'data',
  'result',
  'results',
  'output',
  'outputs',
  'url',
  'video_url',
  'videos',
  'resultJson',
  'info',
  'message',
  'error',
  'errors',
  'detail',
  'progress',
  'prompt',
  'input',
  'param',
  'payload',
  'event',
  'type',
  'created_at',
  'expires_at',
  'cost',
  'credits',
  'model',
  'tasks',
  'jobs',
  'items',
  'content',
  'role',
  'name',
  'value',
  'webhook_config',
  'secret',
  'thumbnail',
  'duration',
  'code',
  '__proto__',
  'constructor',
  'ein Feld',
  'M',
  'S',
] as const;
const signs = [
  ...Array.from(' \t\n=_.!,;/-%"\'[]{}()<>\\Aa7?#@:+&$|~^*`'),
  'é',
  '\u00a0',
  '\u3000',
  '\ud83c\udfac',
  '%20',
  '\\"',
  '&#34;',
  '://',
  '.mp4',
  '{"',
  '"}',
];
const begins = [
  '',
  'eyJ',
  film,
  `${film}?Policy=`,
  '{"a":"',
  '[{"task_id":"',
  'Ready: https://a.test/',
  'data:video/mp4;base64,',
  '2026-',
  '$1',
  'TASK_STATUS_',
  '/c/',
  '<a ',
  '--x',
];
const scalars = [
  `"${film}"`,
  '"t1"',
  '"completed"',
  '"failed"',
  '"processing"',
  '17',
  '9007199254740993',
  '0.5',
  'true',
  'null',
  '{}',
  '[]',
  '""',
];
const headerNames = [
  'content-type',
  'user-agent',
  'webhook-signature',
  'x-webhook-signature',
  'x-fal-webhook-signature',
  'x-request-id',
  'cookie',
  'x-forwarded-for',
  'content-encoding',
];

const name = fc.constantFrom(...names);
const run = fc.record({
  is: fc.constant('run' as const),
  begin: fc.constantFrom(...begins),
  sign: fc.constantFrom(...signs),
  end: fc.constantFrom('', 'x', '"', '.mp4'),
});
const small: fc.Arbitrary<Value> = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(...scalars).map((json): Value => ({ is: 'plain', json })) },
  { weight: 3, arbitrary: run },
);
const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    { weight: 5, arbitrary: small },
    {
      weight: 3,
      arbitrary: fc.record({
        is: fc.constantFrom('list' as const, 'keys' as const),
        name,
        of: tie('value'),
        isEven: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ is: fc.constant('deep' as const), name: fc.option(name), of: tie('value') }) },
    {
      weight: 1,
      arbitrary: fc.record({
        is: fc.constant('text' as const),
        times: fc.integer({ min: 1, max: 3 }),
        of: tie('value'),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        is: fc.constant('fields' as const),
        of: fc.array(fc.tuple(name, tie('value')), { minLength: 1, maxLength: 5 }),
      }),
    },
  ),
})).value;

/** A body is an object nearly always, with an id, so that more of the reader is reached. */
const shape: fc.Arbitrary<Omit<Shape, 'written'>> = fc.record({
  value: fc.oneof(
    {
      weight: 3,
      arbitrary: fc
        .array(fc.tuple(name, value), { minLength: 4, maxLength: 8 })
        .map((of): Value => ({ is: 'fields', of: [['task_id', { is: 'plain', json: '"t1"' }], ...of] })),
    },
    { weight: 1, arbitrary: value },
  ),
  header: fc.tuple(
    fc.constantFrom(...headerNames),
    fc.constantFrom(...signs.filter((sign) => /^[\x20-\x7e]+$/.test(sign))),
  ),
});

const isLong = process.env['VIDEO_INBOX_FUZZ_SHAPES'] !== undefined;
/** The tests always try the same ones; looking for more is `npm run fuzz`. */
const shapes = fc.sample(shape, {
  numRuns: Number(process.env['VIDEO_INBOX_FUZZ_SHAPES'] ?? 45),
  ...(isLong && process.env['VIDEO_INBOX_FUZZ_SEED'] === undefined
    ? {}
    : { seed: Number(process.env['VIDEO_INBOX_FUZZ_SEED'] ?? 20_261_126) }),
});
/** About so long is the largest body of a shape; a callback may have 4 MiB. */
const targetChars = isLong ? 3_000_000 : 800_000;
const mostParts = 1 << 19;
/** What takes less is not looked at more closely. */
const fineMs = isLong ? 800 : 300;
/** The time for eight times as much: 8 where it grows with the size, 64 where it grows with its square. */
const mostGrowth = 26;
/** Of what takes less than this the clock tells nothing. */
const leastMs = 10;
const hungMs = 120_000;

let dir: string;
let probe: string;
let child: ChildProcess | null = null;

beforeAll(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'video-inbox-cost-'));
  probe = await bundled(path.join(import.meta.dirname, 'cost-process.ts'), dir);
}, 120_000);
afterAll(async () => {
  child?.removeAllListeners();
  child?.kill('SIGKILL');
  await rm(dir, { recursive: true, force: true });
});

function cost(shape: Shape, size: number): Promise<number> {
  const asked = (child ??= fork(probe));
  return new Promise((resolve, reject) => {
    const end = (why: string): void => {
      clearTimeout(timer);
      asked.removeAllListeners();
      asked.kill('SIGKILL');
      child = null;
      reject(new Error(`${why}\n${told(shape, size)}`));
    };
    const timer = setTimeout(() => end(`not read after ${String(hungMs / 1000)} s`), hungMs);
    asked.once('exit', (code, signal) => end(`the reader ended (${String(code ?? signal)})`));
    asked.once('message', (answer) => {
      clearTimeout(timer);
      asked.removeAllListeners();
      resolve((answer as CostAnswer).cpuMs);
    });
    asked.send({ shape, size });
  });
}

function told(shape: Shape, size: number): string {
  const { text, headers } = sentOf(shape, size);
  return `${JSON.stringify(shape)} with ${String(size)} parts, ${String(text.length)} characters:\n${JSON.stringify(headers).slice(0, 200)}\n${text.slice(0, 600)}`;
}

/** Twice as many again and again, until there would be more characters than that. */
function sizeOf(shape: Shape): number {
  let size = 64;
  while (size < mostParts && sentOf(shape, size * 2).text.length < targetChars) size *= 2;
  return size;
}

/** Its share of the shapes; most senders write JSON. */
function shapesOf(written: Shape['written']): readonly Shape[] {
  const at = waysToWrite.indexOf(written);
  const share = shapes.filter(
    (_, index) => index % waysToWrite.length === at || (written === 'json' && index % 3 === 0),
  );
  return share.map((each) => ({ ...each, written }));
}

/**
 * What is wrong with it; `null` where it costs what it may. The machine may be busy, so what looks wrong is tried again:
 * noise adds to a time and takes nothing away.
 */
async function troubleWith(shape: Shape): Promise<string | null> {
  const size = sizeOf(shape);
  let whole = Infinity;
  let part = 0;
  for (let times = 0; times < 4; times++) {
    whole = Math.min(whole, await cost(shape, size));
    if (whole < fineMs) return null;
    part = Math.max(part, leastMs, await cost(shape, size / 8));
    if (whole < mostGrowth * part) return null;
  }
  return `${String(Math.round(whole))} ms, and ${String(Math.round(part))} ms for an eighth of it\n${told(shape, size)}`;
}

it.each(waysToWrite)(
  'what is sent as %s costs no more time than its size',
  { timeout: fuzzTimeoutMs },
  async (written) => {
    const trouble: string[] = [];
    for (const shape of shapesOf(written)) {
      const wrong = await troubleWith(shape).catch((error: unknown) => String(error));
      if (wrong !== null) trouble.push(wrong);
    }
    expect(trouble.join('\n\n')).toBe('');
  },
);
