/** A copy of an inbox elsewhere: two built programs as processes, one following the other over real sockets. */
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { request } from '../support/http-request.ts';
import { createInboxes, repoDir, type Inbox } from '../support/inbox-process.ts';
import { lumaSuccess } from '../support/kie-callbacks.ts';
import { keptPort } from '../support/kept-port.ts';
import { listenVideoServer, type VideoServer } from '../support/video-server.ts';
import { waitUntil } from '../support/wait-until.ts';

const inboxes = createInboxes({ inTurn: true });
let media: VideoServer;
let mp4: Buffer;
/** Always on; the same port after a restart. */
let home: Inbox;
let token: string;

beforeEach(async () => {
  mp4 = await readFile(path.join(repoDir, 'src-main/node/samples/sample.mp4'));
  media = await listenVideoServer();
  home = await inboxes.start({ args: ['--allow-host', media.host, '--sync-port', String(await keptPort())] });
  token = (await home.runCli(['api-key', 'new', '--scope', 'twin'])).stdout.trim();
});
afterEach(async () => {
  await inboxes.close();
  await media.close();
});

function follow(args: readonly string[] = [], key = token): Promise<Inbox> {
  return inboxes.start({
    args: ['--twin', home.syncUrl ?? '', ...args],
    env: { VIDEO_INBOX_SECRET_TWIN_TOKEN: key },
  });
}

const tasksOf = (inbox: Inbox): Promise<readonly TaskView[]> => inbox.call('tasks:list', { state: null, limit: 1000 });

/** Waits until both tell the same of every task. */
async function alike(copy: Inbox): Promise<readonly TaskView[]> {
  await waitUntil(
    async () => JSON.stringify(await tasksOf(copy)) === JSON.stringify(await tasksOf(home)),
    'both libraries to be alike',
    15_000,
  ).catch(async () => expect(await tasksOf(copy)).toEqual(await tasksOf(home)));
  return tasksOf(copy);
}

async function savedTask(taskId: string): Promise<TaskView> {
  await home.postCallback(lumaSuccess(taskId, [media.file(`/l/${taskId}.mp4`, mp4)]));
  return home.waitForTask(taskId, ({ videos }) => videos[0]?.state === 'saved');
}

const videosOnDisk = (inbox: Inbox): Promise<readonly string[]> => filesBelow(inbox, 'videos');

async function filesBelow(inbox: Inbox, folder: string): Promise<readonly string[]> {
  const names = await readdir(path.join(inbox.dataDir, folder), { recursive: true }).catch(() => []);
  return names.filter((name) => /\.mp4$|\.tmp$/.test(name));
}

/** Opened anew, it is away for a moment, and then where it was. */
async function callbackUrlIs(inbox: Inbox, url: string): Promise<void> {
  const told = () => inbox.call('app:status').catch(() => null);
  await waitUntil(async () => (await told())?.tunnel.callbackUrl === url, `the callback URL to be ${url}`, 30_000);
}

async function connect(inbox: Inbox, key = token): Promise<void> {
  expect(await inbox.call('twin:connect', home.syncUrl ?? '', key)).toEqual({ callbackUrl: home.callbackUrl });
  await callbackUrlIs(inbox, home.callbackUrl);
}

async function disconnect(inbox: Inbox): Promise<void> {
  await inbox.call('twin:disconnect');
  await callbackUrlIs(inbox, inbox.callbackUrl);
}

describe('chosen in the settings', () => {
  it('an inbox elsewhere is tried, and this is a copy of it without a start, until that is let go of', async () => {
    await savedTask('one');
    const url = home.syncUrl ?? '';
    const copy = await inboxes.start();
    await expect(copy.call('twin:connect', url, 'a-token-of-nobody')).rejects.toThrow(
      /^bad-request: .*does not take the token/,
    );
    await expect(copy.call('twin:connect', 'nowhere', token)).rejects.toThrow('begins with https://');
    expect((await copy.call('settings:get')).values.twin).toEqual({ url: null, media: 'all', maxMiB: null });
    expect(await copy.call('twin:connect', `${url}/`, token)).toEqual({ callbackUrl: home.callbackUrl });
    await callbackUrlIs(copy, home.callbackUrl);
    expect((await alike(copy)).map(({ taskId }) => taskId)).toEqual(['one']);
    const printed = await copy.runCli(['url']);
    expect(printed.stdout.trim()).toBe(home.callbackUrl);
    // What is to be done for a public one is done there.
    expect(printed.stderr).toMatch(/Make it reachable there\./);
    expect(printed.stderr).not.toContain('set up a tunnel');
    await expect(copy.postCallback(lumaSuccess('lost', []))).rejects.toThrow('ECONNREFUSED');
    const again = await copy.restart();
    await alike(again);
    expect(again.log()).not.toContain(token);
    await again.call('twin:disconnect');
    await waitUntil(async () => (await again.call('app:status').catch(() => null))?.tunnel.kind === 'none', 'its own');
    expect((await tasksOf(again)).map(({ taskId }) => taskId)).toEqual(['one']);
  });

  it('let go of, it has its own callback URL again, and what was done apart is merged when it is a copy again', async () => {
    const { key } = await savedTask('one');
    const copy = await inboxes.start({ args: ['--callback-port', String(await keptPort())] });
    await connect(copy);
    await alike(copy);
    await home.stop();
    await copy.call('tasks:mark', [key], { starred: true });
    await disconnect(copy);
    // The same address as at its start, under which callbacks arrive.
    await copy.postCallback({ code: 501, msg: 'no', data: { taskId: 'mine' } });
    await copy.waitForTask('mine', ({ state }) => state === 'failed');
    await copy.call('tasks:setNote', key, 'made apart');
    home = await home.restart();
    await savedTask('two');
    await connect(copy);
    const merged = await home.waitForTask('one', ({ note, starred }) => starred && note === 'made apart');
    expect(merged.key).toBe(key);
    const ids = async () => (await tasksOf(copy)).map(({ taskId }) => taskId).toSorted();
    await waitUntil(async () => (await ids()).join() === 'mine,one,two', 'what both have');
    expect((await tasksOf(home)).map(({ taskId }) => taskId).toSorted()).toEqual(['one', 'two']);
    // A copy fetches nothing of it from its provider.
    const { message } = (await copy.call('app:status')).tunnel;
    expect(message).toContain('only here: 1 (');
    expect(message).toContain(':mine)');
  });

  it('a copy goes to another address with another token, and brings other videos, while it runs', async () => {
    const copy = await inboxes.start();
    await copy.call('settings:update', { twin: { media: 'opened' } });
    await connect(copy);
    const { key } = await savedTask('one');
    await savedTask('two');
    await alike(copy);
    expect(await videosOnDisk(copy)).toEqual([]);
    await copy.call('settings:update', { twin: { media: 'starred' } });
    await copy.call('tasks:mark', [key], { starred: true });
    await waitUntil(async () => (await videosOnDisk(copy)).join().endsWith('one_1.mp4'), 'the one with a star');
    await copy.call('settings:update', { twin: { media: 'all', maxMiB: 1 } });
    await waitUntil(async () => (await videosOnDisk(copy)).length === 2, 'all videos');

    await home.stop();
    await waitUntil(async () => (await copy.call('app:status')).tunnel.state === 'offline', 'the light to go out');
    await copy.call('tasks:mark', [key], { rating: 3 });
    const port = String(await keptPort());
    home = await inboxes.start({
      dataDir: home.dataDir,
      args: ['--allow-host', media.host, '--sync-port', port],
    });
    const other = (await home.runCli(['api-key', 'new', '--scope', 'twin'])).stdout.trim();
    const moved = await copy.call('twin:connect', home.syncUrl ?? '', other);
    expect(moved).toEqual({ callbackUrl: home.callbackUrl });
    await savedTask('three');
    await home.waitForTask('one', ({ rating }) => rating === 3);
    expect(await alike(copy)).toHaveLength(3);

    // Let go of and taken again, in the same run.
    await disconnect(copy);
    await connect(copy, other);
    await savedTask('four');
    expect(await alike(copy)).toHaveLength(4);
  });

  it('another inbox than the one that this is a copy of is refused, and gets no marks of it', async () => {
    const { key } = await savedTask('one');
    const copy = await inboxes.start();
    await connect(copy);
    await alike(copy);
    const stranger = await inboxes.start({ args: ['--sync-port', '0'] });
    const theirs = (await stranger.runCli(['api-key', 'new', '--scope', 'twin'])).stdout.trim();
    await expect(copy.call('twin:connect', stranger.syncUrl ?? '', theirs)).rejects.toThrow('Another inbox answers');
    await home.stop();
    await copy.call('tasks:mark', [key], { starred: true });
    await copy.stop();
    // By hand, past the question above.
    const lost = await inboxes.start({
      dataDir: copy.dataDir,
      args: ['--twin', stranger.syncUrl ?? ''],
      env: { VIDEO_INBOX_SECRET_TWIN_TOKEN: theirs },
    });
    const { message } = await waitUntil(async () => {
      const { tunnel } = await lost.call('app:status');
      return tunnel.message?.includes('Another inbox') === true && tunnel;
    }, 'the other inbox to be refused');
    expect(message).toContain('Nothing was taken over');
    await lost.stop();
    home = await home.restart();
    const back = await copy.restart();
    await home.waitForTask('one', ({ starred }) => starred);
    await alike(back);
  });

  it('a library that has videos of its own is refused, and one that gets some while it connects stays its own', async () => {
    const other = await inboxes.start();
    let asked: () => void = () => undefined;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    let answer: () => void = () => undefined;
    const mayAnswer = new Promise<void>((resolve) => (answer = resolve));
    const slow = createHttpServer((incoming, outgoing) => {
      asked();
      void mayAnswer
        .then(() =>
          fetch(new URL(incoming.url ?? '', home.syncUrl ?? ''), { headers: { authorization: `Bearer ${token}` } }),
        )
        .then(async (there) => outgoing.end(await there.text()));
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void slow.close());
    await once(slow, 'listening');
    const url = `http://127.0.0.1:${String((slow.address() as AddressInfo).port)}`;
    const connecting = other.call('twin:connect', url, token);
    await isAsked;
    await other.postCallback({ code: 501, msg: 'no', data: { taskId: 'mine' } });
    answer();
    await connecting;
    const chosen = async () => (await other.call('settings:get').catch(() => null))?.values.twin.url;
    await waitUntil(async () => (await chosen()) === null, 'the choice to be undone');
    expect((await tasksOf(other)).map(({ taskId }) => taskId)).toEqual(['mine']);
    await other.postCallback({ code: 501, msg: 'no', data: { taskId: 'more' } });
    await other.waitForTask('more', () => true);
    await expect(other.call('twin:connect', home.syncUrl ?? '', token)).rejects.toThrow('has videos of its own');
    const copy = await follow();
    await expect(copy.call('twin:connect', home.syncUrl ?? '', token)).rejects.toThrow('was told at the start');
  });
});

describe('a copy', () => {
  it('tells the same of every task, has the videos from the other and not from providers, and its callback URL', async () => {
    await savedTask('before');
    await home.postCallback({ code: 501, msg: 'It failed', data: { taskId: 'failed' } });
    const copy = await follow();
    expect(copy.callbackUrl).toBe(home.callbackUrl);
    await savedTask('after');
    await home.call('tasks:mark', ['kie-luma:after'], { starred: true, rating: 4 });
    expect(await alike(copy)).toHaveLength(3);
    const isWhole = (name: string) => name.endsWith('.mp4');
    await waitUntil(async () => (await videosOnDisk(copy)).filter(isWhole).length === 2, 'the videos to be here');
    for (const { videos } of await tasksOf(copy)) {
      for (const { path: file } of videos) {
        expect((await readFile(path.join(copy.dataDir, file ?? ''))).equals(mp4)).toBe(true);
      }
    }
    expect(media.exchanges.filter(({ path: asked }) => asked.startsWith('/l/'))).toHaveLength(2);
    await home.call('tasks:trash', ['kie-luma:after']);
    await waitUntil(
      async () => (await filesBelow(copy, 'trash')).length === 1,
      'the film to be in the trash here, too',
    );
    expect(await copy.call('library:doctor', { rebuild: false })).toMatchObject({ ok: true, problems: [] });
    await home.call('tasks:restore', ['kie-luma:after']);
    await waitUntil(async () => (await videosOnDisk(copy)).filter(isWhole).length === 2, 'the film to be back');
    expect(await filesBelow(copy, 'trash')).toEqual([]);
  });

  it('sends no sample callback to the other, which would find no film behind it', async () => {
    const copy = await follow();
    const sent = await copy.runCli(['send-test']);
    expect(sent).toMatchObject({ code: 1, stdout: '' });
    expect(sent.stderr).toContain('copy of one elsewhere');
    expect(await tasksOf(home)).toEqual([]);
  });

  it('asks and orders at no provider, and brings no film of its own: that is done there, and refused before it begins', async () => {
    await home.postCallback({ code: 200, msg: 'wait', data: { taskId: 'open', state: 'generating' } });
    const calls: string[] = [];
    const provider = createHttpServer((asked, answer) => {
      calls.push(asked.url ?? '');
      answer.end('{"code":200,"data":{}}');
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void provider.close());
    await once(provider, 'listening');
    const base = `http://127.0.0.1:${String((provider.address() as AddressInfo).port)}`;
    const copy = await inboxes.start({
      args: ['--twin', home.syncUrl ?? '', '--kie-api-base', base],
      env: { VIDEO_INBOX_SECRET_TWIN_TOKEN: token, VIDEO_INBOX_SECRET_KIE_API_KEY: 'a-key' },
    });
    const [task] = await alike(copy);
    const film = path.join(copy.dataDir, '..', 'mine.mp4');
    await writeFile(film, mp4);
    const refusal = /^unavailable: This inbox is a copy of one elsewhere/;
    await expect(copy.call('tasks:ask', task?.key ?? '')).rejects.toThrow(refusal);
    const order = {
      provider: 'kie-luma',
      model: null,
      prompt: 'x',
      videos: [film],
      images: [],
      params: {},
      project: null,
    };
    await expect(copy.call('submissions:send', order)).rejects.toThrow(refusal);
    await expect(copy.call('tasks:import', film)).rejects.toThrow(refusal);
    // Nobody can call a URL of its own, and it calls no webhook.
    await expect(copy.call('callback:mint', { label: 'x', project: null })).rejects.toThrow(refusal);
    expect(await copy.call('callback:list')).toEqual([]);
    const hooks = { webhookUrl: 'http://127.0.0.1:9/hook' };
    await expect(copy.call('settings:update', { hooks })).rejects.toThrow(refusal);
    await expect(copy.call('hooks:test')).rejects.toThrow(refusal);
    expect([calls, await videosOnDisk(copy)]).toEqual([[], []]);
  });

  it('goes on where it was, however it ended, and holds each event once', async () => {
    let copy = await follow();
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(
        Array.from({ length: 150 }, (_, n) =>
          home.postCallback({ code: 501, msg: 'no', data: { taskId: `r${String(round)}-${String(n)}` } }),
        ),
      );
      copy = await copy.restart('SIGKILL');
    }
    expect(await alike(copy)).toHaveLength(450);
    await copy.stop();
    const journal = await readFile(path.join(copy.dataDir, 'journal/000001.ndjson'), 'utf8');
    const numbers = [...journal.matchAll(/"origin":\{"node":"\w+","k":(\d+)/g)].map(([, k]) => Number(k));
    expect(numbers.length).toBeGreaterThanOrEqual(450);
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
  });

  it('that was off for a week has what came meanwhile, and is what a new copy is, by the hash of both', async () => {
    await savedTask('before');
    const copy = await follow();
    await alike(copy);
    await copy.stop();
    // A week of a busy person, over several pages of the feed: results, the same again, marks, and what leaves again.
    const days = Array.from({ length: 7 }, (_, day) => Array.from({ length: 120 }, (_each, n) => `d${day}-${n}`));
    for (const ids of days) {
      await Promise.all(ids.map((taskId) => home.postCallback({ code: 501, msg: 'no', data: { taskId } })));
      const keys = (await tasksOf(home)).filter(({ taskId }) => ids.includes(taskId)).map(({ key }) => key);
      await home.call('tasks:mark', keys, { starred: true });
      await home.call('tasks:tag', keys.slice(0, 20), { add: ['week'] });
      await home.call('tasks:trash', keys.slice(-5));
      await home.call('tasks:purge', keys.slice(-3));
    }
    await savedTask('last');
    const again = await copy.restart();
    const fresh = await follow(['--twin-media', 'opened']);
    const hashOf = async (inbox: Inbox): Promise<string> => hash('sha256', JSON.stringify(await tasksOf(inbox)));
    const right = await hashOf(home);
    for (const inbox of [again, fresh]) {
      await waitUntil(async () => (await hashOf(inbox)) === right, 'the library to have the same hash', 60_000);
    }
    expect(await tasksOf(home)).toHaveLength(7 * 115 + 2);
    await waitUntil(
      async () => (await videosOnDisk(again)).filter((name) => name.endsWith('.mp4')).length === 2,
      'both films',
    );
  });

  it('takes marks while the other is away, and both are alike behind it; what only the other can do says so', async () => {
    const { key } = await savedTask('away');
    const copy = await follow();
    await alike(copy);
    await home.stop('SIGKILL');
    await copy.call('tasks:mark', [key], { starred: true });
    await copy.call('tasks:setNote', key, 'made on a train');
    await copy.call('tasks:tag', [key], { add: ['train'] });
    expect((await copy.call('tasks:get', key))?.starred).toBe(true);
    await expect(copy.call('tasks:trash', [key])).rejects.toThrow(/^unavailable: /);
    await waitUntil(async () => (await copy.call('app:status')).tunnel.state === 'offline', 'the light to go out');
    const again = await copy.restart();
    home = await home.restart();
    await home.waitForTask('away', ({ starred, tags }) => starred && tags.includes('train'));
    await alike(again);
    await again.call('tasks:trash', [key]);
    expect((await home.call('tasks:get', key))?.trashedAt).not.toBeNull();
    await alike(again);
    await again.call('tasks:purge', [key]);
    expect(await home.call('tasks:get', key)).toBeNull();
    await waitUntil(async () => (await videosOnDisk(again)).length === 0, 'the files to leave');
  });

  it('sends many marks of many tasks, as much at once as the other takes', async () => {
    const ids = Array.from({ length: 250 }, (_, n) => `long-${'x'.repeat(60)}-${String(n)}`);
    await Promise.all(ids.map((taskId) => home.postCallback({ code: 501, msg: 'no', data: { taskId } })));
    const copy = await follow();
    const keys = (await alike(copy)).map(({ key }) => key);
    await home.stop();
    for (let n = 1; n <= 75; n += 1) await copy.call('tasks:mark', keys, { starred: n % 2 === 1 });
    home = await home.restart();
    // Each of the 75 comes back and is folded again: alike they are many times on the way, and may be so late.
    const isLast = (tasks: readonly TaskView[]) => tasks.every(({ starred }) => starred);
    const haveLast = async () => isLast(await tasksOf(home)) && isLast(await tasksOf(copy));
    await waitUntil(
      async () => (await haveLast()) && (await alike(copy).then(isLast, () => false)),
      'the last mark',
      120_000,
    );
  });

  it('brings a video when someone opens it, where the person wants that, and never with other bytes', async () => {
    const { key, videos } = await savedTask('opened');
    const bad = await savedTask('swapped');
    const swapped = Buffer.from(mp4);
    swapped[swapped.length - 1] = (swapped.at(-1) ?? 0) ^ 1;
    // Not in place: equal bytes lie on the disk once.
    const file = path.join(home.dataDir, bad.videos[0]?.path ?? '');
    const copy = await follow(['--twin-media', 'opened']);
    await alike(copy);
    expect(await videosOnDisk(copy)).toEqual([]);
    const open = () =>
      request(`${copy.localUrl}/media/${encodeURIComponent(key)}/1`, {
        headers: { authorization: `Bearer ${copy.key}` },
      });
    await writeFile(file, swapped); // both names of these bytes
    expect((await open()).status).not.toBe(200);
    expect(await videosOnDisk(copy)).toEqual([]);
    await writeFile(file, mp4);
    const whole = await open();
    expect(whole.body.equals(mp4)).toBe(true);
    expect(await readFile(path.join(copy.dataDir, videos[0]?.path ?? ''))).toEqual(mp4);
  });

  it('is made of nothing that has videos of its own, and says when its token is not taken', async () => {
    await savedTask('mine');
    await home.stop();
    const refused = await inboxes.runCli(['serve', '--twin', 'http://127.0.0.1:9', '--data-dir', home.dataDir], {
      VIDEO_INBOX_LOCAL_PORT: '0',
      VIDEO_INBOX_SECRET_TWIN_TOKEN: 'x',
    });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/videos of its own/);
    home = await home.restart();
    const stranger = await follow([], 'vi_wrong');
    expect((await stranger.call('app:status')).tunnel).toMatchObject({
      state: 'offline',
      message: expect.stringMatching(/token/) as string,
    });
    expect(await tasksOf(stranger)).toEqual([]);
  });
});
