import type { NoticeBoard } from './notice-board.ts';
import type { texts } from '../texts/texts.ts';
import type { WayBack, WaysBack } from './ways-back.ts';

/** Some tasks into the trash, or out of it. */
export interface Move {
  readonly tasks: number;
  readonly takeBack: WayBack['takeBack'];
}

type Words = typeof texts.trash.trashed;

export interface MoveBar {
  /** Counts it with those of the same words before it, or by itself. */
  add(words: Words, move: Move): void;
  /** It counts no longer. */
  leave(move: Move): void;
}

/** One bar that counts the moves which follow each other: its way back is that of all that it counts. */
export function createMoveBar(
  notify: NoticeBoard['post'],
  waysBack: Pick<WaysBack, 'tell'>,
  showNumber: (value: number) => string,
): MoveBar {
  /** Gone when the person cannot see it any more. */
  let bar: { readonly words: Words; readonly moves: readonly Move[]; readonly withdraw: () => void } | null = null;

  function hide(): void {
    const old = bar;
    bar = null;
    old?.withdraw();
  }

  /** In place of the bar that is there. */
  function show(words: Words, moves: readonly Move[]): void {
    hide();
    if (moves.length === 0) return;
    const n = moves.reduce((sum, { tasks }) => sum + tasks, 0);
    const text = words(n, showNumber(n));
    const withdraw = notify({
      text,
      undo: () => {
        hide();
        const all = Promise.all(moves.toReversed().map(({ takeBack }) => takeBack()));
        waysBack.tell(
          all.then((each) => each.includes(true)),
          () => text,
        );
      },
      onClose: () => {
        if (bar?.moves === moves) bar = null;
      },
    });
    bar = { words, moves, withdraw };
  }

  return {
    add: (words, move) => show(words, bar?.words === words ? [...bar.moves, move] : [move]),
    leave(move) {
      if (bar?.moves.includes(move) !== true) return;
      const rest = bar.moves.filter((each) => each !== move);
      show(bar.words, rest);
    },
  };
}
