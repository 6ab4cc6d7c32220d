/**
 * An amount as a person writes it, also in thousands as they are written somewhere: `1,000`, `1.000`, `1 000`.
 * @returns `null` where nothing is written; `undefined` where that is no amount, or less than the least.
 */
export function writtenCredits(text: string, least = 1): number | null | undefined {
  const written = text.trim();
  if (written === '') return null;
  const isGrouped = /^[1-9]\d{0,2}([.,'’\s])\d{3}(?:\1\d{3})*$/u.test(written);
  const credits = Number(isGrouped ? written.replaceAll(/\D/g, '') : written);
  return Number.isFinite(credits) && credits >= least ? credits : undefined;
}
