import { checkContainer, type ContainerCheck } from './check-container.ts';
import type { MediaReader } from './media-reader.ts';
import type { MediaMetadata } from '../../common/model.ts';

export type VideoCheck =
  | {
      readonly ok: true;
      readonly container: string;
      readonly metadata: MediaMetadata | null;
      /** As of the outline. */
      readonly mayGoOn?: true;
    }
  | Exclude<ContainerCheck, { ok: true }>;

/**
 * The outline first, which is cheap and safe, then the index.
 * @throws NodeJS.ErrnoException where the file cannot be read
 */
export async function checkVideo(reader: MediaReader, file: string, size: number): Promise<VideoCheck> {
  const check = await checkContainer(file, size);
  if (!check.ok) return check;
  if (check.metadata !== undefined) return { ok: true, container: check.container, metadata: check.metadata };
  const { metadata, isEndThere } = await reader.read(file, check.end);
  // The boxes may fit and the index still point beyond the file, as after a broken remux.
  if (isEndThere === false && indexed.has(check.container)) {
    return { ok: false, code: 'damaged', reason: 'cut-short', container: check.container };
  }
  if (metadata === null && check.hasOddIndex === true) {
    return { ok: false, code: 'damaged', reason: 'no-index', container: check.container };
  }
  return { ok: true, container: check.container, metadata, ...(check.mayGoOn === true ? { mayGoOn: true } : {}) };
}

const indexed = new Set(['mp4', 'mov', '3gp', '3g2', 'webm', 'mkv']);
