import { type SubmitEvent, useState } from 'react';
import { useInbox } from '../inbox.ts';
import { Field } from '../settings/field.tsx';
import { keyTitle } from '../settings/key-title.ts';
import { SecretInput } from '../settings/text-input.tsx';
import { useSave } from '../settings/use-save.ts';
import { enSubmit } from '../texts/en-submit.ts';
import { Button } from '../ui/button.tsx';
import { texts } from '../texts/texts.ts';
import styles from './key-entry.module.css';

const { key: words } = enSubmit;

interface KeyEntryProps {
  /** Of the secret. */
  readonly keyName: string;
  readonly hint?: string;
  readonly onSaved?: () => void;
}

/** The field for a provider's key, where it is missed: what it is for, and where to get one. */
export function KeyEntry({ keyName, hint = words.detail, onSaved }: KeyEntryProps) {
  const { client, announcer } = useInbox();
  const [value, setValue] = useState('');
  const save = useSave();
  const page = words.pages[keyName];

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (save.state.kind === 'saving') return;
    if (value.trim() === '') {
      save.fail(words.empty);
      return;
    }
    void save
      .run(() => client.call('secrets:set', keyName, value.trim()))
      .then((saved) => {
        if (!saved) return;
        setValue('');
        announcer.say(words.saved);
        onSaved?.();
      });
  };
  return (
    <form className={styles['form']} onSubmit={submit}>
      <Field label={keyTitle(keyName)} hint={hint} save={save.state} wide>
        {(control) => (
          <>
            <SecretInput {...control} className={styles['input']} value={value} onText={setValue} />
            <Button type="submit" kind="primary">
              {words.save}
            </Button>
            {page === undefined ? null : (
              <a className={styles['where']} href={page} target="_blank" rel="noreferrer">
                {words.where}
                <span className="visually-hidden">
                  {texts.common.comma}
                  {words.opensOutside}
                </span>
              </a>
            )}
          </>
        )}
      </Field>
    </form>
  );
}
