/**
 * What dies when: of each task that is not saved whole, the first death of its files. Warns once, while there is still
 * time to do something: to set a key, to resume paused downloads, to make room.
 */
import { firstDeath } from '../../common/link-death.ts';
import type { Task } from '../../common/model.ts';
import type { Clock } from '../clock.ts';

export interface Dying {
  readonly key: string;
  /** ISO time. */
  readonly diesAt: string;
}

/** What tells when files of a task die. */
export type Mortal = Pick<Task, 'key' | 'expiresAt' | 'needsApiKey' | 'trashedAt' | 'videos'>;

export interface ExpiryLedger {
  consider(task: Mortal): void;
  forget(key: string): void;
  close(): void;
}

const warnBeforeMs = 3_600_000;
/** A link that lives 20 minutes is mostly fetched before anybody has read a warning. */
const patienceMs = 120_000;

interface Entry {
  readonly diesAt: number;
  readonly warnAt: number;
  readonly isTold: boolean;
}

export function createExpiryLedger(ports: {
  readonly clock: Clock;
  /** First death first; of those that were not told of before. */
  readonly warn: (dying: readonly Dying[]) => void;
}): ExpiryLedger {
  const { clock, warn } = ports;
  const entries = new Map<string, Entry>();
  let cancel: (() => void) | null = null;
  let armedFor = Infinity;
  let isClosed = false;
  const now = (): number => clock.date().getTime();

  /** A timer that comes too early finds nothing to tell; one per change would cost more. */
  function arm(at: number): void {
    if (at >= armedFor || isClosed) return;
    cancel?.();
    armedFor = at;
    // Timers of Node count no further than 24 days.
    cancel = clock.after(Math.min(Math.max(0, at - now()), 86_400_000), tell);
  }

  function tell(): void {
    armedFor = Infinity;
    const at = now();
    const due = [...entries].filter(([, { isTold, warnAt }]) => !isTold && warnAt <= at);
    for (const [key, entry] of due) entries.set(key, { ...entry, isTold: true });
    const dying = due
      .filter(([, { diesAt }]) => diesAt > at)
      .sort(([, a], [, b]) => a.diesAt - b.diesAt)
      .map(([key, { diesAt }]) => ({ key, diesAt: new Date(diesAt).toISOString() }));
    if (dying.length > 0) warn(dying);
    let next = Infinity;
    for (const { isTold, warnAt } of entries.values()) if (!isTold && warnAt < next) next = warnAt;
    if (next < Infinity) arm(next);
  }

  return {
    consider(task) {
      const diesAt = firstDeath(task);
      const known = entries.get(task.key);
      if (diesAt === (known?.diesAt ?? null)) return;
      if (diesAt === null || diesAt <= now()) entries.delete(task.key);
      else {
        const warnAt = Math.max(diesAt - warnBeforeMs, now() + patienceMs);
        // Another link, another death: it is told of anew where that is later.
        const isTold = known?.isTold === true && diesAt <= known.diesAt;
        entries.set(task.key, { diesAt, warnAt, isTold });
        if (!isTold) arm(warnAt);
      }
    },
    forget(key) {
      entries.delete(key);
    },
    close() {
      isClosed = true;
      cancel?.();
    },
  };
}
