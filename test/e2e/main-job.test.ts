/** The main job as a script sees it: a callback comes in, its videos are on disk, whatever happens in between. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { createInboxes, repoDir, type Inbox } from '../support/inbox-process.ts';
import { lumaSuccess, recordedCallback, type RecordedCallback } from '../support/kie-callbacks.ts';
import { listenVideoServer, type VideoServer } from '../support/video-server.ts';
import { waitUntil } from '../support/wait-until.ts';

const inboxes = createInboxes({ inTurn: true });
let media: VideoServer;
let mp4: Buffer;
let webm: Buffer;
let png: Buffer;

beforeEach(async () => {
  media = await listenVideoServer();
  mp4 = await readFile(path.join(repoDir, 'src-main/node/samples/sample.mp4'));
  webm = await readFile(path.join(repoDir, 'src-main/node/samples/sample.webm'));
  png = await readFile(path.join(repoDir, 'test/fixtures/media/poster.png'));
});
afterEach(async () => {
  await inboxes.close();
  await media.close();
});

const startInbox = () => inboxes.start({ args: ['--allow-host', media.host] });
const isSaved = (task: TaskView) => task.videos.length > 0 && task.videos.every(({ state }) => state === 'saved');
const bytesOf = (inbox: Inbox, task: TaskView, n = 0) =>
  readFile(path.join(inbox.dataDir, task.videos[n]?.path ?? 'none'));

/** The four payloads of the two documents, their links pointed at the local server. */
async function documentedPayloads() {
  const to = (name: string, taskId?: string): Promise<RecordedCallback> =>
    recordedCallback(name, { mediaUrl: media.origin, ...(taskId === undefined ? {} : { taskId }) });
  media.file('/k/aleph-0001.mp4', mp4);
  media.file('/m/aleph-0001.png', { bytes: png, contentType: 'image/png' });
  media.file('/l/luma-0001.mp4', mp4);
  return {
    alephSuccess: await to('kie-aleph-success'),
    alephError: await to('kie-aleph-error', 'aleph-task-that-failed'),
    lumaSuccess: await to('kie-luma-success'),
    lumaFailure: await to('kie-luma-failure', 'luma-task-that-failed'),
  };
}

describe('the payloads of the two documents', () => {
  it('become videos on disk and reasons of failures, and stay so after a restart and a kill', async () => {
    const payloads = await documentedPayloads();
    let inbox = await startInbox();
    for (const { body } of Object.values(payloads)) {
      const reply = await inbox.postCallback(body);
      expect(reply.status).toBe(200);
      expect(JSON.parse(reply.text)).toEqual({ code: 200, msg: 'success' });
    }

    async function expectTheWhole(): Promise<void> {
      for (const { taskId } of [payloads.alephSuccess, payloads.lumaSuccess]) {
        const run = await inbox.runCli(['wait', taskId, '--timeout', '30']);
        expect(run).toMatchObject({ code: 0 });
        const [file = '', ...more] = run.stdout.trim().split('\n');
        expect(more).toEqual([]);
        expect(path.relative(path.join(inbox.dataDir, 'videos'), file)).not.toMatch(/^\.\./);
        expect((await readFile(file)).equals(mp4)).toBe(true);
      }
      for (const { taskId, message } of [payloads.alephError, payloads.lumaFailure]) {
        const run = await inbox.runCli(['wait', taskId, '--timeout', '30']);
        expect(run).toMatchObject({ code: 2, stdout: '' });
        expect(run.stderr).toContain(message);
      }
    }

    await expectTheWhole();
    expect(await inbox.runCli(['wait', 'never-sent', '--timeout', '1'])).toMatchObject({ code: 3, stdout: '' });
    const luma = await inbox.call('tasks:get', payloads.lumaSuccess.taskId);
    expect(luma).toMatchObject({
      provider: 'kie-luma',
      prompt: 'A harbour town in the rain, shot at night',
      videos: [{ container: 'mp4', width: 640, height: 360, videoCodec: expect.stringMatching(/avc/) as string }],
    });
    const aleph = await inbox.waitForTask(payloads.alephSuccess.taskId, ({ poster }) => poster !== null);
    expect((await readFile(path.join(inbox.dataDir, aleph.poster ?? ''))).equals(png)).toBe(true);

    const before = await inbox.call('tasks:list', { state: null, limit: 10 });
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      inbox = await inbox.restart(signal);
      expect(await inbox.call('tasks:list', { state: null, limit: 10 })).toEqual(before);
      await expectTheWhole();
    }
  });

  it('never fetch the source video that the request named, where inputs are not kept', async () => {
    const inbox = await startInbox();
    await inbox.call('settings:update', { downloads: { keepSources: false } });
    const source = media.file('/in/source.mp4', mp4);
    const result = media.file('/l/result.mp4', webm);
    const promptJson = JSON.stringify({ prompt: 'p', videoUrl: source, callBackUrl: inbox.callbackUrl });
    await inbox.postCallback({ code: 200, msg: 'ok', data: { taskId: 'source-1', promptJson, resultUrls: [result] } });
    const task = await inbox.waitForTask('source-1', isSaved);
    expect(task.videos).toMatchObject([{ url: result, container: 'webm' }]);
    expect(media.exchanges.map(({ path: asked }) => asked)).not.toContain('/in/source.mp4');
  });

  it('with two videos save both, and the same callback again fetches nothing twice', async () => {
    const inbox = await startInbox();
    const urls = [media.file('/l/one.mp4', mp4), media.file('/l/two.webm', webm)];
    await inbox.postCallback(lumaSuccess('two-1', urls));
    const task = await inbox.waitForTask('two-1', isSaved);
    expect((await bytesOf(inbox, task, 0)).equals(mp4)).toBe(true);
    expect((await bytesOf(inbox, task, 1)).equals(webm)).toBe(true);
    const asked = media.exchanges.length;
    await inbox.postCallback(lumaSuccess('two-1', urls));
    await inbox.postCallback(lumaSuccess('after-1', [media.file('/l/three.mp4', mp4)]));
    await inbox.waitForTask('after-1', isSaved); // whatever the repeat had queued would have been asked for before
    expect(media.exchanges.slice(asked).map(({ path: asked }) => asked)).toEqual(['/l/three.mp4']);
  });
});

describe('killed', () => {
  it('in the middle of a download, it goes on where it was', async () => {
    const bytes = withFreeBox(mp4, 4 * 1024 * 1024);
    const slow = { bytes, etag: '"v1"', pieceBytes: 64 * 1024, pauseMs: 40 };
    const url = media.sequence('/l/slow.mp4', [slow, { bytes, etag: '"v1"' }]);
    const inbox = await startInbox();
    await inbox.postCallback(lumaSuccess('resumed-1', [url]));
    await waitUntil(() => media.bytesSent > bytes.length / 2, 'half of the video');
    const again = await inbox.restart('SIGKILL');
    const task = await again.waitForTask('resumed-1', isSaved);
    expect((await bytesOf(again, task)).equals(bytes)).toBe(true);
    const ranges = media.exchanges.filter(({ range }) => range !== null);
    expect(ranges.length).toBeGreaterThan(0);
    expect(media.bytesSent).toBeLessThan(bytes.length * 1.6); // a new beginning would have cost the whole again
  });

  it('between the answer and the download, it fetches at the next start', async () => {
    const url = media.sequence('/l/later.mp4', [() => undefined, { bytes: mp4 }]); // the first request hangs
    const inbox = await startInbox();
    await inbox.postCallback(lumaSuccess('later-1', [url]));
    await waitUntil(() => media.exchanges.length > 0, 'the first request');
    const again = await inbox.restart('SIGKILL');
    const task = await again.waitForTask('later-1', isSaved);
    expect((await bytesOf(again, task)).equals(mp4)).toBe(true);
  });

  it('again and again while many videos come in, each is saved once and whole', async () => {
    let inbox = await startInbox();
    const count = 12;
    for (let n = 0; n < count; n += 1) {
      const url = media.file(`/l/many-${n}.mp4`, { bytes: mp4, etag: '"m"', pieceBytes: 8 * 1024, pauseMs: 15 });
      expect((await inbox.postCallback(lumaSuccess(`many-${n}`, [url]))).status).toBe(200);
    }
    for (let round = 0; round < 4; round += 1) {
      await new Promise((later) => setTimeout(later, 100 + Math.random() * 300));
      inbox = await inbox.restart('SIGKILL');
    }
    for (let n = 0; n < count; n += 1) {
      const task = await inbox.waitForTask(`many-${n}`, isSaved);
      expect(task.videos).toHaveLength(1);
      expect((await bytesOf(inbox, task)).equals(mp4)).toBe(true);
    }
    const report = await inbox.call('library:doctor', { rebuild: false });
    expect(report).toMatchObject({ ok: true, tasks: count, videosChecked: count, problems: [] });
  });
});

describe('many videos', () => {
  it('are fetched four at a time, unless the settings say otherwise', async () => {
    const servers = await Promise.all(Array.from({ length: 6 }, () => listenVideoServer()));
    let open = 0;
    let isHeld = true;
    // At a pace that is worth a place: what brings next to nothing lets others pass.
    const film = withFreeBox(mp4, 12 * 1024 * 1024);
    const pieceBytes = 16 * 1024;
    try {
      const inbox = await inboxes.start({ args: servers.flatMap(({ host }) => ['--allow-host', host]) });
      for (const [n, server] of servers.entries()) {
        const url = server.handle('/slow.mp4', async (_request, response) => {
          open += 1;
          response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': film.length });
          let sent = 0;
          while (isHeld) {
            if (sent + pieceBytes < film.length) response.write(film.subarray(sent, (sent += pieceBytes)));
            await new Promise((later) => setTimeout(later, 50));
          }
          response.end(film.subarray(sent));
        });
        await inbox.postCallback(lumaSuccess(`slow-${n}`, [url]));
      }
      await waitUntil(() => open >= 4, 'four downloads');
      await new Promise((later) => setTimeout(later, 500)); // for a fifth, if there is one
      expect(open).toBe(4);
      expect((await inbox.call('app:status')).videos).toMatchObject({ downloading: 4, queued: 2 });
      await inbox.call('settings:update', { downloads: { atOnce: 5 } });
      await waitUntil(() => open >= 5, 'a fifth download');
      await new Promise((later) => setTimeout(later, 500));
      expect(open).toBe(5);
      isHeld = false;
      for (const n of servers.keys()) await inbox.waitForTask(`slow-${n}`, isSaved);
    } finally {
      isHeld = false;
      await inboxes.close();
      await Promise.all(servers.map((server) => server.close()));
    }
  });
});

describe('what cannot be saved', () => {
  it('is told with its reason, and tried again when someone asks', async () => {
    const inbox = await startInbox();
    const url = media.status('/l/gone.mp4', 410);
    await inbox.postCallback(lumaSuccess('gone-1', [url]));
    const run = await inbox.runCli(['wait', 'gone-1', '--timeout', '60']);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    const task = await inbox.call('tasks:get', 'gone-1');
    expect(task?.videos).toMatchObject([{ path: null, error: expect.stringMatching(/\.$/) as string }]);
    expect(run.stderr).toContain(task?.videos[0]?.error ?? 'no error was told');

    media.file('/l/gone.mp4', mp4);
    await inbox.call('tasks:retry', task?.key ?? '');
    expect((await bytesOf(inbox, await inbox.waitForTask('gone-1', isSaved))).equals(mp4)).toBe(true);
  });

  it('for its status is expired or forbidden, with a sentence that says so', async () => {
    const inbox = await startInbox();
    const lasts = [
      [410, 'expired', 'gone', 'says that this file is no longer there (410), so its link has most likely expired'],
      [401, 'failed', 'forbidden', 'does not let us fetch this file (401). Its link has most likely expired, or it'],
    ] as const;
    for (const [status] of lasts) {
      await inbox.postCallback(lumaSuccess(`status-${status}`, [media.status(`/l/${status}.mp4`, status)]));
    }
    for (const [status, state, errorCode, words] of lasts) {
      const task = await inbox.waitForTask(`status-${status}`, ({ videos }) => videos[0]?.state === state, 60_000);
      expect(task.videos).toMatchObject([{ state, errorCode, path: null }]);
      expect(task.videos[0]?.error).toContain(media.host.replace(/:\d+$/, ''));
      expect(task.videos[0]?.error).toContain(words);
      expect((await inbox.runCli(['wait', `status-${status}`])).stderr).toContain(words);
    }
    expect((await inbox.call('app:status')).videos).toMatchObject({ expired: 1, failed: 1 });
  });

  it('right after its callback means that the file is not there yet, and it is saved once it is', async () => {
    const inbox = await startInbox();
    for (const status of [404, 403]) {
      const url = media.status(`/l/late-${status}.mp4`, status);
      await inbox.postCallback(lumaSuccess(`late-${status}`, [url]));
      const waits = await inbox.waitForTask(`late-${status}`, ({ videos }) =>
        (videos[0]?.error ?? '').includes('not there yet'),
      );
      expect(waits.videos).toMatchObject([{ state: 'queued', path: null }]);
      media.file(`/l/late-${status}.mp4`, mp4);
      expect((await bytesOf(inbox, await inbox.waitForTask(`late-${status}`, isSaved, 60_000))).equals(mp4)).toBe(true);
    }
  });

  it('a page in place of a video is never shown as one', async () => {
    const inbox = await startInbox();
    const bytes = Buffer.from('<!doctype html><title>Sign in</title>');
    await inbox.postCallback(lumaSuccess('page-1', [media.file('/l/page.mp4', { bytes, contentType: 'video/mp4' })]));
    const task = await inbox.waitForTask('page-1', ({ videos }) => videos[0]?.state === 'failed');
    expect(task.videos).toMatchObject([{ errorCode: 'not-a-video', path: null }]);
  });

  it('a link into the private network is not followed, not even through a redirect', async () => {
    const inbox = await startInbox();
    const other = await listenVideoServer();
    try {
      const inside = other.file('/inside.mp4', mp4);
      media.status('/l/redirect.mp4', 302, { location: inside });
      await inbox.postCallback(lumaSuccess('inside-1', [inside]));
      await inbox.postCallback(lumaSuccess('inside-2', [media.url('/l/redirect.mp4')]));
      await inbox.postCallback(lumaSuccess('inside-3', ['http://169.254.169.254/latest/meta-data/a.mp4']));
      await inbox.postCallback(lumaSuccess('inside-4', ['file:///etc/passwd']));
      for (const n of [1, 2, 3]) {
        const task = await inbox.waitForTask(`inside-${n}`, ({ videos }) => videos[0]?.state === 'failed');
        expect(task.videos).toMatchObject([{ errorCode: 'blocked-address' }]);
      }
      expect(other.exchanges).toEqual([]);
      const file = await inbox.call('tasks:get', 'inside-4');
      for (const video of file?.videos ?? []) expect(video.state).not.toBe('saved');
    } finally {
      await other.close();
    }
  });
});

/** Makes a small mp4 larger without harm: players skip a box of type `free`. */
function withFreeBox(sample: Buffer, totalBytes: number): Buffer {
  const box = Buffer.alloc(totalBytes - sample.length, 7);
  box.writeUInt32BE(box.length, 0);
  box.write('free', 4, 'latin1');
  return Buffer.concat([sample, box]);
}
