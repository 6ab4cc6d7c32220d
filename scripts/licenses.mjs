// Licences: which ones may ship, the check of all installed packages, and the file that goes with the program.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const repoDir = path.join(import.meta.dirname, '..');

/** What may go into the bundle; MPL-2.0 is for files that we do not change. */
const mayShip = new Set([
  'MIT',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'Unlicense', // public domain
  'BSD-3-Clause',
  'Apache-2.0',
  'MPL-2.0',
  'OFL-1.1',
  'BlueOak-1.0.0',
  // In the public domain: fast-sha256, which the library of Standard Webhooks signs with.
  'Unlicense',
]);
/** Beside those, what tools of a checkout may have that are never part of a package. */
const mayBuild = new Set([...mayShip, 'CC0-1.0', 'CC-BY-4.0', 'Python-2.0', 'WTFPL']);

/**
 * @typedef {object} Package
 * @property {string} name
 * @property {string} version
 * @property {string} license SPDX expression, `?` where the package names none.
 * @property {string} text the licence as the package brings it; empty where it brings none.
 */

/**
 * @param {string} expression SPDX, as far as npm packages use it: names joined by OR, or by AND.
 * @param {ReadonlySet<string>} allowed
 */
export function isAllowed(expression, allowed = mayShip) {
  const plain = expression.replaceAll(/[()]/g, '');
  return plain.split(' OR ').some((choice) => choice.split(' AND ').every((name) => allowed.has(name.trim())));
}

/** @typedef {{ packages: Record<string, { license?: string }> }} Lock as in `package-lock.json` */

/**
 * Installed packages whose licence is on no list of ours, with it.
 * @returns {string[]}
 */
export function licenceProblems(lock = /** @type {Lock} */ (readJson(path.join(repoDir, 'package-lock.json')))) {
  const packages = Object.entries(lock.packages).filter(([place]) => place !== '');
  return packages.flatMap(([place, { license = '?' }]) =>
    isAllowed(license, mayBuild) ? [] : [`${place.replace(/^.*node_modules\//, '')}: ${license}`],
  );
}

/**
 * The package that a file belongs to, `null` for our own.
 * @param {string} file absolute path, maybe with what bundlers put around it
 * @returns {Package | null}
 */
export function packageOf(file) {
  const at = file.lastIndexOf('/node_modules/');
  const start = file.indexOf('/');
  if (at < 0 || start < 0) return null;
  const [first = '', second = ''] = file.slice(at + '/node_modules/'.length).split('/');
  const name = first.startsWith('@') ? `${first}/${second}` : first;
  return readPackage(path.join(file.slice(start, at), 'node_modules', name));
}

/** @param {string} dir @returns {Package | null} */
export function readPackage(dir) {
  const manifest = path.join(dir, 'package.json');
  if (!existsSync(manifest)) return null;
  const {
    name,
    version,
    license = '?',
  } = /** @type {{ name: string, version: string, license?: string }} */ (readJson(manifest));
  const files = readdirSync(dir).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  return {
    name,
    version,
    license,
    text: files.map((file) => readFileSync(path.join(dir, file), 'utf8').trim()).join('\n\n'),
  };
}

/** @param {string} file @returns {unknown} */
function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** @param {Iterable<Package>} packages @returns {string} */
export function licencesText(packages) {
  const sorted = [...packages].sort(
    (a, b) => a.name.localeCompare(b.name, 'en') || a.version.localeCompare(b.version, 'en'),
  );
  const parts = sorted.map(({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text}`.trim());
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  return `Video Inbox is built with the work of others. These are their licences.${rule}${parts.join(rule)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const problems = licenceProblems();
  for (const problem of problems) console.error(`A licence that is on no list (scripts/licenses.mjs): ${problem}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
