/** Why the shared database cannot be used, for the person. */
import { InboxError } from '../../common/errors.ts';
import { databaseRefusal, sharedTexts } from '../../common/texts/en-shared.ts';
import type { Sentence } from '../../common/texts/sentence.ts';
import { codeBehind, DatabaseAway, isDatabaseRefusal, SharedConnection } from './database.ts';

/** @returns what is to be thrown: a sentence where the database said why, else the error as it is. */
export function unusable(error: unknown, sentence: (why: Sentence) => Sentence = sharedTexts.cannotOpen): unknown {
  if (!(error instanceof DatabaseAway) && !isDatabaseRefusal(error)) return error;
  return new InboxError('unavailable', sentence(whyNot(error)), { cause: error });
}

/** @param error `null` where nothing is known but that it is away. */
export function whyNot(error: unknown): Sentence {
  const code = codeBehind(error);
  const cause = error instanceof DatabaseAway ? error.cause : null;
  if (cause instanceof Error && cause.message.includes('does not support SSL')) return sharedTexts.certificate('SSL');
  if (cause instanceof SharedConnection) return sharedTexts.pooled;
  const file = unreadFile(cause);
  if (file !== null) return sharedTexts.noFile(file);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return sharedTexts.otherHost;
  if (code === 'ENOTFOUND') return sharedTexts.noHost;
  if (/CERT|TLS|SSL|SIGNATURE/.test(code)) return sharedTexts.certificate(code);
  if (!isDatabaseRefusal(error)) return sharedTexts.away;
  return databaseRefusal(code);
}

/** A certificate or key that the address names, and that cannot be read. */
function unreadFile(error: unknown): string | null {
  if (!(error instanceof Error) || !('path' in error) || !('syscall' in error)) return null;
  return (error.syscall === 'open' || error.syscall === 'read') && typeof error.path === 'string' ? error.path : null;
}
