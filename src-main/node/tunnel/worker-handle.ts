/** The two ways to run the worker: a forked Node process, and a utility process of Electron. */
import { fork } from 'node:child_process';
import { parseFromWorker } from './worker-protocol.ts';
import type { FromWorker, ToWorker } from './worker-protocol.ts';

/** One running worker. */
export interface WorkerHandle {
  readonly pid: number | undefined;
  post(message: ToWorker): void;
  onMessage(listener: (message: FromWorker) => void): void;
  /** Called once, when the process is gone or could not be started. */
  onExit(listener: (reason: string) => void): void;
  /** Ends it at once; the system then closes its connection, which frees the session at ngrok. */
  kill(): void;
}

export type SpawnWorker = () => WorkerHandle;

const secretName = /TOKEN|SECRET|PASSWORD|API_?KEY|CREDENTIAL|^VIDEO_INBOX_/i;

/** The worker needs PATH and the like, and must not see secrets that are none of its business. */
export function workerEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !secretName.test(name) && name !== 'NODE_OPTIONS' && name !== 'NODE_CHANNEL_FD',
    ),
  );
}

/**
 * For plain Node.
 * @param workerFile the built worker, `dist/main/ngrok-worker.cjs`; `@ngrok/ngrok` is resolved from its folder.
 */
export function createForkSpawn(workerFile: string): SpawnWorker {
  return () => {
    // The SDK prints to standard output at times, which is the program's own NDJSON under `--json`.
    const child = fork(workerFile, [], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
      env: workerEnvironment(process.env),
    });
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    let gone = false;
    const exitListeners: ((reason: string) => void)[] = [];
    const exit = (reason: string): void => {
      if (gone) return;
      gone = true;
      process.off('exit', kill);
      for (const listener of exitListeners) listener(reason);
    };
    child.once('exit', (code, signal) => exit(signal ?? `exit code ${code ?? 'unknown'}`));
    child.once('error', (error) => exit(error.message));
    return {
      pid: child.pid,
      post: (message) => {
        // The channel may close between the check and the write: `exit` tells of it.
        if (child.connected) child.send(message, () => undefined);
      },
      onMessage: (listener) => {
        child.on('message', (raw) => {
          const message = parseFromWorker(raw);
          if (message) listener(message);
        });
      },
      onExit: (listener) => void exitListeners.push(listener),
      kill,
    };
  };
}

/** The part of Electron's `UtilityProcess` that is used. */
export interface UtilityProcessLike {
  readonly pid: number | undefined;
  postMessage(message: unknown): void;
  kill(): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  once(event: 'exit', listener: (code: number) => void): unknown;
  once(event: 'spawn', listener: () => void): unknown;
}

/**
 * For Electron: `createUtilitySpawn(() => utilityProcess.fork(workerFile, [], { stdio: 'ignore', serviceName: 'ngrok',
 * env: workerEnvironment(process.env) }))`. Electron ends utility processes with the app, also when it crashes.
 */
export function createUtilitySpawn(start: () => UtilityProcessLike): SpawnWorker {
  return () => {
    const child = start();
    const kill = (): void => {
      const { pid } = child;
      // Before `spawn` there is no process to kill yet. `kill()` alone sends SIGTERM, upon which the worker would
      // unbind politely over a link that may be dead.
      if (pid === undefined) child.once('spawn', kill);
      else if (process.platform === 'win32') child.kill();
      else killHard(pid);
    };
    return {
      get pid() {
        return child.pid;
      },
      post: (message) => child.postMessage(message),
      onMessage: (listener) => {
        child.on('message', (raw) => {
          const message = parseFromWorker(raw);
          if (message) listener(message);
        });
      },
      onExit: (listener) => void child.once('exit', (code) => listener(`exit code ${code}`)),
      kill,
    };
  };
}

function killHard(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
