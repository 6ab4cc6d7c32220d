/**
 * Leases: which machine does a piece of work. The database's clock counts, so no machine's own can be wrong; each lease
 * has a number that only ascends, and whoever lost it may tell nothing of the work (`appendHeld`).
 *
 * A row is no truth: what there is to do follows from the events, so all of them could be removed.
 */
import type { Log } from '../log/log.ts';
import { DatabaseAway, type Session } from './database.ts';
import { createRefusals } from './refusals.ts';
import type { LeaseHold } from './writer.ts';

export interface Lease extends LeaseHold {
  /** Aborted once another machine has it. While the database is away it goes on: what may be told is decided there. */
  readonly lost: AbortSignal;
}

export interface Leases {
  /** `null` where another machine holds it, or the database cannot be asked. */
  take(name: string): Promise<Lease | null>;
  /** The work is over, or somebody else may do it. @param keepMs nobody else may, for so long. */
  release(lease: Lease, keepMs?: number): Promise<void>;
  /** That which is held under this name here. */
  current(name: string): Lease | null;
  /** True while nobody else can hold it: not even where this process was frozen and does not know yet what it lost. */
  isSure(name: string): boolean;
  /** Names of those that are held here. */
  held(): readonly string[];
  /** Why the database gives and renews none; `null` = it does, or nobody stands for one. */
  refusal(): unknown;
  /**
   * Holds one whenever nobody else does. `idleMs`: so long nobody held it before; `Infinity` where nobody is known to have.
   * `goneMs`: so long at most whoever held it before was gone, who may have died as soon as it was renewed.
   * @param isWanted where it is not, it is left to others, and given back.
   * @returns the undo.
   */
  campaign(name: string, onChange?: TurnChanged, isWanted?: () => boolean): () => void;
  /** This machine works for nobody any more: the others may do at once what it did, and it takes nothing new. */
  resign(): Promise<void>;
  close(): Promise<void>;
}

export type TurnChanged = (isHeld: boolean, idleMs: number, goneMs: number) => void;

export interface LeasePorts {
  readonly session: Session;
  /** Names this run of this machine: a process that was restarted does not hold what the one before held. */
  readonly holder: string;
  readonly lastsMs: number;
  readonly log: Log;
}

/** What was refused may be given again. */
const againMs = 2000;

export function createLeases({ session, holder, lastsMs, log }: LeasePorts): Leases {
  interface Held extends Lease {
    readonly controller: AbortController;
    /** By this machine's own clock, counted from before the question: never later than the database's. */
    until: number;
    /** The same by the clock of the day: the other one stands still while the machine sleeps. */
    untilDate: number;
    readonly idleMs: number;
    readonly goneMs: number;
  }
  const held = new Map<string, Held>();
  interface Campaign {
    readonly name: string;
    readonly onChange: TurnChanged;
    readonly isWanted: () => boolean;
    lease: Held | null;
  }
  const campaigns = new Set<Campaign>();
  const beatMs = lastsMs / 3;
  let isClosed = false;
  let hasResigned = false;
  const mayWork = (): boolean => !isClosed && !hasResigned;
  const lastsUntil = (): Pick<Held, 'until' | 'untilDate'> => ({
    until: performance.now() + lastsMs,
    untilDate: Date.now() + lastsMs,
  });
  const isOver = ({ until, untilDate }: Held): boolean => until <= performance.now() || untilDate <= Date.now();
  let beating: Promise<void> = Promise.resolve();

  const refusals = createRefusals();
  /** Of what was asked since the last beat began. */
  let failure: unknown = null;
  function failed(error: unknown, what: string, name?: string): void {
    failure = error;
    if (!(error instanceof DatabaseAway)) log.error({ error, name }, what);
  }

  async function take(name: string): Promise<Held | null> {
    if (!mayWork()) return null;
    const ends = lastsUntil();
    try {
      await session.query('INSERT INTO leases (name) VALUES ($1) ON CONFLICT DO NOTHING', [name]);
      const [row] = await session.query(
        `WITH free AS (SELECT name, holder, lease_until FROM leases
                       WHERE name = $1 AND (lease_until < clock_timestamp() OR holder = $2) FOR UPDATE SKIP LOCKED)
         UPDATE leases SET holder = $2, fence = nextval('fences'),
           lease_until = clock_timestamp() + $3 * interval '1 millisecond'
         FROM free WHERE leases.name = free.name
         RETURNING fence, free.holder AS before, CASE WHEN free.lease_until > '-infinity'
           THEN extract(epoch FROM clock_timestamp() - free.lease_until) * 1000 END AS idle`,
        [name, holder, lastsMs],
      );
      if (row === undefined) return null;
      const controller = new AbortController();
      const idleMs = row['idle'] === null ? Infinity : Math.max(0, Number(row['idle']));
      const lease: Held = {
        name,
        holder,
        fence: Number(row['fence']),
        lost: controller.signal,
        controller,
        ...ends,
        idleMs,
        goneMs: row['before'] === '' ? idleMs : idleMs + lastsMs,
      };
      if (!mayWork()) {
        await release(lease);
        return null;
      }
      held.set(name, lease);
      return lease;
    } catch (error) {
      failed(error, 'a lease could not be asked for', name);
      return null;
    }
  }

  function lose(lease: Held): void {
    if (held.get(lease.name) === lease) held.delete(lease.name);
    if (lease.controller.signal.aborted) return;
    log.warn({ lease: lease.name, fence: lease.fence }, 'a lease was lost; another machine may do this work now');
    lease.controller.abort();
  }

  async function renew(): Promise<void> {
    const leases = [...held.values()];
    if (leases.length === 0) return;
    const ends = lastsUntil();
    const rows = await session.query(
      `UPDATE leases SET lease_until = clock_timestamp() + $3 * interval '1 millisecond'
       WHERE holder = $1 AND fence = ANY ($2::bigint[]) RETURNING fence`,
      [holder, leases.map(({ fence }) => fence), lastsMs],
    );
    const renewed = new Set(rows.map((row) => Number(row['fence'])));
    for (const lease of leases) {
      if (renewed.has(lease.fence)) Object.assign(lease, ends);
      else if (held.get(lease.name) === lease) lose(lease);
    }
  }

  function end(campaign: Campaign): void {
    if (campaign.lease === null) return;
    held.delete(campaign.name);
    campaign.lease = null;
    campaign.onChange(false, 0, 0);
  }

  async function beat(): Promise<void> {
    failure = null;
    // A turn that ran out is taken anew, not renewed: what came meanwhile was nobody's.
    for (const campaign of campaigns) if (campaign.lease !== null && isOver(campaign.lease)) end(campaign);
    await renew().catch((error: unknown) => failed(error, 'leases could not be renewed'));
    for (const campaign of campaigns) {
      const isWanted = campaign.isWanted();
      const { lease: had } = campaign;
      if (isWanted && had !== null && !had.lost.aborted && !isOver(had)) continue;
      end(campaign);
      if (!isWanted && had !== null) await giveBack(had);
      if (!isWanted) continue;
      const lease = await take(campaign.name);
      if (lease === null) continue;
      if (!campaigns.has(campaign)) {
        await release(lease);
        continue;
      }
      campaign.lease = lease;
      campaign.onChange(true, lease.idleMs, lease.goneMs);
    }
    refusals.note(failure);
  }

  let timer: NodeJS.Timeout | null = null;
  function scheduleBeat(): void {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(beatNow, failure === null ? beatMs : Math.min(beatMs, againMs)).unref();
  }
  function beatNow(): void {
    beating = beating.then(beat, beat).finally(() => {
      if (mayWork()) scheduleBeat();
    });
  }
  scheduleBeat();
  const forgotten = session
    // Not the turns: for how long nobody had them is asked for.
    .change(`DELETE FROM leases WHERE lease_until < clock_timestamp() - interval '1 day' AND name LIKE '% %'`)
    .catch((error: unknown) => log.debug({ error }, 'old leases stay until the next start'));

  function release(lease: Lease, keepMs = 0): Promise<void> {
    return keepMs === 0
      ? letGo(lease, 'DELETE FROM leases')
      : letGo(lease, `UPDATE leases SET lease_until = clock_timestamp() + $4 * interval '1 millisecond'`, keepMs);
  }

  /** The row stays: who takes it next knows when it was held, and that this one did not die with it. */
  function giveBack(lease: Lease): Promise<void> {
    return letGo(lease, `UPDATE leases SET holder = '', lease_until = clock_timestamp()`);
  }

  async function letGo(lease: Lease, text: string, ...more: readonly number[]): Promise<void> {
    const own = held.get(lease.name);
    if (own?.fence === lease.fence) held.delete(lease.name);
    const values = [lease.name, holder, lease.fence, ...more];
    await session.change(`${text} WHERE name = $1 AND holder = $2 AND fence = $3`, values).catch((error: unknown) => {
      // It runs out by itself.
      if (!(error instanceof DatabaseAway)) log.error({ error, name: lease.name }, 'a lease could not be given back');
    });
  }

  async function releaseAll(leases: readonly Lease[]): Promise<void> {
    const stays = new Set([...campaigns].map(({ name }) => name));
    await Promise.all(leases.map((lease) => (stays.has(lease.name) ? giveBack(lease) : release(lease))));
  }

  return {
    take,
    release,
    current: (name) => held.get(name) ?? null,
    isSure(name) {
      const lease = held.get(name);
      return lease !== undefined && !isOver(lease);
    },
    held: () => [...held.keys()],
    refusal: () => refusals.current(),
    campaign(name, onChange = () => undefined, isWanted = () => true) {
      const campaign: Campaign = { name, onChange, isWanted, lease: null };
      campaigns.add(campaign);
      beatNow();
      return () => {
        campaigns.delete(campaign);
        if (campaign.lease !== null) void giveBack(campaign.lease);
      };
    },
    async resign() {
      if (!mayWork()) return;
      hasResigned = true;
      if (timer !== null) clearTimeout(timer);
      await beating;
      const leases = [...held.values()];
      for (const lease of leases) lose(lease);
      for (const campaign of campaigns) end(campaign);
      await releaseAll(leases);
    },
    async close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      await beating;
      await forgotten;
      await releaseAll([...held.values()]);
      await session.close();
    },
  };
}
