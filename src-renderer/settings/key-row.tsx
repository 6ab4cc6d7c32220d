import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import type { SecretView } from '../../src-main/common/contract.ts';
import { settingsTexts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Field, FieldError, SavedMark } from './field.tsx';
import row from './entry-row.module.css';
import styles from './key-row.module.css';
import { useSettings } from './settings-context.tsx';
import { SecretInput } from './text-input.tsx';
import { useSave } from './use-save.ts';

const words = settingsTexts.keys;

/** One secret: whether it is set, never what it is. */
export function KeyRow({ secret, title }: { readonly secret: SecretView; readonly title: string }) {
  const { setSecret } = useSettings();
  const [editing, setEditing] = useState(false);
  const [removing, setRemoving] = useState(false);
  const save = useSave();
  const opener = useRef<HTMLButtonElement>(null);
  const wasEditing = useRef(false);
  useEffect(() => {
    // Out of the form, back to the button that opened it.
    if (wasEditing.current && !editing) opener.current?.focus();
    wasEditing.current = editing;
  }, [editing]);
  const close = () => setEditing(false);

  if (editing) {
    return <KeyForm name={secret.name} title={title} onSaved={close} onCancel={close} />;
  }
  const action = secret.isSet ? words.replace : words.set;
  return (
    <div className={row['row']}>
      <div className={row['text']}>
        <p className={row['name']}>
          <strong>{title}</strong>
        </p>
        <p className={row['facts']}>
          {secret.fromEnvironment
            ? words.fromEnvironment(`VIDEO_INBOX_SECRET_${secret.name}`)
            : secret.isSet
              ? words.isSet
              : words.notSet}
        </p>
      </div>
      {secret.fromEnvironment ? null : (
        <div className={row['actions']}>
          <SavedMark state={save.state} />
          <Button ref={opener} aria-label={words.actionFor(action, title)} onClick={() => setEditing(true)}>
            {action}
          </Button>
          {secret.isSet ? (
            <Button aria-label={words.actionFor(words.remove, title)} onClick={() => setRemoving(true)}>
              {words.remove}
            </Button>
          ) : null}
        </div>
      )}
      <FieldError id={`key-${secret.name}-error`} state={save.state} />
      <Confirm
        open={removing}
        title={words.removeTitle(title)}
        detail={words.removeDetail}
        action={words.remove}
        onConfirm={() => void save.run(() => setSecret(secret.name, null))}
        onClose={() => setRemoving(false)}
      />
    </div>
  );
}

interface KeyFormProps {
  readonly name: string;
  readonly title: string;
  readonly onSaved: () => void;
  readonly onCancel: () => void;
}

function KeyForm({ name, title, onSaved, onCancel }: KeyFormProps) {
  const { setSecret } = useSettings();
  const [value, setValue] = useState('');
  const save = useSave();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (save.state.kind === 'saving') return;
    if (value.trim() === '') {
      save.fail(words.empty);
      field.current?.focus();
      return;
    }
    void save.run(() => setSecret(name, value)).then((saved) => saved && onSaved());
  };
  return (
    <form
      onSubmit={submit}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onCancel();
      }}
    >
      <Field label={title} save={save.state} wide>
        {(control) => (
          <>
            <SecretInput {...control} ref={field} className={styles['input']} value={value} onText={setValue} />
            <Button type="submit" kind="primary">
              {words.save}
            </Button>
            <Button onClick={onCancel}>{words.cancel}</Button>
          </>
        )}
      </Field>
    </form>
  );
}
