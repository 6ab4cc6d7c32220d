/**
 * Lets pages that are open go on after a restart, though the gallery has another key then. Each page makes a pair of keys
 * that its browser gives to nobody; the public ones are kept here, and who signs a challenge of ours with the other is let
 * in. A cookie that outlives us would not do: browsers send it to whoever has the port meanwhile.
 */
import { verify } from 'node:crypto';
import { Low } from 'lowdb';
import { isRecord } from '../../common/providers/json.ts';
import type { Log } from '../log/log.ts';
import { createSyncedJsonAdapter, type JsonFormat } from '../storage/synced-json-adapter.ts';
import { createTickets } from './tickets.ts';

export interface OpenPages {
  /** @param key P-256, as SPKI in base64. Resolves also where the disk keeps nothing: the page then needs a new link. */
  remember(key: string): Promise<void>;
  /** What is to be signed next; works once, and for a minute. */
  challenge(): string;
  /** @param port Ours: what was signed for a listener at another one lets nobody in here. */
  isKnown(proof: unknown, port: number): boolean;
}

/** More than anyone has open; the oldest go. */
const mostKept = 100;
const keyForm = /^[\w+/=]{1,200}$/;

export async function createOpenPages(file: string, nowMs: () => number, log: Log): Promise<OpenPages> {
  const store = new Low<readonly string[]>(createSyncedJsonAdapter(file, format), []);
  await store.read().catch((error: unknown) => log.warn({ error }, 'pages that were open before need a new link'));
  const challenges = createTickets(nowMs);
  return {
    async remember(key) {
      if (!keyForm.test(key)) return;
      store.data = [...store.data.filter((each) => each !== key), key].slice(-mostKept);
      await store.write().catch((error: unknown) => log.warn({ error }, 'an open page will need a new link'));
    },
    challenge: () => challenges.make(),
    isKnown(proof, port) {
      if (!isRecord(proof)) return false;
      const { key, challenge, signature } = proof;
      if (typeof key !== 'string' || typeof challenge !== 'string' || typeof signature !== 'string') return false;
      if (!challenges.redeem(challenge) || !store.data.includes(key)) return false;
      return isSigned(`${challenge} ${String(port)}`, key, signature);
    },
  };
}

function isSigned(text: string, key: string, signature: string): boolean {
  try {
    const publicKey = { key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' } as const;
    const by = { ...publicKey, dsaEncoding: 'ieee-p1363' } as const;
    return verify('sha256', Buffer.from(text), by, Buffer.from(signature, 'base64'));
  } catch {
    return false; // a key of another kind
  }
}

const format: JsonFormat<readonly string[]> = {
  parse(value) {
    if (!isRecord(value) || !Array.isArray(value['keys'])) throw new TypeError('not a list of pages');
    return (value['keys'] as readonly unknown[]).filter((key) => typeof key === 'string');
  },
  serialize: (keys) => ({ version: 1, keys }),
};
