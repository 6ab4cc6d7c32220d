import { Check, X } from 'lucide-react';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { enCompare as words } from '../texts/en-compare.ts';
import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import styles from './compare.module.css';

interface JudgedTakeProps {
  readonly task: TaskView;
  /** What it is called here. */
  readonly title: string;
  readonly onJudge: (pick: 'picked' | 'rejected' | null) => void;
}

/** The take that keys and buttons decide about, and what was decided. */
export function JudgedTake({ task, title, onJudge }: JudgedTakeProps) {
  const rating = task.rating ?? 0;
  const press = (pick: 'picked' | 'rejected') => onJudge(task.pick === pick ? null : pick);
  return (
    <section className={styles['judged']} aria-label={title}>
      <h2>
        {title}
        <span className={styles['stars']}>
          <span aria-hidden>{'★'.repeat(rating) + '☆'.repeat(5 - rating)}</span>
          {rating > 0 ? <span className="visually-hidden">{texts.card.rating(rating)}</span> : null}
        </span>
      </h2>
      <div className={styles['acts']}>
        <Button data-pick="picked" aria-pressed={task.pick === 'picked'} onClick={() => press('picked')}>
          <Check size={15} aria-hidden />
          {words.pick} <kbd aria-hidden>P</kbd>
        </Button>
        <Button data-pick="rejected" aria-pressed={task.pick === 'rejected'} onClick={() => press('rejected')}>
          <X size={15} aria-hidden />
          {words.reject} <kbd aria-hidden>X</kbd>
        </Button>
      </div>
    </section>
  );
}
