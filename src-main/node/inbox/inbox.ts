/**
 * The whole inbox without a host, as a list of its sides. Each is given what stands above it, and closed are the last ones
 * first. The headless program and the desktop app differ only in what they pass in here and in who calls `dispatch`.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import path from 'node:path';
import { hereZone } from '../../common/search/match-search.ts';
import type { AppInfo, InboxEvent } from '../../common/contract.ts';
import type { Status } from '../../common/status.ts';
import type { Dispatch } from '../../common/dispatch.ts';
import type { TaskView } from '../../common/task-view.ts';
import { noOthers } from '../callbacks/url-use.ts';
import { createClosers, type Closers } from '../closers.ts';
import type { Config } from '../config.ts';
import type { DataDir } from '../data-dir.ts';
import { createRightOfWay } from '../downloads/right-of-way.ts';
import type { InstanceLock } from '../instance-lock.ts';
import { metricsText } from '../local-server/metrics.ts';
import { createOpenPages } from '../local-server/open-pages.ts';
import { createUiEvents } from '../local-server/ui-events.ts';
import type { Log } from '../log/log.ts';
import { createMediaReader } from '../media/media-reader.ts';
import type { Outgoing } from '../outgoing/outgoing.ts';
import { createOpenCalls, patientTurns } from '../patient-turns.ts';
import { createStrips } from '../previews/strips.ts';
import { openApiKeys } from '../settings/api-keys.ts';
import type { Secrets } from '../settings/secrets.ts';
import { createToldTime } from '../told-time.ts';
import type { SettingsStore } from '../settings/settings.ts';
import { createClock } from '../clock.ts';
import type { UrlMemory } from '../tunnel/drift.ts';
import type { Probe } from '../tunnel/reachability.ts';
import type { SwitchableTunnel } from '../tunnel/switchable-tunnel.ts';
import { creditsOfMonth } from './calls/costs.ts';
import { createAddresses } from './addresses.ts';
import { createCallSide } from './call-side.ts';
import { openCallbackSide } from './callback-side.ts';
import { createClosedLoop } from './closed-loop.ts';
import { openDownloadSide } from './download-side.ts';
import { createGallery, createGalleryDoor } from './gallery-side.ts';
import type { InboxBase } from './inbox-base.ts';
import { openLibrarySide } from './library-side.ts';
import { createLiveWork } from './telling/live-work.ts';
import { createProviderSide } from './provider-side.ts';
import { openReactorSide } from './reactor-side.ts';
import { openReceivedFiles } from './acts/received-files.ts';
import { openRemovals } from './acts/removals.ts';
import { takeTurns } from './machines/shared-work.ts';
import { openSyncSide, type SyncSide } from './sync-side.ts';
import { followSurroundings } from './surroundings.ts';
import { createTaskActs } from './acts/task-acts.ts';
import { createTaskView } from './telling/task-view.ts';

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
  readonly info: Omit<AppInfo, 'dataDir' | 'command' | 'tunnelIsFixed'>;
  /** Folder of the built renderer. */
  readonly uiDir: string;
  readonly outgoing: Outgoing;
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
  /** What was spent since the month began here; a budget is held against it. */
  creditsThisMonth(): Promise<number>;
  /** Absolute path, `null` where it is not on disk. */
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

/** Everything that an inbox is made of. Nothing arrives before `listen`. */
async function build(options: InboxOptions, closers: Closers): Promise<Inbox & { listen(): Promise<void> }> {
  const { config, dir, lock, log, outgoing, probe, secrets, settings, tunnel, urlMemory } = options;
  const now = options.now ?? (() => new Date());
  const events = createUiEvents(randomBytes(6).toString('hex'), (name, error) =>
    log.error({ error, name }, 'something that hears of events of the inbox broke'),
  );
  const publish = (event: InboxEvent): void => events.publish(event);
  const toldTime = createToldTime({ wallMs: () => now().getTime(), steadyMs: () => performance.now() });
  const base: InboxBase = { config, dir, settings, secrets, closers, publish, now, toldTime, outgoing, log };
  const clock = createClock();
  // Lies beside the bundle. Before anything is opened: a build without it is to fail at once.
  const media = createMediaReader({ workerFile: path.join(import.meta.dirname, 'media-worker.cjs'), log });

  // What there is, and where it is reached.
  const holdings = await openLibrarySide(base, options.info.version, () => tunnel.snapshot().publicUrl);
  const { kept, library, places, rights, shared, store, turns, twin, urls } = holdings;
  const apiKeys = await openApiKeys(dir.apiKeysFile, now, log);
  const nowMs = (): number => performance.now();
  const door = createGalleryDoor({ port: config.localPort, localKey: lock.localKey, nowMs });
  closers.add('gallery', () => door.close());
  const takesCallbacks = config.roles.includes('intake');
  const addresses = createAddresses({
    tunnel,
    urls,
    twin,
    takesCallbacks,
    othersUrl: () => shared?.publicUrl() ?? null,
    galleryOrigin: door.origin,
  });

  // Who is told of it.
  const live = createLiveWork();
  const strips = createStrips(store, log);
  closers.add('strips', () => strips.close());
  const toTaskView = createTaskView(live, places, (video) => strips.nameOf(video));
  const reactions = openReactorSide(base, { library, toTaskView, logId: shared?.id ?? null, twin, turns, rights });
  const changed = (key: string): void => reactions.told.changed(key);

  // Who works for it.
  const providers = createProviderSide({
    config,
    secret: (name) => secrets.get(name),
    durationOf: async (file) => (await media.read(file)).metadata?.durationSeconds ?? null,
    uploading: (file, sentBytes, totalBytes) =>
      publish({ name: 'upload:progress', data: { file, sentBytes, totalBytes } }),
    clock,
    fetch: toldTime.over(outgoing.fetch),
  });
  const rightOfWay = createRightOfWay({ nowMs: () => performance.now() });
  const files = await openDownloadSide(base, {
    library,
    places,
    store,
    media,
    kept,
    providers,
    addresses,
    rights,
    rightOfWay,
    live,
    changed,
  });
  const { archive, downloads, looks, plan } = files;
  const loop = createClosedLoop({
    config,
    library,
    kept,
    providers,
    urls,
    addresses,
    secrets: () => [...urls.tokens(), ...secrets.values()],
    changed,
    fetch(task) {
      plan.consider(task);
      archive.consider(task);
    },
    turns,
    clock,
    log,
  });
  closers.add('closed loop', () => loop.close());
  live.add({
    nextAskAt: (key) => loop.asking.nextAskAt(key),
    isRenewing: (key) => loop.rescue.isTrying(key),
    endOf: (task) => loop.lives.endOf(task),
  });
  const removals = openRemovals({
    file: dir.removalsFile,
    library,
    places,
    isCurrent: () => shared?.isCurrent() ?? Promise.resolve(true),
    log,
  });
  closers.add('removals', () => removals.close());
  const retryNow = (key: string): number => downloads.retryNow(key);
  const othersFetch = shared !== null || twin !== null;
  const acts = createTaskActs({
    library,
    places,
    removals,
    plan,
    downloads,
    retryNow,
    othersFetch,
    onlyOnOthers: () => shared?.onlyOnOthers(true) ?? null,
  });
  const reactors = reactions.start({ loop, plan, looks, archive, acts, removals, downloads, live });

  // What comes in.
  const callbacks = await openCallbackSide(base, {
    bodyWorkerFile: path.join(import.meta.dirname, 'body-worker.cjs'),
    library,
    urls,
    use: shared?.use ?? noOthers,
    tunnel,
    probe,
    rightOfWay,
  });
  const openCalls = createOpenCalls();
  const calls = createCallSide(base, {
    openCalls,
    info: options.info,
    holdings,
    files,
    reactions,
    loop,
    acts,
    removals,
    callbacks,
    tunnel,
    probe,
    urlMemory,
    addresses,
    galleryOrigin: door.origin,
    apiKeys,
    strips,
    toTaskView,
  });
  const received = openReceivedFiles(base, acts, files.reserveBytes);
  const gallery = createGallery(door, {
    uiDir: options.uiDir,
    version: options.info.version,
    getTask: (key) => library.get(key),
    findFile: (task, relative) => places.find(task, relative),
    findStrip: (video) => strips.find(video),
    openExport: (id) => calls.exports.open(id),
    scopeOf: (key) => apiKeys.scopeOf(key),
    metrics: async () => metricsText(await calls.status()),
    openPages: await createOpenPages(dir.openPagesFile, nowMs, log),
    ...received,
    dispatch: calls.dispatch,
    events,
    testCallbacks: calls.testCallbacks,
  });

  const surroundings = followSurroundings(base, {
    tunnel,
    addresses,
    downloads,
    digest: reactions.digest,
    asking: loop.asking,
  });

  closers.add(
    'corrections',
    library.onCorrected((key) => reactors.corrected(key, library.get(key) ?? null)),
  );
  async function renew(): Promise<void> {
    await library.renew().then(
      (renewed) => (renewed?.differing ?? 0) > 0 && publish({ name: 'resync', data: {} }),
      (error: unknown) => log.warn({ error }, 'the index could not be compared with the journal; it is tried again'),
    );
  }
  let hasCaughtUp = false;
  async function catchUp(): Promise<void> {
    await reactors.catchUp(patientTurns(openCalls));
    hasCaughtUp = true;
    await renew();
  }
  // The database was away just then, or the disk, and is back.
  const renewAgain = ({ state }: { readonly state: string }): void => {
    if (state === 'ok' && hasCaughtUp) void renew();
  };
  closers.add('renewals', library.onHealth(renewAgain));
  if (shared !== null) closers.add('renewals of a shared log', shared.onState(renewAgain));

  let sync: SyncSide | null = null;
  async function listen(): Promise<void> {
    const { port: localPort } = await door.listen(gallery.app);
    const isHeard = twin === null && takesCallbacks;
    const callbackPort = isHeard ? (await callbacks.listen()).port : 0;
    addresses.listening(callbackPort);
    if (config.sync !== null) {
      const scopeOf = (key: string) => apiKeys.scopeOf(key);
      const { tunnelStatus } = addresses;
      sync = await openSyncSide(base, {
        config: config.sync,
        holdings,
        plan,
        downloads,
        removals,
        scopeOf,
        tunnelStatus,
      });
    }
    // Unbound before the listener goes, so that the edge answers for us and does not send callbacks into nothing.
    closers.add('tunnel', () => tunnel.stop());
    surroundings.watch();
    await lock.publish({ localPort, callbackPort });
    // Behind the first answers, and whoever waits for the address has it by then.
    setImmediate(() => void catchUp());
    if (isHeard) await tunnel.start(callbackPort);
    if (shared !== null) {
      const giveUpTurns = takeTurns(shared, config.roles, {
        hasHooks: () => reactions.hooks.areWanted(),
        askingChanged: (idleMs) => loop.turnChanged(idleMs),
        tellingTaken: (goneMs) => reactions.tellingTaken(goneMs),
        inputsTaken: () => reactions.inputsTaken(),
      });
      closers.add('turns', giveUpTurns);
    }
    if (twin !== null) {
      closers.add('twin', () => twin.close());
      await twin.follow(holdings.events);
    }
    if (config.otlp !== null) {
      const { startOtlpMetrics } = await import('../telemetry/otlp-metrics.ts');
      const { version } = options.info;
      const instance = shared?.status().node ?? randomUUID();
      const { fetch } = outgoing;
      const otlp = startOtlpMetrics({ env: config.otlp, status: calls.status, version, instance, now, fetch, log });
      closers.add('metrics', () => otlp.close());
    }
    log.info({ dataDir: dir.root, callbackPort, localPort }, 'the inbox is open');
  }

  return {
    listen,
    dispatch: calls.dispatch,
    subscribe: (listener) => events.subscribe(({ event }) => listener(event)),
    announce: publish,
    onTask: (listener) => reactions.told.onTask(listener),
    handleUi: (request) => gallery.fetch(request),
    status: calls.status,
    callbackUrl: addresses.callbackUrl,
    loopbackCallbackUrl: addresses.loopbackCallbackUrl,
    ticketUrl: door.ticketUrl,
    galleryUrl: door.galleryUrl,
    syncUrl: () => sync?.url ?? null,
    creditsThisMonth: () => creditsOfMonth(library, new Date(), hereZone()),
    posterFile(key) {
      const task = library.get(key);
      const relative = task?.poster ?? null;
      return task === undefined || relative === null ? null : places.localPath(task, relative);
    },
    async videoPlace(key, n) {
      const task = library.get(key);
      const relative = task?.videos[n - 1]?.path ?? null;
      return task === undefined || relative === null ? null : places.placeOf(task, relative);
    },
    setPaused: calls.setPaused,
    isPaused: () => downloads.paused,
    wake: surroundings.wake,
    close() {
      calls.refuse();
      door.closing();
      log.info({}, 'the inbox is closing');
      return closers.close();
    },
  };
}
