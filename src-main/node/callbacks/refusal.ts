/** How a request is answered of which nothing is taken: its code says with which status, and when it may come again. */
import { enRefusals, type RefusalCode, type RefusalFacts } from '../../common/texts/en-requests.ts';

/** The other codes stand in what older versions stored. */
export type SaidCode = Exclude<RefusalCode, 'packing-unknown'>;

export interface Refusal {
  readonly code: SaidCode;
  readonly facts?: RefusalFacts;
  /** Where that is known better than by the code. */
  readonly retryAfterSeconds?: number;
}

export interface RefusalAnswer {
  readonly status: 400 | 401 | 405 | 413 | 429 | 503;
  readonly body: { readonly code: number; readonly msg: string };
  readonly retryAfterSeconds?: number;
}

/**
 * Most senders take a 4xx as final and come again after a 503: what may be right and cannot be taken now is one of those.
 * Per day and per second, who refuses knows the time.
 */
const answers: Readonly<Record<SaidCode, Omit<RefusalAnswer, 'body'>>> = {
  empty: { status: 400 },
  'cut-off': { status: 400 },
  'not-readable': { status: 400 },
  'not-an-object': { status: 400 },
  'nothing-in-it': { status: 400 },
  'broken-off': { status: 503, retryAfterSeconds: 5 },
  'too-large': { status: 413 },
  'packed-too-tightly': { status: 413 },
  'signature-missing': { status: 401 },
  'signature-wrong': { status: 401 },
  'signature-stale': { status: 401 },
  'signature-used': { status: 401 },
  'no-secret': { status: 401 },
  'signature-unknown': { status: 401 },
  'keys-unavailable': { status: 503, retryAfterSeconds: 30 },
  'too-many-requests': { status: 429 },
  'too-many-at-once': { status: 429, retryAfterSeconds: 1 },
  'tasks-per-day': { status: 429 },
  'bytes-per-day': { status: 429 },
  'disk-low': { status: 503, retryAfterSeconds: 60 },
  'storage-failed': { status: 503, retryAfterSeconds: 30 },
  'wrong-method': { status: 405 },
  broke: { status: 503, retryAfterSeconds: 30 },
};

/** @param msg in place of the sentence of its code. */
export function answerTo({ code, facts = {}, ...better }: Refusal, msg = enRefusals[code](facts)): RefusalAnswer {
  const answer = answers[code];
  return { ...answer, ...better, body: { code: answer.status, msg } };
}
