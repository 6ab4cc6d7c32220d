/** Films that a page or a letter links, where it is not a server's word about itself. */
import { endsAsVideo } from '../providers/media-kind.ts';

const link = /(?:href|src)\s{0,8}=\s{0,8}["'](https?:\/\/[^"'\s<>]{1,4000})["']/gi;
const maxLinks = 64;

const heading = /<(title|h1)\b[^<>]{0,400}>([^<]{1,400})/gi;
const maxHeadings = 4;
const saysFault =
  /^\s*[45]\d\d\b|\b(?:error|[45]\d\d (?:bad|unauthor|forbid|not|internal|service|gateway)\w*|(?:not|can(?:'|&#39;|’)?t be) found|denied|forbidden|bad gateway|unavailable|timed? ?out|too many|maintenance|just a moment|attention required|blocked|went wrong|invalid|expired|offline|sign ?in|log ?in|captcha|moved)\b|wartung|mantenimiento|manutenção|维护|メンテナンス/i;

/** True where a proxy or a server says of its own page that it could not answer. */
function isFaultPage(html: string): boolean {
  let seen = 0;
  for (const [, , words = ''] of html.matchAll(heading)) {
    if (saysFault.test(words)) return true;
    if (++seen === maxHeadings) break;
  }
  return false;
}

/** What a page of a login has in every language, whatever film it shows behind it, and no letter. */
const asksForPassword = /<input\b[^<>]{0,400}\stype\s{0,8}=\s{0,8}["']?password\b/i;

/** A page or a letter that links a film; one that links none is what a proxy or a server says of itself. */
export function linkedIn(html: string): unknown {
  if (isFaultPage(html) || asksForPassword.test(html)) return null;
  const films = new Set<string>();
  for (const [, written = ''] of html.matchAll(link)) {
    const url = written.replaceAll('&amp;', '&');
    if (endsAsVideo(url)) films.add(url);
    if (films.size === maxLinks) break;
  }
  return films.size === 0 ? null : { urls: [...films] };
}
