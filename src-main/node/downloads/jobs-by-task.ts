/** The jobs that the queue holds, by their task: nearly all have one, and a list for each would be a third of what is kept. */
interface OfTask<Job> {
  job: Job;
  readonly task: string;
}

export interface JobsByTask<Job, Entry extends OfTask<Job>> {
  of(task: string): readonly Entry[];
  /** @param id the name of the job, as `idOf` gives it. */
  find(task: string, id: string): Entry | undefined;
  has(entry: Entry): boolean;
  add(entry: Entry): void;
  delete(entry: Entry): void;
  readonly size: number;
}

const none: readonly never[] = [];

/** `Array.isArray` does not see that what is left is no list. */
const isList = <T extends object>(known: T | readonly T[]): known is readonly T[] => Array.isArray(known);

export function createJobsByTask<Job, Entry extends OfTask<Job>>(idOf: (job: Job) => string): JobsByTask<Job, Entry> {
  const entries = new Map<string, Entry | readonly Entry[]>();
  let size = 0;

  function of(task: string): readonly Entry[] {
    const known = entries.get(task);
    return known === undefined ? none : isList(known) ? known : [known];
  }

  return {
    of,
    // Asked for each callback and each end of a run: without a list where there is one.
    find(task, id) {
      const known = entries.get(task);
      if (known === undefined) return undefined;
      if (isList(known)) return known.find(({ job }) => idOf(job) === id);
      return idOf(known.job) === id ? known : undefined;
    },
    has: (entry) => of(entry.task).includes(entry),
    add(entry) {
      const others = of(entry.task);
      entries.set(entry.task, others.length === 0 ? entry : [...others, entry]);
      size += 1;
    },
    delete(entry) {
      const [one, ...others] = of(entry.task).filter((other) => other !== entry);
      if (one === undefined) entries.delete(entry.task);
      else entries.set(entry.task, others.length === 0 ? one : [one, ...others]);
      size -= 1;
    },
    get size() {
      return size;
    },
  };
}
