/** Whether a task is what a search asks for: the same in the core, the page and the terminal. */
import type { AnyTask } from '../task-view.ts';
import { folded, foldedName } from './folded.ts';
import { orderFactsOf, type OrderFacts } from './task-order.ts';
import { providerName } from '../providers/catalog.ts';
import { hasFailed, hasWaitingVideo, isReady, sizeOfVideos, type TaskTraits } from '../task-traits.ts';
import {
  type Condition,
  type HasValue,
  type IsValue,
  type NumberField,
  parseSearch,
  type TextField,
} from './parse-search.ts';
import { clockIn } from '../zone-clock.ts';

/** What is looked through, each part only when a search asks for it: to read a whole task costs more. */
export interface Searched {
  readonly head: TaskTraits;
  readonly taskId: string;
  readonly videoBytes: number;
  readonly receivedMs: number;
  /** Whether its `searchTextOf` has the part. */
  readonly holds: (part: string) => boolean;
  readonly task: () => AnyTask;
  readonly orderFacts: () => OrderFacts;
}

export type Search = (searched: Searched) => boolean;

/** Folded, what words are looked for in. Labels stand last: see `relabelled`. */
export function searchTextOf(task: AnyTask): string {
  const { prompt, taskId, provider, message, title, note, model } = task;
  const own = [title, prompt, taskId, providerName(provider), provider, message, model, note]
    .filter((part) => part !== null && part !== undefined)
    .map(folded)
    .join('\n');
  return own + labelText(task);
}

type Labelled = Pick<TaskTraits, 'tags' | 'project'>;

const labelText = ({ project, tags }: Labelled): string =>
  (project === undefined ? tags : [project, ...tags]).map((label) => `\n${folded(label)}`).join('');

/**
 * A `searchTextOf` with other labels, without reading the task: a person labels a hundred thousand at once.
 * @returns `null` where it does not end in the labels that it had.
 */
export function relabelled(text: string, before: Labelled, after: Labelled): string | null {
  if (before.tags === after.tags && before.project === after.project) return text;
  const had = labelText(before);
  return text.endsWith(had) ? text.slice(0, text.length - had.length) + labelText(after) : null;
}

/** @param timeZone IANA name; days are cut in it. @returns `null` for a search that asks for nothing. */
export function compileSearch(text: string, timeZone: string): Search | null {
  const terms = parseSearch(text).map(({ isNegated, condition }) => {
    const test = testOf(condition, timeZone);
    return isNegated ? (searched: Searched) => !test(searched) : test;
  });
  return terms.length === 0 ? null : (searched) => terms.every((test) => test(searched));
}

export function searchedOf(task: AnyTask): Searched {
  return {
    head: task,
    taskId: task.taskId,
    videoBytes: sizeOfVideos(task),
    receivedMs: Date.parse(task.receivedAt),
    holds: (part) => searchTextOf(task).includes(part),
    task: () => task,
    orderFacts: () => orderFactsOf(task),
  };
}

/** IANA name of the zone of whoever runs this. */
export const hereZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

function testOf(condition: Condition, timeZone: string): Search {
  switch (condition.kind) {
    case 'words':
      return ({ holds }) => holds(condition.text);
    case 'text':
      return textTest(condition.field, condition.text);
    case 'number': {
      const { least, most } = condition.span;
      return (searched) => {
        const number = numberOf(condition.field, searched);
        return number !== null && number >= least && number <= most;
      };
    }
    case 'day': {
      const begin = dayStart(condition.day, timeZone);
      const end = dayStart(nextDay(condition.day), timeZone);
      if (condition.field === 'before') return ({ receivedMs }) => receivedMs < begin;
      if (condition.field === 'after') return ({ receivedMs }) => receivedMs >= end;
      return ({ receivedMs }) => receivedMs >= begin && receivedMs < end;
    }
    case 'is':
      return isTest(condition.value);
    case 'has':
      return (searched) => has(condition.value, searched);
  }
}

function textTest(field: TextField, wanted: string): Search {
  const holds = (value: string | null | undefined): boolean =>
    value !== null && value !== undefined && folded(value).includes(wanted);
  /** Of a task whose text has it nowhere no field has it, and the whole task need not be read. */
  const whereTextHas =
    (test: Search): Search =>
    (searched) =>
      searched.holds(wanted) && test(searched);
  switch (field) {
    case 'tag':
      return ({ head }) => head.tags.some((tag) => foldedName(tag) === wanted);
    case 'project':
      return ({ head }) => head.project !== undefined && foldedName(head.project) === wanted;
    case 'provider':
      return ({ head }) => holds(head.provider) || holds(providerName(head.provider));
    case 'id':
      return ({ taskId }) => holds(taskId);
    case 'codec':
      return (searched) => searched.task().videos.some(({ videoCodec }) => holds(videoCodec));
    case 'model':
      return whereTextHas((searched) => holds(searched.orderFacts().model));
    case 'prompt':
    case 'message':
    case 'note':
      return whereTextHas((searched) => holds(searched.task()[field]));
  }
}

/** Asks of the task what the field needs and no more: this is done for each task of the library. */
function numberOf(field: NumberField, searched: Searched): number | null {
  switch (field) {
    case 'rating':
      return searched.head.rating ?? 0;
    case 'videos':
      return searched.head.videos.length;
    case 'mb':
      return searched.videoBytes / 1e6;
    case 'cost': {
      const facts = searched.orderFacts();
      return facts.hasCost ? facts.cost : null;
    }
    case 'seconds': {
      const { seconds } = searched.orderFacts();
      // Nothing that plays takes no time.
      return seconds > 0 ? seconds : null;
    }
    case 'width':
      return longest(searched.task().videos.map(({ width }) => width));
    case 'height':
      return longest(searched.task().videos.map(({ height }) => height));
  }
}

function longest(numbers: readonly (number | null)[]): number | null {
  const known = numbers.filter((number) => number !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function isTest(value: IsValue): Search {
  switch (value) {
    case 'starred':
      return ({ head }) => head.starred;
    case 'seen':
      return ({ head }) => head.seen;
    case 'new':
      return ({ head }) => !head.seen;
    case 'ready':
      return ({ head }) => isReady(head);
    case 'waiting':
      return ({ head }) => head.state === 'processing' || hasWaitingVideo(head);
    case 'failed':
      return ({ head }) => hasFailed(head);
    case 'picked':
    case 'rejected':
      return ({ head }) => head.pick === value;
    case 'vertical':
      return ({ task }) => task().videos.some(({ width, height }) => (height ?? 0) > (width ?? 0));
    case 'signed':
    case 'unsigned':
    case 'confirmed':
    case 'conflicting':
      return ({ task }) => task().trust === value;
  }
}

function has(value: HasValue, { head, task }: Searched): boolean {
  switch (value) {
    case 'tag':
      return head.tags.length > 0;
    case 'project':
      return head.project !== undefined;
    case 'video':
      return head.videos.some(({ state }) => state === 'saved');
    case 'source':
      return task().sourceUrl !== null || (task().sources?.length ?? 0) > 0;
    case 'sound':
      return task().videos.some(({ audioCodec }) => audioCodec !== null);
    case 'prompt':
    case 'poster':
      return task()[value] !== null;
    case 'note':
    case 'title':
      return task()[value] !== undefined;
  }
}

const dayMs = 86_400_000;

function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + dayMs).toISOString().slice(0, 10);
}

/** When a day begins in a zone. Asked twice, since the zone's distance may change between the guess and the answer. */
function dayStart(day: string, timeZone: string): number {
  const wanted = Date.parse(`${day}T00:00:00Z`);
  const guess = wanted - zoneDistance(wanted, timeZone);
  return wanted - zoneDistance(guess, timeZone);
}

/** How far a zone's clocks are before UTC at an instant, in milliseconds. */
function zoneDistance(at: number, timeZone: string): number {
  const parts = clockOf(timeZone).formatToParts(at);
  const number = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0);
  const wall = Date.UTC(number('year'), number('month') - 1, number('day'), number('hour') % 24, number('minute'));
  return wall - Math.floor(at / 60_000) * 60_000;
}

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const two = '2-digit';
  const options = { year: 'numeric', month: two, day: two, hour: two, minute: two, hourCycle: 'h23' } as const;
  return clockIn(timeZone, options);
}
