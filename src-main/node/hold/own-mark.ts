/** The mark of this process: a socket that listens and dies with it, or a file whose time moves. */
import { randomBytes } from 'node:crypto';
import { chmod, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { isDiskFull } from '../storage/durable-files.ts';
import { openDoor, pipeName, processSpace, thisKernel, type Kind } from './marks.ts';

export interface OwnMark {
  name(): string;
  /** Tells from now on that the folder is held. */
  hold(): Promise<void>;
  remove(): Promise<void>;
}

export async function showMark(folder: string, isCommand: boolean): Promise<OwnMark> {
  const id = randomBytes(6).toString('hex');
  const base = `${thisKernel()}.${String(process.pid)}.${id}`;
  let holding = false;
  const tell = (): string => JSON.stringify({ holding, space: processSpace(), ...(isCommand ? { isCommand } : {}) });
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.unref();
    socket.end(tell());
  });
  const kind = await listenAs(server, folder, base);
  const name = `${base}.${kind}`;
  const file = path.join(folder, name);
  if (kind !== 'sock') await writeFile(file, tell(), { mode: 0o600, flag: 'wx' }).catch(unlessFull);
  return {
    name: () => name,
    async hold() {
      holding = true;
      if (kind === 'beat') await writeFile(file, tell()).catch(unlessFull);
    },
    async remove() {
      await rm(file, { force: true });
      server.close();
    },
  };
}

/** The mark is there all the same, and one in which nothing stands counts as one that holds. */
function unlessFull(error: unknown): void {
  if (!isDiskFull(error)) throw error;
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
