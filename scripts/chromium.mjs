/** Where a Chromium is that the tests can drive, and how to get one where there is none. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { repoDir } from './built.mjs';
import { aptSteps, isExecutable, onPath, runSteps } from './programs.mjs';

/** Where to look; a test hands in its own. */
export const thisMachine = { platform: process.platform, env: process.env, homeDir: os.homedir() };

const variables = ['VIDEO_INBOX_CHROMIUM', 'CHROME_PATH'];
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
 * @param {typeof thisMachine} [machine]
 * @returns {string | null} the path of an executable
 * @throws {Error} where an environment variable names a file that cannot be run
 */
export function findChromium(machine = thisMachine) {
  const { platform, env } = machine;
  for (const name of variables) {
    const file = env[name];
    if (!file) continue;
    if (isExecutable(file)) return file;
    throw new Error(`${name} names ${file}, which cannot be run. Correct the variable or unset it.`);
  }
  const programFolders = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']];
  const usual =
    platform === 'win32'
      ? programFolders.flatMap((folder) => (folder ? windowsPlaces.map((place) => path.join(folder, place)) : []))
      : (usualPlaces[platform] ?? []);
  return [...onPath(commands, machine), ...usual, ...playwrightPlaces(machine)].find(isExecutable) ?? null;
}

/**
 * Finds a Chromium, or gets one and says how.
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

/**
 * The builds that playwright keeps per user, newest first.
 * @see https://playwright.dev/docs/browsers#managing-browser-binaries
 * @param {typeof thisMachine} machine
 */
function playwrightPlaces({ platform, env, homeDir }) {
  const caches = {
    linux: path.join(homeDir, '.cache/ms-playwright'),
    darwin: path.join(homeDir, 'Library/Caches/ms-playwright'),
    win32: path.join(env['LOCALAPPDATA'] ?? homeDir, 'ms-playwright'),
  };
  const cache =
    env['PLAYWRIGHT_BROWSERS_PATH'] ?? (platform in caches ? caches[/** @type {'linux'} */ (platform)] : '');
  if (!existsSync(cache)) return [];
  return readdirSync(cache)
    .filter((name) => /^chromium-\d+$/.test(name))
    .sort((a, b) => Number(b.slice(9)) - Number(a.slice(9)))
    .flatMap((name) => [
      path.join(cache, name, 'chrome-linux64/chrome'),
      path.join(cache, name, 'chrome-linux/chrome'),
      path.join(cache, name, 'chrome-mac/Chromium.app/Contents/MacOS/Chromium'),
      path.join(cache, name, 'chrome-mac-x64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing'),
      path.join(cache, name, 'chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing'),
      path.join(cache, name, 'chrome-win64/chrome.exe'),
      path.join(cache, name, 'chrome-win/chrome.exe'),
    ]);
}
