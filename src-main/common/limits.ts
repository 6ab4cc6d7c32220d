/** The limits among the settings: numbers that a person may raise or lower, in the page and in the terminal. */
import type { SettingsPatch, SettingsValues } from './settings.ts';
import { enLimits } from './texts/en-limits.ts';

export type LimitName = keyof typeof enLimits.names;

export interface Limit {
  /** As in `settings.json`. */
  readonly name: LimitName;
  readonly unit: keyof typeof enLimits.units;
  readonly least: number;
  readonly most: number;
  readonly isWhole: boolean;
  /** What holds where nothing was chosen; `null`: it depends on the disk. */
  readonly usual: number | null;
}

const whole = (name: LimitName, unit: Limit['unit'], least: number, most: number, usual: number | null): Limit => ({
  name,
  unit,
  least,
  most,
  isWhole: true,
  usual,
});

/** In the order in which they are shown; bounds and usual values are those of `settings.ts`. */
export const limits: readonly Limit[] = [
  { ...whole('callbacks.bodyLimitMiB', 'MiB', 0.25, 64, 4), isWhole: false },
  { ...whole('callbacks.filmBodyLimitMiB', 'MiB', 0.25, 256, 32), isWhole: false },
  whole('callbacks.signatureWindowSeconds', 'seconds', 30, 86_400, 300),
  whole('callbacks.tasksPerDay', 'tasks', 1, 10_000_000, 10_000),
  whole('callbacks.keptMiBPerDay', 'MiB', 1, 10_000_000, 1024),
  whole('callbacks.minFreeMiB', 'MiB', 0, 10_000_000, null),
  whole('downloads.maxVideoMiB', 'MiB', 1, 10_000_000, 4096),
  whole('downloads.mibPerDay', 'MiB', 1, 1_000_000_000, 102_400),
  whole('downloads.minFreeMiB', 'MiB', 0, 10_000_000, null),
];

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
