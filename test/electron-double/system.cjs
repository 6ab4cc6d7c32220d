'use strict';

const { createCipheriv, createDecipheriv, randomBytes, createHash } = require('node:crypto');
const { fork } = require('node:child_process');
const { EventEmitter } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const { preventable } = require('./windows.cjs');
const { strict } = require('./undoubled.cjs');

/** Width and height of a PNG or JPEG; `null` where the bytes are neither. */
function imageSize(bytes) {
  if (bytes.length > 24 && bytes.toString('latin1', 1, 4) === 'PNG') {
    return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  }
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return null;
  for (let at = 2; at + 9 < bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes[at + 1];
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    }
  }
  return null;
}

function createNativeImage(record) {
  class NativeImage {
    constructor(bytes, size) {
      this.bytes = bytes;
      this.size = size ?? imageSize(bytes);
      this.template = false;
    }
    isEmpty() {
      return this.size === null;
    }
    getSize() {
      return this.size ?? { width: 0, height: 0 };
    }
    resize({ width, height }) {
      if (this.size === null) return this;
      const ratio = this.size.width / this.size.height;
      return new NativeImage(this.bytes, {
        width: width ?? Math.round(height * ratio),
        height: height ?? Math.round(width / ratio),
      });
    }
    toPNG() {
      return this.bytes;
    }
    toDataURL() {
      return `data:image/png;base64,${this.bytes.toString('base64')}`;
    }
    addRepresentation({ buffer, scaleFactor }) {
      record.calls.push({ name: 'nativeImage.addRepresentation', args: [buffer?.length ?? 0, scaleFactor] });
    }
    setTemplateImage(on) {
      this.template = on;
    }
    isTemplateImage() {
      return this.template;
    }
  }
  const make = (bytes) => strict('NativeImage', new NativeImage(bytes));
  return strict('nativeImage', {
    createEmpty: () => make(Buffer.alloc(0)),
    createFromBuffer: (bytes) => make(Buffer.from(bytes)),
    createFromDataURL: (url) => make(Buffer.from(url.slice(url.indexOf(',') + 1), 'base64')),
    createFromPath: (file) => make(fs.existsSync(file) ? fs.readFileSync(file) : Buffer.alloc(0)),
  });
}

function createMenus(record) {
  class MenuItem {
    constructor(options) {
      Object.assign(this, { label: '', type: 'normal', enabled: true, visible: true, checked: false }, options);
      if (Array.isArray(options.submenu)) {
        this.type = 'submenu';
        this.submenu = Menu.buildFromTemplate(options.submenu);
      }
      const { click } = options;
      this.click = (...args) => {
        if (this.type === 'checkbox') this.checked = !this.checked;
        click?.(this, ...args);
      };
    }
  }
  class Menu extends EventEmitter {
    constructor() {
      super();
      this.items = [];
    }
    append(item) {
      this.items.push(item);
    }
    getMenuItemById(id) {
      for (const item of this.items) {
        const found = item.id === id ? item : (item.submenu?.getMenuItemById(id) ?? null);
        if (found !== null) return found;
      }
      return null;
    }
    popup() {
      record.calls.push({ name: 'menu.popup', args: [this.items.map(({ label }) => label)] });
    }
    static buildFromTemplate(template) {
      const menu = new Menu();
      for (const options of template) menu.append(new MenuItem(options));
      return menu;
    }
    static setApplicationMenu(menu) {
      record.applicationMenu = menu;
    }
    static getApplicationMenu() {
      return record.applicationMenu;
    }
  }
  class Tray extends EventEmitter {
    constructor(image) {
      super();
      Object.assign(this, { image, menu: null, tooltip: '', title: '', destroyed: false });
      const self = strict('Tray', this);
      record.trays.push(self);
      return self;
    }
    setImage(image) {
      this.image = image;
    }
    setToolTip(text) {
      this.tooltip = text;
    }
    setTitle(text) {
      this.title = text;
    }
    setContextMenu(menu) {
      this.menu = menu;
    }
    popUpContextMenu() {
      record.calls.push({ name: 'tray.popUpContextMenu', args: [] });
    }
    isDestroyed() {
      return this.destroyed;
    }
    destroy() {
      this.destroyed = true;
      record.trays.splice(record.trays.indexOf(this), 1);
    }
  }
  return { Menu, MenuItem, Tray };
}

function createNotification() {
  class Notification extends EventEmitter {
    constructor(options = {}) {
      super();
      this.options = options;
      Object.assign(this, { title: '', body: '', silent: false }, options);
    }
    show() {
      Notification.shown.push(this);
      setImmediate(() => this.emit('show', {}));
    }
    close() {
      this.emit('close', {});
    }
    static isSupported() {
      return true;
    }
    static handleActivation(callback) {
      Notification.activation = callback;
    }
  }
  /** Everything that was shown, oldest first. Only the double has this. */
  Notification.shown = [];
  Notification.activation = null;
  return Notification;
}

/** Reversible and keyed, and no more: it stands for an operating system's key store, it is not one. */
function createSafeStorage(userData) {
  const key = () => {
    const file = path.join(userData(), 'double-safe-storage.key');
    if (!fs.existsSync(file)) fs.writeFileSync(file, randomBytes(32), { mode: 0o600 });
    return fs.readFileSync(file);
  };
  const encrypt = (text) => {
    const iv = randomBytes(16);
    const cipher = createCipheriv('aes-256-cbc', key(), iv);
    return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final()]);
  };
  const decrypt = (bytes) => {
    const decipher = createDecipheriv('aes-256-cbc', key(), bytes.subarray(0, 16));
    return Buffer.concat([decipher.update(bytes.subarray(16)), decipher.final()]).toString('utf8');
  };
  const backend = process.env.ELECTRON_DOUBLE_KEYRING ?? 'basic_text';
  return strict('safeStorage', {
    isEncryptionAvailable: () => backend !== 'none',
    isAsyncEncryptionAvailable: async () => backend !== 'none',
    getSelectedStorageBackend: () => backend,
    encryptString: encrypt,
    decryptString: decrypt,
    encryptStringAsync: async (text) => encrypt(text),
    decryptStringAsync: async (bytes) => ({ shouldReEncrypt: false, result: decrypt(bytes) }),
  });
}

function createClipboard(record) {
  let items = [];
  class ClipboardItem {
    constructor(parts) {
      this.parts = parts;
      this.types = Object.keys(parts);
    }
    async getType(type) {
      if (!(type in this.parts)) throw new Error(`no ${type} in the clipboard item`);
      const part = await this.parts[type];
      return typeof part === 'string' ? new Blob([part], { type }) : part;
    }
  }
  const clipboard = strict('clipboard', {
    async write(data) {
      items = data;
      record.calls.push({ name: 'clipboard.write', args: [data.map(({ types }) => types)] });
    },
    async writeText(text) {
      items = [new ClipboardItem({ 'text/plain': text })];
    },
    async readText() {
      const item = items.find(({ types }) => types.includes('text/plain'));
      return item === undefined ? '' : await (await item.getType('text/plain')).text();
    },
    read: async () => items,
    has: async (type) => items.some(({ types }) => types.includes(type)),
    clear() {
      items = [];
    },
  });
  return { clipboard, ClipboardItem };
}

function createPowerSaveBlocker() {
  const started = new Set();
  let last = 0;
  return strict('powerSaveBlocker', {
    start() {
      last += 1;
      started.add(last);
      return last;
    },
    stop: (id) => started.delete(id),
    isStarted: (id) => started.has(id),
  });
}

function createScreen() {
  const display = (id, x, y, width, height) => ({
    id,
    bounds: { x, y, width, height },
    workArea: { x, y, width, height: height - 40 },
    workAreaSize: { width, height: height - 40 },
    scaleFactor: 1,
    rotation: 0,
  });
  const screen = new EventEmitter();
  const overlap = (a, b) =>
    Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)) *
    Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y));
  Object.assign(screen, {
    /** Tests may replace this. */
    displays: [display(1, 0, 0, 1920, 1080)],
    getAllDisplays: () => screen.displays,
    getPrimaryDisplay: () => screen.displays[0],
    getDisplayMatching: (rectangle) =>
      screen.displays.toSorted((a, b) => overlap(b.bounds, rectangle) - overlap(a.bounds, rectangle))[0],
    getDisplayNearestPoint: () => screen.displays[0],
    getCursorScreenPoint: () => ({ x: 0, y: 0 }),
  });
  return strict('screen', screen);
}

/** A plain child process of Node that speaks like Electron's utility process on both ends. */
function createUtilityProcess(record) {
  return {
    fork(modulePath, args = [], options = {}) {
      const output = options.stdio ?? 'inherit';
      const stdio = ['ignore', ...(Array.isArray(output) ? output.slice(1) : [output, output]), 'ipc'];
      const child = fork(modulePath, args, {
        stdio,
        env: options.env ?? process.env,
        execArgv: ['--require', path.join(__dirname, 'utility.cjs')],
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        execPath: process.execPath,
        serialization: 'advanced',
      });
      const utility = Object.assign(new EventEmitter(), {
        pid: undefined,
        stdout: child.stdout,
        stderr: child.stderr,
        postMessage: (message) => child.connected && child.send(message),
        kill: () => child.kill(),
      });
      record.calls.push({ name: 'utilityProcess.fork', args: [modulePath, args] });
      child.once('spawn', () => {
        utility.pid = child.pid;
        utility.emit('spawn');
      });
      child.on('message', (message) => utility.emit('message', message));
      child.once('exit', (code) => {
        utility.pid = undefined;
        utility.emit('exit', code ?? 1);
      });
      return strict('UtilityProcess', utility);
    },
  };
}

function createSystem({ app, record, userData }) {
  const answered = (name, fallback) => (args) => {
    record.calls.push({ name: `dialog.${name}`, args });
    return Promise.resolve(record.dialogAnswers.shift() ?? fallback);
  };
  const dialogs = {
    showMessageBox: answered('showMessageBox', { response: 0, checkboxChecked: false }),
    showOpenDialog: answered('showOpenDialog', { canceled: true, filePaths: [] }),
    showSaveDialog: answered('showSaveDialog', { canceled: true, filePath: '' }),
  };
  const recorded = (name, result) => (args) => {
    record.calls.push({ name, args });
    return result;
  };
  const spread = (functions) =>
    Object.fromEntries(Object.entries(functions).map(([name, call]) => [name, (...args) => call(args)]));
  const nativeTheme = Object.assign(new EventEmitter(), {
    shouldUseDarkColors: false,
    themeSource: 'system',
    shouldUseHighContrastColors: false,
  });
  const sessionState = {
    permissionRequestHandler: null,
    permissionCheckHandler: null,
    setPermissionRequestHandler(handler) {
      sessionState.permissionRequestHandler = handler;
    },
    setPermissionCheckHandler(handler) {
      sessionState.permissionCheckHandler = handler;
    },
    setDevicePermissionHandler: () => undefined,
    // `will-download`: its Chromium saves by itself, and tells nobody.
    on: () => undefined,
    resolveProxy: () => Promise.resolve('DIRECT'),
    setSpellCheckerEnabled: () => undefined,
    setSpellCheckerLanguages(languages) {
      record.calls.push({ name: 'session.setSpellCheckerLanguages', args: [languages] });
    },
  };
  return {
    session: strict('session', sessionState),
    screen: createScreen(),
    nativeImage: createNativeImage(record),
    ...createMenus(record),
    Notification: createNotification(),
    safeStorage: createSafeStorage(userData),
    ...createClipboard(record),
    utilityProcess: createUtilityProcess(record),
    nativeTheme: strict('nativeTheme', nativeTheme),
    powerMonitor: strict('powerMonitor', Object.assign(new EventEmitter(), { isOnBatteryPower: () => false })),
    powerSaveBlocker: createPowerSaveBlocker(),
    dialog: strict('dialog', {
      ...spread(dialogs),
      showErrorBox: (...args) => recorded('dialog.showErrorBox')(args),
    }),
    shell: strict(
      'shell',
      spread({
        openExternal: recorded('shell.openExternal', Promise.resolve()),
        openPath: recorded('shell.openPath', Promise.resolve('')),
        showItemInFolder: recorded('shell.showItemInFolder'),
        trashItem: recorded('shell.trashItem', Promise.resolve()),
        beep: recorded('shell.beep'),
      }),
    ),
    _app: app,
  };
}

module.exports = { createSystem, preventable, hashOf: (text) => createHash('sha256').update(text).digest('hex') };
