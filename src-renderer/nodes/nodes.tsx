import { Cloud, Database, Monitor, Server } from 'lucide-react';
import { Fragment, type ReactNode, useEffect, useState } from 'react';
import { lateAfterMs, olderBuilds, type NodeStatus, type SharedStatus } from '../../src-main/common/shared-status.ts';
import type { ShelfStatus } from '../../src-main/common/shelf-status.ts';
import { sayTold } from '../../src-main/common/texts/language.ts';
import { Message } from '../gallery/empty.tsx';
import { useInbox } from '../inbox.ts';
import { Screen } from '../shell/screen.tsx';
import { enNodes as words } from '../texts/en-nodes.ts';
import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import styles from './nodes.module.css';

/** As often as the machines tell of themselves. */
const everyMs = 3000;

/** Which machines share this inbox, and how it stands with each. */
export function Nodes() {
  const { client, describe, notices } = useInbox();
  const [shared, setShared] = useState<SharedStatus | null | undefined>(undefined);
  const [shelf, setShelf] = useState<ShelfStatus | null>(null);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    let isOver = false;
    let timer = 0;
    const ask = (): void => {
      client
        .call('app:status')
        .then(
          (status) => {
            if (isOver) return;
            setShared(status.shared ?? null);
            setShelf(status.shelf ?? null);
            setError(null);
          },
          (reason: unknown) => isOver || setError(describe(reason)),
        )
        .finally(() => {
          if (!isOver) timer = window.setTimeout(ask, everyMs);
        });
    };
    ask();
    return () => {
      isOver = true;
      window.clearTimeout(timer);
    };
  }, [client, describe]);
  const forget = (gone: string): void => {
    client.call('nodes:forget', gone).then(
      () => setShared((now) => now && { ...now, nodes: now.nodes.filter(({ node }) => node !== gone) }),
      (reason: unknown) => void notices.post({ text: describe(reason), kind: 'bad' }),
    );
  };
  return (
    <Screen title={words.title}>
      {shared === undefined && error === null ? (
        <p className="visually-hidden" role="status">
          {words.loading}
        </p>
      ) : error !== null ? (
        <Message title={words.failed} detail={error} />
      ) : shared === null || shared === undefined ? (
        <Message title={words.alone} detail={words.aloneDetail} />
      ) : (
        <Overview shared={shared} shelf={shelf} onForget={forget} />
      )}
    </Screen>
  );
}

interface OverviewProps {
  readonly shared: SharedStatus;
  readonly shelf: ShelfStatus | null;
  readonly onForget: (node: string) => void;
}

function Overview({ shared, shelf, onForget }: OverviewProps) {
  const { format } = useInbox();
  const { nodes, state, outbox } = shared;
  const isBlind = blind.includes(state);
  const waiting = shelf === null ? null : sayTold(shelf);
  // The log is well, and something is to be said all the same.
  const other = state === 'ok' ? sayTold(shared) : null;
  // Who cannot ask the database knows nothing of the others.
  const older = isBlind ? [] : olderBuilds(nodes);
  const lost = isBlind ? [] : nodes.filter(({ isThere }) => !isThere);
  return (
    <div className={styles['page']} tabIndex={0} role="region" aria-label={words.title}>
      <Path shared={shared} />
      {state === 'ok' ? null : (
        <p role="status" className={styles['alert']} data-kind="state">
          {sayTold(shared)}
          {outbox.waiting === 0 || outbox.oldestAt === null
            ? null
            : ` ${words.waiting(outbox.waiting, format.number(outbox.waiting), format.dateAndTime(outbox.oldestAt))}`}
        </p>
      )}
      {other === null ? null : (
        <p role="status" className={styles['alert']} data-kind="place">
          {other}
        </p>
      )}
      {waiting === null ? null : (
        <p role="status" className={styles['alert']} data-kind="shelf">
          {waiting}
        </p>
      )}
      {lost.map(({ node, name, seenAt }) => (
        <div key={node} role="status" className={styles['alert']}>
          <p>
            <strong>{words.lost(name, format.dateAndTime(seenAt))}</strong> {words.lostDetail}
          </p>
          <Button onClick={() => onForget(node)}>{words.forget}</Button>
        </div>
      ))}
      <div className={styles['scroll']}>
        <table className={styles['table']}>
          <thead>
            <tr>
              {Object.values(words.columns).map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {nodes.map((node) => (
              <NodeRow
                key={node.node}
                node={node}
                how={howOf(node, state)}
                isOlder={older.includes(node)}
                last={Math.max(...nodes.map(({ seen }) => seen))}
              />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

/** More names than this are counted only. */
const mostNames = 3;

function Path({ shared: { nodes, answer, seen, name, state } }: { readonly shared: SharedStatus }) {
  const { format } = useInbox();
  const isBlind = blind.includes(state);
  const takers = nodes.filter(({ isThere, isThis, roles }) => (isBlind ? isThis : isThere) && roles.includes('intake'));
  const takes = words.takes(takers.length, format.number(takers.length));
  const [title, ...lines] =
    takers.length === 0
      ? [isBlind ? words.notKnown : words.takesNone]
      : takers.length > mostNames
        ? [takes]
        : [takers.map((taker) => taker.name).join(texts.common.comma), takes];
  const stops: readonly { readonly icon: ReactNode; readonly title: string; readonly lines: readonly string[] }[] = [
    { icon: <Cloud size={16} aria-hidden />, title: words.providers, lines: [words.providersDetail] },
    {
      icon: <Server size={16} aria-hidden />,
      title,
      lines,
    },
    {
      icon: <Database size={16} aria-hidden />,
      title: words.journal,
      lines: [words.answered[answer], words.events(seen, format.number(seen))],
    },
    { icon: <Monitor size={16} aria-hidden />, title: words.thisMachine, lines: [name] },
  ];
  return (
    <ol className={styles['path']} aria-label={words.path}>
      {stops.map(({ icon, title, lines }) => (
        <li key={title}>
          <h2>
            {icon}
            {title}
          </h2>
          {lines.map((line) => (
            <span key={line}>{line}</span>
          ))}
        </li>
      ))}
    </ol>
  );
}

type How = 'working' | 'shelf' | 'full' | 'lost' | 'unknown' | Exclude<SharedStatus['state'], 'ok'>;

/** In these states nothing is read of what the other machines tell. */
const blind: readonly SharedStatus['state'][] = ['away', 'replaced'];

/** In these this machine does not know how far it is behind. */
const unread: readonly How[] = ['away', 'fenced', 'replaced'];

function howOf(node: NodeStatus, state: SharedStatus['state']): How {
  const { isThis, isThere, shelf = 'ok', noRoomFor, feedDelayMs } = node;
  const how = noRoomFor !== undefined ? 'full' : shelf === 'ok' ? 'working' : 'shelf';
  if (isThis) return state === 'ok' ? how : state;
  if (blind.includes(state)) return 'unknown';
  if (!isThere) return 'lost';
  return feedDelayMs > lateAfterMs ? 'late' : how;
}

interface NodeRowProps {
  readonly node: NodeStatus;
  readonly how: How;
  readonly isOlder: boolean;
  readonly last: number;
}

function NodeRow({ node, how, isOlder, last }: NodeRowProps) {
  const { format } = useInbox();
  const { name, isThis, roles, feedDelayMs, seen, outbox, leases, seenAt, version } = node;
  const behind = last - seen;
  const isKnown = how !== 'lost' && how !== 'unknown';
  const { columns } = words;
  return (
    <tr data-how={how}>
      <th scope="row">
        {name}
        {isThis ? <small>{words.thisMachine}</small> : null}
      </th>
      <td data-column={columns.state}>
        <span className={styles['state']}>
          <span className={styles['dot']} aria-hidden />
          {how === 'working'
            ? words.working
            : how === 'lost'
              ? words.since(format.dateAndTime(seenAt))
              : how === 'unknown'
                ? words.notKnown
                : words.troubled[how]}
        </span>
      </td>
      <td data-column={columns.does}>
        {roles.map((role, n) => (
          <Fragment key={role}>
            {n === 0 ? null : ' '}
            <span className={styles['role']}>{words.roles[role]}</span>
          </Fragment>
        ))}
      </td>
      <td data-column={columns.behind}>
        {!isKnown || (isThis && unread.includes(how))
          ? words.notKnown
          : feedDelayMs > 0
            ? words.seconds(format.decimal(Math.round(feedDelayMs / 100) / 10))
            : behind > 0
              ? words.behind(behind, format.number(behind))
              : words.upToDate}
      </td>
      <td data-column={columns.toSend}>{isKnown ? format.number(outbox) : words.notKnown}</td>
      <td data-column={columns.now}>
        {!isKnown ? words.notKnown : leases === 0 ? words.noWork : words.work(leases, format.number(leases))}
      </td>
      <td data-column={columns.version}>
        {version}
        {isOlder ? <small>{words.olderBuild}</small> : null}
      </td>
    </tr>
  );
}
