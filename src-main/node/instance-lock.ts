/**
 * One process per data dir. Who has it is decided by a hold on the folder `lock` (hold.ts); `instance.json` (mode 0600)
 * only tells the CLI how to talk to the running inbox. It goes away at the end, and comes back where someone removes it or
 * puts another in its place.
 */
import { randomBytes } from 'node:crypto';
import { readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { InboxError } from '../common/errors.ts';
import { instanceTexts } from '../common/texts/en-instance.ts';
import { prepareDataDir, type DataDir } from './data-dir.ts';
import { claimHold, findHolder, type Holder } from './hold/hold.ts';
import { followMoves } from './library-move/moved-to.ts';
import { isDiskFull, isErrno, replaceFile } from './storage/durable-files.ts';

/** What `instance.json` holds. */
export interface Instance {
  readonly pid: number;
  /** `null` until the port is open. */
  readonly localPort: number | null;
  readonly callbackPort: number | null;
  /** Key to the local server. */
  readonly localKey: string;
  readonly startedAt: string;
}

export interface InstanceLock {
  readonly localKey: string;
  publish(ports: { readonly localPort: number; readonly callbackPort: number }): Promise<void>;
  release(): Promise<void>;
}

const lookAfterMs = 2000;
const answerLimitMs = 2000;

/**
 * @param isCommand it works on the folder and ends, and is no inbox.
 * @throws InboxError `already-running` with the pid of the other process.
 */
export async function lockInstance(file: string, now: () => Date, isCommand = false): Promise<InstanceLock> {
  const { hold, holder } = await claimHold(holdFolder(file), isCommand);
  if (hold === null) throw alreadyRunning(holder);
  let instance: Instance = {
    pid: process.pid,
    localPort: null,
    callbackPort: null,
    localKey: randomBytes(32).toString('base64url'),
    startedAt: now().toISOString(),
  };
  const text = (): string => `${JSON.stringify(instance)}\n`;
  const write = (): Promise<void> => replaceOrRemove(file, text());
  try {
    const older = await readInstance(file);
    if (older !== null && (await isOlderVersionAlive(older, file)))
      throw alreadyRunning({ pid: older.pid, where: 'here', isCommand: false });
    await write();
  } catch (error) {
    await hold.release();
    throw error;
  }
  let looking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    // Where the whole folder is gone, the next look finds it back.
    looking = looking.then(() => writeIfOther(file, text(), write)).catch(() => undefined);
  }, lookAfterMs);
  timer.unref();
  return {
    localKey: instance.localKey,
    publish(ports) {
      instance = { ...instance, ...ports };
      return write();
    },
    async release() {
      clearInterval(timer);
      await looking;
      try {
        await rm(file, { force: true });
      } finally {
        await hold.release();
      }
    },
  };
}

/**
 * The folder of a library, and the lock on it. Where it was moved since `root` was found, that is the one over there: what is
 * stored in the old folder from then on nobody would find.
 * @throws InboxError where it cannot be used, or another process has it.
 */
export async function lockDataDir(
  root: string,
  isCommand = false,
): Promise<{ readonly dir: DataDir; readonly lock: InstanceLock }> {
  const dir = await prepareDataDir(root);
  const lock = await lockInstance(dir.instanceFile, () => new Date(), isCommand);
  let place: string | undefined;
  try {
    place = followMoves(root);
  } finally {
    if (place !== root) await lock.release();
  }
  return place === root ? { dir, lock } : lockDataDir(place, isCommand);
}

/** The inbox that runs on this data dir and can be talked to, `null` where none does. */
export async function findRunning(file: string): Promise<Instance | null> {
  const instance = await readInstance(file);
  if (instance === null) return null;
  const holder = await findHolder(holdFolder(file));
  if (holder !== null) return holder.where === 'here' && holder.pid === instance.pid ? instance : null;
  return (await isOlderVersionAlive(instance, file)) ? instance : null;
}

/** Who has the data dir, also one that cannot be talked to (yet). */
export function findInstanceHolder(file: string): Promise<Holder | null> {
  return findHolder(holdFolder(file));
}

function holdFolder(file: string): string {
  return path.join(path.dirname(file), 'lock');
}

/**
 * A disk that is full keeps nobody from starting: the file then comes when there is room. Until then none is there, since
 * an older one would tell the key and the ports of a process that is gone.
 */
async function replaceOrRemove(file: string, text: string): Promise<void> {
  try {
    await replaceFile(file, text);
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    await rm(file, { force: true });
    // In the room that the older one took.
    await replaceFile(file, text).catch((again: unknown) => {
      if (!isDiskFull(again)) throw again;
    });
  }
}

/** What a restored backup or a program that syncs folders put there tells of an inbox that is gone. */
async function writeIfOther(file: string, text: string, write: () => Promise<void>): Promise<void> {
  const there = await readFile(file, 'utf8').catch((error: unknown) => {
    if (isErrno(error, ['ENOENT'])) return null;
    throw error;
  });
  if (there !== text) await write();
}

/** @returns `null` where there is none or it cannot be read. */
export async function readInstance(file: string): Promise<Instance | null> {
  try {
    const value = JSON.parse(await readFile(file, 'utf8')) as Partial<Instance> | null;
    if (typeof value?.pid !== 'number' || typeof value.localKey !== 'string') return null;
    return {
      pid: value.pid,
      localPort: value.localPort ?? null,
      callbackPort: value.callbackPort ?? null,
      localKey: value.localKey,
      startedAt: value.startedAt ?? '',
    };
  } catch {
    return null;
  }
}

/**
 * A version that showed no mark may still run. Its pid alone proves nothing (another program may have it by now, and in
 * a container it is always 1), nor does its port; that it takes its own key does. In a copy of a folder the file leads to the
 * inbox that runs on the one that was copied, which is another library.
 */
async function isOlderVersionAlive({ pid, localPort, localKey }: Instance, file: string): Promise<boolean> {
  if (pid === process.pid || localPort === null) return false;
  try {
    const response = await fetch(`http://127.0.0.1:${String(localPort)}/call/app:status`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${localKey}`, 'Content-Type': 'application/json' },
      body: '[]',
      redirect: 'error',
      signal: AbortSignal.timeout(answerLimitMs),
    });
    const answer = (await response.json()) as { ok?: unknown; value?: { dataDir?: unknown } };
    return response.ok && answer.ok === true && !(await isAnother(answer.value?.dataDir, localKey, file));
  } catch {
    return false; // nobody there, or someone who is not one of us
  }
}

/**
 * Whether the inbox runs on another folder, where this instance.json was copied from: it stands there, too. False where that
 * cannot be told: what a folder is called in a container may be another one here.
 */
async function isAnother(told: unknown, localKey: string, file: string): Promise<boolean> {
  if (typeof told !== 'string') return false;
  try {
    const [there, here] = [await stat(told), await stat(path.dirname(file))];
    if (there.ino === here.ino && there.dev === here.dev) return false;
    return (await readInstance(path.join(told, path.basename(file))))?.localKey === localKey;
  } catch {
    return false;
  }
}

function alreadyRunning({ pid, where, isCommand }: Holder): InboxError {
  const { alreadyRunning: running, commandAtWork } = instanceTexts;
  return new InboxError('already-running', isCommand ? commandAtWork(pid) : running(pid, where));
}
