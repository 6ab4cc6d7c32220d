/**
 * Entry of the ngrok worker: the child process that holds the SDK, because only a kill frees what the SDK leaks or
 * hangs on. Runs under `child_process.fork` and as an Electron utility process; the messages are the same.
 *
 * It must not outlive the core, not even one that was ended by `kill -9`: it ends when its channel closes, and looks
 * by itself whether the core still lives.
 */
import { createNgrokSession } from './ngrok-session.ts';
import { parseToWorker } from './worker-protocol.ts';
import type { FromWorker } from './worker-protocol.ts';

/** What Electron adds to `process` in a utility process. */
interface ParentPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
  postMessage(message: unknown): void;
}

const parentPort = (process as { parentPort?: ParentPort }).parentPort;
const firstParentPid = process.ppid;
let closing = false;

function send(message: FromWorker): void {
  if (parentPort) parentPort.postMessage(message);
  else if (process.connected) process.send?.(message);
}

const session = createNgrokSession({
  load: async () => {
    const loaded = await import('@ngrok/ngrok');
    return loaded.default;
  },
  send,
  closeLimitMs: 2000,
});

async function end(): Promise<void> {
  if (closing) return;
  closing = true;
  await session.close();
  // One turn, so that `closed` leaves the process before it ends.
  setImmediate(() => process.exit(0));
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

function watchParent(pid: number): void {
  setInterval(() => {
    // An orphan gets another parent; on Windows it keeps the number, which then names nobody.
    if (isGone(pid) || (!parentPort && process.ppid !== firstParentPid)) process.exit(0);
  }, 1000);
}

let asked = false;
function receive(raw: unknown): void {
  const message = parseToWorker(raw);
  if (message === null) return;
  switch (message.type) {
    case 'connect':
      if (asked) return;
      asked = true;
      watchParent(message.parentPid);
      void session.connect(message);
      return;
    case 'close':
      void end();
      return;
  }
}

if (parentPort) {
  parentPort.on('message', (event) => receive(event.data));
} else {
  process.on('message', receive);
  process.on('disconnect', () => process.exit(0));
}
// Ctrl-C reaches the whole group of the terminal: the core decides when the endpoint is unbound, not the signal.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => void end());
