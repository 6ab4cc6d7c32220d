import { useCallback, useEffect } from 'react';
import type { PageEvent } from '../../src-main/common/page-events.ts';
import type { Outlook, ProviderView } from '../../src-main/common/loop-calls.ts';
import type { SubmitForm } from '../../src-main/common/submit-form.ts';
import type { Call } from '../client/renderer-client.ts';
import type { Format } from '../format/format.ts';
import { useInbox } from '../inbox.ts';
import { type MonthBudget, useBudget } from '../costs/use-budget.ts';
import { useAsked } from '../settings/use-asked.ts';
import { enSubmit as words } from '../texts/en-submit.ts';
import { texts } from '../texts/texts.ts';
import styles from './new-video.module.css';

const isMoneyNews = ({ name }: PageEvent): boolean => name === 'settings:changed' || name === 'resync';

interface CostsProps {
  readonly form: SubmitForm;
  readonly view: ProviderView;
  /** How many videos are ordered. */
  readonly count: number;
  /** Another one: the balance is asked for again. */
  readonly turn: unknown;
}

/** As published, as told and as seen; what nobody knows is said to be so. */
export function Costs({ form, view, count, turn }: CostsProps) {
  const { format } = useInbox();
  const ask = useCallback((call: Call) => call('providers:balance', view.provider), [view.provider]);
  const askOutlook = useCallback(
    (call: Call) => call('submissions:outlook', form.provider, form.model),
    [form.provider, form.model],
  );
  const { value, reload } = useAsked(ask, isMoneyNews);
  const { value: outlook } = useAsked(askOutlook, isMoneyNews);
  const { value: month, reload: reloadMonth } = useBudget();
  useEffect(() => {
    if (turn === null) return;
    reload();
    reloadMonth();
  }, [turn, reload, reloadMonth]);
  const credits = value?.credits ?? null;
  const about = outlook === null || outlook.usualCredits === null ? null : outlook.usualCredits * count;
  const isShort = about !== null && credits !== null && about > credits;
  return (
    <p className={styles['facts']}>
      {form.price === null ? words.noPrice : words.price(form.price)}
      {about === null
        ? null
        : `${texts.common.separator}${words.about(count, format.number(count), format.number(about))}`}
      <br />
      {credits === null ? words.noBalance : words.balance(credits, format.number(credits))}
      {outlook === null ? null : `${texts.common.separator}${outlookText(outlook, format)}`}
      <MonthLine month={month} about={about} />
      {isShort ? (
        <span role="status" className={styles['short']}>
          {words.short(format.number(about), format.number(credits))}
        </span>
      ) : null}
    </p>
  );
}

/** Where there is a budget: what of it this would leave. Nothing stops by itself. */
function MonthLine({ month, about }: { readonly month: MonthBudget | null; readonly about: number | null }) {
  const { format } = useInbox();
  if (month === null || month.budget === null) return null;
  const sum = month.spent + (about ?? 0);
  const isOver = sum > month.budget;
  const [after, budget] = [sum, month.budget].map((each) => format.number(each));
  return (
    <span role="status" className={isOver ? styles['short'] : styles['month']}>
      {(about === null ? words.monthNow : words.monthAfter)(after ?? '', budget ?? '')}
    </span>
  );
}

function outlookText({ successPercent, usualMs }: Outlook, format: Format): string {
  return [
    successPercent === null ? null : words.wentWell(format.percent(successPercent / 100)),
    words.usually(format.span(usualMs)),
  ]
    .filter((part) => part !== null)
    .join(texts.common.separator);
}
