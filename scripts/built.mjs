/** Whether the program is built, whether the build is as new as its sources, and the build itself. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

export const repoDir = path.join(import.meta.dirname, '..');
export const cliFile = path.join(repoDir, 'dist/main/cli.cjs');
export const desktopFile = path.join(repoDir, 'dist/main/electron.cjs');

/** One file of each of the three outputs, so that a build which stopped half way does not pass for a whole one. */
const outputs = [
  path.join(repoDir, 'dist/renderer/index.html'),
  cliFile,
  path.join(repoDir, 'dist/preload/preload.cjs'),
];
const sources = ['src-main', 'src-renderer', 'vite.config.ts', 'package.json', 'package-lock.json'];

export function isBuilt() {
  return outputs.every((file) => existsSync(file));
}

/** True where the sources are there and one of them is newer than the build. */
export function isStale() {
  if (!isBuilt()) return true;
  const builtAtMs = Math.min(...outputs.map((file) => statSync(file).mtimeMs));
  return sources.some((name) => newestMs(path.join(repoDir, name)) > builtAtMs);
}

/**
 * Builds renderer, main and preload. What the build prints goes to standard error: standard output belongs to the
 * command that needed the build.
 * @returns {Promise<void>} rejects with a sentence where the build fails
 */
export function build() {
  const vite = path.join(repoDir, 'node_modules/vite/bin/vite.js');
  if (!existsSync(vite)) {
    return Promise.reject(new Error('Video Inbox is not built and its packages are missing. Run "npm install" first.'));
  }
  return new Promise((resolve, reject) => {
    const args = [vite, 'build', '--app', '--logLevel', 'warn'];
    // Test runners set NODE_ENV, and React would come in its slow development form.
    const env = { ...process.env, NODE_ENV: 'production' };
    const child = spawn(process.execPath, args, { cwd: repoDir, env, stdio: ['ignore', 2, 2] });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error('The build of Video Inbox failed; the lines above say why.'));
    });
  });
}

/** Folders count too: their time changes when a file in them is removed. @param {string} place @returns {number} */
function newestMs(place) {
  const info = statSync(place, { throwIfNoEntry: false });
  if (info === undefined) return 0;
  if (!info.isDirectory()) return info.mtimeMs;
  return Math.max(info.mtimeMs, ...readdirSync(place).map((name) => newestMs(path.join(place, name))));
}
