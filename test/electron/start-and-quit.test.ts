// The built desktop app in the Electron double: how it starts, how it ends, and what it leaves behind.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { taskLink } from '../../src-main/node/notifications/deep-link.ts';
import { inMain } from '../support/double.ts';
import { launchDesktop, type Desktop } from '../support/electron-driver.ts';
import { createInboxes } from '../support/inbox-process.ts';
import { keptPort } from '../support/kept-port.ts';
import { waitUntil } from '../support/wait-until.ts';

// Each start takes seconds where the machine is busy.

let home = '';
const open: Desktop[] = [];

async function launch(options: Omit<Parameters<typeof launchDesktop>[0] & object, 'home'> = {}): Promise<Desktop> {
  const desktop = await launchDesktop({ ...options, home });
  open.push(desktop);
  return desktop;
}

beforeEach(async () => {
  home = await realpath(await mkdtemp(path.join(os.tmpdir(), 'video-inbox-desktop-')));
});
afterEach(async () => {
  for (const desktop of open.splice(0)) await desktop.quit();
  await rm(home, { recursive: true, force: true, maxRetries: 3 });
});

async function readAll(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const texts = names
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('double-chromium'))
    .map((entry) => readFile(path.join(entry.parentPath, entry.name), 'latin1'));
  return (await Promise.all(texts)).join('\n');
}

describe('quitting', () => {
  it('flushes, lets go of the data dir, and the next start has everything', async () => {
    const first = await launch();
    await first.page();
    expect((await first.postCallback({ taskId: 'kept', data: { state: 'success' } })).status).toBe(200);
    expect(await first.quit()).toBe(0);
    expect(existsSync(path.join(first.dataDir, 'instance.json'))).toBe(false);

    const second = await launch();
    expect(await second.call('tasks:get', 'kept')).toMatchObject({ taskId: 'kept' });
  });

  it('happens from the tray, and on SIGTERM', async () => {
    const first = await launch();
    await first.page();
    const ended = new Promise((resolve) => first.app.process().once('exit', resolve));
    await inMain(first.app, ({ double }) => double.trays[0]?.menu?.getMenuItemById('quit')?.click()).catch(
      () => undefined,
    );
    expect(await ended).toBe(0);

    const second = await launch();
    const gone = new Promise((resolve) => second.app.process().once('exit', resolve));
    second.app.process().kill('SIGTERM');
    expect(await gone).toBe(0);
    expect(existsSync(path.join(second.dataDir, 'instance.json'))).toBe(false);
  });

  it('follows the closed window where the person wants that', async () => {
    const desktop = await launch();
    await desktop.page();
    await desktop.call('settings:update', { desktop: { closeToTray: false } });
    const ended = new Promise((resolve) => desktop.app.process().once('exit', resolve));
    await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close()).catch(() => undefined);
    expect(await ended).toBe(0);
  });
});

describe('an inbox elsewhere', () => {
  it('is shown in the same window, and the own one again when it is let go of, without a start', async () => {
    const inboxes = createInboxes();
    onTestFinished(() => inboxes.close());
    const there = await inboxes.start({ args: ['--sync-port', '0'] });
    const token = (await there.runCli(['api-key', 'new', '--scope', 'twin'])).stdout.trim();
    await there.postCallback({ code: 501, msg: 'no', data: { taskId: 'far-away' } });
    const desktop = await launch({ env: { VIDEO_INBOX_CALLBACK_PORT: String(await keptPort()) } });
    const page = await desktop.page();
    await desktop.call('twin:connect', there.syncUrl ?? '', token);
    await page.getByText('far-away').first().waitFor({ timeout: 60_000 });
    const callbackUrl = async () => (await desktop.call('app:status').catch(() => null))?.tunnel.callbackUrl;
    await waitUntil(async () => (await callbackUrl()) === there.callbackUrl, 'the callback URL of the other', 60_000);
    await desktop.call('twin:disconnect');
    await waitUntil(async () => (await callbackUrl()) === desktop.callbackUrl, 'its own callback URL', 60_000);
    expect((await desktop.postCallback({ code: 501, msg: 'no', data: { taskId: 'my-own' } })).status).toBe(200);
    await page.getByText('my-own').first().waitFor({ timeout: 60_000 });
    expect(await page.getByText('far-away').count()).toBeGreaterThan(0);
  });
});

describe('starting', () => {
  it('is not held up by the file of an app that could not close in time', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const stale = { pid, localPort: 9, callbackPort: 9, localKey: 'of-then', startedAt: '2026-11-28T09:30:00.000Z' };
    await mkdir(path.join(home, 'library'));
    await writeFile(path.join(home, 'library/instance.json'), JSON.stringify(stale));
    const desktop = await launch();
    expect((await desktop.call('app:status')).pid).not.toBe(pid);
  });

  it('opens the library that a flag names, as sentences about data folders advise', async () => {
    const dataDir = path.join(home, 'my other videos');
    const args = ['--data-dir', dataDir];
    const desktop = await launch({ dataDir, args, env: { VIDEO_INBOX_DATA_DIR: path.join(home, 'library') } });
    expect((await desktop.postCallback({ taskId: 'kept', data: { state: 'success' } })).status).toBe(200);
    expect(existsSync(path.join(home, 'library'))).toBe(false);
  });

  it('stays hidden at login, tells of settings that are not in use, and comes when it is called', async () => {
    await mkdir(path.join(home, 'library'));
    await writeFile(path.join(home, 'library/settings.json'), '{broken');
    const desktop = await launch({ args: ['--hidden'] });
    const visible = () =>
      desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((each) => each.isVisible()));
    const page = await desktop.page();
    expect(await visible()).toEqual([false]);
    const told = await waitUntil(
      () => inMain(desktop.app, ({ Notification }) => Notification.shown[0]?.options['body']),
      'the notice',
    );
    expect(told).toContain('settings.json could not be read, so the usual settings are used.');
    await inMain(desktop.app, ({ double }) => double.trays[0]?.emit('click'));
    expect(await visible()).toEqual([true]);
    await page.getByText(String(told)).waitFor();
  });

  it('opens the task of the link that started it, as a notice of an earlier run does', async () => {
    const first = await launch();
    const { key, taskId } = await first.call('callback:sendTest', { provider: 'kie-luma', fail: true });
    await first.waitForTask(taskId, (task) => task.state === 'failed');
    await first.quit();
    const second = await launch({ args: [taskLink(key)] });
    await waitUntil(
      () =>
        second.app.evaluate(
          ({ BrowserWindow }, hash) => BrowserWindow.getAllWindows()[0]?.webContents.getURL().includes(hash),
          `#/task/${encodeURIComponent(key)}`,
        ),
      'the task in the window',
    );
    // What was told by the first run is not told again.
    expect(await inMain(second.app, ({ Notification }) => Notification.shown.length)).toBe(0);
  });

  it('puts the window back where it was, or where it can be seen when that display is gone', async () => {
    const first = await launch();
    await first.page();
    await first.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.setBounds({ x: 120, y: 90, width: 900, height: 640 }),
    );
    await first.quit();
    const second = await launch();
    await second.page();
    const bounds = (desktop: Desktop) =>
      desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds());
    expect(await bounds(second)).toEqual({ x: 120, y: 90, width: 900, height: 640 });
    await second.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.setBounds({ x: 5000, y: 90, width: 900, height: 640 }),
    );
    await second.quit();
    const third = await launch();
    await third.page();
    expect((await bounds(third))?.x).toBeLessThan(1920);
  });
});

it('the place that is remembered has no frame in it, also where the app is killed', async () => {
  const first = await launch({ args: ['--hidden'] });
  await first.page();
  const asked = await first.app.evaluate(({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    if (window === undefined) throw new Error('there is no window');
    const bounds = window.getBounds();
    // As some window managers do: they put the frame where the window was to be.
    window.once('show', () => window.setBounds({ ...bounds, x: bounds.x + 1, y: bounds.y + 22 }));
    return bounds;
  });
  await inMain(first.app, ({ double }) => double.trays[0]?.emit('click'));
  const remembered = () => readFile(path.join(first.userDataDir, 'window.json'), 'utf8').catch(() => 'null');
  await waitUntil(async () => {
    const state = JSON.parse(await remembered()) as { readonly bounds: unknown } | null;
    return state !== null && isDeepStrictEqual(state.bounds, asked);
  }, 'the place without the frame');
});

describe('moving the library', () => {
  it('takes everything to the chosen folder, and the next start is there', async () => {
    const first = await launch();
    const page = await first.page();
    const { taskId } = await first.call('callback:sendTest', { provider: 'kie-luma', fail: false });
    await first.waitForTask(taskId, (task) => task.videos[0]?.state === 'saved');
    const target = path.join(home, 'another-disk');
    await mkdir(target);
    await inMain(
      first.app,
      ({ double }, folder) => void double.dialogAnswers.push({ canceled: false, filePaths: [folder] }),
      target,
    );
    const ended = new Promise((resolve) => first.app.process().once('exit', resolve));
    await page.waitForFunction(() => 'videoInbox' in globalThis);
    // Its answer is not waited for: the window is gone before it could come.
    await page.evaluate(() => {
      const { videoInbox } = globalThis as never as { videoInbox: { desktop: { moveLibrary(): Promise<unknown> } } };
      void videoInbox.desktop.moveLibrary().catch(() => undefined);
    });
    expect(await ended).toBe(0);

    const [folder = ''] = await readdir(target);
    const second = await launch({ dataDir: path.join(target, folder) });
    const task = await second.call('tasks:get', taskId);
    expect(task?.videos[0]?.state).toBe('saved');
    expect(existsSync(path.join(second.dataDir, task?.videos[0]?.path ?? 'no path'))).toBe(true);
    expect(existsSync(path.join(first.dataDir, task?.videos[0]?.path ?? ''))).toBe(false);
  });
});

describe('secrets', () => {
  const secret = 'kie-hmac-secret-0123456789';
  const token = '2abcdefghijklmnopqrstuvwxyz_0123456789ABCDEFGHIJK';

  it('are encrypted where they are kept, come back after a restart, and stand nowhere else', async () => {
    const first = await launch();
    await first.page();
    await first.call('secrets:set', 'KIE_HMAC', secret);
    await first.call('secrets:set', 'NGROK_AUTHTOKEN', token);
    await first.quit();
    const everything = await readAll(home);
    expect(everything).toContain('"KIE_HMAC"');
    for (const value of [secret, token]) {
      expect(everything).not.toContain(value);
      expect(everything).not.toContain(Buffer.from(value).toString('base64').slice(0, 20));
    }

    const second = await launch();
    const { secrets, secretProtection } = await second.call('settings:get');
    expect(secrets.find(({ name }) => name === 'KIE_HMAC')).toMatchObject({ isSet: true, fromEnvironment: false });
    // The double's Linux has no keyring, and that is said plainly.
    expect(secretProtection).toBe('file-permissions');
    expect(await readFile(path.join(second.dataDir, 'logs/video-inbox.log'), 'utf8')).toContain('offers no keychain');
  });

  it('are told to be in the keychain where the system has one', async () => {
    const desktop = await launch({ env: { ELECTRON_DOUBLE_KEYRING: 'gnome_libsecret' } });
    await desktop.call('secrets:set', 'KIE_HMAC', secret);
    expect((await desktop.call('settings:get')).secretProtection).toBe('keychain');
    expect(await readFile(path.join(desktop.userDataDir, 'secrets.json'), 'utf8')).not.toContain(secret);
    const log = await readFile(path.join(desktop.dataDir, 'logs/video-inbox.log'), 'utf8');
    expect(log).not.toContain('offers no keychain');
  });

  it('are kept as the headless inbox keeps them where the system encrypts nothing', async () => {
    const env = { ELECTRON_DOUBLE_KEYRING: 'none' };
    const first = await launch({ env });
    await first.call('secrets:set', 'KIE_HMAC', secret);
    await first.quit();
    const file = path.join(first.dataDir, 'secrets.json');
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ KIE_HMAC: secret });
    expect((await stat(file)).mode & 0o077).toBe(0);
    expect(existsSync(path.join(first.userDataDir, 'secrets.json'))).toBe(false);

    const second = await launch({ env });
    const { secrets, secretProtection } = await second.call('settings:get');
    expect(secrets.find(({ name }) => name === 'KIE_HMAC')).toMatchObject({ isSet: true });
    expect(secretProtection).toBe('file-permissions');
  });
});
