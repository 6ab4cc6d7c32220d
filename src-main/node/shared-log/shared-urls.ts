/** Callback URLs are those of all machines: whoever of them is called knows what another has given out. */
import type { CallbackUrlEntry, CallbackUrls } from '../callbacks/callback-urls.ts';
import type { Log } from '../log/log.ts';
import type { Session } from './database.ts';
import { startExchange } from './exchanges.ts';
import { jsonbText } from './jsonb-text.ts';

export interface SharedUrls {
  /** Tells ours and learns of the others'. Never rejects. */
  exchange(): Promise<void>;
  close(): Promise<void>;
}

const changesOf = (row: string): string => `coalesce((${row}.entry ->> 'projectChanges')::int, 0)`;
const isMoved = `${changesOf('excluded')} > ${changesOf('callback_urls')}`;

export function startSharedUrls(session: Session, urls: Pick<CallbackUrls, 'list' | 'merge'>, log: Log): SharedUrls {
  let told = '';
  /** What is committed late has an earlier time than what was read, so a minute is read again. */
  let readUpTo = '-infinity';

  async function tellAndLearn(): Promise<void> {
    // Who used it when is each machine's own count.
    const own = urls.list().map((entry) => ({ ...entry, count: 0, lastUsedAt: null }));
    const text = jsonbText(own);
    if (text !== told) {
      await session.query(
        `INSERT INTO callback_urls SELECT e ->> 'id', e FROM jsonb_array_elements($1::jsonb) AS e
         ON CONFLICT (id) DO UPDATE SET changed_at = excluded.changed_at,
           entry = CASE WHEN ${isMoved} THEN excluded.entry ELSE callback_urls.entry END ||
             jsonb_build_object('revokedAt', coalesce(callback_urls.entry ->> 'revokedAt', excluded.entry ->> 'revokedAt'))
         WHERE ${isMoved}
           OR callback_urls.entry ->> 'revokedAt' IS NULL AND excluded.entry ->> 'revokedAt' IS NOT NULL`,
        [text],
      );
      told = text;
    }
    const rows = await session.query(
      `SELECT entry, changed_at::text AS at FROM callback_urls
       WHERE changed_at > $1::timestamptz - interval '1 minute' ORDER BY changed_at`,
      [readUpTo],
    );
    const last = rows.at(-1)?.['at'];
    if (typeof last === 'string') readUpTo = last;
    await urls.merge(rows.map(({ entry }) => entry as CallbackUrlEntry));
  }

  const exchange = startExchange(tellAndLearn, log, 'callback URLs could not be exchanged');
  return {
    exchange: exchange.exchange,
    async close() {
      await exchange.stop();
      await session.close();
    },
  };
}
