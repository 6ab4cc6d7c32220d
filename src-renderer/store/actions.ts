import type { Answer } from '../../src-main/common/contract.ts';
import type { Task } from '../../src-main/common/model.ts';
import type { DesktopApi } from '../../src-main/common/desktop-api.ts';
import type { Call } from '../client/renderer-client.ts';
import { texts } from '../texts/texts.ts';
import type { TaskList } from './task-list.ts';

/** A short notice at the edge of the window, with the way back where there is one. */
export interface Notice {
  readonly text: string;
  readonly kind?: 'plain' | 'bad';
  readonly undo?: () => void;
}

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

/** What the person can do to tasks. Nothing here throws: a failure becomes a notice and the list is asked for again. */
export interface Actions {
  markSeen(task: Task): void;
  setStarred(tasks: readonly Task[], starred: boolean): void;
  trash(tasks: readonly Task[]): void;
  restore(tasks: readonly Task[]): void;
  /** An empty list is the whole trash. */
  purge(tasks: readonly Task[]): Promise<void>;
  retry(task: Task): Promise<void>;
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

  const keysOf = (tasks: readonly Task[]) => tasks.map(({ key }) => key);

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
  function move(tasks: readonly Task[], name: 'tasks:trash' | 'tasks:restore', text: string) {
    if (tasks.length === 0) return;
    const keys = keysOf(tasks);
    const back = name === 'tasks:trash' ? 'tasks:restore' : 'tasks:trash';
    list.remove(keys);
    const done = attempt(() => call(name, keys));
    const retract = offerUndo(text, () => {
      void done.then(async (moved) => {
        if (!moved) return;
        await attempt(() => call(back, keys));
        list.reload();
      });
    });
    void done.then((moved) => {
      if (!moved) retract();
    });
  }

  /** Shows marks before the core has them. @returns whether it took them. */
  function mark(tasks: readonly Task[], marks: { readonly seen?: boolean; readonly starred?: boolean }) {
    list.patch(tasks.map((task) => ({ ...task, ...marks })));
    return attempt(() => call('tasks:mark', keysOf(tasks), marks));
  }

  async function star(tasks: readonly Task[], starred: boolean) {
    const turn = {};
    for (const { key } of tasks) starTurns.set(key, turn);
    const isLast = ({ key }: Task) => starTurns.get(key) === turn;
    if (!(await mark(tasks, { starred }))) {
      // What the core has, not what was shown before: that may have been a mark that was refused as well.
      const held = await Promise.all(tasks.filter(isLast).map(({ key }) => call('tasks:get', key).catch(() => null)));
      list.patch(held.filter((task) => task !== null).filter(isLast));
    }
    for (const task of tasks) if (isLast(task)) starTurns.delete(task.key);
  }

  return {
    markSeen(task) {
      // Not taken back where the core refuses it: the player marks what it shows as not seen, again and again.
      if (!task.seen) void mark([task], { seen: true });
    },
    setStarred: (tasks, starred) => void star(tasks, starred),
    trash: (tasks) => move(tasks, 'tasks:trash', texts.trash.trashed(tasks.length, showNumber(tasks.length))),
    restore: (tasks) => move(tasks, 'tasks:restore', texts.trash.restored(tasks.length, showNumber(tasks.length))),
    async purge(tasks) {
      await attempt(async () => {
        const { purged } = await call('tasks:purge', keysOf(tasks));
        list.remove(keysOf(tasks));
        if (tasks.length === 0) list.reload();
        notify({ text: texts.trash.purged(purged, showNumber(purged)) });
      });
    },
    async retry(task) {
      if (await attempt(() => call('tasks:retry', task.key))) notify({ text: texts.player.retrying });
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
