/**
 * Several orders one after the other, with a limit that stops them. What is spent is what the balance lost, or what the
 * orders usually cost, whichever is more: some providers charge when the video is there.
 */
import { randomUUID } from 'node:crypto';
import { InboxError } from '../../common/errors.ts';
import type { Order } from '../../common/submit-form.ts';
import { providerTextsEn } from '../../common/texts/en-providers.ts';
import { type Told, heard, told } from '../../common/texts/sentence.ts';
import type { Submissions, Submitted } from './submissions.ts';

export interface BatchPorts {
  readonly submissions: Pick<Submissions, 'send'>;
  /** Who is paid. */
  readonly accountOf: (provider: string) => string;
  /** Credits left; `null` where the provider does not tell. */
  readonly balance: (provider: string) => Promise<number | null>;
  /** Credits that it usually costs; `null` where nobody knows. */
  readonly usualCost: (provider: string, model: string | null) => number | null;
  /** Gets what was not foreseen. */
  readonly onBug: (error: unknown) => void;
}

export interface BatchResult {
  readonly batch: string;
  readonly results: readonly (Submitted | ({ readonly outcome: 'not-sent' } & Told))[];
  readonly creditsBefore: number | null;
  readonly creditsAfter: number | null;
}

/** What a batch spends from one account, in credits. */
interface Spending {
  readonly provider: string;
  readonly before: number | null;
  /** Whether the balance could be had when it was last asked for. */
  isKnown: boolean;
  charged: number;
  expected: number;
}

/** Where each price is known, the balance is asked for now and then. */
const balanceEvery = 5;
const smallBudget = 1000;
/** Without credits or a key the next one would be refused as well. */
const endsBatch: ReadonlySet<string> = new Set(['no-credits', 'bad-key', 'key-limit']);

/** @param budget in credits; `null` = no limit */
export async function sendBatch(
  { submissions, accountOf, balance, usualCost, onBug }: BatchPorts,
  orders: readonly Order[],
  budget: number | null,
): Promise<BatchResult> {
  const batch = randomUUID();
  const accounts = new Map<string, Spending>();
  /** What the balance told of orders that nobody knew the cost of, by model; `null` where it told nothing. */
  const seen = new Map<string, number | null>();
  const results: BatchResult['results'][number][] = [];
  let stopped: Told | null = null;

  async function spendingAt(provider: string): Promise<Spending> {
    const account = accountOf(provider);
    const known = accounts.get(account);
    if (known !== undefined) return known;
    const before = await balance(provider);
    const spending = { provider, before, isKnown: before !== null, charged: 0, expected: 0 };
    accounts.set(account, spending);
    return spending;
  }

  async function measure(spending: Spending): Promise<void> {
    if (spending.before === null) return;
    const left = await balance(spending.provider);
    spending.isKnown = left !== null;
    if (left !== null) spending.charged = spending.before - left;
  }

  const nameOf = ({ provider, model }: Order): string => `${provider} ${model ?? ''}`;
  const spent = (): number =>
    [...accounts.values()].reduce((sum, { charged, expected }) => sum + Math.max(charged, expected), 0);

  /** Why nothing more is ordered; `null` where this one may be. */
  function overLimit(limit: number, cost: number | null): Told | null {
    const blind = [...seen].find(([, told]) => told === null)?.[0].split(' ')[0];
    if (blind !== undefined) return told(providerTextsEn.budgetBlind(blind, limit));
    return spent() >= limit || spent() + (cost ?? 0) > limit ? told(providerTextsEn.budget(spent(), limit)) : null;
  }

  const [first] = orders;
  const creditsBefore = first === undefined ? null : (await spendingAt(first.provider)).before;
  for (const [index, order] of orders.entries()) {
    const usual = usualCost(order.provider, order.model);
    const cost = usual ?? seen.get(nameOf(order)) ?? null;
    const spending = budget === null ? null : await spendingAt(order.provider);
    if (budget !== null && spending !== null && stopped === null) {
      const isTimely = index > 0 && index % (budget < smallBudget ? 1 : balanceEvery) === 0;
      if (isTimely) for (const each of accounts.values()) await measure(each);
      stopped = overLimit(budget, cost);
    }
    if (stopped !== null) {
      results.push({ outcome: 'not-sent', ...stopped });
      continue;
    }
    const id = order.id ?? randomUUID();
    try {
      const result = await submissions.send({ ...order, id }, batch);
      results.push(result);
      if (result.outcome === 'refused' && endsBatch.has(result.code)) stopped = told(heard(result));
      if (spending === null || result.outcome === 'refused') continue;
      spending.expected += cost ?? 0;
      if (usual === null) {
        const before = spending.charged;
        await measure(spending);
        const told = spending.isKnown && spending.charged > before ? spending.charged - before : null;
        // What is charged later, or by a provider that tells nothing: no number is left to keep to the limit by.
        seen.set(nameOf(order), told ?? seen.get(nameOf(order)) ?? null);
      }
    } catch (error) {
      if (error instanceof InboxError) {
        results.push({ outcome: 'not-sent', ...told(error.text) });
        continue;
      }
      // What was ordered before is told all the same; of this one nobody knows, and the next would end like it.
      onBug(error);
      const code = 'interrupted';
      results.push({ outcome: 'unknown', id, code, ...told(providerTextsEn.unknownWhetherMade(order.provider)) });
      stopped = told(providerTextsEn.batchBroke);
    }
  }
  return { batch, results, creditsBefore, creditsAfter: first === undefined ? null : await balance(first.provider) };
}
