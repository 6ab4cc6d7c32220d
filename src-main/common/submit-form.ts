/**
 * What a generation can be asked for, and what is wrong with an order before anything is paid. Forms come from a
 * model's schema, from the shipped ones of kie.ai's documented APIs, or are raw JSON where there is neither.
 */
import type { Params } from './model.ts';

export interface FormField {
  /** As the provider names it. */
  readonly name: string;
  readonly kind: 'text' | 'choice' | 'number' | 'integer' | 'switch' | 'video' | 'image' | 'json';
  readonly isRequired: boolean;
  /** Takes several values of its kind. */
  readonly isList?: boolean;
  readonly choices?: readonly (string | number)[];
  readonly min?: number;
  readonly max?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  /** Of a file. */
  readonly maxBytes?: number;
  /** A longer video is refused. */
  readonly maxSeconds?: number;
  /** Only so much of its beginning is used; a longer video is taken. */
  readonly usedSeconds?: number;
  readonly default?: string | number | boolean;
  readonly description?: string;
}

export interface SubmitForm {
  readonly provider: string;
  readonly model: string | null;
  readonly title: string;
  readonly fields: readonly FormField[];
  /** `raw`: nothing is known of the fields, so any JSON is taken. */
  readonly from: 'schema' | 'documents' | 'raw';
  /** As published, in prose. */
  readonly price: string | null;
}

/** What the person wants made. Sources are http(s) addresses or paths of files on the inbox's own machine. */
export interface Order {
  readonly provider: string;
  readonly model: string | null;
  readonly prompt: string | null;
  readonly videos: readonly string[];
  readonly images: readonly string[];
  /** Fields by the provider's names; they win over the three above. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly project: string | null;
  /** The task that this is the same again of. */
  readonly again?: string;
  /** Made up by whoever orders: a second order under it is not sent, and answered with what came of the first. */
  readonly id?: string;
}

export interface OrderProblem {
  readonly field: string;
  readonly code:
    | 'missing'
    | 'too-long'
    | 'no-choice'
    | 'no-number'
    | 'too-small'
    | 'too-large'
    | 'too-many'
    /** The model takes nothing of this kind: `field` is `video` or `image`. */
    | 'no-place'
    /** By its kind, as `--prompt` or `--video`, and by its own name as well, with another value. */
    | 'said-twice'
    | 'file-too-large'
    | 'video-too-long'
    | 'unknown-field'
    /** Not refused: only the beginning is used. */
    | 'only-beginning';
  readonly params: Params;
}

/** What is known of a source; `null` where it is not. */
export interface SourceFacts {
  readonly sizeBytes: number | null;
  readonly durationSeconds: number | null;
}

/** Puts prompt and sources under the names that the form has for them. */
export function inputOf(
  form: SubmitForm,
  order: Pick<Order, 'prompt' | 'videos' | 'images' | 'params'>,
): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  const put = (kind: FormField['kind'], values: readonly string[], name?: string): void => {
    const field =
      form.fields.find((each) => each.name === name) ??
      form.fields.find((each) => each.kind === kind && each.isRequired) ??
      form.fields.find((each) => each.kind === kind);
    if (values.length === 0 || field === undefined) return;
    // Of several where one is taken none is left out without a word: they are counted as too many.
    input[field.name] = field.isList === true || values.length > 1 ? values : values[0];
  };
  if (order.prompt !== null) put('text', [order.prompt], 'prompt');
  put('video', order.videos);
  put('image', order.images);
  return { ...input, ...order.params };
}

/** Sources that `inputOf` has no field for: without them another film would be made, and paid. */
export function withoutPlace(form: SubmitForm, order: Pick<Order, 'videos' | 'images'>): readonly OrderProblem[] {
  const kinds = [
    ['video', order.videos],
    ['image', order.images],
  ] as const;
  return kinds
    .filter(([kind, sources]) => sources.length > 0 && !form.fields.some((field) => field.kind === kind))
    .map(([field]) => ({ field, code: 'no-place', params: { field } }));
}

/** Fields that an order gives two values: `inputOf` would leave one of them out, and the film of the other be paid. */
export function saidTwice(
  form: SubmitForm,
  order: Pick<Order, 'prompt' | 'model' | 'videos' | 'images' | 'params'>,
): readonly OrderProblem[] {
  const byKind: Record<string, unknown> = { model: order.model, ...inputOf(form, { ...order, params: {} }) };
  return form.fields
    .map(({ name }) => name)
    .filter((name) => (byKind[name] ?? null) !== null && Object.hasOwn(order.params, name))
    .filter((name) => JSON.stringify(byKind[name]) !== JSON.stringify(order.params[name]))
    .map((field) => ({ field, code: 'said-twice', params: { field } }));
}

/** @returns what would be refused or surprise; an empty list where all is well. */
export function checkInput(
  form: SubmitForm,
  input: Readonly<Record<string, unknown>>,
  facts: (source: string) => SourceFacts | null,
): readonly OrderProblem[] {
  if (form.from === 'raw') return [];
  const known = new Set(form.fields.map(({ name }) => name));
  const unknown = Object.keys(input)
    .filter((name) => !known.has(name))
    .map((field): OrderProblem => ({ field, code: 'unknown-field', params: { field } }));
  return [...form.fields.flatMap((field) => problemsOf(field, input[field.name], facts)), ...unknown];
}

export function isRefusal({ code }: OrderProblem): boolean {
  return code !== 'only-beginning' && code !== 'unknown-field';
}

function problemsOf(
  field: FormField,
  value: unknown,
  facts: (source: string) => SourceFacts | null,
): readonly OrderProblem[] {
  const { name } = field;
  const problem = (code: OrderProblem['code'], params: Params = {}): OrderProblem => ({
    field: name,
    code,
    params: { field: name, ...params },
  });
  const isEmpty = value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
  if (isEmpty) return field.isRequired ? [problem('missing')] : [];
  const values: readonly unknown[] = Array.isArray(value) ? (value as readonly unknown[]) : [value];
  const isOneSource = field.isList !== true && (field.kind === 'video' || field.kind === 'image');
  const max = isOneSource ? 1 : field.maxItems;
  if (max !== undefined && values.length > max) return [problem('too-many', { max, count: values.length })];
  return values.flatMap((each) => problemsOfOne(field, each, problem, facts));
}

function problemsOfOne(
  field: FormField,
  value: unknown,
  problem: (code: OrderProblem['code'], params?: Params) => OrderProblem,
  facts: (source: string) => SourceFacts | null,
): readonly OrderProblem[] {
  const { min, max, maxLength, maxBytes, maxSeconds, usedSeconds, choices } = field;
  switch (field.kind) {
    case 'text':
      return typeof value === 'string' && maxLength !== undefined && value.length > maxLength
        ? [problem('too-long', { max: maxLength, length: value.length })]
        : [];
    case 'choice':
      return choices?.some((choice) => String(choice) === String(value)) === false
        ? [problem('no-choice', { value: String(value), choices: choices.join(', ') })]
        : [];
    case 'number':
    case 'integer': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      if (typeof number !== 'number' || !Number.isFinite(number)) return [problem('no-number')];
      if (field.kind === 'integer' && !Number.isInteger(number)) return [problem('no-number')];
      if (min !== undefined && number < min) return [problem('too-small', { min })];
      return max !== undefined && number > max ? [problem('too-large', { max })] : [];
    }
    case 'video':
    case 'image': {
      const found = typeof value === 'string' ? facts(value) : null;
      if (found === null) return [];
      const { sizeBytes, durationSeconds } = found;
      if (maxBytes !== undefined && sizeBytes !== null && sizeBytes > maxBytes) {
        return [problem('file-too-large', { maxBytes, sizeBytes })];
      }
      // A film of "ten seconds" is often a frame longer.
      if (maxSeconds !== undefined && durationSeconds !== null && durationSeconds > maxSeconds + 0.25) {
        return [problem('video-too-long', { maxSeconds, seconds: durationSeconds })];
      }
      return usedSeconds !== undefined && durationSeconds !== null && durationSeconds > usedSeconds + 0.25
        ? [problem('only-beginning', { usedSeconds, seconds: durationSeconds })]
        : [];
    }
    case 'switch':
    case 'json':
      return [];
  }
}
