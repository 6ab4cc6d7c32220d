/**
 * Events as a page is told them: of a task that changed its row, which is a quarter of the whole; the one task that is
 * open is asked for. Programs that listen to the feed are told whole tasks.
 */
import type { EventName, InboxEvent, InboxEvents } from './contract.ts';
import type { HistoryEntry } from './model.ts';
import type { Counts } from './task-query.ts';
import { type PackedRow, packRow, type TaskRow, unpackRow } from './task-row.ts';

/** What happened to a task last: whether it is news is seen from that. */
interface LastEntry {
  readonly last?: Pick<HistoryEntry, 'kind' | 'at'>;
}

export type ChangedRow = TaskRow & LastEntry;

interface PageEvents extends Omit<InboxEvents, 'tasks:changed'> {
  'tasks:changed': { readonly tasks: readonly ChangedRow[]; readonly counts: Counts };
}

export type PageEvent = { [K in EventName]: { readonly name: K; readonly data: PageEvents[K] } }[EventName];

/** The name of changed tasks on their way to a page. */
export const packedEvent = 'tasks:rows';

interface PackedChange {
  readonly rows: readonly (PackedRow & LastEntry)[];
  readonly counts: Counts;
}

export type WireEvent =
  | Exclude<PageEvent, { readonly name: 'tasks:changed' }>
  | { readonly name: typeof packedEvent; readonly data: PackedChange };

export function packEvent(event: InboxEvent): WireEvent {
  if (event.name !== 'tasks:changed') return event;
  const { tasks, counts } = event.data;
  const rows = tasks.map((task) => {
    const entry = task.history.at(-1);
    return { ...packRow(task), ...(entry === undefined ? {} : { last: { kind: entry.kind, at: entry.at } }) };
  });
  return { name: packedEvent, data: { rows, counts } };
}

export function unpackEvent(event: WireEvent): PageEvent {
  if (event.name !== packedEvent) return event;
  const { rows, counts } = event.data;
  const tasks = rows.map(({ last, ...row }) => ({ ...unpackRow(row), ...(last === undefined ? {} : { last }) }));
  return { name: 'tasks:changed', data: { tasks, counts } };
}
