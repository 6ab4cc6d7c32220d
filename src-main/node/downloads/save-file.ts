/** From a complete `.part` to a file of the library: checks, a free name, the sidecar, the rename. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { canParseUrl } from '../../common/can-parse-url.ts';
import type { SavedFile } from '../../common/events.ts';
import { asRecord } from '../../common/providers/json.ts';
import { checkVideo } from '../media/check-video.ts';
import type { MediaReader } from '../media/media-reader.ts';
import { sniffAndClose, type Sniffed } from '../media/sniff.ts';
import type { KeyedTurns } from '../storage/turns.ts';
import type { VideoStore } from '../video-store/video-store.ts';
import { faultOfContainer, faultOfSniffed } from './content-fault.ts';
import { DownloadFault } from './download-fault.ts';
import type { DescribeJob, DownloadJob, StoredSource } from './downloads.ts';
import { hashFile, type Hasher } from './hasher.ts';
import { removePart, type Part } from './resume-state.ts';
import type { Transferred } from './transfer.ts';

export interface SavePorts {
  readonly store: VideoStore;
  readonly media: MediaReader;
  readonly now: () => number;
  readonly describe: DescribeJob;
  /** For whole files: not on the calling thread. */
  readonly hasher: Hasher;
  /** Of those that ask for one name, one at a time picks one and takes it. Others may be on their way to a shelf for hours. */
  readonly takeTurn: KeyedTurns;
}

const sidecarFormat = 1;
const imageExtensions = new Set(['jpg', 'png', 'webp', 'avif']);

/**
 * Checks the part and gives it its name. The sidecar is on disk before the video has its name, so a video without a
 * sidecar never exists, and a program that ended in between finds the part complete.
 * @param target Relative to the data dir, without extension, safe.
 * @throws DownloadFault `not-a-video` or `damaged`; NodeJS.ErrnoException from the disk
 */
export async function saveVideo(
  ports: SavePorts,
  job: DownloadJob,
  target: string,
  part: Part,
  { sizeBytes, sha256 }: Transferred,
  signal: AbortSignal,
): Promise<SavedFile> {
  const check = await checkVideo(ports.media, part.file, sizeBytes);
  if (!check.ok) throw faultOfContainer(check, hostOf(job.url));
  // At the end of the program the facts may be missing; the part waits, complete, for the next start.
  signal.throwIfAborted();
  const { metadata } = check;
  return ports.takeTurn(nameOf(target), async () => {
    const name = await freeName(ports, target, check.container, { sizeBytes, sha256 }, job);
    const saved: SavedFile = {
      path: `${name}.${check.container}`,
      sizeBytes,
      sha256,
      container: check.container,
      durationSeconds: metadata?.durationSeconds ?? null,
      width: metadata?.width ?? null,
      height: metadata?.height ?? null,
      videoCodec: metadata?.videoCodec ?? null,
      audioCodec: metadata?.audioCodec ?? null,
      frameRate: metadata?.frameRate ?? null,
    };
    const sidecar = {
      v: sidecarFormat,
      ...ports.describe(job),
      key: job.key,
      n: job.n,
      ...(job.isEarly === true ? { early: true } : {}),
      // The query of a link is often a signature; the journal holds the whole link.
      url: withoutQuery(job.url),
      urlSha256: sha256Of(job.url),
      savedAt: new Date(ports.now()).toISOString(),
      file: saved,
    };
    await ports.store.write(`${name}.json`, `${JSON.stringify(sidecar, null, 2)}\n`);
    await giveName(ports.store, part, saved, saved.path);
    return saved;
  });
}

/** An input of a task: a film or an image, kept as it is. @throws DownloadFault where it is neither */
export async function saveSource(
  ports: SavePorts,
  job: DownloadJob,
  target: string,
  part: Part,
  transferred: Transferred,
): Promise<StoredSource> {
  const found = await sniffPart(part);
  if (found.kind !== 'video' && found.kind !== 'image') throw faultOfSniffed(found, hostOf(job.url));
  const extension = found.kind === 'video' ? found.container : found.extension;
  return ports.takeTurn(nameOf(target), async () => {
    const name = await freePlainName(ports, target, extension, transferred);
    const path = `${name}.${extension}`;
    await giveName(ports.store, part, transferred, path);
    return { path, sizeBytes: transferred.sizeBytes, sha256: transferred.sha256 };
  });
}

/** @returns the path of the image, relative to the data dir. @throws DownloadFault where it is no image */
export async function savePoster(
  ports: SavePorts,
  target: string,
  part: Part,
  transferred: Transferred,
): Promise<string> {
  const found = await sniffPart(part);
  if (found.kind !== 'image' || !imageExtensions.has(found.extension)) {
    throw new DownloadFault({ reason: 'not-an-image' }, { discardPart: true });
  }
  return ports.takeTurn(nameOf(target), async () => {
    const name = await freePlainName(ports, target, found.extension, transferred);
    const relative = `${name}.${found.extension}`;
    await giveName(ports.store, part, transferred, relative);
    return relative;
  });
}

async function sniffPart(part: Part): Promise<Sniffed> {
  return sniffAndClose(await open(part.file, 'r'));
}

/**
 * The file of an earlier run that was saved while its report was lost, as after a crash: found by its sidecar and
 * checked against it. `null` where there is none, or where a store elsewhere cannot be asked: links die, so the film is
 * fetched all the same, and waits on this disk.
 */
export async function findSaved(
  ports: SavePorts,
  job: DownloadJob,
  target: string,
  signal: AbortSignal,
): Promise<SavedFile | null> {
  try {
    return await findSavedThere(ports, job, target, signal);
  } catch (error) {
    const isElsewhere = ports.store.localPath(`${target}.json`) === null;
    if (!isElsewhere || !(error instanceof DownloadFault)) throw error;
    return null;
  }
}

async function findSavedThere(
  { store, hasher }: SavePorts,
  job: DownloadJob,
  target: string,
  signal: AbortSignal,
): Promise<SavedFile | null> {
  for (let count = 1; count <= 20; count += 1) {
    const name = numbered(target, count);
    const saved = await readSidecar(store, `${name}.json`, job);
    if (saved === 'missing') return null;
    if (saved === 'of-another') continue;
    const file = `${name}.${saved.container}`;
    if ((await holds(store, file, saved, hasher, signal)) && !(await areLost(store, [file]))) {
      return { ...saved, path: file };
    }
  }
  return null;
}

/**
 * `target`, or `target-2`, `target-3` … where another file has that name. Only the same file of this very job is written over,
 * or what its name stood for and a shelf has lost: on a disk that ignores case two tasks may ask for one name, and the trash
 * of one must not take the other's file.
 */
async function freeName(
  ports: SavePorts,
  target: string,
  extension: string,
  content: Transferred,
  job: DownloadJob,
): Promise<string> {
  for (let count = 1; ; count += 1) {
    const name = numbered(target, count);
    const there = await filesNamed(ports.store, name, extension);
    // A sidecar alone is what a crash before the rename leaves; a video of another container has its own.
    if (there.length === 0) return name;
    if (!(await isSidecarOf(ports.store, `${name}.json`, job))) continue;
    if (await holds(ports.store, `${name}.${extension}`, content, ports.hasher)) return name;
    if (!(await areLost(ports.store, there))) continue;
    for (const file of there) await ports.store.remove(file);
    return name;
  }
}

/** A preview and an input have no sidecar: one with the same bytes is the same. */
async function freePlainName(
  { store, hasher }: SavePorts,
  target: string,
  extension: string,
  content: Transferred,
): Promise<string> {
  for (let count = 1; ; count += 1) {
    const name = numbered(target, count);
    const file = `${name}.${extension}`;
    if ((await sizeOf(store, file)) === null || (await holds(store, file, content, hasher))) return name;
  }
}

const containers = [
  'mp4',
  'mov',
  'webm',
  'mkv',
  'avi',
  'ts',
  'flv',
  'ogv',
  'mpg',
  'wmv',
  'mxf',
  '3gp',
  'gif',
  'webp',
  'apng',
  'avif',
];

/** All asked for at once: a shelf on S3 takes its time for each. */
async function filesNamed(store: VideoStore, name: string, extension: string): Promise<readonly string[]> {
  const files = [...new Set([extension, ...containers])].map((container) => `${name}.${container}`);
  const sizes = await Promise.all(files.map((file) => sizeOf(store, file)));
  return files.filter((_, at) => sizes[at] !== null);
}

/** Their names are on a shelf that has nothing behind them any more. */
async function areLost(store: VideoStore, files: readonly string[]): Promise<boolean> {
  for (const file of files) if ((await store.holds?.(file)) !== false) return false;
  return true;
}

/** True where the stored file has these bytes; a store elsewhere has checked them itself when it took them. */
async function holds(
  store: VideoStore,
  name: string,
  { sizeBytes, sha256 }: Transferred,
  hasher: Hasher,
  signal?: AbortSignal,
): Promise<boolean> {
  if ((await sizeOf(store, name)) !== sizeBytes) return false;
  const local = store.localPath(name);
  return local === null || (await hashFile(hasher, local, signal)) === sha256;
}

/** The same for all that may come to the same name: a disk may ignore case, and `a-2` is what comes behind `a`. */
function nameOf(target: string): string {
  const shorter = target.replace(/-\d{1,9}$/, '');
  return shorter === target ? target.normalize('NFC').toLowerCase() : nameOf(shorter);
}

function numbered(target: string, count: number): string {
  return count === 1 ? target : `${target}-${count}`;
}

async function giveName(store: VideoStore, part: Part, content: Transferred, name: string): Promise<void> {
  await store.put({ file: part.file, sizeBytes: content.sizeBytes, sha256: content.sha256 }, name);
  await removePart(part);
}

async function readFields(store: VideoStore, name: string): Promise<Readonly<Record<string, unknown>> | null> {
  const stream = await store.open(name);
  if (stream === null) return null;
  try {
    return asRecord(JSON.parse(await text(stream)));
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

async function isSidecarOf(store: VideoStore, name: string, job: DownloadJob): Promise<boolean> {
  const fields = await readFields(store, name);
  return fields?.['key'] === job.key && fields['n'] === job.n;
}

async function readSidecar(
  store: VideoStore,
  name: string,
  job: DownloadJob,
): Promise<SavedFile | 'missing' | 'of-another'> {
  const fields = await readFields(store, name);
  if (fields === null) return 'missing';
  const saved = asRecord(fields['file']);
  const number = (field: string): number | null => (typeof saved[field] === 'number' ? saved[field] : null);
  const word = (field: string): string | null => (typeof saved[field] === 'string' ? saved[field] : null);
  const [container, sha256, sizeBytes] = [word('container'), word('sha256'), number('sizeBytes')];
  const isOurs = fields['key'] === job.key && fields['n'] === job.n && fields['urlSha256'] === sha256Of(job.url);
  const isEarlyOnly = fields['early'] === true && job.isEarly !== true;
  if (
    !isOurs ||
    isEarlyOnly ||
    container === null ||
    !/^[a-z0-9]{2,5}$/.test(container) ||
    sha256 === null ||
    sizeBytes === null
  ) {
    return 'of-another';
  }
  return {
    path: '',
    sizeBytes,
    sha256,
    container,
    durationSeconds: number('durationSeconds'),
    width: number('width'),
    height: number('height'),
    videoCodec: word('videoCodec'),
    audioCodec: word('audioCodec'),
    frameRate: number('frameRate'),
  };
}

async function sizeOf(store: VideoStore, name: string): Promise<number | null> {
  return (await store.stat(name))?.sizeBytes ?? null;
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function withoutQuery(link: string): string {
  if (!canParseUrl(link)) return link;
  const { origin, host, pathname } = new URL(link);
  return host === '' ? link : `${origin}${pathname}`;
}

/** Who sent it, for a sentence. */
function hostOf(link: string): string {
  const host = canParseUrl(link) ? new URL(link).host : '';
  return host === '' ? 'the sender' : host;
}
