import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useInbox } from '../inbox.ts';
import { texts } from '../texts/texts.ts';
import styles from './rail.module.css';

export interface OnNavigate {
  /** Something in the rail leads elsewhere: a drawer closes. */
  readonly onNavigate: (() => void) | undefined;
}

interface RailLinkProps extends OnNavigate {
  readonly icon?: LucideIcon;
  readonly dot?: ReactNode;
  readonly name: string;
  readonly count: number | null;
  readonly href: string;
  readonly current: boolean;
}

/** A list, and how much is in it. */
export function RailLink({ icon: Icon, dot, name, count, href, current, onNavigate }: RailLinkProps) {
  const { format } = useInbox();
  return (
    <li>
      <a className={styles['link']} href={href} aria-current={current ? 'page' : undefined} onClick={onNavigate}>
        {Icon === undefined ? null : <Icon size={16} aria-hidden />}
        {dot}
        <span className={styles['name']} dir="auto">
          {name}
        </span>
        {count === null || count === 0 ? null : (
          <span className={styles['count']}>
            <span aria-hidden>{format.number(count)}</span>
            <span className="visually-hidden">, {texts.rail.count(count, format.number(count))}</span>
          </span>
        )}
      </a>
    </li>
  );
}
