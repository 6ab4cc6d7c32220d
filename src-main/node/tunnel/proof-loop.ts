/** When to probe: often enough that the light is true, rarely enough that the month's requests last. */
import type { Clock } from '../clock.ts';
import type { Probe, ProofResult } from './reachability.ts';

export interface ProofOutcome {
  readonly result: ProofResult;
  /** How many failures there were in a row, this one included; 0 after a success. */
  readonly failures: number;
}

export interface ProofLoop {
  /** From now on `publicUrl` is to be proven: at once, and then again and again. */
  follow(publicUrl: string): void;
  /** Nothing is to be proven; a result that is still on its way is dropped. */
  rest(): void;
  /** Proves now. Resolves when the outcome was reported, or at once while resting. */
  prove(options: ProveOptions): Promise<void>;
}

export interface ProveOptions {
  /** By the person: then the limit on probes does not apply. */
  readonly asked: boolean;
  /** A probe that is under way began too early to count: make another after it, rather than join it. */
  readonly fresh?: boolean;
  /** Shortens the limit for an answer, in scaled time. */
  readonly limitMs?: number;
}

const proofRules = {
  limit: 10_000,
  interval: 5 * 60_000,
  /** Pauses after the first, second … failure in a row; the last one stays. */
  retries: [2000, 5000, 15_000, 30_000, 60_000, 120_000, 300_000],
  /** Probes that nobody asked for: twenty at once, then one in three minutes, which is 14,400 in a month. */
  burst: 20,
  refillEvery: 3 * 60_000,
} as const;

/** Real milliseconds that an answer may take on a busy machine, however much the rest is scaled. */
const shortestLimitMs = 2000;

export function createProofLoop(ports: {
  readonly probe: Probe;
  readonly clock: Clock;
  readonly onOutcome: (outcome: ProofOutcome) => void;
}): ProofLoop {
  const { probe, clock, onOutcome } = ports;
  let target: string | null = null;
  /** Changes with each new target, so that late results of the old one are told apart. */
  let round = 0;
  let failures = 0;
  let running: Promise<void> | null = null;
  let cancelNext: () => void = () => undefined;
  let tokens: number = proofRules.burst;
  let refilledAt = clock.now();

  function takeToken(): boolean {
    const gained = Math.floor((clock.now() - refilledAt) / proofRules.refillEvery);
    refilledAt += gained * proofRules.refillEvery;
    tokens = Math.min(proofRules.burst, tokens + gained);
    if (tokens === 0) return false;
    tokens -= 1;
    return true;
  }

  function schedule(ms: number): void {
    cancelNext();
    cancelNext = clock.after(ms, () => void prove({ asked: false }));
  }

  async function run(publicUrl: string, asked: boolean, limitMs: number): Promise<void> {
    const mine = round;
    cancelNext();
    const result: ProofResult =
      asked || takeToken()
        ? await probe.prove(publicUrl, Math.max(shortestLimitMs, clock.toReal(limitMs)))
        : { ok: false, reason: 'waiting', detail: 'too many probes in the last minutes' };
    if (mine !== round) return;
    failures = result.ok ? 0 : failures + 1;
    const { retries, interval, refillEvery } = proofRules;
    if (result.ok) schedule(interval);
    else if (result.reason === 'waiting') schedule(refillEvery);
    else schedule(retries[Math.min(failures, retries.length) - 1] ?? interval);
    onOutcome({ result, failures });
  }

  function prove({ asked, fresh = false, limitMs = proofRules.limit }: ProveOptions): Promise<void> {
    if (target === null) return Promise.resolve();
    if (running) return fresh ? running.then(() => prove({ asked, limitMs })) : running;
    const mine = run(target, asked, limitMs).finally(() => {
      if (running === mine) running = null;
    });
    running = mine;
    return mine;
  }

  return {
    follow(publicUrl) {
      round += 1;
      running = null;
      if (target !== publicUrl) failures = 0;
      target = publicUrl;
      void prove({ asked: false });
    },
    rest() {
      round += 1;
      running = null;
      target = null;
      cancelNext();
    },
    prove,
  };
}
