/**
 * The event log of one machine among several: it answers by its own journal, by the shared log, or by both, and tells
 * what the shared log tells. So all machines fold the same events in the same order.
 */
import { InboxError } from '../../common/errors.ts';
import type { EventDraft } from '../../common/events.ts';
import { stateOfCode, type StorageCode, type StorageHealth } from '../../common/storage-health.ts';
import { storageAnswers } from '../../common/texts/en-storage.ts';
import type { AppendPriority, EventLog, StampedEvent } from '../event-log/event-log.ts';
import { codeBehind } from './database.ts';
import type { Outbox } from './outbox.ts';
import { storageCodeOf, type SharedLog } from './postgres-log.ts';
import { inTime } from '../time-limit.ts';

/** What must have happened before a callback is answered: synced here, committed there, or both. */
export type AnswerPolicy = 'local' | 'shared' | 'both';

export interface AnsweredLogPorts {
  readonly policy: AnswerPolicy;
  readonly local: EventLog;
  readonly shared: SharedLog;
  readonly outbox: Outbox;
  /** As the writer of its journal. */
  readonly node: string;
}

/** Whoever sends waits no longer for an answer that may not come: a database can take a question and say nothing. */
const commitLimitMs = 5000;
/** Whoever did something sees it, unless the way through the shared log takes longer. */
const backLimitMs = 3000;

/** Of the database, for now. */
const outOfReach: ReadonlySet<StorageHealth['code']> = new Set(['database-away', 'database-full', 'database-refuses']);

const healthOf = (code: StorageCode, params: StorageHealth['params'] = {}): StorageHealth => ({
  state: stateOfCode[code],
  code,
  params,
});

/** A callback is answered before it is told, so an append of its priority may resolve without the events. */
export function createAnsweredLog({ policy, local, shared, outbox, node }: AnsweredLogPorts): EventLog {
  let lastBack = 0;
  /** Appends that the database has neither taken nor refused when whoever sent could not wait longer. */
  let unanswered = 0;
  const waits = new Set<{ readonly seq: number; readonly settle: () => void }>();
  const stopEntries = shared.onEntry((entry) => {
    if (entry.node !== node) return;
    lastBack = Math.max(lastBack, entry.k);
    if (waits.size === 0) return;
    // Behind the turn in which it is told.
    setImmediate(() => {
      for (const wait of waits) if (wait.seq <= lastBack) wait.settle();
    });
  });

  function untilBack(seq: number): Promise<void> {
    if (seq <= lastBack || !shared.reach().isThere) return Promise.resolve();
    return new Promise((resolve) => {
      const settle = (): void => {
        clearTimeout(timer);
        waits.delete(wait);
        resolve();
      };
      const timer = setTimeout(settle, backLimitMs);
      const wait = { seq, settle };
      waits.add(wait);
    });
  }

  async function appendHere(drafts: readonly EventDraft[], priority: AppendPriority): Promise<readonly StampedEvent[]> {
    if (priority === 'callback') return appendAndWait(drafts, priority);
    const hurries = [outbox.hurry(), shared.hurry()];
    try {
      return await appendAndWait(drafts, priority);
    } finally {
      for (const stop of hurries) stop();
    }
  }

  async function appendAndWait(
    drafts: readonly EventDraft[],
    priority: AppendPriority,
  ): Promise<readonly StampedEvent[]> {
    const events = await local.append(drafts, { priority });
    const last = events.at(-1)?.seq ?? 0;
    // Stored here, it will be sent: of what a person did it must not be said that nothing was stored.
    if (priority === 'bulk') await untilBack(last);
    else if (policy === 'both' && !(await outbox.until(last, commitLimitMs))) {
      throw new InboxError('storage-failed', storageAnswers['database-behind']);
    }
    return events;
  }

  async function appendThere(
    drafts: readonly EventDraft[],
    priority: AppendPriority,
  ): Promise<readonly StampedEvent[]> {
    if (priority === 'bulk') return shared.append(drafts, { priority });
    // It may be committed later all the same; what is sent again then is a repeat.
    const commit = shared.commit(drafts);
    if (await inTime(commit, commitLimitMs)) return [];
    unanswered += 1;
    const settle = (): void => void (unanswered -= 1);
    commit.then(settle, settle);
    throw new InboxError('storage-failed', storageAnswers['database-away']);
  }

  /** What would become of a callback: also where none came that could have told. */
  function healthThere(): StorageHealth {
    const written = shared.health();
    if (written.state !== 'ok') return written;
    const { isThere, why } = shared.reach();
    if (!isThere) return healthOf(storageCodeOf(why), { reason: codeBehind(why) });
    const { isFenced, refusal, oldestAt } = outbox.state();
    if (isFenced) return healthOf('other-writer', { folder: 'the shared database' });
    const isSlow = oldestAt !== null && Date.now() - Date.parse(oldestAt) > commitLimitMs;
    if (policy === 'shared' ? unanswered > 0 : refusal !== null || isSlow) return healthOf('database-away');
    return written;
  }

  return {
    append: (drafts, { priority = 'bulk' } = {}) =>
      policy === 'shared' ? appendThere(drafts, priority) : appendHere(drafts, priority),
    read: (from, onEvent) => shared.read(from, onEvent),
    follow: (name, follower) => shared.follow(name, follower),
    end: () => shared.end(),
    unread: () => shared.unread?.() ?? [],
    lastSeq: () => shared.lastSeq(),
    continueAbove: (seq) => shared.continueAbove(seq),
    health() {
      const here = local.health();
      if (policy === 'local' || here.state !== 'ok') return here;
      const there = healthThere();
      return policy === 'both' && outOfReach.has(there.code) ? healthOf('database-behind') : there;
    },
    onHealth(listener) {
      const stopHere = local.onHealth(listener);
      const stopThere = policy === 'local' ? () => undefined : shared.onHealth(listener);
      return () => {
        stopHere();
        stopThere();
      };
    },
    async close() {
      await local.close();
      await outbox.close();
      await shared.close();
      stopEntries();
      for (const wait of waits) wait.settle();
    },
  };
}
