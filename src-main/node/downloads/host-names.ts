/** The hosts of links, each parsed once: thousands of links of a burst name the same few. */
import { createRecentMap } from '../storage/recent-map.ts';
import { hostOf } from './settle-attempt.ts';

/** At least half as many. */
const remembered = 256;
/** As browsers write it; what is written otherwise is parsed each time. */
const plain = /^https?:\/\/[^/\\?#\s]{1,256}\//;

/** @returns what `hostOf` tells of a link. */
export function createHostNames(): (link: { readonly url: string }) => string {
  const names = createRecentMap<string, string>(remembered);
  return (link) => {
    const [origin] = plain.exec(link.url) ?? [];
    if (origin === undefined) return hostOf(link);
    const known = names.get(origin);
    if (known !== undefined) return known;
    const name = hostOf({ url: origin });
    names.set(origin, name);
    return name;
  };
}
