/** Starts and ends the processes of a measurement, each known by its pid, and the folder that they write to. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { cliFile, repoDir } from '../../scripts/built.mjs';

/**
 * @typedef {{ pid: number, url: string, readyMs: number, lines: (onLine: (line: string) => void) => void, stop: () => Promise<void> }} Running
 */

const startLimitMs = 60_000;
const saveLimitMs = 300_000;

/** @returns {Promise<string>} a folder on the disk of the project: `/tmp` may be memory, where a sync costs nothing */
export async function makeWorkDir() {
  const cache = path.join(repoDir, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  return mkdtemp(path.join(cache, 'video-inbox-bench-'));
}

export function createProcesses() {
  /** @type {Set<import('node:child_process').ChildProcess>} */
  const running = new Set();

  /**
   * @param {string[]} args of node; it prints its address once it is ready
   * @param {Record<string, string>} env on top of the usual
   * @param {(line: string) => string | null} addressOf a line that it prints
   * @returns {Promise<Running>}
   */
  async function start(args, env = {}, addressOf = callbackAddressIn) {
    const startedAtMs = performance.now();
    const child = spawn(process.execPath, args, {
      cwd: repoDir,
      env: { ...cleanEnv(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    const closed = new Promise((resolve) => child.once('close', resolve)).then(() => running.delete(child));
    let complaints = '';
    child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      complaints = (complaints + text).slice(-4000);
    });
    const lines = createInterface({ input: child.stdout });
    /** @type {string} */
    const url = await new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`${args.join(' ')} was not ready in time`)), startLimitMs);
      lines.on('line', (line) => {
        const found = addressOf(line);
        if (found === null) return;
        clearTimeout(limit);
        lines.removeAllListeners('line');
        resolve(found);
      });
      child.once('close', () => {
        clearTimeout(limit);
        reject(new Error(`${args.join(' ')} ended before it was ready:\n${complaints}`));
      });
    });
    const readyMs = performance.now() - startedAtMs;
    child.stdout.resume();
    return {
      pid: child.pid ?? 0,
      url,
      readyMs,
      lines: (onLine) => void lines.on('line', onLine),
      async stop() {
        child.kill('SIGTERM');
        const limit = setTimeout(() => child.kill('SIGKILL'), 10_000);
        await closed;
        clearTimeout(limit);
      },
    };
  }

  /** @param {string} dataDir @param {string[]} more flags, e.g. `--json` where its lines are wanted */
  function startInbox(dataDir, ...more) {
    return startBuild(cliFile, dataDir, ...more);
  }

  /** The same of another build. @param {string} cli its `cli.cjs` @param {string} dataDir @param {string[]} more */
  function startBuild(cli, dataDir, ...more) {
    const ports = ['--callback-port', '0', '--local-port', '0', '--tunnel', 'none', '--log-level', 'warn'];
    return start([cli, 'serve', '--data-dir', dataDir, ...ports, ...more]);
  }

  async function stopAll() {
    const ends = [...running].map((child) => new Promise((resolve) => child.once('close', resolve)));
    for (const child of running) child.kill('SIGKILL');
    await Promise.all(ends);
  }

  return { start, startInbox, startBuild, stopAll };
}

/** @param {string} line of a receiver, or of `serve` with or without `--json` @returns {string | null} */
function callbackAddressIn(line) {
  return /https?:\/\/127\.0\.0\.1:\d+(\/c\/[\w-]+|\/callback)?(?=["\s]|$)/.exec(line)?.[0] ?? null;
}

/** Of a machine that takes no callbacks. @param {string} line @returns {string | null} */
export function galleryAddressIn(line) {
  return /http:\/\/127\.0\.0\.1:\d+(?=\/\?key=)/.exec(line)?.[0] ?? null;
}

/** Runs a command to its end. @param {string} command @param {string[]} args @returns {Promise<string>} what it printed */
export function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: repoDir, stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      printed += text;
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(printed);
      else reject(new Error(`${command} ended with code ${code}`));
    });
  });
}

/** What others have written before must not be in the way of what is measured next. Does nothing on Windows. */
export async function emptyDiskQueue() {
  if (process.platform !== 'win32') await run('sync', []);
}

/** The memory that a process holds now; Linux tells it. @param {number} pid @returns {number | null} in MB */
export function memoryMb(pid) {
  if (process.platform !== 'linux') return null;
  const kb = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return kb === undefined ? null : Number(kb) / 1000;
}

/** The most memory that a process ever held; Linux tells it. @param {number} pid @returns {number | null} in MB */
export function peakMemoryMb(pid) {
  if (process.platform !== 'linux') return null;
  const kb = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return kb === undefined ? null : Number(kb) / 1000;
}

/** @type {(text: string) => unknown} */
export const parseJson = JSON.parse;

/** Without the marks of whoever held it, which are sockets. @param {string} from @param {string} to */
export function copyLibrary(from, to) {
  return cp(from, to, { recursive: true, filter: (source) => path.basename(source) !== 'lock' });
}

/**
 * Whoever stops an inbox before that makes the next start read the whole journal again, and save the index while something
 * else is measured. @param {string} dataDir
 */
export async function indexSaved(dataDir) {
  const giveUpAtMs = performance.now() + saveLimitMs;
  while (!existsSync(path.join(dataDir, 'index/checkpoint.json'))) {
    if (performance.now() > giveUpAtMs) throw new Error(`the index of ${dataDir} was not saved in time`);
    await sleep(250);
  }
}

export async function removeDir(/** @type {string} */ dir) {
  await rm(dir, { recursive: true, force: true, maxRetries: 5 });
}

function cleanEnv() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VIDEO_INBOX_|NGROK_)/.test(name)));
}
