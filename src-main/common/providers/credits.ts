import type { BodyView } from './body-view.ts';
import { namesIn, numberOf, own, recordsIn } from './json.ts';
import { nameList } from './name-index.ts';

/** `consumeCredits` stands in old copies of kie Market's documents, `final_unit_deduction` is Kling's. */
const creditNames = nameList([
  'creditsConsumed',
  'consumeCredits',
  'credits_consumed',
  'consumedCredits',
  'consumed_credits',
  'credits_used',
  'creditsUsed',
  'used_credits',
  'usedCredits',
  'credits_charged',
  'creditsCharged',
  'credit_cost',
  'creditCost',
  'credits_cost',
  'creditsCost',
  'credits',
  'final_unit_deduction',
]);
/** What was used and what is charged for it, where the sum stands inside (OpenRouter, Kling). */
export const placesOfSums = nameList(['usage', 'billing']);

/** What the task cost in the provider's own credits, or `null`. Amounts of money are not credits. */
export function readCredits(body: BodyView): number | null {
  for (const key of body.present(creditNames)) {
    for (const value of body.named(key)) {
      const credits = numberOf(value);
      if (credits !== null && credits >= 0) return credits;
    }
  }
  return body.present(placesOfSums).length === 0 ? null : (unitsBilled(body) ?? creditsInUsage(body));
}

function creditsInUsage(body: BodyView): number | null {
  for (const record of body.named('usage').flatMap((value) => recordsIn(value, 4))) {
    for (const name of namesIn(record)) {
      const credits = creditNames.has(name) ? numberOf(record[name]) : null;
      if (credits !== null && credits >= 0) return credits;
    }
  }
  return null;
}

/** Kling bills in units, a line for each charge. */
function unitsBilled(body: BodyView): number | null {
  const lines = body.named('billing').flatMap((value) => recordsIn(value, 16));
  const amounts = lines
    .filter((line) => own(line, 'charge_type') === 'unit')
    .map((line) => numberOf(own(line, 'amount')))
    .filter((amount) => amount !== null);
  return amounts.length === 0 ? null : amounts.reduce((sum, amount) => sum + amount, 0);
}
