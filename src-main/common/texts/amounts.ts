/** Sizes, numbers and plurals of a language, for its packs. */
export function amounts(language: string) {
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const rules = new Intl.PluralRules(language);
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

  function bytes(count: number): string {
    let unit = 0;
    let value = count;
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1000;
      unit += 1;
    }
    return new Intl.NumberFormat(language, {
      style: 'unit',
      unit: units[unit] ?? 'byte',
      unitDisplay: 'short',
      maximumFractionDigits: 1,
    }).format(value);
  }

  return {
    number: (value: number): string => number.format(value),
    bytes,
    /** As limits are told: in KiB below 1 MiB. */
    kibi: (count: number | undefined): string => {
      if (count === undefined) return '?';
      return count < 1024 * 1024
        ? `${number.format(Math.ceil(count / 1024))} KiB`
        : `${number.format(count / 1024 / 1024)} MiB`;
    },
    mebi: (count: string | number | undefined): string =>
      `${number.format(Math.round(Number(count ?? 0) / 1024 ** 2))} MiB`,
    megabytes: (count: unknown, unknown: string): string =>
      typeof count === 'number' ? `${number.format(count / 1024 / 1024)} MB` : unknown,
    seconds: (value: unknown, unknown: string): string =>
      typeof value === 'number' ? `${number.format(value)} s` : unknown,
    /** The form for a count; `#` in it is the count. */
    count: (count: number, forms: Partial<Record<Intl.LDMLPluralRule, string>> & { readonly other: string }): string =>
      (forms[rules.select(count)] ?? forms.other).replace('#', number.format(count)),
  };
}

/** A sentence of the provider's, as it came, with an end. */
export const ended = (text: string): string => (/[.!?。！？؟]$/.test(text) ? text : `${text}.`);

/** Two sentences in a row; behind full-width punctuation there is no space. */
export const inARow = (first: string, second: string): string =>
  /[。！？]$/.test(first) ? `${first}${second}` : `${first} ${second}`;
