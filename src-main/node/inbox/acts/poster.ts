/** Stores a poster that the UI made from a video. The bytes come from a page, so they must be what they claim to be. */
import { createHash } from 'node:crypto';
import { InboxError } from '../../../common/errors.ts';
import { libraryTexts } from '../../../common/texts/en-library.ts';
import type { Task } from '../../../common/model.ts';
import type { VideoStore } from '../../video-store/video-store.ts';
import { posterTarget } from '../downloads/download-plan.ts';

const sizeLimit = 2 * 1024 * 1024;

/** @returns the path relative to the data dir. @throws InboxError `bad-request` for anything but a JPEG or a PNG. */
export async function savePoster(store: VideoStore, task: Task, bytes: Buffer): Promise<string> {
  const extension = imageExtension(bytes);
  if (extension === null || bytes.length > sizeLimit) {
    throw new InboxError('bad-request', libraryTexts.posterForm);
  }
  const usual = `${posterTarget(task)}.${extension}`;
  const isOfEarlyFilm = (await store.stat(usual)) !== null;
  // Pages keep a picture under its name: that of the film needs another one than that of the early film had.
  const relative = isOfEarlyFilm ? `${posterTarget(task)}-${hashOf(bytes)}.${extension}` : usual;
  await store.write(relative, bytes);
  if (isOfEarlyFilm) await store.remove(usual);
  return relative;
}

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex').slice(0, 8);

function imageExtension(bytes: Buffer): 'jpg' | 'png' | null {
  if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'jpg';
  if (bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))) return 'png';
  return null;
}
