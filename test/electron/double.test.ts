// The Electron double itself, with a small app of its own: a guard that holds in it must be able to fail in it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doubleDir, repoDir } from '../support/electron-driver.ts';
import { waitUntil } from '../support/wait-until.ts';

const main = `
const { app, BrowserWindow, ipcMain, protocol } = require('electron');
const path = require('node:path');
globalThis.seen = [];
protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true } }]);
ipcMain.handle('echo', (event, value) => ({ value, from: event.senderFrame.url, main: event.senderFrame.parent === null }));
ipcMain.handle('fail', () => { throw new TypeError('no luck'); });
void app.whenReady().then(() => {
  protocol.handle('app', (request) => {
    const { pathname } = new URL(request.url);
    globalThis.seen.push([request.method, request.url, request.headers.get('range')]);
    return new Response('<title>page</title><p>' + pathname, { status: 200, headers: { 'content-type': 'text/html' } });
  });
  const window = new BrowserWindow({ webPreferences: { preload: path.join(__dirname, 'preload.cjs') } });
  window.on('close', (event) => { if (globalThis.keep) event.preventDefault(); });
  void window.loadURL('app://site/start');
});
`;
const preload = `
const { contextBridge, ipcRenderer } = require('electron');
globalThis.onlyInPreload = true;
let nodeModules = 'reachable';
try { require('fs'); } catch (error) { nodeModules = error.message; }
contextBridge.exposeInMainWorld('api', {
  nodeModules,
  invoke: (channel, ...args) => ipcRenderer.invoke(channel, ...args),
  twice: (callback) => [callback(1), callback(2)],
  listen: (listener) => { const hear = (_event, value) => listener(value); ipcRenderer.on('news', hear); return () => void ipcRenderer.off('news', hear); },
});
`;

interface Api {
  readonly nodeModules: string;
  invoke(channel: string, ...args: readonly unknown[]): Promise<unknown>;
  twice(callback: (n: number) => number): readonly number[];
  listen(listener: (value: unknown) => void): () => void;
}
declare const window: {
  readonly api: Api;
  onlyInPreload?: boolean;
  heard?: unknown[];
  undo?: () => void;
} & globalThis.Window;

let folder = '';
let app: ElectronApplication;
let page: Page;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'video-inbox-double-'));
  await writeFile(path.join(folder, 'package.json'), '{"name":"small","version":"1.0.0","main":"main.cjs"}');
  await writeFile(path.join(folder, 'main.cjs'), main);
  await writeFile(path.join(folder, 'preload.cjs'), preload);
  const cache = createRequire(import.meta.url).cache;
  // oxlint-disable-next-line typescript/no-dynamic-delete -- the package remembers which runtime it was asked for
  delete cache[path.join(repoDir, 'node_modules/electron/index.js')];
  process.env['ELECTRON_OVERRIDE_DIST_PATH'] = doubleDir;
  app = await _electron.launch({ args: [folder, `--user-data-dir=${path.join(folder, 'user')}`] });
  page = await app.firstWindow();
  await page.getByText('/start').waitFor();
});
afterAll(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

describe('the double', () => {
  it('says of everything else that it is not doubled', async () => {
    const words = await app.evaluate(({ app: electronApp, shell }) =>
      [() => electronApp.getFileIcon('x'), () => shell.readShortcutLink('x')].map((attempt) => {
        try {
          void attempt();
          return 'no failure';
        } catch (error) {
          return (error as Error).message;
        }
      }),
    );
    expect(words).toEqual(['app.getFileIcon is not doubled', 'shell.readShortcutLink is not doubled']);
  });

  it('keeps the world of the preload apart, without Node', async () => {
    expect(await page.evaluate(() => window.onlyInPreload)).toBeUndefined();
    expect(await page.evaluate(() => window.api.nodeModules)).toBe('module not found: fs');
    expect(await page.evaluate(() => Object.isFrozen(window.api))).toBe(true);
    expect(await page.evaluate(() => window.api.twice((n) => n * 10))).toEqual([10, 20]);
  });

  it('copies values over IPC and words failures as Electron does', async () => {
    const answer = await page.evaluate(() =>
      window.api.invoke('echo', {
        at: new Date(5),
        bytes: new Uint8Array([1, 2]),
        nothing: undefined,
        list: [Number.NaN],
      }),
    );
    expect(answer).toMatchObject({
      from: 'app://site/start',
      main: true,
      value: { at: new Date(5), nothing: undefined, list: [Number.NaN] },
    });
    const fails = (channel: string, value: string) =>
      page.evaluate(
        async ([to, code]) => {
          try {
            await window.api.invoke(to ?? '', code === 'function' ? () => 1 : code);
            return 'no failure';
          } catch (error) {
            return (error as Error).message;
          }
        },
        [channel, value],
      );
    expect(await fails('fail', '')).toBe("Error invoking remote method 'fail': TypeError: no luck");
    expect(await fails('none', '')).toContain("No handler registered for 'none'");
    expect(await fails('echo', 'function')).toContain('could not be cloned');
  });

  it('delivers events until they are undone', async () => {
    await page.evaluate(() => {
      window.heard = [];
      window.undo = window.api.listen((value) => window.heard?.push(value));
    });
    const tell = (value: number) =>
      app.evaluate(
        ({ BrowserWindow }, news) => BrowserWindow.getAllWindows()[0]?.webContents.send('news', news),
        value,
      );
    await tell(1);
    await waitUntil(() => page.evaluate(() => window.heard?.length === 1), 'the news');
    await page.evaluate(() => window.undo?.());
    await tell(2);
    expect(await page.evaluate(() => window.heard)).toEqual([1]);
  });

  it('hands every request of the page to the handler of the scheme, with its range', async () => {
    await page.evaluate(() => fetch('/film', { headers: { range: 'bytes=0-9' } }));
    const seen = await app.evaluate(() => (globalThis as never as { seen: unknown[] }).seen);
    expect(seen).toContainEqual(['GET', 'app://site/film', 'bytes=0-9']);
  });

  it('lets a page go where nothing forbids it, and keeps a window open where `close` is held back', async () => {
    await page.evaluate(() => (window.location.href = '/elsewhere'));
    await page.getByText('/elsewhere').waitFor();
    const closed = (keep: boolean) =>
      app.evaluate(({ BrowserWindow }, on) => {
        (globalThis as never as { keep: boolean }).keep = on;
        BrowserWindow.getAllWindows()[0]?.close();
        return BrowserWindow.getAllWindows().length;
      }, keep);
    expect(await closed(true)).toBe(1);
    expect(await closed(false)).toBe(0);
  });
});
