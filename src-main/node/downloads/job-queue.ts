/** Who runs next: the most urgent job whose host has room. Knows nothing of HTTP or files. */
import { createHostLane, isBefore, type HostLane, type Waiting } from './host-lane.ts';

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

interface Entry<Job> extends Waiting {
  readonly job: Job;
  readonly id: string;
  readonly host: string;
  readyAt: number;
}

interface Run<Job> {
  readonly entry: Entry<Job>;
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

export function createJobQueue<Job>(options: QueueOptions<Job>): JobQueue<Job> {
  const entries = new Map<string, Entry<Job>>();
  /** Runs that have not ended, also of jobs that were removed: a new job of the same name waits for them. */
  const runs = new Map<string, Run<Job>>();
  /** A look goes through the hosts and not through all that waits: a burst of callbacks has thousands of jobs of a few. */
  const lanes = new Map<string, HostLane<Entry<Job>>>();
  let { concurrency } = options;
  let added = 0;
  let isPaused = false;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;

  function laneOf(host: string): HostLane<Entry<Job>> {
    let lane = lanes.get(host);
    if (lane === undefined) {
      lane = createHostLane(options.perHost);
      lanes.set(host, lane);
    }
    return lane;
  }

  function startWhatFits(): void {
    clearTimeout(timer);
    if (isPaused || isClosed) return;
    const now = options.now();
    while (runs.size < concurrency) {
      const next = pick(now);
      if (next === null) {
        wakeForNext(now);
        return;
      }
      laneOf(next.host).shift();
      start(next);
    }
    // With every place taken there is nothing to wait for: the next run that ends looks again.
  }

  function pick(now: number): Entry<Job> | null {
    let best: Entry<Job> | null = null;
    for (const [host, lane] of lanes) {
      const first = lane.first(now);
      if (first !== undefined && (best === null || isBefore(first, best))) best = first;
      else if (lane.isIdle(now)) lanes.delete(host);
    }
    return best;
  }

  function wakeForNext(now: number): void {
    let soonest = Infinity;
    for (const lane of lanes.values()) soonest = Math.min(soonest, lane.wakesAt(now));
    // Timers hold at most 2^31 ms, and one that is hours away may oversleep with the machine.
    if (soonest !== Infinity) timer = setTimeout(startWhatFits, Math.min(soonest - now, 60_000));
  }

  function start(entry: Entry<Job>): void {
    const controller = new AbortController();
    laneOf(entry.host).running += 1;
    const ended = options.run(entry.job, controller.signal).then((result) => {
      runs.delete(entry.id);
      laneOf(entry.host).running -= 1;
      if (result === 'done' || !controller.signal.aborted) settle(entry, result);
      // This one again, or one of the same name that was added while this one was being stopped.
      const next = entries.get(entry.id);
      if (next !== undefined) laneOf(next.host).add(next);
      startWhatFits();
    });
    runs.set(entry.id, { entry, controller, ended });
  }

  function settle(entry: Entry<Job>, result: RunResult): void {
    if (result === 'done') {
      if (entries.get(entry.id) === entry) entries.delete(entry.id);
      return;
    }
    entry.readyAt = options.now() + result.retryInMs;
    if (result.holdHost) laneOf(entry.host).heldUntil = entry.readyAt;
  }

  /** Ends waits for the next attempt. */
  function makeReady(lane: HostLane<Entry<Job>>, which: (entry: Entry<Job>) => boolean): void {
    for (const entry of lane.remove(which)) {
      entry.readyAt = 0;
      lane.add(entry);
    }
  }

  function stopRunning(): void {
    for (const { controller } of runs.values()) controller.abort(new Error('stopped'));
  }

  return {
    add(job) {
      const id = options.idOf(job);
      if (isClosed || entries.has(id)) return;
      const deadline = options.deadlineOf(job, options.now());
      const entry = { job, id, host: options.hostOf(job), deadline, order: (added += 1), readyAt: 0 };
      entries.set(id, entry);
      if (runs.has(id)) return;
      const lane = laneOf(entry.host);
      lane.add(entry);
      if (lane.running < options.perHost) startWhatFits();
    },
    async remove(which) {
      const removed = [...entries.values()].filter((entry) => which(entry.job));
      const gone = new Set(removed);
      for (const host of hostsOf(removed)) laneOf(host).remove((entry) => gone.has(entry));
      const ends = removed.map((entry) => {
        entries.delete(entry.id);
        const run = runs.get(entry.id);
        run?.controller.abort(new Error('cancelled'));
        return run?.ended ?? Promise.resolve();
      });
      await Promise.all(ends);
      return removed.map((entry) => entry.job);
    },
    pause() {
      isPaused = true;
      clearTimeout(timer);
      stopRunning();
    },
    resume() {
      isPaused = false;
      for (const lane of lanes.values()) makeReady(lane, () => true);
      startWhatFits();
    },
    get paused() {
      return isPaused;
    },
    hurry(which) {
      const now = options.now();
      const waiting = [...entries.values()].filter(
        (entry) =>
          !runs.has(entry.id) && Math.max(entry.readyAt, laneOf(entry.host).heldUntil) > now && which(entry.job),
      );
      const hurried = new Set(waiting);
      for (const host of hostsOf(waiting)) {
        const lane = laneOf(host);
        lane.heldUntil = 0;
        makeReady(lane, (entry) => hurried.has(entry));
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
      stopRunning();
      await Promise.all([...runs.values()].map(({ ended }) => ended));
    },
  };
}

function hostsOf(entries: readonly { readonly host: string }[]): ReadonlySet<string> {
  return new Set(entries.map(({ host }) => host));
}
