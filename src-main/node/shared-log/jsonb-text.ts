/** The database takes neither in JSON that it looks into, and refuses all that is told with it: NUL, and half a sign. */
const unfit = /[\0\p{Cs}]/gu;

/** JSON for a `jsonb` of the database, with U+FFFD in place of what it takes in no text. */
export function jsonbText(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'string' ? each.replace(unfit, '\ufffd') : each));
}
