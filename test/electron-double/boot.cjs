'use strict';

const fs = require('node:fs');
const inspector = require('node:inspector');
const Module = require('node:module');
const os = require('node:os');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { unpackAsar } = require('./asar.cjs');
const { createElectron } = require('./runtime.cjs');

/** What Electron itself reads from its command line; the rest is left to the app. */
function readCommandLine(args) {
  const line = { requires: [], switches: [], inspect: false, openPort: false, userDataDir: null, appPath: null };
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index];
    if (arg === '-r' || arg === '--require') line.requires.push(args[(index += 1)]);
    else if (/^--inspect(=|$)/.test(arg)) line.inspect = true;
    else if (/^--remote-debugging-port(=|$)/.test(arg)) line.openPort = true;
    else if (arg.startsWith('--user-data-dir=')) line.userDataDir = path.resolve(arg.slice(16));
    else if (arg.startsWith('--')) line.switches.push(arg);
    else line.appPath ??= arg;
  }
  return line;
}

const executable = process.env.ELECTRON_DOUBLE_EXE;
delete process.env.ELECTRON_DOUBLE_EXE;
const line = readCommandLine(process.argv.slice(2));
const resourcesPath = path.join(path.dirname(executable), 'resources');
const archive = path.join(resourcesPath, 'app.asar');
const isPackaged = fs.existsSync(archive);
const cleanUps = [];
let appPath;
if (isPackaged) {
  // The archive is laid out under its own name, so that paths look as they do where Electron reads it in place.
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'electron-double-app-'));
  appPath = path.join(folder, 'app.asar');
  unpackAsar(archive, appPath);
  cleanUps.push(() => fs.rmSync(folder, { recursive: true, force: true }));
} else {
  appPath = path.resolve(line.appPath ?? '.');
}
const manifest = JSON.parse(fs.readFileSync(path.join(appPath, 'package.json'), 'utf8'));

process.argv.splice(0, 2, executable);
process.execArgv = [];
Object.defineProperty(process, 'resourcesPath', { value: resourcesPath });
Object.defineProperty(process, 'type', { value: 'browser' });
Object.defineProperty(process, 'versions', { value: { ...process.versions, electron: '0.0.0-double', chrome: '0' } });
if (!isPackaged) process.defaultApp = true;
if (line.inspect) {
  inspector.open(0);
  // Driven by a test: its end, however sudden, is ours. An orphan gets another parent.
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && process.exit(1), 1000).unref();
}

const { electron, boot } = createElectron({ line, executable, appPath, isPackaged, manifest, cleanUps });
const load = Module._load;
Module._load = function loadOrDouble(request, ...rest) {
  if (request === 'electron' || request === 'electron/main' || request === 'electron/common') return electron;
  return load.call(this, request, ...rest);
};

for (const file of line.requires) require(path.resolve(file));
const main = path.join(appPath, manifest.main);
if (/\.mjs$/.test(main)) throw new Error(`an ES module as main is not doubled: ${pathToFileURL(main).href}`);
require(main);
boot().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
