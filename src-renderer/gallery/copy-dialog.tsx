import { copiedTexts } from '../../src-main/common/contract.ts';
import { useInbox } from '../inbox.ts';
import { type Chosen, countOf } from '../store/bulk.ts';
import { enExport as words } from '../texts/en-export.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import styles from './export-dialog.module.css';

export interface CopyDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly chosen: Chosen;
}

/** Prompts, paths or links of all that are selected, a line for each. */
export function CopyDialog({ open, onClose, chosen }: CopyDialogProps) {
  const { actions, format } = useInbox();
  const n = countOf(chosen);
  return (
    <Dialog open={open} onClose={onClose} title={words.copyTitle(n, format.number(n))}>
      <div className={styles['copies']}>
        {copiedTexts.map((what, i) => (
          <Button
            key={what}
            {...(i === 0 ? { 'data-first': true } : {})}
            onClick={() => {
              onClose();
              void actions.copyTexts(chosen, what);
            }}
          >
            {words[what]}
          </Button>
        ))}
      </div>
    </Dialog>
  );
}
