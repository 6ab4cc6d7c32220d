/** Where Electron's runtime is. The npm package holds none: it is fetched at the first run. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { repoDir } from './built.mjs';

const packageDir = path.join(repoDir, 'node_modules/electron');
const fetchLimitMs = 120_000;

/** @returns {string | null} the path of the executable */
export function findElectron() {
  const pathFile = path.join(packageDir, 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : null;
  // The variable is Electron's own: https://www.electronjs.org/docs/latest/tutorial/installation#custom-mirrors-and-caches
  const overrideDir = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (overrideDir) return existing(path.resolve(overrideDir, name ?? 'electron'));
  return name === null ? null : existing(path.join(packageDir, 'dist', name));
}

/**
 * Finds the runtime or fetches it, within a time limit; offline this takes about a second.
 * @param {(line: string) => void} say
 * @returns {string | null}
 */
export function getElectron(say) {
  const found = findElectron();
  const installer = path.join(packageDir, 'install.js');
  if (found !== null || process.env['ELECTRON_OVERRIDE_DIST_PATH'] || !existsSync(installer)) return found;
  say("Fetching Electron's runtime, once.");
  spawnSync(process.execPath, [installer], { stdio: 'ignore', timeout: fetchLimitMs });
  return findElectron();
}

/** @param {string} file */
function existing(file) {
  return existsSync(file) ? file : null;
}
