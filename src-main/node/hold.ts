/**
 * Which process holds a folder. The system decides: each process that wants it shows a mark, a socket that listens and
 * dies with it, and holds the folder once it sees no other mark that lives. A mark is seen before its process looks
 * around, so of two that look at once at least one sees the other; and names are never used twice, so a dead mark can be
 * removed without hitting the one that comes after it. A plain lock file has neither: between "it is stale" and its
 * removal it may have become someone else's.
 *
 * The sockets lie in the folder itself, so this holds across containers that share it. Another machine that shares the
 * disk cannot be asked; there a mark counts as long as its time moves.
 */
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, readlinkSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isErrno } from './storage/durable-files.ts';

export interface Holder {
  readonly pid: number;
  /** A pid means nothing in another container or on another machine. */
  readonly where: 'here' | 'container' | 'machine';
}

export interface Hold {
  /** Lets go of the folder. */
  release(): Promise<void>;
}

export type Claim = { readonly hold: Hold; readonly holder: null } | { readonly hold: null; readonly holder: Holder };

/** `sock`: ask it. `pipe`: ask the Windows pipe of that name. `beat`: neither was to be had; its time moves while it lives. */
type Kind = 'sock' | 'pipe' | 'beat';

interface Mark {
  readonly name: string;
  readonly kernel: string;
  readonly pid: number;
  readonly id: string;
  readonly kind: Kind;
}

interface Rival {
  readonly mark: Mark;
  /** False while it is still looking around, as we are. */
  readonly holding: boolean;
  readonly where: Holder['where'];
}

const beatMs = 3000;
/** A mark of another machine that does not move for so long is dead. */
const watchMs = 10_000;
/** Nor is it watched where it has not moved for so long by the clocks. */
const surelyDeadMs = 120_000;
const answerLimitMs = 1000;
const claimLimitMs = 15_000;
const lookAgainMs = 20;

/**
 * Takes `folder` or tells who has it.
 * @param folder made where it is missing; the folder above must be there.
 * @throws NodeJS.ErrnoException where no mark can be made in it.
 */
export async function claimHold(folder: string): Promise<Claim> {
  await makeFolder(folder);
  const deadline = Date.now() + claimLimitMs;
  for (;;) {
    const [first, ...others] = await livingMarks(folder, null);
    if (first !== undefined) {
      const holder = [first, ...others].find(({ holding }) => holding);
      if (holder !== undefined) return { hold: null, holder: toHolder(holder) };
      if (Date.now() > deadline) return { hold: null, holder: toHolder(first) };
      await sleep(lookAgainMs);
      continue;
    }
    const own = await showMark(folder);
    const outcome = await settle(folder, own, deadline);
    if (outcome === 'held') return { hold: keep(folder, own), holder: null };
    await own.remove();
    if (outcome !== 'yield') return { hold: null, holder: toHolder(outcome) };
  }
}

/** Who holds `folder` now, `null` where nobody does. Makes and removes nothing. */
export async function findHolder(folder: string): Promise<Holder | null> {
  for (const mark of await listMarks(folder)) {
    const rival =
      mark.kernel === thisKernel() ? await askHere(folder, mark, false) : await lookAbroad(folder, mark, false);
    if (rival !== null) return toHolder(rival);
  }
  return null;
}

/** Our mark is shown; looks until nobody else's lives, or until someone else comes first. */
async function settle(folder: string, own: OwnMark, deadline: number): Promise<'held' | 'yield' | Rival> {
  for (;;) {
    const rivals = await livingMarks(folder, own.name());
    const [first] = rivals;
    if (first === undefined) {
      await own.hold();
      return 'held';
    }
    const holder = rivals.find(({ holding }) => holding);
    if (holder !== undefined) return holder;
    // All of us are looking around: the first by name stays, the others make room for it.
    if (rivals.some(({ mark }) => mark.name < own.name())) return 'yield';
    if (Date.now() > deadline) return first;
    await sleep(lookAgainMs);
  }
}

/** Keeps the mark's time moving, and shows it again where someone removed it. */
function keep(folder: string, first: OwnMark): Hold {
  let own = first;
  let released = false;
  let beating: Promise<void> = Promise.resolve();
  async function beat(): Promise<void> {
    const now = new Date();
    try {
      await utimes(path.join(folder, own.name()), now, now);
    } catch (error) {
      if (!isErrno(error, ['ENOENT', 'ENOTDIR']) || released) return;
      await makeFolder(folder);
      const gone = own;
      own = await showMark(folder);
      await own.hold();
      await gone.remove();
    }
  }
  const timer = setInterval(() => {
    // The whole folder may be gone for a while; the next beat tries again.
    beating = beating.then(beat).catch(() => undefined);
  }, beatMs);
  timer.unref();
  return {
    async release() {
      released = true;
      clearInterval(timer);
      await beating;
      await own.remove();
    },
  };
}

interface OwnMark {
  name(): string;
  /** Tells from now on that the folder is held. */
  hold(): Promise<void>;
  remove(): Promise<void>;
}

async function showMark(folder: string): Promise<OwnMark> {
  const id = randomBytes(6).toString('hex');
  const base = `${thisKernel()}.${String(process.pid)}.${id}`;
  let holding = false;
  const tell = (): string => JSON.stringify({ holding, space: processSpace() });
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.unref();
    socket.end(tell());
  });
  const kind = await listenAs(server, folder, base);
  const name = `${base}.${kind}`;
  const file = path.join(folder, name);
  if (kind !== 'sock') await writeFile(file, tell(), { mode: 0o600, flag: 'wx' });
  return {
    name: () => name,
    async hold() {
      holding = true;
      if (kind === 'beat') await writeFile(file, tell());
    },
    async remove() {
      await rm(file, { force: true });
      server.close();
    },
  };
}

/** Listens before the name can be seen, so that a mark which is seen can be asked. */
async function listenAs(server: Server, folder: string, base: string): Promise<Kind> {
  server.unref();
  if (process.platform === 'win32') {
    await listen(server, pipeName(base));
    return 'pipe';
  }
  const draft = `${base}.new`;
  const door = openDoor(folder, draft);
  try {
    if (door === null) return 'beat';
    await listen(server, door.address);
    await chmod(path.join(folder, draft), 0o600);
    await rename(path.join(folder, draft), path.join(folder, `${base}.sock`));
    return 'sock';
  } catch (error) {
    // Some shares hold no sockets. A disk that takes no file either says so when the mark is written.
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    server.close();
    await rm(path.join(folder, draft), { force: true });
    return 'beat';
  } finally {
    door?.close();
  }
}

function listen(server: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, () => {
      server.off('error', reject);
      server.on('error', () => undefined);
      server.unref();
      resolve();
    });
  });
}

/** All other marks whose process lives; the dead ones are removed on the way. */
async function livingMarks(folder: string, except: string | null): Promise<readonly Rival[]> {
  const marks = (await listMarks(folder)).filter(({ name }) => name !== except);
  const rivals = await Promise.all(
    marks.map(async (mark) => {
      const isHere = mark.kernel === thisKernel() && mark.kind !== 'beat';
      const rival = isHere ? await askHere(folder, mark, true) : await lookAbroad(folder, mark, true);
      if (rival === null) await rm(path.join(folder, mark.name), { force: true });
      return rival;
    }),
  );
  return rivals.filter((rival) => rival !== null).sort((a, b) => (a.mark.name < b.mark.name ? -1 : 1));
}

async function listMarks(folder: string): Promise<readonly Mark[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isErrno(error, ['ENOENT'])) return [];
    throw error;
  });
  return names.flatMap((name) => {
    const [, kernel, pid, id, kind] = /^([0-9a-f]{8})\.(\d+)\.([0-9a-f]{12})\.(sock|pipe|beat)$/.exec(name) ?? [];
    if (kernel === undefined || pid === undefined || id === undefined || kind === undefined) return [];
    return [{ name, kernel, pid: Number(pid), id, kind: kind as Kind }];
  });
}

/** @returns `null` where nobody listens behind it any more. */
async function askHere(folder: string, mark: Mark, watch: boolean): Promise<Rival | null> {
  if (mark.kind === 'beat') return lookAbroad(folder, mark, false);
  const answer = await knock(folder, mark);
  if (answer === 'dead') return null;
  if (answer === 'closed') return lookAbroad(folder, mark, watch);
  const { holding, space } = readTold(answer);
  return { mark, holding, where: space === processSpace() ? 'here' : 'container' };
}

/** @param watch false: takes one that moved lately for alive. */
async function lookAbroad(folder: string, mark: Mark, watch: boolean): Promise<Rival | null> {
  const file = path.join(folder, mark.name);
  const where = mark.kernel === thisKernel() ? 'here' : 'machine';
  const before = await timeOf(file);
  if (before === null || Date.now() - before > surelyDeadMs) return null;
  const told = async (): Promise<Rival> => {
    const text = mark.kind === 'sock' ? '' : await readFile(file, 'utf8').catch(() => '');
    return { mark, holding: readTold(text).holding, where };
  };
  if (!watch) return told();
  for (const until = Date.now() + watchMs; Date.now() < until;) {
    await sleep(beatMs / 10);
    const now = await timeOf(file);
    if (now === null) return null;
    if (now !== before) return told();
  }
  return null;
}

async function timeOf(file: string): Promise<number | null> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  );
}

/** A process that is too busy to say what it does counts as one that holds. */
function readTold(text: string): { readonly holding: boolean; readonly space: string | null } {
  try {
    const told = JSON.parse(text) as { holding?: unknown; space?: unknown };
    return { holding: told.holding !== false, space: typeof told.space === 'string' ? told.space : null };
  } catch {
    return { holding: true, space: processSpace() };
  }
}

/**
 * @returns what the process behind the mark says, `''` where it says nothing in time, `dead` where there is none, `closed`
 * where we may not ask.
 */
function knock(folder: string, mark: Mark): Promise<string> {
  return new Promise((resolve) => {
    const door =
      mark.kind === 'pipe' ? { address: pipeName(baseOf(mark)), close: () => undefined } : openDoor(folder, mark.name);
    if (door === null) {
      resolve('');
      return;
    }
    const socket = connect(door.address);
    let said = '';
    const end = (answer: string): void => {
      socket.destroy();
      door.close();
      resolve(answer);
    };
    socket.setTimeout(answerLimitMs, () => end(said));
    socket.on('data', (chunk) => {
      said += String(chunk);
    });
    socket.once('end', () => end(said));
    socket.once('error', (error) => {
      if (isErrno(error, ['ECONNREFUSED', 'ENOENT', 'ENOTSOCK'])) end('dead');
      // Of another user, who may be gone: a file outlives its process.
      else if (isErrno(error, ['EACCES', 'EPERM'])) end('closed');
      // A queue that is full is a process all the same.
      else end(said);
    });
  });
}

function baseOf({ kernel, pid, id }: Mark): string {
  return `${kernel}.${String(pid)}.${id}`;
}

function pipeName(base: string): string {
  return `\\\\.\\pipe\\video-inbox-${base}`;
}

/**
 * Where to listen or knock. A socket's address has room for some hundred bytes; on Linux a longer path is reached
 * through the folder's descriptor.
 * @returns `null` where it cannot be reached.
 * @see https://man7.org/linux/man-pages/man7/unix.7.html
 */
function openDoor(folder: string, name: string): { readonly address: string; close(): void } | null {
  const address = path.join(folder, name);
  if (Buffer.byteLength(address) < (process.platform === 'linux' ? 108 : 104))
    return { address, close: () => undefined };
  if (process.platform !== 'linux') return null;
  const descriptor = openSync(folder, 'r');
  return { address: `/proc/self/fd/${String(descriptor)}/${name}`, close: () => closeSync(descriptor) };
}

function toHolder({ mark, where }: Rival): Holder {
  return { pid: mark.pid, where };
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((error: unknown) => {
    if (!isErrno(error, ['EEXIST'])) throw error;
  });
}

/** The same for all containers of a running system; another one after it was started anew. */
function thisKernel(): string {
  return createHash('sha256').update(kernelId()).digest('hex').slice(0, 8);
}

function kernelId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8');
  } catch {
    return os.hostname(); // not Linux
  }
}

/** Names the set of processes in which our pid counts; `null` where there is only one. */
function processSpace(): string | null {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return null; // not Linux
  }
}
