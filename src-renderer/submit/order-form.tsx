import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { InboxError } from '../../src-main/common/errors.ts';
import type { MadeBefore, ProviderView } from '../../src-main/common/loop-calls.ts';
import { isRefusal, type Order, type SubmitForm } from '../../src-main/common/submit-form.ts';
import { useInbox } from '../inbox.ts';
import { Field } from '../settings/field.tsx';
import { TextInput } from '../settings/text-input.tsx';
import { enSubmit as words } from '../texts/en-submit.ts';
import { texts } from '../texts/texts.ts';
import { useTunnel } from '../tunnel/use-tunnel.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { isHeld } from '../ui/is-held.ts';
import { ariaKeys, keyNames } from '../ui/key-names.ts';
import { Costs } from './costs.tsx';
import { Difference } from './difference.tsx';
import type { Draft, DraftPlace } from './draft.ts';
import {
  type FieldProblem,
  inputOfValues,
  orderOf,
  parseObject,
  problemsOf,
  startValues,
  type Values,
  valuesOfInput,
} from './form-values.ts';
import styles from './new-video.module.css';
import { OrderField } from './order-field.tsx';
import { MadeBeforeNote, useMadeBefore } from './made-before.tsx';
import { type Outcome, Told } from './outcome.tsx';
import { endPress, pressFor } from './press-id.ts';
import { budgetOf, inputsOf, one, rowsOf } from './several.ts';
import { SeveralFields } from './several-fields.tsx';
import { SeveralRows } from './several-rows.tsx';
import { Uploading } from './uploading.tsx';

interface OrderFormProps {
  readonly form: SubmitForm;
  readonly view: ProviderView;
  readonly earlier: { readonly key: string; readonly title: string; readonly prompt: string | null } | null;
  readonly project: string | null;
  /** What the fields begin with. */
  readonly input: Readonly<Record<string, unknown>> | null;
  readonly how: 'again' | 'edit';
  /** What was typed the last time in this form, or in the one before it. */
  readonly draft: Draft | null;
  readonly place: DraftPlace;
  /** Another provider or model was chosen: the focus stays where that was done. */
  readonly isNext: boolean;
  readonly onTyped: (draft: Draft) => void;
  readonly onSent: () => void;
}

/** The fields, what it costs, and the button, which is dead from the first press until the answer. */
export function OrderForm({
  form,
  view,
  earlier,
  project,
  input,
  how,
  draft,
  place,
  isNext,
  onTyped,
  onSent,
}: OrderFormProps) {
  const { client, describe, format, kept } = useInbox();
  const isRaw = form.from === 'raw';
  const [values, setValues] = useState<Values>(() => ({
    ...startValues(form),
    ...valuesOfInput(form, input ?? {}),
    ...draft?.values,
  }));
  /** The order as JSON, while it is written so. */
  const [json, setJson] = useState<string | null>(() =>
    draft !== null ? draft.json : isRaw ? JSON.stringify(input ?? { prompt: '' }, null, 2) : null,
  );
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  /** What the core found in the files, and for which input. */
  const [found, setFound] = useState<{ readonly of: string; readonly problems: readonly FieldProblem[] } | null>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [sending, setSending] = useState(false);
  const [asking, setAsking] = useState(false);
  /** The order of which nobody knows whether it was made. */
  const [doubtful, setDoubtful] = useState<string | null>(null);
  /** Set before anything is drawn: two presses in one moment are one order. */
  const isSending = useRef(false);
  const root = useRef<HTMLDivElement>(null);
  const send = useRef<HTMLButtonElement>(null);

  const [several, setSeveral] = useState(draft?.several ?? one);
  /** Those of several that are left out. */
  const [skipped, setSkipped] = useState<ReadonlySet<string>>(new Set());
  const [name, setName] = useState(draft?.project ?? project ?? '');

  const written = json === null ? null : parseObject(json);
  const wanted = json === null ? inputOfValues(form, values) : written;
  const all = wanted === null ? [] : json === null ? inputsOf(form, wanted, several, () => 0) : [wanted];
  const rows = all.length > 1 ? rowsOf(form, all) : [];
  const isChosen = (_: unknown, index: number): boolean => !skipped.has(rows[index]?.id ?? '');
  const inputs = all.filter(isChosen);
  const shownOf = (out: ReadonlySet<string>): string =>
    JSON.stringify([wanted, several, rows.filter(({ id }) => out.has(id)).map(({ id }) => id)]);
  const shown = shownOf(skipped);
  const orderFor = (each: Readonly<Record<string, unknown>>): Order =>
    orderOf(form, each, { project: name.trim() === '' ? null : name.trim(), again: earlier?.key ?? null });
  const order = (): Order => orderFor(inputs[0] ?? {});
  const ours = json === null ? problemsOf(form, values) : [];
  const problems = [...ours, ...(found?.of === shown ? found.problems : [])];
  const isBroken = ours.some((each) => each.code === 'not-json' || isRefusal({ ...each, code: each.code }));
  const before = useMadeBefore(wanted === null || isBroken ? [] : all.map(orderFor));
  const isNothing = rows.length > 0 && inputs.length === 0;
  const budget = rows.length > 0 ? budgetOf(several) : null;
  const isDoubtful = doubtful !== null && doubtful === shown;

  const isAnother = earlier !== null;
  const typed = JSON.stringify([values, json, several, name]);
  const [untouched] = useState(typed);
  const { provider, model } = form;
  useEffect(() => {
    const now = { provider, model, values, json, several, project: name };
    onTyped(now);
    if (typed !== untouched) place.write(now);
  }, [place, typed, untouched, provider, model, values, json, several, name, onTyped]);
  useEffect(() => {
    if (!isAnother || isNext) return;
    if (how === 'again') send.current?.focus();
    else root.current?.querySelector<HTMLElement>('[data-field="prompt"] :is(textarea, input)')?.focus();
  }, [isAnother, isNext, how]);

  const leave = (name: string, isSource: boolean) => {
    setLeft((old) => new Set(old).add(name));
    // The core looks at the files; whether a key is there matters only for sending.
    if (isSource && wanted !== null && view.hasKey) void check();
  };

  /** @returns whether nothing is refused, or nothing could be told. */
  async function check(): Promise<boolean> {
    try {
      const told = (await client.call('submissions:check', order())).filter(({ code }) => code !== 'unknown-field');
      const news = told.filter(({ field, code }) => !ours.some((each) => each.field === field && each.code === code));
      setFound({ of: shown, problems: news });
      setOutcome((old) => (old?.outcome === 'not-sent' ? null : old));
      return !told.some(isRefusal);
    } catch (error) {
      setOutcome({ outcome: 'not-sent', message: describe(error) });
      return false;
    }
  }

  function focusFirst() {
    requestAnimationFrame(() => {
      const field = root.current?.querySelector<HTMLElement>('[aria-invalid]');
      field?.closest('details')?.setAttribute('open', '');
      field?.focus();
    });
  }

  async function make(): Promise<void> {
    if (isSending.current || !view.hasKey || isNothing) return;
    if (wanted === null || isBroken || budget === undefined) {
      setLeft(new Set(form.fields.map(({ name }) => name)));
      focusFirst();
      return;
    }
    isSending.current = true;
    setSending(true);
    setOutcome(null);
    const id = pressFor(kept, JSON.stringify([provider, model, name, earlier?.key ?? null, shown]));
    try {
      if (!(await check())) {
        setLeft(new Set(form.fields.map(({ name }) => name)));
        focusFirst();
      } else if (rows.length > 0) await makeMany(id, budget);
      else {
        const result = await client.call('submissions:send', { ...order(), id });
        setOutcome(result);
        setDoubtful(result.outcome === 'unknown' ? shown : null);
        if (result.outcome === 'made') place.write(null);
      }
      endPress(kept, id);
    } catch (error) {
      // The core says before it sends what it does not send. Anything else is not known: the next press goes under the same id.
      const isKnown = error instanceof InboxError && isNotSent(error);
      setOutcome(isKnown ? { outcome: 'not-sent', message: error.message } : { outcome: 'lost' });
      if (isKnown) endPress(kept, id);
    } finally {
      isSending.current = false;
      setSending(false);
      onSent();
    }
  }

  /** Those that were made are left out of the next press, where others were not. */
  async function makeMany(id: string, budgetCredits: number | null): Promise<void> {
    const inputsNow = inputsOf(form, wanted ?? {}, several).map((each, index) => ({
      ...orderFor(each),
      id: `${id}.${String(index)}`,
    }));
    const report = await client.call('submissions:sendMany', inputsNow.filter(isChosen), { budgetCredits });
    setOutcome({ outcome: 'batch', report });
    const made = rows.filter(isChosen).filter((_, index) => report.results[index]?.outcome === 'made');
    const isAll = made.length === report.results.length;
    const out = isAll ? skipped : new Set([...skipped, ...made.map((row) => row.id)]);
    setSkipped(out);
    setDoubtful(report.unknown > 0 ? shownOf(out) : null);
    if (isAll) place.write(null);
  }

  const press = () => {
    if (isDoubtful && !isSending.current) setAsking(true);
    else void make();
  };
  const onKey = (event: KeyboardEvent) => {
    const isCommand = event.ctrlKey || event.metaKey;
    if (event.key !== 'Enter' || event.defaultPrevented || !(isCommand || event.target === send.current)) return;
    // Held until the answer is there, it would order another one; held on the way here, one that nobody has seen.
    if (isCommand || isHeld(event)) event.preventDefault();
    if (isCommand && !isHeld(event)) press();
  };

  const isDead = sending || !view.hasKey || isNothing;
  return (
    <>
      <section ref={root} className={styles['fields']} aria-label={words.form} onKeyDown={onKey}>
        {isRaw ? <p className={styles['note']}>{words.noSchema}</p> : null}
        {earlier === null ? null : (
          <Difference title={earlier.title} before={earlier.prompt ?? ''} now={values['prompt'] ?? ''} />
        )}
        {json === null ? (
          form.fields.map((field) => {
            const isSource = field.kind === 'video' || field.kind === 'image';
            const problem = problems.find((each) => each.field === field.name) ?? null;
            return (
              <OrderFieldCell key={field.name} isHalf={isHalf(field)}>
                <OrderField
                  field={field}
                  value={values[field.name] ?? ''}
                  problem={left.has(field.name) ? problem : null}
                  onChange={(value) => setValues((old) => ({ ...old, [field.name]: value }))}
                  onLeave={() => leave(field.name, isSource)}
                />
              </OrderFieldCell>
            );
          })
        ) : (
          <Field
            label={words.json}
            hint={words.jsonHint}
            save={written === null ? { kind: 'failed', message: words.badJson } : { kind: 'idle' }}
            wide
          >
            {(control) => (
              <textarea
                {...control}
                className={styles['json']}
                dir="ltr"
                spellCheck={false}
                rows={12}
                value={json}
                onChange={(event) => setJson(event.currentTarget.value)}
              />
            )}
          </Field>
        )}
        {json === null ? <SeveralFields form={form} value={several} onChange={setSeveral} /> : null}
        {rows.length === 0 ? null : (
          <SeveralRows form={form} inputs={all} before={before} skipped={skipped} onSkip={setSkipped} />
        )}
        <div className={styles['project']}>
          <Field label={words.project} wide>
            {(control) => <TextInput {...control} dir="auto" value={name} onText={setName} />}
          </Field>
        </div>
        {isRaw ? null : (
          <div>
            <Button
              disabled={json !== null && written === null}
              onClick={() => {
                if (json !== null) setValues(valuesOfInput(form, written ?? {}));
                setJson(json === null ? JSON.stringify(inputOfValues(form, values), null, 2) : null);
              }}
            >
              {json === null ? words.asJson : words.asForm}
            </Button>
          </div>
        )}
        {rows.length > 0 || sending || !before[0] || isTold(outcome, before[0]) ? null : (
          <MadeBeforeNote made={before[0]} />
        )}
        <Callback />
        {sending ? <Uploading /> : null}
        <Told outcome={outcome} />
      </section>
      <div data-foot className={styles['foot']} onKeyDown={onKey}>
        <Costs form={form} view={view} count={inputs.length} turn={outcome} />
        <Button
          ref={send}
          // Without a key there is nothing to press yet: the one that is to be pressed saves it.
          kind={view.hasKey ? 'primary' : 'plain'}
          aria-disabled={isDead || undefined}
          aria-keyshortcuts={ariaKeys('Control+Enter')}
          // Enter on the button presses it; Ctrl Enter has pressed it already. A double click is one press, however soon the answer comes.
          onClick={({ detail }) => detail > 1 || press()}
        >
          {sending
            ? words.sending
            : isDoubtful
              ? words.makeAnyway
              : inputs.length > 1
                ? words.makeMany(format.number(inputs.length))
                : words.make}
          <kbd aria-hidden dir="ltr">
            {keyNames('Control+Enter')}
          </kbd>
        </Button>
      </div>
      <Confirm
        open={asking}
        title={words.makeAnywayTitle}
        detail={words.makeAnywayDetail}
        action={words.makeAnywayAct}
        onConfirm={() => void make()}
        onClose={() => setAsking(false)}
      />
    </>
  );
}

/** What was just made is told of already. */
function isTold(outcome: Outcome | null, { key }: MadeBefore): boolean {
  return outcome?.outcome === 'made' && outcome.key === key;
}

/** Short ones stand two in a row. */
function isHalf({ kind, isList, name }: SubmitForm['fields'][number]): boolean {
  return isList !== true && kind !== 'json' && kind !== 'video' && kind !== 'image' && !/prompt|text/i.test(name);
}

function OrderFieldCell({ isHalf: half, children }: { readonly isHalf: boolean; readonly children: React.ReactNode }) {
  return <div data-half={half || undefined}>{children}</div>;
}

function isNotSent({ code, message }: InboxError): boolean {
  if (code === 'internal') return false;
  return message !== texts.errors.unreachable;
}

function Callback() {
  const tunnel = useTunnel();
  const isReachable = tunnel?.reach.tone === 'good';
  return (
    <p className={styles['callback']}>
      {words.callback} {isReachable ? words.reachable : words.notReachable}
    </p>
  );
}
