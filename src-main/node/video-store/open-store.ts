/** Opens the store that the environment names: the data dir, or a shelf on S3 over it. */
import path from 'node:path';
import { InboxError } from '../../common/errors.ts';
import { configTexts } from '../../common/texts/en-config.ts';
import type { Outgoing } from '../outgoing/outgoing.ts';
import { createDiskStore, type SameBytes } from './disk-store.ts';
import { createLayeredStore } from './layered-store.ts';
import type { ShelfWatch } from './s3/shelf-watch.ts';
import type { DiskBeneath, VideoStore } from './video-store.ts';

export interface StoreEnvironment {
  /** `s3://…`; `null` = the data dir. */
  readonly url: string | null;
  /** Where the `AWS_*` variables stand, and how much this machine keeps of a shelf. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface ShelfOptions {
  readonly env: StoreEnvironment['env'];
  readonly outgoing: Pick<Outgoing, 'connections'>;
  /** 0 = without what this machine has of it. Default: as the environment says, else 10 GiB. */
  readonly cacheBytes?: number;
  /** Looks at what is asked of the shelf. */
  readonly watch?: Pick<ShelfWatch, 'over'> | null;
}

const mib = 1024 * 1024;
const usualCacheBytes = 10 * 1024 * mib;

/** @throws InboxError `bad-request` */
function cacheBytesOf(env: StoreEnvironment['env']): number {
  const text = env['VIDEO_INBOX_CACHE_MIB']?.trim() ?? '';
  if (text === '') return usualCacheBytes;
  if (!/^\d{1,9}$/.test(text)) throw new InboxError('bad-request', configTexts.cacheMib(text));
  // With none at all, what was kept before would stay.
  return Math.max(1, Number(text) * mib);
}

/**
 * @param sameBytes for the disk.
 * @param watch looks at what is asked of the shelf.
 * @throws InboxError `bad-request` where the address or the keys cannot be used.
 */
export async function openVideoStore(
  root: string,
  { url, env, outgoing }: StoreEnvironment & Pick<ShelfOptions, 'outgoing'>,
  sameBytes?: SameBytes,
  watch: Pick<ShelfWatch, 'over'> | null = null,
): Promise<VideoStore & Partial<DiskBeneath>> {
  const disk = createDiskStore(root, sameBytes);
  return url === null ? disk : createLayeredStore(await openShelf(root, url, { env, outgoing, watch }), disk);
}

/** The shelf alone. What speaks S3 is loaded only here. */
export async function openShelf(
  root: string,
  url: string,
  { env, outgoing, cacheBytes = cacheBytesOf(env), watch = null }: ShelfOptions,
): Promise<VideoStore> {
  const { openS3Store } = await import('./s3/open-s3-store.ts');
  return openS3Store({
    url,
    env,
    cacheDir: path.join(root, 'cache'),
    uploadsDir: path.join(root, 'uploads'),
    cacheBytes,
    outgoing,
    ...(watch === null ? {} : { over: (client) => watch.over(client) }),
  });
}
