import { X } from 'lucide-react';
import { type KeyboardEvent, type RefObject, useId, useRef, useState } from 'react';
import { asKnown } from '../../src-main/common/known-label.ts';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { LabelDot } from '../gallery/label-dot.tsx';
import { useInbox } from '../inbox.ts';
import { formatRoute, startList } from '../router/route.ts';
import { TextArea, TextInput } from '../settings/text-input.tsx';
import { Button } from '../ui/button.tsx';
import { filmTime } from '../format/format.ts';
import { labelSearch, offeredNames, typedTags } from '../store/label-text.ts';
import { useStore } from '../store/use-store.ts';
import { enExport } from '../texts/en-export.ts';
import { texts } from '../texts/texts.ts';
import { focusNeighbour } from '../ui/focus-neighbour.ts';
import { isComposing } from '../ui/key-of.ts';
import { forgetDraft, useDraft } from '../ui/use-draft.ts';
import { useOnLeave } from '../ui/use-on-leave.ts';
import aside from './aside.module.css';
import styles from './labels.module.css';

interface LabelsProps {
  readonly task: TaskView;
  /** What is playing: a marker is set where it is. */
  readonly video: RefObject<HTMLVideoElement | null>;
}

/** What the person says of a task: tags, project, a name, a note. Each is kept when it is left. */
export function Labels({ task, video }: LabelsProps) {
  const { actions } = useInbox();
  const { labels: words } = texts;
  return (
    <section aria-label={words.tags}>
      <h2 className={aside['heading']}>{words.tags}</h2>
      {/* What was typed for one task is no tag of the next. */}
      <Tags key={`tags ${task.key}`} task={task} />
      <Project task={task} />
      <Field
        key={`title ${task.key}`}
        place={`title ${task.key}`}
        label={words.title}
        hint={words.titleHint}
        value={task.title ?? ''}
        onKeep={(title, isOver) => actions.setTitle(task, title, isOver)}
      />
      <Field
        key={`note ${task.key}`}
        place={`note ${task.key}`}
        label={words.note}
        hint={enExport.noteHint}
        value={task.note ?? ''}
        onKeep={(note, isOver) => actions.setNote(task, note, isOver)}
        at={() => filmTime(video.current?.currentTime ?? 0)}
      />
    </section>
  );
}

function Tags({ task }: { readonly task: TaskView }) {
  const { actions, labels } = useInbox();
  const { labels: words } = texts;
  const known = useStore(labels, ({ tags }) => tags);
  const [draft, setDraft] = useDraft(`tag ${task.key}`);
  const listId = useId();
  return (
    <ul className={styles['tags']}>
      {task.tags.map((tag) => (
        <li key={tag} className={styles['tag']}>
          <a
            href={formatRoute({ list: { ...startList, text: labelSearch('tag', tag) }, taskKey: null })}
            aria-label={words.showTag(tag)}
          >
            <LabelDot kind="tag" name={tag} />
            <span className={styles['name']} dir="auto">
              {tag}
            </span>
          </a>
          <button
            type="button"
            aria-label={words.removeTag(tag)}
            onClick={(event) => {
              // In the field the keys of an undo would be the field's own.
              const field = event.currentTarget.closest('ul')?.querySelector('input');
              focusNeighbour(event.currentTarget, 'button', field);
              void actions.tag([task], { remove: [tag] });
            }}
          >
            <X size={13} aria-hidden />
          </button>
        </li>
      ))}
      <li className={styles['add']}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const tags = typedTags(known, draft ?? '');
            setDraft(null);
            if (tags.length > 0) void actions.tag([task], { add: tags });
          }}
        >
          <TextInput
            aria-label={words.addTag}
            placeholder={words.tagHint}
            list={listId}
            maxLength={200}
            value={draft ?? ''}
            onText={setDraft}
          />
          <datalist id={listId}>
            {offeredNames(
              known.filter(({ name }) => !task.tags.includes(name)),
              draft ?? '',
            ).map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </form>
      </li>
    </ul>
  );
}

function Project({ task }: { readonly task: TaskView }) {
  const { actions, labels } = useInbox();
  const known = useStore(labels, ({ projects }) => projects);
  const listId = useId();
  return (
    <>
      <Field
        key={`project ${task.key}`}
        place={`project ${task.key}`}
        label={texts.labels.project}
        hint={texts.labels.projectHint}
        value={task.project ?? ''}
        list={listId}
        onKeep={(project) => {
          // Who writes its own name in another way means that.
          const others = known.filter(({ name }) => name !== task.project);
          return actions.setProject([task], project.trim() === '' ? null : asKnown(others, project.trim()));
        }}
      />
      <datalist id={listId}>
        {known.map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}

interface FieldProps {
  /** Under this name what is being written outlives the screen. */
  readonly place: string;
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly list?: string;
  /** Resolves to whether it was kept. `isOver`: another value came while it was typed, and is to be replaced. */
  readonly onKeep: (value: string, isOver: boolean) => Promise<boolean>;
  /** Several lines, and a button that begins one with this time. */
  readonly at?: () => string;
}

/**
 * Kept with Enter and when it is left; Escape puts back what was there. A value from outside is shown only where nothing
 * is being typed.
 */
function Field({ place, label, hint, value, list, onKeep, at }: FieldProps) {
  const { keptInTab } = useInbox();
  const area = useRef<HTMLTextAreaElement>(null);
  const [typed, setTyped] = useDraft(place);
  /** What was there when the typing began, or what was sent of it and came back. */
  const [from, setFrom] = useDraft(`${place} from`);
  const [sent, setSent] = useState<string | null>(null);
  const [known, setKnown] = useState(value);
  const rest = () => {
    setTyped(null);
    setFrom(null);
  };
  if (known !== value) {
    setKnown(value);
    if (typed === sent) rest();
    else if (sent?.trim() === value.trim()) setFrom(value);
    setSent(null);
  }
  // Kept as the page was left, or written there again.
  if (typed !== null && typed === value) rest();
  const write = (text: string) => {
    if (typed === null) setFrom(value);
    setTyped(text);
  };
  const keep = () => {
    if (typed === null || typed === sent || typed === value) return;
    setSent(typed);
    void onKeep(typed, from !== null && from !== value).then((isKept) => {
      if (isKept) forgetDraft(keptInTab, place, typed);
      // What was refused is still to be kept: the next Enter tries it again.
      else setSent((now) => (now === typed ? null : now));
    });
  };
  useOnLeave(keep);
  const mark = (time: string) => {
    const before = (typed ?? value).trimEnd();
    write(`${before}${before === '' ? '' : '\n'}${time} `);
    area.current?.focus();
  };
  const shared = {
    value: typed ?? value,
    onText: write,
    placeholder: hint,
    onBlur: keep,
    onKeyDown: (event: KeyboardEvent) => {
      // In the middle of a word that an input method makes, it is the input method's.
      if (event.key !== 'Escape' || isComposing(event.nativeEvent) || typed === null || typed === value) return;
      event.preventDefault();
      event.stopPropagation();
      rest();
    },
  };
  return (
    <form
      className={styles['field']}
      onSubmit={(event) => {
        event.preventDefault();
        keep();
      }}
    >
      <label data-tall={at !== undefined || undefined}>
        <span>{label}</span>
        {at === undefined ? (
          <TextInput {...shared} maxLength={120} {...(list === undefined ? {} : { list })} />
        ) : (
          <TextArea
            {...shared}
            ref={area}
            maxLength={20_000}
            rows={Math.max(3, (typed ?? value).split('\n').length + 1)}
          />
        )}
      </label>
      {at === undefined ? null : (
        <Button kind="quiet" className={styles['mark']} onClick={() => mark(at())}>
          {enExport.mark}
        </Button>
      )}
    </form>
  );
}
