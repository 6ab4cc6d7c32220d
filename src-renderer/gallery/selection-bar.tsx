import { Eye, RotateCcw, Star, StarOff, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import type { View } from '../../src-main/common/contract.ts';
import { useInbox } from '../inbox.ts';
import type { BulkWork, Chosen } from '../store/actions.ts';
import { useStore } from '../store/use-store.ts';
import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import styles from './selection-bar.module.css';

/** What can be done with the selected cards, and how far it is; in the trash also with all of it. */
export function SelectionBar({ view }: { readonly view: View }) {
  const { actions, selection } = useInbox();
  const work = useStore(actions.work, (value) => value);
  const selected = useStore(selection, (value) => value);
  if (work !== null) return <Working work={work} />;
  if (selected.keys.size > 0) {
    return <Selected chosen={[...selected.keys]} isAll={selected.isAll} inTrash={view === 'trash'} />;
  }
  return view === 'trash' ? <WholeTrash /> : null;
}

function Working({ work: { done, total, stop } }: { readonly work: BulkWork }) {
  const { format } = useInbox();
  return (
    <section className={styles['bar']} aria-label={texts.selection.label}>
      <progress className={styles['progress']} aria-label={texts.selection.progress} max={total} value={done} />
      <p className={styles['text']}>{texts.selection.working(format.number(done), format.number(total))}</p>
      <Button onClick={stop}>{texts.selection.stop}</Button>
    </section>
  );
}

interface SelectedProps {
  readonly chosen: Chosen;
  readonly isAll: boolean;
  readonly inTrash: boolean;
}

function Selected({ chosen, isAll, inTrash }: SelectedProps) {
  const { actions, selection, format } = useInbox();
  const [confirming, setConfirming] = useState(false);
  const n = chosen.length;
  const thenClear = (act: () => void) => () => {
    act();
    selection.clear();
  };
  return (
    <section className={styles['bar']} aria-label={texts.selection.label}>
      <IconButton label={texts.selection.clear} shortcut={texts.keys.escape} onClick={() => selection.clear()}>
        <X size={16} aria-hidden />
      </IconButton>
      <p className={styles['text']} role="status">
        {(isAll ? texts.selection.all : texts.selection.count)(n, format.number(n))}
      </p>
      {isAll ? null : <Button onClick={() => selection.selectAll()}>{texts.selection.selectAll}</Button>}
      {inTrash ? (
        <>
          <Button onClick={thenClear(() => actions.restore(chosen))}>
            <RotateCcw size={15} aria-hidden />
            {texts.selection.restore}
          </Button>
          <Button onClick={() => setConfirming(true)}>
            <Trash2 size={15} aria-hidden />
            {texts.selection.purge}
          </Button>
        </>
      ) : (
        <>
          <Button onClick={() => actions.setStarred(chosen, true)}>
            <Star size={15} aria-hidden />
            {texts.selection.star}
          </Button>
          <Button onClick={() => actions.setStarred(chosen, false)}>
            <StarOff size={15} aria-hidden />
            {texts.selection.unstar}
          </Button>
          <Button onClick={() => actions.markSeen(chosen)}>
            <Eye size={15} aria-hidden />
            {texts.selection.seen}
          </Button>
          <Button onClick={thenClear(() => actions.trash(chosen))}>
            <Trash2 size={15} aria-hidden />
            {texts.selection.trash}
          </Button>
        </>
      )}
      <Confirm
        open={confirming}
        title={texts.trash.confirmTitle(n, format.number(n))}
        detail={n === 1 ? texts.trash.confirm : texts.trash.confirmMany}
        action={texts.trash.purge}
        onConfirm={thenClear(() => void actions.purge(chosen))}
        onClose={() => setConfirming(false)}
      />
    </section>
  );
}

function WholeTrash() {
  const { actions, list, format } = useInbox();
  const total = useStore(list, (value) => value.total);
  const [confirming, setConfirming] = useState(false);
  return (
    <section className={styles['bar']} aria-label={texts.selection.label}>
      <p className={styles['text']}>{texts.empty.trashDetail}</p>
      <Button onClick={() => setConfirming(true)}>{texts.trash.emptyTrash}</Button>
      <Confirm
        open={confirming}
        title={texts.trash.confirmTitle(total, format.number(total))}
        detail={texts.trash.confirmAll}
        action={texts.trash.purge}
        onConfirm={() => void actions.purge([])}
        onClose={() => setConfirming(false)}
      />
    </section>
  );
}
