/**
 * The limits of callback URLs hold for all machines together: each tells every few seconds what it took, and counts what
 * the others told. So a limit may be passed by what comes in such a moment; an answer never waits for the database.
 */
import { nothingElsewhere, type UrlUse, type UsedElsewhere, type UseExchange } from '../callbacks/url-use.ts';
import type { Log } from '../log/log.ts';
import type { Row, Session } from './database.ts';
import { startExchange } from './exchanges.ts';

export interface SharedUse extends UseExchange {
  /** Tells and learns now. Never rejects. */
  exchange(): Promise<void>;
  close(): Promise<void>;
}

/** Who has not told for so long takes nothing just now. */
const silentMs = 10_000;

/** Counts the hits of another machine in the time between two of its words. */
interface Told {
  readonly hits: number;
  readonly atMs: number;
  readonly perSecond: number;
}

export function startSharedUse(session: Session, node: string, log: Log): SharedUse {
  let own: () => readonly UrlUse[] = () => [];
  let told = '';
  let others: ReadonlyMap<string, UsedElsewhere> = new Map();
  let before: ReadonlyMap<string, Told> = new Map();

  async function tell(): Promise<void> {
    const uses = own();
    const text = JSON.stringify(uses.map(({ urlId, tasks, bytes, hits }) => [urlId, tasks, bytes, hits]));
    if (uses.length === 0 || text === told) return;
    await session.query(
      `INSERT INTO url_use
       SELECT u."urlId", $1, clock_timestamp() - u."ageMs" * interval '1 millisecond', u.tasks, u.bytes, u.hits
       FROM jsonb_to_recordset($2::jsonb) AS u ("urlId" text, "ageMs" float8, tasks bigint, bytes bigint, hits bigint)
       ON CONFLICT (url_id, node) DO UPDATE SET since = excluded.since, tasks = excluded.tasks,
         bytes = excluded.bytes, hits = excluded.hits, told_at = clock_timestamp()`,
      [node, JSON.stringify(uses)],
    );
    told = text;
  }

  async function learn(): Promise<void> {
    // By the database's clock: a machine's own may be wrong.
    const rows = await session.query(
      `SELECT url_id, node, hits, extract(epoch FROM told_at) * 1000 AS at,
         extract(epoch FROM clock_timestamp() - told_at) * 1000 AS ago,
         CASE WHEN since > clock_timestamp() - interval '1 day' THEN tasks ELSE 0 END AS tasks,
         CASE WHEN since > clock_timestamp() - interval '1 day' THEN bytes ELSE 0 END AS bytes
       FROM url_use WHERE node <> $1 AND told_at > clock_timestamp() - interval '1 day'`,
      [node],
    );
    const sums = new Map<string, UsedElsewhere>();
    const now = new Map<string, Told>();
    for (const row of rows) {
      const urlId = String(row['url_id']);
      const name = `${urlId} ${String(row['node'])}`;
      const last = rateOf(row, before.get(name));
      now.set(name, last);
      const sum = sums.get(urlId) ?? nothingElsewhere;
      sums.set(urlId, {
        tasks: sum.tasks + Number(row['tasks']),
        bytes: sum.bytes + Number(row['bytes']),
        perSecond: sum.perSecond + (Number(row['ago']) > silentMs ? 0 : last.perSecond),
      });
    }
    others = sums;
    before = now;
  }

  async function tellAndLearn(): Promise<void> {
    await tell();
    await learn();
  }

  const exchange = startExchange(tellAndLearn, log, 'the use of callback URLs could not be exchanged');
  return {
    exchange: exchange.exchange,
    elsewhere: (urlId) => others.get(urlId) ?? nothingElsewhere,
    report(read) {
      own = read;
    },
    async close() {
      await exchange.stop();
      await exchange.exchange();
      await session.close();
    },
  };
}

function rateOf(row: Row, last: Told | undefined): Told {
  const [hits, atMs] = [Number(row['hits']), Number(row['at'])];
  if (last === undefined || atMs <= last.atMs) return { hits, atMs, perSecond: last?.perSecond ?? 0 };
  // A restart counts from nothing again.
  return { hits, atMs, perSecond: Math.max(0, hits - last.hits) / ((atMs - last.atMs) / 1000) };
}
