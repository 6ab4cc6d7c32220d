/**
 * Credits as a person writes them, also in thousands as they are written somewhere: `1,000`, `1.000`, `1 000`.
 * @returns `null` where nothing is written; `undefined` where that is no sum.
 */
export function writtenCredits(text: string): number | null | undefined {
  const written = text.trim();
  if (written === '') return null;
  const isGrouped = /^\d{1,3}([.,'’\s])\d{3}(?:\1\d{3})*$/u.test(written);
  const credits = Number(isGrouped ? written.replaceAll(/\D/g, '') : written);
  return Number.isFinite(credits) && credits >= 1 ? credits : undefined;
}
