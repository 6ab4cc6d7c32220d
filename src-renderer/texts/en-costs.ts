/** What was spent. */
import { catalog } from '../../src-main/common/texts/language.ts';

const rules = new Intl.PluralRules('en');
const plural = (n: number, one: string, other: string): string => (rules.select(n) === 'one' ? one : other);

export const enCosts = catalog('costs', {
  title: 'Costs',
  loading: 'Adding up',
  failed: 'The costs could not be added up',
  none: 'Nothing was spent yet',
  noneDetail: 'What providers tell of credits and prices is added up here by month, provider, model and project.',
  month: 'Month',
  all: 'All months',
  unit: (amount: string, unit: string) => `${amount} ${unit}`,
  credits: 'credits',
  kept: 'Kept',
  notJudged: 'Not judged',
  rejected: 'Rejected',
  failedTasks: 'Failed',
  share: (name: string, amount: string, percent: string) => `${name} ${amount}\u00A0· ${percent}`,
  byProject: 'By project',
  byProvider: 'By provider',
  byModel: 'By model',
  noProject: 'No project',
  noModel: 'Model not told',
  keptSecond: (amount: string, unit: string) => `A kept second costs ${amount} ${unit}`,
  keptSecondDetail: 'all that was spent ÷ seconds kept',
  noPrices: 'No prices known',
  noPricesDetail: (n: number, shown: string) =>
    plural(
      n,
      `The provider of ${shown} task told no price. What is told from now on is added up here.`,
      `The providers of ${shown} tasks told no price. What is told from now on is added up here.`,
    ),
  unpriced: (n: number, shown: string) =>
    plural(n, `and ${shown} task without a price`, `and ${shown} tasks without a price`),
  csv: 'Save as CSV',
  csvSaved: (name: string) => `Saved as ${name}`,
  budget: 'Budget a month, in credits',
  over: (spent: string, budget: string) => `${spent} credits spent this month; the budget is ${budget}.`,
  near: (spent: string, budget: string) =>
    `${spent} of ${budget} credits are spent this month. Nothing stops by itself.`,
  columns: {
    what: 'Name',
    tasks: 'Tasks',
    spent: 'Spent',
    perSecond: 'A kept second',
  },
});
