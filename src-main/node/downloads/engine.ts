/** The download engine: wires queue, transfers, checks and saving behind the `Downloads` port. */
import path from 'node:path';
import { inlineFilmOf } from '../../common/inline-film.ts';
import { checkVideo } from '../media/check-video.ts';
import { movingFormat, sniff } from '../media/sniff.ts';
import { makeFolderWithin } from '../storage/durable-files.ts';
import { freeBytes } from '../storage/free-bytes.ts';
import { createKeyedTurns } from '../storage/turns.ts';
import { createAttachedFiles } from './attach-file.ts';
import { createAddressGuard } from './address-guard.ts';
import { faultOfSniffed } from './content-fault.ts';
import { createDiskRoom } from './disk-room.ts';
import { DownloadFault } from './download-fault.ts';
import { defaultPace, defaultTimeouts, type DownloadsOptions } from './download-options.ts';
import type { DownloadJob, Downloads, JobRights } from './downloads.ts';
import { safeTarget } from './file-names.ts';
import { createWorkerHasher } from './hash-worker.ts';
import { createInlineHasher } from './hasher.ts';
import { createHttpSource } from './http-source.ts';
import { createByteBudget } from './byte-budget.ts';
import { createJobQueue, type Place, type RunResult } from './job-queue.ts';
import { hasInlineFilm, takeInlineFilm } from './inline-films.ts';
import type { LocalCopyPorts } from './local-copy.ts';
import { faultOfDisk } from './part-writer.ts';
import { createPatientStore } from './patient-store.ts';
import { watchPace, type PaceWatch } from './pace-watch.ts';
import { createProgressBoard } from './progress-board.ts';
import { partOf, type Part, readBootId, readPart, removePart, sweepTemporaries, writeState } from './resume-state.ts';
import { defaultRetry, type Attempts } from './retry-policy.ts';
import { findSaved, savePoster, saveSource, saveVideo, type SavePorts } from './save-file.ts';
import { createHostNames } from './host-names.ts';
import { createLinkTries, type LinkTry } from './link-tries.ts';
import { atOnce, createSettler, hostOf } from './settle-attempt.ts';
import { transfer, type TransferPorts } from './transfer.ts';

const postersAtOnce = 2;
const sourcesAtOnce = 1;
/** So long the machine that has a film which came inside a callback may be away; then it has to be told that it is not there. */
const inlineElsewhereMs = 24 * 3_600_000;
/** A job without a known end of its link counts as if it had one day. */
const usualLifeMs = 24 * 3_600_000;
/** An attempt takes the thread as long as so many bytes that come, also where its host is not there at all. */
const attemptBytes = 512 * 1024;

export function createDownloads(options: DownloadsOptions): Downloads {
  const { dataDir, media, reports, log } = options;
  const now = options.now ?? Date.now;
  const random = options.random ?? Math.random;
  const timeouts = { ...defaultTimeouts, ...options.timeouts };
  const retry = { ...defaultRetry, ...options.retry };
  const guard = createAddressGuard({
    allowHosts: options.allowHosts,
    allowUrlPrefixes: options.allowUrlPrefixes ?? (() => []),
    connectTimeoutMs: timeouts.connectMs,
    ...(options.resolveHost === undefined ? {} : { resolveHost: options.resolveHost }),
  });
  const source = createHttpSource({
    guard,
    proxyFor: options.proxyFor ?? (() => Promise.resolve(null)),
    headersTimeoutMs: timeouts.headersMs,
    connectTimeoutMs: timeouts.connectMs,
    maxRedirects: 10,
    userAgent: options.userAgent ?? 'VideoInbox',
    ...(options.keyHeaders === undefined ? {} : { keyHeaders: options.keyHeaders }),
  });
  const disk = createDiskRoom({
    freeSpace: options.freeSpace ?? freeBytes,
    folder: dataDir,
    reserveBytes: options.reserveBytes ?? (() => 2 * 1024 ** 3),
  });
  const inlineHasher = createInlineHasher();
  const workerHasher = createWorkerHasher();
  const maxDailyBytes = options.maxDailyBytes ?? (() => 100 * 1024 ** 3);
  const maxBytes = options.maxBytes ?? (() => 4 * 1024 ** 3);
  const copying = (): LocalCopyPorts => ({ hasher: workerHasher, disk, maxBytes: maxBytes() });
  const budget = createByteBudget({ limitBytes: maxDailyBytes, now, file: options.dailyBytesFile ?? null });
  const progress = createProgressBoard({ now, report: (job, value) => reports.progress(job, value) });
  const swept = sweepTemporaries(dataDir).catch((error: unknown) =>
    log.warn({ error }, 'what a kill has left could not be removed'),
  );
  const bootId = options.bootId === undefined ? readBootId() : Promise.resolve(options.bootId);
  const saving: SavePorts = {
    store: createPatientStore(options.store),
    media,
    now,
    describe: options.describe,
    hasher: workerHasher,
    takeTurn: createKeyedTurns(),
  };

  const settle = createSettler({ reports, retry, now, random, log, discard: (job) => removePart(partFor(job)) });
  const partFor = (job: DownloadJob): Part => partOf(dataDir, safeTarget(job.target), job);
  const idOf = (job: DownloadJob): string => `${job.kind}\n${job.key}\n${job.n}`;
  const tries = createLinkTries(idOf, now);
  const progressIdOf = (job: DownloadJob): string => `${job.kind}\n${job.key}\n${job.url}`;
  const common = {
    // Waits and pauses are not by the clock of the day: one that is set back by a day would make them a day longer.
    now: () => performance.now(),
    idOf,
    hostOf: createHostNames(),
    linkOf: (job: DownloadJob) => (job.isEarly === true ? `early ${job.url}` : job.url),
    newestLinkOf: (job: DownloadJob) => job.spareUrls?.at(-1) ?? job.url,
    taskOf: ({ key }: DownloadJob) => key,
    // Of what nobody vouches for the key itself, which is there already: of that there may be thousands.
    ownerOf: ({ key, isVouched }: DownloadJob) => (isVouched ? `${key}\nvouched` : key),
    sourceOf: (job: DownloadJob) => job.source,
    isVouched: (job: DownloadJob) => job.isVouched,
    deadlineOf: (job: DownloadJob) => deadlineOf(job, now()),
    run,
  };
  const perHost = options.perHost ?? 2;
  const videos = createJobQueue<DownloadJob>({ ...common, concurrency: options.concurrency ?? 4, perHost });
  // A lane of their own: a preview never waits for a large video, nor a video for previews.
  const posters = createJobQueue<DownloadJob>({ ...common, concurrency: postersAtOnce, perHost: postersAtOnce });
  // Inputs never take a place from a result.
  const sources = createJobQueue<DownloadJob>({ ...common, concurrency: sourcesAtOnce, perHost: sourcesAtOnce });
  const queues = [videos, posters, sources];

  const queueOf = ({ kind }: Pick<DownloadJob, 'kind'>) =>
    kind === 'video' ? videos : kind === 'poster' ? posters : sources;

  const attached = createAttachedFiles({
    dataDir,
    copying,
    saving,
    swept,
    hold: (job) => queueOf(job).hold(job.key, idOf(job)),
    async forget(job) {
      await queueOf(job).remove(job.key, idOf(job));
      tries.forget(job);
      await removePart(partFor(job));
    },
  });

  async function run(job: DownloadJob, signal: AbortSignal, place: Place): Promise<RunResult> {
    const { rights } = options;
    if (rights === undefined) return runHere(job, signal, place);
    if (!rights.isWanted(job)) return dropped(job);
    if (await leavesToOthers(job, rights, signal)) return { retryInMs: retry.diskDelayMs, holdHostMs: 0 };
    const later: RunResult = { retryInMs: rights.againMs, holdHostMs: 0, isElsewhere: true };
    const right = await rights.take(job);
    if (right === null) return later;
    let result: RunResult = later;
    try {
      // Done by another while it was asked for.
      const isWanted = rights.isWanted(job);
      result = isWanted ? await runHere(job, AbortSignal.any([signal, right.lost]), place) : dropped(job);
    } catch (error) {
      log.error({ error, key: job.key, n: job.n, kind: job.kind }, 'a download broke off; it is tried again');
    } finally {
      await right.end(result, result !== 'done' && (await goesOnHere(job, place)));
    }
    return right.lost.aborted && !signal.aborted ? later : result;
  }

  /** Another machine would begin at the first byte: of several, each may bring half of a film and none the whole. */
  async function goesOnHere(job: DownloadJob, place: Place): Promise<boolean> {
    try {
      if (!place.makesRoom && !tries.of(job).some(({ isGettingOn }) => isGettingOn)) return false;
      return (await readPart(partFor(job), await bootId)).size > 0;
    } catch (error) {
      log.debug({ error, key: job.key }, 'what is here of a download cannot be told');
      return false;
    }
  }

  /**
   * A film that came inside a callback lies where that came in. Of others: nothing fits on this disk, something does on another
   * machine's, and nothing of the job is here that only this one has.
   */
  async function leavesToOthers(job: DownloadJob, rights: JobRights, signal: AbortSignal): Promise<boolean> {
    const inline = inlineFilmOf(job.url);
    const isElsewhere = inline !== null && now() - Date.parse(job.toldAt) < inlineElsewhereMs;
    if (inline !== null && (!isElsewhere || (await hasInlineFilm(dataDir, inline)))) return false;
    try {
      if (!isElsewhere && (!rights.othersHaveRoom() || (await disk.isLeft()))) return false;
      // Who brought it to where all find it may have ended before it told so.
      return !(await liesHere(job, signal));
    } catch (error) {
      log.debug({ error, key: job.key }, 'whether a download is to be left to other machines cannot be told');
      return isElsewhere; // else as if all had room: what is wrong shows then
    }
  }

  async function liesHere(job: DownloadJob, signal: AbortSignal): Promise<boolean> {
    await swept;
    const { size, state } = await readPart(partFor(job), await bootId);
    if (size > 0 && state?.totalBytes === size) return true;
    return job.kind === 'video' && (await findSaved(saving, job, safeTarget(job.target), signal)) !== null;
  }

  function dropped(job: DownloadJob): 'done' {
    reports.notWanted?.(job);
    return 'done';
  }

  async function runHere(job: DownloadJob, signal: AbortSignal, place: Place): Promise<RunResult> {
    const pace = watchPace(options.pace ?? defaultPace, place);
    const link = tries.next(job);
    link.attempts.isGettingOn = false;
    try {
      await fetchAndSave(job, link, pace, signal);
      tries.forget(job);
      return 'done';
    } catch (error) {
      if (signal.aborted) return atOnce;
      const fault = foreseen(error, job);
      link.attempts.waitsForStore = fault.isOfStore;
      if (await isWholeAnyway(job, fault, link.attempts)) return atOnce;
      const result = await settle(job, fault, link, signal);
      if (result === 'done') tries.forget(job);
      return result;
    } finally {
      pace.stop();
      progress.remove(progressIdOf(job));
    }
  }

  /** @throws DownloadFault `daily-limit` */
  function spend(job: DownloadJob, count: number): void {
    budget.spend(job.source, count);
    if (budget.left(job.source) === 0) throw new DownloadFault({ reason: 'daily-limit', limitBytes: maxDailyBytes() });
  }

  /** What no one foresaw is a fault of ours: told whole to the log, and to the person as what it is. */
  function foreseen(error: unknown, job: DownloadJob): DownloadFault {
    const known = error instanceof DownloadFault ? error : faultOfDisk(error);
    if (known !== null) return known;
    log.error({ error, key: job.key, n: job.n, kind: job.kind }, 'a download failed in a way that was not foreseen');
    return new DownloadFault({ reason: 'internal' });
  }

  async function fetchAndSave(job: DownloadJob, link: LinkTry, pace: PaceWatch, signal: AbortSignal): Promise<void> {
    const id = progressIdOf(job);
    const target = safeTarget(job.target);
    const part = partOf(dataDir, target, job);
    await swept;
    await budget.loaded;
    await options.giveWay?.(attemptBytes);
    await makeFolderWithin(dataDir, path.dirname(part.file));
    if (job.kind === 'video') {
      const earlier = await findSaved(saving, job, target, signal);
      if (earlier !== null) {
        await removePart(part);
        await report(reports.saved(job, earlier));
        return;
      }
    }
    const ports: TransferPorts = {
      source,
      hasher: workerHasher,
      smallHasher: inlineHasher,
      disk,
      giveWay: options.giveWay ?? (() => undefined),
      bootId: await bootId,
      now,
      stall: { stallMs: timeouts.stallMs, trickleMs: timeouts.trickleMs, leastBytes: timeouts.trickleMs },
      totalMs: timeouts.totalMs,
    };
    const inline = await takeInlineFilm({ ...copying(), dataDir }, job.url, part, signal);
    if (inline !== null) {
      await report(reports.saved(job, await saveVideo(saving, job, target, part, inline, signal)));
      return;
    }
    const transferred = await transfer(ports, {
      url: link.url,
      isEarly: job.isEarly === true,
      // Images are made smaller on their way by some hosts, which leave the checksum of the large one.
      isHeldToDigest: job.kind === 'video',
      otherSha256: link.attempts.otherSha256,
      part,
      maxBytes: job.kind === 'poster' ? (options.maxPosterBytes ?? 20 * 1024 ** 2) : maxBytes(),
      signal,
      async checkStart(start) {
        const found = await sniff(start);
        if (job.kind === 'source' && (found.kind === 'video' || found.kind === 'image')) return;
        const wanted = job.kind === 'poster' ? 'image' : 'video';
        // Whether it moves is only known at its end.
        const mayMove = wanted === 'video' && movingFormat(found, start) !== null;
        if (found.kind !== wanted && !mayMove) throw faultOfSniffed(found, hostOf(job));
      },
      onStarted() {
        progress.start(id, job);
        reports.started(job);
      },
      onProgress(receivedBytes, totalBytes) {
        pace.at(receivedBytes);
        progress.update(id, receivedBytes, totalBytes);
      },
      onBytes: job.isVouched ? () => undefined : (count) => spend(job, count),
    });
    try {
      if (job.kind === 'video')
        await report(reports.saved(job, await saveVideo(saving, job, target, part, transferred, signal)));
      else if (job.kind === 'source')
        await report(reports.sourceSaved(job, await saveSource(saving, job, target, part, transferred)));
      else await report(reports.posterSaved(job, await savePoster(saving, target, part, transferred)));
    } catch (error) {
      if (error instanceof DownloadFault && error.discardPart) await removePart(part);
      throw error;
    }
  }

  /**
   * A server may promise more bytes than the file has. Where it ended twice at the same place and the file itself tells
   * that it ends there, the part counts as complete from now on.
   */
  async function isWholeAnyway(job: DownloadJob, fault: DownloadFault, attempts: Attempts): Promise<boolean> {
    if (fault.endedAt === null || fault.endedAt !== attempts.shortEnd?.bytes) return false;
    const part = partFor(job);
    try {
      const { size, state } = await readPart(part, await bootId);
      if (state === null || size !== fault.endedAt) return false;
      const check = await checkVideo(media, part.file, size);
      if (!check.ok || check.mayGoOn === true) return false;
      await writeState(part, { ...state, totalBytes: size });
      log.warn(
        { key: job.key, host: hostOf(job), size, promised: state.totalBytes },
        'a server promised too many bytes',
      );
      return true;
    } catch {
      return false; // the disk; the next attempt meets it as well
    }
  }

  /** The file is on disk; a library that cannot note it is asked again, which finds the file by its sidecar. */
  async function report(noted: Promise<void>): Promise<void> {
    try {
      await noted;
    } catch (cause) {
      throw new DownloadFault({ reason: 'report-failed' }, { cause });
    }
  }

  return {
    enqueue: (job) => queueOf(job).add(job),
    async cancel(key, { removeParts, stopped = [] }) {
      // In the trash it still becomes a video of the task; a task that is gone has none.
      if (removeParts) await attached.stop(key);
      const removed = await Promise.all(queues.map((queue) => queue.remove(key)));
      for (const job of [...removed.flat(), ...stopped]) {
        tries.forget(job);
        if (!removeParts) continue;
        await removePart(partFor(job)).catch((error: unknown) =>
          log.warn({ key, error }, 'a part of a cancelled download could not be removed'),
        );
      }
    },
    attach: (job, bytes, attaching) => attached.attach(job, bytes, attaching),
    keepSource: (job, bytes) => attached.keepSource(job, bytes),
    progressOf: (key, url) => progress.get(`video\n${key}\n${url}`),
    waitOf: (key, n) => videos.waitOf(key, `video\n${key}\n${n}`),
    waiting: (kind) => queueOf({ kind }).waiting,
    network: () => ({ hasFakeAddresses: guard.hasFakeAddresses }),
    pause() {
      for (const queue of queues) queue.pause();
    },
    resume() {
      for (const attempts of tries.all()) attempts.sinceWoken = 0;
      for (const queue of queues) queue.resume();
    },
    storeIsWell() {
      const waitsForIt = (job: DownloadJob): boolean => tries.of(job).some(({ waitsForStore }) => waitsForStore);
      for (const queue of queues) queue.retryWhere(waitsForIt);
    },
    get paused() {
      return videos.paused;
    },
    retryNow: (key) => videos.retryNow(key),
    setAtOnce: (atOnce) => videos.setConcurrency(atOnce),
    async close() {
      // The media thread too, for what runs waits for it.
      await Promise.all([attached.stop(), ...queues.map((queue) => queue.close()), media.close()]);
      await Promise.all([source.close(), workerHasher.close(), budget.close()]);
    },
  };
}

function deadlineOf({ expiresAt, diesAt }: DownloadJob, enqueuedAt: number): number {
  const first = Math.min(timeOf(expiresAt), timeOf(diesAt ?? null));
  return first === Infinity ? enqueuedAt + usualLifeMs : first;
}

/** `Infinity` where it is not known, or no time. */
function timeOf(iso: string | null): number {
  const ms = iso === null ? NaN : Date.parse(iso);
  return Number.isNaN(ms) ? Infinity : ms;
}
