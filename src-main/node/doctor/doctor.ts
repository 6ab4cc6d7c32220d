/** Checks the library against the disk: journal, index, every video by its hash, and files that nobody knows. */
import { text } from 'node:stream/consumers';
import type { DoctorOptions, DoctorReport } from '../../common/doctor-report.ts';
import type { Task, Video } from '../../common/model.ts';
import { InboxError } from '../../common/errors.ts';
import { doctorTexts } from '../../common/texts/en-doctor.ts';
import { told, type Sentence } from '../../common/texts/sentence.ts';
import { stripsFolder } from '../previews/strips.ts';
import { filesOf, type FilePlaces } from '../video-store/file-places.ts';
import { takingTurns } from '../in-turns.ts';
import type { Library } from '../projections/library.ts';
import { isErrno } from '../storage/durable-files.ts';
import { sha256Of } from '../storage/file-hash.ts';
import { OtherBytes, orDamage, storeFolders, type ShelfLibrary, type VideoStore } from '../video-store/video-store.ts';
import { createJournalCounter, type JournalCounter } from './journal-stats.ts';
import { rereadBodies } from './reread.ts';

const dayMs = 24 * 3600 * 1000;
type Problem = DoctorReport['problems'][number];

function problem(code: string, sentence: Sentence, path: string | null, mended = false): Problem {
  return { code, ...told(sentence), path, mended };
}

export interface DoctorPorts {
  readonly store: VideoStore;
  readonly library: Library;
  readonly places: FilePlaces;
  readonly journalDir: string;
  /** As it is known where its files lie. Default: no other one has any there. */
  readonly shelfLibrary?: () => Promise<ShelfLibrary>;
  /** Names of other machines that bring films of their disks to where all find them; `null`: none. Default: none. */
  readonly onlyOnOthers?: () => string | null;
  /** Told how many events of the journal were read so far. */
  readonly onRead?: (events: number) => void;
  /** Told after each video how many were checked. */
  readonly onChecked?: (videosChecked: number) => void;
}

export async function runDoctor(ports: DoctorPorts, options: DoctorOptions): Promise<DoctorReport> {
  const journal = createJournalCounter();
  const problems: Problem[] = [...(await checkIndex(ports, options.rebuild, journal))];
  const reread = options.reread === undefined ? {} : { reread: await readAgain(ports.library, options.reread) };
  // Before the tasks are looked at: the inbox may go on saving meanwhile.
  const files = await filesIn(ports.store);
  let tasks = 0;
  let videosChecked = 0;
  for await (const task of takingTurns(ports.library.newestFirst())) {
    tasks += 1;
    for (const video of task.videos) {
      if (video.state !== 'saved') continue;
      const found = await checkVideo(ports, task, video);
      // A copy would bring all of them here for this.
      if (found === 'elsewhere') continue;
      videosChecked += 1;
      ports.onChecked?.(videosChecked);
      if (found !== null) problems.push(found);
    }
  }
  const strays = await strayFiles(ports, files);
  // Of files that are another library's nobody is to hear that they may be moved away.
  const isShared = strays.length > 0 && !(await isOnlyLibrary(ports));
  if (isShared) problems.push(problem('other-library', doctorTexts.otherLibrary(strays.length), null));
  else for (const file of strays) problems.push(problem('stray-file', doctorTexts.strayFile(file), file));
  // Another inbox on the same shelf may be about to name what has no name yet.
  await ports.store.sweep?.(dayMs);
  const ok = problems.every(({ mended }) => mended);
  return { ok, tasks, videosChecked, journal: await journal.stats(ports.journalDir), ...reread, problems };
}

async function isOnlyLibrary({ store, shelfLibrary }: DoctorPorts): Promise<boolean> {
  return shelfLibrary === undefined || (await store.isOfOne?.(await shelfLibrary())) !== false;
}

async function readAgain(library: Library, what: 'preview' | 'apply'): Promise<NonNullable<DoctorReport['reread']>> {
  const found = await rereadBodies(library);
  if (what === 'apply') await found.apply();
  return { bodies: found.bodies, changes: found.changes, applied: what === 'apply' };
}

async function checkIndex(
  { library, onRead }: DoctorPorts,
  rebuild: boolean,
  journal: JournalCounter,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  let read = 0;
  const { differing, unexplained, damagedLines, lacksEvents, unknown, brokenEvents } = await library.verify((event) => {
    journal.count(event);
    read += 1;
    onRead?.(read);
  });
  for (const { file, offset, bytes } of damagedLines) {
    problems.push(problem('journal-line', doctorTexts.journalLine(file, offset, bytes), `journal/${file}`));
  }
  if (lacksEvents) {
    problems.push(problem('journal-gap', doctorTexts.journalGap, 'journal'));
  }
  if (unexplained > 0) {
    problems.push(problem('index-only', doctorTexts.indexOnly(unexplained), 'index'));
  }
  for (const { type, v, count } of unknown) {
    problems.push(problem('later-version', doctorTexts.laterVersion(count, type, v), 'journal'));
  }
  for (const { seq, type } of brokenEvents) {
    problems.push(problem('event-not-understood', doctorTexts.eventNotUnderstood(seq, type), 'journal'));
  }
  for (const page of library.opening.brokenPages) {
    problems.push(problem('index-page', doctorTexts.indexPage, `index/${page}`, true));
  }
  if (differing > 0 || rebuild) {
    const failure = await library.rebuild().then(
      () => null,
      (error: unknown) => {
        if (error instanceof Error && 'syscall' in error) return error;
        throw error;
      },
    );
    if (failure !== null) {
      problems.push(problem('index-unsaved', doctorTexts.indexUnsaved(failure.message), 'index'));
    } else if (differing > 0) {
      problems.push(problem('index-differs', doctorTexts.indexDiffers(differing), 'index', true));
    }
  }
  return problems;
}

/** What is wrong with the place of one film, and not with the disk as a whole. */
const errnosOfOne = ['EIO', 'EACCES', 'EPERM', 'EBADMSG', 'EUCLEAN'];

/** What a shelf withholds of one film, such as one in an archive, or a disk, keeps no other from being looked at. */
async function checkVideo(ports: DoctorPorts, task: Task, video: Video): Promise<Problem | 'elsewhere' | null> {
  if (video.path === null) return null;
  const shown = ports.places.shown(task, video.path);
  try {
    return await checkFile(ports, task, { ...video, path: video.path });
  } catch (error) {
    if (error instanceof Error && isErrno(error, errnosOfOne))
      return problem('withheld-video', doctorTexts.withheldVideo(shown, error.message), shown);
    if (!(error instanceof InboxError && 'isOfOne' in error && error.isOfOne === true)) throw error;
    return problem('withheld-video', doctorTexts.withheldVideo(shown, error.text), shown);
  }
}

async function checkFile(
  { places, store, onlyOnOthers }: DoctorPorts,
  task: Task,
  video: Video & { readonly path: string },
): Promise<Problem | 'elsewhere' | null> {
  const shown = places.shown(task, video.path);
  const placed = await orDamage(places.find(task, video.path));
  if (placed instanceof OtherBytes) return problem('changed-video', doctorTexts.changedVideo(shown), shown);
  if (placed !== null && (await store.isElsewhere?.(placed.name)) === true) return 'elsewhere';
  const isLost =
    placed !== null && (await store.holds?.(placed.name)) === false && (await store.bringBack?.(placed.name)) !== true;
  const stream = isLost ? null : await orDamage(placed?.open() ?? Promise.resolve(null));
  if (stream instanceof OtherBytes) return problem('changed-video', doctorTexts.changedVideo(shown), shown);
  if (placed === null || stream === null) {
    const others = onlyOnOthers?.() ?? null;
    if (others !== null) return problem('missing-yet', doctorTexts.missingYet(shown, others), shown);
    return problem('missing-video', doctorTexts.missingVideo(shown), shown);
  }
  if ((await sha256Of(stream)) !== video.sha256) {
    return problem('changed-video', doctorTexts.changedVideo(shown), shown);
  }
  return null;
}

/** Unfinished downloads (`.part`, `.part.json`) are the queue's own, and so is what a kill left of a file being written. */
async function filesIn(store: VideoStore): Promise<readonly string[]> {
  const files: string[] = [];
  for (const folder of storeFolders) {
    for await (const { name } of store.list(folder)) {
      if (!/\.(part|part\.json|tmp)$/.test(name)) files.push(name);
    }
  }
  return files.sort();
}

async function strayFiles(ports: DoctorPorts, files: readonly string[]): Promise<readonly string[]> {
  const known = new Set<string>();
  for await (const task of takingTurns(ports.library.newestFirst())) {
    // In both places: a stop may have come between the act and the move.
    for (const relative of filesOf(task)) known.add(relative).add(`trash/${relative}`);
  }
  const strays: string[] = [];
  for (const file of files) {
    if (known.has(file) || file.startsWith(stripsFolder) || (await orDamage(ports.store.stat(file))) === null) continue;
    if (!(await isArriving(ports, file))) strays.push(file);
  }
  return strays;
}

/** Saved before a crash, or just now, and not told yet: its sidecar names a video that is still wanted. */
async function isArriving({ store, library }: DoctorPorts, file: string): Promise<boolean> {
  try {
    const stream = await store.open(file.replace(/\.[^./]+$/, '.json'));
    if (stream === null) return false;
    const sidecar = JSON.parse(await text(stream)) as unknown;
    const { key, n } = sidecar as Readonly<Record<string, unknown>>;
    const task = typeof key === 'string' ? library.get(key) : undefined;
    const video = task?.videos.find(({ number }, index) => (number ?? index + 1) === n);
    return video !== undefined && video.state !== 'saved';
  } catch {
    return false;
  }
}
