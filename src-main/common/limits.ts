/** What a person reads and writes of the limits among the settings, in the page and in the terminal. */
import type { Limit, LimitName, SettingsPatch, SettingsValues } from './settings.ts';
import { enLimits } from './texts/en-limits.ts';

export function limitValue(values: SettingsValues, { name }: Limit): number | null {
  const { section, field } = placeOf(name);
  const value: unknown = Reflect.get(values[section], field);
  return typeof value === 'number' ? value : null;
}

export function limitPatch({ name }: Limit, value: number | null): SettingsPatch {
  const { section, field } = placeOf(name);
  return { [section]: { [field]: value } };
}

function placeOf(name: LimitName): { readonly section: 'callbacks' | 'downloads'; readonly field: string } {
  const [section, field = ''] = name.split('.');
  return { section: section === 'callbacks' ? 'callbacks' : 'downloads', field };
}

/**
 * What a person wrote for a limit; empty text is the usual value.
 * @param shown How a number is written for them.
 * @returns a sentence where it cannot be.
 */
export function readLimit(
  { usual, least, most, isWhole }: Limit,
  text: string,
  shown: (value: number) => string,
): { readonly value: number | null } | { readonly problem: string } {
  const written = text.trim();
  if (written === '') return { value: usual };
  const value = /^\d{1,12}(?:\.\d{1,6})?$/.test(written) ? Number(written) : NaN;
  if (value >= least && value <= most && (!isWhole || Number.isInteger(value))) return { value };
  return { problem: (isWhole ? enLimits.wrongWhole : enLimits.wrong)(written, shown(least), shown(most)) };
}
