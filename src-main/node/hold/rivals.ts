/** Whether the processes behind other marks live, and whether they hold the folder. */
import { randomBytes } from 'node:crypto';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isErrno } from '../storage/durable-files.ts';
import { baseOf, beatMs, listMarks, openDoor, pipeName, processSpace, thisKernel, type Mark } from './marks.ts';

export interface Rival {
  readonly mark: Mark;
  /** False while it is still looking around, as we are. */
  readonly holding: boolean;
  /** A pid means nothing in another container or on another machine. */
  readonly where: 'here' | 'container' | 'machine';
  readonly isCommand: boolean;
}

/** A mark of another machine that does not move for so long is dead. */
const watchMs = 10_000;
/** Nor is it watched where it has not moved for so long by the clock of the disk. */
const surelyDeadMs = 120_000;
const answerLimitMs = 1000;

/** All other marks whose process lives; the dead ones are removed on the way. */
export async function livingMarks(folder: string, except: string | null): Promise<readonly Rival[]> {
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

/** One of those that live, `null` where there is none. Removes nothing, and takes one that moved lately for alive. */
export async function findRival(folder: string): Promise<Rival | null> {
  for (const mark of await listMarks(folder)) {
    const isHere = mark.kernel === thisKernel();
    const rival = isHere ? await askHere(folder, mark, false) : await lookAbroad(folder, mark, false);
    if (rival !== null) return rival;
  }
  return null;
}

/** @returns `null` where nobody listens behind it any more. */
async function askHere(folder: string, mark: Mark, watch: boolean): Promise<Rival | null> {
  if (mark.kind === 'beat') return lookAbroad(folder, mark, false);
  const answer = await knock(folder, mark);
  if (answer === 'dead') return null;
  if (answer === 'closed') return lookAbroad(folder, mark, watch);
  const { space, ...told } = readTold(answer);
  return { mark, ...told, where: space === processSpace() ? 'here' : 'container' };
}

/** @param watch false: takes one that moved lately for alive. */
async function lookAbroad(folder: string, mark: Mark, watch: boolean): Promise<Rival | null> {
  const file = path.join(folder, mark.name);
  const where = mark.kernel === thisKernel() ? 'here' : 'machine';
  const before = await timeOf(file);
  if (before === null) return null;
  const now = watch ? await clockOf(folder) : Date.now();
  if (now !== null && now - before > surelyDeadMs) return null;
  const told = async (): Promise<Rival> => {
    const text = mark.kind === 'sock' ? '' : await readFile(file, 'utf8').catch(() => '');
    const { holding, isCommand } = readTold(text);
    return { mark, holding, isCommand, where };
  };
  if (!watch) return told();
  for (const until = performance.now() + watchMs; performance.now() < until;) {
    await sleep(beatMs / 10);
    const now = await timeOf(file);
    if (now === null) return null;
    if (now !== before) return told();
  }
  return null;
}

/** When it last moved, by the clock of its disk: what a mark says of itself is by the clock of its machine. */
async function timeOf(file: string): Promise<number | null> {
  return stat(file).then(
    ({ ctimeMs }) => ctimeMs,
    () => null,
  );
}

/** What time it is by the clock of the disk, which two machines share though their own may be a day apart. */
async function clockOf(folder: string): Promise<number | null> {
  const probe = path.join(folder, `${randomBytes(6).toString('hex')}.time`);
  try {
    await writeFile(probe, '', { flag: 'wx', mode: 0o600 });
    return await timeOf(probe);
  } catch {
    return null;
  } finally {
    await rm(probe, { force: true });
  }
}

/** A process that is too busy to say what it does counts as one that holds. */
function readTold(text: string): Pick<Rival, 'holding' | 'isCommand'> & { readonly space: string | null } {
  try {
    const { holding, space, isCommand } = JSON.parse(text) as {
      holding?: unknown;
      space?: unknown;
      isCommand?: unknown;
    };
    return {
      holding: holding !== false,
      space: typeof space === 'string' ? space : null,
      isCommand: isCommand === true,
    };
  } catch {
    return { holding: true, space: processSpace(), isCommand: false };
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
