import { AlertDialog } from '@base-ui/react/alert-dialog';
import { useRef } from 'react';
import { texts } from '../texts/texts.ts';
import { Button } from './button.tsx';
import styles from './dialog.module.css';
import { nearestFirst } from './focus-neighbour.ts';
import { useClosedByBack } from './use-closed-by-back.ts';

export interface ConfirmProps {
  readonly open: boolean;
  readonly title: string;
  readonly detail: string;
  /** What the button says that does it. */
  readonly action: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

export function ConfirmDialog({ open, title, detail, action, onConfirm, onClose }: ConfirmProps) {
  /** What asked, and where the focus goes where that is gone by what was asked for. */
  const back = useRef<readonly HTMLElement[]>([]);
  useClosedByBack(open, onClose);
  return (
    <AlertDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <AlertDialog.Portal>
        {/* Nothing is answered by a press beside it, and the focus stays. */}
        <AlertDialog.Backdrop className={styles['backdrop']} onMouseDown={(event) => event.preventDefault()} />
        <AlertDialog.Popup
          data-covers
          className={styles['popup']}
          initialFocus={() => {
            back.current = nearestFirst(document.activeElement);
            return true;
          }}
          finalFocus={() => back.current.find((each) => each.isConnected) ?? true}
        >
          <AlertDialog.Title className={styles['title']}>{title}</AlertDialog.Title>
          <AlertDialog.Description className={styles['detail']}>{detail}</AlertDialog.Description>
          <div className={styles['actions']}>
            <Button onClick={onClose}>{texts.common.cancel}</Button>
            <Button
              kind="danger"
              onClick={() => {
                // A second press finds it on its way out.
                if (!open) return;
                onConfirm();
                onClose();
              }}
            >
              {action}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
