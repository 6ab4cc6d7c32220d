import type { NoticeBoard } from './notice-board.ts';
import { texts } from '../texts/texts.ts';

/** For one act. */
export interface WayBack {
  /** Tells nothing. @returns whether it is taken back. */
  readonly takeBack: () => Promise<boolean>;
  /** Takes the offer of it away. @returns whether it was there. */
  readonly retract: () => boolean;
  /** Shows it with the words. */
  readonly show: () => void;
}

export interface WaysBack {
  /**
   * For what the person just did, before the core has answered: the key takes back that, and not what was before it. Runs at
   * most once, whether it was reached by the notice or by the keyboard.
   * @param what in these words it is told that it is taken back
   * @param back whether it could be taken back
   */
  offer(what: () => string, back: () => Promise<boolean>): WayBack;
  /** Says that it is, once it is. */
  tell(isBack: Promise<boolean>, what: () => string): void;
  /** Takes the newest act back. */
  undo(): void;
}

/** @param say for who only hears. */
export function createWaysBack(notify: NoticeBoard['post'], say: (text: string) => void): WaysBack {
  const undoable: (() => void)[] = [];

  function tell(isBack: Promise<boolean>, what: () => string): void {
    void isBack.then((whole) => whole && say(texts.announce.undone(what())));
  }

  return {
    offer(what, back) {
      let withdraw = (): void => undefined;
      const retract = (): boolean => {
        const at = undoable.indexOf(thenTell);
        if (at < 0) return false;
        undoable.splice(at, 1);
        withdraw();
        return true;
      };
      const takeBack = async (): Promise<boolean> => retract() && (await back());
      const thenTell = (): void => tell(takeBack(), what);
      undoable.push(thenTell);
      const show = (): void => {
        if (undoable.includes(thenTell)) withdraw = notify({ text: what(), undo: thenTell });
      };
      return { takeBack, retract, show };
    },
    tell,
    undo() {
      const last = undoable.at(-1);
      if (last === undefined) notify({ text: texts.announce.nothingToUndo });
      else last();
    },
  };
}
