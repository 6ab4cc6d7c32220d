/**
 * Which tasks an event is about. Decided from the log alone: an event says what was read, and whoever reads the same
 * events in the same order gives the same tasks the same keys.
 */
import type { Read, StampedEvent } from './events.ts';
import { providerFamily } from './providers/catalog.ts';

/** What identity needs to know of a task that carries the id in question. Nothing of it ever changes. */
export interface NamedTask {
  readonly key: string;
  /** The one in its key, whatever better readers have found since. */
  readonly provider: string;
  /** `seq` of the event that made it: one that came later cannot be what an event meant. */
  readonly firstSeq: number;
  /** `seq` of the event by which it left the library; absent while it is there. */
  readonly goneSeq?: number;
}

/**
 * The task that a reading belongs to. A body that could be of several providers joins the task of its family, a body of
 * a shape that we do not know joins whoever carries its id, and a known one takes over what was unknown before.
 * @param known tasks of that id, in any order.
 */
export function joinedTask<T extends NamedTask>(
  { provider, certain, family }: Omit<Read, 'taskId' | 'result'>,
  known: readonly T[],
): T | undefined {
  if (known.length === 0) return undefined;
  const inOrder = known.length > 1 ? known.toSorted((a, b) => a.firstSeq - b.firstSeq) : known;
  return (
    inOrder.find((task) => task.provider === provider) ??
    inOrder.find((task) => providerFamily(task.provider) === family) ??
    (certain || provider !== 'unknown' ? inOrder.find((task) => task.provider === 'unknown') : inOrder[0])
  );
}

/** Of a key as nearly all are: `<provider>:<id>`. */
export const idInKey = (key: string): string => key.slice(key.indexOf(':') + 1);

const none: readonly string[] = [];

/** @param tasksOf the tasks that carry an id, also those that left the library after the event. */
export function keysOf(event: StampedEvent, tasksOf: (taskId: string) => readonly NamedTask[]): readonly string[] {
  switch (event.type) {
    case 'result':
      return [event.key ?? keyFor(event.read, event.seq, tasksOf)];
    case 'watched': {
      const { provider, taskId } = event;
      return [keyFor({ provider, certain: true, family: providerFamily(provider), taskId }, event.seq, tasksOf)];
    }
    case 'video-queued':
      return [...new Set(event.videos.map(({ key }) => key))];
    case 'marked':
    case 'tagged':
    case 'projected':
    case 'trashed':
    case 'restored':
    case 'purged':
      return event.keys;
    case 'request-refused':
    case 'submission-intended':
    case 'submission-created':
    case 'submission-refused':
    case 'submission-unknown':
      return none;
    default:
      return [event.key];
  }
}

function keyFor(read: Omit<Read, 'result'>, seq: number, tasksOf: (taskId: string) => readonly NamedTask[]): string {
  const known = tasksOf(read.taskId).filter(({ firstSeq, goneSeq = Infinity }) => firstSeq < seq && seq < goneSeq);
  return joinedTask(read, known)?.key ?? `${read.provider}:${read.taskId}`;
}
