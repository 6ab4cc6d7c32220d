/** Runs a command within the test: what it prints is kept, and of its host it needs nothing. */
import type { Command } from '../../src-main/headless/command.ts';

export interface CommandHere {
  /** On standard output so far; whoever reads them may take them out. */
  readonly lines: string[];
  /** The same of standard error. */
  readonly told: string[];
  readonly run: (...args: string[]) => Promise<number>;
}

export function commandHere(command: Command, env: Readonly<Record<string, string>> = {}): CommandHere {
  const lines: string[] = [];
  const told: string[] = [];
  const terminal = {
    out: (line: string) => void lines.push(line),
    outBytes: () => undefined,
    err: (line: string) => void told.push(line),
    env,
    platform: process.platform,
  };
  const host = {
    spawnNgrok: () => {
      throw new Error('no tunnel here');
    },
    exit: () => undefined,
  };
  return {
    lines,
    told,
    run: async (...args) => command(args, terminal, { crashes: { guard: () => undefined }, host }),
  };
}
