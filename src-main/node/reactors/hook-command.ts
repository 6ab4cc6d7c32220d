/** A command that the person named at the start: run by the shell, with its input, a limit and none of our keys. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { Log } from '../log/log.ts';
import { isErrno } from '../storage/durable-files.ts';

const limitMs = 60_000;
/** On Windows a program apart from ours would open a console, and the shell alone is ended. */
const hasGroups = process.platform !== 'win32';

export interface HookCommand {
  readonly command: string;
  /** The same where it is run once more for the same event. */
  readonly id: string;
  readonly input: string;
  /** Ends it, and all that it has started. */
  readonly stop: AbortSignal;
  readonly log: Log;
}

/** @returns whether it ended well */
export function runHookCommand({ command, id, input, stop, log }: HookCommand): Promise<boolean> {
  return new Promise((resolve) => {
    // In a group of its own, so that what the shell has started ends with it.
    const child = spawn(command, {
      shell: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: hasGroups,
      env: { ...withoutKeys(process.env), VIDEO_INBOX_HOOK_ID: id },
    });
    const end = (isWell: boolean, fields: object): void => {
      clearTimeout(limit);
      stop.removeEventListener('abort', kill);
      log.info(fields, 'the command of the person was run');
      resolve(isWell);
    };
    const kill = (): void => {
      try {
        killGroup(child);
      } catch (error) {
        // It runs as somebody else (`sudo`): nobody waits for it any more.
        end(false, { error });
      }
    };
    const limit = setTimeout(kill, limitMs);
    stop.addEventListener('abort', kill);
    child.once('error', (error) => end(false, { error }));
    child.once('close', (code) => end(code === 0, { code }));
    child.stdin.on('error', () => undefined); // it need not read
    child.stdin.end(input);
  });
}

function killGroup(child: ChildProcess): void {
  if (!hasGroups || child.pid === undefined) {
    child.kill('SIGKILL');
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    // All of it has ended meanwhile.
    if (!isErrno(error, ['ESRCH'])) throw error;
  }
}

/**
 * A key goes to its provider only: the command, and what it starts, has none of those that the inbox alone was given. `AWS_*` are
 * the person's for all programs, and copying films to a bucket is what such a command is for.
 */
function withoutKeys(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !keyNames.test(name)));
}

const keyNames = /^(?:VIDEO_INBOX_SECRET_.*|VIDEO_INBOX_DATABASE_URL|NGROK_AUTHTOKEN)$/i;
