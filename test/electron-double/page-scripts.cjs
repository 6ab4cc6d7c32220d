'use strict';

const { createCodec } = require('./codec.cjs');

const isolatedWorld = 'Electron Isolated Context';

/**
 * One end of the link between a page's own world and the isolated world of its preload. Worlds share the DOM and
 * nothing else, so text goes through events, synchronously; functions and promises go by number. Injected as source.
 */
function createLink(mine, theirs, makeCodec) {
  const functions = [];
  const promises = [];
  const answers = [];
  const settlers = new Map();
  const tell = (message) => window.dispatchEvent(new CustomEvent(theirs, { detail: JSON.stringify(message) }));
  const codec = makeCodec({
    keepFunction: (value) => functions.push(value) - 1,
    makeFunction:
      (id) =>
      (...args) => {
        tell({ kind: 'call', id, args: args.map(codec.encode) });
        const answer = answers.pop();
        if (answer.error !== undefined) throw new Error(answer.error);
        return codec.decode(answer.value);
      },
    keepPromise: (value) => {
      const id = promises.push(value) - 1;
      value.then(
        (result) => tell({ kind: 'settle', id, value: codec.encode(result) }),
        (error) => tell({ kind: 'settle', id, error: String((error && error.message) || error) }),
      );
      return id;
    },
    makePromise: (id) => new Promise((resolve, reject) => settlers.set(id, { resolve, reject })),
  });
  const handlers = {};
  window.addEventListener(mine, (event) => {
    const message = JSON.parse(event.detail);
    if (message.kind === 'call') {
      try {
        tell({ kind: 'answer', value: codec.encode(functions[message.id](...message.args.map(codec.decode))) });
      } catch (error) {
        tell({ kind: 'answer', error: String((error && error.message) || error) });
      }
    } else if (message.kind === 'answer') {
      answers.push(message);
    } else if (message.kind === 'settle') {
      const settler = settlers.get(message.id);
      settlers.delete(message.id);
      if (message.error === undefined) settler.resolve(codec.decode(message.value));
      else settler.reject(new Error(message.error));
    } else {
      handlers[message.kind](...message.args.map(codec.decode));
    }
  });
  return { handlers, tell: (kind, ...args) => tell({ kind, args: args.map(codec.encode) }) };
}

/** Runs in the page's own world before any script of the page. */
function mainWorld(names, makeCodec, makeLink) {
  const freeze = (value) => {
    if (value !== null && typeof value === 'object') Object.values(value).forEach(freeze);
    return typeof value === 'object' ? Object.freeze(value) : value;
  };
  const link = makeLink(names.main, names.isolated, makeCodec);
  link.handlers.expose = (key, api) => {
    Object.defineProperty(window, key, { value: freeze(api), enumerable: true });
  };
  window.open = (url) => {
    link.tell('open', new URL(String(url ?? 'about:blank'), location.href).href);
    return null;
  };
  Object.defineProperty(navigator.geolocation, 'getCurrentPosition', {
    value: (_done, failed) => link.tell('permission', 'geolocation', (granted) => granted || failed?.({ code: 1 })),
  });
  if (window.Notification) {
    window.Notification.requestPermission = () =>
      new Promise((resolve) => {
        link.tell('permission', 'notifications', (granted) => resolve(granted ? 'granted' : 'denied'));
      });
  }
}

/** Runs in the isolated world and gives the preload its `electron`. */
function preloadWorld(names, makeCodec, makeLink, environment) {
  if (window !== window.top && !environment.subFrames) return;
  const wire = window[names.binding];
  const codec = makeCodec();
  const post = (message) => wire(JSON.stringify(message));
  const link = makeLink(names.isolated, names.main, makeCodec);
  const waiting = new Map();
  const listeners = new Map();
  let count = 0;
  link.handlers.open = (url) => post({ kind: 'open', url });
  const ask = (message) =>
    new Promise((resolve, reject) => {
      count += 1;
      waiting.set(count, { resolve, reject });
      post({ ...message, id: count });
    });
  link.handlers.permission = (permission, done) => {
    ask({ kind: 'permission', permission }).then(done, () => done(false));
  };
  document.addEventListener(
    'click',
    (event) => {
      const anchor = event.target instanceof Element ? event.target.closest('a[target="_blank"]') : null;
      if (anchor === null) return;
      event.preventDefault();
      post({ kind: 'open', url: anchor.href });
    },
    true,
  );
  window[names.deliver] = (text) => {
    const message = JSON.parse(text);
    if (message.kind === 'answer') {
      const { resolve, reject } = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.error === undefined) resolve(codec.decode(message.value));
      else reject(new Error(message.error));
      return;
    }
    for (const listener of [...(listeners.get(message.channel) ?? [])]) {
      listener({ sender: ipcRenderer, ports: [] }, ...message.args.map(codec.decode));
    }
  };
  const undoubled = (name) => () => {
    throw new Error(`${name} is not doubled`);
  };
  const ipcRenderer = {
    invoke: (channel, ...args) => ask({ kind: 'invoke', channel, args: args.map(codec.encode) }),
    send: (channel, ...args) => post({ kind: 'send', channel, args: args.map(codec.encode) }),
    on(channel, listener) {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      return ipcRenderer;
    },
    off(channel, listener) {
      listeners.set(
        channel,
        (listeners.get(channel) ?? []).filter((each) => each !== listener),
      );
      return ipcRenderer;
    },
    removeAllListeners(channel) {
      listeners.delete(channel);
      return ipcRenderer;
    },
    sendSync: undoubled('ipcRenderer.sendSync'),
    postMessage: undoubled('ipcRenderer.postMessage'),
  };
  ipcRenderer.removeListener = ipcRenderer.off;
  ipcRenderer.addListener = ipcRenderer.on;
  const contextBridge = { exposeInMainWorld: (key, api) => link.tell('expose', key, api) };
  const webUtils = { getPathForFile: (file) => file.path ?? '' };
  const electron = { contextBridge, ipcRenderer, webUtils };
  const require = (name) => {
    if (name === 'electron' || name === 'electron/renderer') return electron;
    throw new Error(`module not found: ${name}`);
  };
  const module = { exports: {} };
  try {
    environment.run(module.exports, require, module, environment.process);
  } catch (error) {
    post({ kind: 'preload-error', message: String((error && error.stack) || error) });
  }
}

/** Sources for `Page.addScriptToEvaluateOnNewDocument`, in the order in which they must be added. */
function pageScripts({ secret, preload, subFrames }) {
  const names = {
    main: `double-main-${secret}`,
    isolated: `double-isolated-${secret}`,
    binding: `doubleBinding${secret}`,
    deliver: `doubleDeliver${secret}`,
  };
  const parts = `${JSON.stringify(names)}, ${createCodec}, ${createLink}`;
  const processInfo = JSON.stringify({
    type: 'renderer',
    platform: process.platform,
    arch: process.arch,
    sandboxed: true,
    contextIsolated: true,
    versions: { electron: process.versions.electron, chrome: '0', node: process.versions.node },
    env: {},
  });
  const environment = `{ subFrames: ${subFrames}, process: ${processInfo},
    run: (exports, require, module, process) => { ${preload}\n } }`;
  return {
    names,
    main: `(${mainWorld})(${parts})`,
    isolated: `(${preloadWorld})(${parts}, ${environment})`,
  };
}

module.exports = { isolatedWorld, pageScripts };
