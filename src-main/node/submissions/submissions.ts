/**
 * Orders videos from providers, and never pays twice: the intent is in the log before the call, what came of it after.
 * No provider offers an idempotency key, so an order whose answer was lost is not sent again by itself; it is "not
 * known whether it was made" until a callback at its own one-use URL says so, or the person does.
 */
import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { InboxError } from '../../common/errors.ts';
import type { Draft, EventDraft } from '../../common/events.ts';
import { inputOf, isRefusal, type Order, type OrderProblem, type SubmitForm } from '../../common/submit-form.ts';
import { hostTexts } from '../../common/texts/en-host.ts';
import { sharedTexts } from '../../common/texts/en-shared.ts';
import { isUnreached, providerTextsEn } from '../../common/texts/en-providers.ts';
import { type Sentence, type Told, told } from '../../common/texts/sentence.ts';
import { diskReason, isDiskRefusal } from '../data-dir.ts';
import { ApiFault, type OrderFields } from '../provider-api/provider-api.ts';
import { NotSent } from '../provider-api/call-api.ts';
import { isTooSoon, orderWasRefused, type Created } from '../provider-api/order-answers.ts';
import type { ProviderClient } from '../provider-api/provider-client.ts';
import type { Clock } from '../clock.ts';
import { inTime } from '../time-limit.ts';
import { digestOf, sourcesAmong, withModel } from './order-input.ts';
import { createPreparing, type PreparingPorts } from './prepare-order.ts';
import type { Submission, SubmissionBook } from './submission-book.ts';

export interface SubmissionPorts extends PreparingPorts {
  /** In one go; resolves once all of them are on disk. */
  readonly record: (drafts: readonly EventDraft[]) => Promise<unknown>;
  /**
   * The hold on an order, without which nothing is sent: what is recorded through it is known to all machines.
   * @returns `null` where another machine has it, or that cannot be known.
   */
  readonly hold: (id: string) => Promise<OrderHold | null>;
  readonly book: SubmissionBook;
  readonly client: Pick<ProviderClient, 'api' | 'hasKey' | 'create' | 'listsOrders'>;
  /** A callback URL for one order. */
  readonly mintUrl: (label: string, project: string | null) => Promise<{ readonly id: string; readonly url: string }>;
  readonly revokeUrl: (id: string) => Promise<unknown>;
  /** The task of an order in doubt, where the provider lists it; `null` where it does not. */
  readonly find: (submission: Submission) => Promise<string | null>;
  /** Credits that it usually costs, `null` where nobody knows. */
  readonly estimate: (provider: string, model: string | null) => number | null;
  readonly redact: (text: string) => string;
  readonly clock: Clock;
}

export interface OrderHold {
  readonly record: (drafts: readonly EventDraft[]) => Promise<unknown>;
  release(): Promise<void>;
}

/** What came of an order. */
export type Submitted =
  | {
      readonly outcome: 'made';
      readonly id: string;
      readonly key: string;
      readonly taskId: string;
      readonly notes: readonly OrderProblem[];
    }
  | ({ readonly outcome: 'refused'; readonly id: string; readonly code: string; readonly said: string | null } & Told)
  | ({ readonly outcome: 'unknown'; readonly id: string; readonly code: string } & Told);

export interface Submissions {
  /** An id that is known is not ordered again. @throws InboxError before anything was sent: no key, wrong fields, a file that cannot be read … */
  send(order: Order, batch?: string): Promise<Submitted>;
  /** What is wrong with an order, without sending it. @throws InboxError */
  check(order: Order): Promise<readonly OrderProblem[]>;
  /** Orders in doubt whose callback came while nobody could note it. */
  settleHeard(): Promise<void>;
  /** Intents that a past run left without an outcome. */
  settleInterrupted(): Promise<void>;
  /** A callback came at a submission's own URL: whatever became of the answer, the task was made. */
  heardAt(urlId: string, taskId: string): Promise<void>;
  /** Nothing more is sent; what was sent is waited for, as long as an end may take. */
  close(): Promise<void>;
}

interface Intent {
  readonly id: string;
  readonly order: Order;
  readonly published: Order;
  readonly form: SubmitForm | null;
  readonly hold: OrderHold;
  readonly batch: string | undefined;
}

interface Intended extends Omit<Intent, 'hold' | 'batch'> {
  readonly urlId: string;
  readonly fields: OrderFields;
  readonly problems: readonly OrderProblem[];
}

const rateTries = 6;
const ratePauseMs = 4000;
/** Nobody waits longer before they know whether it was ordered. */
const longestRatePauseMs = 60_000;
const minuteMs = 60_000;
/** Longer, and a database hangs. Not by made-up time. */
const notedMs = 5000;
/** Of what the whole inbox has for its end. */
const endPatienceMs = 3000;
const isFarOff = ({ code, retryAfterMs }: ApiFault): boolean =>
  isTooSoon.has(code) && (retryAfterMs ?? 0) > longestRatePauseMs;

/** Together longer than a call may take. */
const elsewhereLooks = 140;
const elsewhereEveryMs = 500;
/** What a machine wrote is known to the others within moments; longer, and the database is away. */
const intentLooks = 10;

export function createSubmissions(ports: SubmissionPorts): Submissions {
  const { book, client, clock } = ports;
  const sending = new Set<string>();
  /** What is being ordered now, by its id: whoever orders under the same one gets the same answer. */
  const running = new Map<string, { readonly asked: string; readonly work: Promise<Submitted> }>();
  /** Task ids from callbacks that came before the answer to their order did. */
  const heard = new Map<string, string>();
  const stop = new AbortController();
  // Each order listens, and a batch has hundreds.
  setMaxListeners(0, stop.signal);
  const preparing = createPreparing(ports);

  /** What came of an order that is asked about once more. What nobody knows the end of is not sent again either. */
  function endOf({ id, provider, state, taskId, code, message }: Submission): Submitted {
    if (state === 'made' && taskId !== null) {
      return { outcome: 'made', id, key: `${provider}:${taskId}`, taskId, notes: [] };
    }
    if (state === 'refused') {
      const why = code ?? 'invalid';
      const sentence = told(providerTextsEn.refusedBefore(provider, why, message));
      return { outcome: 'refused', id, code: why, said: message, ...sentence };
    }
    return { outcome: 'unknown', id, code: code ?? 'interrupted', ...told(inDoubt(client, provider)) };
  }

  /** Another machine may be at it just now: what comes of it there is the answer here as well. */
  async function onceEnded(submission: Submission): Promise<Submission> {
    let now = submission;
    for (let looks = 0; now.state === 'intended' && looks < elsewhereLooks; looks += 1) {
      await new Promise<void>((resolve) => clock.after(elsewhereEveryMs, resolve));
      now = book.get(submission.id) ?? now;
    }
    return now;
  }

  /** Who holds it may be another machine that has just begun: its intent is on its way here. @throws InboxError where none comes */
  async function endElsewhere(order: Order): Promise<Submitted> {
    const intent = (): Submission | null => {
      const known = order.id === undefined ? null : book.get(order.id);
      return known === null || neverLeft(known) ? null : known;
    };
    for (let looks = 0; order.id !== undefined && intent() === null && looks < intentLooks; looks += 1) {
      await new Promise<void>((resolve) => clock.after(elsewhereEveryMs, resolve));
    }
    const begun = intent();
    if (begun === null) throw new InboxError('unavailable', sharedTexts.cannotClaim);
    return endOf(await onceEnded(sameAs(begun, order)));
  }

  return {
    check: async (order) => (await preparing.checked(order)).problems,
    async send(order, batch) {
      if (stop.signal.aborted) throw new InboxError('unavailable', hostTexts.closing);
      const id = order.id ?? randomUUID();
      const now = running.get(id);
      if (now !== undefined) {
        if (now.asked !== digestOf(order)) throw new InboxError('bad-request', providerTextsEn.orderIdTaken);
        return now.work;
      }
      const before = book.get(id);
      if (before !== null) {
        const ended = await onceEnded(sameAs(before, order));
        if (!neverLeft(ended)) return endOf(ended);
      }
      if (book.isForgotten(id)) throw new InboxError('bad-request', providerTextsEn.orderIdOld);
      const work = sendNew(id, order, batch).finally(() => running.delete(id));
      running.set(id, { asked: digestOf(order), work });
      return work;
    },
    async settleHeard() {
      for (const { id, urlId, heardTaskId } of book.open()) {
        if (urlId === null || heardTaskId === undefined) continue;
        await settleHeard(urlId, heardTaskId).catch((error: unknown) =>
          ports.log.error({ error, submission: id }, 'an order whose callback is there could not be settled'),
        );
      }
    },
    async settleInterrupted() {
      for (const { id, state } of book.open()) {
        if (state !== 'intended' || sending.has(id)) continue;
        const hold = await ports.hold(id);
        if (hold === null) continue;
        try {
          await hold.record([{ type: 'submission-unknown', id, code: 'interrupted', params: {} }]);
        } catch (error) {
          // The others are settled all the same.
          ports.log.error({ error, submission: id }, 'an order that was interrupted could not be settled');
        } finally {
          await hold.release();
        }
      }
    },
    heardAt: settleHeard,
    async close() {
      stop.abort(new NotSent('stopped'));
      const work = [...sending].flatMap((id) => running.get(id)?.work ?? []);
      // Not by made-up time: an answer comes over a network.
      await Promise.race([Promise.allSettled(work), sleep(endPatienceMs, undefined, { ref: false })]);
    },
  };

  async function sendNew(id: string, order: Order, batch: string | undefined): Promise<Submitted> {
    const { form, problems } = await preparing.checked(order);
    const refusals = problems.filter(isRefusal);
    if (refusals.length > 0) throw new InboxError('bad-request', providerTextsEn.orderProblems(refusals));
    const published = await preparing.publish(order, form);
    const hold = await ports.hold(id);
    if (hold === null) return endElsewhere(order);
    try {
      // Another machine had it meanwhile.
      const before = book.get(id);
      if (before !== null && !neverLeft(sameAs(before, order))) return endOf(before);
      const { urlId, fields } = await intend({ id, order, published, form, hold, batch });
      return await sendIntended({ id, order, published, form, urlId, fields, problems });
    } finally {
      await hold.release();
    }
  }

  /** The intent is in the log, and so is the URL at which its callback comes; nothing is sent yet. */
  async function intend(intent: Intent): Promise<{ urlId: string; fields: OrderFields }> {
    const { id, order, published, form, hold, batch } = intent;
    const url = await ports.mintUrl(id, order.project).catch((error: unknown) => {
      throw unnoted(error);
    });
    // With a form every field has its right name; without one the provider's usual names are tried.
    const fields =
      form === null
        ? published
        : { ...published, prompt: null, videos: [], images: [], params: inputOf(form, withModel(form, published)) };
    try {
      await hold.record([
        {
          type: 'submission-intended',
          id,
          provider: order.provider,
          model: order.model,
          prompt: order.prompt,
          sources: [...published.videos, ...published.images, ...sourcesAmong(form, published.params)],
          input: redacted(form === null ? { ...order.params } : fields.params, ports.redact),
          urlId: url.id,
          project: order.project,
          tags: [],
          estimate: ports.estimate(order.provider, order.model),
          ...(batch === undefined ? {} : { batch }),
          ...(order.again === undefined ? {} : { again: order.again }),
          asked: digestOf(order),
        },
      ]);
    } catch (error) {
      await ports
        .revokeUrl(url.id)
        .catch((fault: unknown) => ports.log.error({ error: fault, submission: id }, 'an unused URL is left'));
      throw unnoted(error);
    }
    return { urlId: url.id, fields: { ...fields, callbackUrl: url.url } };
  }

  async function sendIntended(intended: Intended): Promise<Submitted> {
    const { id, order, published, form, urlId, fields, problems } = intended;
    sending.add(id);
    try {
      const created = await create(order.provider, fields);
      const key = `${order.provider}:${created.taskId}`;
      const drafts: EventDraft[] = [
        { type: 'submission-created', id, taskId: created.taskId },
        watchedDraft(order, published, form, id, created),
      ];
      await noteAfter(id, ports.record(drafts));
      return { outcome: 'made', id, key, taskId: created.taskId, notes: problems };
    } catch (error) {
      // Whatever broke behind the call: the order may be made.
      const fault = error instanceof ApiFault ? error : new ApiFault('unreadable', { cause: error });
      const end = await failed(order.provider, id, urlId, fault);
      const lost = end.outcome === 'unknown' ? book.get(id) : null;
      if (lost === null) return end;
      const taskId = heard.get(id) ?? (await ports.find(lost)) ?? heard.get(id) ?? fault.taskId;
      if (taskId === null) return end;
      sending.delete(id);
      await noteAfter(id, settleHeard(urlId, taskId));
      return { outcome: 'made', id, key: `${order.provider}:${taskId}`, taskId, notes: problems };
    } finally {
      sending.delete(id);
      heard.delete(id);
    }
  }

  /** What was sent may be paid, whatever our disk says: an error here would have it ordered again. */
  async function noteAfter(submission: string, noting: Promise<unknown>): Promise<void> {
    const noted = noting.catch((error: unknown) =>
      ports.log.error({ error, submission }, 'what came of an order is not noted'),
    );
    // It goes on behind the answer, which nobody is to wait for: it may be ordered again elsewhere.
    await inTime(noted, notedMs);
  }

  async function settleHeard(urlId: string, taskId: string): Promise<void> {
    const submission = book.byUrl(urlId);
    if (submission === null || submission.state === 'made') return;
    const { id, provider, prompt, model, project, sources } = submission;
    if (sending.has(id)) {
      heard.set(id, taskId);
      return;
    }
    await ports.record([
      { type: 'submission-created', id, taskId },
      { type: 'watched', provider, taskId, prompt, model, project, sourceUrl: sources[0] ?? null, submission: id },
    ]);
  }

  async function create(provider: string, fields: OrderFields): Promise<Created> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await client.create(provider, fields, stop.signal);
      } catch (error) {
        const isTooMany = error instanceof ApiFault && isTooSoon.has(error.code);
        if (!isTooMany || isFarOff(error) || attempt >= rateTries) throw error;
        const pauseMs = Math.max(error.retryAfterMs ?? 0, ratePauseMs * attempt);
        await paused(pauseMs);
      }
    }
  }

  /** @throws NotSent where all is to end. */
  function paused(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        cancel();
        reject(new NotSent('stopped'));
      };
      const cancel = clock.after(ms, () => {
        stop.signal.removeEventListener('abort', end);
        resolve();
      });
      if (stop.signal.aborted) end();
      else stop.signal.addEventListener('abort', end, { once: true });
    });
  }

  async function failed(provider: string, id: string, urlId: string, fault: ApiFault): Promise<Submitted> {
    const { code, said } = fault;
    const params = { code: fault.providerCode };
    if (orderWasRefused(fault) || neverSent(fault)) {
      const noting = ports.record([{ type: 'submission-refused', id, code, params, message: said }]);
      await noteAfter(
        id,
        noting.then(() => ports.revokeUrl(urlId)),
      );
      const pause = isFarOff(fault) ? [Math.ceil((fault.retryAfterMs ?? 0) / minuteMs)] : [];
      return { outcome: 'refused', id, code, said, ...told(providerTextsEn.refused(provider, code, said, ...pause)) };
    }
    ports.log.warn({ fault, provider, submission: id }, 'the answer to an order was lost; it is not sent again');
    await noteAfter(id, ports.record([{ type: 'submission-unknown', id, code, params }]));
    return { outcome: 'unknown', id, code, ...told(inDoubt(client, provider)) };
  }
}

function watchedDraft(
  order: Order,
  published: Order,
  form: SubmitForm | null,
  submission: string,
  created: Created,
): Draft<'watched'> {
  const { provider, prompt, model, project } = order;
  return {
    type: 'watched',
    provider,
    taskId: created.taskId,
    prompt: prompt ?? textOf(order.params['prompt']),
    model,
    project,
    sourceUrl: published.videos[0] ?? published.images[0] ?? sourcesAmong(form, published.params)[0] ?? null,
    submission,
    ...(created.askAt === null ? {} : { askAt: created.askAt }),
  };
}

/** @throws InboxError where the id names another order: that one would be taken for made. */
function sameAs(first: Submission, order: Order): Submission {
  const { provider, model, prompt, asked } = first;
  const isSame =
    asked === undefined
      ? provider === order.provider && model === order.model && prompt === order.prompt
      : asked === digestOf(order);
  if (!isSame) throw new InboxError('bad-request', providerTextsEn.orderIdTaken);
  return first;
}

export function inDoubt(client: Pick<ProviderClient, 'listsOrders'>, provider: string): Sentence {
  return client.listsOrders(provider)
    ? providerTextsEn.unknownAndLookedFor(provider)
    : providerTextsEn.unknownWhetherMade(provider);
}

/** It did not reach the provider, so under its id it may be sent. One that is kept short takes no other intent. */
function neverLeft({ state, code, isShort }: Submission): boolean {
  return state === 'refused' && code !== null && isUnreached(code) && isShort !== true;
}

/** What the disk or the database does not take is said as that: nothing was sent. */
function unnoted(error: unknown): unknown {
  if (error instanceof InboxError && error.code === 'unavailable')
    return new InboxError('unavailable', sharedTexts.cannotClaim, { cause: error });
  if (!isDiskRefusal(error)) return error;
  return new InboxError('storage-failed', providerTextsEn.notNoted(diskReason(error)), { cause: error });
}

function neverSent(fault: ApiFault): boolean {
  return fault instanceof NotSent;
}

function redacted(input: Readonly<Record<string, unknown>>, redact: (text: string) => string): Record<string, unknown> {
  return JSON.parse(redact(JSON.stringify(input))) as Record<string, unknown>;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
