/** What brings files here: downloads as the person has set them, what is wanted of them, and what they report to the log. */
import { createDownloads } from '../downloads/engine.ts';
import type { Downloads } from '../downloads/downloads.ts';
import { createClock } from '../clock.ts';
import type { DownloadsOptions } from '../downloads/download-options.ts';
import type { RightOfWay } from '../downloads/right-of-way.ts';
import type { Library } from '../projections/library.ts';
import type { SettingsStore } from '../settings/settings.ts';
import type { KeptBook } from '../submissions/kept-book.ts';
import type { FilePlaces } from '../video-store/file-places.ts';
import type { Addresses } from './addresses.ts';
import { createDownloadPlan, describeTask, type DownloadPlan } from './downloads/download-plan.ts';
import { createDownloadReports } from './downloads/download-reports.ts';
import type { InboxBase } from './inbox-base.ts';
import type { LiveWorkBoard } from './telling/live-work.ts';
import type { ProviderSide } from './provider-side.ts';
import { createEarlyFilms } from './downloads/early-films.ts';
import { createSecondLooks, isLost, type SecondLooks } from './downloads/second-looks.ts';
import { openReserve } from './status/room-left.ts';
import { bringsJob, type SharedRights } from './machines/shared-work.ts';
import { createSourceArchive, type SourceArchive } from './downloads/source-archive.ts';

export interface DownloadSidePorts extends Pick<DownloadsOptions, 'store' | 'media'> {
  readonly library: Library;
  readonly places: FilePlaces;
  readonly kept: Pick<KeptBook, 'book'>;
  readonly providers: Pick<ProviderSide, 'client' | 'sources'>;
  readonly addresses: Pick<Addresses, 'samples' | 'isOwnLink'>;
  /** `null` where nobody shares the work. */
  readonly rights: SharedRights | null;
  readonly rightOfWay: Pick<RightOfWay, 'giveWay'>;
  readonly live: LiveWorkBoard;
  /** The task looks different although nothing was recorded. */
  readonly changed: (key: string) => void;
}

export interface DownloadSide {
  readonly downloads: Downloads;
  readonly plan: DownloadPlan;
  readonly looks: SecondLooks;
  /** The inputs of tasks. */
  readonly archive: SourceArchive;
  /** How many videos are being fetched. */
  readonly running: () => number;
  /** What the disk keeps free: by the settings, else by its size. */
  readonly reserveBytes: () => number;
}

const mib = 1024 * 1024;

export async function openDownloadSide(base: InboxBase, ports: DownloadSidePorts): Promise<DownloadSide> {
  const { closers, config, dir, settings, now, log } = base;
  const { addresses, changed, kept, library, live, media, places, providers, rightOfWay, rights, store } = ports;
  const reserveBytes = await openReserve(dir, settings);
  const set = (): ReturnType<SettingsStore['get']>['downloads'] => settings.get().downloads;

  const reports = createDownloadReports({
    record: createEarlyFilms({
      get: (key) => library.get(key),
      store,
      record: (draft, job) => (rights === null ? library.record(draft) : rights.record(draft, job)),
      log,
    }),
    isTold: ({ key, url }) => library.get(key)?.videos.some((video) => video.url === url && isLost(video)) === true,
    changed,
    publish: base.publish,
    // Of an input, and none is fetched before the archive asks for it.
    sourceEnded: (job, isSaved) => (isSaved ? archive.saved(job) : archive.failed(job)),
    log,
    now,
  });
  const downloads = createDownloads({
    dataDir: dir.root,
    dailyBytesFile: dir.dailyBytesFile,
    store,
    media,
    describe: ({ key }) => describeTask(library.get(key)),
    keyHeaders: (url) => providers.client.fileHeaders(url),
    allowUrlPrefixes: () => [addresses.samples()],
    reports,
    ...(rights === null ? {} : { rights }),
    allowHosts: config.allowHosts,
    proxyFor: base.outgoing.proxyFor,
    giveWay: (bytes) => rightOfWay.giveWay(bytes),
    maxBytes: () => set().maxVideoMiB * mib,
    maxDailyBytes: () => set().mibPerDay * mib,
    reserveBytes,
    concurrency: set().atOnce,
    log,
  });
  live.add({
    progressOf: (key, url) => downloads.progressOf(key, url),
    waitOf: (key, n) => downloads.waitOf(key, n),
    lastAttempt: (key, url) => reports.lastAttempt(key, url),
  });

  const plan = createDownloadPlan(downloads, (job) => bringsJob(job, config.roles, config.store.url !== null));
  const looks = createSecondLooks({
    library,
    look(task, n) {
      if (rights?.keepsInputs() ?? true) downloads.enqueue({ ...plan.jobFor(task, n), isLook: true });
    },
    clock: createClock(),
  });
  closers.add('second looks', () => looks.close());
  const archive = createSourceArchive({
    isOn: () => set().keepSources,
    get: (key) => library.get(key),
    head: (key) => library.head(key),
    record: (draft) => library.record(draft),
    downloads,
    ordered: (submission) => kept.book.get(submission)?.sources ?? [],
    uploaded: (url) => providers.sources.uploadedFile(url),
    open: async (task, relative) => (await (await places.find(task, relative))?.open()) ?? null,
    isOwnLink: addresses.isOwnLink,
    now: () => now().getTime(),
    log,
  });
  closers.add('archive of inputs', () => archive.close());
  closers.add('downloads', () => downloads.close());

  return {
    downloads,
    plan,
    looks,
    archive,
    running: () => reports.running((key, url) => downloads.progressOf(key, url) !== null),
    reserveBytes,
  };
}
