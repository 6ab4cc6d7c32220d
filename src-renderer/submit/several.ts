/** Several orders of one form: prompts × sources × seeds. */
import type { FormField, SubmitForm } from '../../src-main/common/submit-form.ts';

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

function newSeed({ min = 0, max = 2 ** 31 - 1 }: FormField, random: () => number): number {
  return min + Math.floor(random() * (max - min + 1));
}

/** `null` = no limit. */
export function budgetOf({ budget }: Several): number | null {
  const credits = Number(budget);
  return budget.trim() === '' || !Number.isFinite(credits) || credits < 0 ? null : credits;
}
