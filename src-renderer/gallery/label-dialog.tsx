import { useId, useState } from 'react';
import { asKnown } from '../../src-main/common/known-label.ts';
import { useInbox } from '../inbox.ts';
import { TextInput } from '../settings/text-input.tsx';
import { type Chosen, countOf } from '../store/bulk.ts';
import { offeredNames, typedTags } from '../store/label-text.ts';
import { useStore } from '../store/use-store.ts';
import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import styles from './label-dialog.module.css';

export interface LabelDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly kind: 'tag' | 'project';
  readonly chosen: Chosen;
}

/** Tags or the project of all that are selected. */
export function LabelDialog({ open, onClose, kind, chosen }: LabelDialogProps) {
  const { format } = useInbox();
  const { labels: words } = texts;
  const n = countOf(chosen);
  const title = kind === 'tag' ? words.tagMany(n, format.number(n)) : words.projectMany(n, format.number(n));
  return (
    <Dialog open={open} onClose={onClose} title={title}>
      <Form key={kind} kind={kind} chosen={chosen} onDone={onClose} />
    </Dialog>
  );
}

interface FormProps {
  readonly kind: 'tag' | 'project';
  readonly chosen: Chosen;
  readonly onDone: () => void;
}

function Form({ kind, chosen, onDone }: FormProps) {
  const { actions, labels } = useInbox();
  const { labels: words } = texts;
  const known = useStore(labels, (value) => (kind === 'tag' ? value.tags : value.projects));
  const [draft, setDraft] = useState('');
  const listId = useId();
  const then = (work: Promise<unknown>) => {
    void work;
    setDraft('');
    onDone();
  };
  const tags = typedTags(known, draft);
  const submit = () => {
    if (tags.length === 0) return;
    then(
      kind === 'tag' ? actions.tag(chosen, { add: tags }) : actions.setProject(chosen, asKnown(known, draft.trim())),
    );
  };
  return (
    <form
      className={styles['form']}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <TextInput
        data-first
        aria-label={kind === 'tag' ? words.tagsField : words.projectField}
        placeholder={kind === 'tag' ? words.tagsField : words.projectField}
        list={listId}
        maxLength={kind === 'tag' ? 600 : 60}
        value={draft}
        onText={setDraft}
      />
      <datalist id={listId}>
        {offeredNames(known, draft).map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <div className={styles['acts']}>
        {kind === 'tag' ? (
          <Button onClick={() => tags.length > 0 && then(actions.tag(chosen, { remove: tags }))}>{words.remove}</Button>
        ) : (
          <Button onClick={() => then(actions.setProject(chosen, null))}>{words.noProject}</Button>
        )}
        <Button kind="primary" type="submit">
          {kind === 'tag' ? words.add : words.set}
        </Button>
      </div>
    </form>
  );
}
