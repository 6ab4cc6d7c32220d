/** Films that relays put where others have something else, for bodies that say that they are done and name no other. */
import type { BodyView } from './body-view.ts';
import { isRecord, namesIn, own } from './json.ts';
import { endsAsVideo } from './media-kind.ts';
import { maxUrls, urlsIn } from './urls.ts';

export function filmsOfRelay(body: BodyView): readonly string[] {
  return [...new Set([...filmsBeside(body), ...filmsInContent(body)])];
}

/**
 * Relays in the style of OpenAI tell where the film is in `metadata` (new-api), where others hand back what the person sent
 * along: only under plain names of a link, and of a film or of the content that is to be fetched. One (Agnes) puts the link
 * where OpenAI has the id of another film.
 */
function filmsBeside({ root, data }: BodyView): readonly string[] {
  const urls = [root, data]
    .filter(isRecord)
    .flatMap((record): readonly unknown[] => {
      const metadata = own(record, 'metadata');
      const inside = isRecord(metadata) ? metadata : {};
      const isOfOpenAi = own(record, 'object') === 'video';
      return [
        ...namesIn(inside).map((name) => ((isOfOpenAi ? linkName : madeName).test(name) ? inside[name] : null)),
        own(record, 'remixed_from_video_id'),
      ];
    })
    .flatMap((value) => (typeof value === 'string' || Array.isArray(value) ? urlsIn(value, 'video').urls : []));
  return [...new Set(urls)].filter((url) => endsAsVideo(url) || contentPath.test(url));
}

/**
 * `{"content": [{"type": "video_url", "video_url": {"url": …}}]}`: as chat APIs have it, and relays answer so. What was sent
 * stands in the same form, a film with the role that it has there.
 */
function filmsInContent({ root, data }: BodyView): readonly string[] {
  const items = [root, data].filter(isRecord).flatMap((record) => {
    const content = own(record, 'content');
    return Array.isArray(content) ? (content.slice(0, maxUrls) as readonly unknown[]) : [];
  });
  const films = items.flatMap((item) => {
    if (!isRecord(item) || own(item, 'type') !== 'video_url' || Object.hasOwn(item, 'role')) return [];
    const held = own(item, 'video_url');
    return urlsIn(isRecord(held) ? own(held, 'url') : held, 'video').urls;
  });
  return [...new Set(films)];
}

const linkName = /^(?:(?:video|result|output|content|download|final)_?)?(?:url|uri)s?$/i;
const madeName = /^(?:result|output|content|download|final)_?(?:url|uri)s?$/i;
const contentPath = /\/(?:content|download)(?:\/[\w.-]{1,40})?\/?(?:[?#]|$)/i;
