/** Checks the library against the disk: journal, index, every video by its hash, and files that nobody knows. */
import { text } from 'node:stream/consumers';
import type { DoctorOptions, DoctorReport } from '../../common/contract.ts';
import type { Task, Video } from '../../common/model.ts';
import { stripsFolder } from '../previews/strips.ts';
import { filesOf, type FilePlaces } from '../video-store/file-places.ts';
import { takingTurns } from '../in-turns.ts';
import type { Library } from '../projections/library.ts';
import { sha256Of } from '../storage/file-hash.ts';
import { storeFolders, type VideoStore } from '../video-store/video-store.ts';
import { createJournalCounter, type JournalCounter } from './journal-stats.ts';
import { rereadBodies } from './reread.ts';

const dayMs = 24 * 3600 * 1000;
type Problem = DoctorReport['problems'][number];

export interface DoctorPorts {
  readonly store: VideoStore;
  readonly library: Library;
  readonly places: FilePlaces;
  readonly journalDir: string;
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
      videosChecked += 1;
      const problem = await checkVideo(ports, task, video);
      ports.onChecked?.(videosChecked);
      if (problem !== null) problems.push(problem);
    }
  }
  for (const relative of await strayFiles(ports, files)) {
    problems.push({
      code: 'stray-file',
      message: `${relative} belongs to no task. It is left where it is; move it away if you do not need it.`,
      path: relative,
      mended: false,
    });
  }
  // Another inbox on the same shelf may be about to name what has no name yet.
  await ports.store.sweep?.(dayMs);
  const ok = problems.every(({ mended }) => mended);
  return { ok, tasks, videosChecked, journal: await journal.stats(ports.journalDir), ...reread, problems };
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
    problems.push({
      code: 'journal-line',
      message: `A line of the journal (${file}, byte ${String(offset)}, ${String(bytes)} bytes) cannot be read. All other events are intact; what that line said is lost unless the provider calls again.`,
      path: `journal/${file}`,
      mended: false,
    });
  }
  if (lacksEvents) {
    problems.push({
      code: 'journal-gap',
      message:
        'Some events are gone from the journal, as after a file of it was lost or an older copy put in its place. What the index still knows of them is kept, so do not delete the folder index; a backup of the folder journal would bring back all of it.',
      path: 'journal',
      mended: false,
    });
  }
  if (unexplained > 0) {
    problems.push({
      code: 'index-only',
      message: `The index knows ${String(unexplained)} tasks of which the journal says nothing. They are kept, so do not delete the folder index; a backup of the folder journal would bring back what it lost.`,
      path: 'index',
      mended: false,
    });
  }
  for (const { type, v, count } of unknown) {
    problems.push({
      code: 'later-version',
      message: `${count === 1 ? '1 event' : `${String(count)} events`} of the kind "${type}" (format ${String(v)}) came from a later version of this program: kept, and skipped. That version, or a newer one, reads what they say.`,
      path: 'journal',
      mended: false,
    });
  }
  for (const { seq, type } of brokenEvents) {
    problems.push({
      code: 'event-not-understood',
      message: `Event ${String(seq)} ("${type}") broke the program while its task was made from it, so that task is as it was before. The log tells more; the event is kept, and an update can read it again.`,
      path: 'journal',
      mended: false,
    });
  }
  for (const page of library.opening.brokenPages) {
    problems.push({
      code: 'index-page',
      message: 'A page of the index was broken. It was put aside and made again from the journal; nothing is lost.',
      path: `index/${page}`,
      mended: true,
    });
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
      problems.push({
        code: 'index-unsaved',
        message: `The index was made again, but the disk did not take it (${failure.message}). Nothing is lost: the next start reads the whole journal instead. Make room, or look at the disk, and run this again.`,
        path: 'index',
        mended: false,
      });
    } else if (differing > 0) {
      problems.push({
        code: 'index-differs',
        message: `The index said something else than the journal about ${String(differing)} tasks. It was made again from the journal.`,
        path: 'index',
        mended: true,
      });
    }
  }
  return problems;
}

async function checkVideo({ places }: DoctorPorts, task: Task, video: Video): Promise<Problem | null> {
  if (video.path === null) return null;
  const shown = places.shown(task, video.path);
  const again = 'Open the task and choose "Try again" to fetch it while its link lives.';
  const placed = await places.find(task, video.path);
  const stream = await placed?.open();
  if (placed === null || stream === null || stream === undefined) {
    return { code: 'missing-video', message: `${shown} is not on disk any more. ${again}`, path: shown, mended: false };
  }
  if ((await sha256Of(stream)) !== video.sha256) {
    return {
      code: 'changed-video',
      message: `${shown} is not the file that was saved: its size or hash differs. If you did not change it, move it away and fetch it again.`,
      path: shown,
      mended: false,
    };
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
    for (const relative of filesOf(task)) known.add(ports.places.shown(task, relative));
  }
  const strays: string[] = [];
  for (const file of files) {
    if (known.has(file) || file.startsWith(stripsFolder) || (await ports.store.stat(file)) === null) continue;
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
