// The built desktop app in the Electron double: notices, deep links, badge, and files that leave the window.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Answer } from '../../src-main/common/contract.ts';
import { taskLink } from '../../src-main/node/notifications/deep-link.ts';
import { callsOf, inMain } from '../support/double.ts';
import { doubleDir, launchDesktop, repoDir, type Desktop } from '../support/electron-driver.ts';
import { lumaSuccess } from '../support/kie-callbacks.ts';
import { listenVideoServer, type VideoServer } from '../support/video-server.ts';
import { waitUntil as waitForever } from '../support/wait-until.ts';

/** Shorter than a test may take, so that the sentence is seen. */
const waitUntil: typeof waitForever = (probe, what) => waitForever(probe, what, 40_000);

// A busy machine takes its time.

let desktop: Desktop;
let server: VideoServer;

/** A task whose video is on disk. */
async function savedTask(): Promise<{ readonly key: string; readonly taskId: string }> {
  const sent = await desktop.call('callback:sendTest', { provider: 'kie-aleph', fail: false });
  await waitUntil(async () => {
    const task = await desktop.call('tasks:get', sent.taskId);
    return task?.videos[0]?.state === 'saved';
  }, 'the video');
  return sent;
}

/** Waits for the address of the page, without its origin. */
const openedTask = (key: string) =>
  waitUntil(async () => {
    const urls = await desktop.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map((each) => [each.webContents.getURL(), each.isVisible()] as const),
    );
    return urls.some(([url, visible]) => visible && url.includes(`#/task/${encodeURIComponent(key)}`));
  }, `task ${key} in the window`);

const askDesktop = async (name: string, ...args: readonly unknown[]): Promise<Answer> =>
  await (
    await desktop.page()
  ).evaluate(
    ([call, list]) => {
      const { videoInbox } = globalThis as never as {
        videoInbox: { desktop: Record<string, (...all: unknown[]) => Promise<unknown>> };
      };
      return videoInbox.desktop[call]?.(...(list as unknown[])) as never;
    },
    [name, args] as const,
  );

/** Starts the app once more on the same user data, as the system does for a link; it ends by itself. */
function startAgain(...args: readonly string[]) {
  return spawnSync(path.join(doubleDir, 'electron'), ['.', `--user-data-dir=${desktop.userDataDir}`, ...args], {
    cwd: repoDir,
    env: { ...desktop.env },
    encoding: 'utf8',
    timeout: 30_000,
    killSignal: 'SIGKILL',
  });
}

beforeAll(async () => {
  server = await listenVideoServer();
  desktop = await launchDesktop({ env: { VIDEO_INBOX_ALLOW_HOST: server.host } });
  await (await desktop.page()).getByText('Video Inbox').first().waitFor();
});
afterAll(async () => {
  await desktop.close();
  await server.close();
});

describe('notices', () => {
  const titles = () =>
    inMain(desktop.app, ({ Notification }) => Notification.shown.map(({ options }) => options['title']));

  it('tell of a saved video with its poster; a click opens the task, with the window hidden or gone', async () => {
    const { key } = await savedTask();
    await waitUntil(async () => (await titles()).includes('Video saved from Runway Aleph'), 'the notice');
    // The gallery is in view and makes the poster at once; the notice waits for it.
    expect(
      await inMain(desktop.app, ({ Notification }) => {
        const icon = Notification.shown[0]?.options['icon'] as { getSize(): { width: number } } | undefined;
        return icon?.getSize().width;
      }),
    ).toBeGreaterThan(0);
    // Closing the window shows a notice of its own, so the one that is meant is named.
    const click = () =>
      inMain(desktop.app, ({ Notification }) =>
        Notification.shown.find(({ options }) => String(options['title']).startsWith('Video saved'))?.emit('click'),
      );
    await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    await click();
    await openedTask(key);

    await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.destroy());
    expect(await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(0);
    await click();
    await openedTask(key);
  });

  it('give the reason of a failed task, and can be switched off', async () => {
    await desktop.call('callback:sendTest', { provider: 'kie-luma', fail: true });
    await waitUntil(async () => (await titles()).includes('Luma Modify could not make the video'), 'the notice');
    await desktop.call('settings:update', { notifications: { failed: false, saved: false } });
    const before = (await titles()).length;
    const { taskId } = await desktop.call('callback:sendTest', { provider: 'kie-luma', fail: true });
    await desktop.waitForTask(taskId, (task) => task.state === 'failed');
    await savedTask();
    expect(await titles()).toHaveLength(before);
  });
});

describe('deep links', () => {
  it('reach the running app from a second start, which then ends', async () => {
    const { key } = await savedTask();
    const again = startAgain(taskLink(key));
    expect({ status: again.status, stderr: again.stderr }).toEqual({ status: 0, stderr: '' });
    await openedTask(key);
  });

  it('that are none only bring the window to the front', async () => {
    const address = () =>
      desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.getURL());
    const before = await address();
    await desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    expect(startAgain('video-inbox://settings/../../etc', 'https://task/kie-luma:1').status).toBe(0);
    await waitUntil(
      () => desktop.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible()),
      'the window',
    );
    expect(await address()).toBe(before);
  });
});

describe('the icon', () => {
  it('counts what was not seen yet', async () => {
    const { key } = await savedTask();
    const badge = () => desktop.app.evaluate(({ app }) => app.getBadgeCount());
    const { inbox } = await desktop.call('tasks:counts');
    expect(inbox).toBeGreaterThan(0);
    await waitUntil(async () => (await badge()) === inbox, 'the count on the icon');
    await desktop.call('tasks:mark', [key], { seen: true });
    await waitUntil(async () => (await badge()) === inbox - 1, 'one less');
  });

  it('shows the progress of a download and clears it at the end', async () => {
    const bars = async () => (await callsOf(desktop.app, 'window.setProgressBar')).map(([bar]) => bar as number);
    const before = (await bars()).length;
    const bytes = await readFile(path.join(repoDir, 'src-main/node/samples/sample.mp4'));
    const url = server.file('/slow.mp4', { bytes, pieceBytes: Math.ceil(bytes.length / 10), pauseMs: 200 });
    await desktop.postCallback(lumaSuccess('slow-one', [url]));
    await waitUntil(async () => (await bars()).slice(before).some((bar) => bar > 0 && bar < 1), 'a part of a bar');
    await waitUntil(async () => (await bars()).at(-1) === -1, 'no bar');
  });
});

describe('files', () => {
  it('are dragged out, shown, opened and copied by existing absolute paths inside the data dir', async () => {
    const { key } = await savedTask();
    for (const name of ['startDrag', 'showInFolder', 'openFile', 'copyFile']) {
      expect(await askDesktop(name, key, 1)).toEqual({ ok: true, value: null });
    }
    const dragged = await inMain(desktop.app, ({ double }) =>
      double.calls
        .filter(({ name }) => name === 'webContents.startDrag')
        .map(({ args }) => args[0] as { file: string; icon: { isEmpty(): boolean; getSize(): object } })
        .map(({ file, icon }) => ({ file, empty: icon.isEmpty(), size: icon.getSize() })),
    );
    expect(dragged).toMatchObject([{ empty: false, size: { width: 128 } }]);
    const [[shown]] = (await callsOf(desktop.app, 'shell.showItemInFolder')) as [[string]];
    const [[opened]] = (await callsOf(desktop.app, 'shell.openPath')) as [[string]];
    const copied = await desktop.app.evaluate(({ clipboard }) => clipboard.readText());
    for (const file of [dragged[0]?.file ?? '', shown, opened, copied]) {
      expect(path.isAbsolute(file)).toBe(true);
      expect(file.startsWith(path.join(desktop.dataDir, 'videos') + path.sep)).toBe(true);
      expect(existsSync(file)).toBe(true);
    }
  });

  it('that are not there are told in a sentence', async () => {
    const { key, taskId } = await savedTask();
    const { videos } = await desktop.waitForTask(taskId, () => true);
    expect(await askDesktop('openFile', key, 2)).toMatchObject({ ok: false, error: { code: 'not-found' } });
    await rm(path.join(desktop.dataDir, videos[0]?.path ?? ''));
    const answer = await askDesktop('openFile', key, 1);
    expect(answer).toMatchObject({ ok: false, error: { code: 'not-found' } });
    expect(JSON.stringify(answer)).toContain('Try again');
  });

  it.each([
    ['no/path', 1],
    ['kie-luma:../../settings.json', 1],
    ['kie-luma:a', 0],
    ['kie-luma:a', '../1'],
    [{ file: '/etc/passwd' }, 1],
  ])('cannot be named by %j, %j', async (key, n) => {
    const before = (await callsOf(desktop.app, 'shell.openPath')).length;
    expect(await askDesktop('openFile', key, n)).toMatchObject({ ok: false });
    expect(await callsOf(desktop.app, 'shell.openPath')).toHaveLength(before);
  });
});

describe('what the system does not open', () => {
  /** In the place of the box that tells it. */
  const told = () =>
    desktop.app.evaluate(() => (globalThis as { toldBoxes?: readonly (string | undefined)[] }).toldBoxes ?? []);

  it.each([
    ['a folder', 'Show data folder', () => desktop.dataDir],
    ['an address', 'Video Inbox on the web', () => 'https://github.com/video-inbox/video-inbox'],
  ])('%s is told, and the inbox goes on', async (_what, label, place) => {
    await desktop.app.evaluate(({ dialog, shell }) => {
      const boxes: (string | undefined)[] = [];
      Object.assign(globalThis, { toldBoxes: boxes });
      shell.openPath = () => Promise.resolve('no program for it');
      shell.openExternal = () => Promise.reject(new Error('no program for it'));
      dialog.showMessageBox = ((options: Electron.MessageBoxOptions) => {
        boxes.push(options.detail);
        return Promise.resolve({ response: 0, checkboxChecked: false });
      }) as never;
    });
    await inMain(
      desktop.app,
      ({ double }, wanted) =>
        double.applicationMenu.items
          .flatMap(({ submenu }) => submenu?.items ?? [])
          .find((item) => item.label === wanted)
          ?.click(),
      label,
    );
    await waitUntil(async () => (await told()).length > 0, 'the box');
    expect(await told()).toEqual([`Open it yourself: ${place()} (no program for it)`]);
    expect((await desktop.call('tasks:counts')).inbox).toBeGreaterThanOrEqual(0);
  });
});

describe('light and dark', () => {
  it('come from the system', async () => {
    onTestFinished(() =>
      inMain(desktop.app, ({ nativeTheme }) => {
        nativeTheme.shouldUseDarkColors = false;
        nativeTheme.emit('updated');
      }),
    );
    const ground = () =>
      desktop.app.evaluate(
        ({ BrowserWindow }) =>
          (BrowserWindow.getAllWindows()[0] as never as { backgroundColor: string }).backgroundColor,
      );
    const light = await ground();
    await inMain(desktop.app, ({ nativeTheme }) => {
      nativeTheme.shouldUseDarkColors = true;
      nativeTheme.emit('updated');
    });
    expect(await ground()).not.toBe(light);
  });
});
