/** An intake on a real library in a folder of its own. */
import { createHmac } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { EventDraft } from '../../src-main/common/events.ts';
import type { CallbackUrlEntry } from '../../src-main/node/callbacks/callback-urls.ts';
import { createDayLimits } from '../../src-main/node/callbacks/day-limits.ts';
import { followSecrets } from '../../src-main/node/callbacks/kept-body.ts';
import type { IntakeAnswer } from '../../src-main/node/callbacks/delivery.ts';
import { readLong } from '../../src-main/node/callbacks/body/read-body.ts';
import { createIntake, type Intake } from '../../src-main/node/callbacks/intake.ts';
import { verifySignature, type VerifyInput } from '../../src-main/node/callbacks/signatures/verify.ts';
import type { Library } from '../../src-main/node/projections/library.ts';
import { silentLog } from '../../src-main/node/log/log.ts';
import { tempDir } from './temp-dir.ts';
import { openLibraryIn } from './test-library.ts';

export const secret = 'an-hmac-key-made-up-for-tests';
export const token = 'tokentokentokentokentokentoken12';
const url: CallbackUrlEntry = {
  id: 'u1',
  token,
  label: 'Default',
  project: 'pitch-03',
  provider: null,
  createdAt: '',
  lastUsedAt: null,
  count: 0,
  revokedAt: null,
};
export const usualSecrets = [token, secret];
export const now = new Date('2026-11-21T12:00:00Z');

export interface IntakeRig {
  readonly library: Library;
  readonly dir: string;
  /** By their hash. */
  readonly intake: Intake;
  readonly clock: { now: Date };
  readonly films: ReadonlyMap<string, Buffer>;
  /** @param query What stands behind the question mark of the address. */
  readonly post: (body: unknown, headers?: Record<string, string>, query?: string) => Promise<IntakeAnswer>;
}

export async function setUpIntake(
  options: {
    require?: string;
    record?: (draft: EventDraft) => Promise<unknown>;
    secrets?: () => readonly string[];
    keepFilm?: () => Promise<boolean>;
    isStranger?: boolean;
    /** Room that all bodies together have beyond what they had on their way in. */
    grow?: (bytes: number) => boolean;
    provider?: string;
    keySet?: NonNullable<VerifyInput['keySet']>;
    dayLimits?: { readonly tasks: number; readonly bytes: number };
  } = {},
): Promise<IntakeRig> {
  const dir = await tempDir();
  const library = await openLibraryIn(dir, { now: () => now });
  onTestFinished(() => library.close());
  const clock = { now };
  const films = new Map<string, Buffer>();
  const intake = createIntake({
    record: async (drafts) => {
      if (options.record === undefined) await library.recordAll(drafts);
      else for (const draft of drafts) await options.record(draft);
    },
    tasksOf: (taskId) => library.tasksOf(taskId),
    signedBody: (taskId, replayKey) => library.signedBody(taskId, replayKey),
    verify: (input) =>
      verifySignature({
        ...input,
        ...(options.keySet === undefined ? {} : { keySet: options.keySet }),
        secrets: (name) => (name === 'KIE_HMAC' ? secret : null),
        now,
      }),
    limits: () => ({ bodyBytes: 4 * 1024 * 1024, filmBodyBytes: 32 * 1024 * 1024 }),
    dayLimits: createDayLimits(
      () => options.dayLimits ?? { tasks: 1e6, bytes: 1e12 },
      () => clock.now,
    ),
    // What the thread does as well: test/node/callbacks/body/long-bodies.test.ts.
    readLong,
    keepFilm:
      options.keepFilm ??
      ((film) => {
        const wasHere = films.has(film.sha256);
        films.set(film.sha256, film.bytes());
        return Promise.resolve(wasHere);
      }),
    requireSignature: () => options.require ?? 'none',
    namesAnotherFilm: (key) => library.get(key)?.history.at(-1)?.kind === 'conflict',
    redactor: followSecrets(() => [options.secrets?.() ?? usualSecrets]),
    now: () => clock.now,
    log: silentLog,
  });
  library.onChange(({ key, task }) => {
    if (task === null) intake.purged(key);
  });
  library.onHealth(({ state }) => {
    if (state === 'gone') intake.logGone();
  });
  return {
    clock,
    intake,
    library,
    dir,
    films,
    post: (body, headers = {}, query = '') =>
      intake.accept({
        url: { ...url, provider: options.provider ?? null },
        headers: { 'content-type': 'application/json', ...headers },
        rawBody: Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
        query,
        remote: '127.0.0.1',
        isStranger: options.isStranger ?? false,
        ...(options.grow === undefined ? {} : { grow: options.grow }),
      }),
  };
}

export function signed(taskId: string, at = now): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signature = createHmac('sha256', secret).update(`${taskId}.${timestamp}`).digest('base64');
  return { 'x-webhook-timestamp': timestamp, 'x-webhook-signature': signature };
}

export const aleph = (taskId: string, video = 'https://media.example.test/a.mp4'): unknown => ({
  code: 200,
  msg: 'success',
  data: { result_video_url: video },
  taskId,
});

export async function journalText(dir: string): Promise<string> {
  const names = (await readdir(path.join(dir, 'journal'))).filter((name) => name.endsWith('.ndjson'));
  const texts = await Promise.all(names.map((name) => readFile(path.join(dir, 'journal', name), 'utf8')));
  return texts.join('');
}
