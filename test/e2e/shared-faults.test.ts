/** Machines that share a log and a shelf, when the shelf goes away or loses something. */
import { hash } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DoctorReport } from '../../src-main/common/doctor-report.ts';
import type { Status } from '../../src-main/common/status.ts';
import { enNodes } from '../../src-renderer/texts/en-nodes.ts';
import { axeViolations } from '../support/axe.ts';
import { launchBrowser } from '../support/browser.ts';
import { request } from '../support/http-request.ts';
import { repoDir, type Inbox } from '../support/inbox-process.ts';
import { lumaSuccess } from '../support/kie-callbacks.ts';
import { startPostgres, whyNoPostgres, type PostgresServer } from '../support/postgres.ts';
import { createSharedNodes, sameLibrary, type SharedNodes } from '../support/shared-nodes.ts';
import { waitUntil } from '../support/wait-until.ts';

const patienceMs = 120_000;

let database: PostgresServer;
let nodes: SharedNodes;
let mp4: Buffer;

const isSaved = ({ videos }: { readonly videos: readonly { readonly state: string }[] }): boolean =>
  videos[0]?.state === 'saved';
const film = (id: string): string => nodes.media.file(`/l/${id}.mp4`, mp4);
const bytesOnShelf = (): readonly string[] =>
  [...nodes.shelf.objects.keys()].filter((key) => key.startsWith(`films/sha256/${hash('sha256', mp4)}`));

describe.skipIf(whyNoPostgres !== null)('machines that share a log and a shelf', { timeout: 300_000 }, () => {
  beforeAll(async () => {
    mp4 = await readFile(path.join(repoDir, 'src-main/node/samples/sample.mp4'));
    database = await startPostgres();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    nodes = await createSharedNodes(database, 5);
  });
  afterEach(() => nodes.close());

  it('the shelf is down: the film waits whole on the worker, is not fetched again, and is saved once when it is back', async () => {
    const intake = await nodes.start('intake', { args: ['--role', 'intake,gallery'] });
    const worker = await nodes.start('worker', { args: ['--role', 'download,gallery'] });
    nodes.shelf.fault = () => ({ kind: 'cut' });
    await intake.postCallback(lumaSuccess('waits', [film('waits')]));
    // On the disk whose room is measured before anything is fetched.
    await waitUntil(
      async () => {
        const names = await readdir(path.join(worker.dataDir, 'videos'), { recursive: true }).catch(() => []);
        const part = names.find((name) => name.endsWith('.part'));
        if (part === undefined) return false;
        return (await stat(path.join(worker.dataDir, 'videos', part))).size === mp4.length;
      },
      'the whole film on the worker',
      patienceMs,
    );
    await worker.waitForTask('waits', ({ videos }) => (videos[0]?.attempts ?? []).length > 0, patienceMs);
    expect(bytesOnShelf()).toEqual([]);
    await waitUntil(
      async () => (await worker.call('app:status')).shelf?.state === 'away',
      'the shelf to be told away',
      patienceMs,
    );
    const { shelf } = JSON.parse((await worker.runCli(['status', '--json'])).stdout) as Status;
    if (shelf?.state !== 'away') throw new Error('the command does not tell what the inbox tells');
    expect(shelf.message).toMatch(/cannot be reached.*wait on this machine/);
    expect((await worker.runCli(['status'])).stdout).toContain(shelf.message);
    await waitUntil(
      async () =>
        (await intake.call('app:status')).shared?.nodes.some((node) => node.name === 'worker' && node.shelf === 'away'),
      'the other machine to hear of it',
      patienceMs,
    );
    nodes.shelf.fault = null;
    await intake.waitForTask('waits', isSaved, patienceMs);
    expect(bytesOnShelf()).toHaveLength(1);
    expect(nodes.media.bytesSent).toBe(mp4.length);
    expect([await nodes.countEvents('video-saved'), await nodes.countEvents('video-failed')]).toEqual([1, 0]);
    await sameLibrary([intake, worker], 1);
    await waitUntil(
      async () => (await worker.call('app:status')).shelf?.state === 'ok',
      'the shelf to be told well',
      patienceMs,
    );
  });

  it('the shelf takes nothing more from this key: that is told on a page, with the next step, until it does', async () => {
    const a = await nodes.start('a');
    nodes.shelf.fault = ({ method }) =>
      method === 'PUT' ? { kind: 'status', status: 403, code: 'AccessDenied' } : null;
    await a.postCallback(lumaSuccess('waits', [film('waits')]));
    const browser = await launchBrowser();
    try {
      const { page } = await browser.open(a.galleryUrl);
      const bar = page.locator('[aria-live] > p').filter({ hasText: 'AWS_ACCESS_KEY_ID' });
      await bar.waitFor({ timeout: patienceMs });
      expect(await axeViolations(page)).toEqual([]);
      await page.getByRole('navigation').getByText(enNodes.troubled.shelf).waitFor({ timeout: patienceMs });
      await page.getByRole('link', { name: enNodes.title }).click();
      const row = page.getByRole('row').filter({ hasText: enNodes.thisMachine });
      await row.getByText(enNodes.troubled.shelf).waitFor({ timeout: patienceMs });
      expect(await axeViolations(page)).toEqual([]);
      nodes.shelf.fault = null;
      await a.waitForTask('waits', isSaved, patienceMs);
      await row.getByText(enNodes.working).waitFor({ timeout: patienceMs });
      await bar.waitFor({ state: 'detached', timeout: patienceMs });
    } finally {
      await browser.close();
    }
  });

  it('the doctor compares the log with the shelf: what was lost there is brought there again from the cache, else told, as is what nobody knows', async () => {
    const a = await nodes.start('a');
    await a.postCallback(lumaSuccess('kept', [nodes.media.file('/l/kept.mp4', mp4)]));
    await a.waitForTask('kept', isSaved, patienceMs);
    const check = async (): Promise<DoctorReport> => {
      const { stdout } = await a.runCli(['doctor', '--json']);
      return JSON.parse(stdout) as DoctorReport;
    };
    expect(await check()).toMatchObject({ ok: true, videosChecked: 1, problems: [] });
    const [name = ''] = [...nodes.shelf.objects.keys()].filter((key) => /^films\/names\/videos\/.*\.mp4$/.test(key));
    const pointer = nodes.shelf.objects.get(name) ?? Buffer.alloc(0);
    nodes.shelf.objects.set('films/names/videos/2026-11/of-nobody.mp4', pointer);
    const loseBytes = (): void => bytesOnShelf().forEach((key) => nodes.shelf.objects.delete(key));
    const stray = ['stray-file', 'videos/2026-11/of-nobody.mp4'];
    loseBytes();
    const { ok, problems } = await check();
    expect(ok).toBe(false);
    expect(problems.map(({ code, path: file }) => [code, file])).toEqual([stray]);
    expect(bytesOnShelf()).toHaveLength(1);
    await rm(path.join(a.dataDir, 'cache'), { recursive: true });
    loseBytes();
    expect((await check()).problems.map(({ code, path: file }) => [code, file])).toEqual([
      ['missing-video', name.replace('films/names/', '')],
      stray,
    ]);
    // The step that it names is there.
    expect(await a.call('tasks:retry', 'kie-luma:kept')).toMatchObject({ keys: ['kie-luma:kept'] });
  });

  it('films of a library that was alone come to all by themselves, and until then each machine says where they are', async () => {
    const alone = await nodes.inboxes.start({ args: ['--allow-host', nodes.media.host] });
    await alone.postCallback(lumaSuccess('old', [nodes.media.file('/l/old.mp4', mp4)]));
    await alone.waitForTask('old', isSaved, patienceMs);
    await alone.stop();
    // Fetched again it would be told as failed.
    nodes.media.file('/l/old.mp4', Buffer.alloc(0));
    nodes.shelf.fault = ({ method, path: asked }) =>
      method === 'PUT' && asked.includes('/sha256/') ? { kind: 'status', status: 403, code: 'AccessDenied' } : null;
    const b = await nodes.start('b');
    const a = await nodes.start('a', { dataDir: alone.dataDir });
    await sameLibrary([a, b], 1);
    const opened = async (inbox: Inbox): Promise<number> => {
      const url = `${inbox.localUrl}/media/${encodeURIComponent('kie-luma:old')}/1`;
      const headers = { authorization: `Bearer ${inbox.key}`, range: 'bytes=0-99' };
      return (await request(url, { headers })).status;
    };
    const told = async ({ call }: Inbox): Promise<string | null> => (await call('app:status')).shared?.message ?? null;
    for (const inbox of [a, b]) {
      await waitUntil(async () => (await told(inbox))?.includes('while it runs: a (1).'), 'it to be told', patienceMs);
    }
    expect([await opened(a), await opened(b)]).toEqual([206, 404]);
    const [problem] = (JSON.parse((await b.runCli(['doctor', '--json'])).stdout) as DoctorReport).problems;
    expect(problem?.code).toBe('missing-yet');
    expect(problem?.message).toContain('by themselves: a (1).');
    await expect(b.call('tasks:retry', 'kie-luma:old')).rejects.toThrow('another machine that brings it');
    await a.stop();
    await waitUntil(async () => (await told(b))?.includes('does not run: a (1).'), 'it to be missed', patienceMs);
    const again = await a.restart();
    nodes.shelf.fault = null;
    await waitUntil(async () => (await opened(b)) === 206, 'the film to be there', patienceMs);
    for (const inbox of [again, b]) {
      await waitUntil(async () => (await told(inbox)) === null, 'nothing to be told of any more', patienceMs);
      expect(JSON.parse((await inbox.runCli(['doctor', '--json'])).stdout)).toMatchObject({ ok: true });
    }
    expect(await opened(again)).toBe(206);
    expect([await nodes.countEvents('video-saved'), await nodes.countEvents('video-failed')]).toEqual([1, 0]);
    await sameLibrary([again, b], 1);
  });

  it('the doctor says that the database is away, and not that the inbox broke', async () => {
    const a = await nodes.start('a');
    await a.postCallback(lumaSuccess('known', [film('known')]));
    await a.waitForTask('known', isSaved, patienceMs);
    database.cut();
    const told = await a.runCli(['doctor']);
    expect(told.code).toBe(1);
    expect(told.stderr).toContain('The shared database cannot be used just now: it does not answer. Nothing was lost.');
  });

  it('a machine that keeps its videos at another place is named, on both, as long as it is there', async () => {
    const a = await nodes.start('a');
    const b = await nodes.start('b', { env: { VIDEO_INBOX_STORE_URL: '' } });
    // Who neither fetches nor shows any needs no place for them.
    const c = await nodes.start('c', { args: ['--role', 'ask'], env: { VIDEO_INBOX_STORE_URL: '' } });
    const told = async ({ call }: typeof a): Promise<string> => (await call('app:status')).shared?.message ?? '';
    await waitUntil(async () => (await told(a)).includes('b has another one'), 'a to name b', patienceMs);
    await waitUntil(async () => (await told(b)).includes('a has another one'), 'b to name a', patienceMs);
    expect(await told(c)).toBe('');
    await b.stop();
    await waitUntil(async () => (await told(a)) === '', 'nothing to be told of any more', patienceMs);
    const known = (await a.call('app:status')).shared?.nodes.map(({ name }) => name);
    expect(known).toContain('c');
  });
});
