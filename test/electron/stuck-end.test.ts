// The built desktop app where its end is held up, in each runtime that is here: it comes all the same.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { endOf } from '../support/child-end.ts';
import { desktopKinds, launchDesktop, type Desktop } from '../support/electron-driver.ts';
import { waitUntil } from '../support/wait-until.ts';

let desktop: Desktop | null = null;
afterEach(async () => {
  await desktop?.close();
  desktop = null;
});

describe.each(desktopKinds())('quitting in: %s', (kind) => {
  it.skipIf(process.platform === 'win32')(
    'comes to its end where the main thread is stuck, with all closed',
    async () => {
      const opened = await launchDesktop({ kind });
      desktop = opened;
      await opened.page();
      expect((await opened.postCallback({ taskId: 'kept', data: { state: 'success' } })).status).toBe(200);
      await opened.app.evaluate(({ app }) => {
        app.once('quit', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
      });
      const ended = endOf(opened.app.process());
      opened.app.process().kill('SIGTERM');
      expect(await ended).toEqual({ code: null, signal: 'SIGKILL' });
      expect(existsSync(path.join(opened.dataDir, 'instance.json'))).toBe(false);
    },
  );

  /** Opens the app and does what ends in a box of the system, which nobody reads: it ends all the same. */
  async function endsBeforeBox(doIt: (opened: Desktop) => Promise<unknown>, sentence: string): Promise<void> {
    const opened = await launchDesktop({ kind });
    desktop = opened;
    await opened.page();
    const ended = endOf(opened.app.process());
    await opened.app.evaluate(({ app, dialog }) => {
      const isDouble = process.versions.electron.includes('double');
      const show = dialog.showMessageBox.bind(dialog);
      dialog.showMessageBox = ((box: Electron.MessageBoxOptions) => {
        process.stderr.write(`BOX ${box.message}: ${String(box.detail)}\n`);
        // The double's person answers at once.
        return isDouble ? new Promise(() => undefined) : show(box);
      }) as never;
      app.relaunch = () => undefined;
    });
    await doIt(opened);
    await waitUntil(() => opened.log().includes(`BOX ${sentence}`), 'the box');
    opened.app.process().kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, signal: null });
  }

  it('does not wait for a box about a crash that nobody reads', () =>
    endsBeforeBox(
      ({ app }) =>
        app.evaluate(() => {
          setTimeout(() => {
            throw new TypeError('broken from inside');
          }, 10);
        }),
      'Video Inbox has stopped: Video Inbox met an error of its own',
    ));

  it('does not wait for anybody to read of a move that failed: the next start tells of it', async () => {
    const opened = await launchDesktop({ kind });
    desktop = opened;
    const { app, dataDir, home, page } = opened;
    const ended = endOf(app.process());
    const folder = path.join(home, 'elsewhere');
    await mkdir(folder);
    // Where the note about the new place would go; by then the inbox is closed.
    await mkdir(path.join(dataDir, 'moved-to.json'));
    await app.evaluate(({ app: program, dialog }, to) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [to] });
      dialog.showMessageBox = () => new Promise(() => undefined);
      program.relaunch = () => void process.stderr.write(`ANEW ${String(process.env['VIDEO_INBOX_TELL_AT_START'])}\n`);
    }, folder);
    const view = await page();
    await view.waitForFunction(() => 'videoInbox' in globalThis);
    await view.evaluate(() => {
      const { videoInbox } = globalThis as never as { videoInbox: { desktop: { moveLibrary(): Promise<unknown> } } };
      void videoInbox.desktop.moveLibrary().catch(() => undefined);
    });
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(opened.log()).toContain('ANEW {"title":"The library was not moved"');
  });

  it('does not wait for a box about a video that no program opens', () =>
    endsBeforeBox(async ({ app, call, waitForTask }) => {
      const { taskId, key } = await call('callback:sendTest', { provider: 'kie-luma', fail: false });
      await waitForTask(taskId, (task) => task.videos[0]?.state === 'saved');
      await app.evaluate(
        ({ BrowserWindow, Menu, shell }, srcURL) => {
          shell.openPath = () => Promise.resolve('no program for it');
          Menu.prototype.popup = function (this: Electron.Menu) {
            this.items.find(({ id }) => id === 'openFile')?.click();
          };
          const params = { isEditable: false, editFlags: {}, selectionText: '', srcURL, mediaType: 'image' };
          BrowserWindow.getAllWindows()[0]?.webContents.emit('context-menu', {}, params);
        },
        `app://inbox/poster/${encodeURIComponent(key)}`,
      );
    }, 'Open with another program'));
});
