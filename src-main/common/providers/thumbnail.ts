import type { BodyView } from './body-view.ts';
import { isRecord, own, recordsIn, type JsonRecord } from './json.ts';
import { nameList } from './name-index.ts';
import { endsAsVideo } from './media-kind.ts';
import { urlsIn } from './urls.ts';

const thumbnailKeys = [
  'result_image_url',
  'resultImageUrl',
  'image_url',
  'imageUrl',
  'imageUrls',
  'thumbnail_url',
  'thumbnailUrl',
  'video_thumbnail',
  'video_thumbnail_url',
  'videoThumbnail',
  'snapshot_url',
  'cover_url',
  'coverUrl',
  'cover_image_url',
  'last_frame_url',
  'thumbnail',
  'thumbnails',
  'thumb_url',
  'thumb',
  'cover',
  'cover_image',
  'coverImage',
  'poster',
  'poster_url',
  'posterUrl',
  'preview_image_url',
  'preview_image',
  'snapshot',
  'image',
] as const;

/** Lists of videos whose members may carry a picture of their own (Vidu, Kling, Zhipu). */
const itemLists = nameList(['creations', 'videos', 'video', 'video_result']);
const thumbnailNames = nameList(thumbnailKeys);

/** The provider's preview image, or `null`. */
export function findThumbnail(body: BodyView): string | null {
  const items: JsonRecord[] = [];
  for (const list of body.present(itemLists)) for (const value of body.named(list)) items.push(...recordsIn(value, 8));
  for (const key of items.length === 0 ? body.present(thumbnailNames) : thumbnailKeys) {
    for (const value of body.named(key)) {
      const url = pictureIn(value);
      if (url !== null) return url;
    }
    for (const item of items) {
      const url = pictureIn(own(item, key));
      if (url !== null) return url;
    }
  }
  return null;
}

function pictureIn(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (isRecord(value)) {
    // Synthesia has a still and a moving one.
    const still = own(value, 'image') ?? own(value, 'static') ?? own(value, 'jpg');
    if (typeof still === 'string') return pictureIn(still);
  }
  const [picture] = urlsIn(value, 'image').urls;
  // A picture may have a name without an ending, which `mediaKind` takes for a video: the field's name vouches for it.
  return picture ?? urlsIn(value, 'video').urls.find((url) => !endsAsVideo(url)) ?? null;
}

/** True where the body holds pictures as its result, so that a success without a video is whole. */
export function hasPictures(body: BodyView): boolean {
  return body.named('images').some((value) => {
    const pictures = urlsIn(value, 'image');
    return pictures.urls.length + pictures.skipped > 0;
  });
}
