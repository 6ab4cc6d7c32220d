/** Several orders of one form: prompts × sources × seeds. */
import type { FormField, SubmitForm } from '../../src-main/common/submit-form.ts';
import { writtenCredits } from '../costs/written-credits.ts';

export interface Several {
  /** More prompts and more sources, one a line. */
  readonly prompts: string;
  readonly sources: string;
  /** How often each is made, every time with another seed; as typed. */
  readonly times: string;
  /** Credits; as typed, empty = no limit. */
  readonly budget: string;
}

export const one: Several = { prompts: '', sources: '', times: '', budget: '' };

/** What the core takes at once. */
const mostOrders = 500;

export function promptField({ fields }: SubmitForm): FormField | undefined {
  return fields.find(({ name, kind }) => name === 'prompt' && kind === 'text');
}

/** The one whose values are tried one after the other; one that takes several itself is none. */
export function sourceField({ fields }: SubmitForm): FormField | undefined {
  const able = fields.filter(({ kind, isList }) => (kind === 'video' || kind === 'image') && isList !== true);
  return able.find(({ isRequired }) => isRequired) ?? able[0];
}

export function seedField({ fields }: SubmitForm): FormField | undefined {
  return fields.find(({ name, kind }) => /^seeds?$/i.test(name) && kind === 'integer');
}

/** @param random from 0 up to, not including, 1. */
export function inputsOf(
  form: SubmitForm,
  input: Readonly<Record<string, unknown>>,
  several: Several,
  random: () => number = Math.random,
): readonly Readonly<Record<string, unknown>>[] {
  const [prompt, source, seed] = [promptField(form), sourceField(form), seedField(form)];
  const spread = (field: FormField | undefined, more: string): readonly Readonly<Record<string, unknown>>[] => {
    if (field === undefined) return [{}];
    const lines = more
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    const given = input[field.name];
    return [...(given === undefined ? [] : [given]), ...lines].map((value) => ({ [field.name]: value }));
  };
  const orEmpty = <T>(list: readonly T[], otherwise: T): readonly T[] => (list.length === 0 ? [otherwise] : list);
  const prompts = orEmpty(spread(prompt, several.prompts), {});
  const sources = orEmpty(spread(source, several.sources), {});
  const times = seed === undefined ? 1 : Math.min(50, Math.max(1, Math.trunc(Number(several.times)) || 1));
  const inputs: Readonly<Record<string, unknown>>[] = [];
  for (const first of prompts) {
    for (const second of sources) {
      for (let nth = 0; nth < times; nth += 1) {
        const isNew = seed !== undefined && times > 1 && (nth > 0 || input[seed.name] === undefined);
        inputs.push({ ...input, ...first, ...second, ...(isNew ? { [seed.name]: newSeed(seed, random) } : {}) });
      }
    }
  }
  return inputs.slice(0, mostOrders);
}

export interface SeveralRow {
  /** The same for the same order, whatever its seed. */
  readonly id: string;
  readonly prompt: string | null;
  /** Name of its file. */
  readonly source: string | null;
  /** Which of those that differ in their seed only, from 1. */
  readonly nth: number;
  readonly of: number;
}

/** Each of several orders in a line, in their order. */
export function rowsOf(form: SubmitForm, inputs: readonly Readonly<Record<string, unknown>>[]): readonly SeveralRow[] {
  const [prompt, source, seed] = [promptField(form), sourceField(form), seedField(form)];
  const nameOf = (input: Readonly<Record<string, unknown>>): string =>
    JSON.stringify(Object.entries(input).filter(([name]) => name !== seed?.name));
  const names = inputs.map(nameOf);
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const seen = new Map<string, number>();
  const textAt = (input: Readonly<Record<string, unknown>>, field: FormField | undefined): string | null => {
    const value = field === undefined ? undefined : input[field.name];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  return inputs.map((input, index) => {
    const name = names[index] ?? '';
    const nth = (seen.get(name) ?? 0) + 1;
    seen.set(name, nth);
    const file = textAt(input, source);
    return {
      id: `${name} ${String(nth)}`,
      prompt: textAt(input, prompt)?.slice(0, shownChars) ?? null,
      source: file === null ? null : (file.split(/[/\\?#]/).findLast((part) => part !== '') ?? file).slice(-shownChars),
      nth,
      of: counts.get(name) ?? 1,
    };
  });
}

const shownChars = 100;

function newSeed({ min = 0, max = 2 ** 31 - 1 }: FormField, random: () => number): number {
  return min + Math.floor(random() * (max - min + 1));
}

/** `null` = no limit; `undefined` where what is written is no amount: no limit was meant by it. */
export const budgetOf = ({ budget }: Several): number | null | undefined => writtenCredits(budget, 0);
