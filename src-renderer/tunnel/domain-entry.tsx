import { type SubmitEvent, useState } from 'react';
import { Field } from '../settings/field.tsx';
import { useSettings } from '../settings/settings-hold.tsx';
import { TextInput } from '../settings/text-input.tsx';
import { useSave } from '../settings/use-save.ts';
import { settingsTexts } from '../texts/texts.ts';
import styles from './domain-entry.module.css';
import { OutsideLink } from './sentence.tsx';

/** The fixed domain of the person's ngrok account; saved on Enter and when the field is left. */
export function DomainEntry() {
  const { view, update } = useSettings();
  const stored = view.values.tunnel.domain ?? '';
  const [typed, setTyped] = useState<string | null>(null);
  const save = useSave();
  const words = settingsTexts.domain;

  const store = () => {
    if (typed === null || save.state.kind === 'saving') return;
    if (typed.trim() === stored) {
      setTyped(null);
      save.clear();
      return;
    }
    void save
      .run(() => update({ tunnel: { domain: typed.trim() === '' ? null : typed.trim() } }))
      .then((saved) => {
        if (saved) setTyped(null);
      });
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    store();
  };

  return (
    <form onSubmit={submit}>
      <Field
        label={words.optional}
        hint={
          <>
            {words.hint} <OutsideLink href="https://dashboard.ngrok.com/domains" text={words.page} />
          </>
        }
        save={save.state}
        wide
      >
        {(control) => (
          <TextInput
            {...control}
            className={styles['input']}
            inputMode="url"
            autoCapitalize="none"
            placeholder={words.placeholder}
            value={typed ?? stored}
            onText={setTyped}
            onBlur={store}
          />
        )}
      </Field>
    </form>
  );
}
