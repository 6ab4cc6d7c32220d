/** The tunnel with the real SDK and its native module, against the stand-in edge. Times are a tenth of the real ones. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createUrlMemory } from '../../../src-main/node/tunnel/drift.ts';
import type { UrlRecord, UrlRecordStore } from '../../../src-main/node/tunnel/drift.ts';
import { buildWorker } from '../../support/ngrok-edge/build-worker.ts';
import type { BuiltWorker } from '../../support/ngrok-edge/build-worker.ts';
import { goodAuthtoken, isRunning, openRig } from '../../support/ngrok-edge/tunnel-rig.ts';
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
  // Whatever went wrong in the test, a stop leaves nothing behind.
  await used.tunnel.stop();
  expect(used.pids.filter(isRunning)).toEqual([]);
  await expect.poll(() => used.edge.counts()).toMatchObject({ sessions: 0, openStreams: 0, endpoints: 0 });
  expect(used.mostAtOnce()).toBeLessThanOrEqual(1);
  await used.close();
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

test('two hundred callbacks at once arrive, each once', async () => {
  // At the usual speed: where much else runs, a tenth of its patience would take a busy session for a dead one.
  const { listener, post, edge } = await openOnline({ tunnel: { timeScale: 1 } });
  const bodies = Array.from({ length: 200 }, (_, n) => `callback ${n} ${'x'.repeat(n * 100)}`);
  const statuses = await Promise.all(bodies.map((body) => post(body, 60_000)));
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect([...listener.seen.keys()].sort()).toEqual([...bodies].sort());
  expect(new Set(listener.seen.values())).toEqual(new Set([1]));
  // Auth, bind and proxy streams are over; one heartbeat stream of the agent stays.
  await expect.poll(() => edge.counts().openStreams).toBeLessThanOrEqual(1);
});

test.each(['fin', 'reset', 'go-away'] as const)(
  'a session dropped by %s is made again and proven again',
  async (how) => {
    const { edge, until, post, states, tunnel, pids, listener } = await openOnline();
    const before = tunnel.snapshot().publicUrl;
    edge.drop(how);
    await until('connecting');
    const back = await until('online');
    expect(back.publicUrl).toBe(before);
    expect(states).toEqual(['connecting', 'online', 'connecting', 'online']);
    expect(pids).toHaveLength(2);
    expect(await post('after the drop')).toBe(200);
    expect(listener.seen.get('after the drop')).toBe(1);
  },
);

test('a frozen session turns the light off, and is replaced', async () => {
  const { edge, until, post, pids } = await openOnline();
  edge.freeze();
  await until((snapshot) => snapshot.state !== 'online');
  await until('online');
  expect(pids).toHaveLength(2);
  expect(await post('after the frost')).toBe(200);
});

test('an endpoint that the edge forgot turns the light off although heartbeats are fine', async () => {
  const { edge, until, tunnel, post } = await openOnline();
  edge.detach(true);
  await tunnel.check();
  expect(tunnel.snapshot().state).toBe('degraded');
  expect(tunnel.snapshot().message).toContain('nothing is online');
  edge.detach(false);
  // A second failed probe makes a fresh connection, which binds again.
  await until('online');
  expect(await post('found again')).toBe(200);
});

test.each([
  ['105', 'not an ngrok authtoken'],
  ['106', 'first version of ngrok'],
  ['107', 'does not accept this authtoken any more'],
  ['4018', 'verified e-mail address'],
  ['120', 'Update Video Inbox'],
  ['9040', 'from this network'],
])('a refusal with %s stops and asks the person', async (code, words) => {
  rig = await openRig(worker.file);
  rig.edge.refuse('auth', code);
  await rig.tunnel.start(rig.listener.port);
  const blocked = await rig.until('blocked');
  expect(blocked.publicUrl).toBeNull();
  expect(blocked.message).toContain(words);
  expect(rig.tunnel.details().ngrokCode).toBe(code);
  await expect.poll(() => rig?.pids.filter(isRunning)).toEqual([]);
  expect(rig.logged()).not.toContain(goodAuthtoken);
});

test('the person can try again after a stop', async () => {
  rig = await openRig(worker.file);
  rig.edge.refuse('auth', '107');
  await rig.tunnel.start(rig.listener.port);
  await rig.until('blocked');
  rig.edge.refuse('auth', null);
  await rig.tunnel.check();
  expect(rig.tunnel.snapshot()).toMatchObject({ state: 'online', message: null });
});

test('a domain of another account asks for another domain', async () => {
  rig = await openRig(worker.file, { domains: ['ours.ngrok-free.dev'], tunnel: { domain: 'theirs.ngrok-free.dev' } });
  await rig.tunnel.start(rig.listener.port);
  const blocked = await rig.until('blocked');
  expect(blocked.message).toContain('another ngrok account');
});

test('a fixed domain is asked for, and needs no advice', async () => {
  const { tunnel } = await openOnline({
    domains: ['ours.ngrok-free.dev'],
    tunnel: { domain: 'ours.ngrok-free.dev' },
  });
  expect(tunnel.details().advice).toBeNull();
});

test('an authtoken that is revoked while the tunnel runs blocks it', async () => {
  const { edge, until, logged } = await openOnline();
  edge.revoke(goodAuthtoken);
  const blocked = await until('blocked');
  expect(blocked.publicUrl).toBeNull();
  expect(blocked.message).toContain('reset or revoked');
  expect(logged()).not.toContain(goodAuthtoken);
});

test('too many agents: tries again slowly, and comes online when one left', async () => {
  rig = await openRig(worker.file, { sessionLimit: 0 });
  await rig.tunnel.start(rig.listener.port);
  const offline = await rig.until('offline');
  expect(offline.message).toContain('as many agents online');
  expect(rig.pids).toHaveLength(1);
});

test('an endpoint that is online elsewhere is tried again', async () => {
  rig = await openRig(worker.file);
  rig.edge.refuse('bind', '334');
  await rig.tunnel.start(rig.listener.port);
  const offline = await rig.until('offline');
  expect(offline.message).toContain('already online');
  rig.edge.refuse('bind', null);
  await rig.until('online');
  // A process for each try, of which some may have come before the edge was free again.
  expect(rig.pids.length).toBeGreaterThan(1);
});

test('a hung connect is given up, and the end of the trouble is noticed', async () => {
  rig = await openRig(worker.file);
  rig.edge.hang(true);
  await rig.tunnel.start(rig.listener.port);
  const offline = await rig.until('offline');
  expect(offline.message).toContain('does not answer');
  rig.edge.hang(false);
  await rig.until('online');
});

test('an edge that is down for a while: offline, and online again when it is back', async () => {
  const { edge, until, post } = await openOnline();
  await edge.down();
  const offline = await until('offline');
  expect(offline.message).toContain('cannot be reached');
  await new Promise((resolve) => setTimeout(resolve, 3000));
  await edge.up();
  await until('online');
  expect(await post('after the outage')).toBe(200);
});

test('a CA that is not trusted is told as such', async () => {
  const { makeCertificates } = await import('../../support/ngrok-edge/certificates.ts');
  rig = await openRig(worker.file, { tunnel: { caPem: makeCertificates().caPem } });
  await rig.tunnel.start(rig.listener.port);
  const offline = await rig.until('offline');
  expect(offline.message).toContain('secure connection');
});

test('an endpoint that is stopped from above is bound again', async () => {
  const { edge, until, post, pids } = await openOnline();
  edge.stopEndpoint('ERR_NGROK_999', 'stopped by an administrator');
  await until((snapshot) => snapshot.state !== 'online');
  await until('online');
  expect(pids.length).toBeGreaterThanOrEqual(2);
  expect(await post('bound again')).toBe(200);
});

test('a worker that is killed is started again', async () => {
  const { until, pids } = await openOnline();
  process.kill(pids[0] ?? 0, 'SIGKILL');
  await until((snapshot) => snapshot.state !== 'online');
  await until('online');
  expect(pids).toHaveLength(2);
});

test('after sleep the connection is made anew', async () => {
  const { tunnel, until, pids } = await openOnline();
  tunnel.revalidate('wake');
  await until('connecting');
  await until('online');
  expect(pids).toHaveLength(2);
});

test('a network change that the connection outlives costs a probe, and no connection', async () => {
  const { tunnel, pids } = await openOnline();
  tunnel.revalidate('network');
  await expect.poll(() => tunnel.details().probes.sent).toBe(2);
  expect(tunnel.snapshot().state).toBe('online');
  expect(pids).toHaveLength(1);
});

test('a network change that kills the connection without a word makes a new one', async () => {
  const { edge, tunnel, until, pids } = await openOnline();
  edge.freeze();
  tunnel.revalidate('network');
  await until((snapshot) => snapshot.state !== 'online');
  await until('online');
  expect(pids).toHaveLength(2);
});

test('a stop unbinds first, so that nobody waits at the edge', async () => {
  const { tunnel, edge, pids } = await openOnline();
  await tunnel.stop();
  expect(edge.counts().unbinds).toBeGreaterThan(0);
  expect(pids.filter(isRunning)).toEqual([]);
  expect(tunnel.snapshot()).toMatchObject({ state: 'offline', publicUrl: null });
});

test('a stop over a dead connection does not wait for it', async () => {
  const { tunnel, edge, pids } = await openOnline();
  edge.freeze();
  await tunnel.stop();
  expect(pids.filter(isRunning)).toEqual([]);
});

test('without the native module the tunnel says so and nothing else breaks', async () => {
  const elsewhere = await mkdtemp(path.join(tmpdir(), 'video-inbox-worker-'));
  const lonely = await buildWorker(elsewhere); // nothing above this folder has an @ngrok/ngrok
  try {
    rig = await openRig(lonely.file);
    await rig.tunnel.start(rig.listener.port);
    const blocked = await rig.until('blocked');
    expect(blocked.message).toContain('missing');
    await expect.poll(() => rig?.pids.filter(isRunning)).toEqual([]);
  } finally {
    await rm(elsewhere, { recursive: true, force: true });
  }
});

test('another public address is remembered and told', async () => {
  let saved: UrlRecord | null = null;
  const store: UrlRecordStore = {
    read: () => Promise.resolve(saved),
    write: (record) => {
      saved = record;
      return Promise.resolve();
    },
  };
  const urlMemory = createUrlMemory({ store, date: () => new Date() });
  await urlMemory.load();
  const { edge, tunnel, until } = await openOnline({ tunnel: { urlMemory } });
  const first = tunnel.snapshot().publicUrl ?? '';
  expect(tunnel.details().drift).toBeNull();
  edge.changeUrl();
  edge.drop('fin');
  const { publicUrl } = await until((snapshot) => snapshot.state === 'online' && snapshot.publicUrl !== first);
  expect(tunnel.details().drift).toMatchObject({ from: first, to: publicUrl });
  expect(tunnel.details().advice).toContain('own domain');
});
