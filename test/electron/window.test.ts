// The built desktop app in the Electron double: its window, and what no page may do.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../../src-main/common/contract.ts';
import { callsOf, inMain } from '../support/double.ts';
import { launchDesktop, repoDir, type Desktop } from '../support/electron-driver.ts';
import { waitUntil } from '../support/wait-until.ts';

/** What tests ask of the page's own world. */
interface PageWindow {
  readonly videoInbox: {
    call(name: string, args: readonly unknown[]): Promise<Answer>;
    readonly desktop: Readonly<Record<string, (...args: readonly unknown[]) => Promise<Answer>>>;
  };
}
declare const window: PageWindow & typeof globalThis & Window;

// A busy machine takes its time.

let desktop: Desktop;
let page: Page;

/** The state of the one window, as the main process sees it. */
const windowState = () =>
  desktop.app.evaluate(({ BrowserWindow }) => {
    const [main] = BrowserWindow.getAllWindows();
    return main === undefined
      ? null
      : { visible: main.isVisible(), bounds: main.getBounds(), url: main.webContents.getURL() };
  });

beforeAll(async () => {
  desktop = await launchDesktop();
  page = await desktop.page();
  await page.getByRole('heading', { name: 'Video Inbox' }).or(page.getByText('Video Inbox')).first().waitFor();
});
afterAll(() => desktop.close());

describe('the window', () => {
  it('shows the gallery from app://inbox/ with calls over IPC and nothing of Electron in reach', async () => {
    expect(await windowState()).toMatchObject({ visible: true, url: 'app://inbox/' });
    const answer = await page.evaluate(() => window.videoInbox.call('app:info', []));
    expect(answer).toMatchObject({ ok: true, value: { host: 'desktop', dataDir: desktop.dataDir } });
    const reach = await page.evaluate(() =>
      ['require', 'process', 'module', 'Buffer', 'electron'].filter((name) => name in window),
    );
    expect(reach).toEqual([]);
    expect(await inMain(desktop.app, ({ double }) => double.failures.map(String))).toEqual([]);
  });

  it('has something to say about itself', async () => {
    const applicationVersion = await desktop.app.evaluate(({ app }) => app.getVersion());
    expect(await callsOf(desktop.app, 'app.setAboutPanelOptions')).toMatchObject([
      [{ applicationName: 'Video Inbox', applicationVersion }],
    ]);
  });

  it('asks nobody for a dictionary', async () => {
    expect(await callsOf(desktop.app, 'session.setSpellCheckerLanguages')).toEqual([[[]]]);
  });

  it('is told of changes as they happen', async () => {
    const { taskId } = await desktop.call('callback:sendTest', { provider: 'kie-luma', fail: true });
    await page.getByText(taskId).or(page.getByText('Luma Modify')).first().waitFor();
  });

  it('answers an unknown call, a malformed one and a wrong argument with data, never with an exception', async () => {
    const ask = (name: string, args: unknown) =>
      page.evaluate(([call, list]) => window.videoInbox.call(call as string, list as unknown[]), [name, args]);
    expect(await ask('no:such', [])).toMatchObject({ ok: false, error: { code: 'not-found' } });
    expect(await ask('tasks:get', 'not a list')).toMatchObject({ ok: false, error: { code: 'bad-request' } });
    expect(await ask('tasks:get', [7])).toMatchObject({ ok: false, error: { code: 'bad-request' } });
  });

  it('refuses every call from a frame that is not its page', async () => {
    const answers = await desktop.app.evaluate(
      async ({ BrowserWindow }, preload) => {
        const foreign = new BrowserWindow({ show: false, webPreferences: { preload } });
        await foreign.loadURL('data:text/html,<title>foreign</title>');
        const run = (code: string): Promise<unknown> => foreign.webContents.executeJavaScript(code) as Promise<unknown>;
        const call = await run(`window.videoInbox.call('tasks:counts', [])`);
        const open = await run(`window.videoInbox.desktop.openFile('kie-luma:a', 1)`);
        foreign.destroy();
        return [call, open];
      },
      path.join(import.meta.dirname, '../../dist/preload/preload.cjs'),
    );
    expect(answers).toMatchObject([
      { ok: false, error: { code: 'forbidden' } },
      { ok: false, error: { code: 'forbidden' } },
    ]);
  });
});

describe('a page', () => {
  it.each(['https://example.com/', 'http://127.0.0.1:1/', 'app://other/', 'app://inbox/media/x/1'])(
    'may not go to %s',
    async (address) => {
      await page.evaluate((to) => {
        window.location.href = to;
      }, address);
      // The next answer of the page comes after the attempt: it is still ours.
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 200)));
      expect((await windowState())?.url.split('#')[0]).toBe('app://inbox/');
      expect(await page.evaluate(() => window.videoInbox.call('tasks:counts', []))).toMatchObject({ ok: true });
    },
  );

  it('opens no window; a link to a site of ours goes to the browser, any other nowhere', async () => {
    const before = await inMain(desktop.app, ({ double }) => double.calls.length);
    for (const url of [
      'https://dashboard.ngrok.com/x',
      'https://evil.example/',
      'http://ngrok.com/',
      'file:///etc/passwd',
    ]) {
      expect(await page.evaluate((to) => window.open(to) === null, url)).toBe(true);
    }
    // The main process hears of both in this order: what it answers comes after what was to be opened.
    await page.evaluate(() => window.videoInbox.call('tasks:counts', []));
    const opened = await inMain(
      desktop.app,
      ({ double }, from) =>
        double.calls
          .slice(from)
          .filter(({ name }) => name === 'shell.openExternal')
          .map(({ args }) => args[0]),
      before,
    );
    expect(opened).toEqual(['https://dashboard.ngrok.com/x']);
    expect(await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  });

  it('is granted no permission but to fill the screen and to copy text', async () => {
    expect(await page.evaluate(() => Notification.requestPermission())).toBe('denied');
    const geolocation = await page.evaluate(
      () =>
        new Promise((resolve) => {
          navigator.geolocation.getCurrentPosition(
            () => resolve('granted'),
            () => resolve('denied'),
          );
        }),
    );
    expect(geolocation).toBe('denied');
  });

  it('may load nothing from elsewhere', async () => {
    const policy = await page.evaluate(async () => (await fetch('/')).headers.get('content-security-policy'));
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    const blocked = await page.evaluate(async () => {
      try {
        await fetch('https://example.com/');
        return 'loaded';
      } catch {
        return 'blocked';
      }
    });
    expect(blocked).toBe('blocked');
  });

  it.each([
    '/media/..%2f..%2f..%2fetc%2fpasswd/1',
    '/media/kie-luma:a/..%2f..%2fsettings.json',
    '/..%2f..%2fpackage.json',
    '/assets/..%2findex.html',
    '/assets/..%5c..%5cpackage.json',
    '/poster/..%2f..%2fsettings.json',
    '/settings.json',
  ])('gets no file by %s', async (address) => {
    const reply = await page.evaluate(async (to) => {
      const response = await fetch(to);
      return { status: response.status, size: (await response.arrayBuffer()).byteLength };
    }, address);
    expect(reply).toEqual({ status: 404, size: 0 });
  });

  it('gets a video in ranges, so that it can seek', async () => {
    const { taskId, key } = await desktop.call('callback:sendTest', { provider: 'kie-aleph', fail: false });
    const { videos } = await desktop.waitForTask(taskId, (task) => task.videos[0]?.state === 'saved');
    const reply = await page.evaluate(
      async (to) => {
        const response = await fetch(to, { headers: { range: 'bytes=100-199' } });
        const bytes = await response.arrayBuffer();
        return { status: response.status, range: response.headers.get('content-range'), size: bytes.byteLength };
      },
      `/media/${encodeURIComponent(key)}/1`,
    );
    const size = videos[0]?.sizeBytes ?? 0;
    expect(reply).toEqual({ status: 206, range: `bytes 100-199/${size}`, size: 100 });
    const seeked = await page.evaluate(
      (to) =>
        new Promise((resolve) => {
          const video = document.createElement('video');
          video.muted = true;
          video.src = to;
          video.onloadedmetadata = () => (video.currentTime = 3);
          video.onseeked = () => resolve(video.currentTime);
          video.onerror = () => resolve(video.error?.message);
        }),
      `/media/${encodeURIComponent(key)}/1`,
    );
    expect(seeked).toBe(3);
  });
});

describe('closing', () => {
  it('hides the window, explains it once, and the inbox goes on', async () => {
    for (let round = 0; round < 2; round += 1) {
      await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
      await waitUntil(async () => (await windowState())?.visible === false, 'the window to hide');
      expect((await desktop.postCallback({ taskId: `while-closed-${round}`, data: { state: 'success' } })).status).toBe(
        200,
      );
      await inMain(desktop.app, ({ double }) => double.trays[0]?.emit('click'));
      expect((await windowState())?.visible).toBe(true);
    }
    const explained = await inMain(desktop.app, ({ Notification }) =>
      Notification.shown
        .map(({ options }) => options['title'])
        .filter((title) => title === 'Video Inbox keeps running'),
    );
    expect(explained).toHaveLength(1);
  });

  it('stops the film that plays', async () => {
    const { taskId, key } = await desktop.call('callback:sendTest', { provider: 'kie-aleph', fail: false });
    await desktop.waitForTask(taskId, (task) => task.videos[0]?.state === 'saved');
    const isPaused = () => page.evaluate(() => document.querySelector('video')?.paused);
    await page.evaluate(
      async (to) => {
        const video = Object.assign(document.createElement('video'), { muted: true, loop: true, src: to });
        document.body.append(video);
        await video.play();
      },
      `/media/${encodeURIComponent(key)}/1`,
    );
    expect(await isPaused()).toBe(false);
    await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    await waitUntil(isPaused, 'the film to stop');
    await page.evaluate(() => document.querySelector('video')?.remove());
    await inMain(desktop.app, ({ double }) => double.trays[0]?.emit('click'));
  });

  it('remembers where the window was', async () => {
    await desktop.app.evaluate(({ BrowserWindow }) => {
      BrowserWindow.getAllWindows()[0]?.setBounds({ x: 111, y: 77, width: 1000, height: 700 });
    });
    const saved = await waitUntil(async () => {
      const text = await readFile(path.join(desktop.userDataDir, 'window.json'), 'utf8').catch(() => '{}');
      const state = JSON.parse(text) as { bounds?: { x: number } };
      return state.bounds?.x === 111 ? state : null;
    }, 'the place of the window on disk');
    expect(saved).toEqual({ version: 1, bounds: { x: 111, y: 77, width: 1000, height: 700 }, maximized: false });
  });
});

describe('the right button', () => {
  it('brings a menu to a field and to a card, and what is chosen there happens', async () => {
    const { taskId, key } = await desktop.call('callback:sendTest', { provider: 'kie-luma', fail: false });
    await desktop.waitForTask(taskId, (task) => task.videos[0]?.state === 'saved');
    await desktop.app.evaluate(
      ({ BrowserWindow, Menu }, poster) => {
        const shown: string[][] = [];
        Object.assign(globalThis, { shown });
        Menu.prototype.popup = function (this: Electron.Menu) {
          shown.push(this.items.map(({ label, role }) => role ?? label));
          this.items.find(({ id }) => id === 'showInFolder')?.click();
        };
        const contents = BrowserWindow.getAllWindows()[0]?.webContents;
        const editFlags = {
          canUndo: true,
          canRedo: true,
          canCut: true,
          canCopy: true,
          canPaste: true,
          canSelectAll: true,
        };
        const nothing = { isEditable: false, editFlags, selectionText: '', srcURL: '', mediaType: 'none' };
        for (const params of [
          nothing,
          { ...nothing, isEditable: true },
          { ...nothing, mediaType: 'image', srcURL: poster },
        ]) {
          contents?.emit('context-menu', {}, params);
        }
      },
      `app://inbox/poster/${encodeURIComponent(key)}`,
    );
    const menus = () => desktop.app.evaluate(() => (globalThis as unknown as { readonly shown: string[][] }).shown);
    await waitUntil(async () => (await menus()).length === 2, 'the menu of the card, after that of the field');
    expect(await menus()).toEqual([
      expect.arrayContaining(['cut', 'copy', 'paste', 'selectAll']),
      ['Open', 'Open with another program', 'Show in folder', 'Copy file'],
    ]);
    const [file] = await waitUntil(async () => (await callsOf(desktop.app, 'shell.showItemInFolder'))[0], 'the folder');
    expect(file).toContain(`kie-luma_${taskId}`);
  });
});

describe('menus', () => {
  it('copies the callback URL from the tray and from the File menu', async () => {
    for (const from of ['tray', 'menu'] as const) {
      await desktop.app.evaluate(({ clipboard }) => clipboard.clear());
      await inMain(
        desktop.app,
        ({ double }, place) =>
          (place === 'tray' ? double.trays[0]?.menu : double.applicationMenu)?.getMenuItemById('copy-url')?.click(),
        from,
      );
      expect(await desktop.app.evaluate(({ clipboard }) => clipboard.readText())).toBe(desktop.callbackUrl);
    }
  });

  it('opens the settings in the window', async () => {
    await inMain(desktop.app, ({ double }) => double.applicationMenu.getMenuItemById('settings')?.click());
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    expect((await windowState())?.url).toBe('app://inbox/#/settings');
    await page.keyboard.press('Escape');
  });

  it('keeps usual roles and switches a setting from the menu', async () => {
    const roles = await inMain(desktop.app, ({ double }) =>
      double.applicationMenu.items.flatMap(({ role, submenu }) => [
        role,
        ...(submenu?.items.map((item) => item.role) ?? []),
      ]),
    );
    expect(roles).toEqual(
      expect.arrayContaining(['editMenu', 'windowMenu', 'zoomIn', 'togglefullscreen', 'close', 'quit']),
    );
    const click = () =>
      inMain(desktop.app, ({ double }) => double.applicationMenu.getMenuItemById('launchAtLogin')?.click());
    const entry = path.join(desktop.configDir, 'autostart/video-inbox.desktop');
    const entryText = () => readFile(entry, 'utf8').catch(() => null);
    await click();
    // A checkout: the runtime must be told which app it is to run.
    expect(await waitUntil(entryText, 'the autostart entry')).toContain(`" "${repoDir}" --hidden`);
    expect((await desktop.call('settings:get')).values.desktop.launchAtLogin).toBe(true);
    await click();
    await waitUntil(async () => (await entryText()) === null, 'the autostart entry to go');
  });

  it('lists recent videos in the tray and pauses downloads from it', async () => {
    const { taskId } = await desktop.call('callback:sendTest', { provider: 'kie-luma', fail: false });
    await desktop.waitForTask(taskId, (task) => task.videos[0]?.state === 'saved');
    const labels = () =>
      inMain(desktop.app, ({ double }) =>
        double.trays[0]?.menu?.getMenuItemById('recent')?.submenu?.items.map(({ label }) => label),
      );
    const listed = await waitUntil(async () => {
      const found = await labels();
      return found !== undefined && found.length > 1 ? found : null;
    }, 'recent videos in the tray');
    expect(listed.length).toBeLessThanOrEqual(5);

    await inMain(desktop.app, ({ double }) => double.trays[0]?.menu?.getMenuItemById('pause')?.click());
    const paused = await desktop.call('callback:sendTest', { provider: 'kie-luma', fail: false });
    await waitUntil(
      () => inMain(desktop.app, ({ double }) => double.trays[0]?.menu?.getMenuItemById('pause')?.checked),
      'the tick in the tray',
    );
    expect((await desktop.call('tasks:get', paused.taskId))?.videos[0]?.state).toBe('queued');
    expect((await desktop.call('settings:get')).downloadsPaused).toBe(true);
    await inMain(desktop.app, ({ double }) => double.trays[0]?.menu?.getMenuItemById('pause')?.click());
    await desktop.waitForTask(paused.taskId, (task) => task.videos[0]?.state === 'saved');
  });
});
