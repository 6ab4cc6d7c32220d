import { ArrowDown, ArrowUp } from 'lucide-react';
import type { TaskOrder } from '../../src-main/common/search/task-order.ts';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { enTable as words } from '../texts/en-table.ts';
import type { Column } from './columns.ts';
import styles from './table.module.css';

/** In these the order as it is named goes from small to large, or from A on. */
const ascending: ReadonlySet<TaskOrder> = new Set(['title', 'provider', 'project', 'oldest', 'expires']);

/** A click sorts, another one the other way round. */
export function TableHead({ columns }: { readonly columns: readonly Column[] }) {
  const { router, announcer } = useInbox();
  const list = useStore(router, (value) => value.list);
  const reverse = list.reverse === true;
  // "Oldest" is "newest" the other way round.
  const sorted = list.order === 'oldest' ? 'newest' : list.order;
  const isReverse = reverse !== (list.order === 'oldest');
  return (
    <div role="row" aria-rowindex={1} className={styles['head']}>
      <div role="columnheader" className={styles['cell']}>
        <span className="visually-hidden">{words.columns.select}</span>
      </div>
      {columns.map(({ name, order }) => {
        const isSorted = order !== null && order === sorted;
        const goesUp = isSorted && ascending.has(sorted) !== isReverse;
        return (
          <div
            key={name}
            role="columnheader"
            aria-sort={isSorted ? (goesUp ? 'ascending' : 'descending') : undefined}
            className={styles['cell']}
            data-column={name}
          >
            {order === null ? (
              words.columns[name]
            ) : (
              <button
                type="button"
                className={styles['sort']}
                onClick={() => {
                  const next = isSorted && !isReverse;
                  router.push({ taskKey: null, list: { ...list, order, reverse: next } });
                  announcer.say(words.sorted(words.columns[name]));
                }}
              >
                {words.columns[name]}
                {isSorted ? goesUp ? <ArrowUp size={13} aria-hidden /> : <ArrowDown size={13} aria-hidden /> : null}
              </button>
            )}
          </div>
        );
      })}
    </div>
  );
}
