import { type ReactNode, type SubmitEvent, useRef, useState } from 'react';
import { useOnLeave } from '../ui/use-on-leave.ts';
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

/**
 * A line of text, saved on Enter and when the field is left. What was refused stays, to be mended; and what is typed while
 * an earlier text is on its way stays too, and is saved after it.
 */
export function TextEntry({ label, hint, placeholder, value, onStore }: TextEntryProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const save = useSave();
  /** What is on its way: Enter and leaving the field are one wish. */
  const sent = useRef<string | null>(null);
  const queue = useRef(Promise.resolve());

  const store = () => {
    if (typed === null || typed === sent.current) return;
    const text = typed.trim();
    // While another one is on its way, that is what it will be, whatever is stored now.
    if (sent.current === null && text === value) {
      setTyped(null);
      save.clear();
      return;
    }
    sent.current = typed;
    queue.current = queue.current.then(async () => {
      const saved = await save.run(() => onStore(text));
      if (sent.current === typed) sent.current = null;
      if (saved) setTyped((now) => (now === typed ? null : now));
    });
  };
  useOnLeave(store);
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
            // Addresses, hosts and numbers are read so in every language; from right to left a list of them is out of order.
            dir="ltr"
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
