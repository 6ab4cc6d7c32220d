import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { texts } from '../texts/texts.ts';
import type { LayoutRow } from './grid-layout.ts';
import styles from './grid.module.css';

interface DayHeadingProps {
  readonly row: LayoutRow;
  readonly columns: number;
}

/** A day of the list, or its order where that is none of days, and how much is in it. */
export function DayHeading({ row, columns }: DayHeadingProps) {
  const { list, format, now } = useInbox();
  const section = useStore(list, (value) => value.sections[row.section]);
  const order = useStore(list, (value) => value.query?.order ?? 'newest');
  const today = useStore(now, (present) => format.localDay(present));
  if (section === undefined) return null;
  return (
    <div role="gridcell" aria-colindex={1} aria-colspan={columns} className={styles['heading']}>
      <h2 className={styles['day']}>
        {section.day === '' ? texts.bar[order] : format.day(section.day, today)}{' '}
        <span className={styles['sum']}>
          {[
            // Among those that have none yet, or never will, the number of videos says little.
            section.videos >= section.count
              ? texts.grid.videos(section.videos, format.number(section.videos))
              : texts.grid.results(section.count, format.number(section.count)),
            section.sizeBytes > 0 ? format.size(section.sizeBytes) : null,
          ]
            .filter((part) => part !== null)
            .join(texts.common.separator)}
        </span>
      </h2>
    </div>
  );
}
