import { Menu } from '@base-ui/react/menu';
import { texts } from '../texts/texts.ts';
import { useMenuActs } from '../ui/use-menu-acts.ts';
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
  const { root, choose } = useMenuActs(open, onClose, from);
  return (
    <Menu.Root {...root}>
      <Menu.Portal container={from?.closest('main')}>
        <Menu.Positioner className={styles['place']} positionMethod="fixed" anchor={from} align="end" sideOffset={4}>
          <Menu.Popup data-covers className={styles['menu']} aria-label={texts.selection.more} finalFocus={() => from}>
            {acts.map(({ text, icon: Icon, act }) => (
              <Menu.Item key={text} className={styles['item']} onClick={() => choose(act)}>
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
