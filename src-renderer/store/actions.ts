import type { Answer, Marks, TagChange } from '../../src-main/common/contract.ts';
import type { Task } from '../../src-main/common/model.ts';
import type { DesktopApi } from '../../src-main/common/desktop-api.ts';
import type { Call } from '../client/renderer-client.ts';
import { texts } from '../texts/texts.ts';
import { createStore, type Store } from './store.ts';
import type { TaskList } from './task-list.ts';

/** A short notice at the edge of the window, with the way back where there is one. */
export interface Notice {
  readonly text: string;
  readonly kind?: 'plain' | 'bad';
  readonly undo?: () => void;
}

/** How many tasks one call of a bulk act is about. */
const pieceSize = 5_000;

interface ActionPorts {
  readonly call: Call;
  readonly desktop: DesktopApi | null;
  readonly list: TaskList;
  /** @returns what takes the notice off the screen. */
  readonly notify: (notice: Notice) => () => void;
  readonly describe: (error: unknown) => string;
  readonly showNumber: (value: number) => string;
  /** @throws where the system does not allow it. */
  readonly writeClipboard: (text: string) => Promise<void>;
}

/** Tasks, or keys where they are not all here. */
export type Chosen = readonly (Task | string)[];

/** A bulk act that is under way. */
export interface BulkWork {
  readonly done: number;
  readonly total: number;
  /** What is done stays done. */
  readonly stop: () => void;
}

/** What the person can do to tasks. Nothing here throws: a failure becomes a notice and the list is asked for again. */
export interface Actions {
  /** `null` while nothing takes long. */
  readonly work: Pick<Store<BulkWork | null>, 'get' | 'subscribe'>;
  markSeen(chosen: Chosen): void;
  setStarred(chosen: Chosen, starred: boolean): void;
  tag(chosen: Chosen, change: TagChange): Promise<void>;
  /** `null` takes them out of their projects. */
  setProject(chosen: Chosen, project: string | null): Promise<void>;
  setTitle(task: Task, title: string): Promise<void>;
  setNote(task: Task, note: string): Promise<void>;
  /** What culling says of a take; a rating of 0 is none. */
  judge(chosen: Chosen, marks: Pick<Marks, 'pick' | 'rating' | 'starred'>): void;
  trash(chosen: Chosen): void;
  restore(chosen: Chosen): void;
  /** An empty list is the whole trash. */
  purge(chosen: Chosen): Promise<void>;
  retry(chosen: Chosen): Promise<void>;
  /** Something that tells only when it is done or was refused. @returns whether it was done. */
  attempt(work: () => Promise<unknown>, done: string): Promise<boolean>;
  sendTest(): Promise<void>;
  copy(text: string, done: string): Promise<void>;
  /** Desktop only: opens the file with the system's player. Does nothing in the browser. */
  openFile(task: Task, n: number): Promise<unknown>;
  /** Desktop only, likewise. */
  showInFolder(task: Task, n: number): Promise<unknown>;
  copyFile(task: Task, n: number): Promise<void>;
  /** For `dragstart`: the system takes the drag over. */
  dragOut(task: Task, n: number): void;
  /** Takes back the last move to the trash or out of it. */
  undo(): void;
}

export function createActions(ports: ActionPorts): Actions {
  const { call, desktop, list, notify, describe, showNumber, writeClipboard } = ports;
  const undoable: (() => void)[] = [];
  /** Who starred a task last, while the core has not answered: only that one's refusal changes what is shown. */
  const starTurns = new Map<string, object>();

  const work = createStore<BulkWork | null>(null);

  const keysOf = (chosen: Chosen) => chosen.map((each) => (typeof each === 'string' ? each : each.key));

  /** Those of them that are here. */
  function tasksOf(chosen: Chosen): Task[] {
    const wanted = new Set(chosen.filter((each) => typeof each === 'string'));
    const loaded = wanted.size === 0 ? [] : list.get().rows.filter((row) => row !== undefined && wanted.has(row.key));
    return [...chosen.filter((each) => typeof each !== 'string'), ...loaded.filter((row) => row !== undefined)];
  }

  /** Piece by piece, so that the person sees how far it is and can stop it. @returns the keys that it was done to. */
  async function inPieces(keys: readonly string[], act: (piece: readonly string[]) => Promise<unknown>) {
    const stopping = new AbortController();
    const tell = (done: number) =>
      work.set(keys.length <= pieceSize ? null : { done, total: keys.length, stop: () => stopping.abort() });
    const done: string[] = [];
    try {
      for (let at = 0; at < keys.length && !stopping.signal.aborted; at += pieceSize) {
        tell(at);
        const piece = keys.slice(at, at + pieceSize);
        await act(piece);
        done.push(...piece);
      }
    } finally {
      work.set(null);
    }
    return done;
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

  /** @returns whether it was done. */
  async function askDesktop(question: Promise<Answer> | undefined): Promise<boolean> {
    const answer = await question;
    if (answer?.ok === false) notify({ text: answer.error.message, kind: 'bad' });
    return answer?.ok === true;
  }

  /** Runs at most once, whether it was reached by the notice or by the keyboard. @returns what takes the offer back. */
  function offerUndo(text: string, back: () => void): () => void {
    const retract = () => {
      const at = undoable.indexOf(once);
      if (at < 0) return false;
      undoable.splice(at, 1);
      withdraw();
      return true;
    };
    const once = () => {
      if (retract()) back();
    };
    undoable.push(once);
    const withdraw = notify({ text, undo: once });
    return () => void retract();
  }

  /**
   * The cards leave at once and the way back is offered at once; where the core refuses, the way back goes and the cards
   * are back, with the reason.
   */
  function move(chosen: Chosen, name: 'tasks:trash' | 'tasks:restore', text: string) {
    if (chosen.length === 0) return;
    const keys = keysOf(chosen);
    const back = name === 'tasks:trash' ? 'tasks:restore' : 'tasks:trash';
    list.remove(keys);
    const moved: string[] = [];
    const done = attempt(() =>
      inPieces(keys, async (piece) => {
        await call(name, piece);
        moved.push(...piece);
      }),
    );
    const retract = offerUndo(text, () => {
      void done.then(async () => {
        if (moved.length === 0) return;
        await attempt(() => inPieces(moved, (piece) => call(back, piece)));
        list.reload();
      });
    });
    void done.then((whole) => {
      if (!whole && moved.length === 0) retract();
      // Those that were not looked at left places that are not known here; and a stopped act leaves some where they were.
      if (keys.length > pieceSize) list.reload();
    });
  }

  /** Shows marks before the core has them. @returns whether it took them. */
  function mark(chosen: Chosen, { pick, ...marks }: Omit<Marks, 'tags'>) {
    list.patch(
      tasksOf(chosen).map((task) => {
        const { pick: before, ...rest } = task;
        const next = pick === undefined ? before : (pick ?? undefined);
        return { ...rest, ...marks, ...(next === undefined ? {} : { pick: next }) };
      }),
    );
    return attempt(() =>
      inPieces(keysOf(chosen), (piece) =>
        call('tasks:mark', piece, { ...marks, ...(pick === undefined ? {} : { pick }) }),
      ),
    );
  }

  async function star(chosen: Chosen, starred: boolean) {
    const turn = {};
    const tasks = tasksOf(chosen);
    for (const { key } of tasks) starTurns.set(key, turn);
    const isLast = ({ key }: Task) => starTurns.get(key) === turn;
    if (!(await mark(chosen, { starred }))) {
      // What the core has, not what was shown before: that may have been a mark that was refused as well.
      const held = await Promise.all(tasks.filter(isLast).map(({ key }) => call('tasks:get', key).catch(() => null)));
      list.patch(held.filter((task) => task !== null).filter(isLast));
    }
    for (const task of tasks) if (isLast(task)) starTurns.delete(task.key);
  }

  return {
    work,
    markSeen(chosen) {
      const unseen = chosen.filter((each) => typeof each === 'string' || !each.seen);
      // Not taken back where the core refuses it: the player marks what it shows as not seen, again and again.
      if (unseen.length > 0) void mark(unseen, { seen: true });
    },
    setStarred: (chosen, starred) => void star(chosen, starred),
    async tag(chosen, change) {
      const changed: string[] = [];
      const act = (keys: readonly string[], what: TagChange) =>
        inPieces(keys, async (piece) => {
          changed.push(...(await call('tasks:tag', { keys: piece }, what)).keys);
        });
      if (!(await attempt(() => act(keysOf(chosen), change))) || changed.length === 0) return;
      const { add = [], remove = [] } = change;
      const done = changed.slice();
      const text = add.length > 0 ? texts.labels.tagged : texts.labels.untagged;
      offerUndo(text(done.length, showNumber(done.length), [...add, ...remove].join(', ')), () => {
        void attempt(() => act(done, { add: remove, remove: add }));
      });
    },
    async setProject(chosen, project) {
      const before = new Map(tasksOf(chosen).map((task) => [task.key, task.project ?? null]));
      const changed: string[] = [];
      const act = (keys: readonly string[], name: string | null) =>
        inPieces(keys, async (piece) => {
          changed.push(...(await call('tasks:setProject', { keys: piece }, name)).keys);
        });
      if (!(await attempt(() => act(keysOf(chosen), project))) || changed.length === 0) return;
      const done = changed.slice();
      const text =
        project === null
          ? texts.labels.outOfProject(done.length, showNumber(done.length))
          : texts.labels.inProject(done.length, showNumber(done.length), project);
      // Where they were before is known of those that are here only; half a way back would be none.
      if (done.some((key) => !before.has(key))) notify({ text });
      else {
        offerUndo(text, () => {
          const names = new Set(done.map((key) => before.get(key) ?? null));
          for (const name of names) {
            const keys = done.filter((key) => (before.get(key) ?? null) === name);
            void attempt(() => act(keys, name));
          }
        });
      }
    },
    async setTitle(task, title) {
      await attempt(() => call('tasks:setTitle', task.key, title.trim() === '' ? null : title.trim()));
    },
    async setNote(task, note) {
      await attempt(() => call('tasks:setNote', task.key, note.trim() === '' ? null : note));
    },
    judge: (chosen, marks) => void mark(chosen, marks),
    trash: (chosen) => move(chosen, 'tasks:trash', texts.trash.trashed(chosen.length, showNumber(chosen.length))),
    restore: (chosen) => move(chosen, 'tasks:restore', texts.trash.restored(chosen.length, showNumber(chosen.length))),
    async purge(chosen) {
      await attempt(async () => {
        let purged = 0;
        const some = async (keys: readonly string[]) => (purged += (await call('tasks:purge', keys)).purged);
        if (chosen.length === 0) await some([]);
        else await inPieces(keysOf(chosen), some);
        list.remove(keysOf(chosen));
        if (chosen.length === 0 || chosen.length > pieceSize) list.reload();
        notify({ text: texts.trash.purged(purged, showNumber(purged)) });
      });
    },
    async retry(chosen) {
      if (await attempt(() => call('tasks:retry', { keys: keysOf(chosen) }))) notify({ text: texts.player.retrying });
    },
    async attempt(act, done) {
      const isDone = await attempt(act);
      if (isDone) notify({ text: done });
      return isDone;
    },
    async sendTest() {
      const sent = await attempt(() => call('callback:sendTest', { provider: null, fail: false }));
      if (sent) notify({ text: texts.toasts.testSent });
    },
    async copy(text, done) {
      try {
        await writeClipboard(text);
        notify({ text: done });
      } catch {
        notify({ text: texts.errors.copyFailed(text), kind: 'bad' });
      }
    },
    openFile: (task, n) => askDesktop(desktop?.openFile(task.key, n)),
    showInFolder: (task, n) => askDesktop(desktop?.showInFolder(task.key, n)),
    copyFile: async (task, n) => {
      if (await askDesktop(desktop?.copyFile(task.key, n))) notify({ text: texts.player.fileCopied });
    },
    dragOut: (task, n) => void askDesktop(desktop?.startDrag(task.key, n)),
    undo() {
      const last = undoable.at(-1);
      if (last === undefined) notify({ text: texts.announce.nothingToUndo });
      else last();
    },
  };
}
