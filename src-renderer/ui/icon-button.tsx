import type { ButtonHTMLAttributes, ReactNode } from 'react';
import styles from './icon-button.module.css';
import { ariaKeys, keyNames } from './key-names.ts';

interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'title' | 'aria-label'> {
  /** Its accessible name, and the tooltip. */
  readonly label: string;
  /** The key that does the same, shown in the tooltip; see `keyNames`. */
  readonly shortcut?: string;
  readonly children: ReactNode;
}

/** A button that shows only a picture: `Tooltips` shows its name on hover and on focus. */
export function IconButton({ label, shortcut, className, children, ...props }: IconButtonProps) {
  return (
    <button
      type="button"
      {...props}
      aria-label={label}
      aria-keyshortcuts={shortcut === undefined ? undefined : ariaKeys(shortcut)}
      data-tip={label}
      data-tip-key={shortcut === undefined ? undefined : keyNames(shortcut)}
      className={[styles['button'], className].filter(Boolean).join(' ')}
    >
      {children}
    </button>
  );
}
