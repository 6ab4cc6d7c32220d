/** One task of the library in memory: its head at hand, the whole of it read from its line when someone looks. */
import { fold, type LabelEvent, labelsAfter, type TaskRecord } from '../../common/fold.ts';
import { idInKey } from '../../common/identity.ts';
import { inlineFilmOf } from '../../common/inline-film.ts';
import type { Task } from '../../common/model.ts';
import { relabelled } from '../../common/search/match-search.ts';
import { type OrderFacts } from '../../common/search/task-order.ts';
import { linksAside, sizeOfVideos, type TaskHead, wantsFiles } from '../../common/task-traits.ts';
import { without } from '../../common/without.ts';
import { bytesOf, LinePlace } from './line-pool.ts';
import { StoredEntry } from './page-heads.ts';
import type { KeyedGlance, PageEntry, TaskFacts, TaskGlance } from './task-facts.ts';
import { lineOf, recordOfLine } from './task-format.ts';
import type { PageTexts } from './text-pages.ts';

/**
 * A hundred thousand whole tasks as objects cost a start more than a second and the collector hundreds of megabytes,
 * and lists, counts and filters need little of them. So a task is an object only from its change to the next save.
 */
export class TaskEntry implements KeyedGlance {
  readonly page: number;
  /** It is in no table any more; another entry may have its place. */
  hasLeft = false;
  /** Where its text for the search stands among those of its page, unless it has one of its own. */
  textPage: PageTexts | null = null;
  textPlace = 0;
  #ownText: string | null = null;
  /** Whether the words of its text are known to whoever mends searches. */
  isInVocabulary = false;
  /** What it is ordered by, likewise; no label changes it. */
  orderFacts: OrderFacts | null = null;
  /** Since the event of this number only labels have changed. */
  contentSeq: number;
  /** Of a task that its page still has as it is, until someone asks for them. */
  #facts: TaskFacts | StoredEntry;
  #content: Content;

  constructor(page: number, content: TaskRecord | PageEntry) {
    this.page = page;
    if (content instanceof StoredEntry) {
      this.#facts = content;
      this.#content = content;
    } else {
      this.#facts = 'line' in content ? content.facts : factsOf(content);
      this.#content = 'line' in content ? content.line : content;
    }
    this.contentSeq = this.#facts.seq;
  }

  /** Lower-cased, kept by whoever searches; a change empties it, labels take their place in it. */
  get searchText(): string | null {
    return this.#ownText ?? this.textPage?.at(this.textPlace) ?? null;
  }

  set searchText(text: string | null) {
    this.#ownText = text;
    this.textPage = null;
  }

  get glance(): TaskGlance {
    const facts = this.#facts;
    // What is its own has to be made for a glance as well, and once is enough.
    return facts instanceof StoredEntry && !facts.isUsual ? this.facts : facts;
  }

  get facts(): TaskFacts {
    const facts = this.#facts;
    return facts instanceof StoredEntry ? (this.#facts = facts.facts) : facts;
  }

  get head(): TaskHead {
    return this.facts.head;
  }

  get key(): string {
    const facts = this.#facts;
    return facts instanceof StoredEntry ? facts.key : facts.head.key;
  }

  get taskId(): string {
    const facts = this.#facts;
    return facts instanceof StoredEntry ? facts.taskId : facts.head.taskId;
  }

  /** It does not tell the id as others do: `<provider>:<id>`. */
  get hasOddKey(): boolean {
    const facts = this.#facts;
    if (facts instanceof StoredEntry) return facts.hasOddKey;
    const { key, taskId } = facts.head;
    return idInKey(key) !== taskId;
  }

  /** Bytes of all its videos that are on disk. */
  get videoBytes(): number {
    const facts = this.#facts;
    return facts instanceof StoredEntry ? facts.videoBytes : sizeOfVideos(facts.head);
  }

  get record(): TaskRecord {
    return recordOf(this.#content, this.key);
  }

  get task(): Task {
    return this.record.task;
  }

  replace(record: TaskRecord): void {
    this.searchText = null;
    this.orderFacts = null;
    this.isInVocabulary = false;
    this.#facts = factsOf(record);
    this.#content = record;
    this.contentSeq = record.seq;
  }

  /**
   * What a person says of many tasks at once: the head has it now, and a task that is a line stays one until it is looked
   * at or saved. To read a hundred thousand for a tag would take most of the time.
   */
  label(event: LabelEvent): void {
    const content = this.#content;
    const { facts } = this;
    const { head } = facts;
    // Taking fields away takes longer than all the rest, and most have none of them.
    const isPlain = head.rating === undefined && head.pick === undefined && head.project === undefined;
    this.#facts = {
      ...facts,
      seq: event.seq,
      head: { ...(isPlain ? head : without(head, 'rating', 'pick', 'project')), ...labelsAfter(head, event) },
    };
    const { searchText } = this;
    if (searchText !== null) this.searchText = relabelled(searchText, head, this.head);
    if (content instanceof Labelled) this.#content = new Labelled(content.line, [...content.events, event]);
    else if (content instanceof StoredEntry) this.#content = new Labelled(content.line, [event]);
    else if (isLine(content)) this.#content = new Labelled(content, [event]);
    else this.#content = fold(content, event, head.key) ?? content;
  }

  /** Lets go of the record: from here on it is read from its line. */
  toEntry(): PageEntry {
    const content = this.#content;
    if (content instanceof StoredEntry) return content;
    const line = isLine(content) ? content : lineOf(this.record);
    this.#content = line;
    return { facts: this.facts, line };
  }

  /** The line that it has lies there, too. */
  lieAt(place: LinePlace): void {
    const content = this.#content;
    // Of a page as it was read nothing is kept then.
    if (content instanceof StoredEntry) this.#facts = this.facts;
    else if (!isLine(content)) return;
    this.#content = place;
  }
}

/** A line, and what was said of its task since. */
class Labelled {
  readonly line: Uint8Array | LinePlace;
  readonly events: readonly LabelEvent[];

  constructor(line: Uint8Array | LinePlace, events: readonly LabelEvent[]) {
    this.line = line;
    this.events = events;
  }
}

type Content = TaskRecord | Uint8Array | LinePlace | Labelled | StoredEntry;

function recordOf(content: Content, key: string): TaskRecord {
  if (content instanceof StoredEntry) return recordOfLine(bytesOf(content.line));
  if (isLine(content)) return recordOfLine(bytesOf(content));
  if (!(content instanceof Labelled)) return content;
  return content.events.reduce((record, event) => fold(record, event, key) ?? record, recordOf(content.line, key));
}

function isLine(content: Content): content is Uint8Array | LinePlace {
  return content instanceof LinePlace || content instanceof Uint8Array;
}

export function factsOf({ task, seq, firstSeq }: TaskRecord): TaskFacts {
  return {
    head: headOf(task),
    receivedMs: Date.parse(task.receivedAt),
    wantsFiles: wantsFiles(task) || linksAside(task).some((link) => inlineFilmOf(link) !== null),
    seq,
    firstSeq,
  };
}

function headOf(task: Task): TaskHead {
  const { key, provider, taskId, state, seen, starred, trashedAt, tags, videos } = task;
  const { project, rating, pick, watchedSince } = task;
  const head = {
    key,
    provider,
    taskId,
    state,
    seen,
    starred,
    trashedAt,
    tags,
    videos: videos.map((video) => ({ state: video.state, sizeBytes: video.sizeBytes })),
  };
  // Nearly all have none of these.
  if (project === undefined && rating === undefined && pick === undefined && watchedSince === undefined) return head;
  return {
    ...head,
    ...(project === undefined ? {} : { project }),
    ...(rating === undefined ? {} : { rating }),
    ...(pick === undefined ? {} : { pick }),
    ...(watchedSince === undefined ? {} : { watchedSince }),
  };
}
