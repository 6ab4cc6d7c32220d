import { ArrowLeftRight, Coins, type LucideIcon, Server } from 'lucide-react';
import type { ReactNode } from 'react';
import { useInbox } from '../inbox.ts';
import type { Screen } from '../router/route.ts';
import { useStore } from '../store/use-store.ts';
import { enNodes } from '../texts/en-nodes.ts';
import { texts } from '../texts/texts.ts';
import type { OnNavigate } from './rail-link.tsx';
import styles from './rail.module.css';
import { ScreenLink } from './screen-link.tsx';

/** What lies behind the scenes. */
export function Rooms({ onNavigate }: OnNavigate) {
  const { state, format } = useInbox();
  const refused = useStore(state, ({ requests }) => requests?.refusedToday ?? 0);
  const shared = useStore(state, (value) => value.shared);
  const hasShelf = useStore(state, ({ shelf }) => shelf === null || shelf.state === 'ok');
  return (
    <ul className={styles['rooms']}>
      <Room to={{ name: 'requests', n: null }} icon={ArrowLeftRight} name={texts.rail.requests} onNavigate={onNavigate}>
        {/* A quiet count of what was refused today: look once, no alarm. */}
        {refused === 0 ? null : texts.rail.refused(refused, format.number(refused))}
      </Room>
      <Room to={{ name: 'costs' }} icon={Coins} name={texts.rail.costs} onNavigate={onNavigate} />
      {shared === null ? null : (
        <Room to={{ name: 'nodes' }} icon={Server} name={texts.rail.nodes} onNavigate={onNavigate}>
          {shared === 'ok' && hasShelf
            ? null
            : enNodes.troubled[shared === 'ok' || (shared === 'gap' && !hasShelf) ? 'shelf' : shared]}
        </Room>
      )}
    </ul>
  );
}

interface RoomProps extends OnNavigate {
  readonly to: Screen;
  readonly icon: LucideIcon;
  readonly name: string;
  /** What is to be looked at there. */
  readonly children?: ReactNode;
}

function Room({ to, icon: Icon, name, onNavigate, children = null }: RoomProps) {
  const { router } = useInbox();
  const current = useStore(router, ({ screen }) => screen?.name === to.name);
  return (
    <li>
      <ScreenLink
        to={to}
        className={styles['link']}
        current={current}
        {...(onNavigate === undefined ? {} : { onNavigate })}
      >
        <Icon size={16} aria-hidden />
        <span className={styles['name']}>{name}</span>
        {children === null ? null : <span className={styles['refused']}>{children}</span>}
      </ScreenLink>
    </li>
  );
}
