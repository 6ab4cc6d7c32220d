'use strict';

const { EventEmitter } = require('node:events');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { startChromium } = require('./chromium.cjs');
const { createSingleInstance } = require('./single-instance.cjs');
const { createSystem } = require('./system.cjs');
const { strict } = require('./undoubled.cjs');
const { createWindows, preventable } = require('./windows.cjs');

function createElectron({ line, executable, appPath, isPackaged, manifest, cleanUps }) {
  /** Everything that the double only writes down. Tests read it; real Electron does not have it. */
  const record = { calls: [], failures: [], trays: [], dialogAnswers: [], applicationMenu: null };
  const called =
    (name, result) =>
    (...args) => {
      record.calls.push({ name, args });
      return result;
    };

  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  const switches = new Map(line.switches.map((text) => /^--([^=]*)=?(.*)$/s.exec(text).slice(1)));
  const home = os.homedir();
  const appData = process.env.XDG_CONFIG_HOME ?? path.join(home, '.config');
  let name = manifest.productName ?? manifest.name;
  const paths = {
    home,
    appData,
    userData: line.userDataDir ?? path.join(appData, name),
    temp: os.tmpdir(),
    exe: executable,
    desktop: path.join(home, 'Desktop'),
    documents: path.join(home, 'Documents'),
    downloads: path.join(home, 'Downloads'),
    music: path.join(home, 'Music'),
    pictures: path.join(home, 'Pictures'),
    videos: path.join(home, 'Videos'),
  };
  const userData = () => paths.userData;
  let ready = false;
  let quitting = false;
  let ended = false;
  let chromium = null;
  let badge = 0;
  let loginItem = { openAtLogin: false };
  let markReady;
  const readiness = new Promise((resolve) => (markReady = resolve));
  const instance = createSingleInstance(userData, ({ argv, cwd, additionalData }) => {
    emitter.emit('second-instance', {}, argv, cwd, additionalData);
  });

  /** Ends the process; `quit` has been told to the app. */
  function end(code) {
    if (ended) return;
    ended = true;
    emitter.emit('quit', {}, code);
    instance.release();
    for (const cleanUp of cleanUps) cleanUp();
    Promise.resolve(chromium?.then(({ stop }) => stop())).finally(() => process.exit(code));
  }

  let BrowserWindow;
  const appFunctions = {
    isPackaged,
    commandLine: strict('commandLine', {
      appendSwitch: (key, value = '') => void switches.set(key, value),
      hasSwitch: (key) => switches.has(key),
      getSwitchValue: (key) => switches.get(key) ?? '',
      removeSwitch: (key) => void switches.delete(key),
    }),
    dock: undefined,
    whenReady: () => readiness,
    isReady: () => ready,
    getName: () => name,
    setName: (value) => void (name = value),
    getVersion: () => manifest.version,
    getAppPath: () => appPath,
    getLocale: () => 'en-US',
    getPreferredSystemLanguages: () => ['en-US'],
    getPath(key) {
      if (!(key in paths)) throw new Error(`app.getPath('${key}') is not doubled`);
      return paths[key];
    },
    setPath: (key, value) => void (paths[key] = value),
    requestSingleInstanceLock: (data) => instance.request(data),
    hasSingleInstanceLock: () => instance.held(),
    releaseSingleInstanceLock: () => instance.release(),
    quit() {
      if (quitting || ended) return;
      if (!ready) return end(0);
      quitting = true;
      const before = preventable();
      emitter.emit('before-quit', before);
      if (before.defaultPrevented) return void (quitting = false);
      for (const window of BrowserWindow.getAllWindows()) window.close();
      if (BrowserWindow.getAllWindows().length > 0) return void (quitting = false);
      const will = preventable();
      emitter.emit('will-quit', will);
      if (will.defaultPrevented) return void (quitting = false);
      end(0);
    },
    exit(code = 0) {
      quitting = true;
      for (const window of BrowserWindow.getAllWindows()) window.destroy();
      end(code);
    },
    relaunch: called('app.relaunch'),
    focus: called('app.focus'),
    hide: called('app.hide'),
    show: called('app.show'),
    setAppUserModelId: called('app.setAppUserModelId'),
    setDesktopName: called('app.setDesktopName'),
    setAsDefaultProtocolClient: called('app.setAsDefaultProtocolClient', true),
    addRecentDocument: called('app.addRecentDocument'),
    setAboutPanelOptions: called('app.setAboutPanelOptions'),
    showAboutPanel: called('app.showAboutPanel'),
    setUserTasks: called('app.setUserTasks', true),
    enableSandbox: called('app.enableSandbox'),
    disableHardwareAcceleration: called('app.disableHardwareAcceleration'),
    setLoginItemSettings(settings) {
      record.calls.push({ name: 'app.setLoginItemSettings', args: [settings] });
      loginItem = settings;
    },
    getLoginItemSettings: () => ({ ...loginItem, wasOpenedAtLogin: false, wasOpenedAsHidden: false }),
    setBadgeCount(count) {
      badge = count;
      return true;
    },
    getBadgeCount: () => badge,
    /** Not Electron's: a window tells it that it was the last one. */
    allWindowsClosed() {
      if (quitting || ended) return;
      if (emitter.listenerCount('window-all-closed') > 0) emitter.emit('window-all-closed');
      else app.quit();
    },
  };
  const app = strict('app', Object.assign(emitter, appFunctions));

  const ipcMain = Object.assign(new EventEmitter(), {
    handlers: new Map(),
    handle(channel, listener) {
      if (ipcMain.handlers.has(channel)) {
        throw new Error(`Attempted to register a second handler for '${channel}'`);
      }
      ipcMain.handlers.set(channel, listener);
    },
    removeHandler: (channel) => void ipcMain.handlers.delete(channel),
  });

  const schemes = new Set();
  schemes.handlers = new Map();
  const protocol = strict('protocol', {
    registerSchemesAsPrivileged(list) {
      if (ready) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
      for (const { scheme } of list) schemes.add(scheme);
      record.calls.push({ name: 'protocol.registerSchemesAsPrivileged', args: [list] });
    },
    handle(scheme, handler) {
      if (!ready) throw new Error('protocol.handle needs a ready app');
      schemes.add(scheme);
      schemes.handlers.set(scheme, handler);
    },
    unhandle: (scheme) => void schemes.handlers.delete(scheme),
    isProtocolHandled: (scheme) => schemes.handlers.has(scheme),
  });

  const system = createSystem({ app, record, userData });
  Object.defineProperty(system.session, 'protocol', { value: protocol });
  const windows = createWindows({
    app,
    browser: () => chromium,
    schemes,
    session: system.session,
    record,
    ipcMain,
    screen: system.screen,
  });
  ({ BrowserWindow } = windows);

  const { session, _app: _unused, ...rest } = system;
  const electron = strict('electron', {
    ...rest,
    app,
    ipcMain: strict('ipcMain', ipcMain),
    protocol,
    session: strict('session', { defaultSession: session }),
    BrowserWindow,
    webContents: windows.WebContents,
    WebContents: windows.WebContents,
    autoUpdater: strict('autoUpdater', new EventEmitter()),
    /** Only the double has this. */
    double: record,
  });

  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => app.quit());
  process.on('uncaughtException', (error) => {
    process.stderr.write(`uncaught in main: ${error.stack}\n`);
    record.failures.push(error);
  });

  /** The main module has been evaluated: starts Chromium, then tells the app that it is ready. */
  async function boot() {
    if (ended) return;
    fs.mkdirSync(userData(), { recursive: true });
    chromium = startChromium({
      profileDir: path.join(userData(), 'double-chromium'),
      openPort: line.openPort,
      switches: [...switches].map(([key, value]) => (value === '' ? `--${key}` : `--${key}=${value}`)),
    });
    const { events } = await chromium;
    events.once('exit', () => end(ended ? 0 : 1));
    ready = true;
    emitter.emit('will-finish-launching');
    app.emit('ready', {}, {});
    markReady({});
  }

  return { electron, boot };
}

module.exports = { createElectron };
