/** What lists are asked by and what they answer, and which tasks an act of a person is about. */
import type { TaskState } from './model.ts';
import type { TaskOrder } from './search/task-order.ts';
import type { TaskView } from './task-view.ts';

/** Which list of the rail is shown. `inbox` is what was not seen yet, `waiting` what is not here yet. */
export const views = ['inbox', 'library', 'starred', 'waiting', 'failed', 'trash'] as const;
export type View = (typeof views)[number];

/** The state chips of the bar: `ready` = all videos saved, `downloading` = some on their way or queued. */
export const stateFilters = ['all', 'ready', 'downloading', 'failed'] as const;
export type StateFilter = (typeof stateFilters)[number];

/** Longest text of a search. */
export const searchLimit = 1000;
/** So many takes of one source and one prompt are shown together: the newest. One more is given where there are more. */
export const mostTakes = 200;
export const newestTakes = <T>(takes: readonly T[]): readonly T[] => takes.slice(-mostTakes);

export interface TaskQuery {
  readonly view: View;
  /** In the search language, see `search/parse-search.ts`; at most `searchLimit` characters. Empty = everything. */
  readonly text: string;
  readonly state: StateFilter;
  /** Provider id, or `null` for all. */
  readonly provider: string | null;
  readonly order: TaskOrder;
  /** The other way round. */
  readonly reverse?: boolean;
  /** Takes of one source and one prompt are one row: its picked one, else the first in this order. */
  readonly stacked?: boolean;
  /** IANA name of the zone in which days are cut, e.g. `Europe/Berlin`. */
  readonly timeZone: string;
  /** Only what was received until then; ISO time. A selection of all that match keeps out what comes later. */
  readonly until?: string;
  readonly offset: number;
  /** 1 to 500. */
  readonly limit: number;
}

/** A query without its window: the list that it is about. */
export type TaskFilter = Omit<TaskQuery, 'offset' | 'limit'>;

/** Tasks by their keys, or what a list shows: "all 12,431 that match but two" is a rule and not a list of names. */
export type TaskSelection =
  | readonly string[]
  | { readonly keys: readonly string[] }
  | { readonly query: TaskFilter; readonly except?: readonly string[] };

export interface Changed {
  readonly keys: readonly string[];
  /** For `tasks:undo`, as long as this process remembers it; absent where there is nothing to bring back. */
  readonly undo?: string;
}

/** What is not named stays as it is. */
export interface Marks {
  readonly seen?: boolean;
  readonly starred?: boolean;
  /** 0 = none, 1 to 5. */
  readonly rating?: number;
  readonly pick?: 'picked' | 'rejected' | null;
  /** The whole list; `tasks:tag` adds and removes. */
  readonly tags?: readonly string[];
}

export interface TagChange {
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
}

/** A run of rows of one local day. In an order that is not by time there is one section with an empty `day`. */
export interface DaySection {
  /** `YYYY-MM-DD` in the asked zone. */
  readonly day: string;
  readonly count: number;
  readonly videos: number;
  readonly sizeBytes: number;
}

export interface TaskPage {
  readonly rows: readonly TaskView[];
  readonly total: number;
  readonly sections: readonly DaySection[];
  /** Nothing matched what was asked; this does, with misspelt words as they occur here. */
  readonly corrected?: string;
  /** How many takes each row stands for, where they are stacked. */
  readonly takes?: readonly number[];
}

export interface Counts {
  readonly inbox: number;
  readonly library: number;
  readonly starred: number;
  readonly waiting: number;
  readonly failed: number;
  readonly trash: number;
  /** Tasks outside the trash per provider id, most first. */
  readonly providers: readonly { readonly provider: string; readonly name: string; readonly count: number }[];
}

/** Of a list or of what is selected. */
export interface TaskSums {
  readonly tasks: number;
  readonly sizeBytes: number;
  /** Of the longest video of each. */
  readonly seconds: number;
  /** As the column shows it: credits, else money. */
  readonly cost: number;
}

export interface ListOptions {
  readonly state: TaskState | null;
  readonly limit: number;
  /** In the search language; days are cut in the zone of the core. */
  readonly query?: string;
}
