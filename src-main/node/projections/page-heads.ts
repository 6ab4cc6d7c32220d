/**
 * The heads of an index page as lists, one for each field: as they stand on the disk, and in memory until someone looks at
 * a task. A hundred thousand heads as objects are a third of what a start takes, and most of what the collector goes through.
 */
import type { Task, VideoState } from '../../common/model.ts';
import type { TaskTraits } from '../../common/task-traits.ts';
import { idInKey } from '../../common/identity.ts';
import { without } from '../../common/without.ts';
import { type Lines, LinePlace } from './line-pool.ts';
import type { PageEntry, TaskFacts, TaskGlance } from './task-facts.ts';

/** State and size of each video. */
export type DiskVideos = readonly (readonly [VideoState, number | null])[];

/** What most tasks have none of, each left out where it is usual, so fields can be added without another format. */
export interface DiskRest {
  /** Where it is not `<provider>:<taskId>`. */
  readonly key?: string;
  readonly state?: Task['state'];
  readonly trashedAt?: string;
  readonly tags?: readonly string[];
  readonly project?: string;
  readonly rating?: number;
  readonly pick?: 'picked' | 'rejected';
  readonly watchedSince?: string;
}

/** Each list has a place for each task, in the order of the page. */
export interface DiskHeads {
  /** Those in use; `provider` says which of them. */
  readonly providers: readonly string[];
  readonly provider: readonly number[];
  readonly taskId: readonly string[];
  readonly receivedMs: readonly number[];
  readonly seq: readonly number[];
  readonly firstSeq: readonly number[];
  /** The sum of what is true: 1 seen, 2 starred, 4 wants files. */
  readonly flags: readonly number[];
  /** The size of its one video, where that is saved; else all of them. */
  readonly videos: readonly (number | DiskVideos)[];
  /** Those that there are, each once: a person says the same of many. */
  readonly rests: readonly DiskRest[];
  /** Which of them, counted from 1; 0 = none. */
  readonly rest: readonly number[];
  /** Of its line. */
  readonly bytes: readonly number[];
}

/** A head in parts, each of which goes to a list. */
export interface HeadParts extends Pick<TaskFacts, 'receivedMs' | 'seq' | 'firstSeq' | 'wantsFiles'> {
  readonly provider: string;
  readonly taskId: string;
  readonly seen: boolean;
  readonly starred: boolean;
  readonly videos: DiskVideos;
  readonly rest: DiskRest;
}

export function partsOf({ head, receivedMs, seq, firstSeq, wantsFiles }: TaskFacts): HeadParts {
  const { key, provider, taskId, state, seen, starred, trashedAt, tags, project, rating, pick, watchedSince } = head;
  return {
    provider,
    taskId,
    receivedMs,
    seq,
    firstSeq,
    seen,
    starred,
    wantsFiles,
    videos: head.videos.map((video) => [video.state, video.sizeBytes] as const),
    rest: {
      ...(key === `${provider}:${taskId}` ? {} : { key }),
      ...(state === usualState ? {} : { state }),
      ...(trashedAt === null ? {} : { trashedAt }),
      ...(tags.length === 0 ? {} : { tags }),
      ...(project === undefined ? {} : { project }),
      ...(rating === undefined ? {} : { rating }),
      ...(pick === undefined ? {} : { pick }),
      ...(watchedSince === undefined ? {} : { watchedSince }),
    },
  };
}

/** @param lineBytes how long the line of each is. */
export function toColumns(heads: readonly HeadParts[], lineBytes: readonly number[]): DiskHeads {
  const providers = [...new Set(heads.map(({ provider }) => provider))];
  const rests = new Map([['{}', 0]]);
  const restPlace = (rest: DiskRest): number => {
    const text = JSON.stringify(rest);
    const place = rests.get(text) ?? rests.size;
    rests.set(text, place);
    return place;
  };
  const rest = heads.map((head) => restPlace(head.rest));
  return {
    providers,
    provider: heads.map(({ provider }) => providers.indexOf(provider)),
    taskId: heads.map(({ taskId }) => taskId),
    receivedMs: heads.map(({ receivedMs }) => receivedMs),
    seq: heads.map(({ seq }) => seq),
    firstSeq: heads.map(({ firstSeq }) => firstSeq),
    flags: heads.map(
      ({ seen, starred, wantsFiles }) => (seen ? isSeen : 0) + (starred ? isStarred : 0) + (wantsFiles ? areWanted : 0),
    ),
    videos: heads.map(({ videos }) => {
      const [state, size = null] = videos[0] ?? [];
      return videos.length === 1 && state === 'saved' && size !== null ? size : videos;
    }),
    rests: [...rests.keys()].slice(1).map((text) => JSON.parse(text) as DiskRest),
    rest,
    bytes: lineBytes,
  };
}

const isSeen = 1;
const isStarred = 2;
const areWanted = 4;
const usualState = 'succeeded';
/** Shared by all that have none. */
const none: readonly never[] = Object.freeze([]);
const oneSaved: TaskTraits['videos'] = Object.freeze([{ state: 'saved' }]);

/** The tasks of a page, with their lines. */
export function storedEntries(columns: DiskHeads, lines: Lines, betweenLines: number): readonly StoredEntry[] {
  const page = new PageHeads(columns, lines, betweenLines);
  return columns.taskId.map((_, at) => new StoredEntry(page, at));
}

class PageHeads {
  readonly columns: DiskHeads;
  readonly #lines: Lines;
  readonly #starts: Uint32Array;
  /** Those of tasks with one saved video, by provider, flags and rest: nearly all are one of a few. */
  readonly #usual: TaskTraits[] = [];

  constructor(columns: DiskHeads, lines: Lines, betweenLines: number) {
    this.columns = columns;
    this.#lines = lines;
    this.#starts = new Uint32Array(columns.bytes.length);
    let start = 0;
    for (let at = 0; at < columns.bytes.length; at += 1) {
      this.#starts[at] = start;
      start += (columns.bytes[at] ?? 0) + betweenLines;
    }
  }

  lineAt(at: number): LinePlace {
    const start = this.#starts[at] ?? 0;
    return new LinePlace(this.#lines, start, start + (this.columns.bytes[at] ?? 0));
  }

  keyAt(at: number): string {
    // Not a template: that keeps both parts beside the whole for as long as the key lives.
    return this.#restAt(at)?.key ?? [this.#providerAt(at), this.columns.taskId[at]].join(':');
  }

  hasOddKeyAt(at: number): boolean {
    const own = this.#restAt(at)?.key;
    if (own !== undefined) return idInKey(own) !== this.columns.taskId[at];
    return this.#providerAt(at).includes(':');
  }

  flagsAt(at: number): number {
    return this.columns.flags[at] ?? 0;
  }

  isUsualAt(at: number): boolean {
    return typeof this.columns.videos[at] === 'number';
  }

  traitsAt(at: number): TaskTraits {
    if (!this.isUsualAt(at)) return this.factsAt(at).head;
    const { provider, providers, rest } = this.columns;
    const flags = this.flagsAt(at) & (isSeen | isStarred);
    const place = ((rest[at] ?? 0) * providers.length + (provider[at] ?? 0)) * areWanted + flags;
    return (this.#usual[place] ??= { ...this.#traitsOf(at), videos: oneSaved });
  }

  factsAt(at: number): TaskFacts {
    const { taskId, receivedMs, seq, firstSeq, videos } = this.columns;
    const own = videos[at] ?? none;
    return {
      head: {
        key: this.keyAt(at),
        taskId: taskId[at] ?? '',
        ...this.#traitsOf(at),
        videos:
          typeof own === 'number'
            ? [{ state: 'saved', sizeBytes: own }]
            : own.length === 0
              ? none
              : own.map(([state, sizeBytes]) => ({ state, sizeBytes })),
      },
      receivedMs: receivedMs[at] ?? 0,
      wantsFiles: (this.flagsAt(at) & areWanted) !== 0,
      seq: seq[at] ?? 0,
      firstSeq: firstSeq[at] ?? 0,
    };
  }

  #traitsOf(at: number): Omit<TaskTraits, 'videos'> {
    const flags = this.flagsAt(at);
    const rest = this.#restAt(at);
    const traits = {
      provider: this.#providerAt(at),
      state: rest?.state ?? usualState,
      seen: (flags & isSeen) !== 0,
      starred: (flags & isStarred) !== 0,
      trashedAt: rest?.trashedAt ?? null,
      tags: rest?.tags ?? none,
    };
    // What most have none of is no field of theirs: a head has no room that it does not need.
    return rest === undefined ? traits : { ...traits, ...without(rest, 'key', 'state', 'trashedAt', 'tags') };
  }

  #providerAt(at: number): string {
    return this.columns.providers[this.columns.provider[at] ?? 0] ?? '';
  }

  #restAt(at: number): DiskRest | undefined {
    return this.columns.rests[(this.columns.rest[at] ?? 0) - 1];
  }
}

/** A task as its page has it: what is asked of all of them is read from the lists, the rest made when someone asks. */
export class StoredEntry implements PageEntry, TaskGlance {
  readonly #page: PageHeads;
  readonly #at: number;

  constructor(page: PageHeads, at: number) {
    this.#page = page;
    this.#at = at;
  }

  get facts(): TaskFacts {
    return this.#page.factsAt(this.#at);
  }

  get line(): LinePlace {
    return this.#page.lineAt(this.#at);
  }

  get key(): string {
    return this.#page.keyAt(this.#at);
  }

  get hasOddKey(): boolean {
    return this.#page.hasOddKeyAt(this.#at);
  }

  get taskId(): string {
    return this.#page.columns.taskId[this.#at] ?? '';
  }

  /** Its `head` is one that it shares with others; else that is made each time. */
  get isUsual(): boolean {
    return this.#page.isUsualAt(this.#at);
  }

  get head(): TaskTraits {
    return this.#page.traitsAt(this.#at);
  }

  get receivedMs(): number {
    return this.#page.columns.receivedMs[this.#at] ?? 0;
  }

  get seq(): number {
    return this.#page.columns.seq[this.#at] ?? 0;
  }

  get firstSeq(): number {
    return this.#page.columns.firstSeq[this.#at] ?? 0;
  }

  get wantsFiles(): boolean {
    return (this.#page.flagsAt(this.#at) & areWanted) !== 0;
  }

  /** Bytes of all its videos that are on disk. */
  get videoBytes(): number {
    const videos = this.#page.columns.videos[this.#at] ?? none;
    return typeof videos === 'number' ? videos : videos.reduce((sum, [, bytes]) => sum + (bytes ?? 0), 0);
  }
}

/** Number of the last event of all its tasks; 0 where it has none. */
export function newestIn(entries: readonly PageEntry[]): number {
  return entries.reduce(
    (newest, entry) => Math.max(newest, entry instanceof StoredEntry ? entry.seq : entry.facts.seq),
    0,
  );
}
