/** When a failed attempt is made again, and when it is not. */
import type { DownloadErrorCode } from '../../common/model.ts';
import type { DownloadFault } from './download-fault.ts';

export interface RetryOptions {
  /** First wait; each further one is twice as long, up to `maxDelayMs`, and varied by up to half. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** Attempts in all where the server refuses (404, 403 …): a fresh file may take seconds to reach every edge server. */
  readonly refusedAttempts: number;
  /** Attempts in all where the bytes are not a whole video. */
  readonly contentAttempts: number;
  /** Network and server trouble is tried again for so long, or until the link dies, but at least `minAttempts` times. */
  readonly giveUpAfterMs: number;
  readonly minAttempts: number;
  /** Wait while the disk is full or broken. */
  readonly diskDelayMs: number;
  /** A longer Retry-After is cut to this. */
  readonly maxRetryAfterMs: number;
}

export const defaultRetry: RetryOptions = {
  firstDelayMs: 2000,
  maxDelayMs: 5 * 60_000,
  refusedAttempts: 3,
  contentAttempts: 3,
  giveUpAfterMs: 24 * 3_600_000,
  minAttempts: 12,
  diskDelayMs: 60_000,
  maxRetryAfterMs: 3_600_000,
};

/** What was tried for one job so far. */
export interface Attempts {
  readonly startedAt: number;
  /** Without those that a full disk stopped. */
  total: number;
  refused: number;
  content: number;
  /** Failures since the last one that brought new bytes. */
  inRow: number;
  /** The longest that was ever on disk. */
  mostBytes: number;
  /** Where the transfer ended early, and how often in a row exactly there. */
  shortEnd: { readonly bytes: number; readonly times: number } | null;
}

export function newAttempts(now: number): Attempts {
  return { startedAt: now, total: 0, refused: 0, content: 0, inRow: 0, mostBytes: 0, shortEnd: null };
}

export type Decision = { readonly retryInMs: number; readonly holdHost: boolean } | 'give-up';

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
  expiresAt: number | null,
  now: number,
  random: number,
): Decision {
  const kind = kinds[fault.code];
  if (kind === 'disk') return { retryInMs: options.diskDelayMs, holdHost: false };
  attempts.total += 1;
  if (fault.endedAt !== null && fault.endedAt > attempts.mostBytes) {
    attempts.mostBytes = fault.endedAt;
    attempts.inRow = 0;
  }
  attempts.inRow += 1;
  if (fault.endedAt !== null) {
    const isSame = attempts.shortEnd?.bytes === fault.endedAt;
    attempts.shortEnd = { bytes: fault.endedAt, times: isSame ? (attempts.shortEnd?.times ?? 0) + 1 : 1 };
  }
  if (kind === 'lasting') return 'give-up';
  if (kind === 'refused' && ++attempts.refused >= options.refusedAttempts) return 'give-up';
  if (kind === 'content' && ++attempts.content >= options.contentAttempts) return 'give-up';
  if ((attempts.shortEnd?.times ?? 0) >= options.minAttempts) return 'give-up';
  if (kind === 'trouble' && attempts.total >= options.minAttempts && now >= giveUpAt(attempts, options, expiresAt)) {
    return 'give-up';
  }

  const backoff = Math.min(options.maxDelayMs, options.firstDelayMs * 2 ** Math.min(attempts.inRow - 1, 30));
  const varied = backoff * (0.5 + random / 2);
  const asked = Math.min(fault.retryAfterMs ?? 0, options.maxRetryAfterMs);
  return { retryInMs: Math.max(asked, varied), holdHost: asked > 0 };
}

function giveUpAt(attempts: Attempts, options: RetryOptions, expiresAt: number | null): number {
  const latest = attempts.startedAt + options.giveUpAfterMs;
  // Providers' expiry rules are upper bounds that are sometimes kept late; a dead link answers 403 or 404 anyway.
  return expiresAt === null || expiresAt <= attempts.startedAt ? latest : Math.min(latest, expiresAt);
}
