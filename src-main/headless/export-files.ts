/** Puts files into a folder of the person's, under names that are free there: what lies there already stays as it is. */
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { constants, readlinkSync, rmSync } from 'node:fs';
import { chmod, copyFile, link, lstat, open, readdir, rm, writeFile, type FileHandle } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { InboxError } from '../common/errors.ts';
import { commandTexts } from '../common/texts/en-commands.ts';
import { takesBox } from '../node/export/xmp-box.ts';
import { readAt } from '../node/media/read-at.ts';
import { beforeInterrupted } from './before-interrupted.ts';
import { isErrno, makeFolder, renameFile } from '../node/storage/durable-files.ts';
import { sha256OfFile } from '../node/storage/file-hash.ts';

/** @throws InboxError where there is something of that name. */
export async function refuseTaken(file: string): Promise<void> {
  const taken = await lstat(file).catch((error: unknown) => {
    if (isErrno(error, ['ENOENT'])) return null;
    throw error;
  });
  if (taken !== null) throw new InboxError('conflict', commandTexts.exportTaken(file));
}

/** @throws InboxError where there is something of that name: it stays as it is. */
export async function writeNew(file: string, bytes: string | Uint8Array | AsyncIterable<Uint8Array>): Promise<string> {
  const copy = await openNew(file);
  if (copy === null) throw new InboxError('conflict', commandTexts.exportTaken(file));
  try {
    await writeFile(copy, bytes);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await copy.close();
  }
  return file;
}

export interface FilmToCopy {
  /** Where it lies if its store is the data dir. */
  readonly here: string;
  /** Writes it from wherever it is. @throws InboxError where it is gone. */
  readonly bring: (copy: FileHandle) => Promise<void>;
  /** A file beside it, and the end of a container that has a place for it. */
  readonly told: {
    /** @param sha256 of the copy. */
    readonly beside: (sha256: string | null) => string;
    readonly inside: Uint8Array;
    /** Of the film as it lies in the library. */
    readonly sha256: string | null;
  } | null;
}

/**
 * Where a name is taken, or that of what is told beside it, ` (2)` and so on is put behind it. A copy has its name once it
 * is whole: half a film would be taken for one, and a kill removes nothing.
 */
export async function copyAs({ here, bring, told }: FilmToCopy, folder: string, name: string): Promise<string> {
  const extension = path.extname(here);
  const part = partIn(folder);
  const stay = beforeInterrupted(() => rmSync(part, { force: true }));
  try {
    const beside = await writePart({ here, bring, told }, part, extension);
    for (let n = 1; ; n += 1) {
      const copy = path.resolve(folder, `${name}${n === 1 ? '' : ` (${String(n)})`}${extension}`);
      const besideName = `${copy}.json`;
      if (beside !== null && !(await reserve(besideName))) continue;
      try {
        if (beside !== null) await writeFile(besideName, beside);
        if (await giveName(part, copy)) return copy;
      } catch (error) {
        if (beside !== null) await rm(besideName, { force: true });
        throw error;
      }
      if (beside !== null) await rm(besideName);
    }
  } finally {
    stay();
    await rm(part, { force: true });
  }
}

/**
 * All of them or none: each has its name once the bytes of every one are on the disk.
 * @throws InboxError where there is something of a name: it stays as it is.
 */
export async function writeTogether(
  folder: string,
  files: AsyncIterable<{ readonly name: string; readonly bytes: AsyncIterable<Uint8Array> | Uint8Array }>,
): Promise<void> {
  const written: { readonly part: string; readonly file: string }[] = [];
  const named: string[] = [];
  const stay = beforeInterrupted(() => {
    for (const file of [...named, ...written.map(({ part }) => part)]) rmSync(file, { force: true });
  });
  try {
    for await (const { name, bytes } of files) {
      try {
        const file = path.resolve(folder, ...name.split('/'));
        await refuseTaken(file);
        const part = partIn(folder);
        written.push({ part, file });
        await writeNew(part, bytes);
      } finally {
        // What nobody began to read would stay open.
        if (bytes instanceof Readable && !bytes.closed) await once(bytes.destroy(), 'close').catch(() => undefined);
      }
    }
    for (const { part, file } of written) {
      await makeFolder(path.dirname(file), 0o777);
      if (!(await giveName(part, file))) throw new InboxError('conflict', commandTexts.exportTaken(file));
      named.push(file);
    }
  } catch (error) {
    for (const file of named) await rm(file, { force: true });
    throw error;
  } finally {
    stay();
    for (const { part } of written) await rm(part, { force: true });
  }
}

/** What a kill leaves of it is known by its name. */
function partIn(folder: string): string {
  return path.resolve(folder, `${ours()}-${randomUUID().slice(0, 8)}.part`);
}

/** Process numbers mean something to whoever shares them: a container has its own, under a machine's name or not. */
function ours(pid: number | string = process.pid): string {
  let numbers = '';
  try {
    numbers = readlinkSync('/proc/self/ns/pid');
  } catch {
    // No Linux: the machine's name says enough.
  }
  const place = createHash('sha256').update(`${os.hostname()} ${numbers}`).digest('hex').slice(0, 8);
  return `.video-inbox-${place}-${String(pid)}`;
}

const dayMs = 86_400_000;

/**
 * Removes what killed exports left in this folder: copies that a process of this machine was writing that is no more, and
 * whatever nobody has written to for a day.
 */
export async function clearLeftParts(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const [, pid] = /^\.video-inbox-(?:[\da-f]{8}-(\d+)-)?[\da-f]{8}\.part$/.exec(name) ?? [null];
    if (pid === null) continue;
    const file = path.join(folder, name);
    const facts = await lstat(file).catch(() => null);
    if (facts?.isFile() !== true) continue;
    const isLeft = pid !== undefined && name.startsWith(`${ours(pid)}-`) && isGone(Number(pid));
    if (isLeft || Date.now() - facts.mtimeMs > dayMs) await rm(file, { force: true }).catch(() => undefined);
  }
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return isErrno(error, ['ESRCH']);
  }
}

/** @returns false where the name is taken. */
async function giveName(part: string, name: string): Promise<boolean> {
  try {
    await link(part, name);
    return true;
  } catch (error) {
    if (isErrno(error, ['EEXIST'])) return false;
  }
  // A disk on which a file has one name.
  if (!(await reserve(name))) return false;
  try {
    await renameFile(part, name);
    return true;
  } catch (error) {
    await rm(name, { force: true });
    throw error;
  }
}

/** @returns what stands in the file beside it. */
async function writePart({ here, bring, told }: FilmToCopy, part: string, extension: string): Promise<string | null> {
  const file = await open(part, 'wx');
  try {
    const { mode } = await file.stat();
    // It is for others: a file of the library is closed to them, and so is a copy by the system.
    if (await isCopied(here, part)) await chmod(part, mode & 0o777).catch(() => undefined);
    else await bring(file);
  } finally {
    await file.close().catch(() => undefined);
  }
  if (told === null) return null;
  const isLonger = await addInside(part, extension, told.inside);
  return told.beside(isLonger ? await sha256OfFile(part) : told.sha256);
}

async function reserve(file: string): Promise<boolean> {
  const handle = await openNew(file);
  await handle?.close();
  return handle !== null;
}

/** Without reading it through, where the disk can do that. @returns false where it lies elsewhere. */
async function isCopied(here: string, copy: string): Promise<boolean> {
  try {
    await copyFile(here, copy, constants.COPYFILE_FICLONE);
    return true;
  } catch (error) {
    if (isErrno(error, ['ENOENT'])) return false;
    throw error;
  }
}

/** `null` where the name is taken. */
async function openNew(file: string): Promise<FileHandle | null> {
  try {
    return await open(file, 'wx');
  } catch (error) {
    if (isErrno(error, ['EEXIST'])) return null;
    throw error;
  }
}

/** @returns whether its container has a place for that. */
async function addInside(copy: string, extension: string, box: Uint8Array): Promise<boolean> {
  if (!/^\.(mp4|m4v|mov)$/i.test(extension)) return false;
  const file = await open(copy, 'r+');
  try {
    const { size } = await file.stat();
    if (!(await takesBox((position, length) => readAt(file, position, length), size))) return false;
    await file.write(box, 0, box.length, size);
    return true;
  } finally {
    await file.close();
  }
}
