/**
 * What happens to a request that reached a valid callback URL: read, verify, journal, answer. Nothing else is waited
 * for; downloads, events and notifications follow from the journal's event.
 */
import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import { InboxError } from '../../common/errors.ts';
import type { EventDraft } from '../../common/journal-events.ts';
import type { Trust } from '../../common/model.ts';
import { parseBody } from '../../common/providers/parse-body.ts';
import { readBody, providerFamily, type Reading } from '../../common/providers/reader.ts';
import { createRedactor, type Redactor } from '../../common/redact.ts';
import type { TaskHead } from '../../common/task-traits.ts';
import type { Log } from '../log/log.ts';
import type { CallbackUrlEntry } from './callback-urls.ts';
import { createRejectedQuota } from './rejected-quota.ts';
import type { Verdict } from './signatures/verify.ts';

export interface Delivery {
  readonly url: CallbackUrlEntry;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: Buffer;
  readonly remote: string | null;
}

export interface IntakeAnswer {
  readonly status: 200 | 400 | 401 | 429 | 503;
  readonly body: unknown;
  readonly retryAfterSeconds?: number;
}

export interface IntakePorts {
  readonly record: (draft: EventDraft) => Promise<unknown>;
  readonly headsByTaskId: (taskId: string) => readonly Pick<TaskHead, 'key' | 'provider'>[];
  readonly signedBody: (key: string, replayKey: string) => string | undefined;
  readonly verify: (input: {
    readonly provider: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly rawBody: Buffer;
    readonly body: unknown;
  }) => Promise<Verdict>;
  /** Whose callbacks must be signed: `none`, `all` or a provider id. */
  readonly requireSignature: () => string;
  /** What must not be kept: tokens of callback URLs and shared secrets. */
  readonly secrets: () => readonly string[];
  readonly now: () => Date;
  readonly log: Log;
}

export type Intake = (delivery: Delivery) => Promise<IntakeAnswer>;

const accepted = { status: 200, body: { code: 200, msg: 'success' } } as const;
const keptBodyChars = 8 * 1024;
const taskIdsPaths = 'data.taskId, data.task_id, taskId, task_id, request_id, data.id, id';

export function createIntake(ports: IntakePorts): Intake {
  const { record, log } = ports;
  const quota = createRejectedQuota(ports.now);
  const redactor = followSecrets(ports.secrets);
  /** Keys of tasks whose first delivery is on its way to the disk: two that race must not become two tasks. */
  const arriving = new Map<string, { readonly key: string; readonly provider: string; waiting: number }>();
  /** Bodies that signatures came with and that are on their way to the disk. */
  const arrivingSignatures = new Map<string, string>();

  async function reject(delivery: Delivery, status: 400 | 401, reason: string): Promise<IntakeAnswer> {
    const { rawBody, url, remote } = delivery;
    log.warn({ status, urlId: url.id, bytes: rawBody.length }, `a callback was rejected: ${reason}`);
    if (quota.take(Math.min(rawBody.length, keptBodyChars))) {
      const { body, bodyEncoding } = keptBody(rawBody, rawBody.toString('utf8'), redactor());
      await record({
        type: 'rejected',
        status,
        reason,
        urlId: url.id,
        headers: redactor().headers(delivery.headers),
        body: body.slice(0, keptBodyChars),
        bodyEncoding,
        bodyBytes: rawBody.length,
        remote,
      }).catch((error: unknown) => log.warn({ error }, 'a rejected callback could not be kept'));
    }
    return { status, body: { code: status, msg: reason } };
  }

  /** The provider's task under the key that it already has, where this body alone could be of several providers. */
  function keyFor(reading: Extract<Reading, { kind: 'result' }>): { key: string; provider: string } {
    const { provider, taskId, certain } = reading;
    const own = { key: `${provider}:${taskId}`, provider };
    const family = providerFamily(provider);
    const onItsWay = arriving.get(`${family}:${taskId}`);
    if (onItsWay !== undefined) return onItsWay;
    const known = ports.headsByTaskId(taskId);
    if (known.some((task) => task.key === own.key)) return own;
    const relative = known.find((task) => providerFamily(task.provider) === family);
    if (relative !== undefined) return { key: relative.key, provider: relative.provider };
    const stranger = certain || provider !== 'unknown' ? known.find((task) => task.provider === 'unknown') : known[0];
    return stranger === undefined ? own : { key: stranger.key, provider: stranger.provider };
  }

  /** By family, since bodies of one family can be mistaken for each other. */
  function mustBeSigned(provider: string): boolean {
    const required = ports.requireSignature();
    return required === 'all' || (required !== 'none' && providerFamily(required) === providerFamily(provider));
  }

  async function trustOf(
    delivery: Delivery,
    provider: string,
    required: boolean,
    body: unknown,
  ): Promise<{ trust: Trust; signedTaskId: string | null; replayKey: string | null } | { refusal: string }> {
    const { headers, rawBody } = delivery;
    const verdict = await ports.verify({ provider, headers, rawBody, body });
    if (verdict.verdict === 'valid') {
      return { trust: 'signed', signedTaskId: verdict.signedTaskId, replayKey: verdict.replayKey };
    }
    if (required) return { refusal: refusals[verdict.verdict] };
    return { trust: 'unsigned', signedTaskId: null, replayKey: null };
  }

  return async (delivery) => {
    const text = delivery.rawBody.toString('utf8');
    const parsed = parseJson(text);
    if ('problem' in parsed) return reject(delivery, 400, parsed.problem);
    const reading = readBody({ body: parsed.value, headers: delivery.headers, providerHint: null });
    if (reading.kind === 'challenge') return { status: 200, body: { challenge: reading.challenge } };
    if (reading.kind === 'unreadable') {
      return reject(
        delivery,
        400,
        reading.reason === 'not-an-object'
          ? 'The body must be a JSON object.'
          : `The body has no task id; looked at ${taskIdsPaths}.`,
      );
    }

    // A body of no provider that names a task of one that must sign is no way around the signature.
    const required = [reading.provider, keyFor(reading).provider].some(mustBeSigned);
    const trusted = await trustOf(delivery, reading.provider, required, parsed.value);
    if ('refusal' in trusted) return reject(delivery, 401, trusted.refusal);
    const taskId = trusted.signedTaskId ?? reading.taskId;
    const { key, provider } = keyFor({ ...reading, taskId });
    const bodySha256 = hash('sha256', delivery.rawBody);

    const { replayKey } = trusted;
    const signature = replayKey === null ? null : `${key} ${replayKey}`;
    if (replayKey !== null && signature !== null) {
      const before = arrivingSignatures.get(signature) ?? ports.signedBody(key, replayKey);
      // The same bytes again are the provider trying again; other bytes are someone who saw the signature.
      if (before !== undefined && before !== bodySha256) {
        return reject(delivery, 401, 'This signature was already used for another body.');
      }
      arrivingSignatures.set(signature, bodySha256);
    }

    const arrival = `${providerFamily(provider)}:${taskId}`;
    const pending = arriving.get(arrival) ?? { key, provider, waiting: 0 };
    pending.waiting += 1;
    arriving.set(arrival, pending);
    const redact = redactor();
    try {
      await record({
        type: 'delivery',
        key,
        provider,
        taskId,
        result: withoutSecrets(reading.result, redact),
        trust: trusted.trust,
        urlId: delivery.url.id,
        tags: delivery.url.project === null ? [] : [delivery.url.project],
        headers: redact.headers(delivery.headers),
        ...keptBody(delivery.rawBody, text, redact),
        bodySha256,
        replayKey,
        remote: delivery.remote,
      });
      return accepted;
    } catch (error) {
      if (!(error instanceof InboxError)) throw error;
      const status = error.code === 'too-many' ? 429 : 503;
      return { status, body: { code: status, msg: error.message }, retryAfterSeconds: status === 429 ? 2 : 30 };
    } finally {
      pending.waiting -= 1;
      if (pending.waiting === 0) arriving.delete(arrival);
      if (signature !== null) arrivingSignatures.delete(signature);
    }
  };
}

const refusals: Record<Exclude<Verdict['verdict'], 'valid'>, string> = {
  missing: 'This inbox demands signed callbacks, and this one has no signature.',
  wrong: 'The signature does not match.',
  stale: 'The signature is too old or from the future.',
  'no-secret': 'This inbox demands signed callbacks, but the secret to check them with is not set.',
  unsupported: 'This inbox demands signed callbacks, and no signature of this provider is known.',
};

/** The secrets change when a person sets a key or makes a callback URL, so nearly every delivery finds the last redactor. */
function followSecrets(secrets: () => readonly string[]): () => Redactor {
  let known: readonly string[] = [];
  let redactor = createRedactor(known);
  return () => {
    const current = secrets();
    if (current.length !== known.length || current.some((secret, index) => secret !== known[index])) {
      known = [...current];
      redactor = createRedactor(known);
    }
    return redactor;
  };
}

function parseJson(text: string): { readonly value: unknown } | { readonly problem: string } {
  try {
    return { value: parseBody(text) };
  } catch {
    return { problem: text === '' ? 'The body is empty; a JSON object is expected.' : 'The body is not JSON.' };
  }
}

/** @param text `rawBody` as UTF-8. */
function keptBody(
  rawBody: Buffer,
  text: string,
  redact: Redactor,
): { readonly body: string; readonly bodyEncoding: 'utf8' | 'base64' } {
  // What is not UTF-8 does not survive the way there and back; then the bytes are kept as base64.
  return isUtf8(rawBody)
    ? { body: redact.text(text), bodyEncoding: 'utf8' }
    : { body: redactBytes(rawBody, redact).toString('base64'), bodyEncoding: 'base64' };
}

/** Latin-1 maps every byte to one character and back, and secrets are ASCII. */
function redactBytes(rawBody: Buffer, redact: Redactor): Buffer {
  return Buffer.from(redact.text(rawBody.toString('latin1')), 'latin1');
}

function withoutSecrets<T extends { readonly message: string | null; readonly prompt: string | null }>(
  result: T,
  redact: Redactor,
): T {
  const clean = (text: string | null): string | null => (text === null ? null : redact.text(text));
  return { ...result, message: clean(result.message), prompt: clean(result.prompt) };
}
