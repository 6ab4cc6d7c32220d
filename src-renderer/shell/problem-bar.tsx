import { X } from 'lucide-react';
import { useState } from 'react';
import { sayTold } from '../../src-main/common/texts/language.ts';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { texts } from '../texts/texts.ts';
import { IconButton } from '../ui/icon-button.tsx';
import styles from './paused-bar.module.css';

/** Says that settings or keys are not in use as the person chose them: the callback URL may be reachable by nobody then. */
export function ProblemBar() {
  const { state } = useInbox();
  const told = useStore(state, (value) => value.problem);
  const [dismissed, setDismissed] = useState<string | null>(null);
  const problem = told === null ? null : sayTold(told);
  return (
    <div role="status">
      {problem === null || problem === dismissed ? null : (
        <div className={styles['bar']}>
          <p>{problem}</p>
          <IconButton label={texts.common.dismiss} onClick={() => setDismissed(problem)}>
            <X size={16} aria-hidden />
          </IconButton>
        </div>
      )}
    </div>
  );
}
