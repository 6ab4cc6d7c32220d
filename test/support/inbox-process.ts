/** The built headless program as a process of its own, on a data dir and ports of its own. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Args, Answer, CallName, CallResult } from '../../src-main/common/contract.ts';
import type { TaskView } from '../../src-main/common/task-view.ts';
import type { Ended } from './child-end.ts';
import { request, type Reply } from './http-request.ts';
import { collectJsonLines } from './json-lines.ts';
import { logsToShow } from './program-logs.ts';
import { runInOwnProcess, runInTurn, type ProgramRun } from './program-runs.ts';
import { waitUntil } from './wait-until.ts';

export const repoDir = path.join(import.meta.dirname, '../..');
const cliFile = path.join(repoDir, 'dist/main/cli.cjs');

export interface StartOptions {
  /** Default: a new temporary folder. */
  readonly dataDir?: string;
  /** More flags for `serve`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Leaves the tunnel to settings and environment. Default: it is off by flag. */
  readonly tunnelAsSet?: boolean;
}

export interface CliRun extends Ended {
  readonly stdout: string;
  readonly stderr: string;
}

export interface Inbox {
  readonly pid: number;
  readonly dataDir: string;
  readonly callbackUrl: string;
  readonly callbackPort: number;
  readonly galleryUrl: string;
  /** Of the listener for twins; `null` where there is none. */
  readonly syncUrl: string | null;
  /** Origin of the local server. */
  readonly localUrl: string;
  readonly localPort: number;
  readonly key: string;
  /** What came on standard error so far. */
  log(): string;
  /** Closes the reading ends of standard output and standard error. */
  stopReading(): void;
  /** The tasks of all `task` lines so far, oldest first. */
  taskLines(): readonly TaskView[];
  /** @param body objects are sent as JSON, text as it is. */
  readonly postCallback: (body: unknown, headers?: Readonly<Record<string, string>>) => Promise<Reply>;
  /** @throws Error `code: message` where the answer is not ok. */
  readonly call: <K extends CallName>(name: K, ...args: Args<K>) => Promise<CallResult<K>>;
  runCli(args: readonly string[]): Promise<CliRun>;
  readonly waitForTask: (taskId: string, until: (task: TaskView) => boolean, limitMs?: number) => Promise<TaskView>;
  /** Sends the signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Ended>;
  /** Stops this one and starts another on the same data dir with the same options. */
  restart(signal?: NodeJS.Signals): Promise<Inbox>;
}

export interface Inboxes {
  tempDir(): Promise<string>;
  start(options?: StartOptions): Promise<Inbox>;
  /** Runs the program to its end, e.g. to see it refuse. */
  runCli(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<CliRun>;
  /** Ends what still runs: by a kill, or in order where its process is to have another run. */
  kill(): Promise<void>;
  /** Ends what still runs and removes the temporary folders. */
  close(): Promise<void>;
}

interface ReadyLine {
  readonly event: 'ready';
  readonly pid: number;
  readonly dataDir: string;
  readonly callbackUrl: string;
  readonly galleryUrl: string;
  readonly syncUrl?: string;
}
type Line = ReadyLine | { readonly event: 'task'; readonly task: TaskView };

/** Nobody waits that long where all is well; a machine that is busy with other things may take its time. */
const readyLimitMs = 90_000;
const endLimitMs = 15_000;
const cliLimitMs = 60_000;

/** Of an environment what no runtime reads when its process starts. */
const isReadLater = (name: string): boolean => /^(VIDEO_INBOX_|NGROK_|AWS_)/.test(name);

export interface InboxesOptions {
  /**
   * Whether a process that ended in order has the next run. Not for tests that show something of a process: its start,
   * kills, locks, descriptors.
   */
  readonly inTurn?: boolean;
}

export function createInboxes({ inTurn = false }: InboxesOptions = {}): Inboxes {
  const running = new Set<ProgramRun>();
  const dirs: string[] = [];

  async function tempDir(): Promise<string> {
    const dir = await mkdtemp(path.join(os.tmpdir(), 'video-inbox-e2e-'));
    dirs.push(dir);
    return dir;
  }

  function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): ProgramRun {
    if (!existsSync(cliFile)) throw new Error('The program is not built: run "npm run build" first.');
    const start = inTurn && Object.keys(env).every(isReadLater) ? runInTurn : runInOwnProcess;
    const started = start({ cliFile, args, env: { ...cleanEnv(), ...env } });
    const forget = () => running.delete(started);
    started.end.then(forget, forget);
    running.add(started);
    return started;
  }

  async function runCli(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CliRun> {
    const started = run(args, env);
    const stdout = collect(started.stdout);
    const stderr = collect(started.stderr);
    const limit = setTimeout(() => started.kill('SIGKILL'), cliLimitMs);
    const how = await started.end;
    clearTimeout(limit);
    return { ...how, stdout: stdout(), stderr: stderr() };
  }

  async function start(options: StartOptions = {}): Promise<Inbox> {
    const dataDir = options.dataDir ?? path.join(await tempDir(), 'data');
    logsToShow.add(dataDir);
    const args = ['serve', '--json', '--data-dir', dataDir, '--callback-port', '0', '--local-port', '0'];
    const tunnel = options.tunnelAsSet === true ? [] : ['--tunnel', 'none'];
    const started = run([...args, ...tunnel, ...(options.args ?? [])], options.env);
    const log = collect(started.stderr);
    const printed = collectJsonLines(started.stdout);
    const lines = () => printed.all() as readonly Line[];
    const ready = await waitUntil(
      () => {
        const ended = started.ended();
        if (ended !== null) {
          throw new Error(`serve ended (${String(ended.code ?? ended.signal)}) before it was ready:\n${log()}`);
        }
        return lines().find((line) => line.event === 'ready');
      },
      'the ready line',
      readyLimitMs,
    );
    const gallery = new URL(ready.galleryUrl);
    const key = gallery.searchParams.get('key') ?? '';

    const inbox: Inbox = {
      pid: ready.pid,
      dataDir,
      callbackUrl: ready.callbackUrl,
      callbackPort: ready.callbackUrl === '' ? 0 : Number(new URL(ready.callbackUrl).port),
      galleryUrl: ready.galleryUrl,
      syncUrl: ready.syncUrl ?? null,
      localUrl: gallery.origin,
      localPort: Number(gallery.port),
      key,
      log,
      stopReading() {
        started.stdout.destroy();
        started.stderr.destroy();
      },
      taskLines: () => lines().flatMap((line) => (line.event === 'task' ? [line.task] : [])),
      postCallback: (body, headers = {}) =>
        request(ready.callbackUrl, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
        }),
      async call<K extends CallName>(name: K, ...callArgs: Args<K>): Promise<CallResult<K>> {
        const reply = await request(`${gallery.origin}/call/${name}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
          body: JSON.stringify(callArgs),
        });
        const answer = JSON.parse(reply.text) as Answer;
        if (!answer.ok) throw new Error(`${answer.error.code}: ${answer.error.message}`);
        return answer.value as CallResult<K>;
      },
      runCli: (cliArgs) => runCli(cliArgs, { VIDEO_INBOX_DATA_DIR: dataDir, ...options.env }),
      waitForTask: (taskId, until, limitMs) =>
        waitUntil(
          async () => {
            const task = await inbox.call('tasks:get', taskId);
            return task !== null && until(task) ? task : null;
          },
          `task ${taskId}`,
          limitMs,
        ),
      async stop(signal = 'SIGTERM') {
        if (started.ended() === null) process.kill(ready.pid, signal);
        const limit = setTimeout(() => started.kill('SIGKILL'), endLimitMs);
        const result = await started.end;
        clearTimeout(limit);
        lines(); // all of them were lines
        return result;
      },
      async restart(signal) {
        await inbox.stop(signal);
        return start({ ...options, dataDir });
      },
    };
    return inbox;
  }

  async function kill(): Promise<void> {
    const ends = [...running].map(({ end }) => end);
    const killAll = (signal: NodeJS.Signals) => running.forEach((each) => each.kill(signal));
    killAll(inTurn ? 'SIGTERM' : 'SIGKILL');
    const limit = setTimeout(killAll, endLimitMs, 'SIGKILL');
    await Promise.allSettled(ends);
    clearTimeout(limit);
  }

  async function close(): Promise<void> {
    await kill();
    await Promise.all(dirs.splice(0).map((dir) => rm(dir, { recursive: true, force: true, maxRetries: 3 })));
  }

  return { tempDir, start, runCli, kill, close };
}

/** The test's own settings and secrets must not leak into the program. */
function cleanEnv(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env);
  return Object.fromEntries(entries.filter(([name]) => !/^(VIDEO_INBOX_|NGROK_|NODE_OPTIONS$|VITEST)/.test(name)));
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    text += chunk;
  });
  return () => text;
}
