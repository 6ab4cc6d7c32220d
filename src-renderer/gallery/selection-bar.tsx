import { Eye, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import type { View } from '../../src-main/common/task-query.ts';
import { useInbox } from '../inbox.ts';
import { isFiltered } from '../router/route.ts';
import { type BulkWork, countOf } from '../store/bulk.ts';
import { type Rule, ruleOf, sizeOfSelection } from '../store/selection.ts';
import { useStore } from '../store/use-store.ts';
import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Selected } from './selected.tsx';
import styles from './selection-bar.module.css';

/** What can be done with the selected cards, and how far it is; in the trash also with all of it. */
export function SelectionBar({ view }: { readonly view: View }) {
  const { actions, selection } = useInbox();
  const work = useStore(actions.work, (value) => value);
  const selected = useStore(selection, (value) => value);
  if (work !== null) return <Working work={work} />;
  if (sizeOfSelection(selected) > 0) return <Selected selected={selected} view={view} />;
  if (view === 'trash') return <WholeTrash />;
  return view === 'inbox' || view === 'failed' ? <WholeView view={view} /> : null;
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

/** What is done to all that the view shows, as a rule: nobody selects them one by one. */
function WholeView({ view }: { readonly view: 'inbox' | 'failed' }) {
  const { actions, list } = useInbox();
  const state = useStore(list, (value) => value);
  if (state.total < 2) return null;
  const act = (name: 'seen' | 'retry') => {
    const all = ruleOf(state, Date.now());
    if (all !== null) void (name === 'seen' ? actions.setSeen(all) : actions.retry(all));
  };
  return (
    <section className={styles['bar']} aria-label={texts.selection.label}>
      <span className={styles['text']} />
      {view === 'inbox' ? (
        <Button onClick={() => act('seen')}>
          <Eye size={15} aria-hidden />
          {texts.selection.seenAll}
        </Button>
      ) : (
        <Button onClick={() => act('retry')}>
          <RotateCcw size={15} aria-hidden />
          {texts.selection.retryAll}
        </Button>
      )}
    </section>
  );
}

/** All of it; of a trash that is searched, what was found. */
function WholeTrash() {
  const { actions, list, format, state } = useInbox();
  const inTrash = useStore(state, ({ counts }) => counts?.trash ?? 0);
  const [confirming, setConfirming] = useState(false);
  const [found, setFound] = useState<Rule | null>(null);
  const n = found === null ? inTrash : countOf(found);
  const ask = () => {
    const { query } = list.get();
    setFound(query !== null && isFiltered(query) ? ruleOf(list.get(), Date.now()) : null);
    setConfirming(true);
  };
  return (
    <section className={styles['bar']} aria-label={texts.selection.label}>
      <p className={styles['text']}>{texts.empty.trashDetail}</p>
      <Button onClick={ask}>{texts.trash.emptyTrash}</Button>
      <Confirm
        open={confirming}
        title={texts.trash.confirmTitle(n, format.number(n))}
        detail={found === null ? texts.trash.confirmAll : n === 1 ? texts.trash.confirm : texts.trash.confirmMany}
        action={texts.trash.purge}
        onConfirm={() => void actions.purge(found ?? 'all')}
        onClose={() => setConfirming(false)}
      />
    </section>
  );
}
