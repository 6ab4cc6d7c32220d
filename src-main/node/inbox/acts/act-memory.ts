/**
 * How the last acts of the person are taken back: what each task had before. An undo by the opposite would not do: of
 * those that were starred, some had a star already, and of those that are now in a project, each came from another. What
 * was done by somebody else since is not the act's to take back, so it knows what it gave as well.
 */
import { randomUUID } from 'node:crypto';
import type { Draft, LabelType } from '../../../common/events.ts';
import type { TaskTraits } from '../../../common/task-traits.ts';

export type LabelDraft = Draft<LabelType>;
/** The same without saying of which tasks. */
export type Labelling = DistributiveOmit<LabelDraft, 'keys'>;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

export interface ActMemory {
  /**
   * @param name of an act that was taken and is still to be undone; else it has a new one.
   * @returns the name of the act.
   */
  keep(act: Kept, name?: string): string;
  /** Once for each act; `null` where it is not known any more. */
  take(name: string): Kept | null;
}

export interface Kept {
  readonly given: Labelling;
  /** The events that bring back what was, where nothing was done since. */
  readonly back: readonly LabelDraft[];
}

/** A hundred thousand tasks are one act of twenty pieces. */
const mostActs = 400;
const mostKeys = 500_000;

export function createActMemory(): ActMemory {
  const acts = new Map<string, Kept>();
  let held = 0;

  function forget(name: string): void {
    held -= tasksOf(acts.get(name));
    acts.delete(name);
  }

  return {
    keep(act, name = randomUUID()) {
      acts.set(name, act);
      held += tasksOf(act);
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

const tasksOf = (act: Kept | undefined): number => act?.back.reduce((sum, { keys }) => sum + keys.length, 0) ?? 0;

/**
 * What of an event that brings back is still to be brought back to a task: not what was changed since.
 * @returns `null` where nothing is
 */
export function backOfNow(head: TaskTraits, given: Labelling, back: Labelling): Labelling | null {
  if (given.type === 'projected') return (head.project ?? null) === given.project ? back : null;
  if (given.type === 'tagged' && back.type === 'tagged') {
    // A name in place of another: who took it off since, or gave it a third one, does not want the first.
    if (given.add.length > 0 && !given.add.some((tag) => head.tags.includes(tag))) return null;
    const add = back.add.filter((tag) => !head.tags.includes(tag));
    const remove = back.remove.filter((tag) => head.tags.includes(tag));
    return add.length + remove.length === 0 ? null : { type: 'tagged', add, remove };
  }
  if (given.type !== 'marked' || back.type !== 'marked') return null;
  const { seen, starred, rating, pick, tags } = given;
  const marks = {
    ...(seen === head.seen && back.seen !== undefined ? { seen: back.seen } : {}),
    ...(starred === head.starred && back.starred !== undefined ? { starred: back.starred } : {}),
    ...(rating === (head.rating ?? 0) && back.rating !== undefined ? { rating: back.rating } : {}),
    ...(pick === (head.pick ?? null) && back.pick !== undefined ? { pick: back.pick } : {}),
    ...(tags?.join('\n') === head.tags.join('\n') && back.tags !== undefined ? { tags: back.tags } : {}),
  };
  return Object.keys(marks).length === 0 ? null : { type: 'marked', ...marks };
}
