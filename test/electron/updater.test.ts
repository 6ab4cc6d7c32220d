// When new versions are looked for, and what is done with them. The updater itself is not in play: it needs a packaged app
// and a release.
import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startUpdater } from '../../src-main/electron/updater.ts';
import { silentLog } from '../../src-main/node/log/log.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

const stand = vi.hoisted(() => ({
  app: { isPackaged: true },
  powerMonitor: null as unknown as NodeJS.EventEmitter,
  autoUpdater: null,
  reached: 0,
}));
vi.mock('electron', () => ({
  app: stand.app,
  get powerMonitor() {
    return stand.powerMonitor;
  },
}));
vi.mock('electron-updater', () => ({
  // The real one is made when it is first reached for, and begins to work then.
  get autoUpdater() {
    stand.reached += 1;
    return stand.autoUpdater;
  },
}));

function createUpdater() {
  return Object.assign(new EventEmitter(), {
    // The other way round than it must be.
    autoDownload: false,
    autoInstallOnAppQuit: false,
    autoRunAppAfterInstall: true,
    logger: console,
    checkForUpdates: vi.fn<() => Promise<{ downloadPromise: Promise<string[]> } | null>>(() => Promise.resolve(null)),
    downloadUpdate: vi.fn(),
    quitAndInstall: vi.fn(),
  });
}

let updater: ReturnType<typeof createUpdater>;

function start() {
  const switches = { enabled: true };
  const ready: string[] = [];
  const warnings: { readonly fields: object; readonly message: string }[] = [];
  const stop = startUpdater({
    enabled: () => switches.enabled,
    onReady: (version) => ready.push(version),
    log: { ...silentLog, warn: (fields, message) => warnings.push({ fields, message }) },
  });
  onTestFinished(stop);
  return { switches, ready, warnings, stop };
}

beforeEach(() => {
  updater = createUpdater();
  Object.assign(stand, { autoUpdater: updater, reached: 0, powerMonitor: new EventEmitter() });
  stand.app.isPackaged = true;
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
});

describe('new versions', () => {
  it('are not put in while the system ends', () => {
    start();
    expect(updater.autoInstallOnAppQuit).toBe(true);
    stand.powerMonitor.emit('shutdown');
    expect(updater.autoInstallOnAppQuit).toBe(false);
  });

  it('are none of a portable program’s business', () => {
    vi.stubEnv('PORTABLE_EXECUTABLE_FILE', 'D:\\video-inbox.exe');
    onTestFinished(() => void vi.unstubAllEnvs());
    start();
    vi.advanceTimersByTime(minuteMs);
    expect(stand.reached).toBe(0);
  });

  it('are looked for a minute after the start, and daily from then on', () => {
    start();
    vi.advanceTimersByTime(minuteMs - 1);
    expect(updater.checkForUpdates).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(updater.checkForUpdates).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(dayMs - minuteMs - 1);
    expect(updater.checkForUpdates).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(1);
    expect(updater.checkForUpdates).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(3 * dayMs);
    expect(updater.checkForUpdates).toHaveBeenCalledTimes(5);
  });

  it('are not looked for while that is switched off; the switch counts at the next look', () => {
    const { switches } = start();
    switches.enabled = false;
    vi.advanceTimersByTime(2 * dayMs);
    expect(updater.checkForUpdates).not.toHaveBeenCalled();
    switches.enabled = true;
    vi.advanceTimersByTime(dayMs);
    expect(updater.checkForUpdates).toHaveBeenCalledTimes(1);
  });

  it('are fetched by themselves and used from the next start on: nothing ends the running app', () => {
    const { ready } = start();
    expect(updater).toMatchObject({ autoDownload: true, autoInstallOnAppQuit: true });
    vi.advanceTimersByTime(minuteMs);
    updater.emit('update-downloaded', { version: '1.2.3' });
    vi.advanceTimersByTime(3 * dayMs);
    expect(ready).toEqual(['1.2.3']);
    expect(updater.quitAndInstall).not.toHaveBeenCalled();
  });

  it('are told once each, although each look finds what was fetched before', () => {
    const { ready } = start();
    for (const version of ['1.2.3', '1.2.3', '1.3.0', '1.3.0']) updater.emit('update-downloaded', { version });
    expect(ready).toEqual(['1.2.3', '1.3.0']);
  });

  it('that cannot be found are told to the log alone, and looked for again', async () => {
    const { ready, warnings } = start();
    const error = new Error('net::ERR_INTERNET_DISCONNECTED');
    updater.checkForUpdates.mockImplementation(() => {
      updater.emit('error', error);
      return Promise.reject(error);
    });
    await vi.advanceTimersByTimeAsync(minuteMs);
    expect(warnings).toEqual([{ fields: { error }, message: expect.stringContaining('works on as it is') as string }]);
    await vi.advanceTimersByTimeAsync(dayMs);
    expect(updater.checkForUpdates).toHaveBeenCalledTimes(2);
    expect(ready).toEqual([]);
  });

  it('whose download breaks off are told to the log alone', async () => {
    const { ready, warnings } = start();
    const unheard: unknown[] = [];
    const hear = (reason: unknown): void => void unheard.push(reason);
    process.on('unhandledRejection', hear);
    onTestFinished(() => void process.off('unhandledRejection', hear));
    const error = new Error('net::ERR_CONNECTION_RESET');
    updater.checkForUpdates.mockImplementation(() => {
      const downloadPromise = Promise.reject<string[]>(error);
      updater.emit('error', error);
      return Promise.resolve({ downloadPromise });
    });
    await vi.advanceTimersByTimeAsync(minuteMs);
    vi.useRealTimers();
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(unheard).toEqual([]);
    expect(warnings).toMatchObject([{ fields: { error } }]);
    expect(ready).toEqual([]);
  });

  it('write nothing past our log', () => {
    start();
    expect(updater.logger).toBeNull();
  });

  it('are not looked for once the app is closing', () => {
    const { stop } = start();
    stop();
    vi.advanceTimersByTime(3 * dayMs);
    expect(updater.checkForUpdates).not.toHaveBeenCalled();
  });

  it('do not exist in a checkout', () => {
    stand.app.isPackaged = false;
    start();
    vi.advanceTimersByTime(3 * dayMs);
    expect(stand.reached).toBe(0);
    expect(updater.eventNames()).toEqual([]);
  });
});
