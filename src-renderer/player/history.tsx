import type { HistoryEntry, Task } from '../../src-main/common/model.ts';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { texts } from '../texts/texts.ts';
import asideStyles from './aside.module.css';
import styles from './history.module.css';

type Tone = 'good' | 'warn' | 'bad' | 'calm';

/** "What happened", oldest first. */
export function History({ task }: { readonly task: Task }) {
  const { format, now } = useInbox();
  const present = useStore(now, (value) => value);
  if (task.history.length === 0) return null;
  const several = task.videos.length > 1;
  return (
    <section>
      <h2 className={asideStyles['heading']}>{texts.history.title}</h2>
      <ol className={styles['list']}>
        {task.history.map((entry, i) => (
          <li key={`${entry.at} ${i}`} className={styles['entry']} data-tone={toneOf(entry)}>
            <span className={styles['what']}>
              {sentence(entry, several)}
              {entry.message ? <span className={styles['message']}>{entry.message}</span> : null}
            </span>
            <time dateTime={entry.at} title={format.dateAndTime(entry.at)} className={styles['time']}>
              {format.moment(entry.at, present)}
            </time>
          </li>
        ))}
      </ol>
    </section>
  );
}

function sentence({ kind, state, video }: HistoryEntry, several: boolean): string {
  const { history } = texts;
  const n = several ? video : undefined;
  switch (kind) {
    case 'callback':
      return history.callback[state ?? 'plain'];
    case 'saved':
      return n === undefined ? history.saved : history.savedN(n);
    case 'failed':
      return n === undefined ? history.failed : history.failedN(n);
    case 'retry':
      return n === undefined ? history.retry : history.retryN(n);
    case 'repeat':
    case 'late':
    case 'conflict':
    case 'reread':
    case 'asked':
    case 'dropped':
    case 'watched':
    case 'unwatched':
    case 'link':
    case 'trashed':
    case 'restored':
      return history[kind];
  }
}

function toneOf({ kind, state }: HistoryEntry): Tone {
  if (kind === 'saved' || (kind === 'callback' && state === 'succeeded')) return 'good';
  if (kind === 'failed' || (kind === 'callback' && state === 'failed')) return 'bad';
  if (kind === 'late' || kind === 'conflict' || kind === 'retry') return 'warn';
  return 'calm';
}
