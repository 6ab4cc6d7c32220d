import { ChevronDown, ChevronUp, Columns3 } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { TaskSums } from '../../src-main/common/task-query.ts';
import { useInbox } from '../inbox.ts';
import { selectionOf } from '../store/bulk.ts';
import { chosenOf, sizeOfSelection } from '../store/selection.ts';
import { useStore } from '../store/use-store.ts';
import { enTable as words } from '../texts/en-table.ts';
import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { orderedColumns } from './columns.ts';
import styles from './table.module.css';

/** Much changes while films arrive; the sums follow a moment later. */
const settleMs = 300;

/** The sums of the list, or of what is selected; and which columns there are. */
export function TableFoot() {
  const { client, list, selection, format } = useInbox();
  const state = useStore(list, (value) => value);
  const selected = useStore(selection, (value) => value);
  const [sums, setSums] = useState<TaskSums | null>(null);
  const [choosing, setChoosing] = useState(false);
  const { query, epoch, total } = state;

  useEffect(() => {
    if (query === null) return undefined;
    let isOver = false;
    const timer = setTimeout(() => {
      const which = sizeOfSelection(selected) === 0 ? { query } : selectionOf(chosenOf(selected));
      // A sum that cannot be had is one that is asked for with the next change.
      client.call('tasks:sums', which).then(
        (found) => isOver || setSums(found),
        () => undefined,
      );
    }, settleMs);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [client, query, epoch, total, selected]);

  return (
    <footer className={styles['foot']} aria-label={words.sums}>
      <Button kind="quiet" onClick={() => setChoosing(true)}>
        <Columns3 size={15} aria-hidden />
        {words.choose}
      </Button>
      {sums === null ? null : (
        <p>
          {[
            texts.grid.results(sums.tasks, format.number(sums.tasks)),
            sums.seconds > 0 ? words.length(format.span(sums.seconds * 1000)) : null,
            sums.sizeBytes > 0 ? format.size(sums.sizeBytes) : null,
            sums.cost > 0 ? words.cost(format.decimal(sums.cost)) : null,
          ]
            .filter((part) => part !== null)
            .join(texts.common.separator)}
        </p>
      )}
      <Dialog open={choosing} onClose={() => setChoosing(false)} title={words.choose}>
        <ColumnList />
      </Dialog>
    </footer>
  );
}

function ColumnList() {
  const { prefs } = useInbox();
  const columns = orderedColumns(useStore(prefs, (value) => value.columns));
  const keep = (next: typeof columns) =>
    prefs.update((all) => ({
      ...all,
      columns: next.map(({ column, isShown }) => ({ name: column.name, isShown })),
    }));
  const move = (from: number, to: number) => {
    const moved = columns[from];
    if (moved !== undefined) keep(columns.toSpliced(from, 1).toSpliced(to, 0, moved));
  };
  return (
    <ul className={styles['choices']}>
      {columns.map(({ column: { name }, isShown }, i) => (
        <li key={name}>
          <label>
            <input
              type="checkbox"
              checked={isShown || name === 'title'}
              disabled={name === 'title'}
              onChange={() => keep(columns.map((each, at) => (at === i ? { ...each, isShown: !isShown } : each)))}
            />
            {words.columns[name]}
          </label>
          {/* They keep the focus at an end as well: whoever moves a column by keyboard is still at it. */}
          <IconButton
            label={words.earlier(words.columns[name])}
            aria-disabled={i === 0}
            onClick={() => i > 0 && move(i, i - 1)}
          >
            <ChevronUp size={15} aria-hidden />
          </IconButton>
          <IconButton
            label={words.later(words.columns[name])}
            aria-disabled={i === columns.length - 1}
            onClick={() => i < columns.length - 1 && move(i, i + 1)}
          >
            <ChevronDown size={15} aria-hidden />
          </IconButton>
        </li>
      ))}
    </ul>
  );
}
