/** The folders of one library, and the check that they can be written. */
import { chmod, open, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { InboxError } from '../common/errors.ts';
import { hostTexts } from '../common/texts/en-host.ts';
import { asTold, type Sentence } from '../common/texts/sentence.ts';
import { isErrno, makeFolder, removeUnsaved } from './storage/durable-files.ts';

export interface DataDir {
  readonly root: string;
  readonly journal: string;
  readonly index: string;
  readonly videos: string;
  readonly posters: string;
  readonly sources: string;
  readonly trash: string;
  /** Files that the page brought for an order. */
  readonly toUpload: string;
  /** Films that came inside a callback, by their hash, until they are saved. */
  readonly inlineFilms: string;
  /** What arrived at the public side and how it was answered; made anew where it is missing. */
  readonly requests: string;
  readonly logs: string;
  readonly settingsFile: string;
  readonly secretsFile: string;
  /** The public address that was the last one. */
  readonly publicUrlFile: string;
  readonly callbackUrlsFile: string;
  /** Hashes of the keys for scripts, agents and twins. */
  readonly apiKeysFile: string;
  /** Public keys of pages that are open in browsers. */
  readonly openPagesFile: string;
  /** Who this machine is to its twins. */
  readonly syncFile: string;
  /** How far this library has read the one that it is a copy of. */
  readonly twinFile: string;
  /** Which shared log this machine was part of last. */
  readonly sharedFile: string;
  /** The library as made from the shared log. */
  readonly sharedIndex: string;
  /** How many bytes unsigned links have brought today. */
  readonly dailyBytesFile: string;
  /** What was ordered, and what came of it. */
  readonly submissionsFile: string;
  /** Webhooks and commands that are on their way. */
  readonly webhooksFile: string;
  /** Files of what was removed for good that are still there. */
  readonly removalsFile: string;
  readonly instanceFile: string;
  /** Marks of the processes that want this folder (hold.ts). */
  readonly lock: string;
  /** There while a library is moved here, and names the folder that it comes from (move-library.ts). */
  readonly movingFrom: string;
}

export function dataDirAt(root: string): DataDir {
  const at = (name: string): string => path.join(root, name);
  return {
    root,
    journal: at('journal'),
    index: at('index'),
    videos: at('videos'),
    posters: at('posters'),
    sources: at('sources'),
    trash: at('trash'),
    toUpload: at('to-upload'),
    inlineFilms: at('inline'),
    requests: at('requests'),
    logs: at('logs'),
    settingsFile: at('settings.json'),
    secretsFile: at('secrets.json'),
    publicUrlFile: at('public-url.json'),
    callbackUrlsFile: at('callback-urls.json'),
    apiKeysFile: at('api-keys.json'),
    openPagesFile: at('open-pages.json'),
    syncFile: at('sync.json'),
    twinFile: at('twin.json'),
    sharedFile: at('shared.json'),
    sharedIndex: at('index-shared'),
    dailyBytesFile: at('daily-bytes.json'),
    submissionsFile: at('submissions.json'),
    webhooksFile: at('webhooks.json'),
    removalsFile: at('removals.json'),
    instanceFile: at('instance.json'),
    lock: at('lock'),
    movingFrom: at('moving-from'),
  };
}

/** Makes the folders. @throws InboxError `data-dir-unusable` with a sentence that names the folder and the reason. */
export async function prepareDataDir(root: string): Promise<DataDir> {
  const dir = dataDirAt(root);
  try {
    const isOurs = await holdsNothingElse(dir);
    for (const folder of [
      dir.root,
      dir.journal,
      dir.index,
      dir.videos,
      dir.posters,
      dir.inlineFilms,
      dir.requests,
      dir.logs,
    ]) {
      await makeFolder(folder);
      if (isOurs) await keepToOneself(folder);
    }
    const probe = path.join(dir.root, `.write-test-${String(process.pid)}`);
    await (await open(probe, 'w', 0o600)).close();
    await rm(probe);
  } catch (error) {
    throw new InboxError('data-dir-unusable', unusableSentence(root, error), { cause: error });
  }
  return dir;
}

/**
 * Removes what kills in the middle of a save have left beside the files of the library; what lies beside videos goes with
 * the downloads. Only with the lock, and before anything is saved. @throws NodeJS.ErrnoException
 */
export async function sweepDataDir(dir: DataDir): Promise<void> {
  // The root may be a folder that holds other things, too.
  const files: readonly string[] = Object.values(dir);
  const ours = new Set(files.map((file) => path.basename(file)));
  // It is a library of its own from now on, and no half of a copy that may be made anew.
  await rm(dir.movingFrom, { force: true });
  await removeUnsaved(dir.root, (name) => ours.has(name.replace(/\.copy$/, '')));
  for (const folder of [dir.journal, dir.index, dir.sharedIndex, dir.inlineFilms])
    await removeUnsaved(folder, () => true);
}

/** Whether every folder in it is one of a library's: a home or a share keeps its modes. */
async function holdsNothingElse(dir: DataDir): Promise<boolean> {
  const ours: readonly string[] = Object.values(dir);
  try {
    const entries = await readdir(dir.root, { withFileTypes: true });
    return entries.every((entry) => !entry.isDirectory() || ours.includes(path.join(dir.root, entry.name)));
  } catch (error) {
    if (isErrno(error, ['ENOENT'])) return true;
    throw error;
  }
}

/** A folder that was there before may be open to others; on a disk without modes, or of another owner, it stays so. */
async function keepToOneself(folder: string): Promise<void> {
  const { mode } = await stat(folder);
  if ((mode & 0o077) === 0) return;
  await chmod(folder, 0o700).catch((error: unknown) => {
    if (!isErrno(error, ['EPERM', 'EACCES', 'ENOTSUP', 'EROFS', 'ENOSYS'])) throw error;
  });
}

/** What the disk's refusal means to the person, and the next step. */
export function unusableSentence(root: string, error: unknown): Sentence {
  return hostTexts.dataDirUnusable(root, diskReason(error));
}

/** @returns the error with its sentence where the disk refused; else `error` as it is. */
export function dataDirRefused(root: string, error: unknown): unknown {
  if (!isDiskRefusal(error)) return error;
  return new InboxError('data-dir-unusable', unusableSentence(root, error), { cause: error });
}

/** Whatever the system does not let one do with files: `diskReason` says why. */
export function isDiskRefusal(error: unknown): boolean {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}

/** Of the disk or the system itself, whichever file it was about. */
const diskTroubles: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EMFILE', 'ENFILE']);

/** @returns the error of a call with its sentence where the disk of the library refused; else `error` as it is. */
export function callRefusedByDisk(error: unknown): unknown {
  if (!isDiskRefusal(error) || !diskTroubles.has(String((error as NodeJS.ErrnoException).code))) return error;
  return new InboxError('storage-failed', hostTexts.diskRefused(diskReason(error)), { cause: error });
}

/** Why the disk refused, as the end of a sentence, without a full stop. */
export function diskReason(error: unknown): Sentence {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known: Readonly<Record<string, Sentence>> = hostTexts.disk;
  return known[code] ?? asTold(error instanceof Error ? error.message : String(error));
}
