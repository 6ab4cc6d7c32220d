// The rules of the desktop shell that need no runtime. `electron` is empty here: whatever reached for it would fail.
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { barFor } from '../../src-main/electron/badge.ts';
import { commandIn } from '../../src-main/electron/command-line.ts';
import { linkCommand, offerCommand } from '../../src-main/electron/command-link.ts';
import { taskInArguments } from '../../src-main/electron/deep-links.ts';
import { contextMenuTemplate, pointedVideo, type ContextMenuActions } from '../../src-main/electron/context-menu.ts';
import { clipboardParts } from '../../src-main/electron/file-clipboard.ts';
import { isTrusted } from '../../src-main/electron/ipc.ts';
import { autostartEntry } from '../../src-main/electron/login-item.ts';
import { menuTemplate } from '../../src-main/electron/menu.ts';
import { notificationOptions, toastXml } from '../../src-main/electron/notifications.ts';
import { enSubmit } from '../../src-renderer/texts/en-submit.ts';
import { externalLink, mayNavigate } from '../../src-main/electron/security.ts';
import { trayTemplate, type TrayState } from '../../src-main/electron/tray.ts';
import { fitBounds, frameOffset, leastSize } from '../../src-main/electron/window-state.ts';
import type { StorageState } from '../../src-main/common/storage-health.ts';
import type { Notice } from '../../src-main/node/notifications/notifier.ts';
import { tempDir } from '../support/temp-dir.ts';

vi.mock('electron', () => ({ nativeImage: { createFromPath: () => ({ isEmpty: () => true }) } }));

const notice: Notice = {
  id: 'n',
  kind: 'saved',
  title: 'Saved <"1">',
  body: 'A & B\u0000\u0007',
  imagePath: null,
  deepLink: 'video-inbox://task/kie-luma%3Aa',
};

describe('who may call', () => {
  const frame = (url: string, parent: object | null = null) => ({ senderFrame: { url, parent } }) as never;
  it.each([
    [frame('app://inbox/'), true],
    [frame('app://inbox/#/task/kie-luma%3Aa'), true],
    [frame('app://inbox/', {}), false],
    [frame('app://inbox.evil/'), false],
    [frame('app://evil@inbox/'), false],
    [frame('http://inbox/'), false],
    [frame('https://app//inbox/'), false],
    [frame('data:text/html,app://inbox/'), false],
    [frame(''), false],
    [{ senderFrame: null }, false],
  ])('%j: %s', (event, trusted) => {
    expect(isTrusted(event)).toBe(trusted);
  });
});

describe('where a page may lead', () => {
  it.each([
    ['https://dashboard.ngrok.com/get-started', 'https://dashboard.ngrok.com/get-started'],
    ['https://status.ngrok.com', 'https://status.ngrok.com/'],
    ['https://kie.ai', 'https://kie.ai/'],
    ['http://kie.ai/', null],
    ['https://kie.ai.evil.example/', null],
    ['https://user:secret@kie.ai/', null],
    ['https://kie.ai:8443/', null],
    ['javascript:alert(1)', null],
    ['file:///etc/passwd', null],
    ['not an address', null],
  ])('%s', (address, link) => {
    expect(externalLink(address)).toBe(link);
  });

  it.each(Object.values(enSubmit.key.pages))('%s, where a key is to be had', (address) => {
    expect(externalLink(address)).toBe(address);
  });

  it('stays on its own page', () => {
    expect(['app://inbox/', 'app://inbox/#/task/x', 'app://inbox/?a=b'].every(mayNavigate)).toBe(true);
    expect(['app://inbox/media/a/1', 'app://other/', 'https://inbox/', 'about:blank'].some(mayNavigate)).toBe(false);
  });
});

describe('a notice', () => {
  it('carries its link in the toast on Windows, as XML that cannot break', () => {
    expect(toastXml(notice)).toBe(
      '<toast activationType="protocol" launch="video-inbox://task/kie-luma%3Aa"><visual>' +
        '<binding template="ToastGeneric"><text>Saved &lt;&quot;1&quot;&gt;</text><text>A &amp; B</text></binding>' +
        '</visual></toast>',
    );
    expect(toastXml({ ...notice, imagePath: '/library/posters/a b.jpg' })).toContain(
      'src="file:///library/posters/a%20b.jpg"',
    );
    expect(notificationOptions(notice, 'win32')).toHaveProperty('toastXml');
  });

  it('carries its link in the id on macOS and nowhere on Linux', () => {
    expect(notificationOptions(notice, 'darwin')).toMatchObject({ id: 'video-inbox://task/kie-luma%3Aa n' });
    expect(notificationOptions({ ...notice, body: 'A' }, 'linux')).toEqual({ title: notice.title, body: 'A' });
  });

  it('cannot hold markup on Linux, where notification servers read it', () => {
    const body = '<b>Win</b> <a href="https://evil.example">here</a> & now';
    expect(notificationOptions({ ...notice, body }, 'linux').body).toBe(
      '&lt;b&gt;Win&lt;/b&gt; &lt;a href="https://evil.example"&gt;here&lt;/a&gt; &amp; now',
    );
    expect(notificationOptions({ ...notice, body }, 'darwin').body).toBe(body);
  });
});

describe('the bar on the icon', () => {
  it.each([
    [[], -1],
    [[{ receivedBytes: 50, totalBytes: 100 }], 0.5],
    [
      [
        { receivedBytes: 50, totalBytes: 100 },
        { receivedBytes: 0, totalBytes: 300 },
      ],
      0.13,
    ],
    [[{ receivedBytes: 50, totalBytes: null }], 2],
    [[{ receivedBytes: 0, totalBytes: 0 }], 2],
    [[{ receivedBytes: 120, totalBytes: 100 }], 1],
  ])('%j', (transfers, bar) => {
    expect(barFor(transfers)).toBe(bar);
  });
});

describe('the place of the window', () => {
  const main = { x: 0, y: 0, width: 1920, height: 1040 };
  const right = { x: 1920, y: 0, width: 2560, height: 1400 };
  it.each([
    [
      'kept on the second display',
      { x: 2000, y: 50, width: 1000, height: 700 },
      { x: 2000, y: 50, width: 1000, height: 700 },
    ],
    ['kept across the edge', { x: -200, y: 0, width: 1000, height: 700 }, { x: -200, y: 0, width: 1000, height: 700 }],
    [
      'brought back from nowhere',
      { x: 9000, y: 50, width: 1000, height: 700 },
      { x: 460, y: 170, width: 1000, height: 700 },
    ],
    [
      'brought back from above',
      { x: 100, y: -300, width: 1000, height: 700 },
      { x: 460, y: 170, width: 1000, height: 700 },
    ],
    ['made to fit', { x: 0, y: 0, width: 9000, height: 9000 }, { x: 0, y: 0, width: 1920, height: 1040 }],
    ['made large enough', { x: 0, y: 0, width: 10, height: 10 }, { x: 600, y: 280, width: 720, height: 480 }],
    ['the usual at first', null, { x: 320, y: 110, width: 1280, height: 820 }],
  ])('%s', (_what, bounds, fitted) => {
    expect(fitBounds(bounds, [main, right])).toEqual(fitted);
  });
});

describe('start at login on Linux', () => {
  it('quotes the path of the program as desktop entries ask', () => {
    expect(autostartEntry('/opt/My "Apps"/100%/video-inbox', null)).toContain(
      'Exec="/opt/My \\\\"Apps\\\\"/100%%/video-inbox" --hidden\n',
    );
  });
});

describe('start at login in a checkout', () => {
  it('tells the bare runtime which app it is to run', () => {
    expect(autostartEntry('/src/node_modules/electron/dist/electron', '/src/video inbox')).toContain(
      'Exec="/src/node_modules/electron/dist/electron" "/src/video inbox" --hidden\n',
    );
  });
});

describe('a window that tells of another place than it was put', () => {
  const asked = { x: 121, y: 100, width: 1000, height: 700 };
  it.each([
    ['by its frame', { ...asked, x: 122, y: 120 }, { x: 1, y: 20 }],
    ['by nothing', asked, { x: 0, y: 0 }],
    ['since someone moved it', { ...asked, x: 600 }, { x: 0, y: 0 }],
    ['since it was made smaller', { ...asked, y: 120, height: 600 }, { x: 0, y: 0 }],
  ])('%s', (_why, got, offset) => {
    expect(frameOffset(asked, got)).toEqual(offset);
  });

  it('is never larger than the smallest display', () => {
    const large = { x: 0, y: 0, width: 1920, height: 1040 };
    expect(leastSize([large])).toEqual({ width: 720, height: 480 });
    expect(leastSize([large, { x: 1920, y: 0, width: 640, height: 410 }])).toEqual({ width: 640, height: 410 });
  });
});

describe('the right button', () => {
  const editFlags = {
    canCopy: true,
    canCut: true,
    canPaste: true,
    canSelectAll: true,
    canUndo: true,
    canRedo: false,
    canDelete: true,
    canEditRichly: false,
  };
  const nothing = { isEditable: false, editFlags, selectionText: '', srcURL: '', mediaType: 'none' } as const;
  const ran: unknown[] = [];
  const actions: Pick<ContextMenuActions, 'openTask' | 'run'> = {
    openTask: (key) => void ran.push(['openTask', key]),
    run: (name, _page, video) => void ran.push([name, video]),
  };
  const menu = (params: Parameters<typeof contextMenuTemplate>[0], hasFile = true) =>
    contextMenuTemplate(params, {} as never, actions, hasFile).map(({ role, id, enabled }) => [role ?? id, enabled]);

  it('has no menu on nothing', () => {
    expect(menu(nothing)).toEqual([]);
  });
  it('edits a field', () => {
    expect(menu({ ...nothing, isEditable: true })).toEqual([
      ['undo', true],
      ['redo', false],
      [undefined, undefined],
      ['cut', true],
      ['copy', true],
      ['paste', true],
      [undefined, undefined],
      ['selectAll', true],
    ]);
  });
  it('copies what is selected', () => {
    expect(menu({ ...nothing, selectionText: 'a prompt' })).toEqual([['copy', true]]);
  });
  it('opens, shows and copies the video of a card', () => {
    const card = { ...nothing, mediaType: 'image', srcURL: 'app://inbox/poster/kie-luma%3Aa?v=1' } as const;
    expect(menu(card)).toEqual([
      ['open', undefined],
      ['openFile', true],
      ['showInFolder', true],
      ['copyFile', true],
    ]);
    const template = contextMenuTemplate(card, {} as never, actions, true);
    for (const { click } of template) (click as () => void)();
    expect(ran).toEqual([
      ['openTask', 'kie-luma:a'],
      ['openFile', { key: 'kie-luma:a', n: 1 }],
      ['showInFolder', { key: 'kie-luma:a', n: 1 }],
      ['copyFile', { key: 'kie-luma:a', n: 1 }],
    ]);
    const gone = { ...nothing, mediaType: 'video', srcURL: 'app://inbox/media/kie-luma%3Aa/2' } as const;
    expect(menu(gone, false).map(([, enabled]) => enabled)).toEqual([false, false, false]);
  });
  it.each([
    'https://evil.example/media/a/1',
    'app://inbox/assets/x.png',
    'app://inbox/media/a/1/2',
    'app://inbox/media/%E0%A4%A/1',
    'blob:app://inbox/1',
  ])('sees no video in %s', (address) => expect(pointedVideo(address)).toBeNull());
});

describe('a copied file', () => {
  it('is told in the words of each file manager', async () => {
    const linux = clipboardParts('/library/a b.mp4', 'linux');
    const uris = linux['electron application/osclipboard;format="text/uri-list"'] as Blob;
    expect(await uris.text()).toBe('file:///library/a%20b.mp4\r\n');
    const windows = clipboardParts('C:\\a.mp4', 'win32')['electron application/osclipboard;format="FileNameW"'] as Blob;
    expect(Buffer.from(await windows.arrayBuffer()).toString('utf16le')).toBe('C:\\a.mp4\0');
  });
});

describe('menus', () => {
  it('give strangers no access keys and no endless lines', () => {
    const state = {
      tunnel: { kind: 'ngrok', state: 'online' } as never,
      recent: [
        { key: 'kie-luma:a', prompt: `Fish & chips ${'x'.repeat(100)}`, provider: 'kie-luma', taskId: 'a' } as never,
      ],
      storage: { state: 'ok' } as never,
      shelf: undefined,
      unseen: 0,
      paused: false,
    };
    const recent = trayTemplate(state, {} as never).find(({ id }) => id === 'recent')?.submenu as { label: string }[];
    expect(recent[0]?.label).toMatch(/^Fish && chips x+…$/);
    expect(recent[0]?.label.length).toBeLessThan(55);
  });

  it('of the tray call a task as its card does', () => {
    const labels = (...tasks: readonly object[]) => {
      const recent = tasks.map((task) => ({ key: 'kie-luma:a', provider: 'kie-luma', taskId: 'a', ...task }) as never);
      const state = { tunnel: { kind: 'none', state: 'offline' } as never, storage: { state: 'ok' } as never };
      const template = trayTemplate({ ...state, shelf: undefined, recent, unseen: 0, paused: false }, {} as never);
      const list = template.find(({ id }) => id === 'recent')?.submenu as { label: string }[];
      return list.map(({ label }) => label);
    };
    expect(labels({ title: 'Opening shot', prompt: 'fox' }, { prompt: 'fox' }, { prompt: '\u200b' })).toEqual([
      'Opening shot',
      'fox',
      expect.stringMatching(/ a$/),
    ]);
    expect(labels({ prompt: 'quit\u202e olleh' })).toEqual(['quit olleh']);
  });

  it('of the tray do not say of an inbox elsewhere that this machine reaches it, where it has no public address', () => {
    const line = (elsewhere: object) => {
      const tunnel = { kind: 'none', state: 'offline', ...elsewhere } as never;
      const state = {
        tunnel,
        storage: { state: 'ok' } as never,
        shelf: undefined,
        recent: [],
        unseen: 0,
        paused: false,
      };
      return trayTemplate(state, {} as never).find(({ id }) => id === 'status')?.label;
    };
    expect(line({})).toBe('Reachable from this machine only');
    expect(line({ elsewhere: true })).toBe('Callback URL is not reachable');
  });

  it('of the tray say that nothing can be kept, or that videos wait for their shelf, while it is so and at no other time', () => {
    const lines = (state: StorageState, shelf: TrayState['shelf']) =>
      trayTemplate(
        {
          tunnel: { kind: 'none', state: 'offline' } as never,
          storage: { state } as never,
          shelf,
          recent: [],
          unseen: 0,
          paused: false,
        },
        {} as never,
      );
    const line = (state: StorageState) => lines(state, undefined).find(({ id }) => id === 'storage');
    const waits = (shelf: TrayState['shelf']) => lines('ok', shelf).find(({ id }) => id === 'shelf');
    expect(waits(undefined)?.visible).toBe(false);
    expect(waits({ state: 'ok', since: null, message: null })?.visible).toBe(false);
    const away = { state: 'away', since: '2026-11-27T04:00:00.000Z', message: 'away' } as const;
    expect(waits(away)).toMatchObject({ visible: true, label: expect.stringMatching(/videos wait here/i) as string });
    expect(line('ok')?.visible).toBe(false);
    expect(line('full')).toMatchObject({ visible: true, label: expect.stringMatching(/disk is full/i) as string });
    expect(line('gone')).toMatchObject({ visible: true, label: expect.stringMatching(/library is gone/i) as string });
  });

  it('have the app menu on macOS only', () => {
    const settings = { launchAtLogin: false, closeToTray: true, checkForUpdates: true };
    const roles = (platform: NodeJS.Platform) => menuTemplate(settings, {} as never, platform).map(({ role }) => role);
    expect(roles('darwin')).toContain('appMenu');
    expect(roles('linux')).not.toContain('appMenu');
  });
});

describe('menus', () => {
  const settings = { launchAtLogin: false, closeToTray: true, checkForUpdates: true };
  const template = menuTemplate(settings, {} as never, 'linux');
  it('open by Alt and a letter of their own', () => {
    const letters = template.map(({ label }) => /&(\w)/.exec(label ?? '')?.[1]);
    expect(letters).not.toContain(undefined);
    expect(new Set(letters).size).toBe(letters.length);
  });
  it('enlarge by Ctrl+= and by the keys of the number pad as well', () => {
    const view = template.flatMap(({ submenu }) => (Array.isArray(submenu) ? submenu : []));
    const keys = (wanted: string) => view.filter(({ role }) => role === wanted).map(({ accelerator }) => accelerator);
    expect(keys('zoomIn')).toEqual([undefined, 'CmdOrCtrl+=', 'CmdOrCtrl+numadd']);
    expect(keys('zoomOut')).toEqual([undefined, 'CmdOrCtrl+numsub']);
    expect(keys('resetZoom')).toEqual([undefined, 'CmdOrCtrl+num0']);
  });
  it('hold nothing that only macOS can do', () => {
    const ofWindow = (platform: NodeJS.Platform) =>
      menuTemplate(settings, {} as never, platform).find(({ role }) => role === 'windowMenu')?.submenu;
    const roles = (submenu: unknown) => (submenu as readonly { readonly role: string }[]).map(({ role }) => role);
    for (const platform of ['linux', 'win32'] as const) {
      expect(roles(ofWindow(platform))).toEqual(['minimize', 'close']);
    }
    expect(ofWindow('darwin')).toBeUndefined();
  });
});

describe('a command in the arguments of the app', () => {
  it.each([
    [['/opt/app', 'status', '--json'], true, ['status', '--json']],
    [['/opt/app', '--no-sandbox', 'list'], true, ['list']],
    [['/opt/app', '--help'], true, ['--help']],
    [['/opt/app', '--version'], true, ['--version']],
    [['/opt/app'], true, null],
    [['/opt/app', '--hidden'], true, null],
    [['/opt/app', 'video-inbox://task/fal%3A1'], true, null],
    [['/opt/app', 'nonsense'], true, null],
    [['electron', '--no-sandbox', '.', 'url'], false, ['url']],
    [['electron', '.', '--hidden'], false, null],
    [['electron', 'status'], false, null],
    [['electron', '-r', 'loader.js', '.', '--user-data-dir=/tmp/x'], false, null],
  ])('%j, packaged %j: %j', (argv, isPackaged, command) => {
    expect(commandIn(argv, isPackaged)).toEqual(command);
  });
});

describe("an AppImage's command", () => {
  it('is linked into the folder of programs, follows the AppImage, and takes no name that is used', async () => {
    const home = await tempDir();
    const link = path.join(home, '.local/bin/video-inbox');
    expect(await linkCommand('/apps/video-inbox-1.AppImage', home)).toBe(link);
    expect(await readlink(link)).toBe('/apps/video-inbox-1.AppImage');
    expect(await linkCommand('/apps/video-inbox-2.AppImage', home)).toBe(link);
    expect(await readlink(link)).toBe('/apps/video-inbox-2.AppImage');
    await rm(link);
    await symlink('/usr/bin/something', link);
    expect(await linkCommand('/apps/video-inbox-2.AppImage', home)).toBeNull();
    await rm(link);
    await writeFile(link, '#!/bin/sh');
    expect(await linkCommand('/apps/video-inbox-2.AppImage', home)).toBeNull();
    expect(await readFile(link, 'utf8')).toBe('#!/bin/sh');
  });
});

describe("a dmg's command", () => {
  it.skipIf(process.platform === 'win32')(
    'runs the program of the app, follows it, and takes no name that is used',
    async () => {
      const home = await tempDir();
      const file = path.join(home, '.local/bin/video-inbox');
      const program = async (app: string): Promise<string> => {
        const place = path.join(home, `${app}/Contents/MacOS/video-inbox`);
        await mkdir(path.dirname(place), { recursive: true });
        await writeFile(place, '#!/bin/sh\nprintf "%s|" "$0" "$@"\nexit 3\n', { mode: 0o755 });
        return place;
      };
      const offer = (execPath: string, isPackaged = true) =>
        offerCommand({ isPackaged, platform: 'darwin', execPath, appImage: undefined }, home);
      const [first, second] = [await program("Ada's $HOME.app"), await program('Video Inbox.app')];
      expect(await offer(first, false)).toBeNull();
      expect(await offer('/Volumes/Video Inbox/Video Inbox.app/Contents/MacOS/video-inbox')).toBeNull();
      for (const place of [first, second, second]) {
        expect(await offer(place)).toBe(file);
        const ran = spawnSync(file, ['wait', 'a b', '$X'], { encoding: 'utf8' });
        expect(ran).toMatchObject({ status: 3, stdout: `${place}|wait|a b|$X|` });
      }
      await writeFile(file, '#!/bin/sh');
      expect(await offer(second)).toBeNull();
      expect(await readFile(file, 'utf8')).toBe('#!/bin/sh');
      await rm(file);
      await symlink(second, file);
      expect(await offer(first)).toBeNull();
    },
  );

  it('is put nowhere by a package of the system', async () => {
    const installed = {
      isPackaged: true,
      platform: 'linux',
      execPath: '/opt/video-inbox',
      appImage: undefined,
    } as const;
    expect(await offerCommand(installed, await tempDir())).toBeNull();
  });
});

describe('arguments of a start', () => {
  it('hold at most one link that counts', () => {
    expect(
      taskInArguments(['electron', '.', '--hidden', 'video-inbox://task/fal%3A1', 'video-inbox://task/fal%3A2']),
    ).toBe('fal:1');
    expect(taskInArguments(['electron', '.', '--flag=video-inbox://task/fal%3A1'])).toBeNull();
  });
});
