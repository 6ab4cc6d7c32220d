/** The rules of the supervisor, with time and worker in our hands. The real ones run in ngrok-tunnel.test.ts. */
import { expect, test } from 'vitest';
import { silentLog } from '../../../src-main/node/log/log.ts';
import { createSupervisor } from '../../../src-main/node/tunnel/supervisor.ts';
import type { Link } from '../../../src-main/node/tunnel/supervisor.ts';
import type { FromWorker, ToWorker } from '../../../src-main/node/tunnel/worker-protocol.ts';
import { createHandClock } from '../../support/ngrok-edge/hand-clock.ts';

interface HandWorker {
  readonly posted: ToWorker[];
  killed: boolean;
  say(message: DistributiveOmit<FromWorker, 'v'>): void;
  exit(): void;
}
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function open(options: { readonly random?: number; readonly exitOnKill?: boolean } = {}) {
  const { random = 1, exitOnKill = true } = options;
  const clock = createHandClock();
  const workers: HandWorker[] = [];
  const links: Link[] = [];
  const edge = { reachable: false, pokes: 0 };
  const system = { hasMemory: true };
  let doubts = 0;
  const supervisor = createSupervisor(
    { authtoken: 'a_b', domain: null, serverAddr: null, caPem: null },
    {
      clock,
      random: () => random,
      log: silentLog,
      checkTcp: () => {
        edge.pokes += 1;
        return Promise.resolve(edge.reachable);
      },
      onLink: (link) => void links.push(link),
      onDoubt: () => (doubts += 1),
      spawn: () => {
        if (!system.hasMemory) throw new Error('spawn ENOMEM');
        const onMessage: ((message: FromWorker) => void)[] = [];
        const onExit: ((reason: string) => void)[] = [];
        const worker: HandWorker = {
          posted: [],
          killed: false,
          say: (message) => onMessage.forEach((listener) => listener({ v: 1, ...message })),
          exit: () => onExit.splice(0).forEach((listener) => listener('exit code 0')),
        };
        workers.push(worker);
        return {
          pid: workers.length,
          post: (message) => {
            worker.posted.push(message);
            if (message.type === 'close') setImmediate(() => worker.exit());
          },
          onMessage: (listener) => void onMessage.push(listener),
          onExit: (listener) => void onExit.push(listener),
          kill: () => {
            worker.killed = true;
            if (exitOnKill) setImmediate(() => worker.exit());
          },
        };
      },
    },
  );
  const last = (): HandWorker => {
    const worker = workers.at(-1);
    if (!worker) throw new Error('no worker was started');
    return worker;
  };
  return {
    clock,
    workers,
    links,
    edge,
    system,
    supervisor,
    last,
    doubts: () => doubts,
    phase: () => supervisor.link().phase,
    comeUp: () => last().say({ type: 'connected', publicUrl: 'https://a.example/' }),
    refuse: (code: string | null, detail = 'no') => last().say({ type: 'failed', stage: 'connect', code, detail }),
  };
}
const unreachable = 'failed to connect session: failed to establish tcp connection';

test('connects the port it is given, with whole seconds for the heartbeat', () => {
  const { supervisor, last } = open();
  supervisor.start(4711);
  expect(last().posted).toEqual([
    expect.objectContaining({
      type: 'connect',
      upstreamPort: 4711,
      heartbeatIntervalSeconds: 5,
      heartbeatToleranceSeconds: 10,
      parentPid: process.pid,
    }),
  ]);
});

test('tries again where the system has no room for another process just now', async () => {
  const { supervisor, clock, system, last, phase, comeUp } = open();
  supervisor.start(1);
  comeUp();
  system.hasMemory = false;
  last().exit();
  await clock.pass(250);
  expect(supervisor.link()).toMatchObject({ phase: 'waiting', failure: { kind: 'died' } });
  system.hasMemory = true;
  await clock.pass(60_000);
  comeUp();
  expect(phase()).toBe('up');
});

test('is up at the address without a trailing slash', () => {
  const { supervisor, comeUp } = open();
  supervisor.start(1);
  comeUp();
  expect(supervisor.link()).toEqual({ phase: 'up', publicUrl: 'https://a.example' });
});

test('gives a connect up after 15 s', async () => {
  const { supervisor, clock, phase, last } = open();
  supervisor.start(1);
  await clock.pass(14_999);
  expect(phase()).toBe('connecting');
  await clock.pass(1);
  expect(supervisor.link()).toMatchObject({ phase: 'waiting', failure: { kind: 'hung' } });
  expect(last().killed).toBe(true);
});

test('doubts after one missed heartbeat, and restarts after two in a row', async () => {
  const { supervisor, clock, comeUp, last, workers, doubts, links } = open();
  supervisor.start(1);
  comeUp();
  await clock.pass(29_999);
  last().say({ type: 'heartbeat', latencyMs: 20 });
  await clock.pass(5000);
  last().say({ type: 'heartbeat', latencyMs: null });
  expect(doubts()).toBe(1);
  last().say({ type: 'heartbeat', latencyMs: 20 });
  last().say({ type: 'heartbeat', latencyMs: null });
  expect(workers).toHaveLength(1);
  last().say({ type: 'heartbeat', latencyMs: null });
  expect(links.at(-1)).toMatchObject({ phase: 'waiting', failure: { kind: 'frozen' } });
  await clock.pass(250);
  expect(workers).toHaveLength(2);
});

test('restarts a worker that says nothing for three intervals', async () => {
  const { supervisor, clock, comeUp, last, links } = open();
  supervisor.start(1);
  comeUp();
  await clock.pass(29_999);
  last().say({ type: 'heartbeat', latencyMs: 20 });
  await clock.pass(29_999);
  expect(links.at(-1)?.phase).toBe('up');
  await clock.pass(1);
  expect(links.at(-1)).toMatchObject({ phase: 'waiting', failure: { kind: 'frozen' } });
});

test('a heartbeat before the login is answered means nothing', async () => {
  const { supervisor, clock, last, doubts } = open();
  supervisor.start(1);
  last().say({ type: 'heartbeat', latencyMs: null });
  last().say({ type: 'heartbeat', latencyMs: null });
  await clock.pass(0);
  expect(doubts()).toBe(0);
  expect(last().killed).toBe(false);
});

test('waits 1 s to 60 s between attempts, twice as long each time', async () => {
  const { supervisor, clock, workers, refuse } = open();
  supervisor.start(1);
  const waits: number[] = [];
  for (let n = 0; n < 9; n += 1) {
    refuse('999');
    const from = clock.now();
    const before = workers.length;
    while (workers.length === before) await clock.pass(100);
    waits.push(Math.round((clock.now() - from) / 1000));
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
});

test('jitter shortens a wait down to half, never below a second', async () => {
  const { supervisor, clock, workers, refuse } = open({ random: 0 });
  supervisor.start(1);
  refuse('999');
  await clock.pass(999);
  expect(workers).toHaveLength(1);
  await clock.pass(1);
  expect(workers).toHaveLength(2);
  for (let n = 0; n < 8; n += 1) {
    refuse('999');
    const count = workers.length;
    while (workers.length === count) await clock.pass(500);
  }
  const before = workers.length;
  refuse('999');
  await clock.pass(29_999);
  expect(workers).toHaveLength(before);
  await clock.pass(2);
  expect(workers).toHaveLength(before + 1);
});

test('a connection that falls is made again at once, five times in five minutes; then the backoff begins', async () => {
  const { supervisor, clock, comeUp, last, workers, edge } = open();
  edge.reachable = true;
  supervisor.start(1);
  const waits: number[] = [];
  for (let n = 0; n < 8; n += 1) {
    comeUp();
    await clock.pass(1000);
    last().say({ type: 'lost', code: null, detail: 'transport error' });
    const from = clock.now();
    const before = workers.length;
    while (workers.length === before) await clock.pass(50);
    waits.push(clock.now() - from);
  }
  expect(waits).toEqual([250, 250, 250, 250, 250, 1000, 2000, 4000]);
  comeUp();
  await clock.pass(29_000);
  for (let n = 0; n < 20; n += 1) {
    last().say({ type: 'heartbeat', latencyMs: 1 });
    await clock.pass(15_000);
  }
  last().say({ type: 'lost', code: null, detail: 'transport error' });
  const before = workers.length;
  await clock.pass(250);
  expect(workers).toHaveLength(before + 1);
});

test('starts the next worker only when the one before is gone', async () => {
  const { supervisor, clock, workers, last } = open({ exitOnKill: false });
  supervisor.start(1);
  supervisor.restart('test');
  await clock.pass(5000);
  expect(workers).toHaveLength(1);
  expect(last().killed).toBe(true);
  last().exit();
  expect(workers).toHaveLength(2);
});

test('what a killed worker still says is not heard', async () => {
  const { supervisor, clock, workers, comeUp, phase } = open({ exitOnKill: false });
  supervisor.start(1);
  supervisor.restart('test');
  comeUp();
  await clock.pass(0);
  expect(phase()).toBe('connecting');
  expect(workers).toHaveLength(1);
});

test.each(['105', '106', '107', '4018', '120', '9040', '320', '326', '324'])('%s stops for good', async (code) => {
  const { supervisor, clock, workers, refuse, edge } = open();
  edge.reachable = true;
  supervisor.start(1);
  refuse(code);
  await clock.pass(24 * 3_600_000);
  expect(supervisor.link()).toMatchObject({ phase: 'stopped', failure: { code } });
  expect(workers).toHaveLength(1);
  supervisor.restart('asked');
  expect(workers).toHaveLength(2);
});

test('334 is tried again after 15 to 30 s, and shown to the person after two minutes', async () => {
  const { supervisor, clock, workers, refuse, links } = open();
  supervisor.start(1);
  const blocked: boolean[] = [];
  for (let n = 0; n < 6; n += 1) {
    refuse('334');
    const link = links.at(-1);
    blocked.push(link?.phase === 'waiting' && link.blocked);
    const before = workers.length;
    await clock.pass(14_999);
    expect(workers).toHaveLength(before);
    await clock.pass(15_001);
    expect(workers).toHaveLength(before + 1);
  }
  expect(blocked).toEqual([false, false, false, false, true, true]);
  // It stays shown while the next attempt runs.
  expect(supervisor.link()).toMatchObject({ phase: 'connecting', blocked: true });
});

test('108 is tried again slowly; used-up plans are shown at once and tried every half hour', async () => {
  const { supervisor, clock, workers, refuse } = open();
  supervisor.start(1);
  refuse('108');
  await clock.pass(29_999);
  expect(workers).toHaveLength(1);
  await clock.pass(30_001);
  expect(workers).toHaveLength(2);
  refuse('727');
  expect(supervisor.link()).toMatchObject({ phase: 'waiting', blocked: true });
  await clock.pass(29 * 60_000);
  expect(workers).toHaveLength(2);
  await clock.pass(31 * 60_000);
  expect(workers).toHaveLength(3);
});

test('while ngrok cannot be reached it looks every second, and connects as soon as it can', async () => {
  const { supervisor, clock, workers, refuse, edge } = open();
  supervisor.start(1);
  for (const wait of [1000, 2000, 4000, 8000, 16_000]) {
    refuse(null, unreachable);
    await clock.pass(wait);
  }
  refuse(null, unreachable);
  expect(workers).toHaveLength(6);
  await clock.pass(10_000);
  edge.reachable = true;
  await clock.pass(1000);
  expect(workers).toHaveLength(7);
});

test('an edge that shakes hands and lets nobody in is left to the backoff', async () => {
  const { supervisor, clock, workers, refuse, edge } = open();
  edge.reachable = true;
  supervisor.start(1);
  for (let n = 0; n < 5; n += 1) {
    refuse(null, 'something odd');
    const before = workers.length;
    while (workers.length === before) await clock.pass(1000);
  }
  const from = clock.now();
  const before = workers.length;
  refuse(null, 'something odd');
  while (workers.length === before) await clock.pass(1000);
  expect(clock.now() - from).toBeGreaterThanOrEqual(16_000);
});

test('looks less often as the trouble lasts, and not at all after a refusal', async () => {
  const { supervisor, clock, refuse, edge, workers } = open();
  supervisor.start(1);
  const run = async (ms: number): Promise<number> => {
    const before = edge.pokes;
    const end = clock.now() + ms;
    while (clock.now() < end) {
      const count = workers.length;
      await clock.pass(1000);
      if (workers.length > count) refuse(null, unreachable);
    }
    return edge.pokes - before;
  };
  refuse(null, unreachable);
  const firstTwoMinutes = await run(120_000);
  await run(20 * 60_000);
  const laterTwoMinutes = await run(120_000);
  expect(firstTwoMinutes).toBeGreaterThan(90);
  expect(laterTwoMinutes).toBeLessThan(10);
  supervisor.restart('test');
  await clock.pass(1);
  refuse('108');
  const pokes = edge.pokes;
  await clock.pass(25_000);
  expect(edge.pokes).toBe(pokes);
});

test('an attempt that hangs over the end of the trouble is made anew once', async () => {
  const { supervisor, clock, workers, edge } = open();
  supervisor.start(1);
  await clock.pass(7000);
  edge.reachable = true;
  await clock.pass(1000);
  expect(workers).toHaveLength(2);
  await clock.pass(14_000);
  expect(workers).toHaveLength(2);
});

test('a worker that ends by itself is started again', async () => {
  const { supervisor, clock, workers, last, links } = open();
  supervisor.start(1);
  last().exit();
  expect(links.at(-1)).toMatchObject({ phase: 'waiting', failure: { kind: 'died' } });
  await clock.pass(1000);
  expect(workers).toHaveLength(2);
});

test('a missing native module stops it', () => {
  const { supervisor, last } = open();
  supervisor.start(1);
  last().say({ type: 'failed', stage: 'load', code: null, detail: 'Cannot find module' });
  expect(supervisor.link()).toMatchObject({ phase: 'stopped', failure: { kind: 'no-module' } });
});

test('closes politely where it is up, and by a kill where it is not', async () => {
  const up = open();
  up.supervisor.start(1);
  up.comeUp();
  await up.supervisor.close();
  expect(up.last().posted.map(({ type }) => type)).toEqual(['connect', 'close']);
  expect(up.last().killed).toBe(false);

  const connecting = open();
  connecting.supervisor.start(1);
  await connecting.supervisor.close();
  expect(connecting.last().killed).toBe(true);
  expect(connecting.supervisor.link().phase).toBe('closed');
});

test('what a worker says while it closes starts nothing', async () => {
  const { supervisor, clock, comeUp, last, workers, phase } = open();
  supervisor.start(1);
  comeUp();
  const closed = supervisor.close();
  last().say({ type: 'lost', code: null, detail: 'the endpoint ended' });
  await closed;
  await clock.pass(120_000);
  expect(phase()).toBe('closed');
  expect(workers).toHaveLength(1);
});

test('nothing starts after a close', async () => {
  const { supervisor, clock, refuse, workers } = open();
  supervisor.start(1);
  refuse('999');
  await supervisor.close();
  supervisor.restart('late');
  await clock.pass(120_000);
  expect(workers).toHaveLength(1);
});
