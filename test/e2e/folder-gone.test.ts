/** The data folder is taken away under a running inbox, and comes back. */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { axeViolations } from '../support/axe.ts';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { createInboxes } from '../support/inbox-process.ts';
import { journalLines } from '../support/journal-lines.ts';
import { lumaFailure } from '../support/kie-callbacks.ts';
import { waitUntil } from '../support/wait-until.ts';
import { en } from '../../src-renderer/texts/en.ts';

const inboxes = createInboxes();
const { rail } = en;
let browser: TestBrowser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
afterEach(() => inboxes.close());

it('answers 503 from the next callback on, says so in the gallery and in the status, and goes on when it is back', async () => {
  const inbox = await inboxes.start({ dataDir: path.join(await inboxes.tempDir(), 'data') });
  expect((await inbox.postCallback(lumaFailure('before'))).status).toBe(200);
  const gallery = await browser.open(inbox.galleryUrl);
  const { page } = gallery;
  const bar = page.getByRole('alert').filter({ hasText: 'callbacks are refused' });
  await page.getByText('before').first().waitFor();
  expect(await bar.count()).toBe(0);

  expect((await inbox.postCallback(lumaFailure('last'))).status).toBe(200);
  await rename(inbox.dataDir, `${inbox.dataDir}.away`);
  const refused = await inbox.postCallback(lumaFailure('meanwhile'));
  expect(refused.status).toBe(503);
  expect(refused.headers['retry-after']).toBeDefined();
  expect(refused.text).not.toContain(inbox.dataDir);
  await bar.waitFor();
  expect(await bar.textContent()).toContain(path.join(inbox.dataDir, 'journal'));
  for (const [screen, name] of Object.entries({ new: rail.newVideo, requests: rail.requests, costs: rail.costs })) {
    await page.evaluate((to) => (location.hash = `#/${to}`), screen);
    const shown = page.getByRole('main').filter({ has: page.getByRole('heading', { name, level: 1 }) });
    await shown.getByRole('alert').filter({ hasText: 'callbacks are refused' }).waitFor();
  }
  const { storage } = await inbox.call('app:status');
  expect(storage).toMatchObject({ state: 'gone', code: 'folder-moved', message: await bar.textContent() });
  expect((await inbox.postCallback(lumaFailure('meanwhile'))).status).toBe(503);
  // Who clicked sent no callback, and a list that is not there is no bug.
  const told = await bar.textContent();
  await expect(inbox.call('tasks:mark', ['kie-luma:before'], { starred: true })).rejects.toThrow(String(told));
  await expect(inbox.call('callback:mint', { label: 'Other', project: null })).rejects.toThrow(String(told));

  // Whatever else is saved meanwhile makes no new folder in its place.
  await waitUntil(() => /index could not be saved/.test(inbox.log()), 'the index to be refused');
  expect(existsSync(inbox.dataDir)).toBe(false);

  await rename(`${inbox.dataDir}.away`, inbox.dataDir);
  await bar.waitFor({ state: 'detached' }); // by itself, without a callback
  expect((await inbox.postCallback(lumaFailure('after'))).status).toBe(200);
  expect((await inbox.call('app:status')).storage).toEqual({ state: 'ok', code: null, params: {}, message: null });
  await gallery.close();

  const kept = (await journalLines(inbox.dataDir)).map((line) => (line.type === 'result' ? line.read.taskId : ''));
  expect(kept).toEqual(['before', 'last', 'after']);
  const again = await inbox.restart('SIGKILL');
  const ids = (await again.call('tasks:list', { state: null, limit: 10 })).map(({ taskId }) => taskId);
  expect(ids).toEqual(['after', 'last', 'before']);
});

it('has all that it answered for after its data folder was removed and made again', async () => {
  const inbox = await inboxes.start({ dataDir: path.join(await inboxes.tempDir(), 'data') });
  const answered = Array.from({ length: 20 }, (_, n) => `before-${String(n)}`);
  for (const id of answered) expect((await inbox.postCallback(lumaFailure(id))).status).toBe(200);
  // It may be about to write a file of its own in there: that one goes as well.
  await rm(inbox.dataDir, { recursive: true, force: true, maxRetries: 10 });
  expect((await inbox.postCallback(lumaFailure('meanwhile'))).status).toBe(503);
  await mkdir(inbox.dataDir, { recursive: true });
  expect((await inbox.postCallback(lumaFailure('after'))).status).toBe(200);
  const again = await inbox.restart('SIGKILL');
  const ids = (await again.call('tasks:list', { state: null, limit: 100 })).map(({ taskId }) => taskId);
  expect(ids.sort()).toEqual([...answered, 'after'].sort());
});

it('tells before there is no room for videos, and when they wait for it, in the gallery and in the terminal', async () => {
  const inbox = await inboxes.start();
  const gallery = await browser.open(inbox.galleryUrl);
  const { page } = gallery;
  const set = (minFreeMiB: number | null) => inbox.call('settings:update', { downloads: { minFreeMiB } });
  const { diskFreeBytes } = await inbox.call('app:status');
  await set(Math.round((diskFreeBytes / 1024 ** 2) * 0.75));
  await page.getByText('The disk of the library is nearly full.').waitFor();
  expect(await page.getByRole('alert').allTextContents()).toEqual(['']);
  expect(await axeViolations(page)).toEqual([]);
  await set(10_000_000);
  const bar = page.getByText('so new videos wait with their download');
  await bar.waitFor();
  expect((await inbox.call('app:status')).storage).toMatchObject({ state: 'ok', code: 'downloads-wait' });
  expect((await inbox.postCallback(lumaFailure('stored'))).status).toBe(200);
  for (const command of ['status', 'doctor'])
    expect((await inbox.runCli([command])).stdout).toMatch(/new videos wait .*Free some space before the links/);
  await set(null);
  await bar.waitFor({ state: 'detached' });
  await gallery.close();
});
