/** The one window: made when it is first wanted, hidden rather than closed, back where it was. */
import { app, BrowserWindow, dialog, nativeImage, nativeTheme, screen } from 'electron';
import type { Log } from '../node/log/log.ts';
import { createTurns } from '../node/storage/turns.ts';
import appIconUrl from './icons/video.png?inline';
import { uiUrl } from './scheme.ts';
import { pagePreferences } from './security.ts';
import { desktopTexts } from './texts/en.ts';
import { fitBounds, frameOffset, leastSize, readWindowState, writeWindowState } from './window-state.ts';

export interface MainWindowPorts {
  /** Absolute path of the built preload. */
  readonly preload: string;
  readonly stateFile: string;
  /** Whether closing hides; read at each close. */
  readonly hidesOnClose: () => boolean;
  /** Whether a hidden window can be had back from a tray. Where it cannot, closing minimises. */
  readonly hasTray: () => Promise<boolean>;
  /** @param inTray false: minimised */
  readonly onHidden: (inTray: boolean) => void;
  readonly platform: NodeJS.Platform;
  readonly log: Log;
}

export interface MainWindow {
  /** Makes the window if there is none, and brings it to the front. */
  show(): void;
  /** Makes the window without showing it: in the tray, or minimised where there is none. */
  prepare(): Promise<void>;
  /** Opens a task in it. */
  openTask(key: string): void;
  openSettings(): void;
  /** `null` while there is none. */
  current(): BrowserWindow | null;
  /** From now on closing closes. Resolves once the place of the window is on disk. */
  release(): Promise<void>;
}

const saveAfterMs = 500;
/** By then the window manager has put the window where it wants it. */
const placedAfterMs = 1000;
/** A page that breaks more often than this in a minute is not loaded again by itself. */
const mostReloads = 3;
const reloadsWithinMs = 60_000;
const background = { dark: '#111113', light: '#f6f6f7' } as const;

/**
 * On macOS a full screen is a place of its own, which would stay and be black: it is left first.
 * @param isWanted asked once it is left, which takes a moment
 * @see https://github.com/electron/electron/issues/39572
 */
export function hideWindow(
  target: Pick<BrowserWindow, 'hide' | 'isDestroyed' | 'isFullScreen' | 'setFullScreen'> & {
    once(event: 'leave-full-screen', listener: () => void): unknown;
  },
  platform: NodeJS.Platform,
  isWanted: () => boolean,
): void {
  if (platform !== 'darwin' || !target.isFullScreen()) {
    target.hide();
    return;
  }
  target.once('leave-full-screen', () => {
    if (!target.isDestroyed() && isWanted()) target.hide();
  });
  target.setFullScreen(false);
}

export function createMainWindow(ports: MainWindowPorts): MainWindow {
  const { preload, stateFile, hidesOnClose, hasTray, onHidden, log, platform } = ports;
  let window: BrowserWindow | null = null;
  let released = false;
  let timesShown = 0;
  let saveTimer: NodeJS.Timeout | null = null;
  const takeTurn = createTurns();
  let offset = { x: 0, y: 0 };
  let brokenAt: readonly number[] = [];

  // Light and dark come from the system; the page follows by itself, the ground behind it does not.
  const backgroundNow = (): string => (nativeTheme.shouldUseDarkColors ? background.dark : background.light);
  nativeTheme.on('updated', () => window?.setBackgroundColor(backgroundNow()));

  function open(address: string): BrowserWindow {
    const state = readWindowState(stateFile);
    const areas = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()].map(({ workArea }) => workArea);
    const asked = fitBounds(state.bounds, areas);
    const least = leastSize(areas);
    const made = new BrowserWindow({
      ...asked,
      minWidth: least.width,
      minHeight: least.height,
      show: false,
      title: 'Video Inbox',
      icon: nativeImage.createFromDataURL(appIconUrl),
      backgroundColor: backgroundNow(),
      autoHideMenuBar: true,
      webPreferences: { preload, ...pagePreferences() },
    });
    if (state.maximized) made.once('show', () => made.maximize());
    else if (platform === 'linux') made.once('show', () => learnOffset(made, asked));
    for (const event of ['resize', 'move', 'maximize', 'unmaximize'] as const) {
      // One listener for four events whose overloads TypeScript cannot unite.
      made.on(event as 'resize', () => saveSoon(made));
    }
    made.on('close', (event) => {
      save(made);
      if (released || !hidesOnClose()) return;
      event.preventDefault();
      void putAway(made);
    });
    made.on('closed', () => {
      window = null;
    });
    made.webContents.on('render-process-gone', (_event, { reason }) => {
      if (!released && reason !== 'clean-exit') mend(made, reason);
    });
    made.on('unresponsive', () => void askAboutStuck(made));
    window = made;
    load(made, address);
    return made;
  }

  /** Out of the way, but to be found again. */
  async function putAway(target: BrowserWindow): Promise<void> {
    const shownBefore = timesShown;
    const inTray = await hasTray();
    // Who clicks a notice meanwhile wants to see it.
    if (released || target.isDestroyed() || timesShown !== shownBefore) return;
    if (inTray) hideWindow(target, platform, () => !released && timesShown === shownBefore);
    else target.minimize();
    onHidden(inTray);
    // A film with sound goes on in a hidden page, and whoever closed its window has nothing to stop it with.
    const hush = `document.querySelectorAll('video, audio').forEach((each) => each.pause())`;
    target.webContents.executeJavaScript(hush).catch(() => undefined); // a broken page plays nothing
  }

  function learnOffset(target: BrowserWindow, asked: Electron.Rectangle): void {
    setTimeout(() => {
      if (target.isDestroyed()) return;
      offset = frameOffset(asked, target.getNormalBounds());
      // What was remembered before has the frame in it, and an app that is killed remembers nothing more.
      save(target);
    }, placedAfterMs).unref();
  }

  function mend(target: BrowserWindow, reason: string): void {
    const now = Date.now();
    brokenAt = [...brokenAt.filter((at) => now - at < reloadsWithinMs), now];
    if (brokenAt.length <= mostReloads) {
      log.error({ reason }, 'The window broke and is loaded again. The inbox itself goes on; nothing is lost.');
      target.webContents.reload();
      return;
    }
    log.error(
      { reason },
      'The window broke several times in a row and waits for the person. The inbox itself goes on.',
    );
    void askToReload(target);
  }

  async function askToReload(target: BrowserWindow): Promise<void> {
    const { pageBroken, pageBrokenBody, pageReload } = desktopTexts.failures;
    const { response } = await dialog.showMessageBox({
      type: 'error',
      message: pageBroken,
      detail: pageBrokenBody,
      buttons: [pageReload, desktopTexts.menu.quit],
      defaultId: 0,
      cancelId: 0,
    });
    if (response === 1) {
      app.quit();
      return;
    }
    brokenAt = [];
    if (!target.isDestroyed()) target.webContents.reload();
  }

  let isAsking = false;
  /** One that is stuck draws nothing, takes no key and knows of none of it. */
  async function askAboutStuck(target: BrowserWindow): Promise<void> {
    if (isAsking || released) return;
    isAsking = true;
    const answers = new AbortController();
    const takeBack = (): void => answers.abort();
    target.once('responsive', takeBack);
    const { pageStuck, pageBrokenBody, pageReload, pageWait } = desktopTexts.failures;
    const { response } = await dialog
      .showMessageBox({
        type: 'warning',
        message: pageStuck,
        detail: pageBrokenBody,
        buttons: [pageReload, pageWait],
        defaultId: 0,
        cancelId: 1,
        signal: answers.signal,
      })
      .finally(() => (isAsking = false));
    if (target.isDestroyed()) return;
    target.off('responsive', takeBack);
    // What is gone is loaded again, as one that broke by itself.
    if (response === 0 && !answers.signal.aborted) target.webContents.forcefullyCrashRenderer();
  }

  function load(target: BrowserWindow, address: string): void {
    target.loadURL(address).catch((error: unknown) => {
      if (!target.isDestroyed()) log.error({ error }, 'The page of the window could not be loaded.');
    });
  }

  function saveSoon(target: BrowserWindow): void {
    saveTimer ??= setTimeout(() => save(target), saveAfterMs);
  }

  function save(target: BrowserWindow): void {
    if (saveTimer !== null) clearTimeout(saveTimer);
    saveTimer = null;
    if (target.isDestroyed()) return;
    const bounds = target.getNormalBounds();
    const state = {
      bounds: { ...bounds, x: bounds.x - offset.x, y: bounds.y - offset.y },
      maximized: target.isMaximized(),
    };
    takeTurn(() => writeWindowState(stateFile, state)).catch((error: unknown) =>
      log.warn({ error }, 'The place of the window could not be remembered.'),
    );
  }

  function bringToFront(target: BrowserWindow): void {
    timesShown += 1;
    if (target.isMinimized()) target.restore();
    target.show();
    target.focus();
  }

  /** @param place What stands behind the `#` of the page's address. */
  function openAt(place: string): void {
    const address = `${uiUrl}#${place}`;
    // Only the part after # differs, so a loaded page stays and changes its place.
    if (window !== null) load(window, address);
    bringToFront(window ?? open(address));
  }

  return {
    current: () => window,
    async prepare() {
      if (window !== null) return;
      const made = open(uiUrl);
      if (await hasTray()) return;
      made.showInactive();
      made.minimize();
    },
    show: () => bringToFront(window ?? open(uiUrl)),
    openTask: (key) => openAt(`/task/${encodeURIComponent(key)}`),
    openSettings: () => openAt('/settings'),
    async release() {
      released = true;
      if (window !== null) save(window);
      await takeTurn(() => Promise.resolve());
    },
  };
}
