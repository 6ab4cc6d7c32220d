/**
 * What happens to a request that reached a valid callback URL: read, verify, journal, answer. Nothing else is waited
 * for; downloads, events and notifications follow from the journal's event.
 */
import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import { InboxError } from '../../common/errors.ts';
import { callbackTexts } from '../../common/texts/en-callbacks.ts';
import type { Draft, EventDraft, EventTrust } from '../../common/events.ts';
import { joinedTask, type NamedTask } from '../../common/identity.ts';
import { inlineFilmUrl, withoutInlineLink } from '../../common/inline-film.ts';
import type { Result } from '../../common/model.ts';
import { maxTasks } from '../../common/providers/batch.ts';
import { isKeyOfBody } from '../../common/providers/envelope.ts';
import { providerFamily, readTasksInTurns, type ResultReading } from '../../common/providers/reader.ts';
import type { Redactor } from '../../common/redact.ts';
import { enRefusals, type RefusalCode, type RefusalFacts } from '../../common/texts/en-requests.ts';
import { inTurns } from '../in-turns.ts';
import type { Log } from '../log/log.ts';
import { createRecentMap } from '../storage/recent-map.ts';
import type { InlineFilm } from './body/inline-films.ts';
import { openBody, type OpenedBody } from './body/open-body.ts';
import { createSlots } from './body/slots.ts';
import type { CallbackUrlEntry } from './callback-urls.ts';
import type { DayLimits, TooMuch } from './day-limits.ts';
import { keptBody, withoutSecrets } from './kept-body.ts';
import { createRejectedQuota } from './rejected-quota.ts';
import { createRepeats } from './repeats.ts';
import type { RequestNote } from './requests/request-recorder.ts';
import { createTrust, type TrustPorts } from './trust.ts';

export interface Delivery {
  readonly url: CallbackUrlEntry;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rawBody: Buffer;
  readonly remote: string | null;
  /** True for what came through a tunnel or a proxy. */
  readonly isStranger: boolean;
  /** Asks for room for so much more than the body had on its way in; false where all bodies together have no more. */
  readonly grow?: (bytes: number) => boolean;
}

export interface IntakeAnswer {
  readonly status: 200 | 400 | 401 | 413 | 429 | 503;
  readonly body: unknown;
  readonly retryAfterSeconds?: number;
  readonly note: RequestNote;
}

export interface IntakePorts extends TrustPorts {
  /** In one append: all of them are there, or none. */
  readonly record: (drafts: readonly EventDraft[]) => Promise<unknown>;
  /** Tasks that carry an id: for some of their providers every callback must be signed. */
  readonly tasksOf: (taskId: string) => readonly NamedTask[];
  /** SHA-256 of the body that a signature for this id came with before. */
  readonly signedBody: (taskId: string, replayKey: string) => string | undefined;
  /** How large a body may be once it is unpacked; what was not packed was measured on its way in. */
  readonly limits: () => { readonly bodyBytes: number };
  /** What a stranger's callback URL may do in a day. */
  readonly dayLimits: DayLimits;
  /** Puts a film that came inside a body on the disk, synced, if it is not there. @throws what the disk throws. */
  readonly keepFilm: (film: InlineFilm) => Promise<void>;
  /** Whether the last thing that happened to the task was that it was told of another film than before. */
  readonly namesAnotherFilm: (key: string) => boolean;
  /** Takes out what must not be kept: tokens of callback URLs and shared secrets, as they are now. */
  readonly redactor: () => Redactor;
  readonly now: () => Date;
  readonly log: Log;
}

export interface Intake {
  readonly accept: (delivery: Delivery) => Promise<IntakeAnswer>;
  /** To be told of each task that leaves the library: a callback that comes again makes it anew. */
  readonly purged: (key: string) => void;
  /** Records what was only counted. */
  close(): Promise<void>;
}

const accepted = { status: 200, body: { code: 200, msg: 'success' } } as const;
const keysRetrySeconds = 30;
const keptBodyChars = 8 * 1024;
/** At least half as many are remembered, which are more than arrive at once. */
const signatureLimit = 16 * 1024;
/** As many as threads can be busy with, and two to follow; of more, each would hold all that it unpacks to. */
const unpackedAtOnce = 6;

interface UsedSignature {
  readonly bodySha256: string;
  /** How many came with it and are on their way to the disk. */
  coming: number;
  isStored: boolean;
}

/** What a body tells of one task. */
interface TaskTold extends ResultReading {
  readonly key: string;
  /** True where the library has it. */
  readonly isKnown: boolean;
}

export function createIntake(ports: IntakePorts): Intake {
  const { record, redactor, log } = ports;
  const signatures = createTrust(ports);
  const quota = createRejectedQuota(ports.now);
  const repeats = createRepeats(ports);
  const slots = createSlots(unpackedAtOnce);
  /** What is read of thousands of tasks takes far more room than their body. */
  const longReads = createSlots(1);
  /** What signatures came with. The library may hear of it much later, where it follows a shared log that is away. */
  const usedSignatures = createRecentMap<string, UsedSignature>(signatureLimit);

  async function reject(
    delivery: Delivery,
    status: 400 | 401 | 413 | 429 | 503,
    code: RefusalCode,
    facts: RefusalFacts = {},
    opened: OpenedBody | null = null,
    found: Partial<RequestNote> = {},
  ): Promise<IntakeAnswer> {
    const { rawBody, url, remote } = delivery;
    const reason = enRefusals[code](facts);
    log.warn({ status, urlId: url.id, bytes: rawBody.length }, `a callback was rejected: ${reason}`);
    const redact = redactor();
    const text = opened?.text ?? rawBody.toString('utf8');
    // What was too large is told of, and not kept.
    const isKept = status === 400 || status === 401;
    const kept =
      status === 413 ? null : keptBody(opened?.keptBytes ?? rawBody, text, opened?.isWhole ?? isUtf8(rawBody), redact);
    if (kept !== null && isKept && quota.take(Math.min(rawBody.length, keptBodyChars))) {
      const refused: EventDraft = {
        type: 'request-refused',
        status,
        code,
        params: { ...facts },
        urlId: url.id,
        headers: redact.headers(delivery.headers),
        body: kept.body.slice(0, keptBodyChars),
        bodyEncoding: kept.bodyEncoding,
        bodyBytes: rawBody.length,
        remote,
      };
      await record([refused]).catch((error: unknown) => log.warn({ error }, 'a rejected callback could not be kept'));
    }
    const note = { ...nothingFound, code, facts, kept, bodySha256: hash('sha256', rawBody), ...found };
    const retry = status === 503 ? { retryAfterSeconds: keysRetrySeconds } : {};
    return { status, body: { code: status, msg: reason }, note, ...retry };
  }

  /** Before the event that speaks of them: what it promises must be there after a crash. */
  async function keepFilms(films: readonly InlineFilm[], tasks: readonly ResultReading[]): Promise<void> {
    for (const film of films) {
      const url = inlineFilmUrl(film.sha256);
      if (!tasks.some(({ result }) => result.videoUrls.includes(url))) continue;
      await ports.keepFilm(film).catch((cause: unknown) => {
        log.error({ error: cause }, 'a film that came inside a callback could not be kept');
        throw new InboxError('storage-failed', callbackTexts.filmNotStored, {
          cause,
        });
      });
    }
  }

  /** Why this is too much for one day of a stranger's callback URL. */
  function limitOf(
    { isStranger, url }: Delivery,
    tasks: readonly TaskTold[],
    {
      isCounted,
      isSigned,
      bytes,
    }: { readonly isCounted: () => boolean; readonly isSigned: () => boolean; readonly bytes: number },
  ): TooMuch | null {
    if (!isStranger || isSigned()) return null;
    const newTasks = tasks.filter(({ key, isKnown }) => !isKnown && !repeats.hasStored(key)).length;
    return ports.dayLimits.take(url.id, { newTasks, bytes: isCounted() ? 0 : bytes });
  }

  async function accept(delivery: Delivery): Promise<IntakeAnswer> {
    const { bodyBytes } = ports.limits();
    const limitBytes = Math.max(bodyBytes, delivery.rawBody.length);
    const grow = delivery.grow ?? (() => true);
    const opened = await openBody(delivery.rawBody, delivery.headers, limitBytes, { slots, grow });
    if ('problem' in opened) {
      if (opened.problem === 'no-room') {
        return { ...(await reject(delivery, 429, 'too-many-at-once')), retryAfterSeconds: 1 };
      }
      return opened.problem === 'bomb'
        ? reject(delivery, 413, 'packed-too-tightly')
        : reject(delivery, 413, 'too-large', { limitBytes: bodyBytes });
    }
    const { read } = opened;
    if ('problem' in read) return reject(delivery, 400, read.problem, {}, opened);
    const { headers, url } = delivery;
    const work = readTasksInTurns({ body: read.value, headers, providerHint: url.provider, urlName: url.label });
    const start = work.next();
    const [reading, ...others] = start.done === true ? start.value : await longReads(() => inTurns(work));
    if (reading.kind === 'challenge' || reading.kind === 'ping') {
      const kept = keptBody(opened.keptBytes, opened.text, opened.isWhole, redactor());
      const note = {
        ...nothingFound,
        outcome: reading.kind,
        kept,
        bodySha256: hash('sha256', delivery.rawBody),
      } as const;
      return reading.kind === 'ping'
        ? { ...accepted, note }
        : { status: 200, body: { challenge: reading.challenge }, note };
    }
    if (reading.kind === 'unreadable') {
      const code = reading.reason === 'not-an-object' ? 'not-an-object' : 'nothing-in-it';
      return reject(delivery, 400, code, {}, opened);
    }
    const redact = redactor();
    const all = [reading, ...others].flatMap((each) => told(each, opened.films, redact));
    const [first] = all;
    if (first === undefined) return reject(delivery, 400, 'nothing-in-it', {}, opened);
    const found = { provider: first.provider, taskId: first.taskId, result: first.result };

    // A body of no provider that names a task of one that must sign is no way around the signature.
    const joinedOf = ({ provider, certain }: ResultReading, taskId: string) =>
      joinedTask({ provider, certain, family: providerFamily(provider) }, ports.tasksOf(taskId));
    const isRequired = (each: ResultReading): boolean => {
      const named = joinedOf(each, each.taskId);
      return signatures.mustBeSigned(each.provider) || (named !== undefined && signatures.mustBeSigned(named.provider));
    };
    const required = signatures.someMustBeSigned() ? all.find(isRequired) : undefined;
    const { provider } = required ?? first;
    const { rawBody } = delivery;
    const signed = { provider, headers, rawBody, body: read.value, url, isRequired: required !== undefined };
    const trusted = await signatures.trustOf(signed, opened.bytes);
    if ('refusal' in trusted) {
      // A refusal is final for most senders, and this one may be right: they shall send it again.
      const status = trusted.refusal === 'keys-unavailable' ? 503 : 401;
      return reject(delivery, status, trusted.refusal, {}, opened, found);
    }
    const bodySha256 = hash('sha256', rawBody);
    // Objects by field here and below: a spread that new names follow costs as much as reading the body.
    const tasks = all.map((each): TaskTold => {
      // A body may hold two ids of one task, and the signature tells which is meant.
      const taskId = all.length === 1 ? (trusted.signedTaskId ?? each.taskId) : each.taskId;
      const key = joinedOf(each, taskId)?.key;
      return {
        kind: 'result',
        provider: each.provider,
        certain: each.certain,
        taskId,
        result: each.result,
        key: key ?? `${each.provider}:${taskId}`,
        isKnown: key !== undefined,
      };
    });
    // Of several tasks a provider vouches for its own, and where it signs ids for that one.
    const trustIn = (each: TaskTold): EventTrust => {
      const isMeant = trusted.signedTaskId === null || trusted.signedTaskId === each.taskId;
      const isItsOwn = all.length === 1 || providerFamily(each.provider) === providerFamily(provider);
      return isMeant && isItsOwn ? trusted.trust : 'unsigned';
    };
    if (tasks.length > 1 && tasks.some((each) => trustIn(each) === 'unsigned' && isRequired(each))) {
      return reject(delivery, 401, 'signature-missing', {}, opened, found);
    }

    const { replayKey } = trusted;
    const signedId = trusted.signedTaskId ?? tasks[0]?.taskId ?? '';
    const signature = replayKey === null ? null : `${signedId} ${replayKey}`;
    let used: UsedSignature | null = null;
    if (replayKey !== null && signature !== null) {
      const known = usedSignatures.get(signature);
      const before = known?.bodySha256 ?? ports.signedBody(signedId, replayKey);
      // The same bytes again are the provider trying again; other bytes are someone who saw the signature.
      if (before !== undefined && before !== bodySha256) {
        return reject(delivery, 401, 'signature-used', {}, opened, found);
      }
      used = known ?? { bodySha256, coming: 0, isStored: false };
      used.coming += 1;
      if (known === undefined) usedSignatures.set(signature, used);
    }
    const letGo = (): void => {
      if (used !== null) used.coming -= 1;
      // What was never stored may come again, with whatever body the provider has for it by then.
      if (signature !== null && used?.coming === 0 && !used.isStored) usedSignatures.delete(signature);
    };

    // Looked up where it matters: of a body that was not here before it does not.
    const repeated = tasks.map(({ taskId, key }) => ({
      key,
      isHere: () => ports.tasksOf(taskId).some((task) => task.key === key && task.goneSeq === undefined),
    }));
    const saidOf = tasks.map((each) => `${each.taskId} ${trustIn(each)}`).join(' ');
    // Remembered for thousands of bodies, so it stays short.
    const said = tasks.length > 1 ? hash('sha256', saidOf) : saidOf;
    const sameAs = `${said} ${bodySha256} ${replayKey ?? ''} ${url.id}`;
    const kept = keptBody(opened.keptBytes, opened.text, opened.isWhole, redact);
    const keptHeaders = redact.headers(headers);
    const [one, ...further] = tasks;
    const note: RequestNote = {
      outcome: 'stored',
      code: null,
      facts: nothingFound.facts,
      provider: first.provider,
      result: first.result,
      taskId: one?.taskId ?? first.taskId,
      key: one?.key ?? null,
      trust: one === undefined ? null : trustIn(one),
      odd: tasks.length > maxTasks ? 'not-all' : all.every(({ result }) => isEmpty(result)) ? 'no-video' : null,
      headers: keptHeaders,
      kept,
      bodySha256,
      ...(further.length === 0
        ? {}
        : { others: further.map(({ taskId, key, result }) => ({ taskId, key, videos: result.videoUrls.length })) }),
    };
    const tooMuch = limitOf(delivery, tasks, {
      isCounted: () => repeats.isKnown(sameAs, repeated),
      isSigned: () => tasks.every((each) => trustIn(each) !== 'unsigned'),
      // Unpacked, as it is kept: packed it may be a hundredth of that.
      bytes: opened.bytes.length,
    });
    if (tooMuch !== null) {
      letGo();
      const { code, facts, retryAfterSeconds } = tooMuch;
      return { ...(await reject(delivery, 429, code, facts, opened, found)), retryAfterSeconds };
    }
    try {
      // Also of what is only counted: its task may have been removed meanwhile, and the film with it.
      await keepFilms(opened.films, tasks);
      const drafts = tasks.map((each, index): Draft<'result'> => {
        const { provider, certain, taskId, result } = each;
        const isMeant = trusted.signedTaskId === null || tasks.length === 1 || trusted.signedTaskId === taskId;
        return {
          type: 'result',
          source: 'callback',
          read: { provider, certain, family: providerFamily(provider), taskId, result },
          trust: trustIn(each),
          evidence: {
            urlId: url.id,
            // The first of them has it.
            headers: index === 0 ? keptHeaders : {},
            body: index === 0 ? kept.body : null,
            bodyEncoding: kept.bodyEncoding,
            bodySha256,
            remote: delivery.remote,
            replayKey: isMeant ? replayKey : null,
          },
          tags: url.project === null ? [] : [url.project],
        };
      });
      await repeats.take(sameAs, drafts, repeated);
      if (used !== null) used.isStored = true;
      const isOther = tasks.some(({ key }) => ports.namesAnotherFilm(key));
      return { status: accepted.status, body: accepted.body, note: isOther ? { ...note, odd: 'conflict' } : note };
    } catch (error) {
      if (!(error instanceof InboxError)) throw error;
      const isBusy = error.code === 'too-many';
      const status = isBusy ? 429 : 503;
      return {
        status,
        body: { code: status, msg: error.message },
        retryAfterSeconds: isBusy ? 2 : 30,
        note: {
          ...note,
          outcome: 'refused',
          code: isBusy ? 'too-many-at-once' : 'storage-failed',
          facts: isBusy ? {} : { detail: error.message },
          odd: null,
        },
      };
    } finally {
      letGo();
    }
  }

  return { accept, purged: (key) => repeats.purged(key), close: () => repeats.close() };
}

const nothingFound = {
  outcome: 'refused',
  code: null,
  facts: {},
  provider: null,
  taskId: null,
  key: null,
  trust: null,
  odd: null,
  result: null,
  kept: null,
  bodySha256: null,
} as const satisfies RequestNote;

/** Said to have worked, and there is nothing to save and no word about how to get it. */
function isEmpty({ state, videoUrls, needsApiKey }: Result): boolean {
  return state === 'succeeded' && videoUrls.length === 0 && !needsApiKey;
}

/** Nothing where all that it named was our own callback URL. */
function told(reading: ResultReading, films: readonly InlineFilm[], redact: Redactor): readonly ResultReading[] {
  const result = withoutSecrets(withFilms(reading.result, films), redact);
  const lostAll = result.videoUrls.length < reading.result.videoUrls.length && result.videoUrls.length === 0;
  return lostAll && result.stateWord === null && isKeyOfBody(reading.taskId)
    ? []
    : [result === reading.result ? reading : { ...reading, result }];
}

/** Films have an address of ours, since the link that stood in their place was only for the reader. */
function withFilms(result: Result, films: readonly InlineFilm[]): Result {
  if (films.length === 0) return result;
  const known = new Set(films.map(({ sha256 }) => sha256));
  const own = (link: string): string => withoutInlineLink(link, (sha256) => known.has(sha256));
  return {
    ...result,
    sourceUrl: result.sourceUrl === null ? null : own(result.sourceUrl),
    videoUrls: result.videoUrls.map(own),
  };
}
