/** What a body says that the task cost, in money; `credits.ts` reads the provider's own units. */
import type { BodyView } from './body-view.ts';
import { placesOfSums } from './credits.ts';
import { isRecord, namesIn, numberOf, own, recordsIn, textOf, type JsonRecord } from './json.ts';
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
  if (dollars !== null) return { amount: dollars.amount, currency: 'USD' };
  const sum = sumOf(body, inWhatever) ?? sumInside(body);
  if (sum === null || sum.currency !== null) return sum;
  const [named] = body.present(currencyNames).flatMap((name) => body.named(name));
  return { amount: sum.amount, currency: textOf(named, 8)?.toUpperCase() ?? null };
}

function sumOf(body: BodyView, names: typeof inDollars): Money | null {
  const [name] = body.present(names);
  return name === undefined ? null : sumUp(body.named(name).map(moneyIn));
}

function sumInside(body: BodyView): Money | null {
  const [place] = body.present(placesOfSums);
  if (place === undefined) return null;
  const records = body.named(place).flatMap((value) => recordsIn(value, 16));
  return sumUp(
    records.map((record) => {
      for (const name of namesIn(record)) {
        if (inDollars.has(name)) return inUsd(moneyIn(record[name]));
        if (inWhatever.has(name)) return withCurrency(moneyIn(record[name]), record);
      }
      // In units of the provider's own it is no money.
      const type = textOf(own(record, 'charge_type'), 20);
      return type === null || type === 'unit' ? null : withCurrency(moneyIn(own(record, 'amount')), record);
    }),
  );
}

function sumUp(amounts: readonly (Money | null)[]): Money | null {
  const told = amounts.filter((each) => each !== null && each.amount >= 0);
  if (told.length === 0) return null;
  const amount = told.reduce((before, each) => before + (each?.amount ?? 0), 0);
  // JSON has no infinity: written as `null`, it would make the line of the whole event unreadable.
  return Number.isFinite(amount) ? { amount, currency: told[0]?.currency ?? null } : null;
}

const inUsd = (money: Money | null): Money | null => (money === null ? null : { ...money, currency: 'USD' });

function withCurrency(money: Money | null, record: JsonRecord): Money | null {
  return money === null
    ? null
    : { ...money, currency: money.currency ?? textOf(own(record, 'currency'), 8)?.toUpperCase() ?? null };
}

const signs: Readonly<Record<string, string>> = { $: 'USD', US$: 'USD', '€': 'EUR', '£': 'GBP', '¥': 'CNY' };
const written = /^(US\$|[$€£¥]|[A-Z]{3})?\s?(\d{1,12}(?:[.,]\d{1,12})?)\s?([$€£¥]|[A-Z]{3})?$/i;

/** A number, also with its currency before or behind it, or an object that tells both. */
function moneyIn(value: unknown): Money | null {
  const number = numberOf(value);
  if (number !== null) return { amount: number, currency: null };
  if (isRecord(value)) {
    const amount = numberOf(own(value, 'amount') ?? own(value, 'value') ?? own(value, 'total'));
    if (amount !== null) return withCurrency({ amount, currency: null }, value);
    const dollars = numberOf(own(value, 'usd'));
    return dollars === null ? null : { amount: dollars, currency: 'USD' };
  }
  const [, before, amount, behind] = written.exec(textOf(value, 32) ?? '') ?? [];
  if (amount === undefined) return null;
  const currency = (before ?? behind)?.toUpperCase() ?? null;
  return {
    amount: Number(amount.replace(',', '.')),
    currency: currency === null ? null : (signs[currency] ?? currency),
  };
}
