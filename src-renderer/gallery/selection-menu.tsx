import { Menu } from '@base-ui/react/menu';
import { useRef } from 'react';
import { texts } from '../texts/texts.ts';
import { useClosedByBack } from '../ui/use-closed-by-back.ts';
import styles from './card-menu.module.css';
import type { SelectionAct } from './selected.tsx';

export interface SelectionMenuProps {
  readonly open: boolean;
  readonly onClose: () => void;
  /** The button that opened it: it gets the focus back. */
  readonly from: HTMLElement | null;
  readonly acts: readonly SelectionAct[];
}

/** What the bar of the selection has no room for. */
export function SelectionMenu({ open, onClose, from, acts }: SelectionMenuProps) {
  const chosenAct = useRef<(() => void) | null>(null);
  useClosedByBack(open, onClose);
  return (
    <Menu.Root
      open={open}
      onOpenChange={(next) => !next && onClose()}
      onOpenChangeComplete={(next) => {
        const act = chosenAct.current;
        if (next || act === null) return;
        chosenAct.current = null;
        // Then the button has the focus again: a dialog gives it back there.
        requestAnimationFrame(act);
      }}
    >
      <Menu.Portal container={from?.closest('main')}>
        <Menu.Positioner className={styles['place']} positionMethod="fixed" anchor={from} align="end" sideOffset={4}>
          <Menu.Popup data-covers className={styles['menu']} aria-label={texts.selection.more} finalFocus={() => from}>
            {acts.map(({ text, icon: Icon, act }) => (
              <Menu.Item key={text} className={styles['item']} onClick={() => (chosenAct.current = act)}>
                <span className={styles['named']}>
                  <Icon size={15} aria-hidden />
                  {text}
                </span>
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
