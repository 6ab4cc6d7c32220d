/**
 * A bound for the end of this process that none of its own threads has to keep: what it opened may be closed and its
 * main thread still be stuck, in a driver, a dialog or the end of the runtime. A small process beside it waits for
 * whichever comes first, our end or the limit. The journal is safe by then, as it is in a crash.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';

/**
 * The pipe at descriptor 3 is closed by our end, whatever ends us. The timer is stopped then, so that nobody is met who
 * has our number by that time.
 */
const posixWatch = `
  sleep "$2" & timer=$!
  { read -r _ <&3; kill "$timer"; } 2>/dev/null &
  wait "$timer" && kill -KILL "$1"`;

let isBound = false;

/** Kills this process where it has not ended by then; the first call counts. It keeps nothing alive, and cannot be taken back. */
export function endInTime(limitSeconds: number): void {
  if (isBound) return;
  isBound = true;
  const watch = process.platform === 'win32' ? watchOnWindows(limitSeconds) : watchOnPosix(limitSeconds);
  // A system that starts no process any more ends us as before: in our own time.
  watch.on('error', () => undefined);
  watch.unref();
}

function watchOnPosix(limitSeconds: number): ChildProcess {
  const args = ['-c', posixWatch, 'video-inbox-end', String(process.pid), String(limitSeconds)];
  // A session of its own, since Ctrl-C in a terminal is not for it; a folder that nobody wants to unmount.
  const watch = spawn('/bin/sh', args, { cwd: '/', detached: true, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const [, , , pipe] = watch.stdio;
  if (pipe instanceof Socket) pipe.unref();
  return watch;
}

/** Holds on to the process, not to its number. */
function watchOnWindows(limitSeconds: number): ChildProcess {
  const wait = `$p = Get-Process -Id ${process.pid}; if (-not $p.WaitForExit(${limitSeconds * 1000})) { $p.Kill() }`;
  const args = ['-NoProfile', '-NonInteractive', '-Command', wait];
  return spawn('powershell.exe', args, { detached: true, stdio: 'ignore', windowsHide: true });
}
