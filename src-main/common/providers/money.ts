/** What a body says that the task cost, in money; `credits.ts` reads the provider's own units. */
import type { BodyView } from './body-view.ts';
import { numberOf, textOf } from './json.ts';
import { nameList } from './name-index.ts';

export interface Money {
  readonly amount: number;
  /** As it stands there, in capitals; `null` where none is told. */
  readonly currency: string | null;
}

const inDollars = nameList(['cost_usd', 'costUsd', 'costUSD', 'price_usd', 'total_cost_usd', 'usd_cost']);
const inWhatever = nameList(['cost', 'total_cost', 'totalCost', 'price']);
const currencyNames = nameList(['currency', 'cost_currency']);

/** Items of one task (Runware's) are added up. */
export function readMoney(body: BodyView): Money | null {
  const dollars = sumOf(body, inDollars);
  if (dollars !== null) return { amount: dollars, currency: 'USD' };
  const amount = sumOf(body, inWhatever);
  if (amount === null) return null;
  const [named] = body.present(currencyNames).flatMap((name) => body.named(name));
  return { amount, currency: textOf(named, 8)?.toUpperCase() ?? null };
}

function sumOf(body: BodyView, names: typeof inDollars): number | null {
  const [name] = body.present(names);
  if (name === undefined) return null;
  const amounts = body
    .named(name)
    .map(numberOf)
    .filter((amount) => amount !== null && amount >= 0);
  if (amounts.length === 0) return null;
  const sum = amounts.reduce<number>((before, amount) => before + Number(amount), 0);
  // JSON has no infinity: written as `null`, it would make the line of the whole event unreadable.
  return Number.isFinite(sum) ? sum : null;
}
