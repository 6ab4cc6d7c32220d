/** Sizes and times for a terminal. */
import { spokenLanguage } from '../common/texts/language.ts';

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return new Intl.NumberFormat(spokenLanguage(), {
    style: 'unit',
    unit: units[unit] ?? 'byte',
    // English has no plural in the short form.
    unitDisplay: unit === 0 ? 'long' : 'short',
    maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0,
  }).format(value);
}

export function formatNumber(value: number): string {
  return new Intl.NumberFormat(spokenLanguage()).format(value);
}

export function formatTime(iso: string): string {
  const date = new Date(iso);
  return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short' }).format(date);
}

/** In front of a value: as wide as the others, and apart from it however long the word is in a language. */
export function formatLabel(name: string, width: number): string {
  return `${name} `.padEnd(width);
}

/** Text from outside must not move the cursor or colour the terminal. */
export function oneLine(text: string, limit: number): string {
  // eslint-disable-next-line no-control-regex -- control characters are exactly what has to go
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
  return clean.length > limit ? `${clean.slice(0, limit - 1)}…` : clean;
}
