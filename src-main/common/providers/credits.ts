import type { BodyView } from './body-view.ts';
import { numberOf } from './json.ts';

/** `consumeCredits` stands in old copies of kie Market's documents, `final_unit_deduction` is Kling's. */
const creditKeys = [
  'creditsConsumed',
  'consumeCredits',
  'credits_consumed',
  'consumedCredits',
  'credits',
  'final_unit_deduction',
] as const;

/** What the task cost in the provider's own credits, or `null`. Amounts of money are not credits. */
export function readCredits(body: BodyView): number | null {
  for (const key of creditKeys) {
    for (const value of body.named(key)) {
      const credits = numberOf(value);
      if (credits !== null && credits >= 0) return credits;
    }
  }
  return null;
}
