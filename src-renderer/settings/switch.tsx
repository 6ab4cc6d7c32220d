import styles from './switch.module.css';
import { Field } from './field.tsx';
import { useSave } from './use-save.ts';

interface SwitchFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => Promise<unknown>;
}

/** On or off, saved at once. The browser's own checkbox, so keyboard and screen readers work as everywhere. */
export function SwitchField({ label, hint, checked, onChange }: SwitchFieldProps) {
  const save = useSave();
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })} save={save.state}>
      {(control) => (
        <input
          {...control}
          type="checkbox"
          role="switch"
          className={styles['switch']}
          checked={checked}
          onChange={(event) => {
            const next = event.currentTarget.checked;
            void save.run(() => onChange(next));
          }}
        />
      )}
    </Field>
  );
}
