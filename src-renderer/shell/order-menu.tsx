import { Menu } from '@base-ui/react/menu';
import { Check, ChevronDown } from 'lucide-react';
import type { TaskQuery } from '../../src-main/common/contract.ts';
import { texts } from '../texts/texts.ts';
import { buttonClass } from '../ui/button.tsx';
import styles from './order-menu.module.css';

type Order = TaskQuery['order'];
const orders: readonly Order[] = ['newest', 'oldest', 'largest'];

export function OrderMenu({ order, onOrder }: { readonly order: Order; readonly onOrder: (order: Order) => void }) {
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger
        className={buttonClass('plain', styles['trigger'])}
        aria-label={`${texts.bar.order}: ${texts.bar[order]}`}
      >
        {texts.bar[order]}
        <ChevronDown size={14} aria-hidden />
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner className={styles['positioner']} sideOffset={6} align="end">
          <Menu.Popup className={styles['popup']}>
            <Menu.RadioGroup
              value={order}
              onValueChange={(value: Order) => onOrder(value)}
              aria-label={texts.bar.order}
            >
              {orders.map((each) => (
                <Menu.RadioItem key={each} value={each} closeOnClick className={styles['item']}>
                  <span className={styles['check']}>
                    <Menu.RadioItemIndicator>
                      <Check size={14} aria-hidden />
                    </Menu.RadioItemIndicator>
                  </span>
                  {texts.bar[each]}
                </Menu.RadioItem>
              ))}
            </Menu.RadioGroup>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
