/** What was typed and not ordered yet is kept, so that a look at another screen or a reload costs nothing. */
import type { SubmitForm } from '../../src-main/common/submit-form.ts';
import type { KeptTexts } from '../store/kept-texts.ts';
import { inputOfValues, parseObject, problemsOf, startValues, type Values, valuesOfInput } from './form-values.ts';
import type { Several } from './several.ts';

export interface Draft {
  readonly provider: string;
  readonly model: string | null;
  readonly values: Values;
  /** The order as JSON, while it is written so. */
  readonly json: string | null;
  readonly several: Several;
  readonly project: string;
}

/** What was typed, and the form that it was typed in. */
export interface Typed {
  readonly form: SubmitForm;
  readonly draft: Draft;
}

/** What was typed in each form while the screen is shown, the last one first. */
export interface KeptTyped {
  readonly all: () => readonly Typed[];
  readonly put: (all: readonly Typed[]) => void;
}

export function keepTyped(): KeptTyped {
  let kept: readonly Typed[] = [];
  return {
    all: () => kept,
    put(all) {
      kept = all;
    },
  };
}

/**
 * What was typed goes along to the form of another provider or model: fields of the same name, and a source to the first
 * place for its kind, each where it is taken there; what only the other schema gave stays behind. Where nothing is known of the fields only the prompt goes along.
 * @param own what was typed here before.
 */
export function draftFor(form: SubmitForm, { form: other, draft }: Typed, own: Draft | null = null): Draft {
  const { provider, model } = form;
  const input = draft.json === null ? inputOfValues(other, draft.values) : (parseObject(draft.json) ?? {});
  const base = { provider, model, several: draft.several, project: draft.project };
  const isJson = form.from === 'raw' || (own !== null && own.json !== null);
  if (isJson) {
    const written = own === null ? { prompt: '' } : parseObject(own.json ?? '');
    const { prompt = written?.['prompt'] } = input;
    const json = written === null ? (own?.json ?? '') : JSON.stringify({ ...written, prompt }, null, 2);
    return { ...base, values: own?.values ?? {}, json };
  }
  const placed: Record<string, unknown> = {};
  for (const { name, kind } of other.fields) {
    const place = form.fields.find((field) => field.kind === kind && (kind === 'video' || kind === 'image'));
    const value = input[name];
    if (place === undefined || value === undefined) continue;
    placed[place.name] ??= place.isList !== true && Array.isArray(value) ? (value as readonly unknown[])[0] : value;
  }
  const values = valuesOfInput(form, { ...placed, ...input });
  const refused = new Set(problemsOf(form, values).map(({ field }) => field));
  const given = startValues(other);
  const taken = Object.entries(values).filter(
    ([name, value]) => name === 'prompt' || !(refused.has(name) || given[name] === value),
  );
  return { ...base, values: { ...own?.values, ...Object.fromEntries(taken) }, json: null };
}

/** Where a draft is kept. */
export interface DraftPlace {
  /** @returns `null` where there is none, or nothing that can be read. */
  readonly read: () => Draft | null;
  /** `null` forgets it. */
  readonly write: (draft: Draft | null) => void;
}

const nowhere: DraftPlace = { read: () => null, write: () => undefined };
const storageKey = 'video-inbox.order';
/** A draft is typed by hand; what is larger is no draft. Characters. */
const longest = 200_000;

/**
 * Of a new order by this browser; of an earlier one that is changed by this tab, for that task alone. The same again is the
 * same, whatever was typed the last time.
 * @param earlier key of the task.
 */
export function draftPlace(
  { kept, keptInTab }: { readonly kept: KeptTexts; readonly keptInTab: KeptTexts },
  earlier: string | null,
  how: 'again' | 'edit',
): DraftPlace {
  if (earlier === null) return placeIn(kept, storageKey);
  return how === 'edit' ? placeIn(keptInTab, `${storageKey} ${earlier}`) : nowhere;
}

function placeIn(storage: KeptTexts, name: string): DraftPlace {
  return {
    read() {
      try {
        const raw: unknown = JSON.parse(storage.getItem(name) ?? 'null');
        return isDraft(raw) ? raw : null;
      } catch {
        return null;
      }
    },
    write(draft) {
      const text = JSON.stringify(draft);
      if (draft === null || text.length > longest) storage.removeItem(name);
      else storage.setItem(name, text);
    },
  };
}

function isDraft(raw: unknown): raw is Draft {
  if (typeof raw !== 'object' || raw === null) return false;
  const { provider, model, values, json, several, project } = raw as Readonly<Record<string, unknown>>;
  const isText = (value: unknown): boolean => typeof value === 'string';
  const areTexts = (value: unknown, ...names: readonly string[]): boolean =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every(isText) &&
    names.every((name) => Object.hasOwn(value, name));
  return (
    isText(provider) &&
    (model === null || isText(model)) &&
    areTexts(values) &&
    (json === null || isText(json)) &&
    areTexts(several, 'prompts', 'sources', 'times', 'budget') &&
    isText(project)
  );
}
