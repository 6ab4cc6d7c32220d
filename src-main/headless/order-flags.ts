/** What is wrong with an order, by the flags of `submit` and not by the fields of the provider that they fill. */
import { InboxError } from '../common/errors.ts';
import type { OrderProblem } from '../common/submit-form.ts';
import { providerTextsEn } from '../common/texts/en-providers.ts';

/** @param error of sending an order. @returns the same where it tells of no fields. */
export function namingFlags(error: unknown): unknown {
  if (!(error instanceof InboxError) || error.text.key !== providerTextsEn.orderProblems([]).key) return error;
  const [told] = error.text.params;
  if (!Array.isArray(told) || !told.every(isProblem)) return error;
  const problems = told.map((problem) => ({ ...problem, field: flagOf(problem.field) }));
  return new InboxError(error.code, providerTextsEn.orderProblems(problems), { cause: error });
}

function flagOf(field: string): string {
  if (field === 'prompt' || field === 'model') return `--${field}`;
  if (/image|frame|photo|picture|cover/i.test(field)) return `--image (${field})`;
  if (/video|clip|film/i.test(field)) return `--video (${field})`;
  return `--param ${field}`;
}

/** An inbox of another version may tell something else. */
function isProblem(value: unknown): value is OrderProblem {
  if (typeof value !== 'object' || value === null || !('field' in value) || !('params' in value)) return false;
  return typeof value.field === 'string' && typeof value.params === 'object' && value.params !== null;
}
