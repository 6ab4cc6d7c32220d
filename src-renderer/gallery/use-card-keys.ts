import { type KeyboardEvent as ReactKeyboardEvent, useEffect, useEffectEvent } from 'react';
import type { View } from '../../src-main/common/task-query.ts';
import type { TaskRow } from '../../src-main/common/task-row.ts';
import { useInbox } from '../inbox.ts';
import { isCovered, isGrid, isTyping } from '../shell/use-global-keys.ts';
import { mostSides } from '../router/route.ts';
import type { Chosen } from '../store/bulk.ts';
import { chosenOf, isSelected, type Selection, sizeOfSelection } from '../store/selection.ts';
import type { ListState } from '../store/task-list.ts';
import { isHeld } from '../ui/is-held.ts';
import { keyOf } from '../ui/key-of.ts';
import { arrowKey } from '../ui/right-to-left.ts';
import { sidesOf } from './card-state.ts';
import { type FocusMove, type GridLayout, moveFocus } from './grid-layout.ts';
import { useScrubKeys } from './use-scrub-keys.ts';

const moves: Readonly<Record<string, FocusMove>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'start',
  End: 'end',
  PageUp: 'page-up',
  PageDown: 'page-down',
};

interface CardKeysOptions {
  readonly state: ListState;
  readonly selected: Selection;
  readonly view: View;
  readonly layout: GridLayout;
  /** Place of the task that has the focus. */
  readonly index: number;
  readonly rowsPerPage: () => number;
  readonly goTo: (index: number) => void;
  readonly goBackTo: (key: string) => void;
  readonly purge: (chosen: Chosen) => void;
  readonly tag: (chosen: Chosen) => void;
  readonly toggleSelected: (task: TaskRow, range: boolean) => void;
}

interface CardKeys {
  readonly onKeyDown: (event: ReactKeyboardEvent) => void;
  /** See `Card`. */
  readonly scrubbed: (task: TaskRow) => number | null;
}

type Key = KeyboardEvent | ReactKeyboardEvent;

/** Whether nobody has taken it, it is no letter of a text, and no command. */
const isFree = (event: Key): boolean =>
  !(event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) &&
  !isTyping(event.target) &&
  !isCovered();

/** Beside the cards, and in nothing that has keys of its own. */
const isElsewhere = (target: EventTarget | null): boolean =>
  !(target instanceof Element && target.closest('[role="grid"], [role="menu"], [role="listbox"], [role="dialog"]'));

/** What keys do in the grid and in the table: moving, selecting, judging, and what is done to what is selected. */
export function useCardKeys(options: CardKeysOptions): CardKeys {
  const { selection, actions, router } = useInbox();
  const { state, selected, view, layout, index, rowsPerPage, goTo, goBackTo, purge, tag, toggleSelected } = options;
  const selectedCount = sizeOfSelection(selected);
  const scrub = useScrubKeys(state.rows[index]);

  function onKeyDown(event: ReactKeyboardEvent) {
    if (!isFree(event)) return;
    const move = moves[arrowKey(event.key)];
    const task = state.rows[index];
    if (task !== undefined && scrub.onKey(event, task)) return;
    if (move !== undefined) {
      event.preventDefault();
      const to = moveFocus(layout, index, move, rowsPerPage());
      if (event.shiftKey) {
        selection.beginMoves({ index, key: task?.key });
        selection.extend({ index: to, key: state.rows[to]?.key });
      } else selection.endMoves();
      goTo(to);
      return;
    }
    if (task !== undefined) actOn(event, task);
  }

  function actOn(event: Key, task: TaskRow) {
    if (isHeld(event)) {
      event.preventDefault();
      return;
    }
    const chosen: Chosen = selectedCount > 0 ? chosenOf(selected) : [task];
    const onLink = event.target instanceof HTMLElement && event.target.dataset['open'] !== undefined;
    const pressed = keyOf(event);
    const key = pressed.length === 1 ? pressed.toLowerCase() : pressed;
    if (key === 's')
      actions.setStarred(chosen, selectedCount > 0 ? isAnyUnstarred(state.rows, selected) : !task.starred);
    else if (key === 'p' || key === 'x' || key === 'u') {
      const pick = ({ p: 'picked', x: 'rejected', u: null } as const)[key];
      // Whoever takes it back judges that one again.
      const onBack = () => selectedCount === 0 && goBackTo(task.key);
      actions.judge(chosen, { pick, ...(pick === 'picked' ? { starred: true } : {}) }, onBack);
      // One after the other, with one hand; with Shift it stays.
      if (selectedCount === 0 && !event.shiftKey && pick !== null) goTo(Math.min(index + 1, state.total - 1));
    } else if (key === 't' && view !== 'trash') {
      // Else the letter is the first one of the tag.
      event.preventDefault();
      tag(chosen);
    } else if (/^[0-5]$/.test(key)) actions.judge(chosen, { rating: Number(key) });
    else if (key === 'c') compare(selectedCount > 1 ? firstSelected(state.rows, selected) : [task.key]);
    else if (key === 'Backspace' || key === 'Delete') {
      event.preventDefault();
      if (view === 'trash') purge(chosen);
      else {
        actions.trash(chosen, () => goBackTo(task.key));
        selection.clear();
      }
    } else if (key === ' ' && onLink) {
      event.preventDefault();
      toggleSelected(task, event.shiftKey);
    } else if (key === 'Escape' && selectedCount > 0) {
      event.preventDefault();
      selection.clear();
    }
  }

  function compare(keys: readonly string[]) {
    const screen = { name: 'compare', sides: sidesOf(state.rows, keys) } as const;
    router.push({ list: router.get().list, taskKey: null, screen });
  }

  // What is selected is meant from wherever the person is: the bar over it names the keys.
  const onKeyElsewhere = useEffectEvent((event: KeyboardEvent) => {
    const task = state.rows[index];
    if (selectedCount === 0 || task === undefined || !isGrid(router.get())) return;
    if (isFree(event) && isElsewhere(event.target)) actOn(event, task);
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKeyElsewhere(event);
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);

  return { onKeyDown, scrubbed: scrub.cellOf };
}

/** In the order in which they were chosen; of all that match those at the top of what is here. */
export function firstSelected(rows: readonly (TaskRow | undefined)[], selected: Selection): readonly string[] {
  if (selected.rule === null) return [...selected.keys].slice(0, mostSides);
  return rows.flatMap((row) => (row !== undefined && isSelected(selected, row) ? [row.key] : [])).slice(0, mostSides);
}

/** As far as they are here: a second press takes the stars away again. */
function isAnyUnstarred(rows: readonly (TaskRow | undefined)[], selected: Selection): boolean {
  return rows.some((row) => row !== undefined && !row.starred && isSelected(selected, row));
}
