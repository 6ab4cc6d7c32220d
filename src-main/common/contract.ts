/**
 * The one list of calls and events between the core and whoever shows it: the desktop window (IPC), the browser and
 * the CLI (loopback HTTP). Handlers, argument parsers, both transports and both clients are typed from here, so a
 * forgotten one does not compile.
 */
import type {
  ReplayOptions,
  ReplayOutcome,
  RequestDetail,
  RequestPage,
  RequestQuery,
  RequestSummary,
} from './requests.ts';
import type { ErrorData } from './errors.ts';
import type { ApiKeyCalls } from './api-keys.ts';
import type { LoopCalls } from './loop-calls.ts';
import type { Told } from './texts/sentence.ts';
import type { Completion } from './search/complete-search.ts';
import type { LabelColor, SettingsPatch, SettingsValues } from './settings.ts';
import type { PackedPage } from './task-row.ts';
import type { TaskView } from './task-view.ts';
import type {
  Changed,
  Counts,
  ListOptions,
  Marks,
  TagChange,
  TaskFilter,
  TaskPage,
  TaskQuery,
  TaskSelection,
  TaskSums,
} from './task-query.ts';
import type { SharedGlance } from './shared-status.ts';
import type { ShelfStatus } from './shelf-status.ts';
import type { Status, StorageStatus, TunnelStatus } from './status.ts';
import type { DoctorOptions, DoctorReport } from './doctor-report.ts';

export interface AppInfo {
  readonly version: string;
  /** `desktop` = Electron window, `browser` = loopback page. */
  readonly host: 'desktop' | 'browser';
  /** `process.platform` of the core. */
  readonly platform: string;
  readonly dataDir: string;
  /** What stands before the name of a command where it is typed: `video-inbox`, in a checkout `npm run cli --`. */
  readonly command: string;
  /** See `SettingsView`. */
  readonly tunnelIsFixed: boolean;
}

export interface CallbackUrl {
  readonly url: string;
  /** True where the outside world can reach it; else it is the loopback address. */
  readonly isPublic: boolean;
}

export type { LabelColor, SettingsPatch, SettingsValues };

/** A secret as the UI may know it: whether it is set, never what it is. */
export interface SecretView {
  /** Short name such as `KIE_HMAC`. */
  readonly name: string;
  readonly isSet: boolean;
  /** Set by the environment, which wins: the UI cannot change it. */
  readonly fromEnvironment: boolean;
}

export interface SettingsView {
  readonly values: SettingsValues;
  readonly secrets: readonly SecretView[];
  readonly secretProtection: 'keychain' | 'file-permissions';
  /** True where a flag or the environment decides about the tunnel, whatever the settings say. */
  readonly tunnelIsFixed: boolean;
  /** Not a setting that is kept: a start resumes. */
  readonly downloadsPaused: boolean;
  /** The way to the internet as the downloads see it. */
  readonly network: {
    /** Of the environment, without its password; what the settings say goes before it. */
    readonly environmentProxy: string | null;
    /** Names resolve to placeholder addresses (198.18.0.0/15), as behind Clash, Surge or sing-box; downloads accept them. */
    readonly hasFakeAddresses: boolean;
  };
  /** A sentence where the file of the settings, or that of the keys, was broken at the start. */
  readonly problem: string | null;
  readonly problemText?: Told['text'];
}

export interface TunnelDetails {
  readonly status: TunnelStatus;
  /** When the state became what it is; ISO time. `null` without a tunnel. */
  readonly since: string | null;
  /** A sentence: how to do better although nothing is wrong. */
  readonly advice: string | null;
  /** `107` of `ERR_NGROK_107`, where ngrok gave a code for what is wrong now. */
  readonly ngrokCode: string | null;
  /** The probes of ours that count towards the plan's requests. */
  readonly probes: { readonly sent: number; readonly perMonth: number };
  /** The public address changed, and the person has not dismissed the note. */
  readonly drift: {
    readonly from: string;
    readonly to: string;
    readonly since: string;
    readonly sentence: string;
    /** Tasks that were begun before and still wait: their callbacks go to the old address. */
    readonly pending: readonly TaskView[];
  } | null;
}

/** Stored label of the callback URL that the program makes by itself; the page shows it in the person's language. */
export const firstUrlLabel = 'Default';

export interface CallbackUrlView {
  readonly id: string;
  readonly url: string;
  readonly label: string;
  /** Put as a tag on the tasks that arrive through it. */
  readonly project: string | null;
  /** Whose callbacks come through it, where the person said so. */
  readonly provider: string | null;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly count: number;
  /** The one that "Copy callback URL" copies. */
  readonly isMain: boolean;
}

/** Outside the trash, most used first. */
export interface Labels {
  readonly tags: readonly LabelCount[];
  readonly projects: readonly LabelCount[];
}

export type LabelKind = 'tag' | 'project';

export interface LabelCount {
  readonly name: string;
  readonly count: number;
  readonly color?: LabelColor;
}

export const copiedTexts = ['prompts', 'paths', 'links'] as const;
export type CopiedText = (typeof copiedTexts)[number];

export interface ImportedFilm {
  /** Of the task that has the film now. */
  readonly key: string;
  /** `present`: the library had these bytes already, and nothing was changed. */
  readonly outcome: 'imported' | 'present';
}

/** What the tasks of a month cost that have provider, model and project in common. */
export interface CostLine {
  /** `YYYY-MM` in the asked zone. */
  readonly month: string;
  readonly provider: string;
  readonly model: string | null;
  readonly project: string | null;
  /** `credits` or a currency; what has another unit is another line. */
  readonly unit: string;
  readonly tasks: number;
  /** Tasks of which the provider told no price. */
  readonly unpriced: number;
  /** The sum of the four that follow. */
  readonly spent: number;
  /** Picked or starred. */
  readonly kept: number;
  /** Rejected, or in the trash. */
  readonly rejected: number;
  readonly failed: number;
  readonly notJudged: number;
  readonly keptSeconds: number;
}

/** What is taken away together, and what is told in it. */
export interface ExportOptions {
  /** Of the whole: the name of the zip, the heading of a client's page. */
  readonly title: string;
  /** Names of the films, see `export-names.ts`. */
  readonly template: string;
  /** Title, prompt, model and source in the copies where they have a place for it, and in a file beside each. */
  readonly metadata: boolean;
  /** The markers of the notes as an EDL and as a table. */
  readonly markers: boolean;
  /** A page for a client in place of the bare films: own titles only, nothing of a prompt. */
  readonly client: boolean;
  /** BCP 47, of that page. */
  readonly language: string;
}

export interface PreparedExport {
  /** For `/export/<id>` of the local server, for ten minutes. */
  readonly id: string;
  readonly name: string;
  readonly films: number;
  readonly sizeBytes: number;
  /** Tasks among the chosen ones of which no film is saved. */
  readonly without: number;
  /** Saved films whose file is not on this disk any more. Of a shelf elsewhere it is not asked: each would be a request. */
  readonly missing: number;
}

/** Films without a poster or a filmstrip. */
export interface WantedPreviews {
  /** Newest first; `n` is the 1-based number of the video, `path` its file. */
  readonly wishes: readonly {
    readonly key: string;
    readonly n: number;
    readonly path: string | null;
    readonly receivedAt: string;
  }[];
  /** Where to go on; `null` at the end. */
  readonly next: number | null;
}

export interface InboxCalls extends LoopCalls, ApiKeyCalls {
  'app:info': () => AppInfo;
  'app:status': () => Status;
  /** What a maintainer needs to know, as text to paste into a report: nothing secret, and nothing of what the person made. */
  'app:diagnostics': () => string;
  /** What broke in a page, for the log of the inbox: there nobody looks at a browser's console. */
  'app:pageBroke': (what: string) => null;
  'tasks:query': (query: TaskQuery) => TaskPage;
  /** The same for lists that people look at: see `unpackRow`. */
  'tasks:rows': (query: TaskQuery) => PackedPage;
  /**
   * The keys of a range of that list, of any length, both ends included and in either order. An end is a key or a 0-based
   * place; a place beyond the end is the end. Empty where an end that is a key is not in the list.
   */
  'tasks:keys': (query: TaskFilter, from: string | number, to: string | number) => readonly string[];
  /** The takes of one source and one prompt, oldest first, the newest `mostTakes` and one; the task alone where it has no prompt. */
  'tasks:takes': (key: string) => readonly TaskView[];
  'tasks:sums': (which: TaskSelection) => TaskSums;
  /** Completions of the last word of `text` in this list: at most 12, the most useful first, none that would leave no task. */
  'tasks:complete': (query: TaskFilter) => readonly Completion[];
  /** What is copied of many tasks: each text once, in their order. Paths are this system's, of films that are on disk. */
  'tasks:texts': (which: TaskSelection, what: CopiedText) => readonly string[];
  'tasks:counts': () => Counts;
  /** Names that people gave, for completion and the rail. */
  'tasks:labels': () => Labels;
  /**
   * Renames a tag or a project on all tasks that have it, also in the trash. A name that is in use is merged into; `null`
   * removes the label. Callback URLs of a project follow.
   */
  'labels:rename': (kind: LabelKind, name: string, to: string | null) => Changed;
  /** The dot beside its name; `null` = none. */
  'labels:color': (kind: LabelKind, name: string, color: LabelColor | null) => null;
  /** Newest first; for the CLI. */
  'tasks:list': (options: ListOptions) => readonly TaskView[];
  /** By key or by the provider's task id. */
  'tasks:get': (keyOrTaskId: string) => TaskView | null;
  /**
   * Where the videos of each task are, in the order of `videos`: an absolute path on the machine of the inbox, an address
   * (`s3://bucket/key`), or `null` where it is not saved, or only the inbox gets at it. At most 1000 tasks; one that is not in
   * the library has no videos.
   */
  'tasks:places': (keys: readonly string[]) => readonly (readonly (string | null)[])[];
  /** Those of which a saved video is not on the disk of the inbox any more; what is kept elsewhere is not looked for. At most 1000. */
  'tasks:missing': (keys: readonly string[]) => readonly string[];
  /** Answers of these name the tasks that changed; `tasks:undo` takes them back. */
  'tasks:mark': (which: TaskSelection, marks: Marks) => Changed;
  'tasks:tag': (which: TaskSelection, change: TagChange) => Changed;
  'tasks:setProject': (which: TaskSelection, project: string | null) => Changed;
  'tasks:trash': (which: TaskSelection) => Changed;
  'tasks:restore': (which: TaskSelection) => Changed;
  /** Removes trashed tasks and their files for good; no undo. `all` is the whole trash. */
  'tasks:purge': (which: TaskSelection | 'all') => { readonly purged: number };
  /** Fetches what failed or expired again, and what waits for its next attempt at once. */
  'tasks:retry': (which: TaskSelection | string) => Changed;
  /** Takes an act back: each task gets what it had before. Works once. */
  'tasks:undo': (undo: string) => Changed;
  /** The person's own name for a task; `null` or empty takes it away. */
  'tasks:setTitle': (key: string, title: string | null) => null;
  'tasks:setNote': (key: string, note: string | null) => null;
  /** Another link to the nth video (from 1, as listed) of a task, fetched from there at once. */
  'tasks:newLink': (key: string, n: number, link: string) => null;
  /**
   * The file of the nth video, as the person has it: an absolute path on the machine of the inbox. It is checked and kept
   * like a downloaded one. A page that has no path posts the bytes to `/attach/<key>/<n>` of the local server.
   */
  'tasks:attachFile': (key: string, n: number, file: string) => null;
  /**
   * A film that is on the disk of the inbox, by its absolute path: found again by its bytes and its sidecar, else a task of
   * its own; a film of the library that is not on the disk any more is back then. The file stays where it is.
   */
  'tasks:import': (file: string) => ImportedFilm;
  /** Where the file of the nth video is now, which is not there any more: it is kept again if its bytes are the same. */
  'tasks:locate': (key: string, n: number, file: string) => null;
  /** A callback and the provider's record disagree: with `take`, what the callback named is fetched all the same. */
  'tasks:settle': (key: string, take: boolean) => null;
  /** Films to be fetched together as a zip. */
  'export:prepare': (which: TaskSelection, options: ExportOptions) => PreparedExport;
  /** A poster that the UI made from the video: JPEG or PNG, base64, at most 2 MiB decoded. */
  'tasks:savePoster': (key: string, base64: string) => null;
  /** A filmstrip that the UI made of the nth video: 5 by 5 frames in one JPEG, base64, at most 1 MiB decoded. */
  'tasks:saveStrip': (key: string, n: number, base64: string) => null;
  /** A few of those that are to be made. */
  'previews:wanted': (after: number | null) => WantedPreviews;
  /** Removes all filmstrips; they are made again. */
  'previews:clear': () => { readonly removed: number };
  'callback:url': () => CallbackUrl;
  'callback:sendTest': (options: { readonly provider: string | null; readonly fail: boolean }) => {
    readonly key: string;
    readonly taskId: string;
  };
  /** Takes a machine off the list that has not told of itself lately, until it does again. @param node as in `NodeStatus` */
  'nodes:forget': (node: string) => null;
  /** Those that are not revoked. */
  'callback:list': () => readonly CallbackUrlView[];
  'callback:mint': (options: {
    readonly label: string;
    readonly project: string | null;
    /** A provider's id or family, for bodies that do not tell whose they are. */
    readonly provider?: string | null;
  }) => CallbackUrlView;
  /** Requests to it are 404 from now on; the others go on. */
  'callback:revoke': (id: string) => null;
  /** What arrived at the public side, newest first. */
  'requests:query': (query: RequestQuery) => RequestPage;
  'requests:get': (n: number) => RequestDetail | null;
  /** Reads it again and tells the difference; takes it over or sends it elsewhere only where that is asked for. */
  'requests:replay': (n: number, options: ReplayOptions) => ReplayOutcome;
  'tunnel:details': () => TunnelDetails;
  /** Proves reachability now; answers with what came of it. */
  'tunnel:check': () => TunnelStatus;
  'tunnel:dismissDrift': () => null;
  'settings:get': () => SettingsView;
  'settings:update': (patch: SettingsPatch) => SettingsView;
  /**
   * Stores a secret, or removes it with `null`. An ngrok authtoken is taken out of whatever was pasted around it.
   * `warning` is a sentence where its shape is unusual.
   */
  'secrets:set': (name: string, value: string | null) => { readonly warning: string | null };
  /**
   * Checks the inbox at this sync address with this token, and stores both. After the answer this inbox is reopened as a
   * copy of it; one that is its copy already takes the address without reopening. `callbackUrl`: that of the inbox there.
   */
  'twin:connect': (url: string, token: string) => { readonly callbackUrl: string };
  /** After the answer this is reopened as an inbox of its own. */
  'twin:disconnect': () => null;
  'downloads:setPaused': (paused: boolean) => null;
  /** What was spent, by month of an IANA time zone. */
  'library:costs': (timeZone: string) => readonly CostLine[];
  'library:doctor': (options: DoctorOptions) => DoctorReport;
}

export interface InboxEvents {
  /** Tasks that are new or have changed, whole, and the counts after it. */
  'tasks:changed': { readonly tasks: readonly TaskView[]; readonly counts: Counts };
  /** Tasks that left the library for good. */
  'tasks:removed': { readonly keys: readonly string[]; readonly counts: Counts };
  /** At most four a second per video. `n` is the 1-based number of the video. */
  'video:progress': {
    readonly key: string;
    readonly n: number;
    readonly receivedBytes: number;
    readonly totalBytes: number | null;
    readonly bytesPerSecond: number;
  };
  'tunnel:changed': TunnelStatus;
  /** Whether what arrives can be stored has changed. */
  'storage:changed': StorageStatus;
  /** Whether the video store on S3 answers has changed. */
  'shelf:changed': ShelfStatus;
  /** Whether the shared log can be read and written from here has changed. */
  'shared:changed': SharedGlance;
  /** Links of videos that are not saved expire soon; each is named once, the first to expire first. `diesAt`: ISO time. */
  'links:dying': { readonly links: readonly { readonly task: TaskView; readonly diesAt: string }[] };
  /** A file of an order is on its way to the provider; at most four a second. `file` as the order names it. */
  'upload:progress': { readonly file: string; readonly sentBytes: number; readonly totalBytes: number };
  /** Requests arrived; at most four times a second. */
  'requests:changed': RequestSummary;
  /** The library is on its way to another folder; only the desktop can do that. */
  'library:moving': { readonly copiedBytes: number; readonly totalBytes: number };
  /** Someone changed settings, set a secret, paused or resumed: here, in another window, from the menu or the tray. */
  'settings:changed': SettingsView;
  /**
   * Something that the person wants to be told of, for pages that may show notices. Headless only: the desktop shows its
   * own, and so does a session with `notify-send`. A later one with the same id replaces the earlier one.
   */
  'notice:show': {
    readonly id: string;
    readonly kind: 'saved' | 'failed' | 'tunnel' | 'storage' | 'digest' | 'hint';
    readonly title: string;
    /** Plain text. */
    readonly body: string;
    /** The task that a click opens. */
    readonly key: string | null;
    /** Whether that task has a poster to show. */
    readonly hasPoster: boolean;
  };
  /** How far `library:doctor` is; at most four a second. */
  'library:checking': { readonly videosChecked: number; readonly videosTotal: number };
  /**
   * Events were missed (the connection was away too long): ask for everything again. With `counts` none was, and only so
   * many tasks are different that they are not named.
   */
  resync: { readonly counts?: Counts };
}

export type CallName = keyof InboxCalls;
export type EventName = keyof InboxEvents;
export type Args<K extends CallName> = Parameters<InboxCalls[K]>;
export type CallResult<K extends CallName> = ReturnType<InboxCalls[K]>;

/** What each call is answered by, in the core. */
export type Handlers = {
  readonly [K in CallName]: (...args: Args<K>) => Promise<CallResult<K>> | CallResult<K>;
};

/** Arguments arrive as untrusted JSON; a parser throws `InboxError('bad-request')`. */
export type ArgParsers = { readonly [K in CallName]: (raw: readonly unknown[]) => Args<K> };

export type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: ErrorData };

export type InboxEvent = {
  [K in EventName]: { readonly name: K; readonly data: InboxEvents[K] };
}[EventName];

/** What the renderer and the CLI hold: the same over IPC and HTTP. */
export interface InboxClient {
  call<K extends CallName>(name: K, ...args: Args<K>): Promise<CallResult<K>>;
  /** @returns the undo. */
  subscribe(listener: (event: InboxEvent) => void): () => void;
  mediaUrl(key: string, n: number): string;
  /** Of an archived input; `n` from 1. */
  sourceUrl(key: string, n: number): string;
  posterUrl(key: string, version: string): string;
  /** Of a prepared export. */
  exportUrl(id: string): string;
  /** Of the filmstrip of a task's nth video. */
  stripUrl(key: string, n: number, version: string): string;
}
