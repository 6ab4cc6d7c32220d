import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { texts } from '../texts/texts.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { useClosedByBack } from '../ui/use-closed-by-back.ts';
import { Brand, KeysButton, RailContent, type RailProps, SettingsButton } from './rail.tsx';
import styles from './rail.module.css';

export interface RailDrawerProps extends RailProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** The rail in a narrow window, where it lies over the grid while it is needed. */
export function RailDrawer({ open, onClose, onKeys }: RailDrawerProps) {
  useClosedByBack(open, onClose);
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Dialog.Portal>
        {/* As in ui/dialog.tsx. */}
        <Dialog.Backdrop
          className={styles['backdrop']}
          onMouseDown={(event) => event.button !== 0 && event.preventDefault()}
        />
        <Dialog.Popup data-covers className={styles['drawer']} aria-label={texts.rail.label}>
          <div className={styles['head']}>
            <Brand />
            <SettingsButton onOpen={onClose} />
            <KeysButton
              onKeys={() => {
                onClose();
                onKeys();
              }}
            />
            <IconButton label={texts.rail.closeMenu} onClick={onClose}>
              <X size={18} aria-hidden />
            </IconButton>
          </div>
          <RailContent onNavigate={onClose} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
