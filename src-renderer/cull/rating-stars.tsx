import { Star } from 'lucide-react';
import { texts } from '../texts/texts.ts';
import styles from './rating-stars.module.css';

interface RatingStarsProps {
  /** 1 to 5; 0 is none. */
  readonly rating: number;
  readonly onRate: (rating: number) => void;
}

/** A rating by pointer or touch; keys do it faster. A press on what it has takes it away. */
export function RatingStars({ rating, onRate }: RatingStarsProps) {
  return (
    <span role="group" aria-label={texts.keys.rate} className={styles['stars']}>
      {[1, 2, 3, 4, 5].map((n) => (
        <button
          key={n}
          type="button"
          aria-label={texts.card.rating(n)}
          aria-pressed={n === rating}
          data-on={n <= rating || undefined}
          onClick={() => onRate(n === rating ? 0 : n)}
        >
          <Star size={15} aria-hidden />
        </button>
      ))}
    </span>
  );
}
