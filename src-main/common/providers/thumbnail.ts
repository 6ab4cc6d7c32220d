import type { BodyView } from './body-view.ts';
import { own, recordsIn } from './json.ts';
import { urlsIn } from './urls.ts';

const thumbnailKeys = [
  'result_image_url',
  'resultImageUrl',
  'image_url',
  'imageUrl',
  'imageUrls',
  'thumbnail_url',
  'thumbnailUrl',
  'cover_url',
  'coverUrl',
  'cover_image_url',
  'last_frame_url',
  'thumbnail',
  'cover',
  'poster',
  'image',
] as const;

/** Lists of videos whose members may carry a picture of their own (Vidu, Kling). */
const itemLists = ['creations', 'videos', 'video'] as const;

/** The provider's preview image, or `null`. */
export function findThumbnail(body: BodyView): string | null {
  const items = itemLists.flatMap((name) => body.records.flatMap((record) => recordsIn(own(record, name), 8)));
  for (const key of thumbnailKeys) {
    for (const records of [body.records, items]) {
      for (const record of records) {
        const url = pictureIn(own(record, key));
        if (url !== null) return url;
      }
    }
  }
  return null;
}

function pictureIn(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  // A picture may have a name without an ending, which `mediaKind` takes for a video: the field's name vouches for it.
  const urls = [...urlsIn(value, 'image').urls, ...urlsIn(value, 'video').urls];
  return urls.find((url) => !/\.(mp4|webm|mov|mkv|m4v)$/i.test(pathOf(url))) ?? null;
}

function pathOf(url: string): string {
  return url.split(/[?#]/, 1)[0] ?? '';
}

/** True where the body holds pictures as its result, so that a success without a video is whole. */
export function hasPictures(body: BodyView): boolean {
  return body.results.some((group) =>
    group.some((record) => {
      const pictures = urlsIn(own(record, 'images'), 'image');
      return pictures.urls.length + pictures.skipped > 0;
    }),
  );
}
