/** Who runs next: the most urgent job whose host has room. Knows nothing of HTTP or files. */

export interface QueueOptions<Job> {
  readonly concurrency: number;
  readonly perHost: number;
  readonly now: () => number;
  /** Names a job: one of a name is in the queue at a time. */
  readonly idOf: (job: Job) => string;
  readonly hostOf: (job: Job) => string;
  /** Time in ms; the earliest goes first. */
  readonly deadlineOf: (job: Job, enqueuedAt: number) => number;
  /** Never rejects. Ends soon after `signal` is aborted; its answer then does not matter. */
  readonly run: (job: Job, signal: AbortSignal) => Promise<RunResult>;
}

export type RunResult = 'done' | { readonly retryInMs: number; readonly holdHost: boolean };

export interface JobQueue<Job> {
  /** Does nothing where a job of that name waits or runs. */
  add(job: Job): void;
  /** Stops and forgets; resolves once they no longer run. */
  remove(which: (job: Job) => boolean): Promise<readonly Job[]>;
  /** Stops what runs; it starts again from its `.part` after `resume`. */
  pause(): void;
  /** Also ends the waits of jobs that failed: whoever resumes wants to see something happen. */
  resume(): void;
  readonly paused: boolean;
  /** Ends the waits of these jobs and of their hosts, since someone asks for them now. @returns how many waited. */
  hurry(which: (job: Job) => boolean): number;
  /** A lower number stops nothing that runs. */
  setConcurrency(concurrency: number): void;
  close(): Promise<void>;
}

interface Entry<Job> {
  readonly job: Job;
  readonly id: string;
  readonly host: string;
  readonly deadline: number;
  readyAt: number;
  running: AbortController | null;
}

/** From here on a look costs more than it is worth to make one for each job. */
const longQueue = 64;
const gatherMs = 20;

export function createJobQueue<Job>(options: QueueOptions<Job>): JobQueue<Job> {
  const entries = new Map<string, Entry<Job>>();
  /** Runs that have not ended, also of jobs that were removed: a new job of the same name waits for them. */
  const runs = new Map<string, Promise<void>>();
  const hostHeldUntil = new Map<string, number>();
  let { concurrency } = options;
  let isPaused = false;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: NodeJS.Timeout | null = null;
  const active = new Set<Entry<Job>>();

  function startWhatFits(): void {
    clearTimeout(timer);
    if (isPaused || isClosed) return;
    // With every place taken there is nothing to look for: the next run that ends looks again.
    if (runs.size >= concurrency) return;
    const now = options.now();
    for (const [host, until] of hostHeldUntil) if (until <= now) hostHeldUntil.delete(host);
    const perHost = countRunning();
    while (runs.size < concurrency) {
      const next = pick(now, perHost);
      if (next === null) break;
      perHost.set(next.host, (perHost.get(next.host) ?? 0) + 1);
      start(next);
    }
    if (runs.size < concurrency) wakeForNext(now);
  }

  function lookAgain(): void {
    if (entries.size < longQueue) startWhatFits();
    else lookSoon();
  }

  /** A look goes through all that waits, so a burst of callbacks makes one look and not one for each. */
  function lookSoon(): void {
    looking ??= setTimeout(() => {
      looking = null;
      startWhatFits();
    }, gatherMs);
  }

  function countRunning(): Map<string, number> {
    const perHost = new Map<string, number>();
    for (const { host } of active) perHost.set(host, (perHost.get(host) ?? 0) + 1);
    return perHost;
  }

  function pick(now: number, perHost: ReadonlyMap<string, number>): Entry<Job> | null {
    let best: Entry<Job> | null = null;
    for (const entry of entries.values()) {
      if (entry.running !== null || runs.has(entry.id) || readyAt(entry) > now) continue;
      if ((perHost.get(entry.host) ?? 0) >= options.perHost) continue;
      if (best === null || entry.deadline < best.deadline) best = entry;
    }
    return best;
  }

  function readyAt(entry: Entry<Job>): number {
    return Math.max(entry.readyAt, hostHeldUntil.get(entry.host) ?? 0);
  }

  function wakeForNext(now: number): void {
    let soonest = Infinity;
    for (const entry of entries.values()) {
      const at = readyAt(entry);
      if (entry.running === null && at > now && at < soonest) soonest = at;
    }
    // Timers hold at most 2^31 ms, and one that is hours away may oversleep with the machine.
    if (soonest !== Infinity) timer = setTimeout(startWhatFits, Math.min(soonest - now, 60_000));
  }

  function start(entry: Entry<Job>): void {
    const controller = new AbortController();
    entry.running = controller;
    active.add(entry);
    const run = options.run(entry.job, controller.signal).then((result) => {
      runs.delete(entry.id);
      entry.running = null;
      active.delete(entry);
      if (result === 'done' || !controller.signal.aborted) settle(entry, result);
      lookAgain();
    });
    runs.set(entry.id, run);
  }

  function settle(entry: Entry<Job>, result: RunResult): void {
    if (result === 'done') {
      if (entries.get(entry.id) === entry) entries.delete(entry.id);
      return;
    }
    entry.readyAt = options.now() + result.retryInMs;
    if (result.holdHost) hostHeldUntil.set(entry.host, entry.readyAt);
  }

  function stopRunning(): void {
    for (const { running } of entries.values()) running?.abort(new Error('stopped'));
  }

  return {
    add(job) {
      const id = options.idOf(job);
      if (isClosed || entries.has(id)) return;
      const deadline = options.deadlineOf(job, options.now());
      entries.set(id, { job, id, host: options.hostOf(job), deadline, readyAt: 0, running: null });
      lookAgain();
    },
    async remove(which) {
      const removed = [...entries.values()].filter((entry) => which(entry.job));
      for (const entry of removed) {
        entries.delete(entry.id);
        entry.running?.abort(new Error('cancelled'));
      }
      await Promise.all(removed.map((entry) => runs.get(entry.id) ?? Promise.resolve()));
      return removed.map((entry) => entry.job);
    },
    pause() {
      isPaused = true;
      clearTimeout(timer);
      stopRunning();
    },
    resume() {
      isPaused = false;
      for (const entry of entries.values()) entry.readyAt = 0;
      startWhatFits();
    },
    get paused() {
      return isPaused;
    },
    hurry(which) {
      const now = options.now();
      const waiting = [...entries.values()].filter(
        (entry) => entry.running === null && readyAt(entry) > now && which(entry.job),
      );
      for (const entry of waiting) {
        entry.readyAt = 0;
        hostHeldUntil.delete(entry.host);
      }
      if (waiting.length > 0) startWhatFits();
      return waiting.length;
    },
    setConcurrency(next) {
      concurrency = next;
      startWhatFits();
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      if (looking !== null) clearTimeout(looking);
      looking = null;
      stopRunning();
      await Promise.all(runs.values());
    },
  };
}
