/** What people and automations hand on of a file that lies with Google Drive or Dropbox leads to a page that shows it. */
import { canParseUrl } from '../../common/can-parse-url.ts';

/** Where the file itself is given; any other link as it stands. */
export function fileOfShare(link: string): string {
  if (!/^https?:\/\/(?:drive\.google|(?:www\.)?dropbox)\.com\//i.test(link) || !canParseUrl(link)) return link;
  const url = new URL(link);
  if (/dropbox/i.test(url.host)) {
    if (!/^\/(?:s|scl\/fi)\//.test(url.pathname)) return link;
    url.searchParams.set('dl', '1');
    return url.href;
  }
  const id =
    /^\/(?:a\/[^/]+\/)?file\/(?:u\/\d+\/)?d\/([\w-]+)/.exec(url.pathname)?.[1] ??
    (url.pathname === '/open' ? url.searchParams.get('id') : null);
  if (id === null) return link;
  const file = new URL('https://drive.usercontent.google.com/download?export=download&confirm=t');
  file.searchParams.set('id', id);
  const key = url.searchParams.get('resourcekey');
  if (key !== null) file.searchParams.set('resourcekey', key);
  return file.href;
}
