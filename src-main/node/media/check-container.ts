/** Is this file a whole video? Decided on the outline of its bytes, never on a header or a name. */
import { open, type FileHandle } from 'node:fs/promises';
import type { MediaMetadata } from '../../common/model.ts';
import { readAnimatedImage } from './animated-image.ts';
import { walkEbml } from './ebml-elements.ts';
import { walkIsoBoxes } from './iso-boxes.ts';
import { readAt } from './read-at.ts';
import { movingFormat, sniff, sniffBytes, type Sniffed } from './sniff.ts';
import { endOfStream } from './stream-ends.ts';

export type ContainerCheck =
  /**
   * `container`: `mp4`, `mov`, `webm`, `mkv`, `avi` … It serves as the file's extension. `metadata` where the outline tells
   * it all: images that move. `mayGoOn`: nothing in the file tells where it ends; what plays while it still comes (MPEG-TS,
   * FLV, Ogg, fragments) looks whole wherever it was cut. `end`: behind it lies something else than the Matroska file, which a
   * parser may take for a part of it, or look through for hours. `hasOddIndex`: it names no track, or has a hole; some players get along with that.
   */
  | {
      readonly ok: true;
      readonly container: string;
      readonly mayGoOn?: true;
      readonly end?: number;
      readonly hasOddIndex?: true;
      readonly metadata?: MediaMetadata;
    }
  | { readonly ok: false; readonly code: 'not-a-video'; readonly found: Sniffed }
  | {
      readonly ok: false;
      readonly code: 'damaged';
      readonly reason: 'empty' | 'cut-short' | 'no-index' | 'no-pictures';
      readonly container: string | null;
    }
  /** Far more follows than belongs to the video: it is there for something else. */
  | { readonly ok: false; readonly code: 'trailing-data'; readonly extraBytes: number };

const isoContainers = new Set(['mp4', 'mov', '3gp', '3g2']);

/**
 * Reads some hundred small pieces at most, however large the file is.
 * @param size Bytes of the file that count: all of it.
 * @throws NodeJS.ErrnoException where the file cannot be read
 */
export async function checkContainer(file: string, size: number): Promise<ContainerCheck> {
  if (size === 0) return { ok: false, code: 'damaged', reason: 'empty', container: null };
  const handle = await open(file, 'r');
  try {
    const start = await readAt(handle, 0, sniffBytes);
    const found = await sniff(start);
    const moving = movingFormat(found, start);
    if (moving !== null) return await checkImage(handle, size, found, moving);
    if (found.kind !== 'video') return { ok: false, code: 'not-a-video', found };
    if (isoContainers.has(found.container)) {
      const { verdict, end, hasFragments, hasEnd, hasOddIndex } = await walkIsoBoxes(handle, size);
      if (verdict !== 'whole') return { ok: false, code: 'damaged', reason: verdict, container: found.container };
      const check = verdictOn(found.container, end, size, hasFragments && !hasEnd);
      return check.ok && hasOddIndex ? { ...check, hasOddIndex } : check;
    }
    if (found.container === 'webm' || found.container === 'mkv') {
      const walked = await walkEbml(handle, size);
      const verdict = walked?.verdict ?? 'cut-short';
      const container = walked?.container ?? found.container;
      if (verdict !== 'whole') return { ok: false, code: 'damaged', reason: verdict, container };
      const end = walked?.end ?? size;
      const check = verdictOn(container, end, size, walked?.hasSize !== true);
      return check.ok && end < size ? { ...check, end } : check;
    }
    const { container } = found;
    const end = await endOfStream(container, handle, size);
    if (end === 'cut-short') return { ok: false, code: 'damaged', reason: end, container };
    return { ok: true, container, ...(end === 'open' ? { mayGoOn: true } : {}) };
  } finally {
    await handle.close();
  }
}

/** Behind the last part of a file something small may follow: padding, a trailer of the store. */
const trailerBytes = 1024 * 1024;

function verdictOn(container: string, end: number, size: number, mayGoOn: boolean): ContainerCheck {
  const extraBytes = size - end;
  if (extraBytes <= Math.max(trailerBytes, end / 10)) return { ok: true, container, ...(mayGoOn ? { mayGoOn } : {}) };
  return { ok: false, code: 'trailing-data', extraBytes };
}

async function checkImage(handle: FileHandle, size: number, found: Sniffed, format: string): Promise<ContainerCheck> {
  const image = await readAnimatedImage(handle, size, format);
  if (image === null || image.pictures < 2) return { ok: false, code: 'not-a-video', found };
  if (!image.isWhole) return { ok: false, code: 'damaged', reason: 'cut-short', container: format };
  const verdict = verdictOn(format, image.end, size, false);
  return verdict.ok ? { ...verdict, metadata: image.metadata } : verdict;
}
