/** Callback URLs through a tunnel: each by itself, and who may use them. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { CallbackUrlView } from '../../src-main/common/contract.ts';
import type { Inbox } from '../support/inbox-process.ts';
import { lumaFailure } from '../support/kie-callbacks.ts';
import { createTunnelledInboxes, filesWith, postAt, untilLight } from '../support/tunnelled-inbox.ts';

const { openEdge, startOnline, close } = createTunnelledInboxes();
afterEach(close);

const limit = { timeout: 180_000 };

async function urlNamed(inbox: Inbox, label: string): Promise<CallbackUrlView | undefined> {
  return (await inbox.call('callback:list')).find((url) => url.label === label);
}

describe('more than one callback URL', limit, () => {
  it('each has its own token, tag, count and end, over restarts and a broken file', async () => {
    await openEdge();
    let inbox = await startOnline();
    const [main] = await inbox.call('callback:list');
    const pitch = await inbox.call('callback:mint', { label: 'Pitch', project: 'pitch-03' });
    const other = await inbox.call('callback:mint', { label: 'Other', project: null });
    expect(main).toMatchObject({ isMain: true, count: 0, lastUsedAt: null });
    expect(pitch).toMatchObject({ label: 'Pitch', project: 'pitch-03', isMain: false, count: 0, lastUsedAt: null });
    expect(new Set([main?.url, pitch.url, other.url]).size).toBe(3);
    for (const { url } of [pitch, other]) expect(url).toMatch(/\/c\/[\w-]{22,}$/); // 22 × 6 bits are over 128

    for (const id of ['tagged-1', 'tagged-2']) expect((await postAt(pitch.url, lumaFailure(id))).status).toBe(200);
    expect((await postAt(other.url, lumaFailure('plain-1'))).status).toBe(200);
    expect((await postAt(pitch.url, { no: 'task' })).status).toBe(400); // not a use
    expect((await inbox.call('tasks:get', 'tagged-1'))?.tags).toEqual(['pitch-03']);
    expect((await inbox.call('tasks:get', 'plain-1'))?.tags).toEqual([]);
    const used = await urlNamed(inbox, 'Pitch');
    expect(used).toMatchObject({ count: 2 });
    expect(Date.parse(used?.lastUsedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(pitch.createdAt));
    expect((await urlNamed(inbox, 'Other'))?.count).toBe(1);

    await inbox.call('callback:revoke', other.id);
    const refused = await postAt(other.url, lumaFailure('too-late'));
    expect([refused.status, refused.body.length]).toEqual([404, 0]);
    expect(await inbox.call('tasks:get', 'too-late')).toBeNull();
    expect((await inbox.call('callback:list')).map(({ label }) => label)).toEqual([main?.label, 'Pitch']);
    expect((await postAt(pitch.url, lumaFailure('tagged-3'))).status).toBe(200);

    inbox = await inbox.restart();
    await untilLight(inbox, 'online');
    expect(await urlNamed(inbox, 'Pitch')).toMatchObject({
      ...used,
      count: 3,
      lastUsedAt: expect.any(String) as string,
    });
    expect((await postAt(other.url, lumaFailure('too-late'))).status).toBe(404);

    await inbox.stop('SIGKILL');
    await writeFile(path.join(inbox.dataDir, 'callback-urls.json'), '{"version":1,"urls":[{"id":');
    inbox = await inbox.restart();
    await untilLight(inbox, 'online');
    expect(await urlNamed(inbox, 'Pitch')).toMatchObject({ id: pitch.id, url: pitch.url, count: 3 });
    expect((await postAt(pitch.url, lumaFailure('tagged-4'))).status).toBe(200);
    expect((await postAt(other.url, lumaFailure('too-late'))).status).toBe(404);
    expect((await inbox.call('callback:url')).url).toBe(main?.url);
  });

  it('revoking the main one makes another the main one', async () => {
    await openEdge();
    const inbox = await startOnline();
    const [main] = await inbox.call('callback:list');
    await inbox.call('callback:revoke', main?.id ?? '');
    const { url } = await inbox.call('callback:url');
    expect(url).not.toBe(main?.url);
    expect((await postAt(main?.url ?? '', lumaFailure('gone'))).status).toBe(404);
    expect((await postAt(url, lumaFailure('main-again'))).status).toBe(200);
    await expect(inbox.call('callback:revoke', 'nobody')).rejects.toThrow(/^not-found: /);
    await expect(inbox.call('callback:mint', { label: ' ', project: null })).rejects.toThrow(/^bad-request: /);
  });
});

describe('the list of addresses', limit, () => {
  it('keeps others out as if nothing were there, and lets probes and this machine through', async () => {
    await openEdge();
    let inbox = await startOnline();
    const { url } = await inbox.call('callback:url');
    const allow = (allowAddresses: readonly string[]) =>
      inbox.call('settings:update', { callbacks: { allowAddresses } });
    await expect(allow(['198.51.100.7', 'kie.ai'])).rejects.toThrow(/^bad-request: "kie\.ai" is not an address/);
    expect((await postAt(url, lumaFailure('everyone'))).status).toBe(200);

    // The stand-in edge says of everyone that he is 198.51.100.7; what the sender claims does not help.
    const { values } = await allow(['203.0.113.0/24 ', '2001:DB8::/32']);
    expect(values.callbacks.allowAddresses).toEqual(['203.0.113.0/24', '2001:db8::/32']);
    for (const headers of [{}, { 'x-forwarded-for': '203.0.113.9' }]) {
      const refused = await postAt(url, lumaFailure('stranger'), headers);
      expect([refused.status, refused.body.length]).toEqual([404, 0]);
    }
    expect(await inbox.call('tasks:get', 'stranger')).toBeNull();
    expect(await inbox.call('tunnel:check')).toMatchObject({ state: 'online' });
    expect((await inbox.postCallback(lumaFailure('own-program'))).status).toBe(200);
    await expect(inbox.call('callback:sendTest', { provider: null, fail: false })).rejects.toThrow(/allowAddresses/);
    expect(await filesWith(path.join(inbox.dataDir, 'logs'), 'was turned away')).toHaveLength(1);

    inbox = await inbox.restart();
    await untilLight(inbox, 'online');
    expect((await postAt(url, lumaFailure('stranger'))).status).toBe(404);
    await allow(['198.51.100.0/24']);
    expect((await postAt(url, lumaFailure('listed'))).status).toBe(200);
    await allow([]);
    expect((await postAt(url, lumaFailure('everyone-again'))).status).toBe(200);
  });
});
