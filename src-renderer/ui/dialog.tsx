import { Dialog as Base } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { texts } from '../texts/texts.ts';
import styles from './dialog.module.css';
import { drawnAgain } from './drawn-again.ts';
import { useClosedByBack } from './use-closed-by-back.ts';

interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** There is only something to read: nothing that could be pressed has the focus at first. */
  readonly isText?: boolean;
  readonly children: ReactNode;
}

export function Dialog({ open, onClose, title, isText = false, children }: DialogProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const popup = useRef<HTMLDivElement>(null);
  const before = useRef<Element | null>(null);
  useClosedByBack(open, onClose);
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        {/* The other buttons close nothing, and would take the focus out of what stays. */}
        <Base.Backdrop
          className={styles['backdrop']}
          onMouseDown={(event) => event.button !== 0 && event.preventDefault()}
        />
        {/* Not by autofocus, which comes before it is noted where the focus goes back to. */}
        <Base.Popup
          ref={popup}
          data-covers
          className={styles['popup']}
          initialFocus={() => {
            before.current = document.activeElement;
            return isText ? heading.current : (popup.current?.querySelector<HTMLElement>('[data-first]') ?? true);
          }}
          finalFocus={() => {
            const { current } = before;
            if (!(current instanceof HTMLElement)) return true;
            if (!current.isConnected) return drawnAgain(current) ?? true;
            if (current.tabIndex >= 0) return true;
            // A screen as a whole, which the keys are for: Base UI would go to the first button in it.
            current.focus({ preventScroll: true });
            return false;
          }}
        >
          <div className={styles['head']}>
            <Base.Title ref={heading} tabIndex={-1} className={styles['title']}>
              {title}
            </Base.Title>
            <Base.Close className={styles['close']} aria-label={texts.common.close}>
              <X size={16} aria-hidden />
            </Base.Close>
          </div>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
