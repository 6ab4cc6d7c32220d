import { ChevronDown } from 'lucide-react';
import styles from './choice.module.css';

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly text: string }[];
  readonly onChoose: (value: T) => void;
  readonly quiet?: boolean;
}

/** One of a few: the browser's own select, so keyboard, touch and screen readers work as everywhere. */
export function Choice<T extends string>({ label, value, options, onChoose, quiet = false }: ChoiceProps<T>) {
  return (
    <span className={styles['choice']} data-quiet={quiet || undefined}>
      <select
        className={styles['select']}
        aria-label={label}
        value={value}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.currentTarget.value);
          if (chosen !== undefined) onChoose(chosen.value);
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value} className={styles['option']}>
            {option.text}
          </option>
        ))}
      </select>
      {quiet ? null : <ChevronDown size={14} aria-hidden className={styles['arrow']} />}
    </span>
  );
}
