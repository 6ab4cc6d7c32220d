import { Tooltip } from '@base-ui/react/tooltip';
import type { ButtonHTMLAttributes, ReactNode } from 'react';
import styles from './icon-button.module.css';

interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'title' | 'aria-label'> {
  /** Its accessible name, and the tooltip. */
  readonly label: string;
  /** The key that does the same, shown in the tooltip. */
  readonly shortcut?: string;
  readonly children: ReactNode;
}

/** A button that shows only a picture: its name appears on hover and on focus. */
export function IconButton({ label, shortcut, className, children, ...props }: IconButtonProps) {
  return (
    <Tooltip.Root
      onOpenChange={(_, details) => {
        // Escape means more than the tooltip: it also closes the dialog or the player under it.
        if (details.reason === 'escape-key') details.allowPropagation();
      }}
    >
      <Tooltip.Trigger
        render={
          <button
            type="button"
            {...props}
            aria-label={label}
            aria-keyshortcuts={ariaKeys(shortcut)}
            className={[styles['button'], className].filter(Boolean).join(' ')}
          />
        }
      >
        {children}
      </Tooltip.Trigger>
      <Tooltip.Portal>
        {/* It says nothing that the button does not say itself. */}
        <Tooltip.Positioner sideOffset={6} className={styles['positioner']} aria-hidden>
          <Tooltip.Popup className={styles['popup']}>
            {label}
            {shortcut === undefined ? null : <kbd className={styles['key']}>{shortcut}</kbd>}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

const keyNames: Readonly<Record<string, string>> = { '←': 'ArrowLeft', '→': 'ArrowRight', Esc: 'Escape' };

function ariaKeys(shortcut: string | undefined): string | undefined {
  return shortcut === undefined ? undefined : (keyNames[shortcut] ?? shortcut);
}
