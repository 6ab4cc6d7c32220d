/**
 * Keeps one ngrok worker alive, and kills it as soon as there is reason to doubt it: the SDK's own reconnect pauses
 * grow to hours, lost heartbeats never end its session, and a hung connect blocks its process for good.
 *
 * At most one worker exists at any moment: the next one is started when the one before has ended, which is when the
 * system has closed its connection and the edge has freed its session.
 */
import type { Log } from '../log/log.ts';
import type { Clock } from '../clock.ts';
import { readFailure, retryRule } from './link-failure.ts';
import type { LinkFailure } from './link-failure.ts';
import type { SpawnWorker, WorkerHandle } from './worker-handle.ts';
import { workerProtocolVersion } from './worker-protocol.ts';
import type { ConnectMessage, FromWorker } from './worker-protocol.ts';
import { trimmedEnd } from '../../common/trim.ts';
import { inTime } from '../time-limit.ts';

/** The connection to ngrok. That it is up does not mean that requests arrive: only a proof does. */
export type Link =
  | { readonly phase: 'idle' }
  /** `failure` is that of the attempt before; `null` for the first one and for a fresh start. */
  | { readonly phase: 'connecting'; readonly failure: LinkFailure | null; readonly blocked: boolean }
  | { readonly phase: 'up'; readonly publicUrl: string }
  /** `blocked`: it goes on for so long that the person should know what to do. */
  | { readonly phase: 'waiting'; readonly failure: LinkFailure; readonly blocked: boolean }
  /** No attempt follows until someone asks for one. */
  | { readonly phase: 'stopped'; readonly failure: LinkFailure }
  | { readonly phase: 'closed' };

export interface SupervisorPorts {
  readonly spawn: SpawnWorker;
  readonly clock: Clock;
  /** 0 ≤ n < 1, for the jitter. */
  readonly random: () => number;
  /** Does the edge take connections? Cheap, no login. Resolves within two real seconds, never rejects. */
  readonly checkTcp: () => Promise<boolean>;
  readonly log: Log;
  /** Called after each change, from a timer or an event of the worker or inside `restart`. */
  readonly onLink: (link: Link) => void;
  /** A heartbeat was missed: the connection is up and may be dead. */
  readonly onDoubt: () => void;
}

export type ConnectSettings = Pick<ConnectMessage, 'authtoken' | 'domain' | 'serverAddr' | 'caPem'>;

export interface Supervisor {
  link(): Link;
  start(upstreamPort: number): void;
  /** Ends the worker, forgets the failures, and connects anew at once. */
  restart(reason: string): void;
  /** Unbinds and ends the worker. Resolves within 3 real seconds, with no worker left. */
  close(): Promise<void>;
}

/** Milliseconds. */
const supervisorRules = {
  connectLimit: 15_000,
  /** Half of the SDK's default, so that a dead connection is noticed twice as early; heartbeats are not counted as requests. */
  heartbeatInterval: 5000,
  heartbeatTolerance: 10_000,
  missedHeartbeats: 2,
  /** A worker that says nothing for so long does not even run its timer: three intervals, and room for a null. */
  silenceLimit: 30_000,
  backoffFirst: 1000,
  backoffLast: 60_000,
  /** So many drops of a connection that was up, within the window, are made good at once; then the backoff begins. */
  freeDrops: 5,
  dropWindow: 5 * 60_000,
  /** Spreads the agents that a restart of the edge throws out all at once. */
  immediateJitter: 250,
  /** An attempt that takes so long may hang on a connection from before the trouble ended. */
  pokeDuringAttemptAfter: 5000,
} as const;

/** Real milliseconds that a process needs on a busy machine, however much the rest is scaled. */
const slowestStart = 4000;
const unbindLimitMs = 2400;
const killLimitMs = 400;

export function createSupervisor(settings: ConnectSettings, ports: SupervisorPorts): Supervisor {
  const { spawn, clock, random, checkTcp, log, onLink, onDoubt } = ports;
  const rules = supervisorRules;
  let link: Link = { phase: 'idle' };
  let port = 0;
  let worker: WorkerHandle | null = null;
  /** The worker was killed, and its end is awaited before the next attempt. */
  let retired = false;
  let attemptWhenGone = false;
  let failuresInARow = 0;
  let lastFailure: LinkFailure | null = null;
  /** When connections that were up fell, within the window. */
  let drops: number[] = [];
  let troubleSince: number | null = null;
  /** When the kind of failure that is shown now was first seen in this run of failures. */
  let sameFailureSince = { key: '', at: 0 };
  let missed = 0;
  let pokeSpent = false;
  let pokeRound = 0;
  const timers = new Map<'limit' | 'retry' | 'silence' | 'tcp-check', () => void>();

  const notBelow = (realMs: number, ms: number): number => Math.max(ms, realMs / clock.toReal(1));
  const stopTimer = (name: 'limit' | 'retry' | 'silence' | 'tcp-check'): void => {
    timers.get(name)?.();
    timers.delete(name);
  };
  const startTimer = (name: 'limit' | 'retry' | 'silence' | 'tcp-check', ms: number, run: () => void): void => {
    stopTimer(name);
    timers.set(name, clock.after(ms, run));
  };
  const stopTimers = (): void => {
    pokeRound += 1;
    for (const name of [...timers.keys()]) stopTimer(name);
  };
  const setLink = (next: Link): void => {
    link = next;
    onLink(next);
  };

  function retire(): void {
    if (!worker || retired) return;
    retired = true;
    worker.kill();
  }

  function attempt(): void {
    stopTimers();
    const blocked = link.phase === 'waiting' && link.blocked;
    setLink({ phase: 'connecting', failure: lastFailure, blocked: blocked && lastFailure !== null });
    if (worker) {
      attemptWhenGone = true;
      retire();
    } else {
      launch();
    }
  }

  function startWorker(): WorkerHandle | null {
    try {
      return spawn();
    } catch (error) {
      // Without memory for another process Node throws, and a timer would hand that on to nobody.
      fail({ kind: 'died', code: null, detail: String(error) });
      return null;
    }
  }

  function launch(): void {
    attemptWhenGone = false;
    retired = false;
    missed = 0;
    const current = startWorker();
    worker = current;
    if (current === null) return;
    current.onMessage((message) => {
      // While it closes, the end of the endpoint is no loss.
      if (worker === current && !retired && link.phase !== 'closed') receive(message);
    });
    current.onExit((reason) => {
      if (worker !== current) return;
      worker = null;
      if (attemptWhenGone) launch();
      else if (!retired && link.phase !== 'closed') fail({ kind: 'died', code: null, detail: reason });
    });
    startTimer('limit', notBelow(slowestStart, rules.connectLimit), () =>
      fail({ kind: 'hung', code: null, detail: `no answer within ${rules.connectLimit} ms` }),
    );
    startPoking(notBelow(slowestStart, rules.pokeDuringAttemptAfter));
    current.post({
      v: workerProtocolVersion,
      type: 'connect',
      ...settings,
      upstreamPort: port,
      // The SDK takes whole seconds.
      heartbeatIntervalSeconds: Math.max(1, Math.round(clock.toReal(rules.heartbeatInterval) / 1000)),
      heartbeatToleranceSeconds: Math.max(1, Math.round(clock.toReal(rules.heartbeatTolerance) / 1000)),
      parentPid: process.pid,
    });
  }

  function receive(message: FromWorker): void {
    switch (message.type) {
      case 'connected':
        if (link.phase !== 'connecting') return;
        stopTimers();
        troubleSince = null;
        watchSilence();
        setLink({ phase: 'up', publicUrl: trimmedEnd(message.publicUrl, '/') });
        return;
      case 'failed':
        fail(readFailure(message.stage, message.code, message.detail));
        return;
      case 'heartbeat':
        // Heartbeats begin before the login is answered: they say nothing about it.
        if (link.phase === 'up') beat(message.latencyMs);
        return;
      case 'lost':
        fail(
          message.code === null
            ? { kind: 'lost', code: null, detail: message.detail }
            : { kind: 'refused', code: message.code, detail: message.detail },
        );
        return;
      case 'closed':
        return;
    }
  }

  function beat(latencyMs: number | null): void {
    watchSilence();
    missed = latencyMs === null ? missed + 1 : 0;
    if (missed >= rules.missedHeartbeats) {
      fail({ kind: 'frozen', code: null, detail: `${missed} heartbeats in a row were not answered` });
    } else if (missed > 0) onDoubt();
  }

  function watchSilence(): void {
    // The SDK counts in whole seconds: an interval and a tolerance take two at least.
    startTimer('silence', notBelow(4000, rules.silenceLimit), () =>
      fail({ kind: 'frozen', code: null, detail: 'no heartbeat was reported any more' }),
    );
  }

  function fail(failure: LinkFailure): void {
    const wasUp = link.phase === 'up';
    stopTimers();
    retire();
    attemptWhenGone = false;
    lastFailure = failure;
    troubleSince ??= clock.now();
    if (wasUp) {
      drops = [...drops.filter((at) => clock.now() - at < rules.dropWindow), clock.now()];
      failuresInARow = Math.max(0, drops.length - rules.freeDrops);
      sameFailureSince = { key: '', at: 0 };
      pokeSpent = true; // the edge could be reached all along: that it still can is no news
    } else {
      failuresInARow += 1;
    }
    const key = failure.code ?? failure.kind;
    if (sameFailureSince.key !== key) sameFailureSince = { key, at: clock.now() };
    const rule = retryRule(failure);
    const { code, kind, detail } = failure;
    if (rule.retry === 'never') {
      log.info({ kind, code, detail }, 'the tunnel stopped: it needs the person');
      setLink({ phase: 'stopped', failure });
      return;
    }
    const delayMs = delayFor(rule.retry);
    log.info({ kind, code, detail, delayMs: Math.round(delayMs) }, 'the tunnel is down; trying again');
    startTimer('retry', delayMs, attempt);
    const blocked = rule.blockedAfterMs !== null && clock.now() - sameFailureSince.at >= rule.blockedAfterMs;
    setLink({ phase: 'waiting', failure, blocked });
    if (failure.code === null) startPoking(1000);
  }

  function delayFor(retry: 'backoff' | { readonly fromMs: number; readonly toMs: number }): number {
    if (retry !== 'backoff') return retry.fromMs + random() * (retry.toMs - retry.fromMs);
    if (failuresInARow === 0) return random() * rules.immediateJitter;
    const longest = Math.min(rules.backoffLast, rules.backoffFirst * 2 ** Math.min(failuresInARow - 1, 20));
    return Math.max(rules.backoffFirst, longest * (0.5 + random() / 2));
  }

  /**
   * While the edge is away, the pause between attempts grows to a minute; so that the person does not wait for its end
   * when the network is back, a bare TLS handshake looks every second at first. It counts once for each time that the
   * edge comes back: an edge that shakes hands and then does not let us in is left to the backoff.
   */
  function startPoking(afterMs: number): void {
    const round = pokeRound;
    startTimer('tcp-check', afterMs, () => {
      const began = clock.now();
      void checkTcp().then((reachable) => {
        if (round !== pokeRound) return; // something else happened meanwhile
        if (reachable && !pokeSpent) {
          pokeSpent = true;
          log.info({}, 'ngrok can be reached again');
          attempt();
          return;
        }
        if (!reachable) pokeSpent = false;
        startPoking(Math.max(1, pokeInterval() - (clock.now() - began)));
      });
    });
  }

  function pokeInterval(): number {
    const lastingMs = clock.now() - (troubleSince ?? clock.now());
    if (lastingMs < 2 * 60_000) return 1000;
    return lastingMs < 15 * 60_000 ? 5000 : 15_000;
  }

  async function close(): Promise<void> {
    const wasUp = link.phase === 'up';
    stopTimers();
    attemptWhenGone = false;
    setLink({ phase: 'closed' });
    const current = worker;
    if (!current) return;
    const exit = new Promise<void>((resolve) => current.onExit(() => resolve()));
    if (wasUp && !retired) {
      current.post({ v: workerProtocolVersion, type: 'close' });
      if (await inTime(exit, unbindLimitMs)) return;
    }
    retire();
    if (!(await inTime(exit, killLimitMs))) log.error({ pid: current.pid }, 'the ngrok worker could not be ended');
  }

  return {
    link: () => link,
    start(upstreamPort) {
      if (link.phase !== 'idle') return;
      port = upstreamPort;
      attempt();
    },
    restart(reason) {
      if (link.phase === 'closed' || link.phase === 'idle') return;
      log.info({ reason }, 'the tunnel connects anew');
      failuresInARow = 0;
      lastFailure = null;
      pokeSpent = false;
      attempt();
    },
    close,
  };
}
