/** The tunnel through ngrok: the supervisor keeps the connection, the proofs decide what the light says. */
import { tunnelTextsEn } from '../../common/texts/en-tunnel.ts';
import { type Sentence, toldOrNot } from '../../common/texts/sentence.ts';
import type { ProbeTrouble } from '../../common/tunnel-trouble.ts';
import type { TunnelState } from '../../common/status.ts';
import type { Log } from '../log/log.ts';
import { createClock } from '../clock.ts';
import type { UrlMemory } from './drift.ts';
import { describeFailure, retryRule } from './link-failure.ts';
import { createTcpCheck, ngrokServerAddr } from './tcp-check.ts';
import { createProofLoop } from './proof-loop.ts';
import type { Probe } from './reachability.ts';
import { createSnapshots } from './snapshots.ts';
import { createSupervisor } from './supervisor.ts';
import type { Link } from './supervisor.ts';
import type { DetailedTunnel } from './tunnel.ts';
import type { SpawnWorker } from './worker-handle.ts';

export interface NgrokTunnelOptions {
  /** Checked by `checkAuthtoken` where a person typed it. */
  readonly authtoken: string;
  /** A domain of the account, such as `otter.ngrok-free.dev`; `null` lets ngrok choose. */
  readonly domain: string | null;
  /** Another edge than ngrok's, for tests: `host:port`, and the PEM text of its CA. */
  readonly serverAddr?: string | null;
  readonly caPem?: string | null;
  /** `createForkSpawn` or `createUtilitySpawn`. */
  readonly spawn: SpawnWorker;
  /** The same one whose `claim` the callback listener calls. */
  readonly probe: Probe;
  /** Loaded; absent = the address is not remembered. */
  readonly urlMemory?: UrlMemory;
  readonly log: Log;
  /** For tests: 0.1 makes all times ten times shorter. Default 1. */
  readonly timeScale?: number;
}

type Proof = 'none' | 'ok' | ProbeTrouble;

/** A network change breaks the connection or it does not: the answer comes fast or never. */
const networkCheckLimitMs = 3000;
/** A fresh connection cures a dead endpoint; where it did not, the next one is far off, for it cuts callbacks off. */
const probeRestartEvery = 10 * 60_000;
const failuresBeforeRestart = 2;
/** Longer than a connect and a probe may take together. */
const checkLimitMs = 30_000;

/**
 * @returns a tunnel whose `publicUrl` is known once it was up, and stays known while it reconnects.
 */
export function createNgrokTunnel(options: NgrokTunnelOptions): DetailedTunnel {
  const { authtoken, domain, serverAddr = null, caPem = null, probe, urlMemory, log, timeScale = 1 } = options;
  const clock = createClock(timeScale);
  const snapshots = createSnapshots(
    { kind: 'ngrok', state: 'offline', publicUrl: null, provenAt: null, message: null },
    { clock, log },
  );
  let proof: Proof = 'none';
  let provenAt: string | null = null;
  let lastUrl: string | null = null;
  let lastProbeRestart = Number.NEGATIVE_INFINITY;
  let networkInDoubt = false;
  const waitingForOutcome: (() => void)[] = [];

  const supervisor = createSupervisor(
    { authtoken, domain, serverAddr, caPem },
    {
      spawn: options.spawn,
      clock,
      random: Math.random,
      checkTcp: createTcpCheck(serverAddr ?? ngrokServerAddr),
      log,
      onLink,
      onDoubt: () => void proofs.prove({ asked: false }),
    },
  );

  const proofs = createProofLoop({
    probe,
    clock,
    onOutcome({ result, failures }) {
      const wasInDoubt = networkInDoubt;
      networkInDoubt = false;
      if (result.ok) {
        proof = 'ok';
        provenAt = clock.date().toISOString();
        log.debug({ latencyMs: result.latencyMs }, 'the public address was proven');
        show();
        return;
      }
      proof = result.reason;
      log.warn({ reason: result.reason, detail: result.detail, failures }, 'a probe of the public address failed');
      show();
      if (result.reason === 'waiting') return;
      const due = failures >= failuresBeforeRestart && clock.now() - lastProbeRestart >= probeRestartEvery;
      if (wasInDoubt || due) {
        lastProbeRestart = clock.now();
        supervisor.restart(wasInDoubt ? 'the network changed' : 'the public address does not answer');
      }
    },
  });

  function onLink(link: Link): void {
    if (link.phase === 'up') {
      lastUrl = link.publicUrl;
      proof = 'none';
      proofs.follow(link.publicUrl);
      remember(link.publicUrl);
    } else {
      proofs.rest();
    }
    show();
  }

  function remember(publicUrl: string): void {
    urlMemory?.note(publicUrl).then(
      (drift) => {
        if (drift) log.warn(drift, 'the public address changed');
      },
      (error: unknown) => log.error({ error }, 'the public address could not be written down'),
    );
  }

  function show(): void {
    const link = supervisor.link();
    const { state, why } = describe(link, proof);
    const known = link.phase !== 'stopped' && link.phase !== 'closed';
    snapshots.set({ kind: 'ngrok', state, publicUrl: known ? lastUrl : null, provenAt, ...toldOrNot(why) });
    const decided = link.phase === 'up' ? proof !== 'none' : link.phase !== 'connecting';
    if (!decided) return;
    for (const resolve of waitingForOutcome.splice(0)) resolve();
  }

  function outcome(): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(checkLimitMs, resolve);
      waitingForOutcome.push(() => {
        cancel();
        resolve();
      });
    });
  }

  return {
    snapshot: snapshots.current,
    onChange: snapshots.onChange,
    start(upstreamPort) {
      supervisor.start(upstreamPort);
      return Promise.resolve();
    },
    async check() {
      const { phase } = supervisor.link();
      if (phase === 'idle' || phase === 'closed') return;
      if (phase === 'up') {
        await proofs.prove({ asked: true, fresh: true });
        return;
      }
      const settled = outcome();
      if (phase !== 'connecting') supervisor.restart('the person asked');
      await settled;
    },
    revalidate(reason) {
      const link = supervisor.link();
      if (link.phase === 'idle' || link.phase === 'closed') return;
      if (link.phase === 'stopped') {
        if (retryRule(link.failure).dependsOnNetwork === true) supervisor.restart('the network changed');
      } else if (reason === 'wake' || link.phase !== 'up') {
        supervisor.restart(reason === 'wake' ? 'the machine woke up' : 'the network changed');
      } else {
        // Where the connection outlived the change, a restart would only cut off callbacks that are arriving.
        networkInDoubt = true;
        void proofs.prove({ asked: false, fresh: true, limitMs: networkCheckLimitMs });
      }
    },
    async stop() {
      await supervisor.close();
      waitingForOutcome.splice(0).forEach((resolve) => resolve());
    },
    details: () => {
      const link = supervisor.link();
      const failure = 'failure' in link ? link.failure : null;
      return {
        since: snapshots.since(),
        ngrokCode: failure?.code ?? null,
        drift: urlMemory?.drift() ?? null,
        probes: probe.usage(),
        advice: domain === null ? tunnelTextsEn.fixDomain.english : null,
      };
    },
  };
}

function describe(link: Link, proof: Proof): { readonly state: TunnelState; readonly why: Sentence | null } {
  switch (link.phase) {
    case 'idle':
    case 'closed':
      return { state: 'offline', why: tunnelTextsEn.stopped };
    case 'stopped':
      return { state: 'blocked', why: describeFailure(link.failure) };
    case 'connecting':
    case 'waiting': {
      const { failure } = link;
      if (failure === null) return { state: 'connecting', why: null };
      if (failure.kind === 'lost' || failure.kind === 'frozen') {
        return { state: 'connecting', why: tunnelTextsEn.trouble[failure.kind] };
      }
      return { state: link.blocked ? 'blocked' : 'offline', why: describeFailure(failure) };
    }
    case 'up':
      if (proof === 'none') return { state: 'connecting', why: null };
      if (proof === 'ok') return { state: 'online', why: null };
      return { state: 'degraded', why: tunnelTextsEn.probe[proof] };
  }
}
