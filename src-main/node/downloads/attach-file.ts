/** Bytes that the person has, in place of a download: into a part of their own, checked and named like what was fetched. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { makeFolderWithin } from '../storage/durable-files.ts';
import type { Attaching, DownloadJob, StoredSource } from './downloads.ts';
import { safeTarget } from './file-names.ts';
import { copyIntoPart, type LocalCopyPorts } from './local-copy.ts';
import { orFaultOfDisk } from './part-writer.ts';
import { attachedPartOf, removePart, type Part } from './resume-state.ts';
import { saveSource, saveVideo, type SavePorts } from './save-file.ts';
import type { Transferred } from './transfer.ts';

export interface AttachPorts {
  readonly dataDir: string;
  readonly copying: () => LocalCopyPorts;
  readonly saving: SavePorts;
  /** Resolves once what a kill has left is gone. */
  readonly swept: Promise<unknown>;
  /** Stops the download of the job and starts none until the returned function is called. */
  readonly hold: (job: DownloadJob) => Promise<() => void>;
  /** The job has its file and is to be forgotten. */
  readonly forget: (job: DownloadJob) => Promise<unknown>;
}

export interface AttachedFiles {
  /** @throws DownloadFault, or what `attaching` or the reading of the bytes throws */
  attach(job: DownloadJob, bytes: AsyncIterable<Uint8Array>, attaching: Attaching): Promise<void>;
  keepSource(job: DownloadJob, bytes: AsyncIterable<Uint8Array>): Promise<StoredSource>;
  /** Stops those of a task, or all; resolves once none of them touches the disk any more. */
  stop(key?: string): Promise<void>;
}

interface Save<T> {
  readonly check: () => void;
  readonly take: (target: string, part: Part, copied: Transferred, signal: AbortSignal) => Promise<T>;
}

export function createAttachedFiles(ports: AttachPorts): AttachedFiles {
  const running = new Map<Promise<unknown>, { readonly job: DownloadJob; readonly controller: AbortController }>();
  let isClosed = false;

  /** One after the other for one file: the second one then hears that there is one. */
  async function takeInTurn<T>(
    job: DownloadJob,
    bytes: AsyncIterable<Uint8Array>,
    save: Save<T>,
    signal: AbortSignal,
  ): Promise<T> {
    await ended((other) => isSame(other, job));
    const target = safeTarget(job.target);
    const part = attachedPartOf(ports.dataDir, target, randomBytes(4).toString('hex'));
    await ports.swept;
    const release = await ports.hold(job);
    try {
      save.check();
      await makeFolderWithin(ports.dataDir, path.dirname(part.file));
      const copied = await copyIntoPart(ports.copying(), untilAborted(bytes, signal), part, signal);
      const taken = await save.take(target, part, copied, signal);
      await ports.forget(job);
      return taken;
    } catch (error) {
      await removePart(part);
      throw orFaultOfDisk(error);
    } finally {
      release();
    }
  }

  async function take<T>(job: DownloadJob, bytes: AsyncIterable<Uint8Array>, save: Save<T>): Promise<T> {
    const controller = new AbortController();
    if (isClosed) controller.abort(new Error('stopped'));
    const run = takeInTurn(job, bytes, save, controller.signal);
    running.set(run, { job, controller });
    try {
      return await run;
    } finally {
      running.delete(run);
    }
  }

  const which = (isMeant: (job: DownloadJob) => boolean) => [...running].filter(([, { job }]) => isMeant(job));

  async function ended(isMeant: (job: DownloadJob) => boolean): Promise<void> {
    await Promise.allSettled(which(isMeant).map(([run]) => run));
  }

  return {
    attach(job, bytes, attaching) {
      const { describe = ports.saving.describe } = attaching;
      return take(job, bytes, {
        check: () => attaching.check(),
        async take(...part) {
          await attaching.noted(await saveVideo({ ...ports.saving, describe }, job, ...part));
        },
      });
    },
    keepSource: (job, bytes) =>
      take(job, bytes, {
        check: () => undefined,
        take: (target, part, copied) => saveSource(ports.saving, job, target, part, copied),
      }),
    async stop(key) {
      if (key === undefined) isClosed = true;
      const isMeant = (job: DownloadJob): boolean => key === undefined || job.key === key;
      for (const [, { controller }] of which(isMeant)) controller.abort(new Error('stopped'));
      await ended(isMeant);
    },
  };
}

function isSame(one: DownloadJob, other: DownloadJob): boolean {
  return one.kind === other.kind && one.key === other.key && one.n === other.n;
}

/** Whoever sends the bytes may fall silent: what is stopped does not wait for the next one. */
async function* untilAborted(bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const reader = bytes[Symbol.asyncIterator]();
  try {
    for (;;) {
      // What was aborted while the bytes before were written tells no listener.
      signal.throwIfAborted();
      const next = await orAborted(reader.next(), signal);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // A sender that is silent does not answer this either.
    void Promise.resolve(reader.return?.()).catch(() => undefined);
  }
}

/**
 * One promise for each step: in a race against one that stays for all of them, every step leaves a reaction there that
 * holds its bytes, so that a film would be in memory whole.
 */
async function orAborted<T>(step: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort = (): void => undefined;
  try {
    const done = await new Promise<T>((resolve, reject) => {
      abort = () => reject(signal.reason as Error);
      signal.addEventListener('abort', abort, { once: true });
      step.then(resolve, reject);
    });
    signal.throwIfAborted();
    return done;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
