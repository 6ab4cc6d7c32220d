import { X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { LabelColor, LabelCount, LabelKind } from '../../src-main/common/contract.ts';
import { asRenamed } from '../../src-main/common/known-label.ts';
import { labelColors } from '../../src-main/common/settings.ts';
import { useInbox } from '../inbox.ts';
import { Select } from '../settings/select.tsx';
import { TextInput } from '../settings/text-input.tsx';
import { useStore } from '../store/use-store.ts';
import { enLabels as words } from '../texts/en-labels.ts';
import { texts } from '../texts/texts.ts';
import { Dialog } from '../ui/dialog.tsx';
import { focusNeighbour } from '../ui/focus-neighbour.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { isComposing } from '../ui/key-of.ts';
import { LabelDot } from './label-dot.tsx';
import styles from './labels-dialog.module.css';

export interface LabelsDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** All tags and projects: other names, one for two, colours. Each is done at once, and taken back like everything. */
export function LabelsDialog({ open, onClose }: LabelsDialogProps) {
  const { labels } = useInbox();
  const { projects, tags } = useStore(labels, (value) => value);
  return (
    <Dialog open={open} onClose={onClose} title={words.title}>
      <p className={styles['intro']}>{words.intro}</p>
      <LabelRows kind="project" heading={texts.labels.projects} labels={projects} />
      <LabelRows kind="tag" heading={texts.labels.tags} labels={tags} />
    </Dialog>
  );
}

interface LabelRowsProps {
  readonly kind: LabelKind;
  readonly heading: string;
  readonly labels: readonly LabelCount[];
}

/** Of thousands, more are drawn where their end is near: all at once the page would stand still. */
const rowsAtOnce = 100;

function LabelRows({ kind, heading, labels }: LabelRowsProps) {
  const [drawn, setDrawn] = useState(rowsAtOnce);
  const list = useRef<HTMLUListElement>(null);
  /** A row has its name for a key; the focus goes on with it. */
  const [followed, setFollowed] = useState<string | null>(null);
  // A name that was given may stand anywhere.
  const most = Math.max(drawn, labels.findIndex(({ name }) => name === followed) + 1);
  const hasMore = most < labels.length;
  useEffect(() => {
    const last = list.current?.lastElementChild;
    if (!hasMore || !last) return undefined;
    const observer = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting === true) setDrawn(most + rowsAtOnce);
    });
    observer.observe(last);
    return () => observer.disconnect();
  }, [most, hasMore]);
  if (labels.length === 0) return null;
  return (
    <>
      <h3 className={styles['heading']}>{heading}</h3>
      <ul ref={list}>
        {labels.slice(0, most).map((label) => (
          <LabelRow
            key={label.name}
            kind={kind}
            label={label}
            others={labels}
            followed={followed === label.name}
            onFollow={setFollowed}
          />
        ))}
      </ul>
    </>
  );
}

interface LabelRowProps {
  readonly kind: LabelKind;
  readonly label: LabelCount;
  readonly others: readonly LabelCount[];
  readonly followed: boolean;
  readonly onFollow: (name: string) => void;
}

function LabelRow({ kind, label: { name, count, color }, others, followed, onFollow }: LabelRowProps) {
  const { actions, format } = useInbox();
  const [typed, setTyped] = useState<string | null>(null);
  const wanted = asRenamed(others, name, typed?.trim() ?? name);
  const taken = wanted === name ? undefined : others.find((other) => other.name === wanted);
  const rename = () => {
    if (wanted === '' || wanted === name) setTyped(null);
    else void actions.renameLabel(kind, name, wanted).then((done) => done || setTyped(null));
  };
  const colors = [undefined, ...labelColors].map((each) => ({
    value: each ?? '',
    text: words.colors[each ?? 'none'],
  }));
  return (
    <li className={styles['row']}>
      <span className={styles['color']}>
        <LabelDot kind={kind} name={name} />
        <Select
          aria-label={words.color(name)}
          value={color ?? ''}
          options={colors}
          onChoose={(value) => void actions.colorLabel(kind, name, (value || null) as LabelColor | null)}
        />
      </span>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onFollow(wanted);
          rename();
        }}
      >
        <TextInput
          autoFocus={followed}
          aria-label={words.name(name)}
          maxLength={60}
          value={typed ?? name}
          onText={setTyped}
          onBlur={rename}
          onKeyDown={(event) => {
            if (event.key !== 'Escape' || isComposing(event.nativeEvent) || typed === null) return;
            event.preventDefault();
            event.stopPropagation();
            setTyped(null);
          }}
        />
      </form>
      <span className={styles['count']}>{format.number(count)}</span>
      <IconButton
        label={words.remove(name)}
        onClick={(event) => {
          const dialog = event.currentTarget.closest<HTMLElement>('[role="dialog"]');
          focusNeighbour(event.currentTarget, 'button', dialog?.querySelector<HTMLElement>('h2'));
          void actions.renameLabel(kind, name, null);
        }}
      >
        <X size={14} aria-hidden />
      </IconButton>
      <p className={styles['joins']} role="status" hidden={taken === undefined}>
        {taken === undefined ? null : words.joins(taken.count, format.number(taken.count), taken.name)}
      </p>
    </li>
  );
}
