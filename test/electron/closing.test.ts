// The built desktop app in the Electron double: closing where the desktop shows no tray, and a window that breaks.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { hasTrayHost } from '../../src-main/electron/tray-host.ts';
import { inMain } from '../support/double.ts';
import { launchDesktop, type Desktop } from '../support/electron-driver.ts';
import { hasBus, startBus } from '../support/notification-bus.ts';
import { waitUntil } from '../support/wait-until.ts';

let desktop: Desktop | null = null;
afterEach(async () => {
  await desktop?.close();
  desktop = null;
});

const windowState = () =>
  desktop?.app.evaluate(({ BrowserWindow }) => {
    const [main] = BrowserWindow.getAllWindows();
    return main === undefined ? null : { visible: main.isVisible(), minimized: main.isMinimized() };
  });

describe.skipIf(!hasBus)('a desktop without a tray', () => {
  it('is told from one with a tray by asking the session bus', async () => {
    const bus = await startBus();
    try {
      const env = { ...process.env, DBUS_SESSION_BUS_ADDRESS: bus.address };
      expect(await hasTrayHost('linux', env)).toBe(false);
      const leave = await bus.own('org.kde.StatusNotifierWatcher');
      expect(await hasTrayHost('linux', env)).toBe(true);
      leave();
    } finally {
      await bus.close();
    }
    expect(await hasTrayHost('linux', { PATH: '/nowhere' })).toBe(false);
    expect(await hasTrayHost('darwin', {})).toBe(true);
  });

  it('has the closed window minimised, where it is found again, and a hidden start too', async () => {
    const bus = await startBus();
    try {
      desktop = await launchDesktop({ trayHost: false, env: { DBUS_SESSION_BUS_ADDRESS: bus.address } });
      await desktop.page();
      await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
      await waitUntil(async () => (await windowState())?.minimized, 'the window to be minimised');
      expect(await windowState()).toEqual({ visible: true, minimized: true });
      const bodies = await inMain(desktop.app, ({ Notification }) =>
        Notification.shown.map(({ options }) => String(options['body'])),
      );
      expect(bodies).toEqual([expect.stringContaining('shows no tray, so the window is minimised')]);
      const { home } = desktop;
      await desktop.quit();

      desktop = await launchDesktop({
        home,
        trayHost: false,
        args: ['--hidden'],
        env: { DBUS_SESSION_BUS_ADDRESS: bus.address },
      });
      await waitUntil(async () => (await windowState())?.minimized, 'the window to be minimised');
    } finally {
      await desktop?.close();
      desktop = null;
      await bus.close();
    }
  });
});

it('a page that breaks again and again is loaded three times, and then waits for the person', async () => {
  desktop = await launchDesktop();
  await desktop.page();
  const counts = await desktop.app.evaluate(async ({ BrowserWindow, dialog }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    if (contents === undefined) throw new Error('there is no window');
    let reloads = 0;
    const asked: string[] = [];
    contents.reload = () => (reloads += 1);
    dialog.showMessageBox = ((options: { message: string }) => {
      asked.push(options.message);
      return new Promise(() => undefined);
    }) as never;
    contents.emit('render-process-gone', {}, { reason: 'clean-exit', exitCode: 0 });
    for (let round = 0; round < 5; round += 1) {
      contents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 });
    }
    return Promise.resolve({ reloads, asked });
  });
  expect(counts).toEqual({ reloads: 3, asked: Array(2).fill('This window broke several times in a row') });
  const log = await readFile(path.join(desktop.dataDir, 'logs/video-inbox.log'), 'utf8');
  // What ends in order did not break.
  expect(log).not.toContain('clean-exit');
  expect(log.match(/"reason":"crashed"/g)).toHaveLength(5);
});

it('an error that nobody caught ends in a box and with another code than 0', async () => {
  desktop = await launchDesktop();
  await desktop.page();
  const child = desktop.app.process();
  const ended = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
  await desktop.app.evaluate(({ dialog }) => {
    dialog.showMessageBox = (({ message, detail }: Electron.MessageBoxOptions) => {
      process.stderr.write(`BOX ${message}: ${String(detail)}\n`);
      return Promise.resolve({ response: 0, checkboxChecked: false });
    }) as never;
    setTimeout(() => {
      throw new TypeError('broken from inside');
    }, 10);
  });
  expect(await ended).toBe(1);
  expect(desktop.log()).toContain('BOX Video Inbox has stopped: Video Inbox met an error of its own');
  const log = await readFile(path.join(desktop.dataDir, 'logs/video-inbox.log'), 'utf8');
  expect(log).toContain('"level":"fatal"');
});

describe('a window that is stuck', () => {
  it('is loaded again where the person wants that, and the question goes where it answers again', async () => {
    desktop = await launchDesktop();
    await desktop.page();
    const asked = await desktop.app.evaluate(async ({ BrowserWindow, dialog }) => {
      const [window] = BrowserWindow.getAllWindows();
      if (window === undefined) throw new Error('there is no window');
      const happened: string[] = [];
      window.webContents.forcefullyCrashRenderer = () => void happened.push('ended');
      const answers = [0, 1, null];
      dialog.showMessageBox = ((box: Electron.MessageBoxOptions) => {
        happened.push(box.message);
        const response = answers.shift();
        if (typeof response === 'number') return Promise.resolve({ response, checkboxChecked: false });
        return new Promise((resolve) => {
          box.signal?.addEventListener('abort', () => {
            happened.push('taken back');
            resolve({ response: 1, checkboxChecked: false });
          });
        });
      }) as never;
      const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
      for (let times = 0; times < 4; times += 1) {
        window.emit('unresponsive');
        await turn();
      }
      window.emit('responsive');
      await turn();
      return happened;
    });
    const question = 'This window does not answer';
    // The fourth is one while the third is asked.
    expect(asked).toEqual([question, 'ended', question, question, 'taken back']);
  });
});
