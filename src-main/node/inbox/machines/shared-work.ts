/** Who does what where several machines share a log: the roles of this one, and the leases on single pieces of work. */
import { InboxError } from '../../../common/errors.ts';
import type { EventDraft } from '../../../common/events.ts';
import { inlineFilmOf } from '../../../common/inline-film.ts';
import type { Task } from '../../../common/model.ts';
import type { NodeStatus, Role } from '../../../common/shared-status.ts';
import { sharedTexts } from '../../../common/texts/en-shared.ts';
import type { DownloadJob, JobRights } from '../../downloads/downloads.ts';
import type { Log } from '../../log/log.ts';
import { DatabaseAway } from '../../shared-log/database.ts';
import type { Lease, TurnChanged } from '../../shared-log/leases.ts';
import { inTime } from '../../time-limit.ts';
import type { LoopTurns } from '../closed-loop.ts';
import { isLost } from '../downloads/second-looks.ts';
import { isRoomElsewhere } from './node-news.ts';
import type { SharedSide } from './shared-side.ts';

/** What each reactor is for; the others run everywhere. */
const rolesOf: Readonly<Record<string, readonly Role[]>> = {
  asking: ['ask'],
  hooks: ['ask'],
  // Who takes callbacks has the films that come inside them (`bringsJob`).
  downloads: ['download', 'intake'],
  'second looks': ['download'],
  inputs: ['download'],
  trash: ['download'],
};

export function needsRole(reactor: string, roles: readonly Role[]): boolean {
  return rolesOf[reactor]?.some((role) => roles.includes(role)) ?? true;
}

/**
 * Whether this machine brings that video. One that only takes callbacks has to bring the films that came inside them, to where
 * all find them: nobody else has their bytes.
 */
export function bringsJob({ url }: Pick<DownloadJob, 'url'>, roles: readonly Role[], hasShelf: boolean): boolean {
  return roles.includes('download') || (hasShelf && inlineFilmOf(url) !== null);
}

/** A machine that has bytes of a film keeps the right to go on with them for so long, as long as it is there. */
const goesOnMs = 10 * 60_000;
/** What was saved stays nobody's for so long, so that who has not heard of it yet does not fetch it again. */
const settledMs = 10 * 60_000;
const orderKeptMs = 60_000;
/** So long a person waits at each step until they know that nothing was ordered. */
const orderStepMs = 5000;

export interface SharedRights extends JobRights {
  /** What came of a job, while it is ours. @throws InboxError `conflict` where it is another's. */
  record(draft: EventDraft, job: DownloadJob): Promise<void>;
  /** True where it is this machine that keeps the inputs of tasks, and looks again at links that were given up; one does. */
  keepsInputs(): boolean;
}

/** Work that one machine does for all. */
const turnNames = { ask: 'ask', tell: 'tell', inputs: 'inputs' } as const;

export function sharedRights(
  { leases, shared, isRoomElsewhere }: Pick<SharedSide, 'leases' | 'shared' | 'isRoomElsewhere'>,
  get: (key: string) => Task | undefined,
): SharedRights {
  const nameOf = ({ kind, key, n, isEarly }: DownloadJob): string =>
    `download ${kind} ${isEarly === true ? 'early ' : ''}${String(n)} ${key}`;
  return {
    againMs: 2000,
    othersHaveRoom: isRoomElsewhere,
    keepsInputs: () => leases.current(turnNames.inputs) !== null,
    isWanted({ kind, key, url, isEarly, isLook }) {
      const task = get(key);
      // Not known here yet: whoever asks knows more.
      if (task === undefined) return false;
      if (kind === 'poster') return task.poster === null;
      if (kind === 'source') return task.sources?.some((source) => source.url === url) !== true;
      return task.videos.some((video) => {
        const isOpen = isLook === true ? isLost(video) : video.state === 'queued';
        return video.url === url && isOpen && video.early === isEarly;
      });
    },
    async take(job) {
      const lease = await leases.take(nameOf(job));
      if (lease === null) return null;
      try {
        await shared.look();
      } catch (error) {
        await leases.release(lease);
        throw error;
      }
      return {
        lost: lease.lost,
        async end(result, goesOnHere) {
          if (goesOnHere) setTimeout(() => void leases.release(lease), goesOnMs).unref();
          // What failed here may work elsewhere.
          else await leases.release(lease, result === 'done' ? settledMs : 0);
        },
      };
    },
    async record(draft, job) {
      const lease = leases.current(nameOf(job));
      const outcome = lease === null ? 'lease-lost' : await shared.appendHeld([draft], lease);
      if (outcome !== 'written') throw new InboxError('conflict', sharedTexts.leaseLost);
    },
  };
}

const notClaimed = (cause: Error): InboxError => new InboxError('unavailable', sharedTexts.cannotClaim, { cause });

export function sharedTurns(
  { leases, shared, keep }: Pick<SharedSide, 'leases' | 'shared' | 'keep'>,
  roles: readonly Role[],
  leaseMs: number,
  log: Log,
  stepMs = orderStepMs,
): LoopTurns {
  async function holdNow(id: string): Promise<Lease | null> {
    const lease = await leases.take(`order ${id}`);
    if (lease === null) return null;
    const isUntold = await shared.hasUntoldOrder(id).catch((error: unknown) => {
      log.warn({ error, order: id }, 'whether another machine has ordered this cannot be asked');
      return true;
    });
    if (!isUntold) return lease;
    await leases.release(lease);
    return null;
  }

  async function write(drafts: readonly EventDraft[], lease: Lease): Promise<void> {
    const outcome = await shared.appendHeld(drafts, lease).catch((error: unknown) => {
      throw error instanceof DatabaseAway ? notClaimed(error) : error;
    });
    if (outcome !== 'written') throw new InboxError('conflict', sharedTexts.leaseLost);
  }

  return {
    // Nobody can have died any earlier.
    settleEveryMs: leaseMs,
    isOurTurn: () => roles.includes('ask') && leases.isSure(turnNames.ask),
    tellsHooks: () => leases.isSure(turnNames.tell),
    async hold(id) {
      const holding = holdNow(id);
      if (!(await inTime(holding, stepMs))) {
        void holding.then((late) => (late === null ? undefined : leases.release(late))).catch(() => undefined);
        return null;
      }
      const lease = await holding;
      if (lease === null) return null;
      return {
        async record(drafts) {
          const intents = drafts.filter(({ type }) => type === 'submission-intended');
          const writing = write(drafts, lease);
          if (!(await inTime(writing, stepMs))) {
            // Nobody sends it any more. Where the database had the intent all the same, it would look as if it may be made.
            const unsent = { type: 'submission-refused', id, code: 'stopped', params: {}, message: null } as const;
            if (intents.length > 0) void writing.then(() => write([unsent], lease)).catch(() => undefined);
            throw notClaimed(new Error('the database did not answer in time'));
          }
          // A database that is set back to an older state gets it again from here: it would be ordered, and paid, twice.
          if (intents.length === 0) return;
          // The intent stands: an order that was refused now would look as if it may have been made.
          await keep(intents).catch((error: unknown) => {
            log.warn({ error, order: id }, 'a restored database would not get this order again from here');
          });
        },
        // What came of it is on its way to the others.
        async release() {
          await inTime(leases.release(lease, orderKeptMs), stepMs / 5);
        },
      };
    },
  };
}

/**
 * Whether another machine that asks has all of our keys and more: whoever has none would hold the turn, and nobody would
 * be asked.
 * @param nodes as they told of themselves last.
 */
export function leavesAsking(nodes: readonly NodeStatus[]): boolean {
  const own = nodes.find(({ isThis }) => isThis)?.keys ?? [];
  return nodes.some(
    ({ isThere, roles, keys = [] }) =>
      isThere && roles.includes('ask') && keys.length > own.length && own.every((key) => keys.includes(key)),
  );
}

export interface TurnPorts {
  /** There is somebody to tell. */
  readonly hasHooks: () => boolean;
  /** Whether this machine asks is another thing now; `idleMs` ago another's turn ended. */
  readonly askingChanged: (idleMs: number) => void;
  /** This machine tells hooks from now on; for `goneMs` at most nobody did. */
  readonly tellingTaken: (goneMs: number) => void;
  /** This machine keeps the inputs from now on. */
  readonly inputsTaken: () => void;
}

/** Stands for the work of this machine's roles. @returns the undo. */
export function takeTurns(
  { leases, status }: Pick<SharedSide, 'leases' | 'status'>,
  roles: readonly Role[],
  { hasHooks, askingChanged, tellingTaken, inputsTaken }: TurnPorts,
): () => void {
  const stops: (() => void)[] = [];
  if (roles.includes('ask')) {
    const mayAsk = (): boolean => !leavesAsking(status().nodes);
    stops.push(leases.campaign(turnNames.ask, (_, idleMs) => askingChanged(idleMs), mayAsk));
    const onTelling: TurnChanged = (isHeld, _, goneMs) => {
      if (isHeld) tellingTaken(goneMs);
    };
    stops.push(leases.campaign(turnNames.tell, onTelling, hasHooks));
  }
  if (roles.includes('download')) {
    const onInputs: TurnChanged = (isHeld) => {
      if (isHeld) inputsTaken();
    };
    // Whoever has no room leaves the inputs to one that has.
    const mayKeep = (): boolean => {
      const { nodes } = status();
      return nodes.find(({ isThis }) => isThis)?.noRoomFor === undefined || !isRoomElsewhere(nodes);
    };
    stops.push(leases.campaign(turnNames.inputs, onInputs, mayKeep));
  }
  return (): void => {
    for (const stop of stops.reverse()) stop();
  };
}
