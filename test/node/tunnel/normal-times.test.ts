/** The same troubles with nothing scaled: the light is right within 75 s. All at once, since they mostly wait. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildWorker } from '../../support/ngrok-edge/build-worker.ts';
import type { BuiltWorker } from '../../support/ngrok-edge/build-worker.ts';
import { goodAuthtoken, isRunning, openRig } from '../../support/ngrok-edge/tunnel-rig.ts';
import type { Rig } from '../../support/ngrok-edge/tunnel-rig.ts';

const limit = 75_000;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

let worker: BuiltWorker;
const rigs: Rig[] = [];
beforeAll(async () => {
  worker = await buildWorker();
});
afterAll(async () => {
  await Promise.all(rigs.map((rig) => rig.close()));
  await worker.remove();
  expect(rigs.flatMap(({ pids }) => pids).filter(isRunning)).toEqual([]);
});

async function open(prepare: (rig: Rig) => void = () => undefined): Promise<Rig> {
  const rig = await openRig(worker.file, { tunnel: { timeScale: 1 } });
  rigs.push(rig);
  prepare(rig);
  await rig.tunnel.start(rig.listener.port);
  return rig;
}
const since = (began: number): string => `${((performance.now() - began) / 1000).toFixed(1)} s`;

const troubles: Record<string, () => Promise<string>> = {
  async drop() {
    const { edge, until } = await open();
    await until('online');
    const began = performance.now();
    edge.drop('reset');
    await until('connecting');
    await until('online');
    return `online again after ${since(began)}`;
  },
  async freeze() {
    const { edge, until, post } = await open();
    await until('online');
    const began = performance.now();
    edge.freeze();
    await until((snapshot) => snapshot.state !== 'online');
    const off = since(began);
    await until('online');
    expect(await post('after the frost')).toBe(200);
    return `not online after ${off}, online again after ${since(began)}`;
  },
  async 'a hung connect'() {
    const began = performance.now();
    const { edge, until, tunnel } = await open((rig) => rig.edge.hang(true));
    expect(tunnel.snapshot().state).toBe('connecting');
    await until('offline');
    const off = since(began);
    const back = performance.now();
    edge.hang(false);
    await until('online');
    return `offline after ${off}, online ${since(back)} after the end`;
  },
  async 'an edge that is down for 10 s'() {
    const { edge, until, post } = await open();
    await until('online');
    const began = performance.now();
    await edge.down();
    await until('offline');
    const off = since(began);
    await pause(10_000);
    const back = performance.now();
    await edge.up();
    await until('online');
    expect(await post('after the outage')).toBe(200);
    return `offline after ${off}, online ${since(back)} after the end`;
  },
  async 'a revoked authtoken'() {
    const { edge, until } = await open();
    await until('online');
    const began = performance.now();
    edge.revoke(goodAuthtoken);
    await until('blocked');
    return `blocked after ${since(began)}`;
  },
};

test.concurrent.each(Object.entries(troubles))('%s', { timeout: limit }, async (_name, run) => {
  const times = await run();
  // For whoever reads the run: the test itself has the limit only.
  process.stdout.write(`  ${_name}: ${times}\n`);
});
