/**
 * The whole inbox without a host: listeners, library, downloads and calls, wired together. The headless program and
 * the desktop app differ only in what they pass in here and in who calls `dispatch`.
 */
import { randomBytes } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import type { Answer, AppInfo, InboxEvent, Status, TunnelStatus } from '../../common/contract.ts';
import { InboxError, toErrorData } from '../../common/errors.ts';
import { createDispatch, type Dispatch } from '../../common/dispatch.ts';
import type { TaskView } from '../../common/task-view.ts';
import { argParsers } from '../../common/parse-calls.ts';
import { openCallbackUrls } from '../callbacks/callback-urls.ts';
import { createTestCallbacks } from '../callbacks/test-callback.ts';
import { createClosers, type Closers } from '../closers.ts';
import type { Config } from '../config.ts';
import type { DataDir } from '../data-dir.ts';
import { createDownloads } from '../downloads/engine.ts';
import { sweepInlineFilms } from '../downloads/inline-films.ts';
import { createProxyChoice, environmentProxy } from '../downloads/proxy-choice.ts';
import { openNdjsonLog } from '../event-log/ndjson-log.ts';
import type { InstanceLock } from '../instance-lock.ts';
import { createFilePlaces } from '../video-store/file-places.ts';
import { openLibraryOn } from '../projections/library.ts';
import { hostTexts } from '../../common/texts/en-host.ts';
import { createUiEvents } from '../local-server/ui-events.ts';
import type { Log } from '../log/log.ts';
import { createMediaReader } from '../media/media-reader.ts';
import { openApiKeys } from '../settings/api-keys.ts';
import { createDigest } from '../reactors/digest.ts';
import { createExpiryLedger } from '../reactors/expiry-ledger.ts';
import { createHooks } from '../reactors/hooks.ts';
import { startReactors, type Reactor } from '../reactors/reactors.ts';
import type { Secrets } from '../settings/secrets.ts';
import { freeBytes } from '../storage/free-bytes.ts';
import { createBroughtSources } from '../submissions/brought-sources.ts';
import type { SettingsStore } from '../settings/settings.ts';
import type { UrlMemory } from '../tunnel/drift.ts';
import type { Probe } from '../tunnel/reachability.ts';
import type { SwitchableTunnel } from '../tunnel/switchable-tunnel.ts';
import { createClock } from '../tunnel/clock.ts';
import { watchSystem } from '../tunnel/system-events.ts';
import { openClosedLoop } from './closed-loop.ts';
import { openCallbackSide } from './callback-side.ts';
import { openVideoStore } from '../video-store/open-store.ts';
import { createChangeFeed } from './change-feed.ts';
import { createDownloadPlan, describeTask } from './download-plan.ts';
import { createDownloadReports } from './download-reports.ts';
import { createFilmImport } from './film-import.ts';
import { createHandlers } from './handlers.ts';
import { createGallerySide } from './gallery-side.ts';
import { createLibraryCheck } from './library-check.ts';
import { createOutageWatch } from './outage-watch.ts';
import { createTaskView } from './task-view.ts';
import { createSettingsService } from './settings-service.ts';
import { needsRole, sharedRights, sharedTurns, turnNames } from './shared-work.ts';
import { createSourceArchive } from './source-archive.ts';
import { openSyncSide, type SyncSide } from './sync-side.ts';
import { createStrips } from '../previews/strips.ts';
import { createTaskActs } from './task-acts.ts';
import { createStorageWatch } from './storage-watch.ts';
import { createTwinSide } from './twin-side.ts';
import { taskReactors } from './task-reactors.ts';
import { createTunnelDetails } from './tunnel-details.ts';

export interface InboxOptions {
  readonly config: Config;
  readonly dir: DataDir;
  readonly lock: InstanceLock;
  readonly log: Log;
  readonly settings: SettingsStore;
  readonly secrets: Secrets;
  readonly tunnel: SwitchableTunnel;
  readonly probe: Probe;
  readonly urlMemory: UrlMemory;
  readonly info: Omit<AppInfo, 'dataDir'>;
  /** Folder of the built renderer. */
  readonly uiDir: string;
  readonly systemProxy?: (url: string) => Promise<string | null>;
  readonly now?: () => Date;
}

export interface Inbox {
  readonly dispatch: Dispatch;
  /** @returns the undo. */
  subscribe(listener: (event: InboxEvent) => void): () => void;
  /** Tells the windows something that the host knows. */
  announce(event: InboxEvent): void;
  /** Called for each change of a task as it happens, not gathered. @returns the undo. */
  onTask(listener: (task: TaskView) => void): () => void;
  /** Page, assets, media and posters; the host has checked who asks. */
  handleUi(request: Request): Promise<Response>;
  status(): Promise<Status>;
  /** The public one where there is one, else the loopback one. */
  callbackUrl(): string;
  loopbackCallbackUrl(): string;
  galleryUrl(): string;
  /** Where twins read along; `null` where none may. */
  syncUrl(): string | null;
  /** An address of the gallery that works once and for a minute: for the command line of a browser, which all can read. */
  ticketUrl(): string;
  /** Absolute path of the nth video (from 1) of a task, `null` where it is not on disk. */
  videoFile(key: string, n: number): string | null;
  posterFile(key: string): string | null;
  setPaused(paused: boolean): void;
  isPaused(): boolean;
  /** The machine slept: what broke off meanwhile is tried again now. */
  wake(): void;
  /** Stops taking callbacks, ends what is being answered, flushes. */
  close(): Promise<void>;
}

const mib = 1024 * 1024;

/** @throws InboxError where a port is taken; what was opened before is closed then. */
export async function createInbox(options: InboxOptions): Promise<Inbox> {
  const closers = createClosers(options.log);
  try {
    const inbox = await build(options, closers);
    await inbox.listen();
    return inbox;
  } catch (error) {
    await closers.close();
    throw error;
  }
}

/** Everything that an inbox is made of, wired together. Nothing arrives before `listen`, and what is added last is closed first. */
async function build(options: InboxOptions, closers: Closers): Promise<Inbox & { listen(): Promise<void> }> {
  const { config, dir, log, lock, probe, secrets, settings, tunnel, urlMemory } = options;
  const now = options.now ?? (() => new Date());
  const events = createUiEvents(randomBytes(6).toString('hex'));
  const taskListeners = new Set<(task: TaskView) => void>();
  let callbackPort = 0;
  let sync: SyncSide | null = null;
  const addressOf = (token: string): string => `${tunnel.snapshot().publicUrl ?? loopbackOrigin()}/c/${token}`;
  const loopbackOrigin = (): string => `http://127.0.0.1:${String(callbackPort)}`;
  const callbackUrl = (): string => twin?.status().callbackUrl ?? addressOf(urls.main().token);
  const tunnelStatus = (): TunnelStatus => twin?.status() ?? { ...tunnel.snapshot(), callbackUrl: callbackUrl() };
  const samples = (): string => `${gallery.origin()}/sample/`;

  // Lies beside the bundle. Before anything is opened: a build without it is to fail at once.
  const media = createMediaReader({ workerFile: path.join(import.meta.dirname, 'media-worker.cjs'), log });
  const usualFreeMiB = Math.min(2048, (await diskMiB(dir.root)) / 10);
  const ownStore = await openVideoStore(dir.root, config.store);
  const twin =
    config.twin === null
      ? null
      : createTwinSide({
          config: config.twin,
          dir,
          store: ownStore,
          token: () => secrets.get('TWIN_TOKEN'),
          statusChanged: () => events.publish({ name: 'tunnel:changed', data: tunnelStatus() }),
          log,
        });
  const store = twin?.store ?? ownStore;
  const places = createFilePlaces(store);

  const ownUrls = await openCallbackUrls(dir.callbackUrlsFile, log, now);
  closers.add('callback URLs', () => ownUrls.close());
  const { version } = options.info;
  // What speaks to a database is loaded only where there is one.
  const shared =
    config.shared === null
      ? null
      : await (
          await import('./shared-side.ts')
        ).openSharedSide({
          config: config.shared,
          roles: config.roles,
          dir,
          urls: ownUrls,
          version,
          log,
          now,
        });
  const urls = shared?.urls ?? ownUrls;
  if (shared !== null) closers.add('shared log', () => shared.close());
  const apiKeys = await openApiKeys(dir.apiKeysFile, now);
  const turns = shared === null ? null : sharedTurns(shared, config.roles);
  const loop = await openClosedLoop({
    config,
    root: dir.root,
    library: () => library,
    urls,
    addressOf,
    secret: (name) => secrets.get(name),
    secrets: () => [...urls.tokens(), ...secrets.values()],
    durationOf: async (file) => (await media.read(file)).metadata?.durationSeconds ?? null,
    changed: (key) => changed(key),
    fetch: (task) => {
      plan.consider(task);
      archive.consider(task);
    },
    uploading: (file, sentBytes, totalBytes) =>
      events.publish({ name: 'upload:progress', data: { file, sentBytes, totalBytes } }),
    isOwnLink: (url) => url.startsWith(samples()),
    ...(turns === null ? {} : { turns }),
    clock: createClock(),
    log,
  });
  const eventLog = shared?.events ?? (await openNdjsonLog({ dir: dir.journal, log, now }));
  const ownLibrary = await openLibraryOn(eventLog, {
    indexDir: shared?.indexDir ?? dir.index,
    log,
    onEvent: (event) => loop.onEvent(event),
  });
  const library = twin?.over(ownLibrary) ?? ownLibrary;
  closers.add('library', () => library.close());
  // Before the library: what waits is stored and told, and then the index is saved.
  closers.add('event log', () => eventLog.close());

  const testCallbacks = createTestCallbacks({
    sampleOrigin: () => gallery.origin(),
    callbackUrl,
    secret: (name) => secrets.get(name),
    now,
  });
  let isClosing = false;
  // What a page asks for from here on (to keep a poster, to mark a task) would be written behind the last flush.
  const dispatch: Dispatch = (name, args) =>
    isClosing
      ? Promise.resolve({ ok: false, error: { code: 'not-running', message: hostTexts.closing } })
      : dispatchCall(name, args);
  const strips = createStrips(store, log);
  const gallery = createGallerySide({
    port: config.localPort,
    localKey: lock.localKey,
    uiDir: options.uiDir,
    getTask: (key) => library.get(key),
    findFile: (task, relative) => places.find(task, relative),
    findStrip: (video) => strips.find(video),
    scopeOf: (key) => apiKeys.scopeOf(key),
    version: options.info.version,
    attach: (key, n, bytes) => attach(key, n, bytes),
    bring: (name, bytes) => bring(name, bytes),
    dispatch,
    events,
    testCallbacks,
    nowMs: () => now().getTime(),
  });
  closers.add('gallery', () => gallery.close());

  const reports = createDownloadReports({
    record: (draft, job) => (rights === null ? library.record(draft) : rights.record(draft, job)),
    changed: (key) => changed(key),
    publish: (event) => events.publish(event),
    sourceEnded: (job, isSaved) => (isSaved ? archive.saved(job) : archive.failed(job)),
    log,
    now,
  });
  const reserveBytes = (): number => (settings.get().downloads.minFreeMiB ?? usualFreeMiB) * mib;
  const rights = shared === null ? null : sharedRights(shared, (key) => library.get(key));
  const downloads = createDownloads({
    dataDir: dir.root,
    store,
    describe: ({ key }) => describeTask(library.get(key) ?? films.pending(key)),
    media,
    reports,
    ...(rights === null ? {} : { rights }),
    allowHosts: config.allowHosts,
    keyHeaders: (url) => loop.client.fileHeaders(url),
    proxyFor: createProxyChoice({
      environment: process.env,
      setting: () => settings.get().downloads.proxy,
      ...(options.systemProxy === undefined ? {} : { system: options.systemProxy }),
    }),
    maxBytes: () => settings.get().downloads.maxVideoMiB * mib,
    maxDailyBytes: () => settings.get().downloads.mibPerDay * mib,
    reserveBytes,
    allowUrlPrefixes: () => [samples()],
    concurrency: settings.get().downloads.atOnce,
    log,
  });
  const settingsService = createSettingsService({
    settings,
    secrets,
    tunnelIsFixed: config.publicUrl !== null || config.tunnel !== null,
    downloadsPaused: () => downloads.paused,
    network: () => ({ environmentProxy: environmentProxy(process.env), ...downloads.network() }),
    secretsChanged: () => {
      loop.keysChanged();
      tellSettings();
    },
    renewTunnel: () => tunnel.renew(),
  });
  function tellSettings(): void {
    events.publish({ name: 'settings:changed', data: settingsService.view() });
  }
  const stopFollowingSettings = settings.onChange(({ downloads: { atOnce } }) => {
    downloads.setAtOnce(atOnce);
    tellSettings();
  });
  closers.add('settings', stopFollowingSettings);

  const toTaskView = createTaskView(
    downloads,
    places,
    (key, url) => reports.lastAttempt(key, url),
    loop,
    (video) => strips.nameOf(video),
  );
  const plan = createDownloadPlan(downloads);
  const archive = createSourceArchive({
    isOn: () => settings.get().downloads.keepSources,
    get: (key) => library.get(key),
    record: (draft) => library.record(draft),
    downloads,
    ordered: (submission) => loop.book.get(submission)?.sources ?? [],
    uploaded: (url) => loop.uploadedFile(url),
    open: async (task, relative) => (await (await places.find(task, relative))?.open()) ?? null,
    isOwnLink: (url) => url.startsWith(samples()),
    now: () => now().getTime(),
    log,
  });
  const acts = createTaskActs({ library, places, plan, downloads, retryNow: (key) => downloads.retryNow(key) });
  const films = createFilmImport({ library, plan, downloads, now });
  closers.add('import', () => films.close());
  const feed = createChangeFeed({
    current: (key) => {
      const task = library.get(key);
      return task === undefined ? undefined : toTaskView(task);
    },
    counts: () => library.counts(),
    publishChanged: (data) => events.publish({ name: 'tasks:changed', data }),
    publishRemoved: (data) => events.publish({ name: 'tasks:removed', data }),
  });
  function changed(key: string): void {
    feed.changed(key);
    if (taskListeners.size === 0) return;
    const task = library.get(key);
    if (task !== undefined) for (const listener of taskListeners) listener(toTaskView(task));
  }
  const digest = createDigest(now);
  const hooks = createHooks({
    webhookUrl: () => settings.get().hooks.webhookUrl,
    secret: () => secrets.get('HOOK'),
    command: config.hookCommand,
    toTaskView,
    clock: createClock(),
    log,
  });
  closers.add('hooks', () => hooks.close());
  const expiry = createExpiryLedger({
    clock: createClock(),
    warn(dying) {
      const links = dying.flatMap(({ key, diesAt }) => {
        const task = library.get(key);
        return task === undefined ? [] : [{ task: toTaskView(task), diesAt }];
      });
      log.warn({ links: links.length, first: dying[0] }, 'links of videos that are not saved die soon');
      events.publish({ name: 'links:dying', data: { links } });
    },
  });
  closers.add('expiry', () => expiry.close());
  const allReactors = taskReactors({
    library,
    loop,
    hooks: {
      onChange(change) {
        if (turns?.isOurTurn() ?? true) hooks.onChange(change);
      },
    },
    digest,
    plan,
    archive: {
      consider(task, urlId) {
        if (rights?.keepsInputs() ?? true) archive.consider(task, urlId);
      },
    },
    acts,
    sweepFilms: (wanted) => {
      sweepInlineFilms(dir.root, wanted, now().getTime()).catch((error: unknown) =>
        log.warn({ error }, 'films of callbacks that nobody waits for could not be removed'),
      );
    },
    changed,
    now: () => now().getTime(),
    expiry,
    onTrouble: (key, error) => log.error({ error, key }, 'a task could not be taken out of the trash'),
  });
  // The inbox elsewhere asks, downloads and tells others; a copy only shows.
  const isForCopies = ({ name }: Reactor): boolean => name === 'pages' || name === 'digest';
  const isForRoles = ({ name }: Reactor): boolean => needsRole(name, config.roles);
  const reactors = startReactors(
    library,
    twin === null ? allReactors.filter(isForRoles) : [...allReactors.filter(isForCopies), twin.media],
    log,
  );
  closers.add('reactors', () => reactors.stop());
  closers.add('feed', () => feed.flush());
  closers.add('archive of inputs', () => archive.close());
  closers.add('downloads', () => downloads.close());
  closers.add('closed loop', () => loop.close());

  const callbacks = await openCallbackSide({
    config,
    library,
    urls,
    requestsDir: dir.requests,
    requestsChanged: (summary) => events.publish({ name: 'requests:changed', data: summary }),
    filmsDir: dir.inlineFilms,
    secrets,
    settings,
    tunnelKind: () => tunnel.snapshot().kind,
    publicUrl: () => tunnel.snapshot().publicUrl,
    claimProbe: (token) => probe.claim(token),
    now,
    log,
  });
  closers.add('callbacks', () => callbacks.close());

  async function attach(key: string, n: number, bytes: AsyncIterable<Uint8Array>): Promise<Answer> {
    try {
      await acts.attach(key, n, bytes);
      return { ok: true, value: null };
    } catch (error) {
      if (!(error instanceof InboxError)) log.error({ error, key, n }, 'a file could not be attached');
      return { ok: false, error: toErrorData(error) };
    }
  }

  const brought = createBroughtSources({
    folder: dir.toUpload,
    freeBytes: () => freeBytes(dir.root),
    reserveBytes,
    nowMs: () => now().getTime(),
  });
  brought.sweep().catch((error: unknown) => log.warn({ error }, 'what was brought for orders could not be cleared'));
  async function bring(name: string, bytes: AsyncIterable<Uint8Array>): Promise<Answer> {
    try {
      return { ok: true, value: await brought.bring(name, bytes) };
    } catch (error) {
      if (!(error instanceof InboxError)) log.error({ error }, 'a file for an order could not be kept');
      return { ok: false, error: toErrorData(error) };
    }
  }

  const storage = createStorageWatch({
    health: () => library.health(),
    onHealth: (listener) => library.onHealth(listener),
    diskLow: () => callbacks.diskLow(),
    changed: (data) => events.publish({ name: 'storage:changed', data }),
  });
  closers.add('storage watch', () => storage.close());

  async function status(): Promise<Status> {
    const { tasks, videos } = library.statusCounts();
    const downloading = reports.running((key, url) => downloads.progressOf(key, url) !== null);
    return {
      pid: process.pid,
      dataDir: dir.root,
      tasks,
      videos: { ...videos, queued: Math.max(0, videos.queued - downloading), downloading },
      // Asked for most of all where the folder is gone.
      diskFreeBytes: await freeBytes(dir.root).catch(() => 0),
      requests: callbacks.requests.summary(),
      storage: storage.status(),
      tunnel: tunnelStatus(),
      watch: loop.asking.summary(),
      ...(shared === null ? {} : { shared: shared.status() }),
    };
  }

  function setPaused(paused: boolean): void {
    if (paused === downloads.paused) return;
    if (paused) downloads.pause();
    else downloads.resume();
    tellSettings();
  }

  /** Another network, or the same one after a sleep: waits that were chosen for the old one are over. */
  function reconnect(reason: 'wake' | 'network', awakeUntil: number | null = null): void {
    tunnel.revalidate(reason);
    if (!downloads.paused) downloads.resume();
    if (reason === 'wake') digest.begin(awakeUntil === null ? null : new Date(awakeUntil).toISOString());
    loop.asking.sweep();
  }

  const dispatchCall = createDispatch({
    handlers: createHandlers({
      dataDir: dir.root,
      info: options.info,
      library,
      store,
      toTaskView,
      acts,
      films,
      strips,
      changed: (key) => feed.changed(key),
      resync: () => events.publish({ name: 'resync', data: {} }),
      testCallbacks,
      callbackUrl: () => ({ url: callbackUrl(), isPublic: tunnel.snapshot().publicUrl !== null }),
      urls,
      addressOf,
      requests: callbacks.requests,
      tunnel: {
        status: tunnelStatus,
        check: () => tunnel.check(),
        details: createTunnelDetails({ tunnel, library, toTaskView, probe, urlMemory }),
        dismissDrift: () => urlMemory.dismiss(),
      },
      settings: settingsService,
      loop,
      apiKeys,
      hooks,
      digest,
      setPaused,
      pageBroke: (what) => log.error({ what }, 'a page of the gallery broke'),
      status,
      doctor: createLibraryCheck({ store, library, places }, (event) => events.publish(event)),
    }),
    parsers: argParsers,
    onBug: (call, error) => log.error({ call, error }, 'a call failed in a way that was not foreseen'),
  });

  const outage = createOutageWatch(() => loop.asking.sweep());
  const stopTunnelEvents = tunnel.onChange(() => {
    events.publish({ name: 'tunnel:changed', data: tunnelStatus() });
    outage.onTunnel(tunnel.snapshot());
  });
  closers.add('tunnel events', stopTunnelEvents);

  async function listen(): Promise<void> {
    const { port: localPort } = await gallery.listen();
    const takesCallbacks = twin === null && config.roles.includes('intake');
    if (takesCallbacks) callbackPort = (await callbacks.listen()).port;
    if (config.sync !== null) {
      sync = await openSyncSide({
        config: config.sync,
        identityFile: dir.syncFile,
        events: eventLog,
        library,
        places,
        plan,
        scopeOf: (key) => apiKeys.scopeOf(key),
        tunnelStatus,
        retryNow: (key) => void downloads.retryNow(key),
        log,
      });
      closers.add('sync', () => sync?.close());
    }
    // Unbound before the listener goes, so that the edge answers for us and does not send callbacks into nothing.
    closers.add('tunnel', () => tunnel.stop());
    const stopWatching = watchSystem({
      onWake: (awakeUntil) => reconnect('wake', awakeUntil),
      onNetwork: () => reconnect('network'),
    });
    closers.add('system events', stopWatching);
    // Behind the first answers.
    setImmediate(() => void reactors.catchUp());
    await lock.publish({ localPort, callbackPort });
    if (takesCallbacks) await tunnel.start(callbackPort);
    if (shared !== null && config.roles.includes('ask')) {
      const stopAsking = shared.leases.campaign(turnNames.ask, () => loop.turnChanged());
      closers.add('turns', stopAsking);
    }
    if (shared !== null && config.roles.includes('download')) {
      closers.add('inputs', shared.leases.campaign(turnNames.inputs));
    }
    if (twin !== null) {
      closers.add('twin', () => twin.close());
      await twin.follow(eventLog);
    }
    log.info({ dataDir: dir.root, callbackPort, localPort }, 'the inbox is open');
  }

  return {
    listen,
    dispatch,
    subscribe: (listener) => events.subscribe(({ event }) => listener(event)),
    announce: (event) => events.publish(event),
    onTask(listener) {
      taskListeners.add(listener);
      return () => taskListeners.delete(listener);
    },
    handleUi: (request) => gallery.fetch(request),
    status,
    callbackUrl,
    loopbackCallbackUrl: () => twin?.status().callbackUrl ?? `${loopbackOrigin()}/c/${urls.main().token}`,
    ticketUrl: () => gallery.ticketUrl(),
    galleryUrl: () => gallery.galleryUrl(),
    syncUrl: () => sync?.url ?? null,
    videoFile(key, n) {
      const task = library.get(key);
      const relative = task?.videos[n - 1]?.path ?? null;
      return task === undefined || relative === null ? null : places.localPath(task, relative);
    },
    posterFile(key) {
      const task = library.get(key);
      const relative = task?.poster ?? null;
      return task === undefined || relative === null ? null : places.localPath(task, relative);
    },
    setPaused,
    isPaused: () => downloads.paused,
    wake: () => reconnect('wake'),
    close() {
      isClosing = true;
      log.info({}, 'the inbox is closing');
      return closers.close();
    },
  };
}

async function diskMiB(folder: string): Promise<number> {
  const { blocks, bsize } = await statfs(folder);
  return (blocks * bsize) / mib;
}
