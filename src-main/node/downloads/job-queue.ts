/**
 * Who runs next. Knows nothing of HTTP or files.
 *
 * Anyone who knows a callback URL can ask for downloads, so places are shared: the owner (a task) with the fewest running
 * jobs goes first, then the callback URL with the fewest, then a host that keeps nobody waiting, then what is vouched for
 * and most urgent. A run that brings next to nothing does not count as taking its place, up to a limit; at the limit it
 * makes room for others.
 */
import { goesBefore } from './host-lane.ts';
import { createJobsByTask } from './jobs-by-task.ts';
import { whoMakesRoom } from './make-room.ts';
import { createQueueHosts, type Placed, type QueueHost } from './queue-hosts.ts';
import { count, createQueuePlaces, type TakenPlace } from './queue-places.ts';

export interface QueueOptions<Job> {
  readonly concurrency: number;
  readonly perHost: number;
  /** Monotonic. */
  readonly now: () => number;
  /** Names a job: one of a name is in the queue at a time. A name belongs to one task. */
  readonly idOf: (job: Job) => string;
  readonly hostOf: (job: Job) => string;
  /** Where the file comes from; a job of a name that names another place is a new attempt at once. */
  readonly linkOf: (job: Job) => string;
  /** Another one is news: what waits for its next attempt is tried now. */
  readonly newestLinkOf: (job: Job) => string;
  /** What the job is for: its jobs are removed and hurried together. */
  readonly taskOf: (job: Job) => string;
  /** Jobs of one owner share a turn. */
  readonly ownerOf: (job: Job) => string;
  /** Where the job came from; owners of one source share what is left after that. */
  readonly sourceOf: (job: Job) => string;
  /** True where someone vouches for the job: it goes first, and one place more is kept for such. */
  readonly isVouched: (job: Job) => boolean;
  /** The lowest goes first. */
  readonly deadlineOf: (job: Job) => number;
  /** Never rejects. Ends soon after `signal` is aborted; its answer then does not matter. */
  readonly run: (job: Job, signal: AbortSignal, place: Place) => Promise<RunResult>;
}

/** The place that a run takes. */
export interface Place {
  /** Tells that the run brings next to nothing, or does again. */
  setSlow(isSlow: boolean): void;
  /** The run was stopped for one that waits. */
  readonly makesRoom: boolean;
}

export type RunResult =
  | 'done'
  | {
      readonly retryInMs: number;
      /** The host asked to be left alone for so long; 0 = it did not. */
      readonly holdHostMs: number;
      /** Somebody else does it just now: nothing gives its place up for that. */
      readonly isElsewhere?: true;
    };

/** Why a job does not run: every place is taken, its host's are, its host asked for a pause, it waits for its next attempt. */
export type QueueWait = 'places' | 'host' | 'held' | 'later' | 'paused';

export interface JobQueue<Job> {
  /** Where a job of that name waits or runs, what the new one says counts from its next attempt on. */
  add(job: Job): void;
  /** Stops and forgets the jobs of a task, or the one of that name; resolves once none runs, of those removed before neither. */
  remove(task: string, id?: string): Promise<readonly Job[]>;
  /**
   * Stops the job of that name, should it run, and starts none until the returned function is called; it may wait
   * here, be added or be removed meanwhile. Several may hold one name.
   */
  hold(task: string, id: string): Promise<() => void>;
  /** Stops what runs; it starts again from its `.part` after `resume`. */
  pause(): void;
  /** Also ends the waits of jobs that failed: whoever resumes wants to see something happen. */
  resume(): void;
  /** Ends the waits of these for their next attempt; a host that asked for a pause has it. */
  retryWhere(which: (job: Job) => boolean): void;
  readonly paused: boolean;
  /** How many jobs do not run. */
  readonly waiting: number;
  /** Ends the waits of a task's jobs and of their hosts, since someone asks for them now. @returns how many waited. */
  retryNow(task: string): number;
  /** `null` where it runs or is not here. */
  waitOf(task: string, id: string): QueueWait | null;
  /** A lower number stops nothing that runs. */
  setConcurrency(concurrency: number): void;
  close(): Promise<void>;
}

/** A burst of callbacks has tens of thousands that wait: its name is made of the job where somebody asks. */
interface Entry<Job> extends Placed {
  job: Job;
  readonly task: string;
  host: string;
  source: string;
  owner: string;
  rank: number;
  deadline: number;
  readyAt: number;
  yields: number;
  /** Somebody else did it when it was tried last. */
  isElsewhere: boolean;
}

interface Run<Job> {
  readonly id: string;
  readonly entry: Entry<Job>;
  /** As it was counted at the start. */
  readonly host: QueueHost<Entry<Job>>;
  readonly owner: string;
  readonly source: string;
  readonly rank: number;
  readonly startedAt: number;
  readonly isSlow: boolean;
  isEvicted: boolean;
  readonly place: TakenPlace;
  readonly controller: AbortController;
  readonly ended: Promise<void>;
}

const lookAgainMs = 5000;

export function createJobQueue<Job>(options: QueueOptions<Job>): JobQueue<Job> {
  const entries = createJobsByTask<Job, Entry<Job>>(options.idOf);
  /** Runs that have not ended, also of jobs that were removed: a new job of the same name waits for them. */
  const runs = new Map<string, Run<Job>>();
  /** How often each name is held: such a job is in no lane. */
  const holds = new Map<string, number>();
  const places = createQueuePlaces(options);
  const { runningOf, runningFrom, hasRoom, isHeldUp } = places;
  const hosts = createQueueHosts<Entry<Job>>(runningOf);
  const { laneOf } = hosts;
  let added = 0;
  let isPaused = false;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  /** A burst of jobs that slow ones hold up is looked at once. */
  let lookSoon: NodeJS.Immediate | null = null;

  /** Unless it runs or is held. */
  function putInLane(task: string, id: string): void {
    const entry = entries.find(task, id);
    if (entry !== undefined && isInLane(id)) laneOf(entry).add(entry);
  }

  const isInLane = (id: string): boolean => !runs.has(id) && !holds.has(id);

  function startWhatFits(): void {
    clearTimeout(timer);
    lookSoon = null;
    if (isPaused || isClosed) return;
    const now = options.now();
    for (;;) {
      const next = pick(now, hasRoom);
      if (next === null) break;
      laneOf(next).take(next);
      start(next, now);
    }
    if (places.slow > 0) evictFor(heldUp(now), now);
    wakeForNext(now);
  }

  function pick(now: number, mayRun: (entry: Entry<Job>, host: QueueHost<Entry<Job>>) => boolean): Entry<Job> | null {
    let best: Entry<Job> | null = null;
    hosts.forEachFirst(now, (first, host) => {
      if (mayRun(first, host) && (best === null || isFairer(first, best))) best = first;
    });
    return best;
  }

  /** What others do just now is looked at again when a place is free. */
  function heldUp(now: number): Entry<Job> | null {
    for (;;) {
      const waiting = pick(now, isHeldUp);
      if (waiting?.isElsewhere !== true) return waiting;
      laneOf(waiting).take(waiting);
      waiting.readyAt = now + lookAgainMs;
      laneOf(waiting).add(waiting);
    }
  }

  function isFairer(a: Entry<Job>, b: Entry<Job>): boolean {
    const [share, other] = [runningOf(a.owner) + a.rank, runningOf(b.owner) + b.rank];
    if (share !== other) return share < other;
    const [one, two] = [runningFrom(a.source), runningFrom(b.source)];
    if (one !== two) return one < two;
    const [here, there] = [hosts.named(a.host).slow, hosts.named(b.host).slow];
    return here === there ? goesBefore(a, b, runningOf) : here < there;
  }

  function evictFor(waiting: Entry<Job> | null, now: number): void {
    if (waiting === null) return;
    const host = hosts.named(waiting.host);
    const isHostFull = places.isFilled(host);
    const victim = whoMakesRoom({ waiting, host, isHostFull, runs: [...runs.values()], runningOf, runningFrom, now });
    if (victim === null) return;
    victim.isEvicted = true;
    victim.controller.abort(new Error('makes room'));
  }

  function wakeForNext(now: number): void {
    const forSlow = places.slow > 0 && entries.size > runs.size ? now + lookAgainMs : Infinity;
    const soonest = Math.min(forSlow, hosts.wakesAt(now));
    // Timers hold at most 2^31 ms, and one that is hours away may oversleep with the machine.
    if (soonest !== Infinity) timer = setTimeout(startWhatFits, Math.min(soonest - now, 60_000));
  }

  function start(entry: Entry<Job>, now: number): void {
    const controller = new AbortController();
    const id = options.idOf(entry.job);
    const host = hosts.named(entry.host);
    const { job, owner, source, rank } = entry;
    const place = places.take(entry, host);
    const told: Place = {
      setSlow(isSlow) {
        if (runs.get(id)?.place !== place || place.isSlow === isSlow) return;
        place.setSlow(isSlow);
        if (isSlow) startWhatFits();
      },
      get makesRoom() {
        return runs.get(id)?.isEvicted === true;
      },
    };
    const ended = options.run(job, controller.signal, told).then((result) => {
      const isEvicted = runs.get(id)?.isEvicted ?? false;
      runs.delete(id);
      place.giveBack();
      if (runningOf(owner) === 0) hosts.unpark(owner);
      if (options.linkOf(entry.job) !== options.linkOf(job)) entry.readyAt = 0;
      else if (result === 'done' || !controller.signal.aborted) {
        settle(entry, result);
        if (options.newestLinkOf(entry.job) !== options.newestLinkOf(job)) entry.readyAt = 0;
      } else if (isEvicted) entry.yields += 1;
      // This one again, or one of the same name that was added while this one was being stopped.
      putInLane(entry.task, id);
      startWhatFits();
    });
    runs.set(id, {
      id,
      entry,
      host,
      owner,
      source,
      rank,
      startedAt: now,
      get isSlow() {
        return place.isSlow;
      },
      isEvicted: false,
      place,
      controller,
      ended,
    });
  }

  function settle(entry: Entry<Job>, result: RunResult): void {
    const host = hosts.named(entry.host);
    if (result === 'done' || result.holdHostMs === 0) host.pauses = 0;
    if (result === 'done') {
      if (entries.has(entry)) entries.delete(entry);
      return;
    }
    const now = options.now();
    entry.readyAt = now + result.retryInMs;
    entry.isElsewhere = result.isElsewhere === true;
    if (result.holdHostMs === 0) return;
    hosts.hold(host, now, result.holdHostMs);
    entry.yields += 1;
  }

  function stopRunning(): void {
    for (const { controller } of runs.values()) controller.abort(new Error('stopped'));
  }

  function newEntry(job: Job, task: string): Entry<Job> {
    added += 1;
    return {
      job,
      task,
      order: added,
      readyAt: 0,
      yields: 0,
      isElsewhere: false,
      // The name that all of this host share.
      host: hosts.named(options.hostOf(job)).name,
      source: options.sourceOf(job),
      owner: options.ownerOf(job),
      rank: options.isVouched(job) ? 0 : 1,
      deadline: options.deadlineOf(job),
    };
  }

  function renew(known: Entry<Job>, job: Job, id: string): void {
    const { host, source, owner, rank, deadline } = newEntry(job, known.task);
    const isSame = host === known.host && owner === known.owner && source === known.source && rank === known.rank;
    const isNewLink = options.linkOf(job) !== options.linkOf(known.job);
    const isNews = isNewLink || options.newestLinkOf(job) !== options.newestLinkOf(known.job);
    if (isSame && !isNews) {
      known.job = job;
      return;
    }
    const isWaiting = isInLane(id);
    if (isWaiting) laneOf(known).remove((entry) => entry === known);
    Object.assign(
      known,
      { job, host, source, owner, rank },
      // Without a known end the place in the order stays what it was.
      isNewLink ? { deadline } : { deadline: Math.min(deadline, known.deadline) },
      isNews ? { readyAt: 0 } : {},
    );
    if (!isWaiting) return;
    laneOf(known).add(known);
    startWhatFits();
  }

  function retryWhere(which: (job: Job) => boolean): void {
    hosts.makeReady((entry) => entry.readyAt > 0 && which(entry.job));
    startWhatFits();
  }

  return {
    add(job) {
      if (isClosed) return;
      const [task, id] = [options.taskOf(job), options.idOf(job)];
      const known = entries.find(task, id);
      if (known !== undefined) {
        renew(known, job, id);
        return;
      }
      const entry = newEntry(job, task);
      entries.add(entry);
      if (!isInLane(id)) return;
      laneOf(entry).add(entry);
      const host = hosts.named(entry.host);
      if (hasRoom(entry, host)) startWhatFits();
      else if (isHeldUp(entry, host)) lookSoon ??= setImmediate(startWhatFits);
    },
    async remove(task, id) {
      const removed = entries.of(task).filter(({ job }) => id === undefined || options.idOf(job) === id);
      for (const entry of removed) {
        if (isInLane(options.idOf(entry.job))) laneOf(entry).drop(entry);
        entries.delete(entry);
      }
      // Also those that were removed before and have not ended.
      const running = [...runs.values()].filter(
        (run) => run.entry.task === task && (id === undefined || run.id === id),
      );
      for (const { controller } of running) controller.abort(new Error('cancelled'));
      await Promise.all(running.map(({ ended }) => ended));
      return removed.map((entry) => entry.job);
    },
    async hold(task, id) {
      const known = entries.find(task, id);
      if (known !== undefined && isInLane(id)) laneOf(known).remove((entry) => entry === known);
      count(holds, id, 1);
      const run = runs.get(id);
      run?.controller.abort(new Error('held'));
      await run?.ended;
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        if (count(holds, id, -1) > 0) return;
        putInLane(task, id);
        startWhatFits();
      };
    },
    pause() {
      isPaused = true;
      clearTimeout(timer);
      stopRunning();
    },
    resume() {
      isPaused = false;
      retryWhere(() => true);
    },
    retryWhere,
    get paused() {
      return isPaused;
    },
    get waiting() {
      return entries.size - runs.size;
    },
    retryNow(task) {
      const now = options.now();
      const waiting = entries
        .of(task)
        .filter(
          (entry) =>
            !runs.has(options.idOf(entry.job)) && Math.max(entry.readyAt, hosts.named(entry.host).heldUntil) > now,
        );
      const hurried = new Set(waiting);
      for (const entry of waiting) hosts.named(entry.host).heldUntil = 0;
      hosts.makeReady((entry) => hurried.has(entry), waiting);
      if (waiting.length > 0) startWhatFits();
      return waiting.length;
    },
    waitOf(task, id) {
      const entry = entries.find(task, id);
      if (entry === undefined || runs.has(id)) return null;
      if (isPaused) return 'paused';
      const now = options.now();
      const host = hosts.find(entry.host);
      if (entry.readyAt > now) return 'later';
      if ((host?.heldUntil ?? 0) > now) return 'held';
      return (host?.running ?? 0) - (host?.slow ?? 0) >= options.perHost ? 'host' : 'places';
    },
    setConcurrency(next) {
      places.setConcurrency(next);
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
