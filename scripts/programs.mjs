/** Where programs are on this machine, and how apt gets those that are missing. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import path from 'node:path';

/** @param {string} file */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false; // not there, or not for us: the next place is tried
  }
}

/**
 * @param {readonly string[]} commands
 * @param {{ readonly platform: NodeJS.Platform, readonly env: NodeJS.ProcessEnv }} machine
 * @returns {string[]} where they could be, best first
 */
export function onPath(commands, { platform, env } = process) {
  const suffix = platform === 'win32' ? '.exe' : '';
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(platform === 'win32' ? ';' : ':').filter(Boolean);
  return commands.flatMap((name) => folders.map((folder) => path.join(folder, name + suffix)));
}

/**
 * @param {readonly string[]} packages
 * @returns {string[][] | null} commands; `null` where apt is not there or not ours to use
 */
export function aptSteps(packages) {
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get')) return null;
  if (sudo.length > 0 && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status !== 0) return null;
  const apt = [...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq'];
  return [
    [...apt, 'update'],
    [...apt, 'install', '-y', '--no-install-recommends', ...packages],
  ];
}

/**
 * One after the other while they succeed. Standard output stays with the tests.
 * @param {readonly string[][]} steps
 * @param {number} [limitMs] for each of them
 */
export function runSteps(steps, limitMs = 15 * 60_000) {
  const options = { stdio: /** @type {['ignore', 2, 2]} */ (['ignore', 2, 2]), timeout: limitMs };
  return steps.every(([command = '', ...args]) => spawnSync(command, args, options).status === 0);
}
