/** The tunnel with the real SDK and its native module, against the stand-in edge. Times are a tenth of the real ones. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { buildWorker } from '../../support/ngrok-edge/build-worker.ts';
import type { BuiltWorker } from '../../support/ngrok-edge/build-worker.ts';
import { isRunning, openRig } from '../../support/ngrok-edge/tunnel-rig.ts';
import type { Rig } from '../../support/ngrok-edge/tunnel-rig.ts';

let worker: BuiltWorker;
beforeAll(async () => {
  worker = await buildWorker();
});
afterAll(() => worker.remove());

let rig: Rig | null = null;
afterEach(async () => {
  const used = rig;
  rig = null;
  if (!used) return;
  await used.close();
  // After each test, whatever went wrong in it.
  expect(used.pids.filter(isRunning)).toEqual([]);
  expect(used.edge.counts()).toMatchObject({ sessions: 0, openStreams: 0 });
  expect(used.mostAtOnce()).toBeLessThanOrEqual(1);
});
async function openOnline(options?: Parameters<typeof openRig>[1]): Promise<Rig> {
  rig = await openRig(worker.file, options);
  await rig.tunnel.start(rig.listener.port);
  await rig.until('online');
  return rig;
}

test('goes online only after a probe came back, and says since when', async () => {
  const { tunnel, edge, states, listener } = await openOnline();
  expect(states).toEqual(['connecting', 'online']);
  expect(tunnel.snapshot()).toMatchObject({
    kind: 'ngrok',
    state: 'online',
    publicUrl: edge.publicUrl(),
    message: null,
  });
  expect(tunnel.snapshot().provenAt).not.toBeNull();
  expect(tunnel.details().probes.sent).toBe(1);
  expect(listener.strange).toEqual([]);
});
