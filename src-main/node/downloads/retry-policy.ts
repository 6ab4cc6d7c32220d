/** When a failed attempt is made again, and when it is not. */
import type { DownloadErrorCode } from '../../common/model.ts';
import type { DownloadFault } from './download-fault.ts';

export interface RetryOptions {
  /** First wait; each further one is twice as long, up to `maxDelayMs`, and varied by up to half. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** Attempts in all where the server refuses (404, 403 …), at least. */
  readonly refusedAttempts: number;
  /** Attempts in all where the bytes are not a whole video, at least. */
  readonly contentAttempts: number;
  /**
   * A callback is often faster than the store behind the link. For so long after it a file that is missing, refused,
   * empty or short counts as not there yet.
   */
  readonly lateMs: number;
  /** The same for what has to be fetched to be seen as short. */
  readonly lateContentMs: number;
  /** While a file is not there yet and this has not passed since the callback, no wait is longer than `lateDelayMs`. */
  readonly soonMs: number;
  readonly lateDelayMs: number;
  /** Network and server trouble is tried again for so long, or until the link dies, but at least `minAttempts` times. */
  readonly giveUpAfterMs: number;
  readonly minAttempts: number;
  /** Wait while the disk is full or broken. */
  readonly diskDelayMs: number;
  /** A longer Retry-After is cut to this. */
  readonly maxRetryAfterMs: number;
  /** So long a host is left alone at once for what it said of one link: the others may die meanwhile. */
  readonly maxHoldMs: number;
  /** At most so long where it said "too many" and not for how long. */
  readonly maxUntoldHoldMs: number;
}

const minuteMs = 60_000;

export const defaultRetry: RetryOptions = {
  firstDelayMs: 2000,
  maxDelayMs: 5 * minuteMs,
  refusedAttempts: 3,
  contentAttempts: 3,
  lateMs: 120 * minuteMs,
  lateContentMs: 40 * minuteMs,
  soonMs: 10 * minuteMs,
  lateDelayMs: minuteMs,
  giveUpAfterMs: 24 * 60 * minuteMs,
  minAttempts: 12,
  diskDelayMs: minuteMs,
  maxRetryAfterMs: 60 * minuteMs,
  maxHoldMs: 10 * minuteMs,
  maxUntoldHoldMs: minuteMs / 2,
};

/** What was tried for one job so far. */
export interface Attempts {
  readonly startedAt: number;
  /** The same by a clock that nobody sets, and that stands still while the machine sleeps. */
  readonly startedSteadyMs: number;
  /** Without those that a full disk stopped. */
  total: number;
  /** The same since the machine last woke, its clock jumped or its network became another one. */
  sinceWoken: number;
  refused: number;
  content: number;
  /** Failures since the last one that brought new bytes. */
  inRow: number;
  /** The longest that was ever on disk. */
  mostBytes: number;
  /** Where the transfer ended early, and how often in a row exactly there. */
  shortEnd: { readonly bytes: number; readonly times: number } | null;
  /** What came last of a file that has another checksum than its server tells. */
  otherSha256: string | null;
  /** It failed last because the store elsewhere did not take it. */
  waitsForStore: boolean;
  /** The last attempt brought new bytes. */
  isGettingOn: boolean;
}

export function newAttempts(now: number, steadyNow: number = performance.now()): Attempts {
  return {
    startedAt: now,
    startedSteadyMs: steadyNow,
    total: 0,
    sinceWoken: 0,
    refused: 0,
    content: 0,
    inRow: 0,
    mostBytes: 0,
    shortEnd: null,
    otherSha256: null,
    waitsForStore: false,
    isGettingOn: false,
  };
}

/** What is known of the link, in ms. */
export interface LinkTimes {
  /** When a callback last told of it. */
  readonly toldAt: number;
  /** When it dies; `null` where nobody says. */
  readonly endsAt: number | null;
  /**
   * How long ago it was told of by a clock that nobody sets; `null` where that was before this run. One that jumps ahead
   * by a day does not make a file of a minute ago old.
   */
  readonly steadyAgeMs: number | null;
}

export interface Retry {
  readonly retryInMs: number;
  /** The whole host is to be left alone for so long, because it asked for that or said "too many"; 0 = it did not. */
  readonly holdHostMs: number;
  /** The file is most likely on its way to the store. */
  readonly isLate: boolean;
}

export type Decision = Retry | 'give-up';

const kinds: Record<DownloadErrorCode, 'lasting' | 'refused' | 'content' | 'trouble' | 'disk'> = {
  gone: 'refused',
  forbidden: 'refused',
  'blocked-address': 'lasting',
  'bad-url': 'lasting',
  'too-large': 'lasting',
  'too-many-redirects': 'lasting',
  cancelled: 'lasting',
  internal: 'lasting',
  'not-a-video': 'content',
  damaged: 'content',
  timeout: 'trouble',
  network: 'trouble',
  server: 'trouble',
  'disk-full': 'disk',
  'disk-error': 'disk',
};

/**
 * Counts the failure and decides.
 * @param random From 0 to 1.
 */
export function decideRetry(
  fault: DownloadFault,
  attempts: Attempts,
  options: RetryOptions,
  link: LinkTimes,
  now: number,
  random: number,
): Decision {
  const kind = kinds[fault.code];
  attempts.isGettingOn = fault.endedAt !== null && fault.endedAt > attempts.mostBytes;
  if (kind === 'disk') return { retryInMs: options.diskDelayMs, holdHostMs: 0, isLate: false };
  attempts.total += 1;
  attempts.sinceWoken += 1;
  if (attempts.isGettingOn) {
    attempts.mostBytes = fault.endedAt ?? attempts.mostBytes;
    attempts.inRow = 0;
  }
  attempts.inRow += 1;
  if (fault.endedAt !== null) {
    const isSame = attempts.shortEnd?.bytes === fault.endedAt;
    attempts.shortEnd = { bytes: fault.endedAt, times: isSame ? (attempts.shortEnd?.times ?? 0) + 1 : 1 };
  }
  if (fault.otherSha256 !== null) attempts.otherSha256 = fault.otherSha256;
  if (kind === 'lasting') return 'give-up';
  const until = lateUntil(fault, options, link);
  const isYoung = until > -Infinity && link.steadyAgeMs !== null && link.steadyAgeMs < options.soonMs;
  const isLate = isYoung || now < until;
  if (kind === 'refused' && ++attempts.refused >= options.refusedAttempts && !isLate) return 'give-up';
  if (kind === 'content' && ++attempts.content >= options.contentAttempts && !isLate) return 'give-up';
  if ((attempts.shortEnd?.times ?? 0) >= options.minAttempts) return 'give-up';
  // The first attempt after a sleep of days mostly meets a network that is not there yet.
  const isTriedEnough = attempts.sinceWoken >= options.minAttempts;
  if (kind === 'trouble' && isTriedEnough && now >= giveUpAt(attempts, options, link.endsAt)) return 'give-up';

  const isMessage = fault.trouble.reason === 'text-answer' || fault.trouble.reason === 'web-page';
  const isSoon = (kind === 'refused' || isMessage) && isLate && (isYoung || now < link.toldAt + options.soonMs);
  const longest = isSoon ? Math.min(options.lateDelayMs, options.maxDelayMs) : options.maxDelayMs;
  const backoff = Math.min(longest, options.firstDelayMs * 2 ** Math.min(attempts.inRow - 1, 30));
  const varied = backoff * (0.5 + random / 2);
  const asked = Math.min(fault.retryAfterMs ?? 0, options.maxRetryAfterMs);
  // A link that dies before it may be asked for is asked for while it lives.
  const inItsLife = link.endsAt === null ? asked : Math.min(asked, Math.max(0, link.endsAt - now) / 2);
  // Of a file that gave bytes before, or all of them, nobody is told that it is not there yet; a message says so itself.
  const hasCome = attempts.mostBytes > 0 || fault.trouble.reason === 'other-checksum' || isMessage;
  const isUntold = fault.isTooMany && fault.retryAfterMs === null;
  const holdHostMs = isUntold ? Math.min(varied, options.maxUntoldHoldMs) : Math.min(asked, options.maxHoldMs);
  return { retryInMs: Math.max(inItsLife, varied), holdHostMs, isLate: isLate && !hasCome };
}

/** How many attempts there will be in all if the next ones fail in the same way. */
export function countAttempts(
  fault: DownloadFault,
  attempts: Attempts,
  options: RetryOptions,
  link: LinkTimes,
  nextAt: number,
): number | null {
  if (kinds[fault.code] === 'disk') return null;
  const further = { ...attempts };
  let at = nextAt;
  let ageMs = link.steadyAgeMs;
  while (further.total < 10_000) {
    const decision = decideRetry(fault, further, options, { ...link, steadyAgeMs: ageMs }, at, 0.5);
    if (decision === 'give-up') break;
    const waitMs = Math.max(1, decision.retryInMs);
    at += waitMs;
    if (ageMs !== null) ageMs += waitMs;
  }
  return further.total;
}

/** Until when such a failure means that the file is not there yet; `-Infinity` for failures that never do. */
function lateUntil({ trouble, isExpired }: DownloadFault, options: RetryOptions, link: LinkTimes): number {
  const until = (ms: number): number => Math.min(link.toldAt + ms, link.endsAt ?? Infinity);
  switch (trouble.reason) {
    case 'gone':
      // 410 says that it was there, as does a message that tells of a link's end.
      return trouble.status === 404 && !isExpired ? until(options.lateMs) : -Infinity;
    case 'forbidden':
      // 409 and 423: it is being copied there (Azure), or written.
      return [403, 409, 423].includes(trouble.status) ? until(options.lateMs) : -Infinity;
    case 'text-answer':
      return saysNotYet(trouble.excerpt) ? until(options.lateMs) : -Infinity;
    case 'web-page':
      return saysNotYet(trouble.title) ? until(options.lateMs) : -Infinity;
    case 'unexpected-status':
      // It was taken on, and is being made.
      return trouble.status === 202 ? until(options.lateMs) : -Infinity;
    case 'empty':
      return until(options.lateMs);
    case 'cut-short':
    case 'no-index':
    case 'no-pictures':
    case 'wrong-length':
    case 'other-checksum':
      return until(options.lateContentMs);
    default:
      return -Infinity;
  }
}

/** A message in place of the file, by which the store tells that it has it not yet, or cannot give it just now. */
function saysNotYet(excerpt: string): boolean {
  return notYet.test(excerpt) || (underWay.test(excerpt) && !cameToNothing.test(excerpt));
}

const notYet =
  /\b(?:not (?:yet )?(?:ready|available|finished|complete)|still (?:processing|being)|try again later|come back later|please (?:try again|retry)|(?:temporarily|service) unavailable|internal error|too many requests|rate limit|slow ?down)\b|\bNoSuchKey\b|\bspecified key does not exist\b/i;
const underWay = /\b(?:in progress|processing|pending|queued)\b/i;
/** "Error processing the video", "processing has failed". */
const cameToNothing =
  /\b(?:errors?|fail(?:ed|ure|s)?|problem|exception|unable|could not|cannot|can't|stopped|abort\w*|cancel\w*)\b[^.{}"]{0,40}\bprocessing\b|\bprocessing\b[^.{}":]{0,30}\b(?:errors?|fail(?:ed|ure|s)?|exception|stopped|abort\w*|cancel\w*)\b/i;

function giveUpAt(attempts: Attempts, options: RetryOptions, endsAt: number | null): number {
  const latest = attempts.startedAt + options.giveUpAfterMs;
  // Providers' expiry rules are upper bounds that are sometimes kept late; a dead link answers 403 or 404 anyway.
  return endsAt === null || endsAt <= attempts.startedAt ? latest : Math.min(latest, endsAt);
}
