import type { Answer, CopiedText, LabelColor, LabelKind } from '../../src-main/common/contract.ts';
import type { Changed, Marks, TagChange, TaskSelection } from '../../src-main/common/task-query.ts';
import type { TaskRow } from '../../src-main/common/task-row.ts';
import type { TaskView } from '../../src-main/common/task-view.ts';
import type { DesktopApi } from '../../src-main/common/desktop-api.ts';
import { fromErrorData, InboxError } from '../../src-main/common/errors.ts';
import { libraryTexts } from '../../src-main/common/texts/en-library.ts';
import { say } from '../../src-main/common/texts/language.ts';
import type { Call } from '../client/renderer-client.ts';
import { enExport } from '../texts/en-export.ts';
import { enLabels as labelTexts } from '../texts/en-labels.ts';
import { texts } from '../texts/texts.ts';
import { type Bulk, type BulkDoing, type Chosen, countOf, createBulk, isRule, nothingDone, pieceSize } from './bulk.ts';
import { createLateCalls } from './late-calls.ts';
import { createMoveBar, type Move } from './move-bar.ts';
import type { NoticeBoard } from './notice-board.ts';
import { isSelected } from './selection.ts';
import type { TaskList } from './task-list.ts';
import { createWaysBack } from './ways-back.ts';

interface ActionPorts {
  readonly call: Call;
  readonly desktop: DesktopApi | null;
  readonly list: TaskList;
  readonly notify: NoticeBoard['post'];
  /** What is seen where it is done, for who only hears. */
  readonly say: (text: string) => void;
  readonly describe: (error: unknown) => string;
  readonly showNumber: (value: number) => string;
  /** Resolves once the core, which had not answered, answers again. */
  readonly whenBack: () => Promise<void>;
  /** @throws where the system does not allow it. */
  readonly writeClipboard: (text: string) => Promise<void>;
}

/** What the person can do to tasks. Nothing here throws: a failure becomes a notice and the list is asked for again. */
export interface Actions {
  readonly work: Bulk['work'];
  /** What the player shows is seen: nothing that needs to be taken back. */
  markSeen(tasks: readonly TaskRow[]): void;
  /** The person says that they are. */
  setSeen(chosen: Chosen): Promise<void>;
  setStarred(chosen: Chosen, starred: boolean): void;
  tag(chosen: Chosen, change: TagChange): Promise<void>;
  /** `null` takes them out of their projects. @returns whether it was done. */
  setProject(chosen: Chosen, project: string | null): Promise<boolean>;
  /** Another name for a tag or a project, `null` takes it off all tasks. @returns whether it was done. */
  renameLabel(kind: LabelKind, name: string, to: string | null): Promise<boolean>;
  colorLabel(kind: LabelKind, name: string, color: LabelColor | null): Promise<void>;
  /** @param isOver what somebody else wrote meanwhile: they are told. @returns whether it was done. */
  setTitle(task: Pick<TaskRow, 'key' | 'title'>, title: string, isOver?: boolean): Promise<boolean>;
  /** Likewise. */
  setNote(task: Pick<TaskView, 'key' | 'note'>, note: string, isOver?: boolean): Promise<boolean>;
  /** What culling says of a take; a rating of 0 is none. @param onBack called when it is about to be taken back */
  judge(chosen: Chosen, marks: Pick<Marks, 'pick' | 'rating' | 'starred'>, onBack?: () => void): void;
  /** @param whenBack Called where it was taken back, once they are where they were. */
  trash(chosen: Chosen, whenBack?: () => void): void;
  restore(chosen: Chosen): void;
  purge(chosen: Chosen | 'all'): Promise<void>;
  retry(chosen: Chosen): Promise<void>;
  /** Something that tells only when it is done or was refused. @returns whether it was done. */
  attempt(work: () => Promise<unknown>, done?: string): Promise<boolean>;
  sendTest(): Promise<void>;
  copy(text: string, done: string): Promise<void>;
  /** A line for each of them. */
  copyTexts(chosen: Chosen, what: CopiedText): Promise<void>;
  /** Desktop only: opens the file with the system's player. Does nothing in the browser. */
  openFile(task: TaskRow, n: number): Promise<unknown>;
  /** Desktop only, likewise. */
  showInFolder(task: TaskRow, n: number): Promise<unknown>;
  copyFile(task: TaskRow, n: number): Promise<void>;
  /** For `dragstart`: the system takes the drag over. */
  dragOut(task: TaskRow, n: number): void;
  /** Takes back the last move to the trash or out of it. */
  undo(): void;
}

/** What is said of one of which this was said. */
function judgement({ pick, rating }: Pick<Marks, 'pick' | 'rating'>): string {
  if (pick !== undefined) return pick === null ? texts.announce.notJudged : texts.card[pick];
  return rating === undefined || rating === 0 ? texts.announce.notRated : texts.card.rating(rating);
}

/** Its callback tells the prompt, so that the first card of all has a name. */
const sampleProvider = 'kie-luma';

export function createActions(ports: ActionPorts): Actions {
  const { call, desktop, list, notify, say: tell, describe, showNumber, whenBack, writeClipboard } = ports;
  const { surely, drop } = createLateCalls(notify, whenBack);
  const waysBack = createWaysBack(notify, tell);
  const moveBar = createMoveBar(notify, waysBack, showNumber);
  /** Who starred a task last, while the core has not answered: only that one's refusal changes what is shown. */
  const starTurns = new Map<string, object>();
  /** The answer where something else went in the stead of what was asked. */
  const superseded: Changed = { keys: [] };
  const bulk = createBulk(call, (name) => surely(`undo ${name}`, () => call('tasks:undo', name), undefined));

  /** Those of them that are here. */
  function tasksOf(chosen: Chosen): TaskRow[] {
    const rows = list.get().rows.filter((row) => row !== undefined);
    if (isRule(chosen)) return rows.filter((row) => isSelected({ keys: new Set(), rule: chosen }, row));
    const wanted = new Set(chosen.filter((each) => typeof each === 'string'));
    const loaded = wanted.size === 0 ? [] : rows.filter((row) => wanted.has(row.key));
    return [...chosen.filter((each) => typeof each !== 'string'), ...loaded];
  }

  async function attempt(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      notify({ text: describe(error), kind: 'bad' });
      list.reload();
      return false;
    }
  }

  async function copy(text: string, done: string): Promise<void> {
    try {
      await writeClipboard(text);
      notify({ text: done });
    } catch {
      notify({ text: texts.errors.copyFailed(text), kind: 'bad' });
    }
  }

  /** @returns whether it was done. */
  async function askDesktop(question: Promise<Answer> | undefined): Promise<boolean> {
    const answer = await question;
    if (answer?.ok === false) notify({ text: say(fromErrorData(answer.error).text), kind: 'bad' });
    return answer?.ok === true;
  }

  /**
   * @param words what is said of so many
   * @param isShown whether it is shown with the way back, or seen where it was done: the way back is by key then
   * @param unshow of what was shown before the core has it
   * @param onBack called when it is about to be taken back
   * @returns whether all of it was done.
   */
  async function act(
    chosen: Chosen,
    work: (which: TaskSelection) => Promise<Changed>,
    words: (n: number) => string,
    { isShown = true, unshow = (): void => undefined, onBack = (): void => undefined } = {},
  ): Promise<boolean> {
    const done: BulkDoing = nothingDone();
    let isAnswered = false;
    const replaced: Changed[] = [];
    const hearing = async (which: TaskSelection) => {
      const changed = await work(which);
      if (changed === superseded) replaced.push(changed);
      return changed;
    };
    const doing = attempt(() => bulk.run(chosen, hearing, done));
    const offer = waysBack.offer(
      () => words(done.changed.length),
      async () => {
        onBack();
        if (!isAnswered) unshow();
        await doing;
        return done.undo.length > 0 && (await attempt(() => bulk.takeBack(done.undo)));
      },
    );
    const isWhole = await doing;
    isAnswered = true;
    if (done.changed.length === 0 || done.undo.length === 0) offer.retract();
    else if (isShown) offer.show();
    const isSame = replaced.length + done.changed.length === 0 && done.isStopped !== true;
    if (isShown && isSame && isWhole) notify({ text: texts.labels.unchanged });
    return isWhole;
  }

  /**
   * The cards leave at once and the way back is offered at once; where the core refuses, the way back goes and the cards
   * are back, with the reason.
   */
  function move(
    chosen: Chosen,
    name: 'tasks:trash' | 'tasks:restore',
    words: typeof texts.trash.trashed,
    whenBack?: () => void,
  ) {
    const n = countOf(chosen);
    if (n === 0) return;
    const back = name === 'tasks:trash' ? 'tasks:restore' : 'tasks:trash';
    list.remove(tasksOf(chosen).map(({ key }) => key));
    const moved = nothingDone();
    const place = {};
    /** The core never answered, and may have done it all the same before it went away. */
    const unsure: string[] = [];
    let isTakenBack = false;
    const done = attempt(() =>
      bulk.run(
        chosen,
        async (some) => {
          if (isTakenBack) return superseded;
          const changed = await surely(place, () => call(name, some), superseded);
          if (changed === superseded) unsure.push(...some.keys);
          return changed;
        },
        moved,
      ),
    );
    const told = () => words(n, showNumber(n));
    const { takeBack, retract } = waysBack.offer(told, async () => {
      moveBar.leave(own);
      // What the core was not asked for yet is not done at all.
      isTakenBack = true;
      drop(place);
      const whole = await done;
      const gone = [...moved.changed, ...unsure];
      if (!whole && gone.length === 0) return false;
      const isBack = await attempt(() => bulk.run(gone, (some) => surely(place, () => call(back, some), { keys: [] })));
      list.reload();
      if (isBack) whenBack?.();
      return isBack;
    });
    const own: Move = { tasks: n, takeBack };
    moveBar.add(words, own);
    void done.then((whole) => {
      if (!whole && moved.changed.length === 0) {
        retract();
        moveBar.leave(own);
      }
      // Those that were not looked at left places that are not known here; and a stopped act leaves some where they were.
      if (isRule(chosen) || n > pieceSize) list.reload();
    });
  }

  /** Shows marks before the core has them. */
  function show(chosen: Chosen, { pick, ...marks }: Omit<Marks, 'tags'>) {
    list.patch(
      tasksOf(chosen).map((task) => {
        const { pick: before, ...rest } = task;
        const next = pick === undefined ? before : (pick ?? undefined);
        return { ...rest, ...marks, ...(next === undefined ? {} : { pick: next }) };
      }),
    );
  }

  function markSurely(which: TaskSelection, marks: Omit<Marks, 'tags'>): Promise<Changed> {
    const [what = ''] = Object.keys(marks);
    return surely(`${what} ${JSON.stringify(which)}`, () => call('tasks:mark', which, marks), superseded);
  }

  /** @param what is shown of several; one alone is seen, and what it is, is told. @returns whether the core took them. */
  function mark(
    chosen: Chosen,
    marks: Omit<Marks, 'tags'>,
    what: (n: number, shown: string) => string,
    onBack = (): void => undefined,
  ) {
    const before = tasksOf(chosen);
    show(chosen, marks);
    const isOne = countOf(chosen) === 1;
    if (isOne) tell(what(1, showNumber(1)));
    return act(
      chosen,
      (which) => markSurely(which, marks),
      (n) => what(n, showNumber(n)),
      { isShown: !isOne, unshow: () => list.patch(before), onBack },
    );
  }

  async function star(chosen: Chosen, starred: boolean) {
    const turn = {};
    const tasks = tasksOf(chosen);
    for (const { key } of tasks) starTurns.set(key, turn);
    const isLast = ({ key }: TaskRow) => starTurns.get(key) === turn;
    if (!(await mark(chosen, { starred }, starred ? texts.selection.starred : texts.selection.unstarred))) {
      // What the core has, not what was shown before: that may have been a mark that was refused as well.
      const held = await Promise.all(tasks.filter(isLast).map(({ key }) => call('tasks:get', key).catch(() => null)));
      list.patch(held.filter((task) => task !== null).filter(isLast));
    }
    for (const task of tasks) if (isLast(task)) starTurns.delete(task.key);
  }

  /** Taken back only where nobody has written anything else since. */
  async function write(
    task: Pick<TaskView, 'key' | 'title' | 'note'>,
    what: 'title' | 'note',
    text: string,
    isOver = false,
  ): Promise<boolean> {
    let before = task[what] ?? '';
    let replaces = isOver;
    const held = async () => (await call('tasks:get', task.key))?.[what] ?? '';
    const set = (to: string) =>
      call(what === 'title' ? 'tasks:setTitle' : 'tasks:setNote', task.key, to.trim() === '' ? null : to);
    const back = async () => {
      if ((await held()).trim() !== text.trim()) throw new InboxError('conflict', libraryTexts.changedSince);
      await set(before);
    };
    const fate = { isSent: false };
    const isDone = attempt(() =>
      surely(
        `${what} ${task.key}`,
        async (isLate) => {
          if (isLate) {
            // Nobody told this page meanwhile.
            const now = await held();
            replaces ||= ![before.trim(), text.trim()].includes(now.trim());
            before = now;
          }
          await set(text);
          fate.isSent = true;
        },
        undefined,
      ),
    );
    const offer = waysBack.offer(
      () => (replaces ? texts.labels.replaced : texts.labels[what]),
      async () => {
        await isDone;
        return fate.isSent && (await attempt(back));
      },
    );
    await isDone;
    if (!fate.isSent) offer.retract();
    else if (replaces) offer.show();
    return isDone;
  }

  return {
    work: bulk.work,
    markSeen(tasks) {
      const unseen = tasks.filter(({ seen }) => !seen);
      if (unseen.length === 0) return;
      show(unseen, { seen: true });
      // Not taken back where the core refuses it: the player marks what it shows as not seen, again and again.
      void attempt(() => bulk.run(unseen, (which) => markSurely(which, { seen: true })));
    },
    async setSeen(chosen) {
      await mark(chosen, { seen: true }, texts.selection.allSeen);
    },
    setStarred: (chosen, starred) => void star(chosen, starred),
    async tag(chosen, change) {
      const { add = [], remove = [] } = change;
      const text = add.length > 0 ? texts.labels.tagged : texts.labels.untagged;
      const names = [...add, ...remove].join(texts.common.comma);
      // Each on its own: one tag does not go in the stead of another.
      const place = {};
      await act(
        chosen,
        (which) => surely(place, () => call('tasks:tag', which, change), superseded),
        (n) => text(n, showNumber(n), names),
      );
    },
    setProject: (chosen, project) =>
      act(
        chosen,
        (which) =>
          surely(`project ${JSON.stringify(which)}`, () => call('tasks:setProject', which, project), superseded),
        (n) =>
          project === null
            ? texts.labels.outOfProject(n, showNumber(n))
            : texts.labels.inProject(n, showNumber(n), project),
      ),
    async renameLabel(kind, name, to) {
      let changed: Changed = { keys: [] };
      const isDone = attempt(async () => {
        changed = await call('labels:rename', kind, name, to);
      });
      const words = () => {
        const [n, shown] = [changed.keys.length, showNumber(changed.keys.length)];
        return to === null ? labelTexts.removed(n, shown, name) : labelTexts.renamed(n, shown, name, to);
      };
      const offer = waysBack.offer(words, async () => {
        await isDone;
        const { undo } = changed;
        return undo !== undefined && (await attempt(() => bulk.takeBack([undo])));
      });
      await isDone;
      if (changed.undo === undefined) offer.retract();
      else offer.show();
      return isDone;
    },
    async colorLabel(kind, name, color) {
      await attempt(() => call('labels:color', kind, name, color));
    },
    setTitle: (task, title, isOver) => write(task, 'title', title.trim(), isOver),
    setNote: (task, note, isOver) => write(task, 'note', note, isOver),
    judge: (chosen, marks, onBack) =>
      void mark(chosen, marks, (n, shown) => (n === 1 ? judgement(marks) : texts.selection.judged(n, shown)), onBack),
    trash: (chosen, whenBack) => move(chosen, 'tasks:trash', texts.trash.trashed, whenBack),
    restore: (chosen) => move(chosen, 'tasks:restore', texts.trash.restored),
    async purge(chosen) {
      await attempt(async () => {
        let purged = 0;
        const some = async (which: TaskSelection | 'all') => {
          purged += (await call('tasks:purge', which)).purged;
          return null;
        };
        if (chosen === 'all') await some('all');
        else await bulk.run(chosen, some);
        if (chosen !== 'all') list.remove(tasksOf(chosen).map(({ key }) => key));
        if (chosen === 'all' || isRule(chosen) || chosen.length > pieceSize) list.reload();
        notify({ text: texts.trash.purged(purged, showNumber(purged)) });
      });
    },
    async retry(chosen) {
      const again = (which: TaskSelection) =>
        surely(`retry ${JSON.stringify(which)}`, () => call('tasks:retry', which), { keys: [] });
      if (await attempt(() => bulk.run(chosen, again))) {
        notify({ text: texts.player.retrying });
      }
    },
    async attempt(act, done) {
      const isDone = await attempt(act);
      if (isDone && done !== undefined) notify({ text: done });
      return isDone;
    },
    async sendTest() {
      const sent = await attempt(() => call('callback:sendTest', { provider: sampleProvider, fail: false }));
      if (sent) notify({ text: texts.toasts.testSent });
    },
    copy,
    async copyTexts(chosen, what) {
      await attempt(async () => {
        const texts = new Set<string>();
        await bulk.run(chosen, async (which) => {
          for (const text of await call('tasks:texts', which, what)) texts.add(text);
          return null;
        });
        if (texts.size === 0) return void notify({ text: enExport.nothingToCopy, kind: 'bad' });
        await copy([...texts].join('\n'), enExport.copied(texts.size, showNumber(texts.size)));
      });
    },
    openFile: (task, n) => askDesktop(desktop?.openFile(task.key, n)),
    showInFolder: (task, n) => askDesktop(desktop?.showInFolder(task.key, n)),
    copyFile: async (task, n) => {
      if (await askDesktop(desktop?.copyFile(task.key, n))) notify({ text: texts.player.fileCopied });
    },
    dragOut: (task, n) => void askDesktop(desktop?.startDrag(task.key, n)),
    undo: () => waysBack.undo(),
  };
}
