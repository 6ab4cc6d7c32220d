/**
 * How the last acts of the person are taken back: what each task had before. An undo by the opposite would not do: of
 * those that were starred, some had a star already, and of those that are now in a project, each came from another.
 */
import { randomUUID } from 'node:crypto';
import type { EventDraft } from '../../common/events.ts';

export interface ActMemory {
  /**
   * @param back the events that bring back what was.
   * @param name of an act that was taken and is still to be undone; else it has a new one.
   * @returns the name of the act.
   */
  keep(back: readonly EventDraft[], keys: readonly string[], name?: string): string;
  /** Once for each act; `null` where it is not known any more. */
  take(name: string): Kept | null;
}

export interface Kept {
  readonly back: readonly EventDraft[];
  readonly keys: readonly string[];
}

/** A hundred thousand tasks are one act of twenty pieces. */
const mostActs = 400;
const mostKeys = 500_000;

export function createActMemory(): ActMemory {
  const acts = new Map<string, Kept>();
  let held = 0;

  function forget(name: string): void {
    held -= acts.get(name)?.keys.length ?? 0;
    acts.delete(name);
  }

  return {
    keep(back, keys, name = randomUUID()) {
      acts.set(name, { back, keys });
      held += keys.length;
      for (const oldest of acts.keys()) {
        if (oldest === name || (held <= mostKeys && acts.size <= mostActs)) break;
        forget(oldest);
      }
      return name;
    },
    take(name) {
      const kept = acts.get(name) ?? null;
      forget(name);
      return kept;
    },
  };
}
