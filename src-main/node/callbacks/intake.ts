/**
 * What happens to a request that reached a valid callback URL: read, verify, journal, answer. Nothing else is waited
 * for; downloads, events and notifications follow from the journal's event.
 */
import { hash } from 'node:crypto';
import { InboxError } from '../../common/errors.ts';
import { callbackTexts } from '../../common/texts/en-callbacks.ts';
import type { EventDraft } from '../../common/events.ts';
import { joinedTask, type NamedTask } from '../../common/identity.ts';
import { providerFamily } from '../../common/providers/catalog.ts';
import { isKeyOfBody } from '../../common/providers/envelope.ts';
import type { Reading, ResultReading } from '../../common/providers/reading.ts';
import type { Redactor } from '../../common/redact.ts';
import type { Log } from '../log/log.ts';
import type { InlineFilm } from './body/inline-films.ts';
import { mayPackFilm } from './body/limited-body.ts';
import type { LongBodies } from './body/long-bodies.ts';
import { readShort, type ReadBody } from './body/read-body.ts';
import { unpackBody, type UnpackProblem } from './body/unpack.ts';
import { createSlots } from '../slots.ts';
import { draftsOf, noteOf, nothingFound, type KeptRequest, type TaskTold } from './callback-record.ts';
import type { DayCount, DayLimits } from './day-limits.ts';
import type { Delivery, IntakeAnswer } from './delivery.ts';
import { withoutSecrets } from './kept-body.ts';
import { taskInQuery, toldInQuery } from './query-callback.ts';
import { answerTo, type Refusal, type SaidCode } from './refusal.ts';
import { createRefusedBodies } from './refused-bodies.ts';
import { createRepeats } from './repeats.ts';
import type { RequestNote } from './requests/request-recorder.ts';
import { createTrust, type Trusted, type TrustPorts } from './trust.ts';
import { createUsedSignatures, type SignatureClaim } from './used-signatures.ts';

export interface IntakePorts extends TrustPorts {
  /** In one append: all of them are there, or none. */
  readonly record: (drafts: readonly EventDraft[]) => Promise<unknown>;
  /** Tasks that carry an id: for some of their providers every callback must be signed. */
  readonly tasksOf: (taskId: string) => readonly NamedTask[];
  /** SHA-256 of the body that a signature for this id came with before. */
  readonly signedBody: (taskId: string, replayKey: string) => string | undefined;
  /** How large a body may be once it is unpacked, and one that carries a film; what was not packed was measured on its way in. */
  readonly limits: () => { readonly bodyBytes: number; readonly filmBodyBytes: number };
  /** What a stranger's callback URL may do in a day. */
  readonly dayLimits: DayLimits;
  /** Reads what is long. */
  readonly readLong: LongBodies['read'];
  /** Puts a film that came inside a body on the disk, synced, if it is not there. @returns whether it was. @throws what the disk throws. */
  readonly keepFilm: (film: InlineFilm) => Promise<boolean>;
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
  /** To be told where the log is not where it was: what came before may be gone, and what is only counted would be lost. */
  readonly logGone: () => void;
  /** Records what was only counted. */
  close(): Promise<void>;
}

const accepted = { status: 200, body: { code: 200, msg: 'success' } } as const;
/** As many as threads can be busy with, and two to follow; of more, each would hold all that it unpacks to. */
const unpackedAtOnce = 6;
/** No provider's result is so long, unless a film is in it; what would hold up others for longer than a glance is. */
const longBytes = 64 * 1024;
/** A program with little memory reads and stores one of these after the other. */
const largeBytes = 256 * 1024;

/** What an event holds beside the body, of which the shortest word about a task makes one. */
const bytesOfEvent = 600;

type Greeting = Extract<Reading, { readonly kind: 'challenge' | 'ping' }>;

/** A body that tells of tasks. */
interface Said {
  readonly delivery: Delivery;
  readonly read: ReadBody;
  /** Of the body, not packed any more. */
  readonly bytes: Buffer;
  readonly all: readonly ResultReading[];
  readonly first: ResultReading;
  readonly redact: Redactor;
}

/** A body that may come in. */
interface Vouched {
  readonly said: Said;
  readonly tasks: readonly TaskTold[];
  readonly bodySha256: string;
  readonly replayKey: string | null;
  readonly claim: SignatureClaim;
}

export function createIntake(ports: IntakePorts): Intake {
  const { redactor, log } = ports;
  const signatures = createTrust(ports);
  const refuse = createRefusedBodies(ports);
  const repeats = createRepeats(ports);
  const slots = createSlots(unpackedAtOnce);
  /** What a body is read into takes many times its room, and is held until it is stored. */
  const largeBodies = createSlots(1);
  /** What is read of thousands of tasks takes far more room than their body. */
  const longReads = createSlots(1);
  const usedSignatures = createUsedSignatures(ports.signedBody);

  /** Before the event that speaks of them: what it promises must be there after a crash. */
  async function keepFilms(films: readonly InlineFilm[], kept: (bytes: number) => void): Promise<void> {
    for (const film of films) {
      const wasHere = await ports.keepFilm(film).catch((cause: unknown) => {
        log.error({ error: cause }, 'a film that came inside a callback could not be kept');
        throw new InboxError('storage-failed', callbackTexts.filmNotStored, {
          cause,
        });
      });
      if (!wasHere) kept(film.sizeBytes);
    }
  }

  /** What of it counts for a day of a stranger's callback URL; `null` = nothing. */
  function countOf(
    { isStranger }: Delivery,
    tasks: readonly TaskTold[],
    { isCounted, bytes }: { readonly isCounted: () => boolean; readonly bytes: number },
  ): DayCount | null {
    if (!isStranger || tasks.every(({ trust }) => trust !== 'unsigned')) return null;
    const newTasks = tasks.filter(({ key, isKnown }) => !isKnown && !repeats.hasStored(key)).length;
    return { newTasks, bytes: isCounted() ? 0 : bytes };
  }

  async function accept(delivery: Delivery): Promise<IntakeAnswer> {
    const { rawBody } = delivery;
    const { bodyBytes, filmBodyBytes } = ports.limits();
    const grow = delivery.grow ?? (() => true);
    const encoding = delivery.headers['content-encoding'] ?? null;
    const unpackWithin = (limitBytes: number) =>
      unpackBody(rawBody, encoding, Math.max(limitBytes, rawBody.length), { slots, grow });
    // Nothing is waited for that is there already: each wait costs as much as some of the reading.
    const unpacking = unpackWithin(bodyBytes);
    let unpacked = unpacking instanceof Promise ? await unpacking : unpacking;
    let mostBytes = bodyBytes;
    if ('problem' in unpacked && unpacked.problem === 'too-large' && mayPackFilm(rawBody)) {
      mostBytes = Math.max(bodyBytes, filmBodyBytes);
      unpacked = await unpackWithin(mostBytes);
    }
    if ('problem' in unpacked) {
      return refuse(delivery, unpackRefusal(unpacked.problem, mostBytes));
    }
    const { bytes } = unpacked;
    return bytes.length > largeBytes ? largeBodies(() => take(delivery, bytes)) : take(delivery, bytes);
  }

  /** @param bytes of the body, not packed any more. */
  async function take(delivery: Delivery, bytes: Buffer): Promise<IntakeAnswer> {
    const { headers, rawBody, url } = delivery;
    const sender = { headers, providerHint: url.provider, urlName: url.label };
    const reads =
      bytes.length > longBytes ? ports.readLong(bytes, sender, redactor()) : readShort(bytes, sender, longReads);
    const read = reads instanceof Promise ? await reads : reads;
    if ('problem' in read.said) return tellInAddress(delivery, read.said.problem, read);
    const [named, ...others] = read.said;
    const reading = others.length === 0 ? namedByQuery(named, delivery) : named;
    if (reading.kind === 'challenge' || reading.kind === 'ping') return greet(delivery, read, reading);
    if (reading.kind === 'unreadable') {
      const code = reading.reason === 'not-an-object' ? 'not-an-object' : 'nothing-in-it';
      return tellInAddress(delivery, code, read);
    }
    const redact = redactor();
    const all =
      others.length === 0 ? told(reading, redact) : [reading, ...others].flatMap((each) => told(each, redact));
    const [first] = all;
    if (first === undefined) return refuse(delivery, { code: 'nothing-in-it' }, { read });
    const said: Said = { delivery, read, bytes, all, first, redact };
    const required = signatures.someMustBeSigned() ? all.find(isRequired) : undefined;
    const { provider } = required ?? first;
    const { signedIds } = read;
    const signed = { provider, headers, rawBody, signedIds, url, isRequired: required !== undefined };
    const trusting = signatures.trustOf(signed, bytes);
    return await decide(said, provider, trusting instanceof Promise ? await trusting : trusting);
  }

  /** The result may stand in the address, and nothing that can be read in the body (none, or `{}`). */
  function tellInAddress(delivery: Delivery, code: SaidCode, read: ReadBody): Promise<IntakeAnswer> {
    const told = toldInQuery(delivery);
    return told === null ? refuse(delivery, { code }, { read }) : accept(told);
  }

  /** Whoever sent it wants to know whether anyone is here. */
  function greet(delivery: Delivery, read: ReadBody, reading: Greeting): IntakeAnswer {
    const note = {
      ...nothingFound,
      outcome: reading.kind,
      kept: read.kept(redactor()),
      bodySha256: hash('sha256', delivery.rawBody),
    } as const;
    return reading.kind === 'ping'
      ? { ...accepted, note }
      : { status: 200, body: { challenge: reading.challenge }, note };
  }

  function joinedOf({ provider, certain }: ResultReading, taskId: string): NamedTask | undefined {
    return joinedTask({ provider, certain, family: providerFamily(provider) }, ports.tasksOf(taskId));
  }

  /** A body of no provider that names a task of one that must sign is no way around the signature. */
  function isRequired(each: ResultReading): boolean {
    const named = joinedOf(each, each.taskId);
    return signatures.mustBeSigned(each.provider) || (named !== undefined && signatures.mustBeSigned(named.provider));
  }

  /**
   * Whether it is vouched for as far as it must be; then it is stored.
   * @param provider whose signature was looked for.
   */
  function decide(said: Said, provider: string, trusted: Trusted): Promise<IntakeAnswer> {
    const { delivery, read, bytes, all, first } = said;
    if ('refusal' in trusted) return refuse(delivery, { code: trusted.refusal }, { read, first });
    const { signedTaskId, replayKey } = trusted;
    // Objects by field here and below: a spread that new names follow costs as much as reading the body.
    const tasks = all.map((each): TaskTold => {
      // A body may hold two ids of one task, and the signature tells which is meant.
      const taskId = all.length === 1 ? (signedTaskId ?? each.taskId) : each.taskId;
      const key = joinedOf(each, taskId)?.key;
      // Of several tasks a provider vouches for its own, and where it signs ids for that one.
      const isMeant = all.length === 1 || signedTaskId === null || signedTaskId === taskId;
      const isItsOwn = all.length === 1 || providerFamily(each.provider) === providerFamily(provider);
      return {
        kind: 'result',
        provider: each.provider,
        certain: each.certain,
        taskId,
        result: each.result,
        key: key ?? `${each.provider}:${taskId}`,
        isKnown: key !== undefined,
        trust: isMeant && isItsOwn ? trusted.trust : 'unsigned',
        replayKey: isMeant ? replayKey : null,
      };
    });
    if (tasks.length > 1 && tasks.some((each) => each.trust === 'unsigned' && isRequired(each))) {
      return refuse(delivery, { code: 'signature-missing' }, { read, first });
    }
    const bodySha256 = bytes === delivery.rawBody ? read.sha256() : hash('sha256', delivery.rawBody);
    const claim = usedSignatures.claim(signedTaskId ?? tasks[0]?.taskId ?? '', replayKey, bodySha256);
    if (claim === null) return refuse(delivery, { code: 'signature-used' }, { read, first });
    return store({ said, tasks, bodySha256, replayKey, claim });
  }

  /** Unless it is too much for a day. */
  async function store({ said, tasks, bodySha256, replayKey, claim }: Vouched): Promise<IntakeAnswer> {
    try {
      const { delivery, read, bytes, redact } = said;
      const [only] = tasks;
      // Looked up where it matters: of a body that was not here before it does not.
      const repeated = tasks.map(({ taskId, key }) => ({
        key,
        isHere: () => ports.tasksOf(taskId).some((task) => task.key === key && task.goneSeq === undefined),
      }));
      // Remembered for thousands of bodies, so it stays short.
      const trusts =
        tasks.length === 1 && only !== undefined
          ? `${only.taskId} ${only.trust}`
          : hash('sha256', tasks.map(({ taskId, trust }) => `${taskId} ${trust}`).join(' '));
      const sameAs = `${trusts} ${bodySha256} ${replayKey ?? ''} ${delivery.url.id}`;
      const count = countOf(delivery, tasks, {
        isCounted: () => repeats.isKnown(sameAs, repeated),
        // Unpacked, as it is kept: packed it may be a hundredth of that.
        bytes: bytes.length + tasks.length * bytesOfEvent,
      });
      const tooMuch = count === null ? null : ports.dayLimits.take(delivery.url.id, count);
      if (tooMuch !== null) return await refuse(delivery, tooMuch, { read, first: said.first });
      const evidence: KeptRequest = {
        headers: redact.headers(delivery.headers),
        kept: read.kept(redact),
        bodySha256,
      };
      const note = noteOf(said, tasks, evidence);
      let filmBytes = 0;
      try {
        // Also of what is only counted: its task may have been removed meanwhile, and the film with it.
        if (read.films.length > 0) await keepFilms(read.films, (more) => (filmBytes += more));
        await repeats.take(sameAs, draftsOf(delivery, tasks, evidence), repeated);
        claim.stored();
        const isOther = tasks.some(({ key }) => ports.namesAnotherFilm(key));
        return { status: accepted.status, body: accepted.body, note: isOther ? { ...note, odd: 'conflict' } : note };
      } catch (error) {
        // But for what lies on the disk all the same.
        if (count !== null)
          ports.dayLimits.giveBack(delivery.url.id, { ...count, bytes: Math.max(0, count.bytes - filmBytes) });
        if (!(error instanceof InboxError)) throw error;
        return notStored(error, note);
      }
    } finally {
      claim.end();
    }
  }

  return {
    accept,
    purged: (key) => repeats.purged(key),
    logGone: () => repeats.forget(),
    close: () => repeats.close(),
  };
}

function unpackRefusal(problem: UnpackProblem, limitBytes: number): Refusal {
  if (problem === 'no-room') return { code: 'too-many-at-once' };
  return problem === 'bomb' ? { code: 'packed-too-tightly' } : { code: 'too-large', facts: { limitBytes } };
}

/** A body that names no task is about the one in the address that it came to, where there is one. */
function namedByQuery(reading: Reading, { query = '' }: Delivery): Reading {
  if (query === '' || reading.kind !== 'result' || !isKeyOfBody(reading.taskId)) return reading;
  const taskId = taskInQuery(query);
  return taskId === null ? reading : { ...reading, taskId };
}

/** The disk refused it, or has no room for it now: the provider shall send it again. */
function notStored(error: InboxError, note: RequestNote): IntakeAnswer {
  const refusal: Required<Refusal> =
    error.code === 'too-many'
      ? { code: 'too-many-at-once', facts: {}, retryAfterSeconds: 2 }
      : { code: 'storage-failed', facts: { detail: error.message }, retryAfterSeconds: 30 };
  const { code, facts } = refusal;
  return { ...answerTo(refusal, error.message), note: { ...note, outcome: 'refused', code, facts, odd: null } };
}

/** Nothing where all that it named was our own callback URL. */
function told(reading: ResultReading, redact: Redactor): readonly ResultReading[] {
  const result = withoutSecrets(reading.result, redact);
  const lostAll = result.videoUrls.length < reading.result.videoUrls.length && result.videoUrls.length === 0;
  return lostAll && result.stateWord === null && isKeyOfBody(reading.taskId)
    ? []
    : [result === reading.result ? reading : { ...reading, result }];
}
