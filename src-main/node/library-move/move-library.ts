/**
 * Moves a library to another folder, often another disk. Videos are copied and compared while the inbox goes on; only
 * for the last files must it be closed. Until everything is over there and compared, the old folder is the library, so
 * whatever fails half-way costs nothing but time.
 */
import { existsSync } from 'node:fs';
import { copyFile, open, readdir, readFile, realpath, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { InboxError } from '../../common/errors.ts';
import { libraryTexts } from '../../common/texts/en-library.ts';
import { dataDirAt } from '../data-dir.ts';
import { lockInstance } from '../instance-lock.ts';
import { isErrno, makeFolder, replaceFile, syncFolder } from '../storage/durable-files.ts';
import { sha256OfFile } from '../storage/file-hash.ts';
import { looksOf } from '../storage/file-looks.ts';
import { isWithin, realPlace } from '../storage/real-place.ts';
import { leaveMovedTo, unleaveMovedTo } from './moved-to.ts';
import { storeFolders } from '../video-store/video-store.ts';

export interface MoveProgress {
  readonly copiedBytes: number;
  readonly totalBytes: number;
}

export interface LibraryMove {
  /** Copies what does not change any more; the inbox may be open. */
  copyVideos(): Promise<void>;
  /** Copies the rest and leaves the note behind; the inbox must be closed. The old files are removed last. */
  finish(): Promise<void>;
  /** Removes what was copied; the old library is as it was. */
  undo(): Promise<void>;
}

export interface LibraryMoveOptions {
  readonly from: string;
  readonly to: string;
  readonly onProgress: (progress: MoveProgress) => void;
  readonly signal: AbortSignal;
}

/**
 * The whole move. Where it fails, what was copied is removed and the old library is as it was; `closeInbox` may have
 * been called by then.
 * @throws InboxError with a sentence.
 */
export async function moveLibrary(
  options: LibraryMoveOptions & { readonly closeInbox: () => Promise<void> },
): Promise<void> {
  const move = await prepareLibraryMove(options).catch((error: unknown) => {
    if (error instanceof InboxError) throw error;
    throw new InboxError('storage-failed', libraryTexts.moveUnreadable(options.to), { cause: error });
  });
  try {
    await move.copyVideos();
    await options.closeInbox();
    // Whoever starts just now would store what is removed behind the note, or is not looked for any more.
    const lock = await lockInstance(dataDirAt(options.from).instanceFile, () => new Date(), true);
    try {
      await move.finish();
    } finally {
      // The library may be over there by now, and nowhere else: what is wrong with the old folder undoes nothing.
      await lock.release().catch(() => undefined);
    }
  } catch (error) {
    // Where the disk is gone, what was copied is gone from here with it.
    await move.undo().catch(() => undefined);
    if (error instanceof InboxError) throw error;
    throw new InboxError('storage-failed', libraryTexts.notMoved, { cause: error });
  }
}

/** May be removed at any time, and is made anew over there. */
const cacheFolder = 'cache';
/** Over there until all of it is: what a kill leaves belongs to the library that it names, and the next try goes on with it. */
const sign = path.basename(dataDirAt('').movingFrom);
/** Made anew at each start. */
const leftBehind = new Set(['instance.json', 'moved-to.json', sign, 'lock', cacheFolder]);
const copyAttempts = 5;
const spareBytes = 512 * 1024 * 1024;

/** @throws InboxError `bad-request` where the folder will not do, with the reason. */
export async function prepareLibraryMove(options: LibraryMoveOptions): Promise<LibraryMove> {
  const from = path.resolve(options.from);
  const to = path.resolve(options.to);
  await checkPlace(from, to);
  const ours = new Set(await readdir(from));
  const there = (await listFiles(to).catch(() => [])).filter(({ relative }) => ours.has(topOf(relative)));
  /** What is over there, and how its original looked then. */
  const copied = new Map<string, string | null>(there.map(({ relative }) => [relative, null]));
  const totalBytes = bytesOf(await listFiles(from));
  await checkRoom(to, totalBytes - bytesOf(there));
  await replaceFile(path.join(to, sign), await realPlace(from));
  let copiedBytes = 0;

  /** What is written to meanwhile, as the program's own log is, is copied again; what left meanwhile is not missing. */
  async function copy(relative: string): Promise<void> {
    const target = path.join(to, relative);
    await makeFolder(path.dirname(target));
    copied.set(relative, null);
    for (let attempt = 1; ; attempt += 1) {
      options.signal.throwIfAborted();
      const looks = await looksOf(path.join(from, relative));
      const isSame = await copyOnce(path.join(from, relative), target).catch(async (error: unknown) => {
        if (!isErrno(error, ['ENOENT']) || existsSync(path.join(from, relative))) throw error;
        await rm(target, { force: true });
        return true;
      });
      if (isSame) {
        copied.set(relative, looks);
        break;
      }
      if (attempt === copyAttempts) throw new InboxError('storage-failed', libraryTexts.copyDiffers(relative));
    }
    copiedBytes += (await stat(target).catch(() => null))?.size ?? 0;
    options.onProgress({ copiedBytes, totalBytes: Math.max(totalBytes, copiedBytes) });
  }

  async function copyNew(files: readonly { readonly relative: string }[]): Promise<void> {
    for (const { relative } of files) {
      // A film that took the place of a draft has its name.
      if (copied.get(relative) !== (await looksOf(path.join(from, relative)))) await copy(relative);
    }
    for (const folder of new Set([...copied.keys()].map((relative) => path.dirname(path.join(to, relative)))))
      await syncFolder(folder);
  }

  return {
    copyVideos: async () => copyNew((await listFiles(from)).filter(({ relative }) => isSteady(relative))),
    async finish() {
      const files = await listFiles(from);
      // Whatever left the library meanwhile (trash emptied) must not come back with the copy.
      const present = new Set(files.map(({ relative }) => relative));
      for (const relative of [...copied.keys()]) {
        if (present.has(relative)) continue;
        await rm(path.join(to, relative), { force: true });
        copied.delete(relative);
      }
      await copyNew(files);
      await leaveMovedTo(from, to);
      await rm(path.join(to, sign), { force: true });
      // The library is over there now; an old file that cannot be removed costs room and nothing else.
      // Listed again: a picture that was made meanwhile is made anew over there.
      for (const { relative } of await listFiles(from).catch(() => [])) {
        if (copied.has(relative) || relative.startsWith(`posters${path.sep}`)) {
          await rm(path.join(from, relative), { force: true }).catch(() => undefined);
        }
      }
      await rm(path.join(from, cacheFolder), { recursive: true, force: true }).catch(() => undefined);
    },
    async undo() {
      await unleaveMovedTo(from);
      for (const relative of [...copied.keys(), sign]) await rm(path.join(to, relative), { force: true });
      await removeEmptyFolders(to);
    },
  };
}

/** @returns whether both hold the same afterwards. */
async function copyOnce(source: string, target: string): Promise<boolean> {
  await copyFile(source, target);
  const handle = await open(target, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  const [before, after] = await Promise.all([sha256OfFile(source), sha256OfFile(target)]);
  return before === after;
}

const topOf = (relative: string): string => relative.split(path.sep)[0] ?? '';

const bytesOf = (files: Listing['files']): number => files.reduce((sum, { size }) => sum + size, 0);

function isSteady(relative: string): boolean {
  // The store's files are written once, under their final name, and never changed.
  return storeFolders.includes(topOf(relative)) && !/\.part(\.json)?$/.test(relative);
}

async function checkPlace(from: string, to: string): Promise<void> {
  // By any name: a copy that lies in what is copied would be removed with it.
  const target = await realPlace(to);
  for (const place of [await realPlace(from), ...(await listLibrary(from)).linked]) {
    if (isWithin(place, target) || isWithin(target, place))
      throw new InboxError('bad-request', libraryTexts.moveOutside);
  }
  const entries = await readdir(to).catch((error: unknown) => {
    if (isErrno(error, ['ENOENT'])) return [];
    throw new InboxError('bad-request', libraryTexts.moveUnreadable(to), {
      cause: error,
    });
  });
  if (entries.length === 0) return;
  const begun = await readFile(path.join(to, sign), 'utf8').catch(() => null);
  if (begun !== (await realPlace(from))) throw new InboxError('bad-request', libraryTexts.moveNotEmpty(to));
}

async function checkRoom(to: string, totalBytes: number): Promise<void> {
  await makeFolder(to);
  const { bavail, bsize } = await statfs(to);
  if (bavail * bsize < totalBytes + spareBytes) {
    throw new InboxError('bad-request', libraryTexts.moveNoRoom);
  }
}

interface Listing {
  readonly files: readonly { readonly relative: string; readonly size: number }[];
  /** Folders elsewhere that are a part of the library by a link, as `videos` on a larger disk is. */
  readonly linked: readonly string[];
}

async function listLibrary(root: string): Promise<Listing> {
  const files: { relative: string; size: number }[] = [];
  const linked: string[] = [];
  const seen = new Set<string>();

  async function walk(folder: string): Promise<void> {
    const real = await realpath(path.join(root, folder));
    if (seen.has(real)) return;
    seen.add(real);
    for (const entry of await readdir(real, { withFileTypes: true })) {
      const relative = path.join(folder, entry.name);
      if (folder === '' && leftBehind.has(entry.name)) continue;
      const facts = await stat(path.join(root, relative)).catch(() => null);
      if (facts?.isFile() === true) files.push({ relative, size: facts.size });
      if (facts?.isDirectory() !== true) continue;
      if (entry.isSymbolicLink()) {
        // The library's own folders alone; what lies behind any other link is the person's.
        if (folder !== '') continue;
        linked.push(await realpath(path.join(root, relative)));
      }
      await walk(relative).catch((error: unknown) => {
        // One that was removed meanwhile is not missed.
        if (!isErrno(error, ['ENOENT']) || existsSync(path.join(root, relative))) throw error;
      });
    }
  }

  await walk('');
  return { files, linked };
}

const listFiles = async (root: string): Promise<Listing['files']> => (await listLibrary(root)).files;

async function removeEmptyFolders(root: string): Promise<void> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const folders = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(entry.parentPath, entry.name));
  // Deepest first; one that is not empty is not ours to remove.
  for (const folder of folders.sort((a, b) => b.length - a.length)) {
    if ((await readdir(folder)).length === 0) await rm(folder, { recursive: true });
  }
}
