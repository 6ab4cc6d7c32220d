/**
 * The folder that a log writes to: the open segment, the claim on the folder, and what to do when either is not where it
 * was. The system does not tell that a folder was removed or renamed: writing goes on into files that nobody finds again.
 * So beside each sync the file that is open is compared with the one that has its name.
 */
import { mkdir, open, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Log } from '../log/log.ts';
import { isDiskFull, isErrno } from '../storage/durable-files.ts';
import { cutTail, findEnd } from './find-end.ts';
import { StorageFault } from './health-watch.ts';
import { namedFiles, type StatNamed } from './named-file.ts';
import { wholeEnd } from './ndjson-reader.ts';
import { openSegment, type SegmentFile } from './segment-file.ts';
import { listSegments, segmentPath } from './segments.ts';
import { claimWriter, type WriterClaim } from './writer-claim.ts';

export type WriteOutcome =
  | { readonly kind: 'stored' }
  /** `isCut`: what was written of it is surely gone again. `mayRetry`: someone who was fenced off came in between. */
  | { readonly kind: 'failed'; readonly fault: StorageFault; readonly isCut: boolean; readonly mayRetry: boolean };

export interface LogFolder {
  /** Behind the last byte that was answered for. */
  place(): { readonly segment: number; readonly offset: number };
  /** The number of the last event that was found when it was opened. */
  seq(): number;
  /**
   * Must precede each write.
   * @returns a number above which the next ones must be: of events that were found where we have not written them.
   * @throws StorageFault
   */
  ready(segmentBytes: number): Promise<number>;
  /** All of it is synced and found, or none of it counts. */
  write(bytes: Buffer): Promise<WriteOutcome>;
  /**
   * Looks whether all is where it was, and goes on with it where it is back.
   * @param options.writes tries to write as well: for a disk that was full.
   * @returns as `ready`.
   * @throws StorageFault
   */
  check(options: { readonly writes: boolean }): Promise<number>;
  close(): Promise<void>;
}

const probeBytes = 64 * 1024;

/**
 * @param lost Told where events that were answered for are gone from a file.
 * @throws NodeJS.ErrnoException
 */
export async function openLogFolder(dir: string, log: Log, lost: () => void): Promise<LogFolder> {
  const statNamed = await namedFiles(dir);
  // Claimed before the end is looked for: whoever wrote before answers for nothing that is written after it.
  const claim = await claimWriter(dir, statNamed);
  try {
    return await logFolder({ dir, log, statNamed, lost }, claim);
  } catch (error) {
    await claim.close();
    throw error;
  }
}

interface FolderPorts {
  readonly dir: string;
  readonly log: Log;
  readonly statNamed: StatNamed;
  readonly lost: () => void;
}

async function logFolder({ dir, log, statNamed, lost }: FolderPorts, firstClaim: WriterClaim): Promise<LogFolder> {
  let claim = firstClaim;
  const root = path.dirname(path.resolve(dir));
  const { dev: ownDisk } = await stat(root, { bigint: true });
  const found = await findEnd(dir, log);
  const segments = await listSegments(dir);
  const isNew = !segments.includes(found.segment);
  /** How long those are that take no more. */
  const full = await sizesOf(
    dir,
    segments.filter((each) => each !== found.segment),
    statNamed,
  );
  /** The last segment that was begun; 0 where there is none. */
  let segment = isNew ? 0 : found.segment;
  let offset = found.offset;
  /** The open file is longer than what counts of it, by what could not be kept elsewhere when it was opened. */
  let tailBytes = found.size - found.offset;
  let file: SegmentFile | null = isNew ? null : await openSegment(segmentPath(dir, segment), false, statNamed);
  /** The open file takes no more: full, or its cached pages cannot be trusted after a failed sync. */
  let isDone = false;
  /** Something was not where it was when we looked last. */
  let isDoubtful = false;

  /** @returns what is wrong, `null` where all is where it was. */
  async function look(size: number): Promise<{ fault: StorageFault; file: 'written' | 'cut' | null } | null> {
    const [claimed, state] = await Promise.all([claim.look(), file === null ? 'ours' : file.look(size)]);
    if (claimed === 'held' && state === 'ours') return null;
    isDoubtful = true;
    const changed = claimed === 'held' && (state === 'written' || state === 'cut') ? state : null;
    const fault = claimed === 'taken' || changed !== null ? new StorageFault('other-writer', {}) : await absent();
    return { fault, file: changed };
  }

  async function absent(): Promise<StorageFault> {
    const isRemoved = await (file ?? claim).isRemoved();
    return new StorageFault(isRemoved ? 'folder-missing' : 'folder-moved', {});
  }

  /**
   * Goes on where that is safe: in the same folder, in a copy of the open segment where the folder was removed and made
   * again, and in a new segment where only the open one is gone.
   * @returns as `ready`.
   */
  async function recover(): Promise<number> {
    const claimed = await claim.look();
    const state = file === null ? 'ours' : await file.look(offset + tailBytes);
    if (claimed === 'taken') throw new StorageFault('other-writer', {});
    let above = 0;
    if (claimed !== 'held') {
      if (state !== 'ours' || file === null) {
        // Only what was removed is sure not to come back beside what we would write here.
        if (!(await (file ?? claim).isRemoved())) throw new StorageFault('folder-moved', {});
        await makeFolderAgain();
      }
      await claim.close();
      claim = await claimWriter(dir, statNamed);
      above = (await findEnd(dir, log)).seq;
    }
    if (file !== null && state !== 'ours') {
      if (state === 'cut') lost();
      if (state === 'written' || state === 'cut') above = (await wholeEnd(segmentPath(dir, segment))).seq;
      if (state === 'missing' && offset > 0 && (await file.isRemoved())) await file.restore(offset);
      isDone = true;
    }
    isDoubtful = false;
    log.warn({ claimed, state }, 'the journal goes on, after its folder was not as it had been left');
    return above;
  }

  /** Nothing is written to those any more, so nobody else looks. */
  async function lookAtFull(): Promise<void> {
    const now = await sizesOf(dir, [...full.keys()], statNamed);
    for (const [each, size] of full) {
      const left = now.get(each) ?? 0n;
      if (left >= size) continue;
      full.set(each, left);
      log.error({ segment: each, bytes: Number(size - left) }, 'events are gone from a full segment of the journal');
      lost();
    }
  }

  /** @throws StorageFault where it must not be made: on the empty place of a disk that is not there. */
  async function makeFolderAgain(): Promise<void> {
    const named = await stat(root, { bigint: true }).catch(() => null);
    if (named?.dev !== ownDisk) throw new StorageFault('folder-missing', {});
    await mkdir(dir, { mode: 0o700 }).catch((error: unknown) => {
      if (!isErrno(error, ['EEXIST'])) throw error;
    });
  }

  /** Nothing is added behind a torn end: what follows it would look like a part of it. */
  async function cutTornEnd(): Promise<void> {
    if (tailBytes === 0 || isDone) return;
    // What stands there may be cut by us only as long as nobody else could have written it.
    const wrong = await look(offset + tailBytes);
    if (wrong !== null) throw wrong.fault;
    await cutTail(segmentPath(dir, segment), offset, offset + tailBytes, log);
    tailBytes = 0;
  }

  async function beginSegment(): Promise<void> {
    await file?.close().catch((error: unknown) => log.warn({ error }, 'a journal segment did not close'));
    file = null;
    const next = Math.max(segment, ...(await listSegments(dir))) + 1;
    file = await openSegment(segmentPath(dir, next), true, statNamed);
    const left = segment === 0 ? null : await statNamed(segmentPath(dir, segment));
    if (left !== null) full.set(segment, left.size);
    segment = next;
    offset = 0;
    tailBytes = 0;
    isDone = false;
  }

  async function cutBack(): Promise<boolean> {
    try {
      await file?.cut(offset);
      return true;
    } catch (error) {
      isDone = true;
      log.error({ error }, 'a half-written journal batch could not be cut off');
      return false;
    }
  }

  return {
    place: () => ({ segment: Math.max(segment, 1), offset }),
    seq: () => found.seq,
    async ready(segmentBytes) {
      try {
        const above = isDoubtful ? await recover() : 0;
        await cutTornEnd();
        if (file === null || isDone || offset >= segmentBytes) await beginSegment();
        return above;
      } catch (error) {
        throw toFault(error);
      }
    },
    async write(bytes) {
      const target = file;
      if (target === null) throw new TypeError('written to before it was ready');
      try {
        await target.append(bytes);
      } catch (error) {
        return { kind: 'failed', fault: toFault(error), isCut: await cutBack(), mayRetry: false };
      }
      const [synced, looked] = await Promise.allSettled([target.sync(), look(offset + bytes.length)]);
      if (synced.status === 'rejected' || looked.status === 'rejected') {
        // What the disk has of it is not known, whatever is cut now: neither the file nor its numbers are used again.
        await cutBack();
        isDone = true;
        const cause: unknown =
          synced.status === 'rejected' ? synced.reason : looked.status === 'rejected' && looked.reason;
        return { kind: 'failed', fault: toFault(cause), isCut: false, mayRetry: false };
      }
      if (looked.value !== null) {
        const { fault, file: state } = looked.value;
        // Longer again it would be by zeros. What is left of it stays as it is.
        if (state === 'cut') return { kind: 'failed', fault, isCut: await tookBack(target, bytes), mayRetry: true };
        const isWritten = state === 'written';
        // While the claim is ours, what stands behind our last answer was answered by nobody. Else it is not ours to cut.
        const isCut = (isWritten || fault.code !== 'other-writer') && (await cutBack());
        return { kind: 'failed', fault, isCut, mayRetry: isWritten };
      }
      offset += bytes.length;
      return { kind: 'stored' };
    },
    async check({ writes }) {
      try {
        const above = isDoubtful ? await recover() : 0;
        await cutTornEnd();
        const wrong = isDone ? null : await look(offset);
        if (wrong !== null && wrong.file === null) throw wrong.fault;
        const behind = wrong === null ? 0 : await recover();
        // Where the folder itself is away, none of them was removed.
        if ((await claim.look()) === 'held') await lookAtFull();
        if (writes) await tryToWrite(path.join(dir, 'write-test'));
        return Math.max(above, behind);
      } catch (error) {
        throw toFault(error);
      }
    },
    async close() {
      try {
        await file?.close();
      } finally {
        file = null;
        await claim.close();
      }
    },
  };
}

async function tookBack(file: SegmentFile, bytes: Buffer): Promise<boolean> {
  return await file.takeBack(bytes).catch(() => false);
}

/** Of those that are there. */
async function sizesOf(dir: string, segments: readonly number[], statNamed: StatNamed): Promise<Map<number, bigint>> {
  const sizes = new Map<number, bigint>();
  for (const segment of segments) {
    const named = await statNamed(segmentPath(dir, segment));
    if (named !== null) sizes.set(segment, named.size);
  }
  return sizes;
}

async function tryToWrite(file: string): Promise<void> {
  const handle = await open(file, 'w', 0o600);
  try {
    await handle.writeFile(Buffer.alloc(probeBytes, 0x2e));
    await handle.datasync();
  } finally {
    await handle.close();
    await rm(file, { force: true });
  }
}

function toFault(cause: unknown): StorageFault {
  if (cause instanceof StorageFault) return cause;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown';
  if (isDiskFull(cause)) return new StorageFault('disk-full', {}, { cause });
  if (code === 'ENOENT' || code === 'ENOTDIR') return new StorageFault('folder-missing', {}, { cause });
  return new StorageFault('unwritable', { reason: code }, { cause });
}
