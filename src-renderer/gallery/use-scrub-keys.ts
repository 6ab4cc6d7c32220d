import { type KeyboardEvent, useState } from 'react';
import type { TaskRow } from '../../src-main/common/task-row.ts';
import { filmTime } from '../format/format.ts';
import { useInbox } from '../inbox.ts';
import { stripCells, stripPlace } from '../posters/strip-cells.ts';
import { firstSaved } from './card-state.ts';
import { keyOf } from '../ui/key-of.ts';
import { canScrub } from './scrub.tsx';

interface ScrubKeys {
  /** @returns whether the key was meant for the filmstrip. */
  readonly onKey: (event: KeyboardEvent, task: TaskRow) => boolean;
  readonly cellOf: (task: TaskRow) => number | null;
}

/** `V` on a card walks along its filmstrip by the arrows, until `V`, Escape or another card. */
export function useScrubKeys(focused: TaskRow | undefined): ScrubKeys {
  const { announcer } = useInbox();
  const [at, setAt] = useState<{ readonly key: string; readonly cell: number } | null>(null);
  const isHere = at !== null && at.key === focused?.key;

  function go(task: TaskRow, cell: number) {
    const to = Math.max(0, Math.min(stripCells.count - 1, cell));
    setAt({ key: task.key, cell: to });
    announcer.say(filmTime((firstSaved(task)?.video.durationSeconds ?? 0) * stripPlace(to)));
  }

  return {
    cellOf: (task) => (at !== null && isHere && at.key === task.key ? at.cell : null),
    onKey(event, task) {
      const key = keyOf(event).toLowerCase();
      if (!isHere) {
        if (key !== 'v' || !canScrub(task)) return false;
        event.preventDefault();
        go(task, 0);
        return true;
      }
      if (key === 'v' || key === 'escape') setAt(null);
      else if (key === 'arrowright') go(task, at.cell + 1);
      else if (key === 'arrowleft') go(task, at.cell - 1);
      else {
        setAt(null);
        return false;
      }
      event.preventDefault();
      return true;
    },
  };
}
