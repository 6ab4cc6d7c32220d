import { useEffect, useEffectEvent, useRef } from 'react';
import { useClosedByBack } from './use-closed-by-back.ts';

export interface MenuActs {
  /** What is to be done once the menu is gone. */
  readonly choose: (act: () => void) => void;
  /** Of its `Menu.Root`. */
  readonly root: {
    readonly open: boolean;
    readonly onOpenChange: (next: boolean) => void;
    readonly onOpenChangeComplete: (next: boolean) => void;
  };
}

/**
 * A menu whose entries act behind it: only then what opened it has the focus again, so that a dialog gives it back there,
 * and a card that goes gives it to the next one.
 * @param about What it was opened for: where that is another one already, what was chosen a moment ago is done first.
 */
export function useMenuActs(open: boolean, onClose: () => void, about: unknown): MenuActs {
  const chosen = useRef<(() => void) | null>(null);
  useClosedByBack(open, onClose);
  const closeFirst = useEffectEvent(() => {
    if (chosen.current !== null) onClose();
  });
  useEffect(() => {
    if (open) closeFirst();
  }, [open, about]);
  return {
    choose(act) {
      chosen.current = act;
    },
    root: {
      open,
      onOpenChange(next) {
        if (!next) onClose();
      },
      onOpenChangeComplete(next) {
        const act = chosen.current;
        if (next || act === null) return;
        chosen.current = null;
        requestAnimationFrame(act);
      },
    },
  };
}
