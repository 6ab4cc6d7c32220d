/**
 * The whole inbox without a host: listeners, library, downloads and calls, wired together. The headless program and
 * the desktop app differ only in what they pass in here and in who calls `dispatch`.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import path from 'node:path';
import type { AppInfo, InboxEvent, Status, TunnelStatus } from '../../common/contract.ts';
import { createDispatch, type Dispatch } from '../../common/dispatch.ts';
import type { TaskView } from '../../common/task-view.ts';
import { argParsers } from '../../common/parse-calls.ts';
import { openCallbackUrls } from '../callbacks/callback-urls.ts';
import { createTestCallbacks } from '../callbacks/test-callback.ts';
import { createClosers, type Closers } from '../closers.ts';
import type { Config } from '../config.ts';
import type { DataDir } from '../data-dir.ts';
import { environmentProxy } from '../downloads/proxy-choice.ts';
import { createRightOfWay } from '../downloads/right-of-way.ts';
import { openNdjsonLog } from '../event-log/ndjson-log.ts';
import type { InstanceLock } from '../instance-lock.ts';
import { createFilePlaces } from '../video-store/file-places.ts';
import { openLibraryOn } from '../projections/library.ts';
import { InboxError, toErrorData } from '../../common/errors.ts';
import { hostTexts } from '../../common/texts/en-host.ts';
import { metricsText } from '../local-server/metrics.ts';
import { createUiEvents } from '../local-server/ui-events.ts';
import type { Log } from '../log/log.ts';
import { createMediaReader } from '../media/media-reader.ts';
import { openApiKeys } from '../settings/api-keys.ts';
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
import { openDownloadSide } from './download-side.ts';
import { openReactorSide } from './reactor-side.ts';
import { createReceivedFiles } from './received-files.ts';
import { createToldTasks } from './told-tasks.ts';
import { openVideoStore } from '../video-store/open-store.ts';
import { createDownloadPlan, describeTask } from './download-plan.ts';
import { createFilmImport } from './film-import.ts';
import { createHandlers } from './handlers.ts';
import { createGallerySide } from './gallery-side.ts';
import { createExports } from './exports.ts';
import { createLabels } from './labels.ts';
import { writeDiagnostics } from '../doctor/diagnostics.ts';
import { createLibraryCheck } from './library-check.ts';
import { createOutageWatch } from './outage-watch.ts';
import { createReplacedDrafts } from './replaced-drafts.ts';
import { createTaskView } from './task-view.ts';
import { createSettingsService } from './settings-service.ts';
import { sharedRights, sharedTurns, turnNames } from './shared-work.ts';
import { createSourceArchive } from './source-archive.ts';
import { openSyncSide, type SyncSide } from './sync-side.ts';
import { createStrips } from '../previews/strips.ts';
import { createTaskActs } from './task-acts.ts';
import { createStatus } from './status.ts';
import { createStorageWatch } from './storage-watch.ts';
import { createTwinSide } from './twin-side.ts';
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
  posterFile(key: string): string | null;
  /** Where the nth video (from 1) of a task is, see `VideoStore.placeOf`; `null`: not saved. @throws what the store's server said */
  videoPlace(key: string, n: number): Promise<string | null>;
  setPaused(paused: boolean): void;
  isPaused(): boolean;
  /** The machine slept: what broke off meanwhile is tried again now. */
  wake(): void;
  /** Stops taking callbacks, ends what is being answered, flushes. */
  close(): Promise<void>;
}

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
  let callbackPort = 0;
  let sync: SyncSide | null = null;
  const addressOf = (token: string): string => `${tunnel.snapshot().publicUrl ?? loopbackOrigin()}/c/${token}`;
  const loopbackOrigin = (): string => `http://127.0.0.1:${String(callbackPort)}`;
  const callbackUrl = (): string => twin?.status().callbackUrl ?? addressOf(urls.main().token);
  const tunnelStatus = (): TunnelStatus => twin?.status() ?? { ...tunnel.snapshot(), callbackUrl: callbackUrl() };
  const samples = (): string => `${gallery.origin()}/sample/`;

  // Lies beside the bundle. Before anything is opened: a build without it is to fail at once.
  const media = createMediaReader({ workerFile: path.join(import.meta.dirname, 'media-worker.cjs'), log });
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
  const turns =
    shared === null || config.shared === null ? null : sharedTurns(shared, config.roles, config.shared.leaseMs);
  const loop = await openClosedLoop({
    config,
    root: dir.root,
    library: () => library,
    urls,
    addressOf,
    secret: (name) => secrets.get(name),
    secrets: () => [...urls.tokens(), ...secrets.values()],
    durationOf: async (file) => (await media.read(file)).metadata?.durationSeconds ?? null,
    changed: (key) => told.changed(key),
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
      ? Promise.resolve({ ok: false, error: toErrorData(new InboxError('not-running', hostTexts.closing)) })
      : dispatchCall(name, args);
  const strips = createStrips(store, log);
  const exports = createExports({
    library,
    places,
    nowMs: () => now().getTime(),
    skipped: (key, n) => log.warn({ key, n }, 'a video is not on disk any more and is not in the export'),
  });
  const gallery = createGallerySide({
    port: config.localPort,
    localKey: lock.localKey,
    uiDir: options.uiDir,
    getTask: (key) => library.get(key),
    findFile: (task, relative) => places.find(task, relative),
    findStrip: (video) => strips.find(video),
    openExport: (id) => exports.open(id),
    scopeOf: (key) => apiKeys.scopeOf(key),
    version: options.info.version,
    metrics: async () => metricsText(await status()),
    attach: (key, n, bytes) => received.attach(key, n, bytes),
    bring: (name, bytes) => received.bring(name, bytes),
    dispatch,
    events,
    testCallbacks,
    nowMs: () => now().getTime(),
  });
  closers.add('gallery', () => gallery.close());

  const rights = shared === null ? null : sharedRights(shared, (key) => library.get(key));
  const rightOfWay = createRightOfWay({ nowMs: () => performance.now() });
  const { downloads, reports, reserveBytes } = await openDownloadSide({
    config,
    giveWay: (bytes) => rightOfWay.giveWay(bytes),
    dataDir: dir.root,
    dailyBytesFile: dir.dailyBytesFile,
    store,
    settings,
    rights,
    systemProxy: options.systemProxy,
    media,
    describe: ({ key }) => describeTask(library.get(key) ?? films.pending(key)),
    keyHeaders: (url) => loop.client.fileHeaders(url),
    allowUrlPrefixes: () => [samples()],
    record: createReplacedDrafts({
      get: (key) => library.get(key),
      store,
      record: (draft, job) => (rights === null ? library.record(draft) : rights.record(draft, job)),
      log,
    }),
    changed: (key) => told.changed(key),
    publish: (event) => events.publish(event),
    sourceEnded: (job, isSaved) => (isSaved ? archive.saved(job) : archive.failed(job)),
    log,
    now,
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
  const told = createToldTasks(library, toTaskView, (event) => events.publish(event));
  const { digest, hooks, reactors } = openReactorSide({
    config,
    library,
    settings,
    secrets,
    loop,
    plan,
    archive,
    acts,
    twin,
    turns,
    rights,
    toTaskView,
    changed: (key) => told.changed(key),
    publish: (event) => events.publish(event),
    dataDir: dir.root,
    closers,
    now,
    log,
  });
  closers.add('feed', () => told.flush());
  closers.add('archive of inputs', () => archive.close());
  closers.add('downloads', () => downloads.close());
  closers.add('closed loop', () => loop.close());

  const callbacks = await openCallbackSide({
    config,
    library: {
      ...library,
      signedBody: (taskId, replayKey) => library.signedBody(taskId, replayKey) ?? shared?.signedBody(taskId, replayKey),
    },
    urls,
    requestsDir: dir.requests,
    requestsChanged: (summary) => events.publish({ name: 'requests:changed', data: summary }),
    filmsDir: dir.inlineFilms,
    secrets,
    settings,
    tunnelKind: () => tunnel.snapshot().kind,
    publicUrl: () => tunnel.snapshot().publicUrl,
    came: () => rightOfWay.callbackCame(),
    claimProbe: (token) => probe.claim(token),
    now,
    log,
  });
  closers.add('callbacks', () => callbacks.close());

  const brought = createBroughtSources({
    folder: dir.toUpload,
    freeBytes: () => freeBytes(dir.root),
    reserveBytes,
    nowMs: () => now().getTime(),
  });
  brought.sweep().catch((error: unknown) => log.warn({ error }, 'what was brought for orders could not be cleared'));
  const received = createReceivedFiles(acts, brought, log);

  const storage = createStorageWatch({
    health: () => library.health(),
    onHealth: (listener) => library.onHealth(listener),
    diskLow: () => callbacks.diskLow(),
    changed: (data) => events.publish({ name: 'storage:changed', data }),
  });
  closers.add('storage watch', () => storage.close());

  const status = createStatus({
    dataDir: dir.root,
    library,
    downloads,
    reports,
    storage,
    requests: callbacks.requests,
    tunnel: tunnelStatus,
    watch: () => loop.asking.summary(),
    shared,
  });

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

  const check = createLibraryCheck({ store, library, places, journalDir: dir.journal }, (event) =>
    events.publish(event),
  );
  const dispatchCall = createDispatch({
    handlers: createHandlers({
      dataDir: dir.root,
      info: options.info,
      library,
      store,
      places,
      toTaskView,
      acts,
      labels: createLabels({ library, acts, settings, urls }),
      exports,
      films,
      strips,
      changed: (key) => told.tellPages(key),
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
      doctor: (what) => check.run(what),
      diagnostics: async () => {
        const [current, { rows }] = await Promise.all([
          status(),
          callbacks.requests.query({ show: 'refused', provider: null, text: '', offset: 0, limit: 10 }),
        ]);
        const { values, secrets: known } = settingsService.view();
        return writeDiagnostics({
          info: options.info,
          now: now(),
          running: { status: current, settings: values, secrets: known, refused: rows },
          tasks: library.newestFirst(),
          lastCheck: check.last(),
          logsDir: dir.logs,
        });
      },
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
      const stopAsking = shared.leases.campaign(turnNames.ask, (_, idleMs) => loop.turnChanged(idleMs));
      closers.add('turns', stopAsking);
    }
    if (shared !== null && config.roles.includes('download')) {
      closers.add('inputs', shared.leases.campaign(turnNames.inputs));
    }
    if (twin !== null) {
      closers.add('twin', () => twin.close());
      await twin.follow(eventLog);
    }
    if (config.otlp !== null) {
      const { startOtlpMetrics } = await import('../telemetry/otlp-metrics.ts');
      const instance = shared?.status().node ?? randomUUID();
      const otlp = startOtlpMetrics({ env: config.otlp, status, version, instance, now, log });
      closers.add('metrics', () => otlp.close());
    }
    log.info({ dataDir: dir.root, callbackPort, localPort }, 'the inbox is open');
  }

  return {
    listen,
    dispatch,
    subscribe: (listener) => events.subscribe(({ event }) => listener(event)),
    announce: (event) => events.publish(event),
    onTask: (listener) => told.onTask(listener),
    handleUi: (request) => gallery.fetch(request),
    status,
    callbackUrl,
    loopbackCallbackUrl: () => twin?.status().callbackUrl ?? `${loopbackOrigin()}/c/${urls.main().token}`,
    ticketUrl: () => gallery.ticketUrl(),
    galleryUrl: () => gallery.galleryUrl(),
    syncUrl: () => sync?.url ?? null,
    async videoPlace(key, n) {
      const task = library.get(key);
      const relative = task?.videos[n - 1]?.path ?? null;
      return task === undefined || relative === null ? null : places.placeOf(task, relative);
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
