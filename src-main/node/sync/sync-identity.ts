/** Who this machine is among others: an id that never changes, and the key that seals the places it gives out. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Low, type Adapter } from 'lowdb';
import { InboxError } from '../../common/errors.ts';
import { syncTexts } from '../../common/texts/en-sync.ts';
import { createSyncedJsonAdapter, type JsonFormat } from '../storage/synced-json-adapter.ts';
import type { FeedPlace } from './feed.ts';

export interface SyncIdentity {
  readonly node: string;
  /** A place as others keep it. */
  seal(place: FeedPlace): string;
  /**
   * `null` for what this machine did not give out: a place moves the log's numbers on, so it must be one of the log's own.
   */
  unseal(sealed: string): FeedPlace | null;
}

interface Kept {
  readonly node: string;
  readonly key: string;
}

/** @throws InboxError where the file is damaged: another id would make this another machine, which nobody asked for. */
export async function openSyncIdentity(file: string): Promise<SyncIdentity> {
  const store = new Low<Kept | null>(adapterOf(file), null);
  await store.read();
  const kept = store.data ?? {
    node: randomBytes(8).toString('hex'),
    key: randomBytes(32).toString('base64url'),
  };
  if (store.data === null) {
    store.data = kept;
    await store.write();
  }
  const sealOf = (place: FeedPlace): string => createHmac('sha256', kept.key).update(place).digest('hex').slice(0, 32);
  return {
    node: kept.node,
    seal: (place) => `${place}.${sealOf(place)}`,
    unseal(sealed) {
      const at = sealed.lastIndexOf('.');
      if (at < 0) return null;
      const place = sealed.slice(0, at);
      const given = Buffer.from(sealed.slice(at + 1));
      const right = Buffer.from(sealOf(place));
      return given.length === right.length && timingSafeEqual(given, right) ? place : null;
    },
  };
}

/** For whoever only reads. @returns `null` where it has no id yet. @throws as `openSyncIdentity` */
export async function knownNode(file: string): Promise<string | null> {
  return (await adapterOf(file).read())?.node ?? null;
}

function adapterOf(file: string): Adapter<Kept | null> {
  const { read, write } = createSyncedJsonAdapter(file, format);
  return {
    async read() {
      try {
        return await read();
      } catch (error) {
        if (error instanceof Error && 'errno' in error) throw error; // the disk's own
        throw new InboxError('data-dir-unusable', syncTexts.identityBroken(file), { cause: error });
      }
    },
    write,
  };
}

const format: JsonFormat<Kept | null> = {
  parse(value) {
    const { node, key } = (typeof value === 'object' && value !== null ? value : {}) as Partial<Kept>;
    if (typeof node !== 'string' || typeof key !== 'string') throw new TypeError('not the identity of a machine');
    return { node, key };
  },
  serialize: (kept) => ({ version: 1, ...kept }),
};
