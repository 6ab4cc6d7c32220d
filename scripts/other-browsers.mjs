/** Firefox and WebKit for the tests that run in every browser, got as the Chromium is. */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { aptSteps, isExecutable, onPath, runSteps } from './programs.mjs';

const usualFirefox = [
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:/Program Files/Mozilla Firefox/firefox.exe',
];

/**
 * Whether they can play films: on Linux both leave that to libraries which their packages only recommend. WebKit's part
 * brings Firefox's.
 */
function hasCodecs() {
  return (
    process.platform !== 'linux' ||
    libraryFolders().some((folder) => existsSync(path.join(folder, 'gstreamer-1.0/libgstlibav.so')))
  );
}

/** @returns {string | null} */
export function findFirefox() {
  if (!hasCodecs()) return null;
  const named = process.env['VIDEO_INBOX_FIREFOX'];
  const places = named ? [named] : [...onPath(['firefox-esr', 'firefox']), ...usualFirefox];
  return places.find(isExecutable) ?? null;
}

/**
 * WebKitGTK's driver, its small browser and the display that it needs; Safari cannot be driven without a person's yes.
 * @returns {{ driver: string, browser: string, xvfbRun: string } | null}
 */
export function findWebKit() {
  if (!hasCodecs()) return null;
  const [driver, xvfbRun] = ['WebKitWebDriver', 'xvfb-run'].map((name) => onPath([name]).find(isExecutable));
  const browser = ['/usr/lib', ...libraryFolders()]
    .flatMap((folder) => ['4.1', '4.0'].map((version) => path.join(folder, `webkit2gtk-${version}/MiniBrowser`)))
    .find(isExecutable);
  return driver === undefined || xvfbRun === undefined || browser === undefined ? null : { driver, browser, xvfbRun };
}

/** Debian keeps libraries by machine: `/usr/lib/x86_64-linux-gnu`. */
function libraryFolders() {
  if (process.platform !== 'linux') return [];
  return readdirSync('/usr/lib', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.endsWith('-linux-gnu'))
    .map(({ name }) => path.join('/usr/lib', name));
}

/** Gets what is missing where apt can; the tests of a browser that is not there are skipped. @param {(line: string) => void} say */
export function getOtherBrowsers(say) {
  const missing = [
    ...(hasCodecs() ? [] : ['gstreamer1.0-libav']),
    ...(findFirefox() === null ? ['firefox-esr'] : []),
    ...(findWebKit() === null ? ['webkit2gtk-driver', 'xvfb', 'xauth'] : []),
  ];
  const steps = missing.length === 0 ? null : aptSteps(missing);
  if (steps === null) return;
  say(`Getting ${missing.join(', ')} for the tests in other browsers`);
  if (!runSteps(steps)) say('They could not be installed: the tests in those browsers will be skipped.');
}
