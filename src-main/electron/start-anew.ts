/** Starts this program again once it has ended, by whichever file it is started. */
import { app } from 'electron';
import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { parseTaskLink, taskLink } from '../node/notifications/deep-link.ts';
import { hiddenFlag } from './login-item.ts';
import { startFile } from './start-file.ts';

export interface NewStart {
  /** To be opened. */
  readonly taskKey?: string | null;
  /** Nobody waits for the window: it stays as hidden as it was to be. */
  readonly isUnasked?: boolean;
  /** What the person is told as soon as all runs again. */
  readonly tell?: Told;
}

export interface Told {
  readonly title: string;
  readonly body: string;
}

let isAsked = false;

/** The first call counts. The end itself is the caller's. */
export function startAnew({ taskKey = null, isUnasked = false, tell }: NewStart = {}): void {
  if (isAsked) return;
  isAsked = true;
  // For the start that follows: it has our environment.
  if (tell !== undefined) process.env['VIDEO_INBOX_TELL_AT_START'] = JSON.stringify(tell);
  const args = process.argv
    .slice(1)
    .filter((word) => parseTaskLink(word) === null && (isUnasked || word !== hiddenFlag))
    .concat(taskKey === null ? [] : taskLink(taskKey));
  const file = startFile(process);
  // Electron's own helper is a program of the AppImage, whose folder goes with us: it would never come to start anything.
  // https://github.com/electron-userland/electron-builder/issues/1727
  if (file === process.env['APPIMAGE']) startAfterUs(file, args);
  else app.relaunch({ args, ...(file === process.execPath ? {} : { execPath: file }) });
}

/** @returns what the start before this one left to be told; once. */
export function takeTold(): Told | null {
  const left = process.env['VIDEO_INBOX_TELL_AT_START'];
  delete process.env['VIDEO_INBOX_TELL_AT_START'];
  if (left === undefined) return null;
  try {
    const { title, body } = JSON.parse(left) as Partial<Told>;
    return { title: String(title), body: String(body) };
  } catch {
    return null;
  }
}

/** The pipe at descriptor 3 is closed by our end, whatever ends us. */
function startAfterUs(file: string, args: readonly string[]): void {
  const waiting = spawn('/bin/sh', ['-c', 'read -r _ <&3; exec 3<&-; exec "$@"', 'video-inbox-start', file, ...args], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  waiting.on('error', () => undefined);
  waiting.unref();
  const [, , , pipe] = waiting.stdio;
  if (pipe instanceof Socket) pipe.unref();
}
