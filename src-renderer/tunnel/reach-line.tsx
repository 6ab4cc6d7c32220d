import { CircleAlert, CircleCheck, CircleDashed, CircleX, Laptop, type LucideIcon } from 'lucide-react';
import { settingsTexts } from '../texts/texts.ts';
import type { Reach } from './reach.ts';
import styles from './reach-line.module.css';

const icons: Record<Reach['tone'], LucideIcon> = {
  good: CircleCheck,
  busy: CircleDashed,
  warn: CircleAlert,
  bad: CircleX,
  local: Laptop,
};

/** The one word with its sign. A change of the word is read out. */
export function ReachLine({ reach }: { readonly reach: Reach | null }) {
  const Icon = icons[reach?.tone ?? 'busy'];
  return (
    <p className={styles['line']} data-tone={reach?.tone ?? 'busy'} role="status">
      <Icon size={16} aria-hidden />
      {reach?.word ?? settingsTexts.reach.loading}
    </p>
  );
}
