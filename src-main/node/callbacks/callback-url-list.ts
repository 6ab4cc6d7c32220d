/** The list of callback URLs as it stands on disk. */
import type { JsonFormat } from '../storage/synced-json-adapter.ts';

export interface CallbackUrlEntry {
  /** Names the URL in the journal, in logs and in the UI; says nothing about the token. */
  readonly id: string;
  readonly token: string;
  readonly label: string;
  /** Put as a tag on the tasks that arrive through it. */
  readonly project: string | null;
  /** So often that was changed; absent = never. Of two machines the one that knows of more changes is right. */
  readonly projectChanges?: number;
  /** Whose callbacks come through it, where the person said so: for bodies that do not tell themselves. */
  readonly provider: string | null;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly count: number;
  readonly revokedAt: string | null;
  /** The one order of ours that it was made for; never the one behind the button, and forgotten after a while. */
  readonly submission?: string;
}

export const listFormat: JsonFormat<readonly CallbackUrlEntry[]> = {
  parse(value) {
    if (typeof value !== 'object' || value === null || !('urls' in value) || !Array.isArray(value.urls)) {
      throw new TypeError('not a list of callback URLs');
    }
    return value.urls.map(entryOf);
  },
  serialize: (urls) => ({ version: 1, urls }),
};

/** @throws TypeError where it has no token. */
function entryOf(raw: unknown): CallbackUrlEntry {
  const entry = (typeof raw === 'object' && raw !== null ? raw : {}) as Readonly<Record<string, unknown>>;
  const { id, token, count, projectChanges } = entry;
  if (typeof id !== 'string' || typeof token !== 'string') throw new TypeError('a URL without a token');
  const text = (name: string): string | null => (typeof entry[name] === 'string' ? entry[name] : null);
  return {
    id,
    token,
    label: text('label') ?? 'Callback URL',
    project: text('project'),
    ...(typeof projectChanges === 'number' ? { projectChanges } : {}),
    provider: text('provider'),
    createdAt: text('createdAt') ?? '',
    lastUsedAt: text('lastUsedAt'),
    count: typeof count === 'number' ? count : 0,
    revokedAt: text('revokedAt') ?? (entry['revokedAt'] ? '' : null),
    ...(text('submission') === null ? {} : { submission: text('submission') ?? '' }),
  };
}

/** What can be read in a list that is no JSON any more. */
export function entriesIn(text: string): readonly CallbackUrlEntry[] {
  return text.split(/(?=\{\s*"id"\s*:)/).flatMap((piece) => {
    for (let end = piece.lastIndexOf('}'); end > 0; end = piece.lastIndexOf('}', end - 1)) {
      try {
        return [entryOf(JSON.parse(piece.slice(0, end + 1)))];
      } catch {
        // What stands behind it in the list is no part of it.
      }
    }
    return [];
  });
}
