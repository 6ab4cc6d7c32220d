import type { LabelKind } from '../../src-main/common/contract.ts';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import styles from './label-dot.module.css';

interface LabelDotProps {
  readonly kind: LabelKind;
  readonly name: string;
  /** In a list where names stand below each other: a place for it also where it has none. */
  readonly always?: boolean;
}

/** The colour of a tag or a project, always beside its name. */
export function LabelDot({ kind, name, always = false }: LabelDotProps) {
  const { labels } = useInbox();
  const color = useStore(labels, () => labels.colorOf(kind, name));
  if (color === null && !always) return null;
  return <span className={styles['dot']} data-color={color ?? undefined} aria-hidden />;
}
