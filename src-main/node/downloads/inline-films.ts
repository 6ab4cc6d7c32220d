/**
 * Films that came inside a callback: the callback side keeps their bytes under their hash before it tells of them, and
 * from there they are taken like a download that has ended.
 */
import { link, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { inlineFilmOf, inlineFilmUrl } from '../../common/inline-film.ts';
import { isErrno, makeFolderIn, replaceFile } from '../storage/durable-files.ts';
import { bytesOfFile } from '../storage/file-stream.ts';
import { DownloadFault } from './download-fault.ts';
import { copyIntoPart, type LocalCopyPorts } from './local-copy.ts';
import type { Part } from './resume-state.ts';
import type { Transferred } from './transfer.ts';

/** Below the data dir. */
const folder = 'inline';

/**
 * The bytes as a part: a second name for them where the disk can do that, else a copy.
 * @returns `null` where the link of the video is no film of a callback
 * @throws DownloadFault
 */
export async function takeInlineFilm(
  ports: LocalCopyPorts & { readonly dataDir: string },
  url: string,
  part: Part,
  signal: AbortSignal,
): Promise<Transferred | null> {
  const sha256 = inlineFilmOf(url);
  if (sha256 === null) return null;
  const file = path.join(ports.dataDir, folder, sha256);
  try {
    const { size } = await stat(file);
    await rm(part.file, { force: true });
    if (await isLinked(file, part.file)) return { sizeBytes: size, sha256 };
    return await copyIntoPart(ports, bytesOfFile(file), part, signal);
  } catch (error) {
    if (isErrno(error, ['ENOENT'])) throw new DownloadFault({ reason: 'inline-lost' }, { cause: error });
    throw error;
  }
}

/** Whether the film that came inside a callback lies on this machine. */
export async function hasInlineFilm(dataDir: string, sha256: string): Promise<boolean> {
  return (await stat(path.join(dataDir, folder, sha256)).catch(() => null)) !== null;
}

async function isLinked(file: string, name: string): Promise<boolean> {
  try {
    await link(file, name);
    return true;
  } catch (error) {
    if (isErrno(error, ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV'])) return false;
    throw error;
  }
}

/** A film is kept before its event is, so a young one may be wanted by an event that is still on its way. */
const youngMs = 3_600_000;

/**
 * Puts a film on the disk, synced, and does nothing where it lies there and will stay: the body that carries it may come
 * a hundred times.
 * @param dir of the library.
 * @returns whether it lay there.
 * @throws what the disk throws
 */
export async function keepInlineFilm(
  { inlineFilms, journal }: { readonly inlineFilms: string; readonly journal: string },
  film: { readonly sha256: string; readonly sizeBytes: number; readonly bytes: () => Buffer },
  nowMs: number,
): Promise<boolean> {
  const file = path.join(inlineFilms, film.sha256);
  const facts = await stat(file).catch(() => null);
  const isHere = facts?.size === film.sizeBytes;
  if (isHere && nowMs - facts.mtimeMs < youngMs / 2) return true;
  // In the empty place of a disk that is not there it would fill another one.
  await stat(journal);
  // It is empty most of the time, and what tidies up or keeps folders in step takes such ones away.
  await makeFolderIn(inlineFilms);
  await replaceFile(file, film.bytes());
  return isHere;
}

/** Removes the films that no video waits for any more. @param wanted Links of all videos that are not saved. */
export async function sweepInlineFilms(
  dataDir: string,
  wanted: () => Promise<ReadonlySet<string>>,
  nowMs: number,
): Promise<void> {
  const root = path.join(dataDir, folder);
  const names = await readdir(root).catch((error: unknown) => {
    if (isErrno(error, ['ENOENT'])) return [];
    throw error;
  });
  const isOld = async (name: string): Promise<boolean> => {
    const facts = await stat(path.join(root, name)).catch(() => null);
    return facts !== null && nowMs - facts.mtimeMs >= youngMs;
  };
  const old: string[] = [];
  for (const name of names) if (await isOld(name)) old.push(name);
  if (old.length === 0) return;
  const links = await wanted();
  for (const name of old) {
    // It may have come again meanwhile, for a task that was not looked at.
    if (!links.has(inlineFilmUrl(name)) && (await isOld(name))) await rm(path.join(root, name), { force: true });
  }
}
