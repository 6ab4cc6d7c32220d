import { seenDeadAt } from '../../src-main/common/link-death.ts';
import type { TaskView } from '../../src-main/common/task-view.ts';
import type { Format } from '../format/format.ts';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { texts } from '../texts/texts.ts';
import asideStyles from './aside.module.css';
import styles from './lives.module.css';

interface Life {
  readonly name: string;
  readonly kind: 'lives' | 'saved' | 'died' | 'unknown';
  /** When it was saved, died or will die; ms, `null` = not known. */
  readonly at: number | null;
  readonly what: string;
}

/** What lives where until when, while something is not saved or two answers disagree. */
export function Lives({ task }: { readonly task: TaskView }) {
  const { format, now } = useInbox();
  const present = useStore(now, (value) => value);
  const isOver = task.videos.length === 0 || task.videos.every(({ state }) => state === 'saved');
  if (task.state !== 'succeeded' || (isOver && task.dispute === undefined)) return null;
  const rows = livesOf(task, present, format);
  const from = Date.parse(task.receivedAt);
  const to = Math.max(present, ...rows.flatMap(({ at, kind }) => (at === null || kind === 'saved' ? [] : [at])));
  const share = (at: number): string => String(Math.min(1, Math.max(0, (at - from) / Math.max(1, to - from))));
  return (
    <section aria-label={texts.lives.title}>
      <h2 className={asideStyles['heading']}>{texts.lives.title}</h2>
      <ul className={styles['list']}>
        {rows.map(({ name, kind, at, what }) => (
          <li key={name} data-kind={kind}>
            <span>{name}</span>
            <span className={styles['bar']} data-measure aria-hidden>
              <span style={{ '--share': kind === 'unknown' || at === null ? '1' : share(at) }} />
            </span>
            <span className={styles['what']}>{what}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** kie.ai keeps records for two months. */
const kieRecordMs = 60 * 86_400_000;

function livesOf(task: TaskView, present: number, format: Format): readonly Life[] {
  const { lives, player } = texts;
  const moment = (at: number): string => format.moment(new Date(at).toISOString(), present);
  const videos = task.videos.map((video, index): Life => {
    const name = player.video(index + 1);
    const told = (kind: string) =>
      task.history.findLast((entry) => entry.kind === kind && (entry.video ?? index + 1) === index + 1);
    if (video.state === 'saved') {
      const at = Date.parse(told('saved')?.at ?? task.updatedAt);
      const what = told('link') === undefined ? lives.saved(moment(at)) : lives.rescued(moment(at));
      return { name, kind: 'saved', at, what };
    }
    const failed = told('failed');
    if ((video.state === 'expired' || video.state === 'failed') && failed !== undefined) {
      const at = Date.parse(failed.at);
      return { name, kind: 'died', at, what: lives.died(moment(at)) };
    }
    const seenAt = seenDeadAt(video);
    if (seenAt !== null)
      return { name, kind: 'died', at: Date.parse(seenAt), what: lives.pastEnd(moment(Date.parse(seenAt))) };
    const ends = [task.expiresAt, video.expiresAt ?? null].flatMap((end) => (end === null ? [] : [Date.parse(end)]));
    if (ends.length === 0) return { name, kind: 'unknown', at: null, what: lives.noEnd };
    const at = Math.min(...ends);
    if (at <= present) return { name, kind: 'died', at, what: lives.pastEnd(moment(at)) };
    return { name, kind: 'lives', at, what: lives.until(moment(at)) };
  });
  const recordAt = Date.parse(task.receivedAt) + kieRecordMs;
  const record: readonly Life[] = task.provider.startsWith('kie-')
    ? [{ name: lives.record, kind: 'lives', at: null, what: lives.until(moment(recordAt)) }]
    : [];
  const source: readonly Life[] =
    task.sources === undefined ? [] : [{ name: lives.source, kind: 'saved', at: null, what: lives.here }];
  return [...source, ...videos, ...record];
}
