'use strict';

const { randomBytes } = require('node:crypto');
const { EventEmitter } = require('node:events');
const fs = require('node:fs');
const { createCodec } = require('./codec.cjs');
const { isolatedWorld, pageScripts } = require('./page-scripts.cjs');
const { strict } = require('./undoubled.cjs');

const codec = createCodec();

/** `app://host/path` is shown to Chromium as `http://host.app.localhost/path`: it cannot be taught new schemes. */
function createAddresses(schemes) {
  const toPage = (url) => {
    const found = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/s.exec(url);
    if (!found || !schemes.has(found[1])) return url;
    return `http://${found[2]}.${found[1]}.localhost${found[3].startsWith('/') ? '' : '/'}${found[3]}`;
  };
  const toApp = (url) =>
    url.replace(/^http:\/\/([^/?#]+)\.([a-z0-9+-]+)\.localhost(?=[/?#]|$)/, (whole, host, scheme) =>
      schemes.has(scheme) ? `${scheme}://${host}` : whole,
    );
  return { toPage, toApp };
}

const withoutHash = (url) => url.split('#')[0];

/** An event object with Electron's `preventDefault`. */
function preventable(fields = {}) {
  const event = { defaultPrevented: false, ...fields };
  event.preventDefault = () => {
    event.defaultPrevented = true;
  };
  return event;
}

function createWindows({ app, browser, schemes, session, record, ipcMain, screen }) {
  const windows = new Map();
  const contents = new Map();
  const addresses = createAddresses(schemes);
  const secret = randomBytes(6).toString('hex');
  let focused = null;
  let count = 0;

  class WebFrameMain {
    constructor(webContents, frameId, parent) {
      this.webContents = webContents;
      this.frameToken = frameId;
      this.routingId = contents.size;
      this.processId = 1;
      this.parent = parent;
      this.url = '';
      this.detached = false;
    }
    get origin() {
      const found = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)/.exec(this.url);
      return found ? found[1] : 'null';
    }
    get top() {
      return this.parent === null ? this : this.parent.top;
    }
    isDestroyed() {
      return this.detached;
    }
  }

  class WebContents extends EventEmitter {
    constructor(owner, options) {
      super();
      count += 1;
      this.id = count;
      this.session = session;
      this.owner = owner;
      this.options = options;
      this.destroyed = false;
      this.openHandler = null;
      this.frames = new Map();
      this.contexts = new Map();
      this.expected = null;
      this.current = '';
      this.mainFrame = null;
      this.zoomFactor = 1;
      this.painted = false;
      this.targetId = null;
      this.sessionId = null;
      this.names = null;
      this.cdp = null;
      this.ready = null;
      const self = strict('webContents', this);
      contents.set(this.id, self);
      this.ready = self.attach();
      this.ready.catch((error) => record.failures.push(error));
      app.emit('web-contents-created', {}, self);
      return self;
    }

    async attach() {
      const { send } = await browser();
      const { width, height, x, y } = this.owner.bounds;
      const { targetId } = await send('Target.createTarget', { url: 'about:blank', newWindow: true, width, height });
      this.targetId = targetId;
      ({ sessionId: this.sessionId } = await send('Target.attachToTarget', { targetId, flatten: true }));
      this.cdp = (method, params) => send(method, params, this.sessionId);
      this.listen((await browser()).events);
      const preload = this.options.preload === undefined ? '' : fs.readFileSync(this.options.preload, 'utf8');
      const scripts = pageScripts({ secret, preload, subFrames: this.options.nodeIntegrationInSubFrames === true });
      this.names = scripts.names;
      await Promise.all([
        this.cdp('Page.enable'),
        this.cdp('Runtime.enable'),
        this.cdp('Fetch.enable', { patterns: [{ urlPattern: '*' }] }),
        this.cdp('Runtime.addBinding', { name: scripts.names.binding, executionContextName: isolatedWorld }),
        this.cdp('Page.addScriptToEvaluateOnNewDocument', { source: scripts.main }),
        this.cdp('Page.addScriptToEvaluateOnNewDocument', { source: scripts.isolated, worldName: isolatedWorld }),
      ]);
      const { frameTree } = await this.cdp('Page.getFrameTree');
      this.mainFrame = this.frameOf(frameTree.frame.id, null);
      await this.owner.place({ x, y, width, height });
    }

    frameOf(frameId, parentId) {
      let frame = this.frames.get(frameId);
      if (frame === undefined) {
        frame = new WebFrameMain(this, frameId, parentId === null ? null : (this.frames.get(parentId) ?? null));
        this.frames.set(frameId, frame);
      }
      return frame;
    }

    listen(events) {
      const handlers = {
        'Page.frameAttached': ({ frameId, parentFrameId }) => this.frameOf(frameId, parentFrameId),
        'Page.frameDetached': ({ frameId }) => {
          const frame = this.frames.get(frameId);
          if (frame !== undefined) frame.detached = true;
          this.frames.delete(frameId);
        },
        'Page.frameNavigated': ({ frame }) => {
          const held = this.frameOf(frame.id, frame.parentId ?? null);
          held.url = addresses.toApp(frame.url + (frame.urlFragment ?? ''));
          if (held === this.mainFrame) {
            this.current = held.url;
            this.emit('did-navigate', {}, held.url);
          }
        },
        'Page.navigatedWithinDocument': ({ frameId, url }) => {
          const held = this.frames.get(frameId);
          if (held !== undefined) held.url = addresses.toApp(url);
          if (held === this.mainFrame) this.current = held.url;
        },
        'Page.domContentEventFired': () => {
          this.emit('dom-ready', {});
          if (!this.painted && this.current !== '') {
            this.painted = true;
            this.owner.emit('ready-to-show');
          }
        },
        'Page.loadEventFired': () => this.emit('did-finish-load'),
        'Runtime.executionContextCreated': ({ context }) => {
          if (context.name === isolatedWorld) this.contexts.set(context.id, context.auxData.frameId);
        },
        'Runtime.executionContextDestroyed': ({ executionContextId }) => this.contexts.delete(executionContextId),
        'Runtime.executionContextsCleared': () => this.contexts.clear(),
        'Runtime.bindingCalled': (call) => {
          if (call.name === this.names.binding) void this.hear(call.executionContextId, JSON.parse(call.payload));
        },
        'Fetch.requestPaused': (paused) => void this.answer(paused),
        'Inspector.targetCrashed': () => this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 }),
        'Page.javascriptDialogOpening': () => void this.cdp('Page.handleJavaScriptDialog', { accept: true }),
      };
      for (const [method, handler] of Object.entries(handlers)) {
        events.on(method, (params, sessionId) => {
          if (sessionId === this.sessionId && !this.destroyed) handler(params);
        });
      }
    }

    /** Answers the page's own requests from `protocol.handle`, and asks before the page may leave. */
    async answer({ requestId, request, resourceType, frameId }) {
      const quiet = (promise) => promise.catch(() => undefined);
      const url = addresses.toApp(request.url);
      if (resourceType === 'Document') {
        const isMainFrame = this.mainFrame?.frameToken === frameId;
        const asked = this.expected === url || (isMainFrame && withoutHash(this.current) === url);
        if (isMainFrame) this.expected = null;
        if (!asked) {
          const event = preventable({ url, isMainFrame, frame: this.frames.get(frameId), initiator: this.mainFrame });
          this.emit('will-frame-navigate', event);
          if (isMainFrame) this.emit('will-navigate', event, url);
          if (event.defaultPrevented) {
            return quiet(this.cdp('Fetch.failRequest', { requestId, errorReason: 'Aborted' }));
          }
        }
      }
      const scheme = url.slice(0, url.indexOf(':'));
      const handler = schemes.handlers.get(scheme);
      if (handler === undefined) {
        if (schemes.has(scheme)) {
          return quiet(this.cdp('Fetch.failRequest', { requestId, errorReason: 'AddressUnreachable' }));
        }
        return quiet(this.cdp('Fetch.continueRequest', { requestId }));
      }
      try {
        const headers = new Headers();
        for (const [name, value] of Object.entries(request.headers)) {
          if (/^(host|sec-|upgrade-insecure)/i.test(name)) continue;
          headers.set(name, /^(origin|referer)$/i.test(name) ? addresses.toApp(value) : value);
        }
        const body = request.postData === undefined ? {} : { body: request.postData };
        const response = await handler(new Request(url, { method: request.method, headers, ...body }));
        const bytes = Buffer.from(await response.arrayBuffer());
        await quiet(
          this.cdp('Fetch.fulfillRequest', {
            requestId,
            responseCode: response.status,
            responseHeaders: [...response.headers].map(([name, value]) => ({ name, value })),
            body: bytes.toString('base64'),
          }),
        );
      } catch (error) {
        record.failures.push(error);
        await quiet(this.cdp('Fetch.failRequest', { requestId, errorReason: 'Failed' }));
      }
    }

    /** A message from the preload's world. */
    async hear(contextId, message) {
      const frame = this.frames.get(this.contexts.get(contextId)) ?? null;
      const reply = (fields) => this.deliver(contextId, { kind: 'answer', id: message.id, ...fields });
      if (message.kind === 'preload-error') {
        const error = new Error(message.message);
        record.failures.push(error);
        process.stderr.write(`preload failed: ${message.message}\n`);
        this.emit('preload-error', {}, this.options.preload, error);
      } else if (message.kind === 'open') {
        this.opened(addresses.toApp(message.url));
      } else if (message.kind === 'permission') {
        const ask = session.permissionRequestHandler;
        const granted = ask ? await new Promise((done) => ask(this, message.permission, done, {})) : true;
        reply({ value: granted });
      } else if (message.kind === 'invoke') {
        const { channel } = message;
        const handler = ipcMain.handlers.get(channel);
        try {
          if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
          const event = preventable({ type: 'frame', sender: this, senderFrame: frame, processId: 1, frameId: 1 });
          const result = await handler(event, ...message.args.map(codec.decode));
          reply({ value: codec.encode(result) });
        } catch (error) {
          reply({ error: `Error invoking remote method '${channel}': ${String(error)}` });
        }
      } else {
        const event = preventable({ type: 'frame', sender: this, senderFrame: frame, processId: 1, frameId: 1 });
        event.reply = (channel, ...args) => this.send(channel, ...args);
        ipcMain.emit(message.channel, event, ...message.args.map(codec.decode));
      }
    }

    opened(url) {
      const answer = this.openHandler ? this.openHandler({ url, frameName: '', disposition: 'foreground-tab' }) : null;
      if (answer?.action !== 'deny') throw new Error('a window opened by a page is not doubled');
    }

    deliver(contextId, message) {
      if (this.destroyed) return;
      const expression = `${this.names.deliver}(${JSON.stringify(JSON.stringify(message))})`;
      void this.cdp('Runtime.evaluate', { expression, contextId }).catch(() => undefined);
    }

    send(channel, ...args) {
      const encoded = args.map(codec.encode);
      for (const [contextId, frameId] of this.contexts) {
        if (this.frames.get(frameId) === this.mainFrame) {
          this.deliver(contextId, { kind: 'event', channel, args: encoded });
        }
      }
    }

    async loadURL(url) {
      await this.ready;
      const loaded = new Promise((resolve) => this.once('did-finish-load', resolve));
      this.expected = withoutHash(url);
      const { errorText, loaderId } = await this.cdp('Page.navigate', { url: addresses.toPage(url) });
      if (errorText) throw new Error(`${errorText} loading '${url}'`);
      // Without a loader the page stayed and only its `#…` is another.
      if (loaderId !== undefined) await loaded;
    }

    reload() {
      this.expected = withoutHash(this.current);
      void this.ready.then(() => this.cdp('Page.reload'));
    }

    async executeJavaScript(code) {
      await this.ready;
      const { result, exceptionDetails } = await this.cdp('Runtime.evaluate', {
        expression: code,
        awaitPromise: true,
        returnByValue: true,
        userGesture: true,
      });
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    }

    getURL() {
      return this.current;
    }
    isDestroyed() {
      return this.destroyed;
    }
    isLoading() {
      return this.expected !== null;
    }
    close() {
      this.owner.close();
    }
    setWindowOpenHandler(handler) {
      this.openHandler = handler;
    }
    startDrag(item) {
      record.calls.push({ name: 'webContents.startDrag', args: [item] });
    }
    openDevTools() {
      record.calls.push({ name: 'webContents.openDevTools', args: [] });
    }
    setZoomFactor(factor) {
      this.zoomFactor = factor;
    }
    getZoomFactor() {
      return this.zoomFactor;
    }
    focus() {
      this.owner.focus();
    }
    getType() {
      return 'window';
    }
    static getAllWebContents() {
      return [...contents.values()];
    }
    static fromId(id) {
      return contents.get(id);
    }
    static fromDevToolsTargetId(targetId) {
      return [...contents.values()].find((each) => each.targetId === targetId);
    }
  }

  class BrowserWindow extends EventEmitter {
    constructor(options = {}) {
      super();
      if (!app.isReady()) throw new Error('Cannot create BrowserWindow before app is ready');
      const preferences = options.webPreferences ?? {};
      for (const name of ['nodeIntegration', 'webviewTag', 'enableRemoteModule']) {
        if (preferences[name] === true) throw new Error(`webPreferences.${name} is not doubled`);
      }
      for (const name of ['contextIsolation', 'sandbox', 'webSecurity']) {
        if (preferences[name] === false) throw new Error(`webPreferences.${name}: false is not doubled`);
      }
      const area = screen.getPrimaryDisplay().workArea;
      const { width = 800, height = 600 } = options;
      this.bounds = {
        x: options.x ?? area.x + Math.round((area.width - width) / 2),
        y: options.y ?? area.y + Math.round((area.height - height) / 2),
        width,
        height,
      };
      this.options = options;
      this.title = options.title ?? app.getName();
      this.state = 'normal';
      this.visible = false;
      this.destroyed = false;
      this.progress = -1;
      this.backgroundColor = options.backgroundColor;
      this.menuBarVisible = options.autoHideMenuBar !== true;
      const self = strict('BrowserWindow', this);
      this.webContents = null;
      this.id = null;
      this.webContents = new WebContents(self, preferences);
      this.id = this.webContents.id;
      windows.set(this.id, self);
      if (options.show !== false) self.show();
      app.emit('browser-window-created', {}, self);
      return self;
    }

    async place(bounds) {
      const { send } = await browser();
      const { windowId } = await send('Browser.getWindowForTarget', { targetId: this.webContents.targetId });
      const chrome = await this.webContents.executeOuter();
      const outer = { left: bounds.x, top: bounds.y, width: bounds.width, height: bounds.height + chrome };
      await send('Browser.setWindowBounds', { windowId, bounds: outer });
    }

    change(name, state) {
      this.state = state;
      this.emit(name);
    }
    show() {
      this.visible = true;
      this.emit('show');
      this.focus();
    }
    showInactive() {
      this.visible = true;
      this.emit('show');
    }
    hide() {
      this.visible = false;
      this.blur();
      this.emit('hide');
    }
    focus() {
      if (!this.visible || focused === this) return;
      focused?.emit('blur');
      focused = this;
      this.emit('focus');
      app.emit('browser-window-focus', {}, this);
    }
    blur() {
      if (focused !== this) return;
      focused = null;
      this.emit('blur');
    }
    isVisible() {
      return this.visible;
    }
    isFocused() {
      return focused === this;
    }
    minimize() {
      this.change('minimize', 'minimized');
    }
    restore() {
      this.change('restore', 'normal');
    }
    maximize() {
      this.visible = true;
      this.change('maximize', 'maximized');
    }
    unmaximize() {
      this.change('unmaximize', 'normal');
    }
    setFullScreen(on) {
      this.change(on ? 'enter-full-screen' : 'leave-full-screen', on ? 'fullscreen' : 'normal');
    }
    isMinimized() {
      return this.state === 'minimized';
    }
    isMaximized() {
      return this.state === 'maximized';
    }
    isFullScreen() {
      return this.state === 'fullscreen';
    }
    isDestroyed() {
      return this.destroyed;
    }
    getBounds() {
      return { ...this.bounds };
    }
    getNormalBounds() {
      return { ...this.bounds };
    }
    setBounds(bounds) {
      const before = this.bounds;
      this.bounds = { ...before, ...bounds };
      void this.webContents.ready.then(() => this.place(this.bounds)).catch(() => undefined);
      if (before.x !== this.bounds.x || before.y !== this.bounds.y) this.emit('move');
      if (before.width !== this.bounds.width || before.height !== this.bounds.height) this.emit('resize');
    }
    getTitle() {
      return this.title;
    }
    setTitle(title) {
      this.title = title;
    }
    setProgressBar(progress, options) {
      this.progress = progress;
      record.calls.push({ name: 'window.setProgressBar', args: [progress, options] });
    }
    setOverlayIcon(image, description) {
      record.calls.push({ name: 'window.setOverlayIcon', args: [image, description] });
    }
    setBackgroundColor(color) {
      this.backgroundColor = color;
    }
    setMenuBarVisibility(visible) {
      this.menuBarVisible = visible;
    }
    setTitleBarOverlay(options) {
      record.calls.push({ name: 'window.setTitleBarOverlay', args: [options] });
    }
    flashFrame(on) {
      record.calls.push({ name: 'window.flashFrame', args: [on] });
    }
    loadURL(url) {
      return this.webContents.loadURL(url);
    }
    reload() {
      this.webContents.reload();
    }
    close() {
      if (this.destroyed) return;
      const event = preventable();
      this.emit('close', event);
      if (!event.defaultPrevented) this.destroy();
    }
    destroy() {
      if (this.destroyed) return;
      this.destroyed = true;
      this.visible = false;
      this.blur();
      const page = this.webContents;
      windows.delete(this.id);
      contents.delete(this.id);
      page.emit('destroyed');
      page.destroyed = true;
      void page.ready
        .then(browser)
        .then(({ send }) => send('Target.closeTarget', { targetId: page.targetId }))
        .catch(() => undefined);
      this.emit('closed');
      if (windows.size === 0) app.allWindowsClosed();
    }
    static getAllWindows() {
      return [...windows.values()];
    }
    static getFocusedWindow() {
      return focused;
    }
    static fromId(id) {
      return windows.get(id) ?? null;
    }
    static fromWebContents(webContents) {
      return webContents ? (windows.get(webContents.id) ?? null) : null;
    }
  }

  /** How many pixels of the Chromium window are its own tab strip. */
  WebContents.prototype.executeOuter = async function executeOuter() {
    const { result } = await this.cdp('Runtime.evaluate', {
      expression: 'outerHeight - innerHeight',
      returnByValue: true,
    });
    return result.value;
  };

  return { BrowserWindow, WebContents };
}

module.exports = { createWindows, preventable };
