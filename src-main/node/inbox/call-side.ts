/** What is asked of the inbox and told of it: the calls of pages, windows and programs, and how it stands. */
import { existsSync } from 'node:fs';
import { isDoneInCopy } from '../../common/call-rules.ts';
import type { AppInfo } from '../../common/contract.ts';
import type { Status } from '../../common/status.ts';
import { createDispatch, type Dispatch } from '../../common/dispatch.ts';
import { InboxError, toErrorData } from '../../common/errors.ts';
import { argParsers } from '../../common/parse-calls.ts';
import { hostTexts } from '../../common/texts/en-host.ts';
import { sharedTexts } from '../../common/texts/en-shared.ts';
import { storageSentence } from '../../common/texts/en-storage.ts';
import { twinTexts } from '../../common/texts/en-sync.ts';
import { callRefusedByDisk, isDiskRefusal } from '../data-dir.ts';
import { createTestCallbacks, type TestCallbacks } from '../callbacks/test-callback.ts';
import { writeDiagnostics } from '../doctor/diagnostics.ts';
import { StorageFault } from '../event-log/health-watch.ts';
import { environmentProxy } from '../outgoing/proxy-choice.ts';
import type { OpenCalls } from '../patient-turns.ts';
import type { Strips } from '../previews/strips.ts';
import type { ApiKeys } from '../settings/api-keys.ts';
import { forgetBrought } from '../submissions/brought-sources.ts';
import { freeBytes } from '../storage/free-bytes.ts';
import type { UrlMemory } from '../tunnel/drift.ts';
import type { Probe } from '../tunnel/reachability.ts';
import type { SwitchableTunnel } from '../tunnel/switchable-tunnel.ts';
import type { Addresses } from './addresses.ts';
import type { CallbackSide } from './callback-side.ts';
import type { ClosedLoop } from './closed-loop.ts';
import type { DownloadSide } from './download-side.ts';
import { createElsewhere } from './machines/connect-elsewhere.ts';
import { createExports, type Exports } from './calls/exports.ts';
import { createHandlers } from './calls/handlers.ts';
import type { InboxBase } from './inbox-base.ts';
import { createFilmImport } from './acts/film-import.ts';
import { createLabels } from './acts/labels.ts';
import { createLibraryCheck } from './calls/library-check.ts';
import type { LibrarySide } from './library-side.ts';
import type { ReactorSide } from './reactor-side.ts';
import { createSettingsService } from './calls/settings-service.ts';
import { createStatus } from './status/status.ts';
import { knownNode } from '../sync/sync-identity.ts';
import { createStorageWatch } from './status/storage-watch.ts';
import type { Removals } from './acts/removals.ts';
import type { TaskActs } from './acts/task-acts.ts';
import type { ToTaskView } from './telling/task-view.ts';
import { createTunnelDetails } from './calls/tunnel-details.ts';

export interface CallSidePorts {
  readonly info: Omit<AppInfo, 'dataDir' | 'command' | 'tunnelIsFixed'>;
  readonly holdings: Pick<
    LibrarySide,
    'files' | 'library' | 'places' | 'shelfLibrary' | 'store' | 'urls' | 'shared' | 'shelf' | 'twin'
  >;
  readonly files: Pick<DownloadSide, 'downloads' | 'plan' | 'reserveBytes' | 'running'>;
  readonly reactions: Pick<ReactorSide, 'told' | 'digest' | 'hooks'>;
  readonly loop: ClosedLoop;
  readonly acts: TaskActs;
  readonly removals: Pick<Removals, 'takeUp'>;
  readonly callbacks: Pick<CallbackSide, 'requests' | 'diskLow'>;
  readonly tunnel: SwitchableTunnel;
  readonly probe: Probe;
  readonly urlMemory: UrlMemory;
  readonly addresses: Addresses;
  readonly galleryOrigin: () => string;
  readonly apiKeys: ApiKeys;
  readonly strips: Strips;
  readonly toTaskView: ToTaskView;
  readonly openCalls: Pick<OpenCalls, 'during'>;
}

export interface CallSide {
  readonly dispatch: Dispatch;
  readonly testCallbacks: TestCallbacks;
  readonly exports: Exports;
  readonly status: () => Promise<Status>;
  readonly setPaused: (paused: boolean) => void;
  /** From here on calls are refused: what they change would be written behind the last flush. */
  readonly refuse: () => void;
}

export function createCallSide(base: InboxBase, ports: CallSidePorts): CallSide {
  const { closers, config, dir, log, now, outgoing, publish, secrets, settings } = base;
  const { acts, addresses, callbacks, loop, openCalls, probe, strips, toTaskView, tunnel, urlMemory } = ports;
  const { library, places, shelfLibrary, store, shared, shelf, twin, urls } = ports.holdings;
  const { downloads, plan, running } = ports.files;
  const { told, digest, hooks } = ports.reactions;

  const testCallbacks = createTestCallbacks({
    sampleOrigin: ports.galleryOrigin,
    callbackUrl() {
      // The one elsewhere would take it, and find no film: that is served on this machine only.
      if (twin !== null) throw new InboxError('unavailable', twinTexts.notHere);
      // Nor would another machine of a shared log find it.
      if (!config.roles.includes('intake')) throw new InboxError('unavailable', sharedTexts.noIntake);
      return addresses.callbackUrl();
    },
    secret: (name) => secrets.get(name),
    now,
    fetch: outgoing.fetch,
  });

  const films = createFilmImport({
    forget: (file) => forgetBrought(dir.toUpload, file),
    library,
    files: ports.holdings.files,
    plan,
    downloads,
    isThere: (task, file) => places.isThere(task, file),
    restore: (key) => acts.restore([key]),
    now,
  });

  const settingsService = createSettingsService({
    settings,
    secrets,
    tunnelIsFixed: config.publicUrl !== null || config.tunnel !== null,
    downloadsPaused: () => downloads.paused,
    urlsProblem: () => urls.problem,
    network: () => ({ environmentProxy: environmentProxy(process.env), ...downloads.network() }),
    secretsChanged() {
      loop.keysChanged();
      tellSettings();
    },
    renewTunnel: () => tunnel.renew(),
  });
  function tellSettings(): void {
    publish({ name: 'settings:changed', data: settingsService.view() });
  }
  const stopFollowingSettings = settings.onChange(({ downloads: { atOnce } }) => {
    downloads.setAtOnce(atOnce);
    tellSettings();
  });
  closers.add('settings', stopFollowingSettings);

  function setPaused(paused: boolean): void {
    if (paused === downloads.paused) return;
    if (paused) downloads.pause();
    else downloads.resume();
    twin?.setPaused(paused);
    tellSettings();
  }

  const storage = createStorageWatch({
    health: () => library.health(),
    onHealth: (listener) => library.onHealth(listener),
    // A copy takes none.
    diskLow: () => (twin === null ? callbacks.diskLow() : Promise.resolve(null)),
    isCopy: twin !== null,
    room: async () =>
      config.roles.includes('download')
        ? { freeBytes: await freeBytes(dir.root), reserveBytes: ports.files.reserveBytes() }
        : null,
    isRoomElsewhere: () => shared?.isRoomElsewhere() ?? false,
    changed: (data) => publish({ name: 'storage:changed', data }),
  });
  closers.add('storage watch', () => storage.close());

  if (shelf !== null) {
    const stopFollowingShelf = shelf.onState((data) => {
      publish({ name: 'shelf:changed', data });
      if (data.state !== 'ok') return;
      downloads.storeIsWell();
      void ports.removals.takeUp();
    });
    closers.add('state of the shelf', stopFollowingShelf);
  }

  if (shared !== null) {
    const stopFollowingShared = shared.onState((data) => publish({ name: 'shared:changed', data }));
    closers.add('state of the shared log', stopFollowingShared);
  }

  const status = createStatus({
    dataDir: dir.root,
    library,
    downloading: running,
    storage,
    requests: callbacks.requests,
    tunnel: addresses.tunnelStatus,
    watch: () => loop.asking.summary(),
    orders: () => loop.book.open(),
    now,
    hooks,
    shared,
    isApart: config.shared === null && existsSync(dir.sharedFile),
    shelf,
  });

  const exports = createExports({
    library,
    places,
    nowMs: () => performance.now(),
    skipped: (key, n) => log.warn({ key, n }, 'a video is not on disk any more and is not in the export'),
  });

  const onlyOnOthers = (): string | null => shared?.onlyOnOthers() ?? null;
  const checked = { store, library, places, shelfLibrary, onlyOnOthers, journalDir: dir.journal };
  const check = createLibraryCheck(checked, publish);
  async function diagnostics(): Promise<string> {
    const refused = { show: 'refused', provider: null, text: '', offset: 0, limit: 10 } as const;
    const [current, { rows }] = await Promise.all([status(), callbacks.requests.query(refused)]);
    const { values, secrets: known } = settingsService.view();
    return writeDiagnostics({
      info: ports.info,
      now: now(),
      running: { status: current, settings: values, secrets: known, refused: rows },
      tasks: library.newestFirst(),
      lastCheck: check.last(),
      logsDir: dir.logs,
    });
  }

  const dispatch = createDispatch({
    handlers: createHandlers({
      dataDir: dir.root,
      info: ports.info,
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
      resync: () => publish({ name: 'resync', data: {} }),
      testCallbacks,
      callbackUrl: () => ({ url: addresses.callbackUrl(), isPublic: addresses.publicUrl() !== null }),
      forgetNode: async (node) => shared?.forgetNode(node),
      // What nobody can call is not to be copied.
      urls: { ...urls, list: () => (addresses.isNowhere() ? [] : urls.list()) },
      addressOf: addresses.of,
      requests: callbacks.requests,
      tunnel: {
        status: addresses.tunnelStatus,
        check: () => tunnel.check(),
        details: createTunnelDetails({ tunnel, library, toTaskView, probe, urlMemory }),
        dismissDrift: () => urlMemory.dismiss(),
      },
      settings: settingsService,
      elsewhere: createElsewhere({
        config,
        settings,
        secrets,
        twinFile: dir.twinFile,
        taskCount: () => library.statusCounts().tasks.total,
        ownNode: () => knownNode(dir.syncFile),
        choose: (chosen) => twin?.choose(chosen),
        changed: tellSettings,
        fetch: outgoing.fetch,
      }),
      loop,
      apiKeys: ports.apiKeys,
      hooks,
      onBug: (error) => log.error({ error }, 'a part of a call failed in a way that was not foreseen'),
      digest,
      setPaused,
      pageBroke: (what) => log.error({ what }, 'a page of the gallery broke'),
      status,
      doctor: (what) => check.run(what),
      diagnostics,
    }),
    parsers: argParsers,
    foreseen(fault) {
      const error = toPerson(shared === null ? fault : shared.foreseen(fault));
      if (error !== fault) log.warn({ error: fault }, 'a call was refused by what the library lies on');
      return error;
    },
    onBug: (call, error) => log.error({ call, error }, 'a call failed in a way that was not foreseen'),
  });

  /** What the log answers is for whoever sends callbacks; who clicked reads how the storage stands. */
  function toPerson(fault: unknown): unknown {
    const isStorage = isDiskRefusal(fault) || (fault instanceof InboxError && fault.cause instanceof StorageFault);
    const health = library.health();
    const sentence = isStorage && health.state !== 'slow' ? storageSentence(health) : null;
    return sentence === null ? callRefusedByDisk(fault) : new InboxError('storage-failed', sentence, { cause: fault });
  }

  let isRefusing = false;
  function refusalOf(name: string, args: readonly unknown[]): InboxError | null {
    if (isRefusing) return new InboxError('not-running', hostTexts.closing);
    if (twin !== null && !isDoneInCopy(name, args)) return new InboxError('unavailable', twinTexts.notHere);
    if (name === 'callback:mint' && addresses.isNowhere()) return new InboxError('unavailable', sharedTexts.noIntake);
    return null;
  }
  return {
    dispatch(name, args) {
      const refusal = refusalOf(name, args);
      if (refusal !== null) return Promise.resolve({ ok: false, error: toErrorData(refusal) });
      return openCalls.during(() => dispatch(name, args));
    },
    testCallbacks,
    exports,
    status,
    setPaused,
    refuse() {
      isRefusing = true;
    },
  };
}
