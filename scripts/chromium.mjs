/** Where a Chromium is that the tests can drive, and how to get one where there is none. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { repoDir } from './built.mjs';
import { aptSteps, isExecutable, onPath, runSteps } from './programs.mjs';

/** Where to look; a test hands in its own. */
export const thisMachine = { platform: process.platform, env: process.env, homeDir: os.homedir() };

const variables = ['VIDEO_INBOX_CHROMIUM', 'CHROME_PATH'];
const shellCommands = ['chromium-headless-shell', 'chrome-headless-shell'];
const commands = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
  'msedge',
];

/** @type {Partial<Record<NodeJS.Platform, string[]>>} */
const usualPlaces = {
  linux: [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/opt/google/chrome/chrome',
    '/snap/bin/chromium',
  ],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
};
const windowsPlaces = ['Google/Chrome/Application/chrome.exe', 'Microsoft/Edge/Application/msedge.exe'];

/**
 * What drives tests best: Chromium without the windows, tabs and bars of its own, which cost half of its work where
 * nobody sees them. The pages are the same engine's. Where there is none, the whole Chromium.
 * @param {typeof thisMachine} [machine]
 * @returns {string | null} the path of an executable
 * @throws {Error} where an environment variable names a file that cannot be run
 */
export function findTestBrowser(machine = thisMachine) {
  return named(machine) ?? findHeadlessShell(machine) ?? findChromium(machine);
}

/** @param {typeof thisMachine} machine */
function findHeadlessShell(machine) {
  return [...onPath(shellCommands, machine), ...playwrightPlaces(machine, shellBuilds)].find(isExecutable) ?? null;
}

/** @param {typeof thisMachine} machine @returns {string | null} */
function named({ env }) {
  for (const name of variables) {
    const file = env[name];
    if (!file) continue;
    if (isExecutable(file)) return file;
    throw new Error(`${name} names ${file}, which cannot be run. Correct the variable or unset it.`);
  }
  return null;
}

/**
 * The whole browser.
 * @param {typeof thisMachine} [machine]
 * @returns {string | null} the path of an executable
 * @throws {Error} where an environment variable names a file that cannot be run
 */
export function findChromium(machine = thisMachine) {
  const { platform, env } = machine;
  const told = named(machine);
  if (told !== null) return told;
  const programFolders = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']];
  const usual =
    platform === 'win32'
      ? programFolders.flatMap((folder) => (folder ? windowsPlaces.map((place) => path.join(folder, place)) : []))
      : (usualPlaces[platform] ?? []);
  return [...onPath(commands, machine), ...usual, ...playwrightPlaces(machine, wholeBuilds)].find(isExecutable) ?? null;
}

/**
 * Finds a browser for the tests, or gets one and says how. A Chromium without its small shell is enough.
 * @param {(line: string) => void} say
 * @returns {string} the path of an executable
 */
export function getTestBrowser(say) {
  const known = named(thisMachine) ?? findHeadlessShell(thisMachine);
  if (known !== null) return known;
  const chromium = getChromium(say);
  // Debian has the shell in a package of the same version, over the same files.
  const steps = chromium === '/usr/bin/chromium' && !isUbuntu() ? aptSteps(['chromium-headless-shell']) : null;
  if (steps === null) return chromium;
  say('Getting the Chromium that has no windows, which halves the work of the browser tests');
  if (!runSteps(steps, 3 * 60_000)) say('It could not be installed: the tests run in the whole Chromium.');
  return findTestBrowser() ?? chromium;
}

/**
 * Finds the whole browser, or gets one and says how.
 * @param {(line: string) => void} say
 * @returns {string} the path of an executable
 */
export function getChromium(say) {
  const found = findChromium();
  if (found !== null) return found;
  for (const steps of waysToInstall()) {
    say(
      `No Chromium was found for the browser tests; getting one: ${steps.map((part) => part.join(' ')).join(' && ')}`,
    );
    const installed = runSteps(steps) ? findChromium() : null;
    if (installed !== null) return installed;
  }
  throw new Error(
    'No Chromium was found and none could be installed. Install Chromium, Chrome or Edge, or set VIDEO_INBOX_CHROMIUM to its path.',
  );
}

/** Several ways, best first; each a list of commands. @returns {string[][][]} */
function waysToInstall() {
  const playwright = [
    [process.execPath, path.join(repoDir, 'node_modules/playwright-core/cli.js'), 'install', 'chromium'],
  ];
  const apt = aptSteps(['chromium']);
  if (apt === null) return [playwright];
  if (!isUbuntu()) return [apt, playwright];
  // Ubuntu's chromium package is a snap, which does not run in containers; playwright brings a plain build and asks apt
  // for the libraries only.
  return [[[...(playwright[0] ?? []), '--with-deps']], playwright];
}

function isUbuntu() {
  return existsSync('/etc/os-release') && /^ID=ubuntu$/m.test(readFileSync('/etc/os-release', 'utf8'));
}

/** Folder and files of a build as playwright keeps it. @typedef {{ folder: RegExp, files: string[] }} Builds */

/** @type {Builds} */
const wholeBuilds = {
  folder: /^chromium-(\d+)$/,
  files: [
    'chrome-linux64/chrome',
    'chrome-linux/chrome',
    'chrome-mac/Chromium.app/Contents/MacOS/Chromium',
    'chrome-mac-x64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
    'chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
    'chrome-win64/chrome.exe',
    'chrome-win/chrome.exe',
  ],
};
/** @type {Builds} */
const shellBuilds = {
  folder: /^chromium_headless_shell-(\d+)$/,
  files: [
    ...['linux64', 'linux-arm64', 'mac-x64', 'mac-arm64'].map(
      (system) => `chrome-headless-shell-${system}/chrome-headless-shell`,
    ),
    'chrome-headless-shell-win64/chrome-headless-shell.exe',
  ],
};

/**
 * The builds that playwright keeps per user, newest first.
 * @see https://playwright.dev/docs/browsers#managing-browser-binaries
 * @param {typeof thisMachine} machine
 * @param {Builds} builds
 */
function playwrightPlaces({ platform, env, homeDir }, { folder, files }) {
  const caches = {
    linux: path.join(homeDir, '.cache/ms-playwright'),
    darwin: path.join(homeDir, 'Library/Caches/ms-playwright'),
    win32: path.join(env['LOCALAPPDATA'] ?? homeDir, 'ms-playwright'),
  };
  const cache =
    env['PLAYWRIGHT_BROWSERS_PATH'] ?? (platform in caches ? caches[/** @type {'linux'} */ (platform)] : '');
  if (!existsSync(cache)) return [];
  const version = (/** @type {string} */ name) => Number(folder.exec(name)?.[1] ?? 0);
  return readdirSync(cache)
    .filter((name) => folder.test(name))
    .sort((a, b) => version(b) - version(a))
    .flatMap((name) => files.map((file) => path.join(cache, name, file)));
}
