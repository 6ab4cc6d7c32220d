/**
 * One process per data dir. `instance.json` (mode 0600) is made exclusively and holds what the CLI needs to talk to the
 * running inbox; it goes away at the end. After a kill it is stale: its process is gone, or its port no longer answers.
 */
import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { InboxError } from '../common/errors.ts';
import { replaceFile } from './storage/durable-files.ts';

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

/** @throws InboxError `already-running` with the pid of the other process. */
export async function lockInstance(file: string, now: () => Date): Promise<InstanceLock> {
  const instance: Instance = {
    pid: process.pid,
    localPort: null,
    callbackPort: null,
    localKey: randomBytes(32).toString('base64url'),
    startedAt: now().toISOString(),
  };
  for (let attempt = 0; !(await createExclusively(file, instance)); attempt += 1) {
    const other = await readInstance(file);
    if (attempt > 5 || (other !== null && (await isAlive(other)))) throw alreadyRunning(other);
    await rm(file, { force: true });
  }
  return {
    localKey: instance.localKey,
    publish: (ports) => replaceFile(file, `${JSON.stringify({ ...instance, ...ports })}\n`),
    release: async () => {
      const current = await readInstance(file);
      if (current?.localKey === instance.localKey) await rm(file, { force: true });
    },
  };
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

/** True where that process still holds the data dir. A pid that another program has taken since does not count. */
export async function isAlive(instance: Instance): Promise<boolean> {
  if (instance.pid === process.pid || !processExists(instance.pid)) return false;
  // Its port is not open yet (it is starting), or it answers, or it hangs: alive. Refused: the pid was taken over.
  return instance.localPort === null || !(await refusesConnections(instance.localPort));
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function refusesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 1000 });
    const end = (refused: boolean): void => {
      socket.destroy();
      resolve(refused);
    };
    socket.once('connect', () => end(false));
    socket.once('timeout', () => end(false));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code === 'ECONNREFUSED'));
  });
}

/** A hard link makes the whole file appear at once, so nobody reads a half-written one. */
async function createExclusively(file: string, instance: Instance): Promise<boolean> {
  const draft = `${file}.${String(instance.pid)}.new`;
  await writeFile(draft, `${JSON.stringify(instance)}\n`, { mode: 0o600 });
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    // File systems without hard links (some network shares): exclusive creation is the next best.
    return await writeFile(file, `${JSON.stringify(instance)}\n`, { mode: 0o600, flag: 'wx' }).then(
      () => true,
      (cause: unknown) => {
        if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return false;
        throw cause;
      },
    );
  } finally {
    await rm(draft, { force: true });
  }
}

function alreadyRunning(other: Instance | null): InboxError {
  const who = other === null ? 'Another Video Inbox' : `A Video Inbox with pid ${String(other.pid)}`;
  return new InboxError(
    'already-running',
    `${who} already uses this data folder. Use that one ("video-inbox status" tells the address of its gallery), stop it first, or choose another folder with --data-dir.`,
  );
}
