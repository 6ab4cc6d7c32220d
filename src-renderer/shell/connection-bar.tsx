import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import styles from './connection-bar.module.css';

/** Says that the inbox is away, or is another one than this page is made for, or that another language was chosen. */
export function ConnectionBar() {
  const { state } = useInbox();
  const connection = useStore(state, (value) => value.connection);
  const stale = useStore(state, ({ isOutdated, speaksOther }) =>
    isOutdated ? 'outdated' : speaksOther ? 'otherLanguage' : null,
  );
  return (
    <div role="status">
      {connection !== 'online' ? (
        <p className={styles['bar']}>{texts.connection[connection]}</p>
      ) : stale !== null ? (
        <div className={styles['bar']}>
          <p>{texts.connection[stale]}</p>
          <Button onClick={() => window.location.reload()}>{texts.common.reload}</Button>
        </div>
      ) : null}
    </div>
  );
}
