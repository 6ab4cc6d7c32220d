import { type KeyboardEvent, useRef } from 'react';
import { markersOf } from '../../src-main/common/markers.ts';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { filmTime } from '../format/format.ts';
import { useInbox } from '../inbox.ts';
import { TextInput } from '../settings/text-input.tsx';
import { enCompare as words } from '../texts/en-compare.ts';
import { Button } from '../ui/button.tsx';
import { isComposing } from '../ui/key-of.ts';
import styles from './compare.module.css';

/** A note that is being written. */
export interface NoteDraft {
  /** Seconds of its take. */
  readonly at: number;
  readonly text: string;
  /** How often it was begun: each time the field takes the keys. */
  readonly turn: number;
  readonly wantsFocus: boolean;
}

interface TakeNotesProps {
  readonly task: TaskView;
  /** What it is called here. */
  readonly title: string;
  /** What is being written; `null` while nothing is. */
  readonly draft: NoteDraft | null;
  /** Begins one where the take stands. */
  readonly onAdd: () => void;
  readonly onDraft: (draft: NoteDraft) => void;
  readonly onEnd: () => void;
  /** To a place of this take, in seconds. */
  readonly onGo: (seconds: number) => void;
}

/** What the person wrote at places of the take: lines of its note, the same as in the player and in an export. */
export function TakeNotes({ task, title, draft, onAdd, onDraft, onEnd, onGo }: TakeNotesProps) {
  const markers = markersOf(task.note);
  return (
    <section className={styles['notes']} aria-label={words.notesOn(title)}>
      <h2>
        {words.notesOn(title)}
        <Button kind="quiet" onClick={onAdd}>
          {words.addNote} <kbd aria-hidden>N</kbd>
        </Button>
      </h2>
      {markers.length === 0 ? null : (
        <ul>
          {markers.map(({ seconds, text }, i) => (
            <li key={`${i} ${seconds}`}>
              <button type="button" aria-label={words.goTo(filmTime(seconds))} onClick={() => onGo(seconds)}>
                {filmTime(seconds)}
              </button>
              <span dir="auto">{text}</span>
            </li>
          ))}
        </ul>
      )}
      {draft === null ? null : (
        <NewNote key={`${task.key} ${draft.turn}`} task={task} draft={draft} onDraft={onDraft} onEnd={onEnd} />
      )}
    </section>
  );
}

interface NewNoteProps extends Pick<TakeNotesProps, 'task' | 'onDraft' | 'onEnd'> {
  readonly draft: NoteDraft;
}

/** One line, kept with Enter; Escape takes it back. */
function NewNote({ task, draft, onDraft, onEnd }: NewNoteProps) {
  const { at, text, wantsFocus } = draft;
  const { actions } = useInbox();
  const isKeeping = useRef(false);
  const keep = async () => {
    const line = text.trim();
    if (isKeeping.current) return;
    const before = task.note?.trimEnd() ?? '';
    const note = `${before}${before === '' ? '' : '\n'}${filmTime(at)} ${line}`;
    isKeeping.current = true;
    const isKept = line === '' || (await actions.setNote(task, note));
    isKeeping.current = false;
    if (isKept) onEnd();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Letters are letters here, and Escape leaves the note alone.
    event.stopPropagation();
    if (event.key !== 'Escape' || isComposing(event.nativeEvent)) return;
    event.preventDefault();
    onEnd();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
    >
      <TextInput
        autoFocus={wantsFocus}
        aria-label={words.noteAt(filmTime(at))}
        placeholder={words.noteAt(filmTime(at))}
        maxLength={500}
        value={text}
        onText={(next) => onDraft({ ...draft, text: next })}
        onKeyDown={onKeyDown}
      />
    </form>
  );
}
