/** What each call of the contract does in the core. */
import type { AppInfo, CallbackUrl, CallbackUrlView, Handlers, TunnelDetails } from '../../../common/contract.ts';
import type { DoctorOptions, DoctorReport } from '../../../common/doctor-report.ts';
import type { Status, TunnelStatus } from '../../../common/status.ts';
import { InboxError } from '../../../common/errors.ts';
import type { Task } from '../../../common/model.ts';
import { packRow } from '../../../common/task-row.ts';
import { libraryTexts } from '../../../common/texts/en-library.ts';
import { typedHere } from '../../../common/texts/typed.ts';
import type { CallbackUrlEntry, CallbackUrls } from '../../callbacks/callback-urls.ts';
import type { DigestKeeper } from '../../reactors/digest.ts';
import type { Hooks } from '../../reactors/hooks.ts';
import type { ApiKeys } from '../../settings/api-keys.ts';
import type { RequestService } from '../../callbacks/requests/request-service.ts';
import type { TestCallbacks } from '../../callbacks/test-callback.ts';
import type { Library } from '../../projections/library.ts';
import type { ClosedLoop } from '../closed-loop.ts';
import { copiedOf } from './copied-texts.ts';
import { createLoopHandlers } from './loop-handlers.ts';
import type { FilePlaces } from '../../video-store/file-places.ts';
import type { VideoStore } from '../../video-store/video-store.ts';
import { bytesOf, type FilmImport } from '../acts/film-import.ts';
import { costsOf } from './costs.ts';
import type { Exports } from './exports.ts';
import type { LabelService } from '../acts/labels.ts';
import { listedTasks } from './listed-tasks.ts';
import type { Strips } from '../../previews/strips.ts';
import { wantedPreviews } from '../../previews/wanted-previews.ts';
import { savePoster } from '../acts/poster.ts';
import type { ToTaskView } from '../telling/task-view.ts';
import type { Elsewhere } from '../machines/connect-elsewhere.ts';
import type { SettingsService } from './settings-service.ts';
import type { TaskActs } from '../acts/task-acts.ts';

export interface HandlerPorts {
  readonly dataDir: string;
  readonly info: Omit<AppInfo, 'dataDir' | 'command' | 'tunnelIsFixed'>;
  readonly library: Library;
  readonly store: VideoStore;
  readonly places: Pick<FilePlaces, 'placesOfVideos' | 'isMissing'>;
  readonly toTaskView: ToTaskView;
  readonly acts: TaskActs;
  readonly labels: LabelService;
  readonly exports: Exports;
  readonly films: FilmImport;
  readonly strips: Strips;
  /** Tells the pages of a change that no event told. */
  readonly changed: (key: string) => void;
  /** All pages look again. */
  readonly resync: () => void;
  readonly testCallbacks: TestCallbacks;
  readonly callbackUrl: () => CallbackUrl;
  readonly status: () => Promise<Status>;
  readonly diagnostics: () => Promise<string>;
  readonly urls: CallbackUrls;
  /** The address of a callback URL with that token, public where there is a tunnel. */
  readonly addressOf: (token: string) => string;
  readonly requests: RequestService;
  readonly tunnel: TunnelService;
  readonly loop: ClosedLoop;
  readonly apiKeys: ApiKeys;
  readonly hooks: Pick<Hooks, 'test' | 'forgetLost'>;
  /** Of machines that share the log; nothing where nobody does. */
  readonly forgetNode: (node: string) => Promise<void>;
  /** Gets what was not foreseen, where the call is answered all the same. */
  readonly onBug: (error: unknown) => void;
  readonly digest: Pick<DigestKeeper, 'get' | 'dismiss'>;
  readonly settings: SettingsService;
  readonly elsewhere: Elsewhere;
  readonly setPaused: (paused: boolean) => void;
  readonly pageBroke: (what: string) => void;
  readonly doctor: (options: DoctorOptions) => Promise<DoctorReport>;
}

/** What the tunnel's calls need of it. */
export interface TunnelService {
  details(): Omit<TunnelDetails, 'status'>;
  status(): TunnelStatus;
  check(): Promise<void>;
  dismissDrift(): Promise<void>;
}

export function createHandlers(ports: HandlerPorts): Handlers {
  const { library, toTaskView, acts, labels } = ports;

  function find(keyOrTaskId: string): Task | undefined {
    const byKey = library.get(keyOrTaskId);
    if (byKey !== undefined) return byKey;
    // Several providers may use one id; the newest is the one that is meant.
    return library.findByTaskId(keyOrTaskId).toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt))[0];
  }

  const projectAs = (name: string | null): string | null => (name === null ? null : labels.spelledAs('project', name));

  return {
    ...createLoopHandlers({
      projectAs,
      loop: ports.loop,
      hooks: ports.hooks,
      digest: ports.digest,
      library,
      find,
      onBug: ports.onBug,
    }),
    'app:info': () => {
      const { info, dataDir, settings } = ports;
      const { tunnelIsFixed } = settings.view();
      return { ...info, dataDir, command: typedHere(), tunnelIsFixed };
    },
    'app:status': () => ports.status(),
    'app:diagnostics': () => ports.diagnostics(),
    'tasks:query': async (query) => {
      const page = await library.query(query);
      return { ...page, rows: page.rows.map(toTaskView) };
    },
    'tasks:rows': async (query) => {
      const page = await library.query(query);
      return { ...page, rows: page.rows.map((task) => packRow(toTaskView(task))) };
    },
    'tasks:keys': (query, from, to) => library.keys(query, from, to),
    'tasks:takes': async (key) => (await library.takes(key)).map(toTaskView),
    'tasks:complete': (query) => library.complete(query),
    'tasks:sums': (which) => library.sums(which),
    'tasks:texts': (which, what) => copiedOf(library, ports.dataDir, which, what),
    'tasks:counts': () => library.counts(),
    'tasks:labels': () => labels.list(),
    'labels:rename': (kind, name, to) => labels.rename(kind, name, to),
    'labels:color': async (kind, name, color) => {
      await labels.color(kind, name, color);
      return null;
    },
    'app:pageBroke': (what) => {
      ports.pageBroke(what);
      return null;
    },
    'tasks:list': (options) => listedTasks(library, toTaskView, options),
    'tasks:get': (keyOrTaskId) => {
      const task = find(keyOrTaskId);
      return task === undefined ? null : toTaskView(task);
    },
    'tasks:places': (keys) =>
      Promise.all(
        keys.map((key) => {
          const task = library.get(key);
          return task === undefined ? Promise.resolve([]) : ports.places.placesOfVideos(task);
        }),
      ),
    'tasks:missing': async (keys) => {
      const missing: string[] = [];
      // One after another: a list that is looked at must not keep the disk from a callback.
      for (const key of keys) {
        const task = library.get(key);
        if (task !== undefined && (await ports.places.isMissing(task))) missing.push(key);
      }
      return missing;
    },
    'tasks:mark': (which, { tags, ...marks }) =>
      acts.mark(which, tags === undefined ? marks : { ...marks, tags: labels.spelled({ add: tags }).add }),
    'tasks:tag': (which, change) => acts.tag(which, labels.spelled(change)),
    'tasks:setProject': (which, project) => acts.setProject(which, projectAs(project)),
    'tasks:trash': (which) => acts.trash(which),
    'tasks:restore': (which) => acts.restore(which),
    'tasks:purge': (which) => acts.purge(which),
    'tasks:retry': (which) => acts.retry(typeof which === 'string' ? [which] : which),
    'tasks:undo': (undo) => labels.undo(undo),
    'tasks:setTitle': async (key, title) => {
      await acts.setTitle(key, title);
      return null;
    },
    'tasks:setNote': async (key, note) => {
      await acts.setNote(key, note);
      return null;
    },
    'tasks:newLink': async (key, n, link) => {
      await acts.newLink(key, n, link);
      return null;
    },
    'tasks:attachFile': async (key, n, file) => {
      await acts.attach(key, n, bytesOf(file));
      return null;
    },
    'tasks:import': (file) => ports.films.add(file),
    'tasks:locate': async (key, n, file) => {
      await ports.films.locate(key, n, file);
      return null;
    },
    'export:prepare': (which, options) => ports.exports.prepare(which, options),
    'tasks:settle': async (key, take) => {
      await acts.settle(key, take);
      return null;
    },
    'tasks:savePoster': async (key, base64) => {
      const task = library.get(key);
      // A page makes pictures on its own, and the task may have gone meanwhile: nobody misses them.
      if (task === undefined || task.poster !== null) return null;
      const poster = await savePoster(ports.store, task, Buffer.from(base64, 'base64'));
      await library.record({ type: 'poster-saved', key, path: poster });
      return null;
    },
    'tasks:saveStrip': async (key, n, base64) => {
      const task = library.get(key);
      if (task === undefined) return null;
      const video = task.videos[n - 1];
      if (video?.state !== 'saved') throw new InboxError('bad-request', libraryTexts.noStrip);
      await ports.strips.save(video, Buffer.from(base64, 'base64'));
      ports.changed(key);
      return null;
    },
    'previews:wanted': (after) =>
      wantedPreviews({ glances: () => library.glances(), get: (key) => library.get(key), strips: ports.strips }, after),
    'previews:clear': async () => {
      const removed = await ports.strips.clear();
      ports.resync();
      return { removed };
    },
    'callback:url': () => ports.callbackUrl(),
    'callback:sendTest': (options) => ports.testCallbacks.send(options),
    'callback:list': () =>
      ports.urls
        .list()
        .filter(({ revokedAt, submission }) => revokedAt === null && submission === undefined)
        .map(urlView),
    'callback:mint': async (options) =>
      urlView(await ports.urls.mint({ ...options, project: projectAs(options.project) })),
    'callback:revoke': async (id) => {
      await ports.urls.revoke(id);
      return null;
    },
    'nodes:forget': async (node) => {
      await ports.forgetNode(node);
      return null;
    },
    'requests:query': (query) => ports.requests.query(query),
    'requests:get': (n) => ports.requests.get(n),
    'requests:replay': (n, options) => ports.requests.replay(n, options),
    'tunnel:details': () => ({ status: ports.tunnel.status(), ...ports.tunnel.details() }),
    'tunnel:check': async () => {
      await ports.tunnel.check();
      return ports.tunnel.status();
    },
    'tunnel:dismissDrift': async () => {
      await ports.tunnel.dismissDrift();
      return null;
    },
    'settings:get': () => ports.settings.view(),
    'settings:update': (patch) => ports.settings.update(patch),
    'secrets:set': (name, value) => ports.settings.setSecret(name, value),
    'apiKeys:list': () => ports.apiKeys.list(),
    'apiKeys:new': ({ scope, label }) => ports.apiKeys.create(scope, label),
    'apiKeys:revoke': async (id) => {
      await ports.apiKeys.revoke(id);
      return null;
    },
    'twin:connect': (url, token) => ports.elsewhere.connect(url, token),
    'twin:disconnect': () => ports.elsewhere.disconnect(),
    'downloads:setPaused': (paused) => {
      ports.setPaused(paused);
      return null;
    },
    'library:costs': (timeZone) => costsOf(library.newestFirst(), timeZone),
    'library:doctor': (options) => ports.doctor(options),
  };

  function urlView(entry: CallbackUrlEntry): CallbackUrlView {
    const { id, token, label, project, provider, createdAt, lastUsedAt, count } = entry;
    const isMain = ports.urls.main().id === id;
    return { id, url: ports.addressOf(token), label, project, provider, createdAt, lastUsedAt, count, isMain };
  }
}
