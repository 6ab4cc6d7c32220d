import { creditsIn, monthOf } from '../../src-main/common/month-credits.ts';
import type { PageEvent } from '../../src-main/common/page-events.ts';
import { hereZone } from '../../src-main/common/search/match-search.ts';
import type { Call } from '../client/renderer-client.ts';
import { type Asked, useAsked } from '../settings/use-asked.ts';

export interface MonthBudget {
  /** Credits a month; `null` = none. */
  readonly budget: number | null;
  /** Credits of this month; not added up where there is no budget. */
  readonly spent: number;
}

const isNews = ({ name }: PageEvent): boolean => name === 'settings:changed' || name === 'resync';

async function ask(call: Call): Promise<MonthBudget> {
  const budget = (await call('settings:get')).values.costs.monthlyCredits;
  if (budget === null) return { budget, spent: 0 };
  const timeZone = hereZone();
  return { budget, spent: creditsIn(monthOf(new Date(), timeZone), await call('library:costs', timeZone)) };
}

/** The budget that the inbox keeps, and what of it is spent. */
export const useBudget = (): Asked<MonthBudget> => useAsked(ask, isNews);
