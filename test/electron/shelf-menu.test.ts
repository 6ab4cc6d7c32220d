// The built desktop app in the Electron double: a library that began on the disk and has a shelf on S3 now.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { launchDesktop, type Desktop } from '../support/electron-driver.ts';
import { startS3Server, type S3Server } from '../support/s3/s3-server.ts';
import { waitUntil } from '../support/wait-until.ts';

let home: string;
let shelf: S3Server;
beforeAll(async () => {
  home = await realpath(await mkdtemp(path.join(os.tmpdir(), 'video-inbox-shelf-')));
  shelf = await startS3Server({
    bucket: 'shelf',
    region: 'us-east-1',
    accessKeyId: 'AK',
    secretAccessKey: 'secret-of-the-shelf',
  });
});
afterAll(async () => {
  await shelf.close();
  await rm(home, { recursive: true, force: true, maxRetries: 3 });
});

async function savedSample(desktop: Desktop): Promise<string> {
  const { taskId, key } = await desktop.call('callback:sendTest', { provider: 'kie-luma', fail: false });
  await desktop.waitForTask(taskId, (task) => task.videos[0]?.state === 'saved');
  return key;
}

/** What the entries of a card's menu are, and whether they can be chosen. */
async function menuOf(desktop: Desktop, key: string): Promise<unknown> {
  await desktop.app.evaluate(
    ({ BrowserWindow, Menu }, poster) => {
      Object.assign(globalThis, { shown: null });
      Menu.prototype.popup = function (this: Electron.Menu) {
        Object.assign(globalThis, { shown: this.items.map(({ id, enabled }) => [id, enabled]) });
      };
      const params = { isEditable: false, editFlags: {}, selectionText: '', srcURL: poster, mediaType: 'image' };
      BrowserWindow.getAllWindows()[0]?.webContents.emit('context-menu', {}, params);
    },
    `app://inbox/poster/${encodeURIComponent(key)}`,
  );
  return waitUntil(
    () => desktop.app.evaluate(() => (globalThis as unknown as { readonly shown: unknown }).shown),
    'the menu of the card',
  );
}

it('offers what can be done with a file for a video that still lies on this disk, and not for one on the shelf', async () => {
  const before = await launchDesktop({ home });
  const onDisk = await savedSample(before);
  await before.quit();
  const after = await launchDesktop({
    home,
    env: {
      VIDEO_INBOX_STORE_URL: `s3://shelf/films?endpoint=${shelf.endpoint}&pathStyle=1`,
      AWS_ACCESS_KEY_ID: 'AK',
      AWS_SECRET_ACCESS_KEY: 'secret-of-the-shelf',
    },
  });
  try {
    const onShelf = await savedSample(after);
    const menu = (hasFile: boolean) => [
      ['open', true],
      ['openFile', hasFile],
      ['showInFolder', hasFile],
      ['copyFile', hasFile],
    ];
    expect(await menuOf(after, onDisk)).toEqual(menu(true));
    expect(await menuOf(after, onShelf)).toEqual(menu(false));
  } finally {
    await after.quit();
  }
});
