/**
 * Tasks that changed, as pages and hosts are told of them. In a burst of callbacks nearly always nobody looks, and to show
 * each task takes a twenty-fifth of what its callback costs: so they are made when somebody does, as they are by then.
 */
import type { InboxEvents } from '../../common/contract.ts';
import type { Counts } from '../../common/task-query.ts';
import type { TaskHead } from '../../common/task-traits.ts';
import type { TaskView } from '../../common/task-view.ts';

type Made = InboxEvents['tasks:changed'];

export interface ChangedTasksPorts {
  /** `undefined` where the task left the library; what removed it is told of as well. */
  readonly head: (key: string) => TaskHead | undefined;
  readonly view: (key: string) => TaskView | undefined;
  readonly counts: () => Counts;
}

export class ChangedTasks implements Made {
  readonly keys: readonly string[];
  readonly #ports: ChangedTasksPorts;
  #made: Made | null = null;

  constructor(keys: readonly string[], ports: ChangedTasksPorts) {
    this.keys = keys;
    this.#ports = ports;
  }

  get tasks(): readonly TaskView[] {
    return this.toJSON().tasks;
  }

  get counts(): Counts {
    return this.toJSON().counts;
  }

  /** Those of them whose head is wanted; the others are not made for it. */
  only(isWanted: (head: TaskHead) => boolean): readonly TaskView[] {
    const { head, view } = this.#ports;
    return this.keys.flatMap((key) => {
      const known = head(key);
      return known === undefined || !isWanted(known) ? [] : (view(key) ?? []);
    });
  }

  /** What goes out. */
  toJSON(): Made {
    const { view, counts } = this.#ports;
    return (this.#made ??= { tasks: this.keys.flatMap((key) => view(key) ?? []), counts: counts() });
  }
}
