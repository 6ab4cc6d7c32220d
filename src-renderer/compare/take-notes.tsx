import { type KeyboardEvent, useState } from 'react';
import { markersOf } from '../../src-main/common/markers.ts';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { filmTime } from '../format/format.ts';
import { useInbox } from '../inbox.ts';
import { TextInput } from '../settings/text-input.tsx';
import { enCompare as words } from '../texts/en-compare.ts';
import { Button } from '../ui/button.tsx';
import styles from './compare.module.css';

interface TakeNotesProps {
  readonly task: TaskView;
  /** What it is called here. */
  readonly title: string;
  /** The place of a note that is being written, in seconds of this take; `null` while none is. */
  readonly writingAt: number | null;
  /** Begins one where the take stands. */
  readonly onAdd: () => void;
  readonly onEnd: () => void;
  /** To a place of this take, in seconds. */
  readonly onGo: (seconds: number) => void;
}

/** What the person wrote at places of the take: lines of its note, the same as in the player and in an export. */
export function TakeNotes({ task, title, writingAt, onAdd, onEnd, onGo }: TakeNotesProps) {
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
      {writingAt === null ? null : <NewNote key={writingAt} task={task} at={writingAt} onEnd={onEnd} />}
    </section>
  );
}

interface NewNoteProps extends Pick<TakeNotesProps, 'task' | 'onEnd'> {
  readonly at: number;
}

/** One line, kept with Enter; Escape takes it back. */
function NewNote({ task, at, onEnd }: NewNoteProps) {
  const { actions } = useInbox();
  const [text, setText] = useState('');
  const keep = async () => {
    const line = text.trim();
    const before = task.note?.trimEnd() ?? '';
    const note = `${before}${before === '' ? '' : '\n'}${filmTime(at)} ${line}`;
    if (line === '' || (await actions.setNote(task, note))) onEnd();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Letters are letters here, and Escape leaves the note alone.
    event.stopPropagation();
    if (event.key !== 'Escape') return;
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
        autoFocus
        aria-label={words.noteAt(filmTime(at))}
        placeholder={words.noteAt(filmTime(at))}
        maxLength={500}
        value={text}
        onText={setText}
        onKeyDown={onKeyDown}
      />
    </form>
  );
}
