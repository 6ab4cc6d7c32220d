import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import { texts } from '../texts/texts.ts';
import styles from './connection-bar.module.css';

export function ConnectionBar() {
  const connection = useStore(useInbox().state, (state) => state.connection);
  return (
    <div role="status" className={styles['place']}>
      {connection === 'online' ? null : <p className={styles['bar']}>{texts.connection[connection]}</p>}
    </div>
  );
}
