/**
 * What a copy does where the inbox elsewhere was set back to an older state, as from a backup: numbers tell nothing any
 * more, so what that one has is compared with what came from it before, event by event.
 */
import { createHash } from 'node:crypto';
import type { EventDraft, StampedEvent } from '../../common/events.ts';
import { without } from '../../common/without.ts';
import type { EventLog } from '../event-log/event-log.ts';

/** What only the copy has. */
export interface OnlyHere {
  /** In the order in which they came, without stamp and origin. */
  readonly marks: readonly EventDraft[];
  /** Keys of tasks. */
  readonly tasks: readonly string[];
}

export interface Comparison {
  /** @returns false where the copy has the event already. To be asked once for each, in their order. */
  isNew(event: StampedEvent): boolean;
  /** Once all were asked about. */
  onlyHere(): OnlyHere;
}

interface Kept {
  count: number;
  readonly draft: EventDraft | null;
  readonly task: string | null;
}

/** Of the same content at the same time there may be several. */
const sumOf = (at: string, draft: EventDraft): string =>
  createHash('sha256').update(at).update(JSON.stringify(draft)).digest('base64').slice(0, 20);

/**
 * @param here the log of the copy.
 * @param node the other's id.
 * @param isMark of these all are told that the other lost.
 */
export async function compareWith(
  here: Pick<EventLog, 'read'>,
  node: string,
  isMark: (draft: EventDraft) => boolean,
): Promise<Comparison> {
  const kept = new Map<string, Kept>();
  const purged = new Set<string>();
  await here.read(null, (event) => {
    if (event.origin?.node !== node) return;
    const draft = draftOf(event);
    if (draft.type === 'purged') for (const key of draft.keys) purged.add(key);
    const sum = sumOf(event.at, draft);
    const known = kept.get(sum);
    if (known !== undefined) known.count += 1;
    else kept.set(sum, { count: 1, draft: isMark(draft) ? draft : null, task: taskOf(draft) });
  });
  const wasPurged = (draft: EventDraft): boolean =>
    draft.type === 'watched' && purged.has(`${draft.provider}:${draft.taskId}`);
  const tasksThere = new Set<string>();
  /** Marks that came back there since, of this copy or another. */
  const marksThere = new Set<string>();
  return {
    isNew(event) {
      const draft = draftOf(event);
      const task = taskOf(draft);
      if (task !== null) tasksThere.add(task);
      const known = kept.get(sumOf(event.at, draft));
      if (known !== undefined && known.count > 0) {
        known.count -= 1;
        return false;
      }
      if (isMark(draft)) marksThere.add(sumOf('', draft));
      return true;
    },
    onlyHere() {
      for (const [sum, { count }] of kept) if (count === 0) kept.delete(sum);
      const left = [...kept.values()];
      const tasks = new Set(left.flatMap(({ task }) => task ?? []));
      return {
        marks: left.flatMap(({ draft }) =>
          draft === null || marksThere.has(sumOf('', draft)) || wasPurged(draft) ? [] : draft,
        ),
        tasks: [...tasks].filter((key) => !tasksThere.has(key) && !purged.has(key)),
      };
    },
  };
}

/** Without its stamp an event is what was drafted. */
export function draftOf(event: StampedEvent): EventDraft {
  return without(event, 'v', 'seq', 'at', 'origin') as EventDraft;
}

/** The task that a result makes, where there was none. */
export function taskOf(draft: EventDraft): string | null {
  return draft.type === 'result' ? (draft.key ?? `${draft.read.provider}:${draft.read.taskId}`) : null;
}
