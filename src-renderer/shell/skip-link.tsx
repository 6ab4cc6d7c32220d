import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import styles from './skip-link.module.css';

/** The first stop of the Tab key: past rail and bar, to the card that has the turn, or to what stands in the grid's place. */
export function SkipLink() {
  const skip = () => {
    const target =
      document.querySelector<HTMLElement>('main:not([inert]) a[data-open][tabindex="0"]') ??
      document.querySelector<HTMLElement>('main:not([inert]) :is(a[href], button)');
    target?.focus();
  };
  return (
    <Button className={styles['skip']} onClick={skip}>
      {texts.rail.skip}
    </Button>
  );
}
