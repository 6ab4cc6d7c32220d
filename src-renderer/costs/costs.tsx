import { FileDown } from 'lucide-react';
import { useCallback, useEffect, useEffectEvent, useState } from 'react';
import type { CostLine } from '../../src-main/common/contract.ts';
import { creditsIn } from '../../src-main/common/month-credits.ts';
import type { Call } from '../client/renderer-client.ts';
import { Message } from '../gallery/empty.tsx';
import { providerTitle } from '../format/provider-title.ts';
import { useInbox } from '../inbox.ts';
import { saveBlob } from '../player/frame-picture.ts';
import { FieldError, SavedMark } from '../settings/field.tsx';
import { TextInput } from '../settings/text-input.tsx';
import { useAsked } from '../settings/use-asked.ts';
import { useSave } from '../settings/use-save.ts';
import { Screen } from '../shell/screen.tsx';
import { useStore } from '../store/use-store.ts';
import { enCosts as words } from '../texts/en-costs.ts';
import { Button } from '../ui/button.tsx';
import { Choice } from '../ui/choice.tsx';
import { useOnLeave } from '../ui/use-on-leave.ts';
import { texts } from '../texts/texts.ts';
import { csvOf, type CostSum, sumsBy } from './cost-sums.ts';
import styles from './costs.module.css';
import { useBudget } from './use-budget.ts';
import { writtenCredits } from './written-credits.ts';

const never = (): boolean => false;

/** What was spent, on what, and what of it was worth it. */
export function Costs() {
  const { format } = useInbox();
  const ask = useCallback((call: Call) => call('library:costs', format.timeZone), [format]);
  const { value: lines, error, reload } = useAsked(ask, never);
  return (
    <Screen title={words.title}>
      {error !== null ? (
        <Message title={words.failed} detail={error}>
          <Button onClick={reload}>{texts.common.tryAgain}</Button>
        </Message>
      ) : lines === null ? (
        <p className="visually-hidden" role="status">
          {words.loading}
        </p>
      ) : lines.length === 0 ? (
        <Message title={words.none} detail={words.noneDetail} />
      ) : (
        <Ledger lines={lines} />
      )}
    </Screen>
  );
}

const fates = ['kept', 'notJudged', 'rejected', 'failed'] as const;
const fateNames = { kept: words.kept, notJudged: words.notJudged, rejected: words.rejected, failed: words.failedTasks };

function Ledger({ lines }: { readonly lines: readonly CostLine[] }) {
  const { format, notices, now } = useInbox();
  const present = useStore(now, (value) => value);
  const months = [...new Set(lines.map(({ month }) => month))];
  const [month, setMonth] = useState(months[0] ?? '');
  const shown = lines.filter((line) => month === '' || line.month === month);
  const units = sumsBy(shown, ({ unit }) => unit);
  const save = () => {
    const name = `costs${month === '' ? '' : ` ${month}`}.csv`;
    saveBlob(new Blob([csvOf(shown)], { type: 'text/csv;charset=utf-8' }), name);
    notices.post({ text: words.csvSaved(name) });
  };
  return (
    <div className={styles['page']} tabIndex={0} role="region" aria-label={words.title}>
      <div className={styles['bar']}>
        <Choice
          label={words.month}
          value={month}
          options={[...months.map((value) => ({ value, text: format.month(value) })), { value: '', text: words.all }]}
          onChoose={setMonth}
        />
        <Button onClick={save}>
          <FileDown size={15} aria-hidden />
          {words.csv}
        </Button>
        <Budget spent={creditsIn(format.localDay(present).slice(0, 7), lines)} />
      </div>
      {units.map(({ name: unit, sum }) => {
        const own = shown.filter((line) => line.unit === unit);
        return (
          <section key={unit} className={styles['unit']} aria-label={unitName(unit)}>
            <Total unit={unit} sum={sum} />
            <Sums
              title={words.byProject}
              unit={unit}
              lines={own}
              nameOf={({ project }) => project ?? words.noProject}
            />
            <Sums title={words.byModel} unit={unit} lines={own} nameOf={({ model }) => model ?? words.noModel} />
            <Sums title={words.byProvider} unit={unit} lines={own} nameOf={({ provider }) => providerTitle(provider)} />
          </section>
        );
      })}
    </div>
  );
}

function Budget({ spent }: { readonly spent: number }) {
  const { client, format, prefs } = useInbox();
  const { value, set } = useBudget();
  const budget = value?.budget ?? null;
  const [draft, setDraft] = useState<string | null>(null);
  const { state, run } = useSave();
  const keep = (monthlyCredits: number | null) =>
    run(() => client.call('settings:update', { costs: { monthlyCredits } }));
  const leave = async (text: string) => {
    const next = writtenCredits(text);
    // No sum leaves the budget as it is, and the field shows it again.
    if (next !== undefined) {
      if (!(await keep(next))) return;
      set({ budget: next, spent });
    }
    // What is typed meanwhile stays.
    setDraft((typed) => (typed === text ? null : typed));
  };
  const store = () => {
    if (draft !== null) void leave(draft);
  };
  useOnLeave(store);
  // Kept by this browser, as budgets were before: from now on the inbox keeps it.
  const kept = useStore(prefs, (all) => all.budget);
  const takeOver = useEffectEvent(async (wished: number, isFree: boolean) => {
    if (!isFree || (await keep(Math.max(1, wished)))) prefs.update((all) => ({ ...all, budget: null }));
  });
  useEffect(() => {
    if (value !== null && kept !== null) void takeOver(kept, value.budget === null);
  }, [value, kept]);
  return (
    <>
      <label className={styles['budget']}>
        {words.budget}
        <TextInput
          inputMode="numeric"
          value={draft ?? (budget === null ? '' : String(budget))}
          onText={setDraft}
          onBlur={store}
        />
        <SavedMark state={state} />
      </label>
      <FieldError id="budget-error" state={state} />
      {budget !== null && spent >= budget * 0.8 ? (
        <p role="status" className={styles['warning']}>
          {(spent > budget ? words.over : words.near)(format.decimal(spent), format.decimal(budget))}
        </p>
      ) : null}
    </>
  );
}

/** Currencies are written as they are everywhere. */
const unitName = (unit: string): string => (unit === 'credits' ? words.credits : unit);

/** Nothing is known of what it cost, which is not the same as nothing. */
const isUnknown = (sum: CostSum): boolean => sum.unpriced === sum.tasks;

function Total({ unit, sum }: { readonly unit: string; readonly sum: CostSum }) {
  const { format } = useInbox();
  if (isUnknown(sum)) {
    return (
      <div className={styles['total']}>
        <h2>{words.noPrices}</h2>
        <p className={styles['quiet']}>{words.noPricesDetail(sum.tasks, format.number(sum.tasks))}</p>
      </div>
    );
  }
  const shares = fates.map((fate) => ({ fate, amount: sum[fate], part: sum.spent === 0 ? 0 : sum[fate] / sum.spent }));
  return (
    <div className={styles['total']}>
      <h2>
        {unit === 'credits'
          ? texts.details.credits(sum.spent, format.decimal(sum.spent))
          : words.unit(format.decimal(sum.spent), unit)}
        {sum.unpriced === 0 ? null : (
          <span className={styles['quiet']}> {words.unpriced(sum.unpriced, format.number(sum.unpriced))}</span>
        )}
      </h2>
      <div className={styles['shares']} aria-hidden>
        {shares.map(({ fate, part }) =>
          part === 0 ? null : <span key={fate} data-fate={fate} style={{ flexGrow: part }} />,
        )}
      </div>
      <ul>
        {shares.map(({ fate, amount, part }) => (
          <li key={fate} data-fate={fate}>
            {words.share(fateNames[fate], format.decimal(amount), format.percent(part))}
          </li>
        ))}
      </ul>
      {sum.keptSeconds === 0 || sum.spent === 0 ? null : (
        <p>
          {words.keptSecond(format.decimal(sum.spent / sum.keptSeconds), unitName(unit))}{' '}
          <span className={styles['quiet']}>{words.keptSecondDetail}</span>
        </p>
      )}
    </div>
  );
}

interface SumsProps {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly CostLine[];
  readonly nameOf: (line: CostLine) => string;
}

function Sums({ title, unit, lines, nameOf }: SumsProps) {
  const { format } = useInbox();
  return (
    <table className={styles['sums']}>
      <caption>{title}</caption>
      <thead>
        <tr>
          <th scope="col">{words.columns.what}</th>
          <th scope="col">{words.columns.tasks}</th>
          <th scope="col">{words.unit(words.columns.spent, unitName(unit))}</th>
          <th scope="col">{words.columns.perSecond}</th>
        </tr>
      </thead>
      <tbody>
        {sumsBy(lines, nameOf).map(({ name, sum }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{format.number(sum.tasks)}</td>
            <td>{isUnknown(sum) ? '–' : format.decimal(sum.spent)}</td>
            <td>{sum.keptSeconds === 0 || isUnknown(sum) ? '–' : format.decimal(sum.spent / sum.keptSeconds)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
