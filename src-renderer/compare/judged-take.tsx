import { Check, X } from 'lucide-react';
import type { TaskView } from '../../src-main/common/task-view.ts';
import { RatingStars } from '../cull/rating-stars.tsx';
import { savedBytes } from '../gallery/card-state.ts';
import { useInbox } from '../inbox.ts';
import { enCompare as words } from '../texts/en-compare.ts';
import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import styles from './compare.module.css';

interface JudgedTakeProps {
  readonly task: TaskView;
  /** What it is called here. */
  readonly title: string;
  readonly onJudge: (pick: 'picked' | 'rejected' | null) => void;
  readonly onRate: (rating: number) => void;
}

/** The take that keys and buttons decide about, and what was decided. */
export function JudgedTake({ task, title, onJudge, onRate }: JudgedTakeProps) {
  const { format } = useInbox();
  const bytes = savedBytes(task);
  const spent = task.cost?.credits ?? task.credits;
  const facts = [
    spent === null ? null : texts.details.credits(spent, format.decimal(spent)),
    bytes === 0 ? null : format.size(bytes),
    task.trust === 'unsigned' ? null : texts.trust[task.trust].name,
  ].filter((fact) => fact !== null);
  const press = (pick: 'picked' | 'rejected') => onJudge(task.pick === pick ? null : pick);
  return (
    <section className={styles['judged']} aria-label={title}>
      <h2>
        {title}
        <RatingStars rating={task.rating ?? 0} onRate={onRate} />
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
      {facts.length === 0 ? null : <p>{facts.join(texts.common.separator)}</p>}
    </section>
  );
}
