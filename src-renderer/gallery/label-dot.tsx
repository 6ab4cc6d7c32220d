import type { LabelKind } from '../../src-main/common/contract.ts';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import styles from './label-dot.module.css';

interface LabelDotProps {
  readonly kind: LabelKind;
  readonly name: string;
}

/** The colour of a tag or a project, always beside its name; nothing where it has none. */
export function LabelDot({ kind, name }: LabelDotProps) {
  const { labels } = useInbox();
  const color = useStore(labels, () => labels.colorOf(kind, name));
  return color === null ? null : <span className={styles['dot']} data-color={color} aria-hidden />;
}
