/** The one window: made when it is first wanted, hidden rather than closed, back where it was. */
import { BrowserWindow, nativeImage, nativeTheme, screen } from 'electron';
import type { Log } from '../node/log/log.ts';
import appIconUrl from './icons/video.png?inline';
import { uiUrl } from './scheme.ts';
import { fitBounds, minimumSize, readWindowState, writeWindowState } from './window-state.ts';

export interface MainWindowPorts {
  /** Absolute path of the built preload. */
  readonly preload: string;
  readonly stateFile: string;
  /** Whether closing hides; read at each close. */
  readonly hidesOnClose: () => boolean;
  readonly onHidden: () => void;
  readonly log: Log;
}

export interface MainWindow {
  /** Makes the window if there is none, and brings it to the front. */
  show(): void;
  /** Makes the window without showing it. */
  prepare(): void;
  /** Opens a task in it. */
  openTask(key: string): void;
  openSettings(): void;
  /** `null` while there is none. */
  current(): BrowserWindow | null;
  /** From now on closing closes. Resolves once the place of the window is on disk. */
  release(): Promise<void>;
}

const saveAfterMs = 500;
const background = { dark: '#111113', light: '#f6f6f7' } as const;

export function createMainWindow(ports: MainWindowPorts): MainWindow {
  const { preload, stateFile, hidesOnClose, onHidden, log } = ports;
  let window: BrowserWindow | null = null;
  let released = false;
  let saveTimer: NodeJS.Timeout | null = null;
  let saving: Promise<void> = Promise.resolve();

  // Light and dark come from the system; the page follows by itself, the ground behind it does not.
  const backgroundNow = (): string => (nativeTheme.shouldUseDarkColors ? background.dark : background.light);
  nativeTheme.on('updated', () => window?.setBackgroundColor(backgroundNow()));

  function open(address: string): BrowserWindow {
    const state = readWindowState(stateFile);
    const areas = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()].map(({ workArea }) => workArea);
    const made = new BrowserWindow({
      ...fitBounds(state.bounds, areas),
      minWidth: minimumSize.width,
      minHeight: minimumSize.height,
      show: false,
      title: 'Video Inbox',
      icon: nativeImage.createFromDataURL(appIconUrl),
      backgroundColor: backgroundNow(),
      autoHideMenuBar: true,
      webPreferences: {
        preload,
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        webSecurity: true,
        webviewTag: false,
        spellcheck: false,
      },
    });
    if (state.maximized) made.once('show', () => made.maximize());
    for (const event of ['resize', 'move', 'maximize', 'unmaximize'] as const) {
      // One listener for four events whose overloads TypeScript cannot unite.
      made.on(event as 'resize', () => saveSoon(made));
    }
    made.on('close', (event) => {
      save(made);
      if (released || !hidesOnClose()) return;
      event.preventDefault();
      made.hide();
      onHidden();
    });
    made.on('closed', () => {
      window = null;
    });
    made.webContents.on('render-process-gone', (_event, { reason }) => {
      log.error({ reason }, 'The window broke and is loaded again. The inbox itself goes on; nothing is lost.');
      if (!released && reason !== 'clean-exit') made.webContents.reload();
    });
    window = made;
    load(made, address);
    return made;
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
    const state = { bounds: target.getNormalBounds(), maximized: target.isMaximized() };
    saving = saving
      .then(() => writeWindowState(stateFile, state))
      .catch((error: unknown) => log.warn({ error }, 'The place of the window could not be remembered.'));
  }

  function bringToFront(target: BrowserWindow): void {
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
    prepare: () => {
      if (window === null) open(uiUrl);
    },
    show: () => bringToFront(window ?? open(uiUrl)),
    openTask: (key) => openAt(`/task/${encodeURIComponent(key)}`),
    openSettings: () => openAt('/settings'),
    async release() {
      released = true;
      if (window !== null) save(window);
      await saving;
    },
  };
}
