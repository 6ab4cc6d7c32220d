/**
 * Whether the same was paid for before: same provider and model, prompt, fields and inputs. An input is the same where
 * its address is, or its bytes are: each upload has an address of its own.
 */
import type { MadeBefore } from '../../common/loop-calls.ts';
import type { Task } from '../../common/model.ts';
import { inputOf, type Order, type SubmitForm } from '../../common/submit-form.ts';
import type { Submission, SubmissionBook } from './submission-book.ts';
import type { Sources } from './sources.ts';
import { sourcesAmong, withModel } from './order-input.ts';

export interface MadeBeforePorts {
  readonly book: Pick<SubmissionBook, 'snapshot'>;
  /** The task that a submission made. */
  readonly taskOf: (submission: Submission) => Task | undefined;
  readonly form: (provider: string, model: string | null) => Promise<SubmitForm>;
  readonly sources: Pick<Sources, 'sha256'>;
}

/** @returns for each order the newest that is the same, `null` where there is none. */
export async function madeBefore(ports: MadeBeforePorts, orders: readonly Order[]): Promise<(MadeBefore | null)[]> {
  const shaOf = new Map<string, string>();
  const made = ports.book.snapshot().flatMap((submission) => {
    const task = submission.state === 'made' && submission.isShort !== true ? ports.taskOf(submission) : undefined;
    if (task === undefined || task.state === 'failed') return [];
    for (const { url, sha256 } of task.sources ?? []) shaOf.set(url, sha256);
    return [{ submission, task }];
  });
  if (made.length === 0) return orders.map(() => null);
  const nameOf = (source: string): string => shaOf.get(source) ?? source;
  const forms = new Map<string, Promise<SubmitForm | null>>();
  const found = new Map<string, ReadonlyMap<string, MadeBefore>>();
  const results: (MadeBefore | null)[] = [];
  for (const order of orders) {
    const place = placeOf(order);
    const asked = forms.get(place) ?? ports.form(order.provider, order.model).catch(() => null);
    forms.set(place, asked);
    const form = await asked;
    const wanted = asSubmitted(form, order);
    for (const source of wanted.sources) {
      // A file that is not there is told of elsewhere.
      const sha = shaOf.has(source) ? null : await ports.sources.sha256(source).catch(() => null);
      if (sha !== null) shaOf.set(source, sha);
    }
    const known =
      found.get(place) ??
      new Map(
        made
          .filter(({ submission }) => placeOf(submission) === place)
          .map(({ submission, task }) => [
            fingerprint(submission, form, nameOf),
            { key: task.key, at: submission.intendedAt },
          ]),
      );
    found.set(place, known);
    results.push(known.get(fingerprint(wanted, form, nameOf)) ?? null);
  }
  return results;
}

const placeOf = ({ provider, model }: Pick<Order, 'provider' | 'model'>): string => `${provider} ${model ?? ''}`;

type Wanted = Pick<Submission, 'provider' | 'model' | 'prompt' | 'input' | 'sources'>;

/** As it would stand in the log. */
function asSubmitted(form: SubmitForm | null, order: Order): Wanted {
  const { provider, model, prompt, videos, images, params } = order;
  const known = form === null || form.from === 'raw' ? null : form;
  return {
    provider,
    model,
    prompt,
    input: known === null ? params : inputOf(known, withModel(known, order)),
    sources: [...videos, ...images, ...sourcesAmong(known, params)],
  };
}

/** What is left out is as the model has it by itself. */
function fingerprint(
  { prompt, input, sources }: Wanted,
  form: SubmitForm | null,
  nameOf: (source: string) => string,
): string {
  const known = new Set(sources);
  const usual = new Map(form?.fields.map((field) => [field.name, field.default]));
  const isTold = ([, value]: readonly [string, unknown]): boolean =>
    value !== undefined && value !== null && value !== '';
  const inOrder = (value: unknown): unknown => {
    if (typeof value === 'string') return known.has(value) ? nameOf(value) : value;
    if (Array.isArray(value)) return value.map(inOrder);
    if (typeof value !== 'object' || value === null) return value;
    const fields = Object.entries(value).filter(isTold);
    return fields.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, each]) => [name, inOrder(each)]);
  };
  // A prompt stands in the input where its name is known.
  const whole = Object.entries({ ...(prompt === null ? {} : { prompt }), ...input });
  const told = whole.filter(([name, value]) => !usual.has(name) || usual.get(name) !== value);
  return JSON.stringify([inOrder(Object.fromEntries(told)), [...new Set(sources.map(nameOf))].sort()]);
}
