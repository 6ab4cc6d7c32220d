import { CircleX } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef } from 'react';
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
  /** Shows older ones, as the button does or many; `null` where there are none. */
  readonly onMore: ((how: 'some' | 'many') => void) | null;
}

/** Whether a request is shown beside the list, and not in its place. */
export function isBeside(): boolean {
  return matchMedia('(width >= 70.625rem)').matches;
}

/** Newest on top. One stop for Tab; arrows move inside. */
export function RequestList({ rows, current, onOpen, onMore }: RequestListProps) {
  const list = useRef<HTMLUListElement>(null);
  /** Where a key led that went beyond these. */
  const goal = useRef<{ readonly to: number; readonly beyond: number } | null>(null);
  const entry = rows.some(({ n }) => n === current) ? current : rows[0]?.n;

  function onKeyDown(event: KeyboardEvent<HTMLUListElement>) {
    const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
    const buttons = [...event.currentTarget.querySelectorAll('button')];
    const at = buttons.findIndex((button) => button === document.activeElement);
    if (step === undefined || at < 0) return;
    event.preventDefault();
    goal.current = null;
    if (onMore !== null && at + step >= buttons.length) {
      goal.current = { to: at + step, beyond: buttons.length };
      onMore(event.key === 'End' ? 'many' : 'some');
    } else goTo(buttons[Math.max(0, Math.min(buttons.length - 1, at + step))]);
  }
  useEffect(() => {
    const buttons = [...(list.current?.querySelectorAll('button') ?? [])];
    if (goal.current === null || buttons.length <= goal.current.beyond) return;
    const to = buttons[Math.min(buttons.length - 1, goal.current.to)];
    goal.current = null;
    // Who went elsewhere meanwhile stays there.
    if (list.current?.contains(document.activeElement) === true) goTo(to);
  }, [rows]);

  return (
    <ul ref={list} className={styles['rows']} aria-label={words.list} onKeyDown={onKeyDown}>
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

function goTo(button: HTMLElement | undefined): void {
  button?.focus();
  // Beside each other the detail follows; where there is one pane only, Enter opens it.
  if (isBeside()) button?.click();
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
