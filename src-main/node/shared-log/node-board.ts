/** Which machines share the log, as each tells about itself every few seconds; and whether somebody holds the feed back. */
import { lateAfterMs, roles, type NodeFacts, type NodeStatus, type Role } from '../../common/shared-status.ts';
import type { Log } from '../log/log.ts';
import { DatabaseAway, type Session } from './database.ts';
import type { LogIdentity } from './migrations.ts';
import { awayMs } from './node-name.ts';
import { createPageReader } from './pages.ts';
import { findHorizonHolder, type HorizonHolder } from './horizon-holder.ts';
import { jsonbText } from './jsonb-text.ts';
import type { Place } from './place.ts';
import { createRefusals } from './refusals.ts';

export interface NodeBoardPorts {
  readonly session: Session;
  readonly identity: LogIdentity;
  readonly node: string;
  readonly name: string;
  readonly facts: () => Omit<NodeFacts, 'feedDelayMs'>;
  readonly place: () => Place;
  /** Hears the time of the database. */
  readonly told: (atMs: number) => void;
  /** Another process is this machine now, and tells about it. @throws DatabaseAway */
  readonly isAnothers: (asking: Session) => Promise<boolean>;
  readonly log: Log;
}

export interface NodeBoard {
  /** As read last, this machine's own among them. */
  nodes(): readonly NodeStatus[];
  /** True where for some time no machine was there that does this. */
  lacks(role: Role): boolean;
  /** For so long nothing has come through although something is committed; 0 = all comes through. */
  feedDelayMs(): number;
  /** Whose transaction holds it back, as found last; `null` where nobody does, or it is not known. */
  heldBy(): HorizonHolder | null;
  /** Takes a machine off the list of all, with what only it had, unless it has told of itself lately. @throws DatabaseAway */
  forget(node: string): Promise<void>;
  /** Why the database does not take what this machine tells of itself; `null` = it does. */
  refusal(): unknown;
  close(): Promise<void>;
}

const everyMs = 3000;
/** Who has not told for a week is not shown any more. */
const forgottenDays = 7;
/** Unless it has what the others lack. */
const missedDays = 60;
/** So long a machine may take to be started again, before its work is told as done by nobody. */
const startedAgainMs = 15_000;

export function startNodeBoard(ports: NodeBoardPorts): NodeBoard {
  const { session, identity, node, name, log } = ports;
  const pages = createPageReader(session, identity);
  let nodes: readonly NodeStatus[] = [];
  /** Roles of which no machine is there, and since when; by this process's clock. */
  const lacking = new Map<Role, number>();
  let behindSince: number | null = null;
  let placeThen = 0;
  let isAlarmed = false;
  let heldBy: HorizonHolder | null = null;
  let isOurs = true;
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  // What has come since it was looked at is no delay: a look may be long ago where the database is slow.
  const delay = (): number =>
    behindSince === null || ports.place().number !== placeThen ? 0 : Math.round(performance.now() - behindSince);

  async function list(): Promise<readonly NodeStatus[]> {
    const rows = await session.query(
      `SELECT node, name, facts, seen_at, extract(epoch FROM clock_timestamp() - seen_at) * 1000 AS ago
       FROM nodes WHERE seen_at > clock_timestamp() - interval '1 day' * CASE WHEN facts ? 'onlyHere' THEN $1::int ELSE $2 END
       ORDER BY name, node`,
      [missedDays, forgottenDays],
    );
    return rows.map((row) => ({
      node: String(row['node']),
      name: String(row['name']),
      seenAt: row['seen_at'] instanceof Date ? row['seen_at'].toISOString() : String(row['seen_at']),
      isThere: Number(row['ago']) < awayMs,
      isThis: row['node'] === node,
      ...(row['facts'] as NodeFacts),
    }));
  }

  async function tell(): Promise<void> {
    isOurs = !(await ports.isAnothers(session));
    if (isOurs) {
      await session.query(
        `INSERT INTO nodes VALUES ($1, $2, clock_timestamp(), $3)
         ON CONFLICT (node) DO UPDATE SET name = excluded.name, seen_at = excluded.seen_at, facts = excluded.facts`,
        [node, name, jsonbText({ ...ports.facts(), feedDelayMs: delay() })],
      );
    }
    nodes = await list();
    const own = isOurs ? nodes.find(({ isThis }) => isThis) : undefined;
    if (own !== undefined) ports.told(Date.parse(own.seenAt));
    noteLacking();
    await lookBehind();
  }

  function noteLacking(): void {
    for (const role of roles) {
      if (nodes.some((other) => other.isThere && other.roles.includes(role))) lacking.delete(role);
      else if (!lacking.has(role)) lacking.set(role, performance.now());
    }
  }

  /** Is anything committed behind the place that we have come to, and does it stay there? */
  async function lookBehind(): Promise<void> {
    const place = ports.place();
    await pages.check(place);
    const { epoch, xid, k, number } = place;
    const rows = await session.query(
      'SELECT FROM events WHERE (epoch, xid, k) > ($1::int, $2::xid8, $3::bigint) AND epoch <= $4 LIMIT 1',
      [epoch, xid, k, identity.epoch],
    );
    if (rows.length === 0 || number !== placeThen) behindSince = null;
    placeThen = number;
    if (rows.length > 0) behindSince ??= performance.now();
    const isLate = delay() > lateAfterMs;
    heldBy = isLate ? await findHorizonHolder(session) : null;
    if (isLate && !isAlarmed) {
      log.error({ delayMs: delay(), heldBy }, 'what the shared database has does not come through here');
    }
    isAlarmed = isLate;
  }

  /** What only it has the others are to miss for as long as it is away. */
  async function leave(): Promise<void> {
    if (ports.facts().onlyHere === undefined) await session.query('DELETE FROM nodes WHERE node = $1', [node]);
    else {
      await session.query(
        `UPDATE nodes SET seen_at = clock_timestamp() - $2 * interval '1 millisecond', facts = $3 WHERE node = $1`,
        [node, awayMs, jsonbText({ ...ports.facts(), feedDelayMs: 0 })],
      );
    }
  }

  const refusals = createRefusals();
  async function beat(): Promise<void> {
    try {
      await tell();
      refusals.note(null);
    } catch (error) {
      refusals.note(error);
      if (!(error instanceof DatabaseAway)) log.error({ error }, 'this machine could not tell the others how it is');
    }
    if (!isClosed) timer = setTimeout(() => void (beating = beat()), everyMs).unref();
  }
  let beating = beat();

  return {
    nodes: () => nodes,
    lacks: (role) => performance.now() - (lacking.get(role) ?? Infinity) > startedAgainMs,
    feedDelayMs: delay,
    heldBy: () => heldBy,
    async forget(gone) {
      await session.query(
        `DELETE FROM nodes WHERE node = $1 AND seen_at < clock_timestamp() - $2 * interval '1 millisecond'`,
        [gone, awayMs],
      );
      nodes = await list();
    },
    refusal: () => refusals.current(),
    async close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      await beating;
      if (isOurs) await leave().catch(() => undefined);
      await session.close();
    },
  };
}
