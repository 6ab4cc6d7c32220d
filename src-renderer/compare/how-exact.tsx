import { useInbox } from '../inbox.ts';
import { enCompare as words } from '../texts/en-compare.ts';
import styles from './compare.module.css';

interface HowExactProps {
  readonly isPlaying: boolean;
  /** Frames between the two that are farthest apart, while they play. */
  readonly skew: number;
  /** True where all show the very frame that they are asked for. */
  readonly isExact: boolean;
  /** True where one of them cannot tell. */
  readonly isRefused: boolean;
}

/** How far what is seen can be trusted to be the same frame. */
export function HowExact({ isPlaying, skew, isExact, isRefused }: HowExactProps) {
  const { format } = useInbox();
  const shownSkew = format.decimal(Math.round(skew * 10) / 10);
  const said = isPlaying
    ? (skew > 1 ? words.skewAmber : words.skew)(shownSkew)
    : isExact
      ? words.exact
      : isRefused
        ? words.asPlayed
        : null;
  return (
    <p className={styles['note']} data-amber={skew > 1 || undefined}>
      <span data-skew={isPlaying ? skew : undefined} data-exact={(isExact && !isPlaying) || undefined}>
        {said}
      </span>
    </p>
  );
}
