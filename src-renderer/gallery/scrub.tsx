import { filmTime } from '../format/format.ts';
import type { TaskRow } from '../../src-main/common/task-row.ts';
import { useInbox } from '../inbox.ts';
import { cellPosition, stripCells, stripPlace } from '../posters/strip-cells.ts';
import { firstSaved } from './card-state.ts';
import styles from './card.module.css';

/** A frame of the filmstrip in place of the poster. No player starts: it is one picture, moved. */
export function Scrub({ task, cell }: { readonly task: TaskRow; readonly cell: number }) {
  const { client } = useInbox();
  const saved = firstSaved(task);
  if (saved?.video.preview === undefined) return null;
  const { width, height, durationSeconds, preview } = saved.video;
  const place = stripPlace(cell);
  return (
    <div className={styles['scrub']} data-cell={cell} aria-hidden>
      <div
        className={styles['frame']}
        data-tall={(height ?? 0) > (width ?? 0) || undefined}
        style={{
          aspectRatio: `${width ?? 16} / ${height ?? 9}`,
          backgroundImage: `url("${client.stripUrl(task.key, saved.n, preview)}")`,
          backgroundSize: `${stripCells.columns * 100}% ${stripCells.rows * 100}%`,
          backgroundPosition: cellPosition(cell),
        }}
      />
      <span className={styles['tag']}>{filmTime((durationSeconds ?? 0) * place)}</span>
      <span className={styles['place']} style={{ '--done': place }} />
    </div>
  );
}

/** Whether there is a filmstrip to walk along, and the person wants things to move. */
export function canScrub(task: TaskRow): boolean {
  return (
    firstSaved(task)?.video.preview !== undefined && !window.matchMedia('(prefers-reduced-motion: reduce)').matches
  );
}
