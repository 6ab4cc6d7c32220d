// What tray and taskbar are given, and how often. `electron` is no more here than what is given to.
import { beforeEach, expect, it, vi } from 'vitest';
import { createBadge } from '../../src-main/electron/badge.ts';
import { createTray, type TrayState } from '../../src-main/electron/tray.ts';

const electron = vi.hoisted(() => ({
  menus: 0,
  bars: [] as number[],
  overlays: [] as string[],
  /** `null`: there is no window yet. */
  window: null as null | object,
  made: (_window: object): void => undefined,
  shown: (): void => undefined,
}));
vi.mock('electron', () => ({
  app: {
    setBadgeCount: () => undefined,
    on: (_name: string, listener: (event: object, made: object) => void) => {
      electron.made = (made) => listener({}, made);
    },
  },
  nativeImage: { createFromDataURL: () => ({ addRepresentation: () => undefined }) },
  Menu: { buildFromTemplate: (template: object) => template },
  Tray: class {
    on = (): void => undefined;
    setToolTip = (): void => undefined;
    setContextMenu = (): void => void (electron.menus += 1);
  },
}));

const openWindow = (): void => {
  electron.window = {
    setProgressBar: (bar: number) => electron.bars.push(bar),
    setOverlayIcon: (_icon: object | null, words: string) => electron.overlays.push(words),
    on: (_name: string, listener: () => void) => {
      electron.shown = listener;
    },
  };
  electron.made(electron.window);
  electron.shown();
};

beforeEach(() => {
  Object.assign(electron, { menus: 0, bars: [], overlays: [], window: null });
});

it('the menu of the tray is drawn anew for what is seen in it, and for nothing else', () => {
  const state: TrayState = {
    tunnel: { kind: 'none', state: 'offline' } as never,
    storage: { state: 'ok' } as never,
    shelf: undefined,
    recent: [],
    unseen: 0,
    paused: false,
  };
  const tray = createTray({} as never, 'linux');
  for (let round = 0; round < 3; round += 1) tray.update({ ...state, storage: { ...state.storage, params: {} } });
  expect(electron.menus).toBe(1);
  tray.update({ ...state, paused: true });
  tray.update({ ...state, unseen: 1 });
  const fox = { key: 'a', prompt: 'A fox', provider: 'fal', taskId: 'a' } as never;
  tray.update({ ...state, recent: [fox] });
  tray.update({ ...state, recent: [{ ...(fox as object), key: 'b' } as never] });
  expect(electron.menus).toBe(5);
});

it('a window that comes later, or back, has the dot and the bar of what happened meanwhile', () => {
  const badge = createBadge({ window: () => electron.window as never, platform: 'win32' });
  badge.setUnseen(3);
  const data = { key: 'fal:a', n: 1, receivedBytes: 50, totalBytes: 100, bytesPerSecond: 1 };
  badge.hear({ name: 'video:progress', data });
  openWindow();
  expect([electron.overlays, electron.bars]).toEqual([['3 unseen'], [0.5]]);
  electron.shown();
  expect([electron.overlays, electron.bars]).toEqual([
    ['3 unseen', '3 unseen'],
    [0.5, 0.5],
  ]);
});

it('the bar does not wait for a task that was removed', () => {
  openWindow();
  const badge = createBadge({ window: () => electron.window as never, platform: 'linux' });
  for (const key of ['fal:a', 'fal:ab']) {
    const data = { key, n: 1, receivedBytes: 50, totalBytes: 100, bytesPerSecond: 1 };
    badge.hear({ name: 'video:progress', data });
  }
  const counts = { inbox: 0 } as never;
  badge.hear({ name: 'tasks:removed', data: { keys: ['fal:a'], counts } });
  expect(electron.bars.at(-1)).toBe(0.5);
  badge.hear({ name: 'tasks:removed', data: { keys: ['fal:ab'], counts } });
  expect(electron.bars.at(-1)).toBe(-1);
});
