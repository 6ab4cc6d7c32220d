/**
 * The built desktop app, driven by Playwright: in the Electron double of `test/electron-double`, or in real Electron
 * where its runtime is present. What was seen in the double was not seen in Electron: say which one it was.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import type { Answer, Args, CallName, CallResult } from '../../src-main/common/contract.ts';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { isErrno } from '../../src-main/node/storage/durable-files.ts';
import { patienceMs } from './browser.ts';
import { request, type Reply } from './http-request.ts';
import { logsToShow } from './program-logs.ts';
import { waitUntil } from './wait-until.ts';

export type DesktopKind = 'double' | 'electron';

export const repoDir = path.join(import.meta.dirname, '../..');
export const doubleDir = path.join(repoDir, 'test/electron-double');
const trayHostDir = path.join(repoDir, 'test/support/tray-host');
const electronDir = path.join(repoDir, 'node_modules/electron');

/** Electron's own variable, as it was before `useRuntime` gives it another value. */
const givenDist = process.env['ELECTRON_OVERRIDE_DIST_PATH'];

/**
 * The one that `ELECTRON_OVERRIDE_DIST_PATH` names, else the one in node_modules, which is fetched at the first start of
 * Electron where the network allows it.
 */
export function realElectron(): string | null {
  if (givenDist !== undefined && path.resolve(givenDist) !== doubleDir) {
    const file = path.join(givenDist, 'electron');
    return existsSync(file) ? file : null;
  }
  const pathFile = path.join(electronDir, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const file = path.join(electronDir, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(file) ? file : null;
}

/**
 * The double on Linux (it is a shell script), and real Electron wherever it is. Says so where it is not; with
 * `REAL_ELECTRON=1` that is an error.
 */
export function desktopKinds(): readonly DesktopKind[] {
  const kinds: DesktopKind[] = process.platform === 'linux' ? ['double'] : [];
  if (realElectron() !== null) return [...kinds, 'electron'];
  if (process.env['REAL_ELECTRON'] === '1') {
    throw new Error('REAL_ELECTRON=1, but there is no runtime of Electron in node_modules/electron/dist.');
  }
  process.stderr.write('Skipped in real Electron: its runtime is not on this machine.\n');
  return kinds;
}

export interface LaunchOptions {
  readonly kind?: DesktopKind;
  /** Default: a folder that goes with `close`. */
  readonly home?: string;
  /** Where the library is expected; default: `library` in the home. */
  readonly dataDir?: string;
  /** After the app's own path. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Whether the desktop shows tray icons, whatever this machine does. Default: it does; `false` = as the session bus says. */
  readonly trayHost?: boolean;
  /** How the person has set up their machine; Playwright emulates it. */
  readonly context?: { readonly locale?: string; readonly timezoneId?: string };
  /** A packaged program in place of the checkout. */
  readonly executablePath?: string;
}

export interface Desktop {
  readonly kind: DesktopKind;
  readonly app: ElectronApplication;
  /** Holds `library` and `user-data`; hand it to another `launchDesktop` to start on the same again. */
  readonly home: string;
  readonly dataDir: string;
  readonly userDataDir: string;
  readonly configDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly callbackUrl: string;
  /** What came on standard error so far. */
  readonly log: () => string;
  readonly page: () => Promise<Page>;
  /** @throws Error `code: message` where the answer is not ok. Goes to the local server, not through the window. */
  readonly call: <K extends CallName>(name: K, ...args: Args<K>) => Promise<CallResult<K>>;
  readonly postCallback: (body: unknown) => Promise<Reply>;
  readonly waitForTask: (taskId: string, until: (task: TaskView) => boolean) => Promise<TaskView>;
  /** Quits the app and waits for its end; the home stays. @returns the exit code. */
  readonly quit: () => Promise<number | null>;
  /** Quits what still runs and removes the home if it was made here. */
  readonly close: () => Promise<void>;
}

/**
 * The inspector runs what it is given in the midst of whatever runs, between two lines of one function. What a test does
 * to the program has a turn of its own, as everything has that the system tells it.
 */
function evaluateInTurn(app: ElectronApplication): void {
  const evaluate: (look: unknown, argument: unknown) => Promise<unknown> = app.evaluate.bind(app) as never;
  app.evaluate = ((look: unknown, argument: unknown) =>
    evaluate(
      async (electron: unknown, { source, given }: { readonly source: string; readonly given: unknown }) => {
        await new Promise((resolve) => setImmediate(resolve));
        // oxlint-disable-next-line no-eval -- what Playwright would do with it, a turn later
        const run = (0, eval)(`(${source})`) as (electron: unknown, argument: unknown) => unknown;
        return run(electron, given);
      },
      { source: String(look), given: argument },
    )) as typeof app.evaluate;
}

export async function launchDesktop(options: LaunchOptions = {}): Promise<Desktop> {
  const { kind = 'double', args = [], executablePath } = options;
  const home = options.home ?? (await realpath(await mkdtemp(path.join(os.tmpdir(), 'video-inbox-desktop-'))));
  const dataDir = options.dataDir ?? path.join(home, 'library');
  logsToShow.add(dataDir);
  const userDataDir = path.join(home, 'user-data');
  const configDir = path.join(home, 'config');
  const env = {
    ...cleanEnv(),
    XDG_CONFIG_HOME: configDir,
    VIDEO_INBOX_DATA_DIR: dataDir,
    VIDEO_INBOX_CALLBACK_PORT: '0',
    VIDEO_INBOX_LOCAL_PORT: '0',
    VIDEO_INBOX_TUNNEL: 'none',
    ...(options.trayHost === false ? {} : { PATH: `${trayHostDir}:${process.env['PATH'] ?? ''}` }),
    ...options.env,
  };
  useRuntime(kind);
  const app = await _electron.launch({
    cwd: repoDir,
    args: [...(executablePath === undefined ? ['.'] : []), `--user-data-dir=${userDataDir}`, ...args],
    env,
    ...options.context,
    ...(executablePath === undefined ? {} : { executablePath }),
  });
  evaluateInTurn(app);
  app.context().setDefaultTimeout(patienceMs);
  const child = app.process();
  let errors = '';
  child.stderr?.on('data', (text: Buffer) => (errors += String(text)));
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;

  const instanceFile = path.join(dataDir, 'instance.json');
  const instance = await waitUntil(() => {
    if (isOver()) throw new Error(`the desktop app ended before its inbox was open:\n${errors}`);
    return readPorts(instanceFile);
  }, 'the inbox of the desktop app');

  async function call<K extends CallName>(name: K, ...callArgs: Args<K>): Promise<CallResult<K>> {
    // Opened anew it may have another port: somebody else can have taken the one that it had.
    const { localPort, localKey } = readPorts(instanceFile) ?? instance;
    const reply = await request(`http://127.0.0.1:${localPort}/call/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${localKey}` },
      body: JSON.stringify(callArgs),
    }).catch((cause: unknown) => {
      const end = String(child.exitCode ?? child.signalCode);
      throw isOver() ? new Error(`the desktop app has ended with ${end}:\n${errors}`, { cause }) : cause;
    });
    const answer = JSON.parse(reply.text) as Answer;
    if (!answer.ok) throw new Error(`${answer.error.code}: ${answer.error.message}`);
    return answer.value as CallResult<K>;
  }

  async function quit(): Promise<number | null> {
    if (!isOver()) await app.close();
    return await ended;
  }

  const { url: callbackUrl } = await call('callback:url');
  return {
    kind,
    app,
    home,
    dataDir,
    userDataDir,
    configDir,
    env,
    callbackUrl,
    log: () => errors,
    page: async () => app.windows()[0] ?? (await app.firstWindow()),
    call,
    postCallback: (body) =>
      request(callbackUrl, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    waitForTask: (taskId, until) =>
      waitUntil(async () => {
        const task = await call('tasks:get', taskId);
        return task !== null && until(task) ? task : null;
      }, `task ${taskId}`),
    quit,
    async close() {
      await quit();
      if (options.home === undefined) await rm(home, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Playwright asks the `electron` package for the program, and that package remembers its first answer. */
function useRuntime(kind: DesktopKind): void {
  const require = createRequire(import.meta.url);
  // oxlint-disable-next-line typescript/no-dynamic-delete -- a cache is there to be emptied
  delete require.cache[path.join(electronDir, 'index.js')];
  if (kind === 'double') process.env['ELECTRON_OVERRIDE_DIST_PATH'] = doubleDir;
  else if (givenDist === undefined) delete process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  else process.env['ELECTRON_OVERRIDE_DIST_PATH'] = givenDist;
}

/** The test's own settings and secrets must not leak into the program. */
function cleanEnv(): Record<string, string> {
  const entries = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined &&
      !/^(VIDEO_INBOX_(?!CHROMIUM)|NGROK_|NODE_OPTIONS$|VITEST|ELECTRON_RUN_AS)/.test(entry[0]),
  );
  return Object.fromEntries(entries);
}

interface Ports {
  readonly localPort: number;
  readonly localKey: string;
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if (isErrno(error, ['ESRCH'])) return false;
    throw error;
  }
}

/** `null` where no inbox is open. */
function readPorts(file: string): Ports | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (isErrno(error, ['ENOENT'])) return null;
    throw error;
  }
  const { pid, localPort, localKey } = JSON.parse(text) as { pid: number; localPort: number | null; localKey: string };
  // An app that could not close in time leaves its file behind.
  return localPort === null || !isThere(pid) ? null : { localPort, localKey };
}
