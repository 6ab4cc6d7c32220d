/** Remembers the public address over restarts, and tells when it is another one: tasks under way still call the old one. */
import { enTunnel } from '../../common/texts/en-tunnel.ts';
import { isRecord } from '../../common/providers/json.ts';
import { createTurns } from '../storage/turns.ts';

/** `public-url.json` in the data dir. */
export interface UrlRecord {
  readonly version: 1;
  readonly publicUrl: string;
  /** When `publicUrl` was first seen; ISO time. */
  readonly since: string;
  /** Earlier addresses, newest first. */
  readonly earlier: readonly { readonly publicUrl: string; readonly until: string }[];
  /** The person has seen the note about the last change. */
  readonly dismissed: boolean;
}

/** A lowdb Adapter on `createSyncedJsonAdapter(file, urlRecordFormat)` fits. */
export interface UrlRecordStore {
  /** `null` where there is none yet. */
  read(): Promise<UrlRecord | null>;
  write(record: UrlRecord): Promise<void>;
}

export interface UrlDrift {
  readonly from: string;
  readonly to: string;
  /** ISO time of the change. Tasks that are older and still wait point at `from`. */
  readonly since: string;
}

export interface UrlMemory {
  /** To be called before anything else; a file that cannot be read counts as none, and is said by the rejection. */
  load(): Promise<void>;
  /** The tunnel is up at `publicUrl`. @returns the change, where it is one. */
  note(publicUrl: string): Promise<UrlDrift | null>;
  /** The last change that was not dismissed. */
  drift(): UrlDrift | null;
  dismiss(): Promise<void>;
}

const keepEarlier = 20;

export function createUrlMemory(ports: { readonly store: UrlRecordStore; readonly date: () => Date }): UrlMemory {
  const { store, date } = ports;
  let record: UrlRecord | null = null;
  const takeTurn = createTurns();

  /** One after the other: the last change must be the last on disk. */
  function save(next: UrlRecord): Promise<void> {
    record = next;
    return takeTurn(() => store.write(next));
  }

  function drift(): UrlDrift | null {
    const before = record?.earlier[0];
    if (!record || !before || record.dismissed) return null;
    return { from: before.publicUrl, to: record.publicUrl, since: record.since };
  }

  return {
    async load() {
      record = await store.read();
    },
    async note(publicUrl) {
      if (record?.publicUrl === publicUrl) return null;
      const now = date().toISOString();
      const earlier = record
        ? [{ publicUrl: record.publicUrl, until: now }, ...record.earlier].slice(0, keepEarlier)
        : [];
      await save({ version: 1, publicUrl, since: now, earlier, dismissed: false });
      return drift();
    },
    drift,
    async dismiss() {
      if (record && !record.dismissed) await save({ ...record, dismissed: true });
    },
  };
}

/** For `createSyncedJsonAdapter`. */
export const urlRecordFormat = {
  parse(value: unknown): UrlRecord {
    if (!isRecord(value) || value['version'] !== 1) throw new Error('not a record of the public address, version 1');
    const { publicUrl, since, earlier, dismissed } = value;
    if (typeof publicUrl !== 'string' || typeof since !== 'string' || !Array.isArray(earlier)) {
      throw new Error('the record of the public address is damaged');
    }
    return {
      version: 1,
      publicUrl,
      since,
      earlier: earlier.filter(isRecord).flatMap((entry) => {
        const { publicUrl: url, until } = entry;
        return typeof url === 'string' && typeof until === 'string' ? [{ publicUrl: url, until }] : [];
      }),
      dismissed: dismissed === true,
    };
  },
  serialize: (record: UrlRecord): unknown => ({
    version: record.version,
    publicUrl: record.publicUrl,
    since: record.since,
    earlier: record.earlier.map(({ publicUrl, until }) => ({ publicUrl, until })),
    dismissed: record.dismissed,
  }),
};

/** The one sentence. @param format makes an ISO time readable for the person. */
export function describeDrift(drift: UrlDrift, format: (iso: string) => string): string {
  return enTunnel.urlChanged({ from: drift.from, to: drift.to, since: format(drift.since) });
}
