/** What stands in the fields of an order's form, as the person typed it, and what is sent of it. */
import type { TaskView } from '../../src-main/common/task-view.ts';
import {
  checkInput,
  type FormField,
  type Order,
  type OrderProblem,
  type SubmitForm,
} from '../../src-main/common/submit-form.ts';

/** By the provider's names. Text as it was typed; lists have one entry a line; switches are `true`, `false` or empty. */
export type Values = Readonly<Record<string, string>>;

export interface FieldProblem {
  readonly field: string;
  readonly code: OrderProblem['code'] | 'not-json';
  readonly params: OrderProblem['params'];
}

/** What the provider gets. Fields that are empty are left out; what cannot be read stays as it was typed. */
export function inputOfValues(form: SubmitForm, values: Values): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const field of form.fields) {
    const text = values[field.name] ?? '';
    if (text.trim() === '') continue;
    if (field.isList === true) {
      const lines = text.split('\n').map((line) => line.trim());
      input[field.name] = lines.filter((line) => line !== '').map((line) => valueOf(field, line));
    } else {
      input[field.name] = valueOf(field, text);
    }
  }
  return input;
}

function valueOf(field: FormField, text: string): unknown {
  switch (field.kind) {
    case 'text':
      return text;
    case 'video':
    case 'image':
      return text.trim();
    case 'choice':
      return field.choices?.find((choice) => String(choice) === text) ?? text;
    case 'number':
    case 'integer': {
      const number = Number(text);
      return Number.isFinite(number) ? number : text;
    }
    case 'switch':
      return text === 'true';
    case 'json':
      return parseJson(text) ?? text;
  }
}

/** The way back: an order that was made, or one that was written as JSON. What the form does not know is left out. */
export function valuesOfInput(form: SubmitForm, input: Readonly<Record<string, unknown>>): Values {
  return Object.fromEntries(
    form.fields.flatMap(({ name, kind }) => {
      const value = input[name];
      if (value === undefined || value === null) return [];
      const text = (each: unknown): string =>
        typeof each === 'string' && kind !== 'json' ? each : JSON.stringify(each);
      const isLines = Array.isArray(value) && kind !== 'json';
      return [[name, isLines ? (value as readonly unknown[]).map(text).join('\n') : text(value)]];
    }),
  );
}

/** Only what the schema gives; a field that must be chosen and has one choice has it. */
export function startValues(form: SubmitForm): Values {
  return Object.fromEntries(
    form.fields.flatMap((field) => (field.default === undefined ? [] : [[field.name, String(field.default)]])),
  );
}

/** Whatever can be told without looking at a file. */
export function problemsOf(form: SubmitForm, values: Values): readonly FieldProblem[] {
  const broken = form.fields
    .filter(({ name, kind }) => kind === 'json' && (values[name] ?? '').trim() !== '')
    .filter(({ name }) => parseJson(values[name] ?? '') === undefined)
    .map(({ name }): FieldProblem => ({ field: name, code: 'not-json', params: {} }));
  return [...broken, ...checkInput(form, inputOfValues(form, values), () => null)];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  const value = parseJson(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null;
}

export function orderOf(
  form: Pick<SubmitForm, 'provider' | 'model'>,
  input: Readonly<Record<string, unknown>>,
  { project, again }: { readonly project: string | null; readonly again: string | null },
): Order {
  const { prompt, ...params } = input;
  const isText = typeof prompt === 'string';
  return {
    provider: form.provider,
    model: form.model,
    prompt: isText ? prompt : null,
    videos: [],
    images: [],
    params: isText ? params : input,
    project,
    ...(again === null ? {} : { again }),
  };
}

/** What an earlier task was made from, with the archived inputs in place of addresses that die within a day. */
export function inputOfTask(
  form: SubmitForm,
  task: TaskView,
  ordered: Readonly<Record<string, unknown>> | null,
  pathOf: (archived: string) => string,
): Readonly<Record<string, unknown>> {
  const source = form.fields.find(({ kind, isRequired }) => kind === 'video' && isRequired);
  const image = form.fields.find(({ kind }) => kind === 'image');
  const place = source ?? image;
  const known: Readonly<Record<string, unknown>> = {
    ...(task.prompt === null ? {} : { prompt: task.prompt }),
    ...(task.sourceUrl === null || place === undefined ? {} : { [place.name]: task.sourceUrl }),
    ...(task.model === null ? {} : { model: task.model }),
    ...ordered,
  };
  const archived = new Map(task.sources?.map(({ url, path }) => [url, pathOf(path)]));
  const renew = (value: unknown): unknown =>
    Array.isArray(value) ? value.map(renew) : typeof value === 'string' ? (archived.get(value) ?? value) : value;
  return Object.fromEntries(Object.entries(known).map(([name, value]) => [name, renew(value)]));
}
