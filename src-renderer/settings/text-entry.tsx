import { type ReactNode, type SubmitEvent, useState } from 'react';
import { Field } from './field.tsx';
import styles from './text-entry.module.css';
import { TextInput } from './text-input.tsx';
import { useSave } from './use-save.ts';

interface TextEntryProps {
  readonly label: string;
  readonly hint: ReactNode;
  readonly placeholder: string;
  /** What is stored now. */
  readonly value: string;
  /** @param text trimmed. Rejects with a sentence where it cannot be. */
  readonly onStore: (text: string) => Promise<unknown>;
}

/** A line of text, saved on Enter and when the field is left. What was refused stays, to be mended. */
export function TextEntry({ label, hint, placeholder, value, onStore }: TextEntryProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const save = useSave();

  const store = () => {
    if (typed === null || save.state.kind === 'saving') return;
    const text = typed.trim();
    if (text === value) {
      setTyped(null);
      save.clear();
      return;
    }
    void save
      .run(() => onStore(text))
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
      <Field label={label} hint={hint} save={save.state} wide>
        {(control) => (
          <TextInput
            {...control}
            className={styles['input']}
            autoCapitalize="none"
            placeholder={placeholder}
            value={typed ?? value}
            onText={setTyped}
            onBlur={store}
          />
        )}
      </Field>
    </form>
  );
}
