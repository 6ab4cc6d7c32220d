import {
  Columns2,
  Copy,
  Download,
  Ellipsis,
  Eye,
  Folder,
  ListChecks,
  type LucideIcon,
  RotateCcw,
  Star,
  StarOff,
  Tag,
  Trash2,
  X,
} from 'lucide-react';
import { useEffect, useState } from 'react';
import type { View } from '../../src-main/common/task-query.ts';
import { useInbox } from '../inbox.ts';
import { mostSides } from '../router/route.ts';
import { CopyDialog, ExportDialog, LabelDialog, SelectionMenu } from '../shell/lazy-parts.ts';
import { focusCard, isGrid, isNowhere } from '../shell/use-global-keys.ts';
import { type Chosen, countOf, isRule } from '../store/bulk.ts';
import { chosenOf, type Selection } from '../store/selection.ts';
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

/** One of the things that can be done with what is selected. */
export interface SelectionAct {
  readonly text: string;
  readonly icon: LucideIcon;
  readonly key?: string;
  /** Whether its words are read in the bar, where there is room for them. */
  readonly inWords?: boolean;
  /** How narrow the bar may get until it is in the menu: what is done most never goes there. */
  readonly until: 'always' | 'narrow' | 'narrowest';
  readonly act: () => void;
}

interface OpenedMenu {
  readonly from: HTMLElement;
  readonly isOpen: boolean;
  /** The words of those that the bar had no room for. */
  readonly acts: ReadonlySet<string | undefined>;
}

interface SelectedProps {
  readonly selected: Selection;
  readonly view: View;
}

export function Selected({ selected, view }: SelectedProps) {
  const { actions, list, selection, format, router } = useInbox();
  const chosen: Chosen = chosenOf(selected);
  const [asked, setAsked] = useState<'tag' | 'project' | 'copy' | 'export' | 'purge' | null>(null);
  const close = () => setAsked(null);
  const [kind, setKind] = useState<'tag' | 'project'>('tag');
  // What the dialog is about stays while it goes.
  if ((asked === 'tag' || asked === 'project') && asked !== kind) setKind(asked);
  const [menu, setMenu] = useState<OpenedMenu | null>(null);
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
  const compare = () => {
    const screen = { name: 'compare', sides: sidesOf(list.get().rows, compared) } as const;
    router.push({ list: router.get().list, taskKey: null, screen });
  };
  const { selection: words } = texts;
  const selectAll: SelectionAct[] = isAll
    ? []
    : [
        {
          text: words.selectAll,
          icon: ListChecks,
          inWords: true,
          until: 'narrowest',
          act: () => selection.selectAll(),
        },
      ];
  const acts: readonly SelectionAct[] =
    view === 'trash'
      ? [
          ...selectAll.map((act) => ({ ...act, until: 'always' }) as const),
          {
            text: words.restore,
            icon: RotateCcw,
            inWords: true,
            until: 'always',
            act: thenClear(() => actions.restore(chosen)),
          },
          { text: words.purge, icon: Trash2, inWords: true, until: 'always', act: () => setAsked('purge') },
        ]
      : [
          ...selectAll,
          { text: words.star, icon: Star, key: 'S', until: 'narrow', act: () => actions.setStarred(chosen, true) },
          { text: words.unstar, icon: StarOff, until: 'narrow', act: () => actions.setStarred(chosen, false) },
          { text: words.seen, icon: Eye, until: 'narrow', act: () => void actions.setSeen(chosen) },
          ...(compared.length >= 2 && compared.length === n
            ? [{ text: texts.keys.compare, icon: Columns2, inWords: true, until: 'narrow', act: compare } as const]
            : []),
          { text: words.tag, icon: Tag, key: 'T', inWords: true, until: 'always', act: () => setAsked('tag') },
          { text: words.project, icon: Folder, inWords: true, until: 'narrow', act: () => setAsked('project') },
          { text: enExport.copy, icon: Copy, until: 'narrow', act: () => setAsked('copy') },
          { text: enExport.open, icon: Download, inWords: true, until: 'always', act: () => setAsked('export') },
          ...(retriable
            ? [
                {
                  text: words.retry,
                  icon: RotateCcw,
                  inWords: true,
                  until: 'narrow',
                  act: () => void actions.retry(chosen),
                } as const,
              ]
            : []),
          {
            text: words.trash,
            icon: Trash2,
            key: 'Backspace',
            until: 'always',
            act: thenClear(() => actions.trash(chosen)),
          },
        ];
  return (
    <section className={styles['bar']} aria-label={words.label}>
      <IconButton label={words.clear} shortcut="Escape" onClick={() => selection.clear()}>
        <X size={16} aria-hidden />
      </IconButton>
      <p className={styles['text']} role="status">
        {told}
      </p>
      {acts.map((act) => (
        <ActButton key={act.text} act={act} />
      ))}
      {acts.every(({ until }) => until === 'always') ? null : (
        <span className={styles['menu']}>
          <IconButton
            label={words.more}
            aria-haspopup="menu"
            aria-expanded={menu?.isOpen === true}
            onClick={({ currentTarget }) =>
              setMenu({ from: currentTarget, isOpen: true, acts: hiddenOf(currentTarget) })
            }
          >
            <Ellipsis size={16} aria-hidden />
          </IconButton>
        </span>
      )}
      <SelectionMenu
        open={menu?.isOpen === true}
        onClose={() => setMenu((now) => now && { ...now, isOpen: false })}
        from={menu?.from ?? null}
        acts={acts.filter(({ text }) => menu?.acts.has(text) === true)}
      />
      <LabelDialog open={asked === 'tag' || asked === 'project'} onClose={close} kind={kind} chosen={chosen} />
      <CopyDialog open={asked === 'copy'} onClose={close} chosen={chosen} />
      <ExportDialog open={asked === 'export'} onClose={close} chosen={chosen} />
      <Confirm
        open={asked === 'purge'}
        title={texts.trash.confirmTitle(n, format.number(n))}
        detail={n === 1 ? texts.trash.confirm : texts.trash.confirmMany}
        action={texts.trash.purge}
        onConfirm={thenClear(() => void actions.purge(chosen))}
        onClose={close}
      />
    </section>
  );
}

function hiddenOf(menuButton: HTMLElement): ReadonlySet<string | undefined> {
  const all = [...(menuButton.closest('section')?.querySelectorAll<HTMLElement>('[data-act]') ?? [])];
  return new Set(all.filter(({ offsetWidth }) => offsetWidth === 0).map(({ dataset }) => dataset['act']));
}

function ActButton({ act: { text, icon: Icon, key, inWords = false, until, act } }: { readonly act: SelectionAct }) {
  const shared = { className: styles[until], 'data-act': text, onClick: act };
  return inWords ? (
    <Button {...shared}>
      <Icon size={15} aria-hidden />
      <span className={styles['words']}>{text}</span>
      {key === undefined ? null : <kbd aria-hidden>{key}</kbd>}
    </Button>
  ) : (
    <IconButton {...shared} label={text} {...(key === undefined ? {} : { shortcut: key })}>
      <Icon size={16} aria-hidden />
    </IconButton>
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
