import type { SelectHTMLAttributes } from 'react';
import styles from './text-input.module.css';

interface SelectProps extends Omit<SelectHTMLAttributes<HTMLSelectElement>, 'value' | 'onChange'> {
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly text: string }[];
  readonly onChoose: (value: string) => void;
}

/** One of several, in a field with a label of its own. */
export function Select({ options, onChoose, ...props }: SelectProps) {
  return (
    <select {...props} className={styles['input']} onChange={(event) => onChoose(event.currentTarget.value)}>
      {options.map(({ value, text }) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </select>
  );
}
