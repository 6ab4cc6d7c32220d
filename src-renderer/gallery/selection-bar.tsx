import { RotateCcw, Star, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import type { View } from '../../src-main/common/contract.ts';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import styles from './selection-bar.module.css';

interface SelectionBarProps {
  readonly view: View;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (keys: ReadonlySet<string>) => void;
}

/** What can be done with the selected cards; in the trash also with all of it. */
export function SelectionBar({ view, selected, onSelect }: SelectionBarProps) {
  const { list, actions, format } = useInbox();
  const rows = useStore(list, (value) => value.rows);
  const total = useStore(list, (value) => value.total);
  const [confirming, setConfirming] = useState<'selection' | 'all' | null>(null);
  const tasks = rows.filter((row) => row !== undefined).filter((row) => selected.has(row.key));
  const inTrash = view === 'trash';
  if (tasks.length === 0 && !inTrash) return null;

  const clear = () => onSelect(new Set());
  const n = confirming === 'all' ? total : tasks.length;
  return (
    <section className={styles['bar']} aria-label={texts.selection.label}>
      {tasks.length === 0 ? (
        <>
          <p className={styles['text']}>{texts.empty.trashDetail}</p>
          <Button onClick={() => setConfirming('all')}>{texts.trash.emptyTrash}</Button>
        </>
      ) : (
        <>
          <IconButton label={texts.selection.clear} shortcut={texts.keys.escape} onClick={clear}>
            <X size={16} aria-hidden />
          </IconButton>
          <p className={styles['text']} role="status">
            {texts.selection.count(tasks.length, format.number(tasks.length))}
          </p>
          {inTrash ? (
            <>
              <Button
                onClick={() => {
                  actions.restore(tasks);
                  clear();
                }}
              >
                <RotateCcw size={15} aria-hidden />
                {texts.selection.restore}
              </Button>
              <Button onClick={() => setConfirming('selection')}>
                <Trash2 size={15} aria-hidden />
                {texts.selection.purge}
              </Button>
            </>
          ) : (
            <>
              <Button onClick={() => actions.setStarred(tasks, true)}>
                <Star size={15} aria-hidden />
                {texts.selection.star}
              </Button>
              <Button
                onClick={() => {
                  actions.trash(tasks);
                  clear();
                }}
              >
                <Trash2 size={15} aria-hidden />
                {texts.selection.trash}
              </Button>
            </>
          )}
        </>
      )}
      <Confirm
        open={confirming !== null}
        title={texts.trash.confirmTitle(n, format.number(n))}
        detail={confirming === 'all' ? texts.trash.confirmAll : n === 1 ? texts.trash.confirm : texts.trash.confirmMany}
        action={texts.trash.purge}
        onConfirm={() => {
          void actions.purge(confirming === 'all' ? [] : tasks);
          clear();
        }}
        onClose={() => setConfirming(null)}
      />
    </section>
  );
}
