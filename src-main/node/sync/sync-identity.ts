/** Who this machine is among others: an id that never changes, and the key that seals the places it gives out. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Low } from 'lowdb';
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

export async function openSyncIdentity(file: string): Promise<SyncIdentity> {
  const store = new Low<Kept | null>(createSyncedJsonAdapter(file, format), null);
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

/** For whoever only reads. @returns `null` where it has no id yet. */
export async function knownNode(file: string): Promise<string | null> {
  return (await createSyncedJsonAdapter(file, format).read())?.node ?? null;
}

const format: JsonFormat<Kept | null> = {
  parse(value) {
    const { node, key } = (typeof value === 'object' && value !== null ? value : {}) as Partial<Kept>;
    if (typeof node !== 'string' || typeof key !== 'string') throw new TypeError('not the identity of a machine');
    return { node, key };
  },
  serialize: (kept) => ({ version: 1, ...kept }),
};
