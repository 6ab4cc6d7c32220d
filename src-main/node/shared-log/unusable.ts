/** Why the shared database cannot be used, for the person. */
import { InboxError } from '../../common/errors.ts';
import { sharedTexts } from '../../common/texts/en-shared.ts';
import type { Sentence } from '../../common/texts/sentence.ts';
import { codeOf, DatabaseAway } from './database.ts';

/** @returns what is to be thrown: a sentence where the database said why, else the error as it is. */
export function unusable(error: unknown): unknown {
  const isAway = error instanceof DatabaseAway;
  const code = codeOf(isAway ? error.cause : error);
  if (!isAway && !/^[0-9A-Z]{5}$/.test(code)) return error;
  const speaksNoTls = isAway && error.cause instanceof Error && error.cause.message.includes('does not support SSL');
  return new InboxError(
    'unavailable',
    sharedTexts.cannotOpen(speaksNoTls ? sharedTexts.certificate('SSL') : whyNot(code)),
    {
      cause: error,
    },
  );
}

function whyNot(code: string): Sentence {
  if (code === 'ENOTFOUND') return sharedTexts.noHost;
  if (/CERT|TLS|SSL|SIGNATURE/.test(code)) return sharedTexts.certificate(code);
  if (code.startsWith('28')) return sharedTexts.password;
  if (code === '3D000') return sharedTexts.noDatabase;
  if (code === '42501') return sharedTexts.notAllowed;
  return /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('57P') && !code.startsWith('E')
    ? sharedTexts.refused(code)
    : sharedTexts.away;
}
