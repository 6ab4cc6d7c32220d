/** Orders, watches, asks and renews through the outside: commands of the built program against a stand-in of kie.ai. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Status } from '../../src-main/common/status.ts';
import { createInboxes, repoDir, type Inbox } from '../support/inbox-process.ts';
import { openJsonServer, type Reply } from '../support/providers/json-server.ts';
import { openHttpProxy } from '../support/http-proxy.ts';
import { openKieStandIn, type KieStandIn } from '../support/providers/kie-stand-in.ts';
import { request } from '../support/http-request.ts';
import { skipHere } from '../support/skip-here.ts';
import { waitUntil } from '../support/wait-until.ts';

const inboxes = createInboxes({ inTurn: true });
let kie: KieStandIn;
let film: Buffer;

beforeEach(async () => {
  film = await readFile(path.join(repoDir, 'src-main/node/samples/sample.mp4'));
  kie = await openKieStandIn({ film });
});
afterEach(async () => {
  await inboxes.kill();
  await kie.close();
});
afterAll(() => inboxes.close());

const start = (
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
  apiBase = kie.origin,
): Promise<Inbox> =>
  inboxes.start({
    args: [
      '--api-base',
      `kie=${apiBase}`,
      '--allow-host',
      kie.host,
      '--ask-after',
      '0.2',
      '--ask-every',
      '0.2',
      ...args,
    ],
    env: { VIDEO_INBOX_SECRET_KIE_API_KEY: kie.key, ...env },
  });
const statusOf = async (inbox: Inbox): Promise<Status> =>
  JSON.parse((await inbox.runCli(['status', '--json'])).stdout) as Status;

describe('submit', () => {
  test('prints the task id; with no callback the video is asked for and saved', async () => {
    kie.script({ doneAfterMs: 600 });
    const inbox = await start();
    const source = path.join(inbox.dataDir, '..', 'source.mp4');
    await writeFile(source, film);
    const made = await inbox.runCli([
      'submit',
      'kie-aleph',
      '--prompt',
      'rain at dusk',
      '--video',
      source,
      '--project',
      'Rain',
    ]);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const taskId = made.stdout.trim();
    const order = kie.tasks.get(taskId);
    expect(order?.order).toMatchObject({ prompt: 'rain at dusk' });
    expect(String(order?.order['videoUrl'])).toContain('/files/upload-');
    expect(order?.callbackUrl).toMatch(/\/c\/[\w-]{20,}$/);
    expect(order?.callbackUrl).not.toBe(inbox.callbackUrl);
    const waited = await inbox.runCli(['wait', taskId, '--timeout', '30']);
    expect(waited.code).toBe(0);
    expect(await readFile(waited.stdout.trim())).toEqual(film);
    const task = await inbox.waitForTask(taskId, ({ sources = [] }) => sources.length === 1);
    expect(task).toMatchObject({ state: 'succeeded', trust: 'confirmed', prompt: 'rain at dusk', project: 'Rain' });
    const kept = await fetch(`${inbox.localUrl}/source/${encodeURIComponent(task.key)}/1`, {
      headers: { authorization: `Bearer ${inbox.key}` },
    });
    expect(Buffer.from(await kept.arrayBuffer()).equals(film)).toBe(true);
    expect(kie.calls.filter((call) => call.path.startsWith('/files/upload-'))).toHaveLength(0);
    expect(order?.askedAfterEnd).toBe(0);
  });

  test('a provider that only a proxy finds is ordered from and asked, and the film is fetched', async () => {
    kie.script({ doneAfterMs: 300 });
    const proxy = await openHttpProxy(kie.host);
    try {
      const inbox = await start([], { HTTP_PROXY: proxy.url, NO_PROXY: '' }, 'http://api.kie.example.test');
      const video = 'https://films.example.test/source.mp4';
      const made = await inbox.runCli(['submit', 'kie-aleph', '--prompt', 'rain', '--video', video]);
      expect(made).toMatchObject({ code: 0, stderr: '' });
      await inbox.waitForTask(made.stdout.trim(), ({ videos }) => typeof videos[0]?.path === 'string');
      const asked = proxy.asked.map((line) => line.replace(/\?.*/, ''));
      expect(asked[0]).toBe('POST http://api.kie.example.test/api/v1/aleph/generate');
      expect(asked).toContain('GET http://api.kie.example.test/api/v1/aleph/record-info');
    } finally {
      proxy.close();
    }
  });

  test('a proxy that refuses keeps an order from being made, and is what the sentence names', async () => {
    const nowhere = { HTTP_PROXY: 'http://127.0.0.1:1', NO_PROXY: '' };
    const inbox = await start([], nowhere, 'http://api.kie.example.test');
    const video = 'https://films.example.test/source.mp4';
    const made = await inbox.runCli(['submit', 'kie-aleph', '--prompt', 'rain', '--video', video]);
    expect(made.code).not.toBe(0);
    expect(made.stderr).toContain('The proxy could not be reached, or lets nothing through');
    expect(kie.tasks.size).toBe(0);
  });

  test('an order that is waited for is one object for a program, with the paths of its films', async () => {
    kie.script({ doneAfterMs: 0 });
    const inbox = await start(['--ask-after', '0.2', '--ask-every', '0.5']);
    const order = ['submit', 'kie-aleph', '--prompt', 'x', '--video', 'https://a.example/a.mp4', '--wait', '--json'];
    const run = await inbox.runCli(order);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const made = JSON.parse(run.stdout) as { readonly taskId: string; readonly paths: readonly string[] };
    expect(made).toMatchObject({ outcome: 'made', key: `kie-aleph:${made.taskId}` });
    expect(made.paths).toHaveLength(1);
    expect(await readFile(made.paths[0] ?? '')).toEqual(film);
  });

  test('a callback at the order’s own URL comes first; the record confirms it, once', async () => {
    kie.script({ doneAfterMs: 0 });
    const inbox = await start(['--ask-after', '3600']);
    const made = await inbox.runCli([
      'submit',
      'kie-market',
      '--model',
      'wan/2-7-videoedit',
      '--prompt',
      'x',
      '--param',
      'video_url="https://a.example/a.mp4"',
    ]);
    const taskId = made.stdout.trim();
    const url = kie.tasks.get(taskId)?.callbackUrl ?? '';
    const reply = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(kie.callbackBody(taskId)),
    });
    expect(reply.status).toBe(200);
    const task = await inbox.waitForTask(
      taskId,
      ({ videos, trust }) => videos[0]?.state === 'saved' && trust === 'confirmed',
    );
    expect(task).toMatchObject({ trust: 'confirmed', deliveries: 1 });
    expect(kie.tasks.get(taskId)).toMatchObject({ asked: 1, askedAfterEnd: 0 });
  });

  test.each([
    [402, 2, 'credits'],
    [400, 2, 'content filter'],
    ['lost', 4, 'not known whether'],
  ] as const)('an order answered with %s ends with code %s', async (create, code, words) => {
    kie.script({ create });
    const inbox = await start();
    const run = await inbox.runCli(['submit', 'kie-aleph', '--prompt', 'x', '--video', 'https://a.example/a.mp4']);
    expect(run).toMatchObject({ code, stdout: '' });
    expect(run.stderr).toContain(words);
    expect(kie.calls.filter((call) => call.path === '/api/v1/aleph/generate')).toHaveLength(1);
  });

  test('an order whose id cannot be written ends like one of which nobody knows', async (context) => {
    if (process.platform !== 'linux') skipHere(context, '/dev/full is of Linux');
    const inbox = await start();
    const order = ['submit', 'kie-aleph', '--prompt', 'x', '--video', 'https://a.example/a.mp4'];
    const command = ['-c', 'exec "$@" > /dev/full', 'sh', process.execPath, path.join(repoDir, 'dist/main/cli.cjs')];
    const env = { ...process.env, VIDEO_INBOX_DATA_DIR: inbox.dataDir };
    const ended = await new Promise<{ readonly code: unknown; readonly stderr: string }>((resolve) => {
      execFile('sh', [...command, ...order], { env }, (error, _stdout, stderr) =>
        resolve({ code: error?.code ?? 0, stderr }),
      );
    });
    expect(ended.code).toBe(4);
    expect(ended.stderr).toContain('Do not order it again before you have looked');
    expect(kie.tasks.size).toBe(1);
  });

  test('a lost answer is settled by the callback, and never sent again, not even after a kill', async () => {
    kie.script({ create: 'hang', doneAfterMs: 0 });
    let inbox = await start();
    const lost = inbox.runCli(['submit', 'kie-aleph', '--prompt', 'x', '--video', 'https://a.example/a.mp4']);
    await waitUntil(() => kie.tasks.size === 1, 'the order at the provider');
    inbox = await inbox.restart('SIGKILL');
    await lost;
    const [task] = kie.tasks.values();
    const open = await waitUntil(async () => {
      const found = await inbox.call('submissions:open');
      return found[0]?.state === 'unknown' ? found : null;
    }, 'the order in doubt');
    expect(open).toHaveLength(1);
    // The port is another one after the restart, as the public address of a tunnel would not be.
    const callback = new URL(task?.callbackUrl ?? '');
    callback.port = String(inbox.callbackPort);
    await request(callback.href, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(kie.callbackBody(task?.id ?? '')),
    });
    await inbox.waitForTask(
      task?.id ?? '',
      ({ videos, submission }) => videos[0]?.state === 'saved' && submission !== undefined,
    );
    expect(await inbox.call('submissions:open')).toEqual([]);
    expect(kie.calls.filter((call) => call.path === '/api/v1/aleph/generate')).toHaveLength(1);
  });

  test('an order under an id of its own is sent once: by several commands at once, and after a kill', async () => {
    kie.script({ ends: 'never' });
    let inbox = await start();
    const submit = (id: string) =>
      inbox.runCli(['submit', 'kie-aleph', '--prompt', 'x', '--video', 'https://a.example/a.mp4', '--order-id', id]);
    const runs = await Promise.all([submit('script-0001'), submit('script-0001'), submit('script-0001')]);
    expect(runs.map(({ code, stdout }) => [code, stdout.trim()])).toEqual(runs.map(() => [0, 'aleph-1']));
    inbox = await inbox.restart('SIGKILL');
    expect(await submit('script-0001')).toMatchObject({ code: 0, stdout: 'aleph-1\n' });
    // Killed between the intent and the answer: nobody knows, and nobody sends it again.
    kie.script({ create: 'hang', ends: 'never' });
    const lost = submit('script-0002');
    await waitUntil(() => kie.tasks.size === 2, 'the order at the provider');
    inbox = await inbox.restart('SIGKILL');
    expect(await lost).toMatchObject({ code: 4, stdout: '' });
    kie.script({ ends: 'never' });
    expect(await submit('script-0002')).toMatchObject({ code: 4, stdout: '' });
    expect((await submit('short')).code).toBe(1);
    expect(kie.calls.filter((call) => call.path === '/api/v1/aleph/generate')).toHaveLength(2);
  });

  test('what the provider would refuse is refused before anything is sent', async () => {
    const inbox = await start();
    const large = path.join(inbox.dataDir, '..', 'large.mp4');
    await writeFile(large, Buffer.concat([film, Buffer.alloc(11 * 1024 * 1024)]));
    const tooLarge = await inbox.runCli(['submit', 'kie-aleph', '--prompt', 'x', '--video', large]);
    expect(tooLarge).toMatchObject({ code: 1, stdout: '' });
    expect(tooLarge.stderr).toContain('at most 10.0 MB');
    expect((await inbox.runCli(['submit', 'kie-aleph', '--video', 'https://a.example/a.mp4'])).stderr).toContain(
      '--prompt is missing',
    );
    expect((await inbox.runCli(['submit', 'kie-market', '--prompt', 'x'])).stderr).toContain('--model');
    expect((await inbox.runCli(['submit', 'replicate', '--model', 'a/b', '--prompt', 'x'])).stderr).toContain(
      'REPLICATE_API_KEY',
    );
    expect(kie.calls.filter((call) => call.method === 'POST')).toEqual([]);
  });
});

describe('watch, ask, wait', () => {
  test('a task made elsewhere is watched, over a restart, until it ends', async () => {
    const task = kie.add('luma', 'made-elsewhere', { doneAfterMs: 60_000_000 });
    let inbox = await start(['--ask-after', '3600']);
    expect((await inbox.runCli(['watch', 'kie-luma', task.id])).stdout.trim()).toBe(`kie-luma:${task.id}`);
    expect((await statusOf(inbox)).watch).toMatchObject({
      pending: 1,
      overdue: 0,
      nextAskAt: expect.any(String) as string,
    });
    expect((await inbox.runCli(['ask', task.id])).stdout).toContain('still being made');
    inbox = await inbox.restart('SIGKILL');
    await waitUntil(() => task.asked >= 2, 'the question after the start');
    expect((await statusOf(inbox)).watch.pending).toBe(1);
    kie.add('luma', task.id, { doneAfterMs: 0, ends: 'flag4' });
    const waiting = inbox.runCli(['wait', task.id, '--timeout', '30']);
    expect((await inbox.runCli(['ask', task.id])).stdout).toContain('done');
    expect((await waiting).code).toBe(0);
    expect((await statusOf(inbox)).watch).toEqual({ pending: 0, overdue: 0, nextAskAt: null });
  });

  test('moderation that only a question tells ends the wait with code 2', async () => {
    kie.add('aleph', 'flagged', { doneAfterMs: 300, ends: 'moderated' });
    const inbox = await start();
    await inbox.runCli(['watch', 'kie-aleph', 'flagged']);
    const waited = await inbox.runCli(['wait', 'flagged', '--timeout', '30']);
    expect(waited).toMatchObject({ code: 2, stdout: '' });
    expect(waited.stderr).toContain('moderation');
  });

  test('without a key it says so, and goes on by itself once the key is there', async () => {
    kie.add('market', 't-1', { doneAfterMs: 0 });
    const inbox = await start([], { VIDEO_INBOX_SECRET_KIE_API_KEY: '' });
    const watched = await inbox.runCli(['watch', 'kie-market', 't-1']);
    expect(watched.code).toBe(0);
    expect(watched.stderr).toContain('KIE_API_KEY');
    expect((await inbox.runCli(['ask', 't-1'])).code).toBe(1);
    expect(kie.calls).toEqual([]);
    await inbox.call('secrets:set', 'KIE_API_KEY', kie.key);
    expect((await inbox.runCli(['wait', 't-1', '--timeout', '30'])).code).toBe(0);
  });

  test('another provider by --api-base', async () => {
    const replicate = await openJsonServer((call): Reply => {
      if (call.path === '/out.mp4') return { bytes: film };
      return { json: { id: 'p1', status: 'succeeded', output: `${replicate.origin}/out.mp4`, input: {} } };
    });
    const inbox = await start(['--api-base', `replicate=${replicate.origin}`, '--allow-host', replicate.host], {
      VIDEO_INBOX_SECRET_REPLICATE_API_KEY: 'r8-key',
    });
    await inbox.runCli(['watch', 'replicate', 'p1']);
    expect((await inbox.runCli(['wait', 'p1', '--timeout', '30'])).code).toBe(0);
    expect(replicate.calls[0]).toMatchObject({ path: '/v1/predictions/p1' });
    expect(replicate.calls.find((call) => call.path === '/out.mp4')?.headers.authorization).toBeUndefined();
    await replicate.close();
  });
});

describe('a film that only the key opens', () => {
  test('is fetched with it from the provider’s own host, and nothing else gets it', async () => {
    const cdn = await openJsonServer((): Reply => ({ bytes: film }));
    const router = await openJsonServer((call): Reply => {
      const hasKey = call.headers.authorization === 'Bearer or-key';
      if (call.path === '/api/v1/videos/v1/content') {
        return hasKey
          ? { status: 302, json: {}, headers: { location: `${cdn.origin}/a.mp4` } }
          : { status: 401, json: {} };
      }
      if (!hasKey) return { status: 401, json: { error: { message: 'no' } } };
      return { json: { id: 'v1', status: 'completed', unsigned_urls: [`${router.origin}/api/v1/videos/v1/content`] } };
    });
    const inbox = await start([
      '--api-base',
      `openrouter=${router.origin}`,
      '--allow-host',
      router.host,
      '--allow-host',
      cdn.host,
    ]);
    await inbox.postCallback({
      type: 'video.generation.completed',
      created_at: 1,
      data: { id: 'v1', status: 'completed', unsigned_urls: [`${router.origin}/api/v1/videos/v1/content`] },
    });
    await inbox.waitForTask('v1', ({ videos }) => (videos[0]?.attempts?.length ?? 0) > 0, 40_000);
    await inbox.call('secrets:set', 'OPENROUTER_API_KEY', 'or-key');
    await inbox.waitForTask('v1', ({ videos }) => videos[0]?.state === 'saved', 40_000);
    expect(cdn.calls.map((call) => call.headers.authorization)).toEqual([undefined]);
    await router.close();
    await cdn.close();
  });
});

describe('rescue', () => {
  const called = async (inbox: Inbox, id: string): Promise<void> => {
    expect((await inbox.postCallback(kie.callbackBody(id))).status).toBe(200);
  };

  test('a dead link is renewed from the record', async () => {
    const task = kie.add('aleph', 'dead', { doneAfterMs: 0, deadFirstLink: true });
    const inbox = await start();
    await called(inbox, task.id);
    expect((await inbox.runCli(['wait', task.id, '--timeout', '40'])).code).toBe(0);
  });

  test('where the record has the same dead link, kie.ai makes a fresh one; one that breaks off goes on', async () => {
    const task = kie.add('market', 'fresh', { doneAfterMs: 0, onlyFreshLink: true, cutOnce: 20_000 });
    const inbox = await start();
    await called(inbox, task.id);
    const waited = await inbox.runCli(['wait', task.id, '--timeout', '40']);
    expect(waited.code).toBe(0);
    expect(await readFile(waited.stdout.trim())).toEqual(film);
    expect((await inbox.call('tasks:get', task.id))?.history.map(({ kind, code }) => [kind, code])).toContainEqual([
      'link',
      'provider',
    ]);
  });

  test('without a key the dead link is tried in vain, and renewed when the key comes', async () => {
    const task = kie.add('market', 'late-key', { doneAfterMs: 0, onlyFreshLink: true });
    const inbox = await start([], { VIDEO_INBOX_SECRET_KIE_API_KEY: '' });
    await called(inbox, task.id);
    await inbox.waitForTask(task.id, ({ videos }) => (videos[0]?.attempts?.length ?? 0) > 0, 40_000);
    await inbox.call('secrets:set', 'KIE_API_KEY', kie.key);
    await inbox.waitForTask(task.id, ({ videos }) => videos[0]?.state === 'saved', 40_000);
  });
});
