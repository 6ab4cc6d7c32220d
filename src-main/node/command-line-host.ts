import type { SpawnWorker } from './tunnel/worker-handle.ts';

/** What runs the command line: plain Node, or the program of the desktop app, whose runtime is no Node to start again. */
export interface CommandLineHost {
  /** Starts the worker of the tunnel. */
  readonly spawnNgrok: SpawnWorker;
  exit(code: number): void;
}

/** What the built `command-line.cjs` gives. */
export interface CommandLine {
  runCommandLine(args: readonly string[], host: CommandLineHost): Promise<number>;
}
