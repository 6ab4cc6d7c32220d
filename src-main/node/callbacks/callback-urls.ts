/**
 * The capability URLs that we hand out: each has an unguessable token, and whoever knows it may deliver. They live in a
 * file of their own, apart from the settings, since a callback that is on its way to a lost token is a lost video.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Low } from 'lowdb';
import { firstUrlLabel } from '../../common/contract.ts';
import { InboxError } from '../../common/errors.ts';
import { callbackTexts } from '../../common/texts/en-callbacks.ts';
import { hostTexts } from '../../common/texts/en-host.ts';
import type { Sentence } from '../../common/texts/sentence.ts';
import { providers } from '../../common/providers/catalog.ts';
import type { Log } from '../log/log.ts';
import { renameFile } from '../storage/durable-files.ts';
import { createSyncedJsonAdapter } from '../storage/synced-json-adapter.ts';
import { createTurns } from '../storage/turns.ts';
import { entriesIn, listFormat, type CallbackUrlEntry } from './callback-url-list.ts';

export type { CallbackUrlEntry } from './callback-url-list.ts';

export interface MintOptions {
  readonly label: string;
  readonly project: string | null;
  /** A provider's id, or `kie` for all of kie.ai's. */
  readonly provider?: string | null;
  readonly submission?: string;
}

export interface CallbackUrls {
  /** A sentence where those that were given out before are not known any more; else `null`. */
  readonly problem: Sentence | null;
  /** The one behind the "Copy callback URL" button; never revoked without a successor. */
  main(): CallbackUrlEntry;
  list(): readonly CallbackUrlEntry[];
  /** The entry for a token that came in a request, `null` for an unknown or a revoked one. */
  find(token: string): CallbackUrlEntry | null;
  /** @throws InboxError `bad-request`. */
  mint(options: MintOptions): Promise<CallbackUrlEntry>;
  /** @throws InboxError `not-found`. */
  revoke(id: string): Promise<void>;
  /** What arrives through these joins that project from now on. */
  setProject(ids: readonly string[], project: string | null): Promise<void>;
  /** Takes in what other machines of this inbox have given out or revoked; all of them show the same one as theirs. */
  merge(others: readonly CallbackUrlEntry[]): Promise<void>;
  /** Counts a delivery; told by `list`, and saved lazily. */
  used(id: string): void;
  /** All tokens that were ever handed out, for redaction; the same list as long as there is no other. */
  tokens(): readonly string[];
  close(): Promise<void>;
}

interface Loaded {
  readonly list: readonly CallbackUrlEntry[];
  readonly isSaved: boolean;
}

type Change = (list: readonly CallbackUrlEntry[]) => readonly CallbackUrlEntry[];

/** 192 bits: far beyond guessing, and still short enough to read out. */
const tokenBytes = 24;
const saveDelayMs = 5000;
const submissionLifeMs = 60 * 24 * 3_600_000;
const labelLimit = 80;
/** As long as an order's: its task is in the same one, whatever comes first. */
const projectLimit = 600;

export async function openCallbackUrls(file: string, log: Log, now: () => Date): Promise<CallbackUrls> {
  const copy = `${file}.copy`;
  const store = new Low<readonly CallbackUrlEntry[]>(createSyncedJsonAdapter(file, listFormat), []);
  const copyStore = new Low<readonly CallbackUrlEntry[]>(createSyncedJsonAdapter(copy, listFormat), []);
  let problem: Sentence | null = null;
  const loaded = await load();
  let entries = loaded.list;
  /** False while the entries hold what the disk has not taken. */
  let { isSaved } = loaded;
  let byToken = indexOf(entries);
  /** Cached, since it is asked for at every delivery. */
  let tokens = entries.map(({ token }) => token);
  /** Deliveries that are not counted in the entries yet, by the id of their URL. */
  const uses = new Map<string, { times: number; last: Date }>();
  let timer: NodeJS.Timeout | null = null;
  const takeTurn = createTurns();

  async function load(): Promise<Loaded> {
    const aside: string[] = [];
    for (const [from, at] of [
      [store, file],
      [copyStore, copy],
    ] as const) {
      try {
        await from.read();
        if (from.data.length === 0) continue;
        // Without the error: that of `JSON.parse` quotes the text, and there are tokens in it.
        if (aside.length > 0) log.warn({ aside }, 'a list of callback URLs was broken; its copy is used');
        return { list: from.data, isSaved: true };
      } catch (error) {
        // What the disk refuses may be there again at the next start; new tokens in its place would be for good.
        if (error instanceof Error && 'syscall' in error) throw error;
        const to = `${at}.broken-${String(now().getTime())}`;
        await renameFile(at, to);
        aside.push(to);
      }
    }
    return aside.length === 0 ? { list: [], isSaved: true } : { list: await readIn(aside), isSaved: false };
  }

  /** What can be read one by one: a token that is forgotten costs the callbacks that are on their way to it. */
  async function readIn(aside: readonly string[]): Promise<readonly CallbackUrlEntry[]> {
    const found = new Map<string, CallbackUrlEntry>();
    for (const at of aside) {
      for (const entry of entriesIn(await readFile(at, 'utf8'))) if (!found.has(entry.id)) found.set(entry.id, entry);
    }
    const list = [...found.values()];
    if (activeIn(list) === undefined) problem = hostTexts.urlsLost(file);
    const count = list.length;
    log.warn({ aside, count }, 'the list of callback URLs and its copy were broken; what can be read in them is used');
    return list;
  }

  /** With the deliveries that are not counted in them yet. */
  function counted(list: readonly CallbackUrlEntry[]): readonly CallbackUrlEntry[] {
    if (uses.size === 0) return list;
    return list.map((entry) => {
      const use = uses.get(entry.id);
      if (use === undefined) return entry;
      return { ...entry, lastUsedAt: use.last.toISOString(), count: entry.count + use.times };
    });
  }

  /**
   * What the disk refuses has not happened: a URL that nobody was told of must not take callbacks, and one of which it was
   * said that it stays must not refuse them.
   */
  function save(change: Change = (list) => list): Promise<void> {
    return takeTurn(async () => {
      isSaved &&= uses.size === 0;
      entries = counted(entries);
      uses.clear();
      const next = change(entries);
      // The copy first: it is looked at only where the other one is broken.
      for (const each of [copyStore, store]) {
        each.data = next;
        await each.write();
      }
      if (next !== entries) replace(next);
      isSaved = true;
    });
  }

  function newEntry({ label, project, provider = null, submission }: MintOptions): CallbackUrlEntry {
    return {
      id: randomBytes(6).toString('hex'),
      token: randomBytes(tokenBytes).toString('base64url'),
      label,
      project,
      provider,
      createdAt: now().toISOString(),
      lastUsedAt: null,
      count: 0,
      revokedAt: null,
      ...(submission === undefined ? {} : { submission }),
    };
  }

  async function add(options: MintOptions): Promise<CallbackUrlEntry> {
    const entry = newEntry(options);
    await save((list) => [...list, entry]);
    return entry;
  }

  /** There is always one behind the button. */
  function withMain(list: readonly CallbackUrlEntry[]): readonly CallbackUrlEntry[] {
    return activeIn(list) === undefined ? [...list, newEntry({ label: firstUrlLabel, project: null })] : list;
  }

  /** Whatever was ordered then has been called for or is lost by now. */
  function forgetOldSubmissions(): void {
    replace(entries.filter(isNeeded));
  }

  function isNeeded({ submission, createdAt }: CallbackUrlEntry): boolean {
    return submission === undefined || createdAt > new Date(now().getTime() - submissionLifeMs).toISOString();
  }

  function replace(next: readonly CallbackUrlEntry[]): void {
    entries = next;
    byToken = indexOf(entries);
    tokens = entries.map(({ token }) => token);
  }

  const current = (id: string): CallbackUrlEntry | undefined => entries.find((entry) => entry.id === id);
  forgetOldSubmissions();
  if (!isSaved || activeIn(entries) === undefined) await save(withMain);

  return {
    get problem() {
      return problem;
    },
    main() {
      const entry = activeIn(entries);
      if (entry === undefined) throw new InboxError('internal', callbackTexts.noUrlAtAll);
      return entry;
    },
    list: () => counted(entries),
    find(token) {
      const id = byToken.get(token);
      const entry = id === undefined ? undefined : current(id);
      return entry === undefined || entry.revokedAt !== null ? null : entry;
    },
    async mint(options) {
      const name = options.label.trim();
      if (name === '' || name.length > labelLimit) {
        throw new InboxError('bad-request', callbackTexts.labelLength(labelLimit));
      }
      const { provider = null } = options;
      if (provider !== null && !isKnownProvider(provider)) {
        throw new InboxError('bad-request', callbackTexts.unknownProvider(provider.slice(0, 60)));
      }
      const project = options.project?.trim().slice(0, projectLimit).trim() || null;
      return add({ ...options, label: name, project });
    },
    async revoke(id) {
      if (current(id) === undefined) throw new InboxError('not-found', callbackTexts.noSuchUrl);
      const revokedAt = now().toISOString();
      await save((list) => withMain(list.map((entry) => (entry.id === id ? { ...entry, revokedAt } : entry))));
    },
    async setProject(ids, project) {
      if (ids.length === 0) return;
      const named = project?.trim().slice(0, projectLimit).trim() || null;
      const moved = (entry: CallbackUrlEntry): CallbackUrlEntry => ({
        ...entry,
        project: named,
        projectChanges: (entry.projectChanges ?? 0) + 1,
      });
      await save((list) => list.map((entry) => (ids.includes(entry.id) ? moved(entry) : entry)));
    },
    async merge(others) {
      const revoked = new Map(
        others.flatMap(({ id, revokedAt }) => (revokedAt === null ? [] : [[id, revokedAt] as const])),
      );
      const isRevokedElsewhere = ({ id, revokedAt }: CallbackUrlEntry): boolean =>
        revokedAt === null && revoked.has(id);
      const addedTo = (list: readonly CallbackUrlEntry[]): readonly CallbackUrlEntry[] => {
        const known = new Set(list.map(({ id }) => id));
        return others.filter((other) => !known.has(other.id) && isNeeded(other));
      };
      const byId = new Map(others.map((other) => [other.id, other]));
      /** Two that changed it at once take what all know. */
      const movedElsewhere = ({ id, project, projectChanges = 0 }: CallbackUrlEntry): CallbackUrlEntry | null => {
        const other = byId.get(id);
        return other !== undefined &&
          other.project !== project &&
          (other.projectChanges ?? 0) >= Math.max(1, projectChanges)
          ? other
          : null;
      };
      const isOtherwise = (entry: CallbackUrlEntry): boolean =>
        isRevokedElsewhere(entry) || movedElsewhere(entry) !== null;
      if (isSaved && addedTo(entries).length === 0 && !entries.some(isOtherwise)) return;
      // The other machines knew them all along.
      problem = null;
      // They have been given out whatever this disk takes.
      await takeTurn(async () => {
        const merged = entries.map((entry) => {
          const moved = movedElsewhere(entry);
          return {
            ...entry,
            ...(isRevokedElsewhere(entry) && { revokedAt: revoked.get(entry.id) ?? '' }),
            ...(moved !== null && { project: moved.project, projectChanges: moved.projectChanges ?? 0 }),
          };
        });
        const inOrder = [...merged, ...addedTo(entries)].sort(
          (a, b) => compareText(a.createdAt, b.createdAt) || compareText(a.id, b.id),
        );
        replace(withMain(inOrder));
        isSaved = false;
        return Promise.resolve();
      });
      await save();
    },
    used(id) {
      uses.set(id, { times: (uses.get(id)?.times ?? 0) + 1, last: now() });
      timer ??= setTimeout(() => {
        timer = null;
        void save().catch((error: unknown) => log.warn({ error }, 'the use of a callback URL could not be noted'));
      }, saveDelayMs).unref();
    },
    tokens: () => tokens,
    async close() {
      if (timer !== null || !isSaved) {
        clearTimeout(timer ?? undefined);
        timer = null;
        await save().catch((error: unknown) => log.warn({ error }, 'the use of a callback URL could not be noted'));
      }
      await takeTurn(() => Promise.resolve()); // behind whatever is still being saved
    },
  };
}

function activeIn(list: readonly CallbackUrlEntry[]): CallbackUrlEntry | undefined {
  return list.find((entry) => entry.revokedAt === null && entry.submission === undefined);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isKnownProvider(text: string): boolean {
  return providers.some(({ id, family }) => id !== 'unknown' && (id === text || family === text));
}

/**
 * A map looks texts up by a hash whose seed is another one in each process, and compares only those of the same hash: a
 * lookup takes the same time however much of a guess is right.
 */
function indexOf(entries: readonly CallbackUrlEntry[]): ReadonlyMap<string, string> {
  return new Map(entries.map((entry) => [entry.token, entry.id]));
}
