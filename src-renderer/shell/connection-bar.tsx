import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { texts } from '../texts/texts.ts';
import { Button } from '../ui/button.tsx';
import styles from './connection-bar.module.css';

/** Says that the inbox is away, or is another one than this page is made for. */
export function ConnectionBar() {
  const { state } = useInbox();
  const connection = useStore(state, (value) => value.connection);
  const isOutdated = useStore(state, (value) => value.isOutdated);
  return (
    <div role="status">
      {connection !== 'online' ? (
        <p className={styles['bar']}>{texts.connection[connection]}</p>
      ) : isOutdated ? (
        <div className={styles['bar']}>
          <p>{texts.connection.outdated}</p>
          <Button onClick={() => window.location.reload()}>{texts.common.reload}</Button>
        </div>
      ) : null}
    </div>
  );
}
