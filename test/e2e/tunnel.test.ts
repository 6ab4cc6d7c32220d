/** The tunnel as a person and a provider meet it: the built program, the real ngrok SDK, a stand-in edge on loopback. */
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { request } from '../support/http-request.ts';
import type { Inbox } from '../support/inbox-process.ts';
import { journalLines } from '../support/journal-lines.ts';
import { lumaFailure } from '../support/kie-callbacks.ts';
import { openEventStream } from '../support/server-events.ts';
import {
  canSeeProcesses,
  createTunnelledInboxes,
  filesWith,
  isAlive,
  light,
  postAt,
  statusOf,
  untilDelivered,
  untilLight,
  workersOf,
} from '../support/tunnelled-inbox.ts';
import { waitUntil } from '../support/wait-until.ts';

const { openEdge, start, startOnline, close } = createTunnelledInboxes();
/** Each a process of its own. */
const alone = createTunnelledInboxes({ inTurn: false });
afterEach(async () => {
  await close();
  await alone.close();
});

const limit = { timeout: 180_000 };
const publicCallbackUrl = async (inbox: Inbox): Promise<string> => (await inbox.call('callback:url')).url;

describe('coming online', limit, () => {
  it('goes from connecting to online, proven, and tells it in status, url and events', async () => {
    const edge = await openEdge();
    edge.delay(4000); // of public requests: connected, and not proven yet
    const inbox = await start();
    const events = await openEventStream(`${inbox.localUrl}/events`, { authorization: `Bearer ${inbox.key}` });
    expect(await statusOf(inbox)).toMatchObject({ kind: 'ngrok', state: 'connecting', provenAt: null });
    edge.delay(0);

    await untilLight(inbox, 'online');
    const status = await statusOf(inbox);
    const token = new URL(inbox.callbackUrl).pathname;
    expect(status).toEqual({
      kind: 'ngrok',
      state: 'online',
      publicUrl: edge.publicUrl(),
      callbackUrl: `${edge.publicUrl() ?? ''}${token}`,
      provenAt: expect.any(String) as string,
      message: null,
    });
    expect(Math.abs(Date.now() - Date.parse(status.provenAt ?? ''))).toBeLessThan(120_000);
    expect(await inbox.runCli(['url'])).toMatchObject({ code: 0, stdout: `${status.callbackUrl}\n`, stderr: '' });
    expect((await inbox.runCli(['status'])).stdout).toContain(`reachable: ${status.callbackUrl}`);
    expect(inbox.callbackUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/c\/[\w-]+$/);
    expect(new URL(inbox.callbackUrl).port).not.toBe(new URL(status.callbackUrl).port);
    expect(events.events).toContainEqual(expect.objectContaining({ name: 'tunnel:changed', data: status }));
    events.close();

    const details = await inbox.call('tunnel:details');
    expect(details).toMatchObject({ status, ngrokCode: null, drift: null });
    expect(details.advice).toMatch(/own domain in Settings/);
    expect(Date.parse(details.since ?? '')).toBeGreaterThanOrEqual(Date.parse(status.provenAt ?? '') - 1000);
    expect(details.probes.sent).toBeGreaterThan(0);

    const sent = await inbox.runCli(['send-test']);
    expect(sent.code).toBe(0);
    expect((await journalLines(inbox.dataDir)).find(({ type }) => type === 'result')).toMatchObject({
      evidence: { remote: '198.51.100.7' }, // it came by the edge
    });
  });
});

describe('callbacks through the tunnel', limit, () => {
  it('two hundred at once are each stored once', async () => {
    await openEdge();
    const inbox = await startOnline();
    const url = await publicCallbackUrl(inbox);
    const ids = Array.from({ length: 200 }, (_, n) => `at-once-${n}`);
    const replies = await Promise.all(ids.map((id) => postAt(url, lumaFailure(id))));
    for (const reply of replies) expect([reply.status, reply.text]).toEqual([200, '{"code":200,"msg":"success"}']);

    const stored = (await journalLines(inbox.dataDir)).flatMap((line) => (line.type === 'result' ? [line] : []));
    expect(stored.map(({ read }) => read.taskId).sort()).toEqual([...ids].sort());
    expect(new Set(stored.map(({ evidence }) => evidence?.remote))).toEqual(new Set(['198.51.100.7']));
    const tasks = await inbox.call('tasks:list', { state: 'failed', limit: 500 });
    expect(tasks.map(({ deliveries }) => deliveries)).toEqual(ids.map(() => 1));
    expect((await statusOf(inbox)).state).toBe('online');
  });

  it('a stranger finds nothing, learns nothing, and is slowed down', async () => {
    await openEdge();
    const inbox = await startOnline();
    const own = new URL(await publicCallbackUrl(inbox));
    const journal = await journalLines(inbox.dataDir);
    for (const place of ['/', '/c/', '/c/guess', `${own.pathname}x`, '/call/app:status', '/events', '/settings.json']) {
      for (const method of ['GET', 'POST']) {
        const reply = await request(`${own.origin}${place}`, { method });
        expect([place, reply.status, reply.body.length]).toEqual([place, 404, 0]);
        expect(Object.keys(reply.headers)).not.toContain('server');
        expect(JSON.stringify(reply.headers)).not.toMatch(/powered|hono|version/i);
      }
    }
    const guesses = Array.from({ length: 250 }, (_, n) => request(`${own.origin}/c/guess-${n}`));
    const slowed = (await Promise.all(guesses)).filter(({ status }) => status === 429);
    expect(slowed.length).toBeGreaterThan(0);
    for (const { headers } of slowed) expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    // Neither the person's probe nor a provider pays for it, although all come from the edge's one address.
    expect(await inbox.call('tunnel:check')).toMatchObject({ state: 'online', message: null });
    expect((await postAt(own.href, lumaFailure('beside-a-stranger'))).status).toBe(200);
    expect(await journalLines(inbox.dataDir)).toHaveLength(journal.length + 1);
  });
});

describe('trouble', limit, () => {
  it('an outage of the edge turns the light off; afterwards callbacks flow again', async () => {
    const edge = await openEdge();
    const inbox = await startOnline();
    const url = await publicCallbackUrl(inbox);
    await edge.down();
    const down = await untilLight(inbox, ({ state }) => state !== 'online' && state !== 'connecting');
    expect(down).toMatchObject({ state: 'offline', message: expect.stringMatching(/cannot be reached/) as string });
    expect(down.publicUrl).toBe(new URL(url).origin); // still the person's address, and said to be out of reach
    const offlineSince = (await inbox.call('tunnel:details')).since;
    await new Promise((later) => setTimeout(later, 3000));
    expect((await light(inbox)).state).not.toBe('online');
    await edge.up();
    await untilDelivered(url, lumaFailure('after-the-outage'));
    await untilLight(inbox, 'online');
    expect(await inbox.call('tasks:get', 'after-the-outage')).not.toBeNull();
    expect(Date.parse((await inbox.call('tunnel:details')).since ?? '')).toBeGreaterThan(
      Date.parse(offlineSince ?? ''),
    );
    expect(inbox.log()).toMatch(/the public address is not reachable/);
    expect(await filesWith(path.join(inbox.dataDir, 'logs'), '"downSeconds":')).toHaveLength(1);
  });

  it('a refused authtoken is told as a sentence, the inbox works on loopback, and a new try comes online', async () => {
    const edge = await openEdge();
    edge.refuse('auth', '107');
    const inbox = await start();
    await untilLight(inbox, 'blocked');
    expect(await statusOf(inbox)).toMatchObject({
      state: 'blocked',
      publicUrl: null,
      callbackUrl: inbox.callbackUrl,
      provenAt: null,
      message: expect.stringMatching(/reset or revoked.*paste it in Settings\.$/) as string,
    });
    expect((await inbox.call('tunnel:details')).ngrokCode).toBe('107');
    expect((await inbox.runCli(['status'])).stdout).toMatch(/needs you.*\n.*reset or revoked/);
    const url = await inbox.runCli(['url']);
    expect(url.stdout).toBe(`${inbox.callbackUrl}\n`);
    expect(url.stderr).toMatch(/loopback address. Providers cannot reach it\.\n.*reset or revoked/);
    expect(url.stderr).not.toContain('set up a tunnel');
    expect((await inbox.postCallback(lumaFailure('on-loopback'))).status).toBe(200);
    if (canSeeProcesses) expect(workersOf(inbox.pid)).toEqual([]);

    edge.refuse('auth', null);
    expect(await inbox.call('tunnel:check')).toMatchObject({ state: 'online', message: null });
    expect((await inbox.call('tunnel:details')).ngrokCode).toBeNull();
  });

  it('an authtoken that is revoked while the program runs turns the light off', async () => {
    const edge = await openEdge();
    const inbox = await startOnline();
    edge.revoke(edge.lastAuth()?.['AuthToken'] as string);
    const blocked = await untilLight(inbox, 'blocked');
    expect(blocked).toMatchObject({ publicUrl: null, message: expect.stringMatching(/reset or revoked/) as string });
    expect((await inbox.postCallback(lumaFailure('after-the-revocation'))).status).toBe(200);
  });

  it('a domain of another account is told as a sentence', async () => {
    await openEdge({ domains: ['ours.ngrok-free.dev'] });
    const inbox = await start();
    await untilLight(inbox, 'online');
    await inbox.call('settings:update', { tunnel: { domain: 'https://Theirs.ngrok-free.dev/' } });
    const blocked = await untilLight(inbox, 'blocked');
    expect(blocked.message).toMatch(/another ngrok account/);
    await inbox.call('settings:update', { tunnel: { domain: 'ours.ngrok-free.dev' } });
    await untilLight(inbox, 'online');
    expect((await inbox.call('tunnel:details')).advice).toBeNull();
  });
});

describe.skipIf(!canSeeProcesses)('processes', limit, () => {
  it('SIGTERM unbinds the endpoint, and no worker is left', async () => {
    const edge = await alone.openEdge();
    const inbox = await alone.startOnline();
    const workers = workersOf(inbox.pid);
    expect(workers).toHaveLength(1);
    expect(await inbox.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(edge.counts().endpoints).toBe(0);
    expect(edge.counts().unbinds).toBeGreaterThan(0);
    await waitUntil(() => !workers.some(isAlive), 'the worker to end');
    await waitUntil(() => edge.counts().sessions === 0, 'the session to end');
    expect(edge.counts().openStreams).toBe(0);
  });

  it('kill -9 of the program leaves no worker, and the next start is online with nothing lost', async () => {
    const edge = await alone.openEdge();
    const inbox = await alone.startOnline();
    const workers = workersOf(inbox.pid);
    expect(workers).toHaveLength(1);
    expect((await postAt(await publicCallbackUrl(inbox), lumaFailure('before-the-kill'))).status).toBe(200);
    await inbox.stop('SIGKILL');
    await waitUntil(() => !workers.some(isAlive), 'the orphan to end');
    await waitUntil(() => edge.counts().sessions === 0, 'the session to end');

    const again = await inbox.restart();
    await untilLight(again, 'online');
    expect((await postAt(await publicCallbackUrl(again), lumaFailure('after-the-kill'))).status).toBe(200);
    for (const id of ['before-the-kill', 'after-the-kill']) expect(await again.call('tasks:get', id)).not.toBeNull();
  });

  it('a worker that is killed is replaced by one other', async () => {
    await alone.openEdge();
    const inbox = await alone.startOnline();
    const url = await publicCallbackUrl(inbox);
    const [first = 0] = workersOf(inbox.pid);
    process.kill(first, 'SIGKILL');
    await untilDelivered(url, lumaFailure('by-another-worker'));
    await untilLight(inbox, 'online');
    expect(workersOf(inbox.pid)).toHaveLength(1);
    expect(workersOf(inbox.pid)).not.toContain(first);
  });
});

describe('another public address', limit, () => {
  it('is told in one sentence with the tasks that still wait at the old one, until the person has read it', async () => {
    const edge = await openEdge();
    const inbox = await startOnline();
    const old = await publicCallbackUrl(inbox);
    for (const id of ['waits-1', 'waits-2']) {
      expect((await postAt(old, { task_id: id, status: 'processing' })).status).toBe(200);
    }
    expect((await postAt(old, lumaFailure('is-over'))).status).toBe(200);
    expect((await inbox.call('tunnel:details')).drift).toBeNull();
    await inbox.stop();
    edge.changeUrl();

    let again = await inbox.restart();
    await untilLight(again, 'online');
    const to = edge.publicUrl() ?? '';
    const from = new URL(old).origin;
    expect(to).not.toBe(from);
    expect((await postAt(await publicCallbackUrl(again), { task_id: 'waits-3', status: 'processing' })).status).toBe(
      200,
    );
    const { drift } = await again.call('tunnel:details');
    expect(drift).toMatchObject({ from, to });
    expect(drift?.sentence).toMatch(/^Your public address changed on .*\.$/);
    expect(drift?.sentence).toContain(from);
    expect(drift?.sentence).toContain(to);
    expect(drift?.pending.map(({ taskId }) => taskId).sort()).toEqual(['waits-1', 'waits-2']);
    expect(Math.abs(Date.now() - Date.parse(drift?.since ?? ''))).toBeLessThan(120_000);

    // It stays until it is dismissed, and what arrives after all leaves the list.
    expect((await again.postCallback(lumaFailure('waits-1'))).status).toBe(200);
    again = await again.restart('SIGKILL');
    await untilLight(again, 'online');
    const still = (await again.call('tunnel:details')).drift;
    expect(still).toMatchObject({ from, to, since: drift?.since });
    expect(still?.pending.map(({ taskId }) => taskId)).toEqual(['waits-2']);
    await again.call('tunnel:dismissDrift');
    expect((await again.call('tunnel:details')).drift).toBeNull();
    again = await again.restart();
    await untilLight(again, 'online');
    expect((await again.call('tunnel:details')).drift).toBeNull();
  });
});
