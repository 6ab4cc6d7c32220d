import { CircleX } from 'lucide-react';
import type { KeyboardEvent } from 'react';
import { outcomeOf, tasksOf, type RequestHead } from '../../src-main/common/requests.ts';
import { providerTitle } from '../format/provider-title.ts';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { enRequestsScreen as words } from '../texts/en-requests-screen.ts';
import styles from './requests.module.css';

interface RequestListProps {
  readonly rows: readonly RequestHead[];
  readonly current: number | null;
  readonly onOpen: (n: number) => void;
}

/** Whether a request is shown beside the list, and not in its place. */
export function isBeside(): boolean {
  return matchMedia('(width >= 70.625rem)').matches;
}

/** Newest on top. One stop for Tab; arrows move inside. */
export function RequestList({ rows, current, onOpen }: RequestListProps) {
  const entry = rows.some(({ n }) => n === current) ? current : rows[0]?.n;

  function onKeyDown(event: KeyboardEvent<HTMLUListElement>) {
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
    const buttons = [...event.currentTarget.querySelectorAll('button')];
    const at = buttons.findIndex((button) => button === document.activeElement);
    if (step === undefined || at < 0) return;
    event.preventDefault();
    const to = buttons[Math.max(0, Math.min(buttons.length - 1, at + step))];
    to?.focus();
    // Beside each other the detail follows; where there is one pane only, Enter opens it.
    if (isBeside()) to?.click();
  }

  return (
    <ul className={styles['rows']} aria-label={words.list} onKeyDown={onKeyDown}>
      {rows.map((head) => (
        <li key={head.n}>
          <button
            type="button"
            className={styles['row']}
            data-request={head.n}
            tabIndex={head.n === entry ? 0 : -1}
            aria-current={head.n === current || undefined}
            onClick={() => onOpen(head.n)}
          >
            <Row head={head} />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Row({ head }: { readonly head: RequestHead }) {
  const { format, now } = useInbox();
  const present = useStore(now, (value) => value);
  const refused = head.outcome === 'refused';
  return (
    <>
      <time dateTime={head.at} title={format.dateAndTime(head.at)} className={styles['time']}>
        {format.moment(head.at, present)}
      </time>
      <Status status={head.status} refused={refused} />
      <span className={styles['who']}>
        {head.provider === null ? words.unknown : providerTitle(head.provider)}{' '}
        <bdi className={styles['id']}>{tasksOf(head)}</bdi>
      </span>
      <span className={styles['facts']}>{words.ms(format.number(Math.round(head.ms)))}</span>
      <span className={styles['what']} data-tone={refused ? 'bad' : head.odd === null ? undefined : 'warn'}>
        {outcomeOf(head)}
      </span>
      <span className={styles['facts']}>{format.size(head.bytes)}</span>
    </>
  );
}

export function Status({ status, refused }: { readonly status: number; readonly refused: boolean }) {
  return (
    <span className={styles['status']} data-tone={refused ? 'bad' : 'good'}>
      {refused ? <CircleX size={12} aria-hidden /> : null}
      {status}
    </span>
  );
}
