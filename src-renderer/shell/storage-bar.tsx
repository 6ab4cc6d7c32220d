import { say, sayTold } from '../../src-main/common/texts/language.ts';
import { storageSentence } from '../../src-main/common/texts/en-storage.ts';
import { useInbox } from '../inbox.ts';
import { useStore } from '../store/use-store.ts';
import styles from './storage-bar.module.css';

/** Says, as long as it lasts, that what arrives cannot be kept; before, that there will be no room for it; and that videos wait for their shelf. */
export function StorageBar() {
  const { state } = useInbox();
  const storage = useStore(state, (value) => value.storage);
  const shelf = useStore(state, (value) => value.shelf);
  const sentence = storage === null ? null : storageSentence(storage);
  const words = sentence === null ? null : <p>{say(sentence)}</p>;
  const isCalm = storage?.state === 'ok';
  const waiting = shelf === null ? null : sayTold(shelf);
  return (
    <>
      <div role="alert" className={styles['bar']}>
        {isCalm ? null : words}
      </div>
      <div aria-live="polite" className={styles['bar']} data-tone="warn">
        {isCalm ? words : null}
        {waiting === null ? null : <p>{waiting}</p>}
      </div>
    </>
  );
}
