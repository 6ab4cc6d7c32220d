'use strict';

const { spawn } = require('node:child_process');
const { EventEmitter } = require('node:events');
const fs = require('node:fs');

const shell = '/usr/bin/chromium-headless-shell';
const usualPlaces = [
  ...(process.env.ELECTRON_DOUBLE_HEADED === '1' ? [] : [shell]),
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

function findChromium() {
  const found = [process.env.VIDEO_INBOX_CHROMIUM, ...usualPlaces].find((file) => file && fs.existsSync(file));
  if (!found) throw new Error('The Electron double needs a Chromium: install one or set VIDEO_INBOX_CHROMIUM.');
  return found;
}

/**
 * Starts Chromium without a window and speaks the DevTools protocol to it over a pipe (messages end with a NUL). With
 * `openPort` it also listens on a port, whose address it prints itself, as Electron's Chromium does.
 */
async function startChromium({ profileDir, switches, openPort }) {
  const args = [
    '--no-startup-window',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-extensions',
    '--disable-dev-shm-usage',
    '--password-store=basic',
    '--autoplay-policy=no-user-gesture-required',
    '--remote-debugging-pipe',
    `--user-data-dir=${profileDir}`,
    ...switches,
  ];
  if (openPort) args.push('--remote-debugging-port=0');
  if (process.env.ELECTRON_DOUBLE_HEADED !== '1') args.push('--headless=new');
  if (process.getuid?.() === 0) args.push('--no-sandbox');
  const child = spawn(findChromium(), args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] });
  const [, , stderr, toBrowser, fromBrowser] = child.stdio;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const events = new EventEmitter();
  events.setMaxListeners(0);
  const waiting = new Map();
  let count = 0;
  let rest = '';
  let errors = '';

  stderr.setEncoding('utf8');
  stderr.on('data', (text) => {
    errors = (errors + text).slice(-4000);
    for (const line of text.split('\n')) {
      if (/^DevTools listening on /.test(line)) process.stderr.write(`${line}\n`);
    }
  });
  toBrowser.on('error', () => undefined);
  fromBrowser.on('error', () => undefined);
  fromBrowser.setEncoding('utf8');
  fromBrowser.on('data', (text) => {
    const messages = (rest + text).split('\0');
    rest = messages.pop();
    for (const message of messages.map((each) => JSON.parse(each))) {
      if (message.id === undefined) {
        events.emit(message.method, message.params, message.sessionId);
        continue;
      }
      const { method, resolve, reject } = waiting.get(message.id);
      waiting.delete(message.id);
      if (message.error) reject(new Error(`${method}: ${message.error.message}`));
      else resolve(message.result);
    }
  });

  const send = (method, params = {}, sessionId = undefined) =>
    new Promise((resolve, reject) => {
      count += 1;
      waiting.set(count, { method, resolve, reject });
      toBrowser.write(`${JSON.stringify({ id: count, method, params, sessionId })}\0`);
    });

  void exited.then(() => {
    for (const { method, reject } of waiting.values()) reject(new Error(`${method}: Chromium has ended\n${errors}`));
    events.emit('exit');
  });
  await send('Browser.getVersion');

  /** Resolves when Chromium is gone, with force after two seconds. */
  async function stop() {
    send('Browser.close').catch(() => undefined);
    const force = setTimeout(() => child.kill('SIGKILL'), 2000);
    await exited;
    clearTimeout(force);
  }

  return { send, events, stop };
}

module.exports = { startChromium };
