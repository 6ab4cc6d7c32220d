// `npm start`: opens the desktop app; where that cannot be, serves the gallery to the browser. Arguments are passed on.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { build, cliFile, isStale, repoDir } from './built.mjs';
import { getElectron } from './electron.mjs';
import { endWithNpm } from './end-with-npm.cjs';

/** A window that closes with an error within this time is taken for one that never opened. */
const startLimitMs = 15_000;
/** @type {(text: string) => unknown} */
const parseJson = JSON.parse;
const args = process.argv.slice(2);
/** @param {string} line */
const say = (line) => console.error(line);

endWithNpm();
try {
  if (isStale()) {
    say('Building Video Inbox.');
    await build();
  }
  const obstacle = await openDesktop();
  if (obstacle !== null) {
    say(`${obstacle}, so Video Inbox serves its gallery to the browser in place of a window of its own.`);
    await serve();
  }
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

function hasDisplay() {
  if (process.platform === 'win32' || process.platform === 'darwin') return true;
  return Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}

/** @returns {Promise<string | null>} why there is no window, or `null` once it was open and closed */
async function openDesktop() {
  if (!hasDisplay()) return 'There is no display here';
  const electron = getElectron(say);
  if (electron === null) return "Electron's runtime could not be fetched";
  /** @type {NodeJS.ProcessEnv} src-main/node/thread-pool.ts may come too late there */
  const env = { UV_THREADPOOL_SIZE: '16', ...process.env };
  delete env['ELECTRON_RUN_AS_NODE']; // set in some editors' terminals; Electron would then start as plain Node
  // Chromium refuses to run as root with its sandbox: https://crbug.com/638180
  const flags = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const startedAt = Date.now();
  const child = spawn(electron, [...flags, '.', ...args], { cwd: repoDir, env, stdio: 'inherit' });
  const { code, signal } = await ended(child);
  if (code !== 0 && signal === null && Date.now() - startedAt < startLimitMs) {
    return `The desktop window did not start (exit code ${code})`;
  }
  process.exitCode = code ?? 0;
  return null;
}

/** @typedef {{ event: string, galleryUrl: string, callbackUrl: string }} ReadyLine one kind of what `serve --json` prints */

async function serve() {
  const wantsJson = args.includes('--json');
  const child = spawn(process.execPath, [cliFile, 'serve', '--json', ...args.filter((arg) => arg !== '--json')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const end = ended(child);
  for await (const line of createInterface({ input: child.stdout })) {
    if (wantsJson) console.log(line);
    const { event, galleryUrl, callbackUrl } = /** @type {ReadyLine} */ (parseJson(line));
    if (event !== 'ready') continue;
    if (!wantsJson) console.log(`Gallery       ${galleryUrl}\nCallback URL  ${callbackUrl}\nStop it with Ctrl+C.`);
    if (hasDisplay()) openBrowser(await ticketUrl(galleryUrl));
  }
  process.exitCode = (await end).code ?? 0;
}

/**
 * The address with its key would stand in the list of processes, where every user of this machine can read it; one with
 * a ticket is worth nothing once the browser has been there.
 * @param {string} galleryUrl
 */
async function ticketUrl(galleryUrl) {
  const { origin, searchParams } = new URL(galleryUrl);
  const headers = { Authorization: `Bearer ${searchParams.get('key') ?? ''}` };
  const response = await fetch(`${origin}/ticket`, { method: 'POST', headers });
  return `${origin}/?ticket=${await response.text()}`;
}

/** Failing to open a browser is no failure: the address has been printed. @param {string} url */
function openBrowser(url) {
  /** @type {[string, string[]]} */
  const command =
    process.platform === 'win32'
      ? ['rundll32', ['url.dll,FileProtocolHandler', url]]
      : [process.platform === 'darwin' ? 'open' : 'xdg-open', [url]];
  const child = spawn(...command, { stdio: 'ignore', detached: true });
  child.once('error', () => say('No browser could be opened; open the address above yourself.'));
  child.unref();
}

/**
 * Passes the signals that end this process on to the child and waits for its end.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null }>}
 */
function ended(child) {
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const undo = signals.map((signal) => {
    // Ctrl+C reaches the whole foreground group; a second SIGINT would ask the child to hurry.
    const pass = () => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal));
    process.on(signal, pass);
    return () => process.off(signal, pass);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      undo.forEach((off) => off());
      resolve({ code, signal });
    });
  });
}
