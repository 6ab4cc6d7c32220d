/** The store on a disk of this machine: names are paths below the data dir. */
import { link, lstat, open, readdir, realpath, rm, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { isErrno, makeFolderWithin, renameFile, replaceFile, syncFolder } from '../storage/durable-files.ts';
import { sha256OfFile } from '../storage/file-hash.ts';
import { streamOf } from '../storage/file-stream.ts';
import { storeFolders, type FinishedFile, type VideoStore } from './video-store.ts';

/** So many of the files that were put last are known by their hash: what comes twice mostly comes soon. */
const rememberedFiles = 10_000;

/** Files that are said to have these bytes, by their names; the store looks for itself. */
export type SameBytes = (sha256: string) => AsyncIterable<{ readonly name: string }>;

/** @param sameBytes Where the store does not remember itself, after a start. */
export function createDiskStore(root: string, sameBytes?: SameBytes): VideoStore {
  const remembered = new Map<string, { readonly name: string; readonly mtimeNs: bigint }>();
  /** What else lies in the data folder (journal, keys) is no file of a store, whatever a line of the journal names. */
  const pathOf = (name: string): string => {
    const file = path.resolve(root, name);
    const [folder = '', ...within] = path.relative(root, file).split(path.sep);
    if (!storeFolders.includes(folder) || within.length === 0 || name.includes('\0'))
      throw new RangeError(`a name leads out of the store: ${name}`);
    return file;
  };

  /** The real path, where it lies in the folder that the name begins with; a link must not lead elsewhere. */
  async function inside(name: string): Promise<string | null> {
    try {
      const file = await realpath(pathOf(name));
      const folder = await realpath(path.join(root, name.split('/')[0] ?? ''));
      return file.startsWith(folder + path.sep) ? file : null;
    } catch (error) {
      if (isErrno(error, ['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP']) || error instanceof RangeError) return null;
      throw error;
    }
  }

  async function remember({ sha256 }: FinishedFile, name: string): Promise<void> {
    const { mtimeNs } = await stat(pathOf(name), { bigint: true });
    remembered.delete(sha256);
    remembered.set(sha256, { name, mtimeNs });
    const oldest = remembered.keys().next();
    if (remembered.size > rememberedFiles && oldest.done !== true) remembered.delete(oldest.value);
  }

  /**
   * A second name for the same bytes in place of a second copy, where the disk can do that. Whatever hinders it has to do
   * with another file, and never keeps this one from being stored.
   */
  async function putAsLink(finished: FinishedFile, target: string): Promise<boolean> {
    try {
      if (await linkTo(remembered.get(finished.sha256)?.name, finished, target)) return true;
      for await (const { name } of sameBytes?.(finished.sha256) ?? []) {
        if (await linkTo(name, finished, target)) return true;
      }
    } catch {
      // Stored as a file of its own it is complete, too.
    }
    return false;
  }

  async function linkTo(
    name: string | undefined,
    { file, sizeBytes, sha256 }: FinishedFile,
    target: string,
  ): Promise<boolean> {
    const source = name === undefined ? target : pathOf(name);
    if (source === target) return false;
    const temporary = `${target}.${randomUUID().slice(0, 8)}.tmp`;
    try {
      // The person may have changed it since, or put a link in its place, which would lead elsewhere from another folder.
      const { size, mtimeNs } = await lstat(source, { bigint: true });
      if (size !== BigInt(sizeBytes)) return false;
      const known = remembered.get(sha256);
      const isKnown = known?.name === name && known?.mtimeNs === mtimeNs;
      if (!isKnown && (await sha256OfFile(source)) !== sha256) return false;
      await link(source, temporary);
      await renameFile(temporary, target);
    } catch {
      return false;
    } finally {
      // Also where the target was a name of the same file already: then the system leaves both.
      await rm(temporary, { force: true });
    }
    await rm(file);
    return true;
  }

  return {
    async put(finished, name) {
      const target = pathOf(name);
      await makeFolderWithin(root, path.dirname(target));
      if (!(await putAsLink(finished, target))) await renameFile(finished.file, target);
      await syncFolder(path.dirname(target));
      await remember(finished, name);
    },
    async write(name, content) {
      const target = pathOf(name);
      await makeFolderWithin(root, path.dirname(target));
      await replaceFile(target, content);
    },
    async stat(name) {
      const file = await inside(name);
      const facts = file === null ? null : await stat(file).catch(nothing);
      if (facts?.isFile() !== true) return null;
      const { size, mtimeMs, mtime } = facts;
      return {
        sizeBytes: size,
        modifiedAt: mtime,
        version: `${size.toString(36)}-${Math.round(mtimeMs).toString(36)}`,
      };
    },
    async open(name, range) {
      const file = await inside(name);
      if (file === null) return null;
      const handle = await open(file, 'r').catch(nothing);
      if (handle === null) return null;
      return streamOf(handle, range, async () => (await handle.stat()).isFile());
    },
    async move(pairs) {
      const folders = new Set<string>();
      for (const { from, to } of pairs) {
        const folder = path.dirname(pathOf(to));
        if (!folders.has(folder)) await makeFolderWithin(root, folder);
        folders.add(folder);
        await renameFile(pathOf(from), pathOf(to)).catch(nothing);
      }
      for (const folder of folders) await syncFolder(folder);
    },
    // Not by `rm`, which looks at each file twice before it removes it: a purge names some hundred thousand.
    remove: (name) => unlink(pathOf(name)).catch(unlessMissing),
    async *list(folder) {
      const entries = await readdir(path.join(root, folder), { recursive: true, withFileTypes: true }).catch(nothing);
      for (const entry of entries ?? []) {
        if (!entry.isFile()) continue;
        const file = path.join(entry.parentPath, entry.name);
        const facts = await stat(file).catch(nothing);
        if (facts === null) continue;
        yield { name: path.relative(path.resolve(root), file).replaceAll(path.sep, '/'), sizeBytes: facts.size };
      }
    },
    localPath: (name) => pathOf(name),
    placeOf: (name) => Promise.resolve(pathOf(name)),
  };
}

/** @throws the error unless it says that there is no such file. */
function nothing(error: unknown): null {
  if (isErrno(error, ['ENOENT', 'ENOTDIR'])) return null;
  throw error;
}

function unlessMissing(error: unknown): void {
  if (!isErrno(error, ['ENOENT'])) throw error;
}
