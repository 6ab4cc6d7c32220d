// What only a real runtime can show; the double stands in for nothing here.
import { spawn, spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Menu } from 'electron';
import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { endOf } from '../support/child-end.ts';
import { desktopKinds, launchDesktop, realElectron, repoDir, type Desktop } from '../support/electron-driver.ts';
import { createInboxes } from '../support/inbox-process.ts';
import { hasSession, startBus, startSession } from '../support/notification-bus.ts';
import { openNgrokEdge } from '../support/ngrok-edge/ngrok-edge.ts';
import { tempDir } from '../support/temp-dir.ts';
import { waitUntil } from '../support/wait-until.ts';

let desktop: Desktop | null = null;
afterEach(async () => {
  await desktop?.close();
  desktop = null;
});

async function launch(options: Parameters<typeof launchDesktop>[0] = {}): Promise<Desktop> {
  desktop = await launchDesktop({ ...options, kind: 'electron' });
  await (await desktop.page()).getByText('Video Inbox').first().waitFor();
  return desktop;
}

/** With the mouse itself: what Playwright waits for before a click, an old runtime's page may never be. */
async function rightClick(view: Page, selector: string): Promise<void> {
  const { x, y } = await waitUntil(
    () =>
      view.evaluate((wanted) => {
        const box = document.querySelector(wanted)?.getBoundingClientRect();
        return box === undefined || box.width === 0 ? null : { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      }, selector),
    selector,
  );
  await view.mouse.click(x, y, { button: 'right' });
}

/** The processes that were started with this profile, as Linux tells them. */
async function processesOf(userDataDir: string): Promise<readonly string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return ids.filter((_id, index) => lines[index]?.includes(userDataDir));
}

describe.skipIf(!desktopKinds().includes('electron'))('in real Electron', () => {
  it('asks nobody for anything: no dictionary, no component, no certificate list', async () => {
    const asked: string[] = [];
    const proxy = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (head) => {
        asked.push(String(head).split('\r\n')[0] ?? '');
        socket.destroy();
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    const { call, waitForTask } = await launch({ args: [`--proxy-server=http://127.0.0.1:${port}`] });
    const { taskId } = await call('callback:sendTest', { provider: 'kie-luma', fail: false });
    await waitForTask(taskId, (task) => task.poster !== null);
    // Whatever asks later than a test waits: the next thing that this runtime asks for is ours, and it is the first one.
    await desktop?.app.evaluate(({ net }) => {
      net
        .request('http://asked.example/')
        .on('error', () => undefined)
        .end();
    });
    await waitUntil(() => asked.length > 0, 'the request of the test itself');
    expect(asked).toEqual(['GET http://asked.example/ HTTP/1.1']);
    proxy.close();
  });

  it.skipIf(process.platform !== 'linux')('says why it does not start where it can write no lock', async () => {
    const folder = await tempDir();
    const given = ['.', `--user-data-dir=${path.join(folder, 'user-data')}`, '--no-sandbox'];
    // Nobody can write there, root included.
    const env = { ...process.env, TMPDIR: '/proc', VIDEO_INBOX_DATA_DIR: path.join(folder, 'library') };
    const child = spawn(realElectron() ?? '', given, { cwd: repoDir, env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said += String(text)));
    const ended = endOf(child);
    try {
      await waitUntil(() => said.includes(`user-data or /proc. Free some space there`), 'the reason');
    } finally {
      child.kill('SIGTERM');
    }
    await ended;
  });

  it('tells beside a running inbox, too, of a file that could not be saved to its end', async () => {
    const inboxes = createInboxes();
    onTestFinished(() => inboxes.close());
    const { dataDir } = await inboxes.start();
    const beside = await launchDesktop({ kind: 'electron', dataDir });
    desktop = beside;
    await beside.page();
    const boxes = await beside.app.evaluate(async ({ dialog, session }) => {
      const shown: string[] = [];
      dialog.showMessageBox = ((box: Electron.MessageBoxOptions) => {
        shown.push(box.message);
        return Promise.resolve({ response: 0, checkboxChecked: false });
      }) as never;
      const heard = new Map<string, (event: object, state: string) => void>();
      const item = {
        getFilename: () => 'export.zip',
        getSavePath: () => '/nowhere/export.zip',
        setSaveDialogOptions: () => undefined,
        on: () => undefined,
        once: (name: string, listener: (event: object, state: string) => void) => heard.set(name, listener),
      };
      (session.defaultSession as never as NodeJS.EventEmitter).emit('will-download', {}, item);
      heard.get('done')?.({}, 'interrupted');
      await new Promise((resolve) => setTimeout(resolve, 100));
      return shown;
    });
    expect(boxes).toEqual(['The file was not saved']);
  });

  it('takes callbacks when the process that draws has died again and again', async () => {
    const { app, postCallback } = await launch();
    const drawing = () =>
      app.evaluate(({ app: program }) => program.getAppMetrics().find(({ type }) => type === 'GPU')?.pid);
    // Chromium's own bound is six.
    for (let deaths = 0; deaths < 8; deaths += 1) {
      const pid = await waitUntil(drawing, 'a process that draws');
      process.kill(pid, 'SIGKILL');
      await waitUntil(async () => (await drawing()) !== pid, 'its end');
    }
    expect((await postCallback({ taskId: 'kept', data: { state: 'success' } })).status).toBe(200);
  });

  it('has a menu on the right button: in a field, and on a card', async () => {
    const { app, call, waitForTask, page } = await launch();
    const { taskId } = await call('callback:sendTest', { provider: 'kie-luma', fail: false });
    await waitForTask(taskId, (task) => task.poster !== null);
    await app.evaluate(({ Menu: menus }) => {
      const shown: string[][] = [];
      Object.assign(globalThis, { shown });
      menus.prototype.popup = function (this: Menu) {
        shown.push(this.items.map(({ label }) => label));
      };
    });
    const menus = () => app.evaluate(() => (globalThis as unknown as { readonly shown: string[][] }).shown);
    const view = await page();
    await view.evaluate(() => {
      const field = document.createElement('input');
      field.ariaLabel = 'of the test';
      field.style.cssText = 'position: fixed; inset: 0 auto auto 0; z-index: 99';
      document.body.append(field);
    });
    await rightClick(view, 'input[aria-label="of the test"]');
    await waitUntil(async () => (await menus()).length === 1, 'the menu of the field');
    await rightClick(view, 'img[src*="/poster/"]');
    await waitUntil(async () => (await menus()).length === 2, 'the menu of the card');
    const [field = [], card = []] = await menus();
    expect(field).toEqual(expect.arrayContaining(['Cut', 'Copy', 'Paste']));
    expect(card).toEqual(['Open', 'Open with another program', 'Show in folder', 'Copy file']);
  });

  it('starts at login with the app that a checkout runs', async () => {
    const { app, configDir } = await launch();
    await app.evaluate(({ Menu: menus }) => {
      menus.getApplicationMenu()?.getMenuItemById('launchAtLogin')?.click();
    });
    const entry = path.join(configDir, 'autostart/video-inbox.desktop');
    const text = await waitUntil(() => readFile(entry, 'utf8').catch(() => null), 'the autostart entry');
    expect(text).toContain(`" "${repoDir}" --hidden`);
  });

  it.skipIf(!hasSession)(
    'keeps a closed window in sight where no tray is, and sends no markup to the bus',
    async () => {
      const session = await startSession();
      try {
        const env = { DBUS_SESSION_BUS_ADDRESS: session.address };
        const { app, postCallback } = await launch({ trayHost: false, env });
        await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
        await waitUntil(() => session.seen().includes('This desktop shows no tray'), 'the sentence');
        expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())).toBe(true);
        await postCallback({ code: 501, msg: 'No <b>bold</b> & so', data: { task_id: 'markup-1', state: 'fail' } });
        await waitUntil(() => session.seen().includes('No &lt;b&gt;bold&lt;/b&gt; &amp; so'), 'the notice');
      } finally {
        await desktop?.close();
        desktop = null;
        await session.close();
      }
    },
  );

  it.skipIf(!hasSession)('hides a closed window where a tray is', async () => {
    const bus = await startBus();
    const leave = await bus.own('org.kde.StatusNotifierWatcher');
    try {
      const { app } = await launch({ trayHost: false, env: { DBUS_SESSION_BUS_ADDRESS: bus.address } });
      const isVisible = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible());
      await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
      await waitUntil(async () => (await isVisible()) === false, 'the window to hide');
    } finally {
      await desktop?.close();
      desktop = null;
      leave();
      await bus.close();
    }
  });

  it('ends in a box and with another code than 0 after an error that nobody caught', async () => {
    const { app, log, dataDir } = await launch();
    const ended = new Promise((resolve) => app.process().once('exit', (code) => resolve(code)));
    await app.evaluate(({ dialog }) => {
      dialog.showMessageBox = (({ message, detail }: Electron.MessageBoxOptions) => {
        process.stderr.write(`BOX ${message}: ${String(detail)}\n`);
        return Promise.resolve({ response: 0, checkboxChecked: false });
      }) as never;
      setTimeout(() => void Promise.reject(new TypeError('broken from inside')), 10);
    });
    expect(await ended).toBe(1);
    expect(log()).toContain('BOX Video Inbox has stopped: Video Inbox met an error of its own');
    expect(await readFile(path.join(dataDir, 'logs/video-inbox.log'), 'utf8')).toContain('"level":"fatal"');
  });

  it('hands the link of a second start to the first, which opens the task', async () => {
    const { app, call, waitForTask, userDataDir, env } = await launch();
    const { taskId } = await call('callback:sendTest', { provider: 'kie-luma', fail: true });
    const { key } = await waitForTask(taskId, (task) => task.state === 'failed');
    const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const link = `video-inbox://task/${encodeURIComponent(key)}`;
    const again = spawnSync(realElectron() ?? '', [...flags, '.', `--user-data-dir=${userDataDir}`, link], {
      cwd: repoDir,
      env: { ...env },
      timeout: 40_000,
      killSignal: 'SIGKILL',
    });
    expect(again.status).toBe(0);
    const address = () =>
      app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getURL() ?? '');
    await waitUntil(async () => (await address()).includes(`#/task/${encodeURIComponent(key)}`), 'the task');
  });

  it.skipIf(process.platform !== 'linux')(
    'has its tunnel in a process of its own, and leaves no process behind',
    async () => {
      const folder = await tempDir();
      const authtoken = '2desktopTokenDesktopTokenDe_5desktopTokenDesktop';
      const edge = await openNgrokEdge({ authtokens: [authtoken] });
      try {
        const caFile = path.join(folder, 'ca.pem');
        await writeFile(caFile, edge.caPem);
        const { app, call, quit, userDataDir, postCallback } = await launch({
          env: {
            NGROK_AUTHTOKEN: authtoken,
            VIDEO_INBOX_TUNNEL: 'ngrok',
            VIDEO_INBOX_NGROK_SERVER_ADDR: edge.serverAddress,
            VIDEO_INBOX_NGROK_CA_FILE: caFile,
          },
        });
        await waitUntil(async () => (await call('callback:url')).isPublic, 'a public callback URL', 60_000);
        const services = () =>
          app.evaluate(({ app: main }) => main.getAppMetrics().map(({ type, name }) => `${type} ${name ?? ''}`));
        expect(await services()).toContain('Utility ngrok');
        expect((await postCallback({ taskId: 'kept', data: { state: 'success' } })).status).toBe(200);
        const begun = await processesOf(userDataDir);
        expect(begun.length).toBeGreaterThan(1);
        expect(await quit()).toBe(0);
        await waitUntil(async () => (await processesOf(userDataDir)).length === 0, 'the end of every process');
      } finally {
        await edge.close();
      }
    },
  );

  it('answers a command with its own program, beside the running app', async () => {
    const { dataDir, env } = await launch();
    const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const command = (...args: readonly string[]) =>
      spawnSync(realElectron() ?? '', [...flags, '.', ...args], {
        cwd: repoDir,
        env: { ...env, VIDEO_INBOX_DATA_DIR: dataDir },
        encoding: 'utf8',
        timeout: 40_000,
        killSignal: 'SIGKILL', // a command that is stuck may answer no other
      });
    // Each ends by itself: one in five once stayed, with its answer long given.
    for (let round = 0; round < 6; round += 1) {
      const status = command('status', '--json');
      expect(status.status).toBe(0);
      expect(JSON.parse(status.stdout)).toMatchObject({ dataDir, pid: desktop?.app.process().pid });
    }
    expect(command('show', 'no-such-task').status).toBe(1);
  });
});
