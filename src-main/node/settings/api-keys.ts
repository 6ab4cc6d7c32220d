/**
 * Keys for scripts, agents and twins: made once, shown once, kept as hashes, revoked one by one. The gallery's own key
 * changes at every start; these stay.
 */
import { hash, randomBytes } from 'node:crypto';
import { Low } from 'lowdb';
import type { ApiKeyScope, ApiKeyView } from '../../common/api-keys.ts';
import { InboxError } from '../../common/errors.ts';
import { isRecord } from '../../common/providers/json.ts';
import { configTexts } from '../../common/texts/en-config.ts';
import type { Log } from '../log/log.ts';
import { renameFile } from '../storage/durable-files.ts';
import { createSyncedJsonAdapter, type JsonFormat } from '../storage/synced-json-adapter.ts';
import { createTurns } from '../storage/turns.ts';

export interface ApiKeys {
  list(): readonly ApiKeyView[];
  /** @returns the key itself, which nobody can show again. @throws what the disk refuses */
  create(scope: ApiKeyScope, label: string): Promise<{ readonly id: string; readonly key: string }>;
  /** @throws InboxError `not-found`. */
  revoke(id: string): Promise<void>;
  /** What the key may do, `null` where it is none of ours. */
  scopeOf(key: string): ApiKeyScope | null;
}

interface Entry extends ApiKeyView {
  /** SHA-256 of the key: it has 256 random bits, so a slow hash would protect nothing. */
  readonly hash: string;
}

const prefix = 'vi_';
const labelLimit = 80;

export async function openApiKeys(file: string, now: () => Date, log: Log): Promise<ApiKeys> {
  const store = new Low<readonly Entry[]>(createSyncedJsonAdapter(file, format), []);
  try {
    await store.read();
  } catch (error) {
    // What the disk refuses may be there again at the next start.
    if (error instanceof Error && 'syscall' in error) throw error;
    await renameFile(file, `${file}.broken-${String(now().getTime())}`);
    log.warn({ file }, 'the list of API keys was broken; it was put aside, and scripts and twins need new keys');
  }
  const byHash = new Map(store.data.map((entry) => [entry.hash, entry]));

  const takeTurn = createTurns();

  /** One after the other: each writes all of them, and what the disk refuses has not happened. */
  function change(to: (entries: readonly Entry[]) => readonly Entry[]): Promise<void> {
    return takeTurn(async () => {
      const before = store.data;
      store.data = to(before);
      try {
        await store.write();
      } catch (error) {
        store.data = before;
        throw error;
      }
      byHash.clear();
      for (const entry of store.data) byHash.set(entry.hash, entry);
    });
  }

  return {
    list: () => store.data.map(({ id, scope, label, createdAt }) => ({ id, scope, label, createdAt })),
    async create(scope, label) {
      const key = `${prefix}${randomBytes(32).toString('base64url')}`;
      const id = randomBytes(4).toString('hex');
      const entry = { id, scope, label: label.trim().slice(0, labelLimit), createdAt: now().toISOString() };
      await change((entries) => [...entries, { ...entry, hash: hash('sha256', key, 'hex') }]);
      return { id, key };
    },
    async revoke(id) {
      if (!store.data.some((entry) => entry.id === id)) {
        throw new InboxError('not-found', configTexts.unknownApiKey(id));
      }
      await change((entries) => entries.filter((entry) => entry.id !== id));
    },
    // Looked up by its hash, so that the time it takes tells nothing of how much of a guess is right.
    scopeOf: (key) => (key.startsWith(prefix) ? (byHash.get(hash('sha256', key, 'hex'))?.scope ?? null) : null),
  };
}

const format: JsonFormat<readonly Entry[]> = {
  parse(value) {
    if (typeof value !== 'object' || value === null || !('keys' in value) || !Array.isArray(value.keys)) {
      throw new TypeError('not a list of keys');
    }
    return (value.keys as readonly unknown[]).flatMap((raw) => readEntry(raw) ?? []);
  },
  serialize: (keys) => ({ version: 1, keys }),
};

/** @returns `null` for what is none, and for a scope of a later version: it may be a narrower one than those known here. */
function readEntry(raw: unknown): Entry | null {
  if (!isRecord(raw)) return null;
  const { id, scope, label, createdAt, hash: keyHash } = raw;
  if (scope !== 'local' && scope !== 'twin') return null;
  if (typeof id !== 'string' || typeof label !== 'string') return null;
  if (typeof createdAt !== 'string' || typeof keyHash !== 'string') return null;
  return { id, scope, label, createdAt, hash: keyHash };
}
