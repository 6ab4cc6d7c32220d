/** `video-inbox://task/<key>`: the address of one task, for notices, other programs and the clipboard. */
import { canParseUrl } from '../../common/can-parse-url.ts';

export const deepLinkScheme = 'video-inbox';

export function taskLink(key: string): string {
  return `${deepLinkScheme}://task/${encodeURIComponent(key)}`;
}

/** @returns the key of the task, or `null` for anything that is not such a link. Links come from strangers. */
export function parseTaskLink(link: string): string | null {
  if (link.length > 2000 || !canParseUrl(link)) return null;
  const url = new URL(link);
  if (url.protocol !== `${deepLinkScheme}:` || url.host !== 'task') return null;
  const encoded = url.pathname.slice(1).replace(/\/$/, '');
  try {
    const key = decodeURIComponent(encoded);
    return /^[\w.-]{1,64}:[^\p{Cc}]{1,512}$/u.test(key) ? key : null;
  } catch {
    return null;
  }
}
