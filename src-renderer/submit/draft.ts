/** What was typed and not ordered yet: kept by this browser, so that a look at another screen or a reload costs nothing. */
import type { KeptTexts } from '../store/kept-texts.ts';
import type { Values } from './form-values.ts';
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

const storageKey = 'video-inbox.order';
/** A draft is typed by hand; what is larger is no draft. Characters. */
const longest = 200_000;

/** @returns `null` where there is none, or nothing that can be read. */
export function readDraft(storage: KeptTexts): Draft | null {
  try {
    const raw: unknown = JSON.parse(storage.getItem(storageKey) ?? 'null');
    return isDraft(raw) ? raw : null;
  } catch {
    return null;
  }
}

/** `null` forgets it. */
export function writeDraft(storage: KeptTexts, draft: Draft | null): void {
  const text = JSON.stringify(draft);
  if (draft === null || text.length > longest) storage.removeItem(storageKey);
  else storage.setItem(storageKey, text);
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
