/** What went wrong with the connection to ngrok, and what follows from it. */
import { tunnelTextsEn } from '../../common/texts/en-tunnel.ts';
import type { Sentence } from '../../common/texts/sentence.ts';
import { type LinkTrouble, type NgrokCode, ngrokCodes } from '../../common/tunnel-trouble.ts';

export type LinkFailure =
  /** ngrok gave a code, e.g. `107` of `ERR_NGROK_107`. */
  | { readonly kind: 'refused'; readonly code: string; readonly detail: string }
  | { readonly kind: LinkTrouble; readonly code: null; readonly detail: string };

/**
 * When the next attempt follows: `never` until the person acts; `backoff` 1 s to 60 s; the others at a random time
 * within the range.
 */
export interface RetryRule {
  readonly retry: 'never' | 'backoff' | { readonly fromMs: number; readonly toMs: number };
  /** From when on the failure is shown as one that needs the person, counted from its first time; `null` = never. */
  readonly blockedAfterMs: number | null;
  /** A change of network may cure it. */
  readonly dependsOnNetwork?: boolean;
}

const second = 1000;
const minute = 60 * second;
const askPerson: RetryRule = { retry: 'never', blockedAfterMs: 0 };
const aMinute: RetryRule = { retry: { fromMs: minute, toMs: 1.5 * minute }, blockedAfterMs: null };
const untilReset: RetryRule = { retry: { fromMs: 30 * minute, toMs: 60 * minute }, blockedAfterMs: 0 };

const ruleByCode: Record<NgrokCode, RetryRule> = {
  '105': askPerson,
  '106': askPerson,
  '107': askPerson,
  '108': { retry: { fromMs: 30 * second, toMs: 60 * second }, blockedAfterMs: 2 * minute },
  '120': askPerson,
  '320': askPerson,
  '324': askPerson,
  '326': askPerson,
  // Often our own session from before a crash, until ngrok notices that it is dead.
  '334': { retry: { fromMs: 15 * second, toMs: 30 * second }, blockedAfterMs: 2 * minute },
  '702': aMinute,
  '727': untilReset,
  '734': aMinute,
  '1214': aMinute,
  '4018': askPerson,
  '4027': untilReset,
  '9040': { ...askPerson, dependsOnNetwork: true },
};

const knownCode = (code: string): NgrokCode | undefined => ngrokCodes.find((known) => known === code);

export function retryRule(failure: LinkFailure): RetryRule {
  if (failure.kind === 'no-module') return askPerson;
  const code = failure.kind === 'refused' ? knownCode(failure.code) : undefined;
  return code ? ruleByCode[code] : { retry: 'backoff', blockedAfterMs: null };
}

/** The sentence for the person. */
export function describeFailure(failure: LinkFailure): Sentence {
  if (failure.kind !== 'refused') return tunnelTextsEn.trouble[failure.kind];
  const code = knownCode(failure.code);
  return code ? tunnelTextsEn.refused[code] : tunnelTextsEn.refusedOther(failure.code);
}

/** Reads a failed attempt. The words without a code are those of SDK 1.7.0. */
export function readFailure(stage: 'load' | 'connect' | 'bind', code: string | null, detail: string): LinkFailure {
  if (code !== null) return { kind: 'refused', code, detail };
  if (stage === 'load') return { kind: 'no-module', code, detail };
  if (detail.includes('tcp connection')) return { kind: 'unreachable', code, detail };
  if (detail.includes('tls handshake')) return { kind: 'tls', code, detail };
  return { kind: 'unknown', code, detail };
}
