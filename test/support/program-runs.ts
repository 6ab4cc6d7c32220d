/**
 * Runs of the built program. A process of its own costs half a second of a processor before it does anything, and its
 * first film as much again; one whose run ended in order can have the next.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { endOf, type Ended } from './child-end.ts';

export interface ProgramRun {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when it is over and all that it printed was read. */
  readonly end: Promise<Ended>;
  /** How it ended, `null` while it runs. */
  ended(): Ended | null;
  kill(signal: NodeJS.Signals): void;
}

interface RunOptions {
  readonly cliFile: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

const cwd = os.tmpdir();

export function runInOwnProcess({ cliFile, args, env }: RunOptions): ProgramRun {
  const child = spawn(process.execPath, [cliFile, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  return toRun(child.stdout, child.stderr, endOf(child), (signal) => child.kill(signal));
}

/** A process that has one run after the other. */
type Turns = (options: RunOptions) => ProgramRun;

/** Those without a run, for all test files of this process. */
const idle: Turns[] = [];

/** As `runInOwnProcess`, in a process that may have had other runs. What starts only with a process must not count. */
export function runInTurn(options: RunOptions): ProgramRun {
  return (idle.pop() ?? startTurns(options.cliFile))(options);
}

function startTurns(cliFile: string): Turns {
  const runner = path.join(import.meta.dirname, 'program-in-turn.mjs');
  const child = spawn(process.execPath, [runner, cliFile], { cwd, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('no standard output');
  const died = endOf(child);
  child.unref();
  child.channel?.unref();

  const turn: Turns = ({ args, env }) => {
    const mark = `\0${randomUUID()} `;
    const [out, err] = [upToMark(stdout, mark), upToMark(stderr, mark)];
    const over = Promise.all([out.code, err.code]).then(([code]): Ended => {
      // What an inbox could not close would be there in the next one.
      if (code === 0 || args[0] !== 'serve') idle.push(turn);
      else child.kill('SIGKILL');
      return { code, signal: null };
    });
    const end = Promise.race([over, died]).finally(() => {
      out.leave();
      err.leave();
    });
    child.send({ args, env, mark });
    return toRun(out.text, err.text, end, (signal) => child.kill(signal));
  };
  return turn;
}

function toRun(
  stdout: Readable,
  stderr: Readable,
  end: Promise<Ended>,
  kill: (signal: NodeJS.Signals) => void,
): ProgramRun {
  let how: Ended | null = null;
  end.then(
    (ended) => (how = ended),
    () => undefined,
  );
  return { stdout, stderr, end, ended: () => how, kill };
}

/** @returns what comes before the mark, and the code that stands behind it, up to the end of the line. */
function upToMark(stream: Readable, mark: string) {
  const text = new PassThrough();
  let held = Buffer.alloc(0);
  let read = (_chunk: Buffer): void => undefined;
  const code = new Promise<number>((resolve) => {
    read = (chunk) => {
      held = Buffer.concat([held, chunk]);
      const at = held.indexOf(mark);
      const end = held.indexOf('\n', at);
      const maybe = held.lastIndexOf(0);
      const before = at >= 0 ? at : maybe >= 0 && held.length - maybe < mark.length ? maybe : held.length;
      text.write(held.subarray(0, before));
      if (at >= 0 && end > at) {
        stream.off('data', read);
        text.end();
        resolve(Number(held.toString('latin1', at + mark.length, end)));
      }
      held = held.subarray(before);
    };
  });
  stream.on('data', read);
  return {
    text,
    code,
    leave() {
      stream.off('data', read);
      text.end();
    },
  };
}
