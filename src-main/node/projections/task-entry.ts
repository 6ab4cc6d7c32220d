/** One task of the library in memory: its head at hand, the whole of it read from its line when someone looks. */
import { fold, type LabelEvent, labelsAfter, type TaskRecord } from '../../common/fold.ts';
import type { Task } from '../../common/model.ts';
import { relabelled } from '../../common/search/match-search.ts';
import { type OrderFacts } from '../../common/search/task-order.ts';
import { wantsFiles, type TaskHead } from '../../common/task-traits.ts';
import { without } from '../../common/without.ts';
import { bytesOf, LinePlace } from './line-shelf.ts';
import { lineOf, recordOfLine } from './task-format.ts';
import type { PageTexts } from './text-pages.ts';

/** What the library knows of a task without reading it. */
export interface TaskFacts {
  readonly head: TaskHead;
  readonly receivedMs: number;
  /** A video or a poster of it is still to be fetched. */
  readonly wantsFiles: boolean;
  readonly seq: number;
  readonly firstSeq: number;
}

/** A task as an index page holds it. */
export interface PageEntry {
  readonly facts: TaskFacts;
  /** The record as JSON in UTF-8, without line ends; `bytesOf` has it in either case. */
  readonly line: Uint8Array | LinePlace;
}

/**
 * A hundred thousand whole tasks as objects cost a start more than a second and the collector hundreds of megabytes,
 * and lists, counts and filters need little of them. So a task is an object only from its change to the next save.
 */
export class TaskEntry {
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
  #facts: TaskFacts;
  #content: TaskRecord | Uint8Array | LinePlace | Labelled;

  constructor(page: number, content: TaskRecord | PageEntry) {
    this.page = page;
    this.#facts = 'line' in content ? content.facts : factsOf(content);
    this.#content = 'line' in content ? content.line : content;
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

  get facts(): TaskFacts {
    return this.#facts;
  }

  get head(): TaskHead {
    return this.#facts.head;
  }

  get record(): TaskRecord {
    return recordOf(this.#content, this.head.key);
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
    const { head } = this.#facts;
    // Taking fields away takes longer than all the rest, and most have none of them.
    const isPlain = head.rating === undefined && head.pick === undefined && head.project === undefined;
    this.#facts = {
      ...this.#facts,
      seq: event.seq,
      head: { ...(isPlain ? head : without(head, 'rating', 'pick', 'project')), ...labelsAfter(head, event) },
    };
    const { searchText } = this;
    if (searchText !== null) this.searchText = relabelled(searchText, head, this.head);
    if (content instanceof Labelled) this.#content = new Labelled(content.line, [...content.events, event]);
    else if (isLine(content)) this.#content = new Labelled(content, [event]);
    else this.#content = fold(content, event, head.key) ?? content;
  }

  /** Lets go of the record: from here on it is read from its line. */
  toEntry(): PageEntry {
    const line = isLine(this.#content) ? this.#content : lineOf(this.record);
    this.#content = line;
    return { facts: this.#facts, line };
  }

  /** The line that it has lies there, too. */
  lieAt(place: LinePlace): void {
    if (isLine(this.#content)) this.#content = place;
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

function recordOf(content: TaskRecord | Uint8Array | LinePlace | Labelled, key: string): TaskRecord {
  if (isLine(content)) return recordOfLine(bytesOf(content));
  if (!(content instanceof Labelled)) return content;
  return content.events.reduce((record, event) => fold(record, event, key) ?? record, recordOf(content.line, key));
}

function isLine(content: TaskRecord | Uint8Array | LinePlace | Labelled): content is Uint8Array | LinePlace {
  return content instanceof LinePlace || content instanceof Uint8Array;
}

function factsOf({ task, seq, firstSeq }: TaskRecord): TaskFacts {
  return { head: headOf(task), receivedMs: Date.parse(task.receivedAt), wantsFiles: wantsFiles(task), seq, firstSeq };
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
