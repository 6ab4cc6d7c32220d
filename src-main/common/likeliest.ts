/** Which name was most likely meant by one that is not known. */
import { distance } from './search/vocabulary.ts';

/** Of a short name hardly anything is left where two letters are wrong. */
const shortLength = 5;

/** @returns the first of those that are nearest; `null` where none is near. */
export function likeliest<T extends string>(written: string, names: readonly T[]): T | null {
  const most = written.length < shortLength ? 1 : 2;
  const near = names
    .map((name) => ({ name, away: name.startsWith(`${written}-`) ? 0 : distance(written.toLowerCase(), name, most) }))
    .filter(({ away }) => away <= most)
    .sort((a, b) => a.away - b.away);
  return near[0]?.name ?? null;
}
