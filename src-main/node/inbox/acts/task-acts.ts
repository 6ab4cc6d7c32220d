/**
 * What a person does to tasks, to one or to all that match: one append and one sync each, however many there are, and
 * files follow behind their event. Answers name the tasks that changed, so that an undo is the opposite for these.
 */
import { canParseUrl } from '../../../common/can-parse-url.ts';
import type { Changed, Marks, TagChange, TaskSelection } from '../../../common/task-query.ts';
import { InboxError } from '../../../common/errors.ts';
import type { EventDraft } from '../../../common/events.ts';
import { isToldInTrash } from '../../../common/fold.ts';
import type { Video, Task } from '../../../common/model.ts';
import { libraryTexts } from '../../../common/texts/en-library.ts';
import type { TaskHead, TaskTraits } from '../../../common/task-traits.ts';
import { DownloadFault } from '../../downloads/download-fault.ts';
import type { Downloads } from '../../downloads/downloads.ts';
import { StorageFault } from '../../event-log/health-watch.ts';
import type { FilePlaces } from '../../video-store/file-places.ts';
import { filtered, inTurns, takingTurns } from '../../in-turns.ts';
import type { Library } from '../../projections/library.ts';
import { selectedKeys } from '../../projections/selection.ts';
import { createTurns } from '../../storage/turns.ts';
import { backOfNow, createActMemory, type Kept, type LabelDraft, type Labelling } from './act-memory.ts';
import type { DownloadPlan } from '../downloads/download-plan.ts';
import { refusalOfGiven } from './given-film.ts';
import type { Removals } from './removals.ts';

export interface TaskActPorts {
  readonly library: Pick<Library, 'get' | 'head' | 'record' | 'recordAll' | 'keys' | 'glances'>;
  readonly places: FilePlaces;
  readonly removals: Pick<Removals, 'note' | 'remove'>;
  readonly plan: Pick<DownloadPlan, 'forget' | 'jobFor' | 'consider'>;
  readonly downloads: Pick<Downloads, 'attach'>;
  /** Ends the waits of a task's downloads for their next attempt. @returns how many waited. */
  readonly retryNow: (key: string) => number;
  /** Others fetch as well, or in place of this machine: what waits there for its next attempt is not known here. */
  readonly othersFetch?: boolean;
  /** Names of other machines that run and bring films of their disks to where all find them; `null`: none. */
  readonly onlyOnOthers?: () => string | null;
}

export interface TaskActs {
  mark(which: TaskSelection, marks: Marks): Promise<Changed>;
  tag(which: TaskSelection, change: TagChange): Promise<Changed>;
  setProject(which: TaskSelection, project: string | null): Promise<Changed>;
  setTitle(key: string, title: string | null): Promise<void>;
  setNote(key: string, note: string | null): Promise<void>;
  trash(which: TaskSelection): Promise<Changed>;
  restore(which: TaskSelection): Promise<Changed>;
  /** Only those in the trash. */
  purge(which: TaskSelection | 'all'): Promise<{ readonly purged: number }>;
  retry(which: TaskSelection): Promise<Changed>;
  /**
   * Brings back what an act changed and nobody has changed since. @throws InboxError `not-found` where it is not known any
   * more, `conflict` where nothing of it is left.
   */
  undo(name: string): Promise<Changed>;
  /** Another link to a video, from the person; it is fetched from there at once. @param n From 1, as listed. */
  newLink(key: string, n: number, link: string): Promise<void>;
  /** The person has the file of a video; it is checked and kept like a downloaded one. @param n From 1, as listed. */
  attach(key: string, n: number, bytes: AsyncIterable<Uint8Array>): Promise<void>;
  /** The person decides about what a callback and the provider disagree on. */
  settle(key: string, take: boolean): Promise<void>;
}

export function createTaskActs(ports: TaskActPorts): TaskActs {
  const { library, places, removals, plan, downloads, retryNow, othersFetch = false, onlyOnOthers } = ports;
  const memory = createActMemory();
  /** What is thrown away, brought back and removed for good, one after the other: who was told that a task is back has it. */
  const takeTurn = createTurns();
  /** What is written on tasks likewise: the next one begins with what the one before it gave them, and not what they had. */
  const takeLabelTurn = createTurns();
  /** Whose files are to be moved yet, and for which act: only what was asked for last moves them. */
  const moving = new Map<string, object>();

  function need(key: string): TaskHead {
    const head = library.head(key);
    if (head === undefined) throw new InboxError('not-found', libraryTexts.notInLibrary);
    return head;
  }

  /** @throws InboxError where there is no such video, or it is on disk. */
  function needVideo(key: string, n: number): { readonly task: Task; readonly video: Video } {
    const task = library.get(key);
    const video = task?.videos[n - 1];
    if (task === undefined || video === undefined) throw new InboxError('not-found', libraryTexts.notInLibrary);
    if (video.state === 'saved') throw new InboxError('conflict', libraryTexts.isSaved);
    return { task, video };
  }

  /** Those that are gone meanwhile are left out, unless nothing else was asked for. */
  async function headsOf(which: TaskSelection): Promise<readonly TaskHead[]> {
    const keys = await selectedKeys(library, which);
    const heads: TaskHead[] = [];
    for await (const key of takingTurns(keys)) {
      const head = library.head(key);
      if (head !== undefined) heads.push(head);
    }
    return heads.length === 0 ? keys.slice(0, 1).map(need) : heads;
  }

  /**
   * One append; in parts, since one event is folded in one go and callbacks must not wait for ten thousand tasks.
   */
  async function record(
    which: TaskSelection,
    isMeant: (head: TaskHead) => boolean,
    draftOf: (keys: readonly string[]) => EventDraft,
  ): Promise<Changed> {
    const keys = (await inTurns(filtered(await headsOf(which), isMeant))).map(({ key }) => key);
    if (keys.length > 0) await library.recordAll(inParts(keys, wholeTasks).map(draftOf));
    return { keys };
  }

  /** @param backOf the event that gives a task back what it has now; the tasks whose events say the same are one event. */
  function label(
    which: TaskSelection,
    isMeant: (head: TaskHead) => boolean,
    given: Labelling,
    backOf: (head: TaskHead) => Labelling,
  ): Promise<Changed> {
    return takeLabelTurn(async () => {
      const heads = await inTurns(filtered(await headsOf(which), isMeant));
      const keys = heads.map(({ key }) => key);
      if (keys.length === 0) return { keys };
      const back = await draftsOf(mapped(heads, (head) => [head.key, backOf(head)]));
      await library.recordAll(inParts(keys).map((part) => ({ ...given, keys: part })));
      return { keys, undo: memory.keep({ given, back }) };
    });
  }

  async function takeBack({ given, back }: Kept): Promise<Changed> {
    const labels: Labelled[] = [];
    for (const draft of back) {
      for await (const key of takingTurns(draft.keys)) {
        const head = library.head(key);
        const now = head === undefined ? null : backOfNow(head, given, draft);
        if (now !== null) labels.push([key, now]);
      }
    }
    if (labels.length === 0) throw new InboxError('conflict', libraryTexts.changedSince);
    await library.recordAll(await draftsOf(labels));
    return { keys: labels.map(([key]) => key) };
  }

  /**
   * Files take their time, on a shelf elsewhere above all, so whoever wants one task back does not wait for all that are
   * thrown away before it: the next one has its turn after each part.
   * @returns what was recorded, and which of them nothing newer was asked for meanwhile.
   */
  async function recordAndMove(
    which: TaskSelection,
    isMeant: (head: TaskHead) => boolean,
    draftOf: (keys: readonly string[]) => EventDraft,
    move: (tasks: readonly Task[]) => Promise<void>,
  ): Promise<{ readonly changed: Changed; readonly last: readonly string[] }> {
    const act = {};
    const isOurs = ({ key }: Pick<Task, 'key'>): boolean => moving.get(key) === act;
    const changed = await takeTurn(async () => {
      const recorded = await record(which, isMeant, draftOf);
      for (const key of recorded.keys) moving.set(key, act);
      return recorded;
    });
    try {
      for await (const tasks of tasksInParts(changed.keys, movedAtOnce)) {
        await takeTurn(() => move(tasks.filter(isOurs)));
      }
      return { changed, last: changed.keys.filter((key) => isOurs({ key })) };
    } finally {
      for (const key of changed.keys) if (isOurs({ key })) moving.delete(key);
    }
  }

  /**
   * Which of those that were brought back are there: another machine may have emptied the trash before, and only the log
   * knows the order. @throws InboxError where it is none of them, or where the log has not told it yet.
   */
  async function whatIsBack(keys: readonly string[]): Promise<readonly string[]> {
    const there = await inTurns(filtered(keys, (key) => library.head(key) !== undefined));
    const back = await inTurns(filtered(there, (key) => !isThrownAway({ key })));
    if (keys.length === 0 || back.length > 0) return back;
    if (there.length > 0) throw new InboxError('unavailable', libraryTexts.notBackYet);
    throw new InboxError('not-found', libraryTexts.notInLibrary);
  }

  function isThrownAway({ key }: Pick<Task, 'key'>): boolean {
    const head = library.head(key);
    return head !== undefined && isTrashed(head);
  }

  function isComingBack(key: string): boolean {
    const task = library.get(key);
    return task !== undefined && isTrashed(task) && isToldInTrash(task);
  }

  /** Whole, some at a time: a hundred thousand at once would be hundreds of megabytes, and read for a second. */
  async function* tasksInParts(keys: readonly string[], size = tasksAtOnce): AsyncGenerator<readonly Task[], void> {
    for (let from = 0; from < keys.length; from += size) {
      const tasks: Task[] = [];
      for await (const key of takingTurns(keys.slice(from, from + size))) {
        const task = library.get(key);
        if (task !== undefined) tasks.push(task);
      }
      yield tasks;
    }
  }

  return {
    mark: (which, marks) =>
      label(
        which,
        (head) => changes(head, marks),
        { type: 'marked', ...marks },
        (head) => ({ type: 'marked', ...marksBefore(head, marks) }),
      ),
    tag: (which, { add = [], remove = [] }) =>
      label(
        which,
        ({ tags }) => add.some((tag) => !tags.includes(tag)) || remove.some((tag) => tags.includes(tag)),
        { type: 'tagged', add, remove },
        ({ tags }) => ({
          type: 'tagged',
          add: remove.filter((tag) => tags.includes(tag)),
          remove: add.filter((tag) => !tags.includes(tag)),
        }),
      ),
    setProject: (which, project) =>
      label(
        which,
        (head) => (head.project ?? null) !== project,
        { type: 'projected', project },
        (head) => ({ type: 'projected', project: head.project ?? null }),
      ),
    setTitle: (key, title) => library.record({ type: 'titled', key: need(key).key, title }),
    setNote: (key, note) => library.record({ type: 'noted', key: need(key).key, note }),
    async newLink(key, n, link) {
      const { video } = needVideo(key, n);
      if (!/^https?:\/\//i.test(link) || !canParseUrl(link)) {
        throw new InboxError('bad-request', libraryTexts.linkIsNoAddress);
      }
      if (link === video.url) await library.record({ type: 'video-queued', videos: [{ key, url: video.url }] });
      else await library.record({ type: 'link-renewed', key, url: video.url, link, by: 'person' });
    },
    async attach(key, n, bytes) {
      const { task } = needVideo(key, n);
      // Its link may be another one by then.
      const urlNow = (): string => needVideo(key, n).video.url;
      try {
        await downloads.attach(plan.jobFor(task, n), bytes, {
          check: () => void needVideo(key, n),
          noted: (file) => library.record({ type: 'video-saved', key, url: urlNow(), file, by: 'attached' }),
        });
      } catch (error) {
        if (library.get(key) === undefined) need(key);
        throw error instanceof DownloadFault ? refusalOfGiven(error) : error;
      }
    },
    async trash(which) {
      const { changed } = await recordAndMove(
        which,
        isKept,
        (keys) => ({ type: 'trashed', keys }),
        (tasks) => places.moveToTrash(tasks),
      );
      return changed;
    },
    async restore(which) {
      const { last } = await recordAndMove(
        which,
        isTrashed,
        (keys) => ({ type: 'restored', keys }),
        (tasks) => places.moveBack(tasks),
      );
      // Those that were thrown away anew while files were moved are known to be in the trash.
      return { keys: await whatIsBack(last) };
    },
    async purge(which) {
      const trashed =
        which === 'all'
          ? await inTurns(filtered(library.glances(), ({ glance }) => isTrashed(glance.head)))
          : await inTurns(filtered(await headsOf(which), isTrashed));
      let purged = 0;
      for await (const part of tasksInParts(trashed.map(({ key }) => key))) {
        // A transfer past its last check would still give its file a name.
        await Promise.all(part.filter(isThrownAway).map((task) => plan.forget(task)));
        purged += await takeTurn(async () => {
          // As they are by now: a film may have been saved last, and some were brought back, for those before took their time.
          const tasks = part.flatMap(({ key }) => library.get(key) ?? []).filter(isThrownAway);
          const keys = tasks.map(({ key }) => key);
          if (keys.length === 0) return 0;
          await inRoomOf(tasks, async () => {
            await removals.note(tasks);
            // First the record, then the files: a crash in between leaves files that are noted, not a task without any.
            await library.recordAll(
              inParts(keys, wholeTasks).map((part) => ({ type: 'purged', keys: part, ifTrashed: true })),
            );
          });
          const stayed = await removals.remove(tasks);
          return tasks.length - stayed - keys.filter(isComingBack).length;
        });
      }
      return { purged };
    },
    async retry(which) {
      const asked = (await headsOf(which)).map(({ key }) => key);
      const notSaved: { readonly key: string; readonly url: string }[] = [];
      const lost: typeof notSaved = [];
      const brought: string[] = [];
      const toCome = onlyOnOthers?.() ?? null;
      let isToCome = false;
      for await (const tasks of tasksInParts(asked)) {
        for await (const task of takingTurns(tasks)) {
          for (const video of task.videos) {
            if (!(await isWanted(task, video)) && !waitsElsewhere(video)) continue;
            const { state, path } = video;
            if (state === 'saved' && path !== null && (await places.bringBack(task, path))) brought.push(task.key);
            else if (state !== 'saved') notSaved.push({ key: task.key, url: video.url });
            else if (toCome === null) lost.push({ key: task.key, url: video.url });
            else isToCome = true;
          }
        }
      }
      const videos = [...lost, ...notSaved];
      if (videos.length > 0) {
        await library.recordAll([
          ...inParts(lost, wholeTasks).map((part) => ({ type: 'video-queued', videos: part }) as const),
          ...inParts(notSaved, wholeTasks).map(
            (part) => ({ type: 'video-queued', videos: part, atOnce: true }) as const,
          ),
        ]);
      }
      // Those that failed for a moment wait for their next attempt; the person does not want to.
      const waited = await inTurns(filtered(asked, (key) => retryNow(key) > 0));
      const keys = [...new Set([...videos.map(({ key }) => key), ...brought, ...waited])];
      if (keys.length > 0) return { keys };
      // With a link that is dead by now it would be told as failed, though it is there.
      if (isToCome && toCome !== null) throw new InboxError('conflict', libraryTexts.onlyElsewhere(toCome));
      throw new InboxError('conflict', libraryTexts.nothingToRetry);
    },
    async undo(name) {
      const kept = memory.take(name);
      if (kept === null) throw new InboxError('not-found', libraryTexts.notUndone);
      // Taken first, so that of two at once one does it.
      try {
        return await takeLabelTurn(() => takeBack(kept));
      } catch (error) {
        memory.keep(kept, name);
        throw error;
      }
    },
    settle: (key, take) => library.record({ type: 'conflict-settled', key: need(key).key, take }),
  };

  /** A full disk takes no record of what is to make room on it: films go before it then, as few as it needs. */
  async function inRoomOf(tasks: readonly Task[], record: () => Promise<void>): Promise<void> {
    const films = tasks.flatMap(({ videos }) => videos).sort((a, b) => (a.sizeBytes ?? 0) - (b.sizeBytes ?? 0));
    for (;;) {
      try {
        await record();
        return;
      } catch (error) {
        const film = films.pop();
        // Where others write as well, one of them may have brought a task back: there the record has to tell first.
        if (film === undefined || othersFetch || !isOfFullDisk(error)) throw error;
        if (film.path !== null) await places.remove([film.path]);
      }
    }
  }

  /** It failed, or it was saved and is not on disk any more. */
  async function isWanted(task: Task, { state, path }: Video): Promise<boolean> {
    if (state === 'failed' || state === 'expired') return true;
    return state === 'saved' && path !== null && !(await places.isThere(task, path));
  }

  /** It failed for a moment, maybe on another machine. */
  function waitsElsewhere({ state, attempts = [] }: Video): boolean {
    return othersFetch && state === 'queued' && attempts.length > 0;
  }
}

function isOfFullDisk(error: unknown): boolean {
  return error instanceof InboxError && error.cause instanceof StorageFault && error.cause.code === 'disk-full';
}

type Labelled = readonly [key: string, label: Labelling];

/** One for all whose label says the same, in parts. */
async function draftsOf(labels: Iterable<Labelled>): Promise<readonly LabelDraft[]> {
  const groups = new Map<string, { readonly label: Labelling; readonly keys: string[] }>();
  for await (const [key, label] of takingTurns(labels)) {
    const name = JSON.stringify(label);
    const group = groups.get(name) ?? { label, keys: [] };
    groups.set(name, group);
    group.keys.push(key);
  }
  return [...groups.values()].flatMap(({ label, keys }) => inParts(keys).map((part) => ({ ...label, keys: part })));
}

function* mapped<T>(heads: readonly TaskHead[], change: (head: TaskHead) => T): Generator<T, void> {
  for (const head of heads) yield change(head);
}

function marksBefore(head: TaskHead, marks: Marks): Marks {
  return {
    ...(marks.seen === undefined ? {} : { seen: head.seen }),
    ...(marks.starred === undefined ? {} : { starred: head.starred }),
    ...(marks.rating === undefined ? {} : { rating: head.rating ?? 0 }),
    ...(marks.pick === undefined ? {} : { pick: head.pick ?? null }),
    ...(marks.tags === undefined ? {} : { tags: head.tags }),
  };
}

const isTrashed = (head: TaskTraits): boolean => head.trashedAt !== null;
const isKept = (head: TaskTraits): boolean => head.trashedAt === null;

function changes(head: TaskHead, marks: Marks): boolean {
  return (
    (marks.seen !== undefined && marks.seen !== head.seen) ||
    (marks.starred !== undefined && marks.starred !== head.starred) ||
    (marks.rating !== undefined && marks.rating !== (head.rating ?? 0)) ||
    (marks.pick !== undefined && marks.pick !== (head.pick ?? null)) ||
    (marks.tags !== undefined && marks.tags.join('\n') !== head.tags.join('\n'))
  );
}

/** So many are folded in one go: a few milliseconds. What is no label needs the whole task, which has to be read for it. */
const partSize = 256;
const wholeTasks = 64;
const tasksAtOnce = 2048;
/** Files of so many are moved in one go. */
const movedAtOnce = 256;

function inParts<T>(items: readonly T[], size = partSize): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, part) =>
    items.slice(part * size, (part + 1) * size),
  );
}
