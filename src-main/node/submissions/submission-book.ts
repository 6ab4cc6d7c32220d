/**
 * The submissions as the log tells them (a projection): what was intended, what came of it, which callback URL is whose.
 * Settled ones are forgotten after a while; what matters of them stands in their tasks.
 */
import { createHash } from 'node:crypto';
import type { Projection } from '../projections/projection.ts';

export interface Submission {
  readonly id: string;
  readonly provider: string;
  readonly model: string | null;
  readonly prompt: string | null;
  readonly sources: readonly string[];
  readonly input: Readonly<Record<string, unknown>>;
  readonly project: string | null;
  readonly urlId: string | null;
  readonly batch: string | null;
  readonly intendedAt: string;
  /** SHA-256 of all that was asked for; not known of orders from before it was kept. */
  readonly asked?: string;
  /** `intended`: on its way, or the program ended meanwhile. */
  readonly state: 'intended' | 'made' | 'refused' | 'unknown';
  readonly taskId: string | null;
  /** Task that the first callback at its own URL named. */
  readonly heardTaskId?: string;
  readonly code: string | null;
  readonly message: string | null;
  /** What was asked for is not kept any more, only what came of it. */
  readonly isShort?: true;
}

export interface SubmissionBook extends Projection<readonly Submission[]> {
  get(id: string): Submission | null;
  /** There was an order under this id, of which nothing else is kept. */
  isForgotten(id: string): boolean;
  /** The marks of all such ids, one behind the other. */
  forgotten(): string;
  /** Beside `restore`. */
  recall(forgotten: string): void;
  byUrl(urlId: string): Submission | null;
  byTask(provider: string, taskId: string): Submission | null;
  /** On their way, refused not long ago, or in doubt; newest first. */
  open(): readonly Submission[];
}

/** So many that have ended are kept whole, so that a second callback at an old URL still finds whose it is. */
const keptWhole = 2000;
/** Of older ones it is kept what came of them: under the same id nothing is ordered and paid for twice. */
const keptInAll = 12_000;
const messageLimit = 200;
/** Of the oldest, a mark of their id: nothing is ordered under it. A hundred thousand of them take a megabyte. */
const markLength = 12;
const markOf = (id: string): string => createHash('sha256').update(id).digest('base64url').slice(0, markLength);

export function createSubmissionBook(): SubmissionBook {
  const byId = new Map<string, Submission>();
  const idByUrl = new Map<string, string>();
  const marks = new Set<string>();
  /** Ids of those that are kept whole, oldest first: looked at for each new order. */
  const whole = new Set<string>();

  function put(submission: Submission): void {
    byId.set(submission.id, submission);
    if (submission.urlId !== null) idByUrl.set(submission.urlId, submission.id);
    if (submission.isShort === true) whole.delete(submission.id);
    else whole.add(submission.id);
    if (whole.size > keptWhole) shortenOldest();
  }

  function shortenOldest(): void {
    for (const id of whole) {
      const known = byId.get(id);
      if (known?.state !== 'made' && known?.state !== 'refused') continue;
      byId.set(id, shortOf(known));
      if (known.urlId !== null) idByUrl.delete(known.urlId);
      whole.delete(id);
      if (whole.size <= keptWhole) break;
    }
    for (const [id, { isShort }] of byId) {
      if (byId.size <= keptInAll) break;
      if (isShort !== true) continue;
      byId.delete(id);
      marks.add(markOf(id));
    }
  }

  function change(id: string, changes: Partial<Submission>): void {
    const known = byId.get(id);
    if (known !== undefined) byId.set(id, { ...known, ...changes });
  }

  const isForgotten = (id: string): boolean => marks.size > 0 && !byId.has(id) && marks.has(markOf(id));

  /** Also where nobody may settle it now: whoever may later finds it here. */
  function hear(urlId: string, heardTaskId: string): void {
    const known = byId.get(idByUrl.get(urlId) ?? '');
    if (known !== undefined && known.heardTaskId === undefined) byId.set(known.id, { ...known, heardTaskId });
  }

  return {
    apply(event) {
      if (event.type === 'submission-intended') {
        // Told again at a start: what came of it is known, and it stays as short as it is.
        const known = byId.get(event.id);
        if (known?.isShort === true || isForgotten(event.id)) return;
        // Of machines that share a log, one has it in its journal as well: a second event about the same.
        const isAgain = known !== undefined && known.urlId !== null && known.urlId === event.urlId;
        if (isAgain && known.intendedAt !== event.at) return;
        const { id, provider, model, prompt, sources, input, project, urlId, batch, asked, at } = event;
        const said = { id, provider, model, prompt, sources, input, project, urlId, batch: batch ?? null };
        const digest = asked === undefined ? {} : { asked };
        put({ ...said, ...digest, intendedAt: at, state: 'intended', taskId: null, code: null, message: null });
      } else if (event.type === 'submission-created') {
        change(event.id, { state: 'made', taskId: event.taskId, code: null, message: null });
      } else if (event.type === 'submission-refused') {
        change(event.id, { state: 'refused', code: event.code, message: event.message });
      } else if (event.type === 'submission-unknown' && byId.get(event.id)?.state === 'intended') {
        // Not where a callback came before the call was given up.
        change(event.id, { state: 'unknown', code: event.code });
      } else if (event.type === 'result' && event.source === 'callback' && event.evidence !== null) {
        hear(event.evidence.urlId ?? '', event.read.taskId);
      }
    },
    get: (id) => byId.get(id) ?? null,
    isForgotten,
    forgotten: () => [...marks].join(''),
    recall(forgotten) {
      for (let at = 0; at < forgotten.length; at += markLength) marks.add(forgotten.slice(at, at + markLength));
    },
    byUrl: (urlId) => byId.get(idByUrl.get(urlId) ?? '') ?? null,
    byTask: (provider, taskId) =>
      [...byId.values()].find((each) => each.taskId === taskId && each.provider === provider) ?? null,
    open: () => [...byId.values()].filter(({ state, isShort }) => state !== 'made' && isShort !== true).reverse(),
    snapshot: () => [...byId.values()],
    restore(saved) {
      byId.clear();
      idByUrl.clear();
      whole.clear();
      saved.forEach(put);
    },
  };
}

/** Who asked before its digest was kept is told by model and prompt. */
function shortOf(known: Submission): Submission {
  const { asked, message } = known;
  return {
    ...known,
    ...(asked === undefined ? {} : { model: null, prompt: null }),
    sources: [],
    input: {},
    project: null,
    urlId: null,
    batch: null,
    message: message?.slice(0, messageLimit) ?? null,
    isShort: true,
  };
}
