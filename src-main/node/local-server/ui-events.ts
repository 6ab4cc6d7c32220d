/** Events for the windows: numbered, with the last ones kept, so that a connection that was lost misses none. */
import type { InboxEvent } from '../../common/contract.ts';
import { ChangedTasks } from './changed-tasks.ts';

export interface NumberedEvent {
  readonly id: string;
  readonly event: InboxEvent;
}

export interface UiEvents {
  publish(event: InboxEvent): void;
  /** @returns what came after that id, `null` where it is not known any more. */
  since(id: string): readonly NumberedEvent[] | null;
  lastId(): string;
  /** @returns the undo. */
  subscribe(listener: (numbered: NumberedEvent) => void): () => void;
}

/** So many changed tasks are kept, in however many events: enough for a lid that was closed, bounded in memory. */
const keptTasks = 2000;

/**
 * @param run differs from start to start, so that ids of an earlier process are not taken for ours.
 * @param onTrouble gets what a listener threw. Most events are told by a timer, where nobody else would catch it and the
 * inbox would end; the other listeners hear of the event all the same.
 */
export function createUiEvents(run: string, onTrouble: (name: InboxEvent['name'], error: unknown) => void): UiEvents {
  const events: NumberedEvent[] = [];
  const listeners = new Set<(numbered: NumberedEvent) => void>();
  let last = 0;
  let weight = 0;
  /** Number of the newest event that is not kept any more. */
  let forgotten = 0;
  const idOf = (n: number): string => `${run}-${String(n)}`;
  return {
    publish(event) {
      last += 1;
      const numbered = { id: idOf(last), event };
      if (!isProgress(event)) {
        events.push(numbered);
        weight += weightOf(event);
      }
      while (weight > keptTasks && events.length > 1) {
        const oldest = events.shift();
        if (oldest === undefined) break;
        weight -= weightOf(oldest.event);
        forgotten = splitId(oldest.id)[1];
      }
      for (const listener of listeners) {
        try {
          listener(numbered);
        } catch (error) {
          onTrouble(event.name, error);
        }
      }
    },
    since(id) {
      const [ofRun, number] = splitId(id);
      if (ofRun !== run || number > last || number < forgotten) return null;
      return events.filter((numbered) => splitId(numbered.id)[1] > number);
    },
    lastId: () => idOf(last),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** It is worth nothing later on. */
export function isProgress({ name }: InboxEvent): boolean {
  return ['video:progress', 'library:moving', 'library:checking', 'notice:show'].includes(name);
}

function weightOf({ name, data }: InboxEvent): number {
  if (name !== 'tasks:changed') return 1;
  return (data instanceof ChangedTasks ? data.keys : data.tasks).length + 1;
}

function splitId(id: string): [run: string, number: number] {
  const at = id.lastIndexOf('-');
  const number = Number(id.slice(at + 1));
  return [id.slice(0, at), Number.isSafeInteger(number) ? number : Infinity];
}
