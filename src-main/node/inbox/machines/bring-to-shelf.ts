/**
 * A library that was alone has its films on its own disk, where no other machine finds them. Once it shares its log, they go
 * to the shelf by themselves: one at a time, and what a stop or a shelf that is away leaves is gone on with.
 */
import type { OnlyHere } from '../../../common/shared-status.ts';
import { InboxError } from '../../../common/errors.ts';
import type { Task } from '../../../common/model.ts';
import { takingTurns } from '../../in-turns.ts';
import type { Log } from '../../log/log.ts';
import type { Library } from '../../projections/library.ts';
import { isErrno } from '../../storage/durable-files.ts';
import { filesOf, type FilePlaces } from '../../video-store/file-places.ts';
import { storeFolders, type DiskBeneath } from '../../video-store/video-store.ts';

export interface BringToShelfPorts {
  readonly library: Pick<Library, 'get' | 'newestFirst'>;
  readonly places: Pick<FilePlaces, 'shown' | 'moveToTrash' | 'moveBack' | 'remove'>;
  /** Whether the log knows here all that this machine has stored: else there are tasks that the library lacks. */
  readonly isWhole: () => Promise<boolean>;
  readonly log: Log;
  /** In ms. Default 2 s: a start has other things to do. */
  readonly firstMs?: number;
  /** Until it is tried again, where not all could be brought. Default 10 s. */
  readonly againMs?: number;
}

export interface BringToShelf {
  /** Films that no other machine can open. */
  left(): OnlyHere;
  begin(ports: BringToShelfPorts): void;
  /** A film that is on its way is sent once more at the next start, from where it had come to. */
  close(): void;
}

interface Found {
  readonly name: string;
  readonly key: string;
  /** As the task calls it. */
  readonly relative: string;
  readonly sizeBytes: number;
  readonly sha256: string | null;
}

/** So many that are refused one behind the other are the shelf's trouble, and no file's. */
const mostInARow = 16;

const isFilm = (name: string): boolean => /^(trash\/)?videos\//.test(name) && !name.endsWith('.json');

/** All that lies there, but for what a download is at. */
async function listed(disk: DiskBeneath): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const folder of storeFolders) {
    for await (const { name, sizeBytes } of disk.beneath(folder)) {
      if (!/\.(part|part\.json|tmp)$/.test(name)) found.set(name, sizeBytes);
    }
  }
  return found;
}

function counted(files: Iterable<readonly [name: string, sizeBytes: number]>): OnlyHere {
  let films = 0;
  let bytes = 0;
  for (const [name, sizeBytes] of files) {
    if (!isFilm(name)) continue;
    films += 1;
    bytes += sizeBytes;
  }
  return { films, bytes };
}

/** Counts at once what may be this library's, which is not known yet: others must not take it for lost meanwhile. */
export async function openBringToShelf(disk: DiskBeneath): Promise<BringToShelf> {
  let left = counted(await listed(disk));
  const stop = new AbortController();
  const isOver = (): boolean => stop.signal.aborted;
  /** Nobody else waits for what cannot be read here: they may have it from its link again. */
  const unreadable = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  async function ofTasks({ library }: BringToShelfPorts, there: ReadonlyMap<string, number>): Promise<Found[]> {
    const found: Found[] = [];
    if (there.size === 0) return found;
    for await (const task of takingTurns(library.newestFirst())) {
      for (const relative of filesOf(task)) {
        for (const name of [relative, `trash/${relative}`]) {
          const sizeBytes = there.get(name);
          if (sizeBytes === undefined) continue;
          found.push({ name, key: task.key, relative, sizeBytes, sha256: shaOf(task, relative) });
        }
      }
    }
    return found;
  }

  /** @returns whether it is done with. */
  async function bring({ library, places }: BringToShelfPorts, file: Found): Promise<boolean> {
    const before = library.get(file.key);
    if (before === undefined) return true;
    const to = places.shown(before, file.relative);
    const outcome = await disk.bringUp(file.name, to, file.sha256);
    const task = library.get(file.key);
    // Removed for good, thrown away, or brought back, while it was on its way.
    if (outcome === 'brought' && task === undefined) await places.remove([file.relative]);
    else if (outcome === 'brought' && task !== undefined && places.shown(task, file.relative) !== to) {
      await (task.trashedAt === null ? places.moveBack([task]) : places.moveToTrash([task]));
    }
    return outcome !== 'differs';
  }

  function isLeftNoMore({ name, sizeBytes }: Found): void {
    if (unreadable.has(name)) return;
    const { films, bytes } = counted([[name, sizeBytes]]);
    left = { films: left.films - films, bytes: left.bytes - bytes };
  }

  /** @returns whether all is there that can be. */
  async function pass(ports: BringToShelfPorts): Promise<boolean> {
    const { log } = ports;
    const isWhole = await ports.isWhole();
    const there = await listed(disk);
    const files = await ofTasks(ports, there);
    // What no task is known of may be that of one that the log is to hear of yet.
    const known = isWhole ? files.map(({ name, sizeBytes }) => [name, sizeBytes] as const) : [...there];
    left = counted(known.filter(([name]) => !unreadable.has(name)));
    if (left.films > 0) log.info(left, 'films that only this machine has go to the shelf');
    let failed = 0;
    let inARow = 0;
    for (const file of files) {
      if (isOver()) return true;
      try {
        const isDone = await bring(ports, file);
        if (!isDone) log.warn({ file: file.name }, 'a file is not the one of its task, and stays on the disk');
        inARow = 0;
        isLeftNoMore(file);
        unreadable.delete(file.name);
      } catch (error) {
        if (!(error instanceof InboxError) && !(error instanceof Error && 'syscall' in error)) throw error;
        if (isOver()) return true;
        log.warn({ error, file: file.name }, 'a file could not be brought to the shelf yet');
        if (isUnreadable(error)) {
          isLeftNoMore(file);
          unreadable.add(file.name);
        }
        failed += 1;
        inARow += 1;
        // Where the shelf is away each takes seconds; what it says of one may be about that one.
        const isOfOne = !(error instanceof InboxError) || ('isOfOne' in error && error.isOfOne === true);
        if (!isOfOne || inARow === mostInARow) return false;
      }
    }
    return isWhole && failed === 0;
  }

  function passIn(ports: BringToShelfPorts, ms: number): void {
    timer = setTimeout(() => {
      void pass(ports)
        .catch((error: unknown) => {
          ports.log.error({ error }, 'films of this machine could not be brought to the shelf');
          return false;
        })
        .then((isDone) => {
          if (!isDone && !isOver()) passIn(ports, ports.againMs ?? 10_000);
        });
    }, ms).unref();
  }

  return {
    left: () => left,
    begin(ports) {
      passIn(ports, ports.firstMs ?? 2000);
    },
    close() {
      stop.abort();
      clearTimeout(timer);
    },
  };
}

/** A firewall that forbids the way to the shelf says the same of the connection, and nothing of the file. */
function isUnreadable(error: Error): boolean {
  return isErrno(error, ['EIO', 'EACCES', 'EPERM']) && 'syscall' in error && error.syscall !== 'connect';
}

function shaOf(task: Task, relative: string): string | null {
  const files = [...task.videos, ...(task.sources ?? [])];
  return files.find(({ path }) => path === relative)?.sha256 ?? null;
}
