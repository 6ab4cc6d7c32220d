/** Sizes and times for a terminal. */
import { providerName } from '../common/providers/catalog.ts';
import { spokenLanguage } from '../common/texts/language.ts';
import { terminalTexts } from './texts/en.ts';

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
  return padded(`${name} `, width);
}

/** Signs of Chinese, Japanese and Korean, and full-width forms, take two columns of a terminal. */
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]/g;

/** @param width in columns. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - text.length - (text.match(wide)?.length ?? 0)));
}

export function formatSeconds(value: number): string {
  return `${value.toLocaleString(spokenLanguage(), { minimumFractionDigits: 1, maximumFractionDigits: 1 })} s`;
}

/** Names stay as they are written everywhere. */
export function providerLabel(id: string): string {
  return id === 'unknown' ? terminalTexts.unknownProvider : providerName(id);
}

/** Text from outside must not move the cursor, colour the terminal or turn the order of what stands beside it. */
export function oneLine(text: string, limit: number): string {
  // oxlint-disable-next-line no-control-regex -- control characters are exactly what has to go
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g, ' ').trim();
  return clean.length > limit ? `${clean.slice(0, limit - 1)}…` : clean;
}

/**
 * Whatever is printed, with signs that a terminal obeys written out as JSON writes them: so JSON says the same, and
 * nobody's prompt or task id clears a screen.
 */
export function obeyedByNone(text: string): string {
  return (
    text
      .replaceAll('\r\n', '\n')
      // oxlint-disable-next-line no-control-regex -- control characters are exactly what has to go
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (sign) => {
        return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
      })
  );
}
