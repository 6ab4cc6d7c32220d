// The desktop app beside a running `serve` on the same library, in each runtime that is here.
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { desktopTexts } from '../../src-main/electron/texts/en.ts';
import { taskLink } from '../../src-main/node/notifications/deep-link.ts';
import { desktopKinds, launchDesktop, type Desktop } from '../support/electron-driver.ts';
import { createInboxes, type Inbox } from '../support/inbox-process.ts';
import { waitUntil } from '../support/wait-until.ts';

describe.each(desktopKinds())('beside a running serve on the same library in: %s', (kind) => {
  const inboxes = createInboxes();
  let home = '';
  let desktop: Desktop | null = null;
  beforeEach(async () => {
    home = await realpath(await mkdtemp(path.join(os.tmpdir(), 'video-inbox-attached-')));
  });
  afterEach(async () => {
    await desktop?.quit();
    desktop = null;
    await inboxes.close();
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  });

  async function launchBeside(inbox: Inbox, args: readonly string[] = []): Promise<Desktop> {
    return (desktop = await launchDesktop({ kind, home, dataDir: inbox.dataDir, args }));
  }
  const address = ({ app }: Desktop) =>
    app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getURL() ?? '');

  /** The person is away from the question whether to go on here. @returns what came of it so far. */
  async function answerNothing({ app }: Desktop): Promise<() => Promise<readonly string[]>> {
    await app.evaluate(({ dialog, app: running }) => {
      const said: string[] = [];
      Object.assign(globalThis, { said });
      running.exit = () => void said.push('exit');
      // As Electron's: taken back it is cancelled.
      dialog.showMessageBox = ((_window: unknown, { signal, cancelId }: { signal: AbortSignal; cancelId: number }) => {
        said.push('asks');
        return new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            said.push('taken back');
            resolve({ response: cancelId });
          });
        });
      }) as never;
    });
    return () => app.evaluate(() => (globalThis as never as { said: string[] }).said);
  }

  it('shows that one, goes nowhere else, and closing the window leaves it running', async () => {
    const inbox = await inboxes.start();
    const beside = await launchBeside(inbox);
    const page = await beside.page();
    await waitUntil(async () => (await address(beside)) === `${inbox.localUrl}/`, 'the gallery');
    expect((await inbox.postCallback({ taskId: 'seen-there', data: { state: 'success' } })).status).toBe(200);
    await page.getByRole('gridcell').first().waitFor();
    expect(
      await page.evaluate(() => ['videoInbox', 'require', 'process'].filter((each) => each in globalThis)),
    ).toEqual([]);
    // Another port of this machine is another origin.
    await page.evaluate((elsewhere) => {
      window.location.assign(elsewhere);
    }, inbox.callbackUrl);
    await waitUntil(() => beside.log().includes('tried to leave'), 'the page to be held back');
    expect(new URL(await address(beside)).origin).toBe(inbox.localUrl);

    const ended = new Promise((resolve) => beside.app.process().once('exit', resolve));
    await beside.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close()).catch(() => undefined);
    expect(await ended).toBe(0);
    expect((await inbox.call('tasks:get', 'seen-there'))?.taskId).toBe('seen-there');
  });

  it('opens the task of the link that started it', async () => {
    const inbox = await inboxes.start();
    expect((await inbox.postCallback({ taskId: 'linked', data: { state: 'success' } })).status).toBe(200);
    const { key } = await inbox.waitForTask('linked', () => true);
    const beside = await launchBeside(inbox, [taskLink(key)]);
    const place = `${inbox.localUrl}/#/task/${encodeURIComponent(key)}`;
    await waitUntil(async () => (await address(beside)) === place, 'the task in the window');
  });

  it('goes on by itself with that one when it was started anew, at another port and with another key', async () => {
    const inbox = await inboxes.start();
    const beside = await launchBeside(inbox);
    const page = await beside.page();
    await waitUntil(async () => (await address(beside)) === `${inbox.localUrl}/`, 'the gallery');
    await inbox.postCallback({ taskId: 'before', data: { state: 'success' } });
    await page.getByRole('article').first().waitFor();
    // A busy machine may take so long for it that it is asked.
    const said = await answerNothing(beside);
    const again = await inbox.restart('SIGKILL');
    expect(again.key).not.toBe(inbox.key);
    await waitUntil(async () => (await address(beside)) === `${again.localUrl}/`, 'the gallery of the new start');
    await page.getByRole('article').first().waitFor();
    expect(await page.getByRole('article').count()).toBe(1);
    await again.postCallback({ taskId: 'behind', data: { state: 'success' } });
    await page.getByRole('article').nth(1).waitFor();
    expect(await said()).not.toContain('exit');
  });

  it('takes its question back where that one is there again', async () => {
    const inbox = await inboxes.start();
    const beside = await launchBeside(inbox);
    await waitUntil(async () => (await address(beside)).startsWith(inbox.localUrl), 'the gallery');
    const said = await answerNothing(beside);
    await inbox.stop();
    await waitUntil(async () => (await said()).length === 1, 'the question');
    const again = await inboxes.start({ dataDir: inbox.dataDir });
    await waitUntil(async () => (await address(beside)) === `${again.localUrl}/`, 'the gallery of the new start');
    expect(await said()).toEqual(['asks', 'taken back']);
    const page = await beside.page();
    await again.postCallback({ taskId: 'behind', data: { state: 'success' } });
    await page.getByRole('article').first().waitFor();
  });

  it('asks what is next once that one has ended', async () => {
    const inbox = await inboxes.start();
    const beside = await launchBeside(inbox);
    await waitUntil(async () => (await address(beside)).startsWith(inbox.localUrl), 'the gallery');
    await beside.app.evaluate(({ dialog, app }) => {
      const asked: unknown[] = [];
      Object.assign(globalThis, { asked });
      app.relaunch = () => void asked.push('relaunch');
      app.exit = () => void asked.push('exit');
      dialog.showMessageBox = ((_window: unknown, options: { buttons: string[] }) => {
        asked.push(options.buttons[0]);
        return Promise.resolve({ response: 0 });
      }) as never;
    });
    await inbox.stop();
    const asked = () => beside.app.evaluate(() => (globalThis as never as { asked: unknown[] }).asked.slice(0, 3));
    await waitUntil(async () => (await asked()).length === 3, 'the question');
    expect(await asked()).toEqual([desktopTexts.attached.startHere, 'relaunch', 'exit']);
  });
});
