import { Columns2, Copy, Download, Eye, Folder, RotateCcw, Star, StarOff, Tag, Trash2, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { View } from '../../src-main/common/task-query.ts';
import { useInbox } from '../inbox.ts';
import { isFiltered, mostSides } from '../router/route.ts';
import { CopyDialog, ExportDialog, LabelDialog } from '../shell/lazy-parts.ts';
import { focusCard, isGrid, isNowhere } from '../shell/use-global-keys.ts';
import { type BulkWork, type Chosen, countOf, isRule } from '../store/bulk.ts';
import { chosenOf, type Rule, ruleOf, type Selection, sizeOfSelection } from '../store/selection.ts';
import { useStore } from '../store/use-store.ts';
import { enExport } from '../texts/en-export.ts';
import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { canBeTriedAgain } from './card.tsx';
import { sidesOf } from './card-state.ts';
import { firstSelected } from './use-card-keys.ts';
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

interface SelectedProps {
  readonly selected: Selection;
  readonly view: View;
}

function Selected({ selected, view }: SelectedProps) {
  const { actions, list, selection, format, router } = useInbox();
  const chosen: Chosen = chosenOf(selected);
  const [copying, setCopying] = useState(false);
  const [confirming, setConfirming] = useState(false);
  const [exporting, setExporting] = useState(false);
  const [labelling, setLabelling] = useState<'tag' | 'project' | null>(null);
  const [kind, setKind] = useState<'tag' | 'project'>('tag');
  // What the dialog is about stays while it goes.
  if (labelling !== null && labelling !== kind) setKind(labelling);
  const inTrash = view === 'trash';
  const retriable = useCanRetry(chosen, view);
  const n = countOf(chosen);
  const { rows } = useStore(list, (value) => value);
  // Of what is selected by a rule only a part may be here.
  const compared = n <= mostSides ? firstSelected(rows, selected) : [];
  const isAll = isRule(chosen) && chosen.except.size === 0;
  const count = (isAll ? texts.selection.all : texts.selection.count)(n, format.number(n));
  // Screen readers tell what becomes different in a place that they know: it comes without its words.
  const [told, setTold] = useState('');
  useEffect(() => {
    const frame = requestAnimationFrame(() => setTold(count));
    return () => cancelAnimationFrame(frame);
  }, [count]);
  // The bar goes with the selection, and with it what was pressed.
  useEffect(
    () => () => {
      requestAnimationFrame(() => {
        if (isNowhere() && isGrid(router.get())) focusCard({ preventScroll: true });
      });
    },
    [router],
  );
  const thenClear = (act: () => void) => () => {
    act();
    selection.clear();
  };
  return (
    <section className={styles['bar']} aria-label={texts.selection.label}>
      <IconButton label={texts.selection.clear} shortcut="Escape" onClick={() => selection.clear()}>
        <X size={16} aria-hidden />
      </IconButton>
      <p className={styles['text']} role="status">
        {told}
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
          <IconButton label={texts.selection.star} shortcut="S" onClick={() => actions.setStarred(chosen, true)}>
            <Star size={16} aria-hidden />
          </IconButton>
          <IconButton label={texts.selection.unstar} onClick={() => actions.setStarred(chosen, false)}>
            <StarOff size={16} aria-hidden />
          </IconButton>
          <IconButton label={texts.selection.seen} onClick={() => void actions.setSeen(chosen)}>
            <Eye size={16} aria-hidden />
          </IconButton>
          {compared.length >= 2 && compared.length === n ? (
            <Button
              onClick={() =>
                router.push({
                  list: router.get().list,
                  taskKey: null,
                  screen: {
                    name: 'compare',
                    sides: sidesOf(list.get().rows, compared),
                  },
                })
              }
            >
              <Columns2 size={15} aria-hidden />
              {texts.keys.compare}
            </Button>
          ) : null}
          <Button onClick={() => setLabelling('tag')}>
            <Tag size={15} aria-hidden />
            {texts.selection.tag}
            <kbd aria-hidden>T</kbd>
          </Button>
          <Button onClick={() => setLabelling('project')}>
            <Folder size={15} aria-hidden />
            {texts.selection.project}
          </Button>
          <IconButton label={enExport.copy} onClick={() => setCopying(true)}>
            <Copy size={16} aria-hidden />
          </IconButton>
          <Button onClick={() => setExporting(true)}>
            <Download size={15} aria-hidden />
            {enExport.open}
          </Button>
          {retriable ? (
            <Button onClick={() => void actions.retry(chosen)}>
              <RotateCcw size={15} aria-hidden />
              {texts.selection.retry}
            </Button>
          ) : null}
          <IconButton
            label={texts.selection.trash}
            shortcut="Backspace"
            onClick={thenClear(() => actions.trash(chosen))}
          >
            <Trash2 size={16} aria-hidden />
          </IconButton>
        </>
      )}
      <LabelDialog open={labelling !== null} onClose={() => setLabelling(null)} kind={kind} chosen={chosen} />
      <CopyDialog open={copying} onClose={() => setCopying(false)} chosen={chosen} />
      <ExportDialog open={exporting} onClose={() => setExporting(false)} chosen={chosen} />
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

/** Whether something of it failed, waits for its next attempt, or has lost its file. */
function useCanRetry(chosen: Chosen, view: View): boolean {
  const { list, missing, state } = useInbox();
  const { rows } = useStore(list, (value) => value);
  const lost = useStore(missing, (value) => value);
  const isPaused = useStore(state, ({ paused }) => paused);
  if (view === 'failed' || view === 'waiting') return true;
  const keys = isRule(chosen) ? null : new Set(chosen.map((each) => (typeof each === 'string' ? each : each.key)));
  // Of what is not in sight it is not known; what does not fail is not asked for again anyway.
  return rows.some(
    (row) =>
      row !== undefined &&
      (keys === null || keys.has(row.key)) &&
      (lost.has(row.key) || canBeTriedAgain(row, isPaused)),
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
